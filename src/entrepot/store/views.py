"""Views: what the store shows a dossier of other dossiers. Five are there: the accepted lines of an enterprise, for finding
goods codes; its accepted declarations, whole; what it says of itself in the dossier that it keeps of itself; its market
exports; and what it decided on hits of the screening.

Whose dossiers they may come from, and who reads along, is decided in `sight.py`; nobody else's are ever looked at: the enterprise
is in the query, not in a filter behind it. Of declarations only those count whose very message customs took in, by the office's
own word, and did not give up again; that is why an enterprise is shown among them also what brokers filed for it. What rests
on a speaker's word alone - the dossier of oneself, market exports - an enterprise is shown only where it was said in its name,
and of decisions on hits its own and those of the broker or counter at hand.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import msgspec
from msgspec import Struct

from entrepot.kernel.money import Price
from entrepot.kernel.record import Record
from entrepot.kernel.topics import Topic
from entrepot.kernel.vocabulary.answers import ACCEPTANCE, Acceptance
from entrepot.kernel.vocabulary.clearance import (
    CANCELLED,
    HISTORY,
    PROFILE,
    Decided,
    EarlierDeclaration,
    EarlierLine,
    History,
    Profile,
)
from entrepot.kernel.vocabulary.customs import ENTERPRISE, PARTICULARS, Particulars
from entrepot.kernel.vocabulary.decisions import FORM
from entrepot.kernel.vocabulary.goods import LINE
from entrepot.kernel.vocabulary.trade import PARTY, TRANSPORT, Party, Transport
from entrepot.modules.classification.facts import MEMORY, AcceptedLine, Memory
from entrepot.modules.procurement.facts import EXPORTS
from entrepot.modules.screening.facts import DECISIONS
from entrepot.store.database import Row, Session, listed
from entrepot.store.mandates import along, at_a_counter
from entrepot.store.market_view import market_exports
from entrepot.store.schema import FILED
from entrepot.store.screening_view import ScreeningView
from entrepot.store.sight import STANDS, Sight, about_itself, by_itself_or_agents, seen, sight_of
from entrepot.store.store import Store

KEPT = 64
MOST_LINES = 5_000
MOST_DECLARATIONS = 200
OFFICE = ("office", "gateway")
_TAKEN_IN = f"""EXISTS (SELECT 1 FROM submission f WHERE {FILED.format("f.topic")} AND f.dossier = d.id
AND f.topic = '{ACCEPTANCE.name}' AND f.authority IN ('office', 'gateway'))"""
_FILED = f"""
SELECT s.dossier, s.topic, s.key, s.authority, b.data FROM submission s JOIN body b ON b.seq = s.seq
WHERE {FILED.format("s.topic")} AND {STANDS.format("s")}
"""
_BESIDE = f"""
SELECT s.dossier, s.topic, s.key, s.authority, b.data FROM submission s JOIN body b ON b.seq = s.seq
WHERE s.topic IN ('{LINE.name}', '{CANCELLED.name}') AND {STANDS.format("s")}
"""
_STAMP = (
    f"SELECT seq FROM submission WHERE {FILED.format('topic')} ORDER BY seq DESC LIMIT 1",
    f"SELECT seq FROM submission WHERE topic = '{CANCELLED.name}' ORDER BY seq DESC LIMIT 1",
    "SELECT count(*) FROM erased",
    "SELECT count(*) FROM retired",
)
_LAST = "SELECT seq FROM submission WHERE dossier = ? ORDER BY seq DESC LIMIT 1"


class _Line(Struct, frozen=True):
    no: int = 0
    hs10: str = ""
    name: str = ""
    elements: tuple[str, ...] = ()
    ciq: str = ""
    attributes: tuple[str, ...] = ()
    origin_country: str = ""
    deal_unit: str = ""
    unit_price: Price | None = None
    dangerous: bool | None = None
    un_number: str = ""


class _Packing(Struct, frozen=True):
    package_type: str = ""


class _Form(Struct, frozen=True):
    """What is wanted here of a declaration that was sent."""

    flow: str = ""
    overseas_party: Party = Party()
    owner: Party = Party()
    declarant: Party = Party()
    particulars: Particulars = Particulars()
    transport: Transport = Transport()
    trade_term: str = ""
    packing: _Packing = _Packing()
    lines: tuple[_Line, ...] = ()


class _Sent(Struct, frozen=True):
    value: _Form


class _Words(Struct, frozen=True):
    item_code: str = ""
    description: str = ""
    description_zh: str = ""


class _Taken(Struct, frozen=True):
    """A declaration that an office took in: in which dossier, under which number, what it said."""

    dossier: str
    number: str
    acceptance: Acceptance
    form: _Form


class _Own(Struct, frozen=True):
    """What is shown under one sight, as of `stamp`."""

    stamp: tuple[Any, ...]
    memory: Memory
    history: History


class Views:
    """Asked by sheets for view topics; may be called from any thread. `today` is the day on which mandates must run."""

    def __init__(self, store: Store, today: Callable[[], date] | None = None) -> None:
        self._store = store
        self._today = today or (lambda: store.clock().date())
        self._kept: OrderedDict[Sight, _Own] = OrderedDict()
        self._profiles: OrderedDict[Sight, tuple[tuple[Any, ...], Profile | None]] = OrderedDict()
        self._mutex = threading.Lock()
        self._screening = ScreeningView(store)

    def __call__(self, topic: Topic[Any], record: Record) -> Any:
        """What a view topic shows in a dossier; None where it shows nothing."""
        shows: dict[str, Callable[[Sight], Any]] = {
            MEMORY.name: self.memory, HISTORY.name: self.history, PROFILE.name: self.profile,
            DECISIONS.name: self._screening.decisions,
            EXPORTS.name: lambda sight: market_exports(self._store, sight, record.dossier),
        }  # fmt: skip
        if topic.name not in shows:
            return None
        today, database = self._today(), self._store.database
        sight = sight_of(record, today) or at_a_counter(database, record, today)
        return None if sight is None else shows[topic.name](along(database, record, sight, today))

    def memory(self, sight: Sight) -> Memory:
        """The accepted lines, newest first; the same object while none is added or lost."""
        return self._own(sight).memory

    def history(self, sight: Sight) -> History:
        """The accepted declarations, newest first; the same object while none is added or lost."""
        return self._own(sight).history

    def profile(self, sight: Sight) -> Profile | None:
        """What the enterprise says of itself in the dossier of itself that it opened last, or else its broker for it; None where
        there is none to be shown. The same object while nothing is said there."""
        with self._store.database.session() as session:
            kept_of_itself = seen(
                self._store.database, session, sight, ("d.kind = 'enterprise'", ()), about_itself(sight)
            )
            own = [dossier for dossier, opener in kept_of_itself if opener == sight.enterprise]
            dossier = next(iter(own or [dossier for dossier, _ in kept_of_itself]), "")
            last, erased = session.run((_LAST, (dossier,)), (_STAMP[2], ()))
        stamp = (dossier, last, erased)
        with self._mutex:
            kept = self._profiles.get(sight)
        if kept is not None and kept[0] == stamp:
            return kept[1]
        profile = None
        if dossier:
            with self._store.holding(dossier) as record:
                profile = _profile(record)
        self._keep(self._profiles, sight, (stamp, profile))
        return profile

    def _own(self, sight: Sight) -> _Own:
        with self._store.database.session() as session:
            stamp = tuple(value for rows in session.run(*((sql, ()) for sql in _STAMP)) for value in rows)
            with self._mutex:
                kept = self._kept.get(sight)
            if kept is not None and kept.stamp == stamp:
                return kept
            taken, words = self._taken(session, sight)
        memory, history = Memory(tuple(_memory(taken, words))[:MOST_LINES]), History(tuple(_history(taken, words)))
        if kept is not None:  # mostly it was somebody else who filed: then no sheet is drawn again
            memory = kept.memory if kept.memory == memory else memory
            history = kept.history if kept.history == history else history
        own = _Own(stamp, memory, history)
        self._keep(self._kept, sight, own)
        return own

    def _keep(self, kept: OrderedDict[Sight, Any], sight: Sight, shown: Any) -> None:
        with self._mutex:
            kept[sight] = shown
            kept.move_to_end(sight)
            while len(kept) > KEPT:
                kept.popitem(last=False)

    def _taken(self, session: Session, sight: Sight) -> tuple[list[_Taken], dict[tuple[str, str], list[str]]]:
        """What customs took in and did not give up again, newest first; and how each line was called, by dossier and number."""
        database = self._store.database
        shown = [dossier for dossier, _ in seen(database, session, sight, (_TAKEN_IN, ()), by_itself_or_agents(sight))]
        if not shown:
            return [], {}
        among = database.among("s.dossier")
        accepted = _accepted(session.all(f"{_FILED} AND {among} ORDER BY s.seq", listed(shown)))
        dossiers = listed({one.dossier for one in accepted})
        beside = session.all(f"{_BESIDE} AND {among} ORDER BY s.seq", dossiers) if accepted else []
        words: dict[tuple[str, str], list[str]] = {}
        gone: set[str] = set()
        for dossier, topic, key, authority, data in beside:
            if topic == LINE.name:
                line = _decoded(data, _Words, _Words())
                words.setdefault((dossier, key), []).extend((line.item_code, line.description, line.description_zh))
            elif authority in OFFICE and _decoded(data, Decided, Decided(date.min, False)).allowed:
                gone.add(key)
        return [one for one in accepted if one.number not in gone], words


def _memory(taken: Iterable[_Taken], words: Mapping[tuple[str, str], list[str]]) -> Iterator[AcceptedLine]:
    """The lines under each text that describes them; an item code describes nothing."""
    for one in taken:
        day, sandbox = one.acceptance.accepted_on, one.acceptance.sandbox
        for line in one.form.lines:
            said = words.get((one.dossier, str(line.no)), [])
            texts = [text for place, text in enumerate(said) if place % 3]
            for text in dict.fromkeys((*texts, line.name)):
                if text.strip() and line.hs10:
                    yield AcceptedLine(text, line.hs10, day, one.dossier, str(line.no), sandbox)


def _history(taken: Iterable[_Taken], words: Mapping[tuple[str, str], list[str]]) -> Iterator[EarlierDeclaration]:
    """The declarations, within the bounds on their number and on that of their lines."""
    lines = 0
    for number, one in enumerate(taken):
        form = one.form
        lines += len(form.lines)
        if number and (number >= MOST_DECLARATIONS or lines > MOST_LINES):
            return
        yield EarlierDeclaration(
            one.number,
            one.acceptance.accepted_on,
            one.dossier,
            form.flow,
            form.overseas_party,
            form.owner,
            form.declarant,
            form.particulars,
            form.transport,
            form.trade_term,
            form.packing.package_type,
            tuple([_earlier(line, words.get((one.dossier, str(line.no)), [])) for line in form.lines]),
            one.acceptance.sandbox,
        )


def _earlier(line: _Line, words: list[str]) -> EarlierLine:
    called = tuple(dict.fromkeys(text for text in (*words, line.name) if text.strip()))
    return EarlierLine(
        line.no, called, line.hs10, line.name, line.elements, line.ciq, line.attributes, line.origin_country,
        line.deal_unit, line.unit_price, line.dangerous, line.un_number,
    )  # fmt: skip


def _profile(record: Record) -> Profile:
    """What stands undisputed in the dossier that an enterprise keeps of itself."""

    def standing(topic: Topic[Any]) -> dict[str, Any]:
        there = record.standing(topic.name).items()
        values = ((key, one.value if one.value is not None else one.agreed) for key, one in there)
        return {key: value for key, value in values if value is not None}

    return Profile(
        record.dossier,
        standing(PARTY),
        *(standing(topic).get("") for topic in (ENTERPRISE, PARTICULARS, TRANSPORT)),
    )


def _accepted(filed: Iterable[Row]) -> list[_Taken]:
    """The declarations that an office took in, the one accepted last first: its acceptance names the message."""
    sent: dict[tuple[str, str], Any] = {}
    taken: list[tuple[str, str, Acceptance]] = []
    back: set[tuple[str, str]] = set()
    for dossier, topic, key, authority, data in filed:
        if topic == f"{FORM.name}.sent":
            sent[(dossier, key)] = data
        elif topic == f"{FORM.name}.rejected":
            back.add((dossier, key))
        elif topic == ACCEPTANCE.name and authority in OFFICE:
            taken.append((dossier, key, _decoded(data, Acceptance, Acceptance(date.min))))
    found = [
        _Taken(dossier, number, acceptance, _decoded(sent[(dossier, acceptance.message)], _Sent, _Sent(_Form())).value)
        for dossier, number, acceptance in reversed(taken)
        if (dossier, acceptance.message) in sent.keys() - back
    ]
    return sorted(found, key=lambda one: one.acceptance.accepted_on, reverse=True)


def _decoded(data: Any, shape: type[Any], otherwise: Any) -> Any:
    """A body as far as it is wanted here; what does not fit (erased, or of another version) counts as nothing said."""
    try:
        return msgspec.json.decode(bytes(data), type=shape)
    except msgspec.MsgspecError:
        return otherwise
