"""Drafts: what comes in at a door, made into submissions, with all that is wrong said at once."""

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import Struct

from entrepot.gateways.paper_values import currencies
from entrepot.kernel.canonical import INTEGER_LIMIT, CanonicalError, canonical
from entrepot.kernel.intake import Refusal, convert
from entrepot.kernel.submissions import Evidence
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.topics import Topic

LARGEST_POWER = 18
# Amounts that a trade may state below zero: a loss, a deduction from the price.
SIGNED = frozenset({"profit", "other_cost", "misc"})
# Days outside of these are slips or stand for "never", which is said by leaving them out.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Draft(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A statement before the platform fills in who speaks. `body` is JSON in the topic's shape; money may be `USD 12.50`.

    `id`, `version` and `said_at` are filled in where empty. `withdraws` takes statements back and carries no body.
    """

    topic: str
    body: Any = None
    key: str = ""
    id: str = ""
    version: int = 0
    said_at: str = ""
    authority: str = ""
    evidence: tuple[Evidence, ...] = ()
    replaces: tuple[str, ...] = ()
    withdraws: tuple[str, ...] = ()


def problem(rule: str, where: str, en: str, zh: str, fix_en: str, fix_zh: str) -> Problem:
    """A problem from its six parts."""
    return Problem(rule, where, Text(en, zh), Text(fix_en, fix_zh))


def drafts_from(data: object) -> list[Draft]:
    """One draft or a list of them, as decoded from JSON; Refusal with every problem."""
    entries = data if isinstance(data, list) else [data]
    if not entries:
        raise Refusal(
            (
                problem(
                    "D001",
                    "body",
                    "nothing was said",
                    "没有任何陈述",
                    "send at least one statement",
                    "请至少提交一项陈述",
                ),
            )
        )
    drafts: list[Draft] = []
    problems: list[Problem] = []
    for number, entry in enumerate(entries, 1):
        where = f"{number}" if isinstance(data, list) else ""
        if not isinstance(entry, dict):
            problems.append(
                problem(
                    "K001",
                    where or "body",
                    "a statement is an object",
                    "陈述须为对象",
                    'write {"topic": …, "body": …}',
                    '格式：{"topic": …, "body": …}',
                )
            )
            continue
        try:
            drafts.append(convert(entry, Draft, where))
        except Refusal as refusal:
            problems += refusal.problems
    if problems:
        raise Refusal(tuple(problems))
    return drafts


def decoded(text: bytes | str) -> Any:
    """JSON text as plain values; Refusal where it is none, or where an object gives one name twice."""
    try:
        value = msgspec.json.decode(text)
        _names_once(text if isinstance(text, str) else text.decode())
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise Refusal(
            (
                problem(
                    "D002",
                    "body",
                    f"this is not JSON: {error}",
                    f"不是有效的 JSON：{error}",
                    "send JSON in UTF-8",
                    "请提交 UTF-8 编码的 JSON",
                ),
            )
        ) from None
    return value


def _names_once(text: str) -> None:
    """ValueError where an object gives one name twice: nobody could say which of the two was said."""

    def members(pairs: list[tuple[str, Any]]) -> None:
        names = [name for name, _ in pairs]
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise ValueError(f"the name {twice[:60]!r} stands twice in one object")

    json.loads(text, parse_int=str, parse_float=str, object_pairs_hook=members)


def typed(topic: Topic[Any], draft: Draft, where: str) -> Any:
    """The draft's body as a value of its topic, in the version it names; Refusal with every problem."""
    if draft.version in (0, topic.version):
        return convert(draft.body, topic.type, where)
    if draft.version not in topic.upgrades:
        known = ", ".join(str(version) for version in sorted({*topic.upgrades, topic.version}))
        raise Refusal(
            (
                problem(
                    "D003",
                    f"{where}.version",
                    f"{topic.name} has no version {draft.version}",
                    f"{topic.name} 没有版本 {draft.version}",
                    f"use one of: {known}",
                    f"可用版本：{known}",
                ),
            )
        )
    return convert(draft.body, topic.upgrades[draft.version][0], where)


def body_bytes(value: Any, where: str) -> bytes:
    """The canonical bytes of a body; Refusal for amounts that are not numbers, out of all measure, or below zero, for
    currencies that do not exist, and for text that nobody can read."""
    problems: list[Problem] = []
    plain = _plain(msgspec.to_builtins(value, builtin_types=(Decimal, date), str_keys=True), where, problems, False)
    if not problems:
        try:
            return canonical(plain)
        except CanonicalError as error:
            problems.append(
                problem(
                    "D004",
                    f"{where}.{error.path}".strip("."),
                    error.what,
                    f"无法规范化：{error.what}",
                    "correct the value",
                    "请更正该值",
                )
            )
    raise Refusal(tuple(problems))


def _plain(value: Any, where: str, problems: list[Problem], signed: bool) -> Any:
    if isinstance(value, Mapping):
        _check_currency(value.get("currency"), where, problems)
        if value.get("per") == 0:
            problems.append(_absurd(f"{where}.per".lstrip("."), "a price for 0 units"))
        return {
            name: _plain(item, f"{where}.{name}".lstrip("."), problems, signed or name in SIGNED)
            for name, item in value.items()
            if item is not None
        }
    if isinstance(value, list | tuple):
        return [_plain(item, f"{where}/{place}", problems, signed) for place, item in enumerate(value, 1)]
    if isinstance(value, str):
        _check_text(value, where, problems)
    if isinstance(value, date):
        if not FIRST_DAY <= value <= LAST_DAY:
            problems.append(_absurd(where, value.isoformat()))
        return value.isoformat()
    if isinstance(value, Decimal):
        if not value.is_finite():
            problems.append(
                problem(
                    "D005",
                    where,
                    f"{value} is not an amount",
                    f"{value} 不是数值",
                    "write a plain number",
                    "请填写数值",
                )
            )
            return "0"
        exponent = value.as_tuple().exponent
        if value and (value.adjusted() >= LARGEST_POWER or (isinstance(exponent, int) and exponent < -LARGEST_POWER)):
            problems.append(_absurd(where, f"{value:.3E}"))
            return "0"
        _check_sign(value < 0, str(value), where, problems, signed)
        return f"{value:f}" if value else "0"
    if isinstance(value, int) and not isinstance(value, bool):
        if abs(value) >= INTEGER_LIMIT:
            problems.append(_absurd(where, str(value)[:40]))
        _check_sign(value < 0, str(value)[:40], where, problems, signed)
    return value


def _absurd(where: str, shown: str) -> Problem:
    return problem(
        "D005",
        where,
        f"{shown} is out of all measure",
        f"{shown} 超出合理范围",
        "check it; leave out what is not known",
        "请核对；不详者可不填",
    )


def _check_currency(currency: object, where: str, problems: list[Problem]) -> None:
    if isinstance(currency, str) and currency and currency not in currencies():
        problems.append(
            problem(
                "D010",
                f"{where}.currency".lstrip("."),
                f"{currency[:20]!r} is not an ISO 4217 currency",
                f"{currency[:20]!r} 不是 ISO 4217 货币代码",
                "write its three letters, such as CNY or USD",
                "请填写三位字母代码，如 CNY 或 USD",
            )
        )


def _check_text(text: str, where: str, problems: list[Problem]) -> None:
    if _CONTROL.search(text):
        problems.append(
            problem(
                "D024",
                where,
                "there is a control character in the text",
                "文本中含有控制字符",
                "send readable text",
                "请提交可读的文本",
            )
        )


def _check_sign(negative: bool, shown: str, where: str, problems: list[Problem], signed: bool) -> None:
    if negative and not signed:
        problems.append(
            problem(
                "D005",
                where,
                f"{shown} is below zero",
                f"{shown} 小于零",
                "state amounts as zero or more",
                "数额须为零或正数",
            )
        )


def moment_problem(said_at: str, where: str) -> Problem | None:
    """What is wrong with a speaker's time: ISO 8601 with its offset from UTC."""
    try:
        if not said_at or datetime.fromisoformat(said_at).tzinfo is not None:
            return None
    except ValueError:
        pass
    return problem(
        "D005",
        f"{where}.said_at",
        f"{said_at[:40]!r} is not a time",
        f"{said_at[:40]!r} 不是有效时间",
        "write it as 2026-04-01T08:00:00Z",
        "格式：2026-04-01T08:00:00Z",
    )
