"""Home by need: the ways in for whoever comes with a wish, and for whoever is known what waits today and what is new."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from msgspec import Struct

from entrepot.channels.online import OFFICES, Voice
from entrepot.kernel.text import Text
from entrepot.portal.accounts.session import Unready
from entrepot.portal.desk import Desk
from entrepot.portal.pages import page, reader_of
from entrepot.portal.push.events import Filter, events_for
from entrepot.portal.sandbox_page import tour
from entrepot.portal.web import Unproven, desk_of
from entrepot.portal.work import mine
from entrepot.store import events, visits
from entrepot.store.events import Position

URGENT, NEWS, LATEST = 5, 6, 6
LOOKED_OVER = 1_000  # dossiers of which home tells; my work tells of all
LONGEST_ABSENCE = 20_000  # places of the log


class Need(Struct, frozen=True):
    """Something with which people come: in their words, and where it is done."""

    wish: Text
    more: Text
    address: str
    office: bool = False


class News(Struct, frozen=True):
    """What is new in a dossier: the topics spoken of, and how many statements."""

    dossier: str
    title: str
    topics: tuple[Text, ...]
    count: int


NEEDS: tuple[Need, ...] = (
    Need(
        Text("I want to export", "我要出口"),
        Text("Hand in your papers; what is missing is asked.", "上传单证，系统只询问缺少的内容。"),
        "/new/export",
    ),
    Need(
        Text("I want to import", "我要进口"),
        Text("Know duties, taxes and papers before you buy.", "购买前了解税费与所需单证。"),
        "/new/import",
    ),
    Need(
        Text("I declare for others", "我代理报关"),
        Text("All your clients' trades: what is ready, what is asked.", "全部委托业务：可申报的与被质疑的。"),
        "/worklist",
    ),
    Need(
        Text("I have a question from customs", "我收到海关质疑"),
        Text("See what is asked, answer it, mend the declaration.", "查看问题、答复、改单。"),
        "/worklist?stage=asked",
    ),
    Need(
        Text("I was sent a document", "我收到一份文件"),
        Text("Check whether it is genuine. No account is needed.", "核验真伪，无需登录。"),
        "/verify",
    ),
    Need(
        Text("I am an office or a bank", "我是机关或银行"),
        Text("What waits for your decision.", "等待您处理的事项。"),
        "/work",
        office=True,
    ),
)
OPEN = frozenset({"/verify"})


def home(request: HttpRequest) -> HttpResponseBase:
    """Home, for whoever is known and whoever is not."""
    try:
        voice: Voice | None = reader_of(request)
    except Unready:
        raise
    except Unproven:
        voice = None
    desk = desk_of(request)
    shown: dict[str, Any] = {
        "tour": tour(desk, voice),
        "needs": needs(voice),
        "published": [one for one in ("/fees",) if _is_there(one)],
        "styles": ("work.css", "sandbox.css"),
    }
    if voice is None:
        return page(request, "front.html", voice=None, **shown)
    looked = mine.look(desk, voice, most=LOOKED_OVER)
    rows = mine.waiting(looked, mine.Asked(), voice.person, desk.today())
    known, trades = not voice.rehearsal, [one for one in looked.dossiers if one.card.kind == "trade"]
    return page(
        request, "front.html", voice=voice, urgent=rows[:URGENT], more=max(0, len(rows) - URGENT), looked=looked,
        news=news(desk, voice, looked) if known else (), latest=trades[:LATEST], **shown,
    )  # fmt: skip


def needs(voice: Voice | None) -> list[tuple[Need, str]]:
    """The needs with where each leads: whoever is not known signs in first, except where nobody need."""
    office = voice is not None and bool(voice.standing & (OFFICES | {"bank"}))
    return [
        (one, one.address if voice is not None or one.address in OPEN else f"/sign-in?next={one.address}")
        for one in NEEDS
        if voice is None or one.office == office or one.address in OPEN
    ]


def news(desk: Desk, voice: Voice, looked: mine.Looked) -> tuple[News, ...]:
    """What others said in the dossiers of a voice since it was here before."""
    titles = {one.card.dossier: one.card.title or one.card.reference for one in looked.dossiers}
    since = visits.came(desk.store, voice.person, voice.organisation, desk.today())
    with desk.store.database.session() as session:
        since = max(since, events.head(session) - LONGEST_ABSENCE)
    found: dict[str, list[Text]] = {}
    for event in events_for(desk, voice, Position(since), 200, Filter(found=False)).events:
        if event.data.by != voice.person and event.data.topic in desk.registry.topics:
            found.setdefault(event.data.dossier, []).append(desk.registry.topics[event.data.topic].label)
    return tuple(
        News(dossier, titles.get(dossier) or dossier, tuple(dict.fromkeys(labels))[:3], len(labels))
        for dossier, labels in list(found.items())[::-1][:NEWS]
    )


def _is_there(address: str) -> bool:
    try:
        resolve(address)
    except Resolver404:
        return False
    return True
