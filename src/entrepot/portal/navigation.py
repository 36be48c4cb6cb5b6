"""The ways through the portal: one list, from which the head of every page is made. A new page adds its line here.

`main` is what a newcomer needs, `more` what one looks for now and then, `own` one's organisation and oneself.
"""

from collections.abc import Callable, Sequence
from typing import Literal

from msgspec import Struct

from entrepot.channels.online import OFFICES, Voice
from entrepot.kernel.text import Text

Part = Literal["main", "more", "own"]
PARTS: tuple[Part, ...] = ("main", "more", "own")
Test = Callable[[Voice | None], bool]


class Way(Struct, frozen=True):
    """A page that the head of every page leads to, for whom the test holds; nobody may be reading (None)."""

    part: Part
    address: str
    name: Text
    seen: Test


def everybody(voice: Voice | None) -> bool:
    return True


def known(voice: Voice | None) -> bool:
    """Somebody, signed in or rehearsing."""
    return voice is not None


def trading(voice: Voice | None) -> bool:
    """Somebody who carries on trades: no office."""
    return voice is not None and not voice.standing & OFFICES


def signed_in(voice: Voice | None) -> bool:
    return voice is not None and not voice.rehearsal


def overseeing(voice: Voice | None) -> bool:
    return voice is not None and bool(voice.standing & {"operator", "auditor"})


def operating(voice: Voice | None) -> bool:
    return voice is not None and "operator" in voice.standing


def at_a_window(voice: Voice | None) -> bool:
    """A clerk."""
    return voice is not None and "clerk" in voice.standing


WAYS: tuple[Way, ...] = (
    Way("main", "/counter", Text("Window", "窗口"), at_a_window),
    Way("main", "/", Text("Home", "首页"), known),
    Way("main", "/work", Text("My work", "我的待办"), known),
    Way("main", "/dossiers", Text("Trades", "业务"), known),
    Way("main", "/new", Text("New", "新建"), trading),
    Way("more", "/calendar", Text("Calendar of deadlines", "期限日历"), known),
    Way("more", "/worklist", Text("Declarations to send", "待申报清单"), trading),
    Way("more", "/classify", Text("Find the goods code", "查找商品编码"), known),
    Way("more", "/screen", Text("Screen a name", "名单筛查"), known),
    Way("more", "/rules", Text("Rules of origin", "原产地规则"), everybody),
    Way("more", "/titles", Text("Titles", "权利凭证"), known),
    Way("more", "/templates", Text("Spreadsheet templates", "电子表格模板"), everybody),
    Way("more", "/keys", Text("Signing keys", "签名密钥"), signed_in),
    Way("more", "/fees", Text("Fees and service levels", "收费标准与服务时限"), everybody),
    Way("more", "/operator", Text("Back office", "运营后台"), overseeing),
    Way("more", "/health", Text("Health of the installation", "运行状况"), operating),
    Way("more", "/log", Text("Public log", "公开日志"), everybody),
    Way("more", "/api", Text("For your systems: API", "系统对接接口"), everybody),
    Way("more", "/verify", Text("Verify a document", "核验文件"), everybody),
    Way("own", "/enterprise", Text("Our organisation", "本单位"), signed_in),
    Way("own", "/enterprise/people", Text("Our people", "本单位人员"), signed_in),
    Way("own", "/enterprise/mandates", Text("Mandates", "授权委托"), signed_in),
    Way("own", "/enterprise/rules", Text("Second person before sending", "双人复核"), signed_in),
    Way("own", "/enterprise/export", Text("Export of everything", "导出全部数据"), signed_in),
    Way("own", "/audit", Text("Who looked", "查看记录"), signed_in),
    Way("own", "/subscriptions", Text("Notices and webhooks", "通知与订阅"), signed_in),
    Way("own", "/accounts/organisations", Text("For whom I act", "我代表的单位"), signed_in),
    Way("own", "/accounts/2fa/", Text("My sign-in", "登录与安全"), signed_in),
)


class Shown(Struct, frozen=True):
    """A way as a page shows it: its address, its name, and whether the reader is there."""

    address: str
    name: Text
    here: bool


def ways(part: Part, voice: Voice | None, path: str, listed: Sequence[Way] = WAYS) -> tuple[Shown, ...]:
    """The ways of one part for whoever reads, in their order."""
    return tuple(
        Shown(way.address, way.name, way.address == path) for way in listed if way.part == part and way.seen(voice)
    )
