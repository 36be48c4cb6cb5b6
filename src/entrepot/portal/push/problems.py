"""What is wrong with a subscription, and how to mend it."""

from entrepot.kernel.text import Problem
from entrepot.portal.drafts import problem


def visitor() -> Problem:
    """A visitor of a sandbox subscribes to nothing."""
    return problem(
        "PU01", "token", "a visitor of the sandbox subscribes to nothing", "沙盒访客不能订阅",
        "sign in, or use a token", "请登录或使用令牌",
    )  # fmt: skip


def administrators() -> Problem:
    """Who makes webhooks and feeds."""
    return problem(
        "PU02", "way", "webhooks and feeds are made by those who administer the organisation", "仅单位管理员可建立推送与订阅源",
        "ask an administrator of your organisation", "请联系本单位管理员",
    )  # fmt: skip


def address(fault: str) -> Problem:
    """An address to which nothing is sent."""
    return problem(
        "PU03", "address", f"events cannot be sent there: {fault}", f"无法向该地址推送：{fault}",
        "give a public address that begins with https://", "请填写以 https:// 开头的公网地址",
    )  # fmt: skip


def no_mail() -> Problem:
    """A person without a mail address that was confirmed."""
    return problem(
        "PU04", "address", "no confirmed mail address of yours is known", "没有您已确认的邮箱地址",
        "sign in as a person and confirm an address under your account", "请以个人身份登录并在账户中确认邮箱",
    )  # fmt: skip


def position(given: str) -> Problem:
    """A place in the order of events that is none."""
    return problem(
        "PU05", "after", f"{given[:40]!r} is no position", f"{given[:40]!r} 不是有效位置",
        "give `data.position` of an event, or `start`", "请填写事件的 data.position，或 start",
    )  # fmt: skip


def too_many(most: int) -> Problem:
    """More subscriptions than an organisation has."""
    return problem(
        "PU06", "subscriptions", f"there are {most} subscriptions already", f"订阅已达 {most} 个",
        "end one that is not needed", "请先结束不需要的订阅",
    )  # fmt: skip


def ended() -> Problem:
    """A subscription that has ended is not changed."""
    return problem("PU07", "state", "the subscription has ended", "该订阅已结束", "make it anew", "请重新建立")


def title(most: int) -> Problem:
    """A name that is too long."""
    return problem(
        "PU08", "title", "the name is too long, or not to be printed", "名称过长或含不可显示字符",
        f"use up to {most} characters", f"请使用不超过 {most} 个字符",
    )  # fmt: skip


def filtered(field: str, wrong: str) -> Problem:
    """A filter that fits nothing."""
    return problem(
        "PU09", f"filter.{field}", f"nothing is filtered by {wrong[:60]!r}", f"筛选条件无效：{wrong[:60]!r}",
        "use topics like customs.*, ids of dossiers, kinds of dossiers, roles", "请使用主题（如 customs.*）、案卷编号、案卷类型或角色",
    )  # fmt: skip


def form(reason: str) -> Problem:
    """A request that cannot be read."""
    return problem(
        "PU10", "body", f"not a subscription: {reason[:200]}", "格式不符", "see /api/v1/openapi.json", "请参阅接口说明",
    )  # fmt: skip
