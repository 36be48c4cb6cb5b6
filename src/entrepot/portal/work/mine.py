"""My work: over all dossiers of a voice, what waits for it, by when, with the one act that comes next in each.

    looked = look(desk, voice)             the dossiers of the voice, each as far as it may know
    rows = waiting(looked, Asked(...))     what waits, one row for each dossier, the most urgent first
    draw(desk, 200)                        draw cards that no longer hold; a worker does it all the time

Cards that no longer hold are drawn at once while they are few; what is left to the worker is not shown meanwhile, and said.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import Generic, Literal, TypeVar
from urllib.parse import quote
from weakref import WeakKeyDictionary

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from entrepot.channels.online import Voice
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.talk import Assignment
from entrepot.portal.broker.worklist import SHOWN
from entrepot.portal.desk import Desk
from entrepot.portal.work.drawing import Card, Item, Kind, card_of
from entrepot.portal.work.reach import Reach
from entrepot.store import cards as kept
from entrepot.store.cards import Kept
from entrepot.store.database import Database, Session
from entrepot.store.outbox import stamp
from entrepot.store.records import UnknownDossierError

REMEMBERED, READ_AT_ONCE = 30_000, 1_000
AT_ONCE = 40  # cards drawn while somebody waits
MOST = 10_000  # dossiers looked over
When = Literal["overdue", "today", "week", "later", "none"]
OVER = frozenset({"cancelled", "parted"})  # nobody need fill in or mend anything any more
WHENS: tuple[When, ...] = ("overdue", "today", "week", "later", "none")
ORDER: tuple[Kind, ...] = ("stage", "mend", "settle", "doubt", "own", "due", "say")
ACTS: dict[Kind, Text] = {
    "stage": Text("Go on with the declaration", "继续办理报关"),
    "say": Text("Fill in", "填写"),
    "settle": Text("Settle the contradiction", "裁定不一致之处"),
    "mend": Text("Correct", "更正"),
    "doubt": Text("Confirm what was read", "确认读取内容"),
    "due": Text("See to it", "办理"),
    "own": Text("See to it", "办理"),
}
V = TypeVar("V")
_decoder = msgspec.json.Decoder(Card)


class Seen(Struct, frozen=True):
    """A dossier as far as the voice may know: its card, its roles in it, the items that it may know of, and how far the declaration
    is; `person` sees to it for the voice's organisation."""

    card: Card
    roles: frozenset[str]
    items: tuple[Item, ...]
    stage: str
    person: str = ""
    parties: tuple[str, ...] = ()
    mode: str = ""

    def mine(self) -> tuple[Item, ...]:
        """The items that wait for the voice."""
        return tuple(
            one
            for one in self.items
            if (one.org or self.roles.intersection(one.who))
            and not (self.stage in OVER and one.kind in ("say", "mend"))
        )


class Looked(Struct, frozen=True):
    """What was looked over: the dossiers, when the oldest card was drawn (empty: just now), how many are being drawn and not shown,
    and the cursor of the dossiers opened before those."""

    dossiers: tuple[Seen, ...]
    as_of: str = ""
    drawing: bool = False
    before: int | None = None


class Asked(Struct, frozen=True):
    """What is wanted of the list: who sees to it (`me`, `nobody` or a person; empty: anybody), role, kind of dossier, supervision mode."""

    who: str = ""
    role: str = ""
    kind: str = ""
    mode: str = ""


class Row(Struct, frozen=True):
    """What waits in a dossier: the act that comes first, how many more there are, by when, and where it is done."""

    dossier: str
    title: str
    stage: str
    person: str
    item: Item
    act: Text
    address: str
    when: When
    due: date | None = None
    more: int = 0


class _Lately(Generic[V]):
    """What was worked out last, up to a bound."""

    def __init__(self, most: int) -> None:
        self._kept: OrderedDict[tuple[object, ...], V] = OrderedDict()
        self._most, self._mutex = most, threading.Lock()

    def get(self, place: tuple[object, ...]) -> V | None:
        return self._kept.get(place)

    def put(self, place: tuple[object, ...], value: V) -> V:
        with self._mutex:
            self._kept[place] = value
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return value


def _name(one: Kept) -> tuple[object, ...]:
    """What tells a card from those drawn of the same dossier before."""
    return one.dossier, one.drawn_at, one.seq, one.law, one.day


class _Memory:
    """Cards as they were read last, and as each organisation in its roles may know them. A card that was drawn anew is another."""

    def __init__(self) -> None:
        self.cards: _Lately[Card] = _Lately(REMEMBERED)
        self.seen: _Lately[Seen] = _Lately(REMEMBERED)

    def learn(self, database: Database, session: Session, found: Iterable[Kept]) -> None:
        """Read the cards that are not remembered."""
        new = [one.dossier for one in found if self.cards.get(_name(one)) is None]
        for at in range(0, len(new), READ_AT_ONCE):
            for one in kept.cards_of(database, session, new[at : at + READ_AT_ONCE]):
                self.read(one)

    def read(self, one: Kept) -> None:
        if one.data:
            self.cards.put(_name(one), _decoder.decode(one.data))


_MEMORIES: WeakKeyDictionary[Desk, _Memory] = WeakKeyDictionary()


def _memory_of(desk: Desk) -> _Memory:
    return _MEMORIES.get(desk) or _MEMORIES.setdefault(desk, _Memory())


def look(desk: Desk, voice: Voice, before: int = 2**62, most: int = MOST) -> Looked:
    """The dossiers of a voice by their cards, the one opened last first."""
    desk.admit(voice, "read")
    reach, database, law = Reach(desk, voice), desk.store.database, drawn_by(desk)
    memory = _memory_of(desk)
    with database.session() as session:
        found = kept.cards(database, session, reach.organisations, most, before)
        people = _people(kept.assigned(session, voice.organisation))
        old = [one.dossier for one in found if not one.holds(law)]
        memory.learn(database, session, (one for one in found if one.holds(law)))
    fresh = {one.dossier: one for one in drawn_now(desk, old[:AT_ONCE])}
    for one in fresh.values():
        memory.read(one)
    seen, oldest, drawing = list[Seen](), "", len(old) > AT_ONCE
    for one in found:
        current = fresh.get(one.dossier, one)
        card = memory.cards.get(_name(current)) if current.holds(law) else None
        if card is None:
            continue
        if roles := reach.roles(card):
            place = (*_name(current), roles, voice.organisation)
            known = memory.seen.get(place) or memory.seen.put(place, _seen(reach, card, roles))
            person = people.get(card.dossier, "")
            seen.append(replace(known, person=person) if person else known)
            oldest = min(oldest or current.drawn_at, current.drawn_at)
    return Looked(tuple(seen), oldest, drawing, found[-1].opened if len(found) == most else None)


def _seen(reach: Reach, card: Card, roles: frozenset[str]) -> Seen:
    stage = card.stage if roles & SHOWN else ""
    if stage and not reach.reads(card.seen, roles):
        stage = "collecting"
    items = tuple(one for one in card.items if reach.may_know(one, roles))
    parties = tuple(card.parties.values()) if reach.reads(("trade.party",), roles) else ()
    mode = card.mode if reach.reads(("declaration.particulars",), roles) else ""
    return Seen(card, roles, items, stage if card.kind == "trade" else "", "", parties, mode)


def _people(said: Iterable[tuple[str, bytes]]) -> dict[str, str]:
    return {dossier: msgspec.json.decode(body, type=Assignment).person for dossier, body in said}


def waiting(looked: Looked, asked: Asked, me: str, today: date) -> list[Row]:
    """What waits for the voice, one row for each dossier: the most urgent first, what has no date last."""
    rows = [row for one in looked.dossiers if _wanted(one, asked, me) if (row := _row(one, today)) is not None]
    return sorted(rows, key=rank)


def rank(row: Row) -> str:
    """Where a row stands among the others, as a text that sorts: by when it is due, what is to be done, and its title."""
    title = " ".join(row.title.split())[:200]
    return f"{WHENS.index(row.when)} {row.due or date.max} {_rank(row.item):02} {title} {row.dossier}"


def _wanted(one: Seen, asked: Asked, me: str) -> bool:
    person = {"": one.person, "me": me, "nobody": ""}.get(asked.who, asked.who)
    return (
        one.person == person
        and asked.role in ("", *one.roles)
        and asked.kind in ("", one.card.kind)
        and asked.mode in ("", one.mode)
    )


def _row(one: Seen, today: date) -> Row | None:
    mine = sorted(one.mine(), key=lambda item: (_rank(item), item.due or date.max))
    if not mine:
        return None
    due = min((item.due for item in mine if item.due is not None), default=None)
    # A deadline presses only what is to be done before it: where nothing else is, it is itself what is to be done.
    item = mine[0]
    card = one.card
    return Row(
        card.dossier, card.title or card.reference or card.dossier, one.stage, one.person, item, ACTS[item.kind],
        address_of(card.dossier, item), when(due, today), due, len(mine) - 1,
    )  # fmt: skip


def _rank(item: Item) -> int:
    return ORDER.index(item.kind)


def when(due: date | None, today: date) -> When:
    """Where a day stands beside today."""
    if due is None:
        return "none"
    if due < today:
        return "overdue"
    return "today" if due == today else "week" if due <= today + timedelta(days=7) else "later"


def address_of(dossier: str, item: Item) -> str:
    """Where an item is done."""
    home, place = f"/d/{quote(dossier, safe='')}", f"{item.topic}/{item.key}" if item.key else item.topic
    match item.kind:
        case "say" | "settle":
            return f"{home}/say/{quote(place)}"
        case "mend" if item.field or item.key:
            return f"{home}/say/{quote(place)}"
        case "doubt":
            return f"{home}/papers/{quote(item.key)}/read"
        case "own":
            return f"{home}/talk#due"
        case _:
            return f"{home}#found-{quote(place)}"


# -- drawing ----------------------------------------------------------------------------------------------------------


def drawn_by(desk: Desk) -> str:
    """By which law and which version of the platform cards are drawn: by others they hold no more."""
    return f"{desk.law.digest} {desk.code}"


def drawn_now(desk: Desk, dossiers: Sequence[str]) -> list[Kept]:
    """Draw the cards of dossiers and keep them."""
    database, law = desk.store.database, drawn_by(desk)
    with database.session() as session:
        last = {one.dossier: one for one in kept.cards_of(database, session, dossiers)}
    made = []
    for name in dossiers:
        if name not in last:
            continue
        # The number was asked for before the record was read: a card is never newer than it says, only older.
        try:
            with desk.store.holding(name) as record:
                card = card_of(desk, record)
        except UnknownDossierError:
            continue
        now = stamp(desk.store.clock())
        made.append((name, last[name].last, law, desk.today().isoformat(), now, msgspec.json.encode(card)))
    if made:
        desk.store.write(lambda session: kept.keep(database, session, made))
    return [Kept(name, last[name].opened, seq, seq, law, day, now, data) for name, seq, law, day, now, data in made]


def draw(desk: Desk, most: int = 50, stopping: Callable[[], bool] = lambda: False) -> int:
    """Draw cards that no longer hold; gives how many."""
    with desk.store.database.session() as session:
        dossiers = kept.to_draw(session, drawn_by(desk), desk.today().isoformat(), most)
    return sum(len(drawn_now(desk, [one])) for one in dossiers if not stopping())
