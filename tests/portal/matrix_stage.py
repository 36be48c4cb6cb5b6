"""The stage of the matrix: a trade and an enterprise's own dossier with a member in every role, in which everything that can be said
has been said by somebody who may; and the doors through which it can be had.

Whoever adds a door through which statements leave (a feed, a payload, a file of an export) adds it to `DOORS`: a function of the desk
and a role that gives all that this door tells the role of both dossiers, as bytes. The tests look in it for the ids of statements that
the role may not read.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote
from zipfile import ZipFile

import msgspec

from entrepot.channels.online import ADMINISTER, LICENSED, OFFICES, WORKING, Voice
from entrepot.channels.window import under
from entrepot.kernel.access import Speaker, may_read_statement
from entrepot.kernel.intake import Refusal
from entrepot.kernel.law import Law
from entrepot.kernel.module import Registry
from entrepot.kernel.topics import ROLES
from entrepot.portal import setting
from entrepot.portal.audit import exporting
from entrepot.portal.audit.bundle import Bundle
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.portal.examples import example
from entrepot.store.store import Store
from entrepot.store.tokens import new_token
from tests.portal.stage import NOON
from tests.portal.web import client_of

REAL: Registry = setting.registry()
SAYABLE = sorted(name for name, topic in REAL.topics.items() if topic.kind == "said")
PEOPLE = sorted(ROLES.keys() - {"platform"})
SCAN = b"%PDF-1.7 a paper that says nothing yet"
TRADE, OWN = "D1", "enterprise:org-exporter"
FIRST = ("dossier.opened", "dossier.member", "dossier.mandate")
# Whom the counter speaks for in each dossier, and under which mandate.
PRINCIPALS = {TRADE: ("principal", "M-1"), OWN: ("org-exporter", "M-2")}


def place_of(name: str) -> str:
    """The dossier in which a topic is said."""
    return OWN if name.startswith("enterprise.") else TRADE


def key_of(name: str, key: str = "1") -> str:
    """A key of a topic: `key`, where nothing else is asked of it."""
    if name == "enterprise.mandate":
        return f"{key}/1"
    return key if REAL.topics[name].keyed else ""


def body_of(name: str, key: str = "1") -> Any:
    """A body that fits a topic, with no more than it must have."""
    body = example(REAL.topics[name], whole=False)
    return {**body, "agent": key} if name == "enterprise.mandate" else body


def organisation(role: str, dossier: str = TRADE) -> str:
    return PRINCIPALS[dossier][0] if role == "clerk" else f"org-{role}"


def voice(role: str, dossier: str = TRADE) -> Voice:
    """Somebody who is in the role by the ordinary way: membership, licence or office; nobody plays."""
    standing = frozenset({role}) & (LICENSED | OFFICES)
    if role == "clerk":
        principal, mandate = PRINCIPALS[dossier]
        return under(Voice("p-clerk", "org-clerk", standing, "window", counter="org-clerk"), mandate, principal)
    return Voice(f"p-{role}", organisation(role), standing, duties=WORKING | {ADMINISTER})


def made(folder: Path) -> Desk:
    """A desk with both dossiers; closing its store is the caller's."""
    store = Store.open(
        f"sqlite:///{folder / 'store.sqlite3'}", REAL, nature="sandbox", keys=folder / "keys", clock=lambda: NOON
    )
    desk = Desk(store, Law([], {}), REAL)
    members = [Draft("dossier.member", {"roles": [role]}, f"org-{role}") for role in PEOPLE if role not in OFFICES]
    for dossier, kind in ((TRADE, "trade"), (OWN, "enterprise")):
        principal, number = PRINCIPALS[dossier]
        mandate = {"principal": principal, "counter": "org-clerk", "signed_on": "2026-01-01"}
        opening = Draft("dossier.opened", {"kind": kind, "reference": "R"})
        desk.say(dossier, [opening, *members, Draft("dossier.mandate", mandate, number)], voice("exporter"))
    for name in SAYABLE:
        for role in sorted(REAL.topics[name].say - {"platform"}) if name not in FIRST else ():
            with suppress(Refusal):  # scarce things are taken by the first who says so; an enterprise speaks for itself
                desk.say(place_of(name), [Draft(name, body_of(name), key_of(name))], voice(role, place_of(name)))
    desk.keep_paper(TRADE, "scan.pdf", SCAN, voice("exporter"))
    return desk


def parted(desk: Desk, role: str) -> tuple[set[str], set[str]]:
    """The ids of the statements that a role may read, and of all others, by the rules of the kernel alone."""
    seen, hidden = set[str](), set[str]()
    for dossier in (TRADE, OWN):
        speaker = Speaker("p", organisation(role, dossier), frozenset({role}))
        with desk.store.holding(dossier) as record:
            for said in record.submissions.values():
                may = may_read_statement(REAL.topics[said.topic], said, speaker, record)
                (seen if may else hidden).add(said.id)
    return seen, hidden


def headers(desk: Desk, role: str, dossier: str = TRADE) -> dict[str, str]:
    """A token of the role, as the API wants it."""
    principal, number = PRINCIPALS[dossier]
    mandate = {"Entrepot-Mandate": number, "Entrepot-For": principal} if role == "clerk" else {}
    return {"Authorization": f"Bearer {secret(desk, role)}", **mandate}


def secret(desk: Desk, role: str) -> str:
    who = voice(role)
    channel: Any = "window" if role == "clerk" else "online"
    return new_token(desk.store, who.person, who.counter or who.organisation, tuple(who.standing), channel)


# -- the doors ----------------------------------------------------------------------------------------------------------------


def at_the_desk(desk: Desk, role: str) -> bytes:
    return b"".join(msgspec.json.encode(desk.read(dossier, voice(role, dossier))) for dossier in (TRADE, OWN))


def through_the_api(desk: Desk, role: str) -> bytes:
    client = client_of(desk)
    return b"".join(
        client.get(f"/api/v1/dossiers/{quote(dossier)}", headers=headers(desk, role, dossier)).content
        for dossier in (TRADE, OWN)
    )


def on_the_page(desk: Desk, role: str) -> bytes:
    """The sheet as a page; a counter's cookie names no mandate, and whoever names none reads as a member."""
    client = client_of(desk)
    client.cookies["entrepot_token"] = secret(desk, role)
    return b"".join(client.get(f"/d/{quote(dossier)}").content for dossier in (TRADE, OWN))


def in_the_feed(desk: Desk, role: str) -> bytes:
    """The events, a few pages of them as the API gives them."""
    desk.store.integrate()
    client, pages = client_of(desk), list[bytes]()
    for dossier in (TRADE, OWN):
        address = f"/api/v1/events?limit=500&dossier={quote(dossier)}"
        pages.append(client.get(address, headers=headers(desk, role, dossier)).content)
    return b"".join(pages)


def in_an_export(desk: Desk, role: str) -> bytes:
    """All files of an export of everything, and of one of the day on which it was said, but for the seal."""
    told = list[bytes]()
    with TemporaryDirectory() as folder:
        for dossier in (TRADE, OWN):
            for kind in ("all", "day"):
                path = Path(folder) / f"{kind}.zip"
                with Bundle(path) as bundle:
                    if kind == "all":
                        exporting.enterprise(desk, voice(role, dossier), bundle, lambda _: None)
                    else:
                        day = timedelta(days=1)
                        exporting.period(desk, voice(role, dossier), bundle, NOON - day, NOON + day, lambda _: None)
                    bundle.finish(lambda text: text, "about")
                with ZipFile(path) as held:
                    told += [held.read(name) for name in held.namelist()]
    return b"".join(told)


def in_the_back_office(desk: Desk, role: str) -> bytes:
    """What the operator's pages and API tell: of dossiers nothing."""
    client, found = client_of(desk), list[bytes]()
    client.cookies["entrepot_token"] = secret(desk, role)
    for part in ("", "/organisations", "/people", "/law", "/settings", "/announcements", "/acts"):
        found.append(client.get(f"/operator{part}").content)
    return b"".join([*found, client.get("/api/v1/operator/status", headers=headers(desk, role, TRADE)).content])


Door = Callable[[Desk, str], bytes]
DOORS: dict[str, Door] = {
    "desk": at_the_desk,
    "api": through_the_api,
    "page": on_the_page,
    "feed": in_the_feed,
    "export": in_an_export,
    "office": in_the_back_office,
}
# Doors that tell a role all that it may read, so that what is missing there is told too.
WHOLE = ("desk", "api", "export")
