"""Views: what the store shows a dossier of other dossiers. Five are there: the accepted lines of an enterprise, for finding
goods codes; its accepted declarations, whole; what it says of itself in the dossier that it keeps of itself; its market
exports; and what it decided on hits of the screening.

An enterprise sees its own in the dossiers that it opened itself and is an exporter in; they come from dossiers opened
for it in which it is one, and only those count whose very message customs took in, by the office's own word, and did not give
up again. Nobody else's are ever looked at: the enterprise is in the query, not in a filter behind it.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
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
from entrepot.kernel.vocabulary.trade import MEMBER, OPENED, PARTY, TRANSPORT, Membership, Party, Transport
from entrepot.modules.classification.facts import MEMORY, AcceptedLine, Memory
from entrepot.modules.procurement.facts import EXPORTS
from entrepot.modules.screening.facts import DECISIONS
from entrepot.store.database import Row, Session, listed
from entrepot.store.market_view import market_exports
from entrepot.store.schema import FILED
from entrepot.store.screening_view import ScreeningView
from entrepot.store.store import Store

KEPT = 64
MOST_LINES = 5_000
MOST_DECLARATIONS = 200
OFFICE = ("office", "gateway")
_STANDS = "s.withdraws = '[]' AND NOT EXISTS (SELECT 1 FROM retired r WHERE r.dossier = s.dossier AND r.gone = s.id)"
_OWN = "SELECT o.dossier FROM submission o WHERE o.topic = 'dossier.opened' AND o.for_organisation = ?"
_FILED = f"""
SELECT s.dossier, s.topic, s.key, s.authority, b.data FROM submission s JOIN body b ON b.seq = s.seq
WHERE {FILED.format("s.topic")} AND s.dossier IN ({_OWN}) AND {_STANDS} ORDER BY s.seq
"""
_ROLES = f"""
SELECT s.dossier, b.data FROM submission s JOIN body b ON b.seq = s.seq
WHERE s.topic = 'dossier.member' AND s.key = ? AND {_STANDS}
"""
_BESIDE = f"""
SELECT s.dossier, s.topic, s.key, s.authority, b.data FROM submission s JOIN body b ON b.seq = s.seq
WHERE s.topic IN ('{LINE.name}', '{CANCELLED.name}') AND {_STANDS}
"""
_STAMP = (
    f"SELECT seq FROM submission WHERE {FILED.format('topic')} ORDER BY seq DESC LIMIT 1",
    f"SELECT seq FROM submission WHERE topic = '{CANCELLED.name}' ORDER BY seq DESC LIMIT 1",
    "SELECT count(*) FROM erased",
    "SELECT count(*) FROM retired",
)
# The dossier that an enterprise keeps of itself: the one it opened last.
_KEPT_OF_ITSELF = f"SELECT id FROM dossier WHERE kind = 'enterprise' AND id IN ({_OWN}) ORDER BY opened DESC LIMIT 1"
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
    """What is shown to one enterprise, as of `stamp`."""

    stamp: tuple[Any, ...]
    memory: Memory
    history: History


class Views:
    """Asked by sheets for view topics; may be called from any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: OrderedDict[str, _Own] = OrderedDict()
        self._profiles: OrderedDict[str, tuple[tuple[Any, ...], Profile | None]] = OrderedDict()
        self._mutex = threading.Lock()
        self._screening = ScreeningView(store)

    def __call__(self, topic: Topic[Any], record: Record) -> Any:
        """What a view topic shows in a dossier; None where it shows nothing."""
        if topic.name == EXPORTS.name:
            own = enterprise(record)
            return market_exports(self._store, own, record.dossier) if own else None
        shows = {
            MEMORY.name: self.memory, HISTORY.name: self.history, PROFILE.name: self.profile,
            DECISIONS.name: self._screening.decisions,
        }.get(topic.name)  # fmt: skip
        organisation = enterprise(record) if shows is not None else ""
        return shows(organisation) if shows is not None and organisation else None

    def memory(self, organisation: str) -> Memory:
        """The accepted lines of one enterprise, newest first; the same object while nothing was filed or retired."""
        return self._own(organisation).memory

    def history(self, organisation: str) -> History:
        """The accepted declarations of one enterprise, newest first; the same object while nothing was filed or retired."""
        return self._own(organisation).history

    def profile(self, organisation: str) -> Profile | None:
        """What an enterprise says of itself; None where it keeps no dossier of itself. The same object while it says nothing."""
        with self._store.database.session() as session:
            rows = session.all(_KEPT_OF_ITSELF, organisation)
            dossier = str(rows[0][0]) if rows else ""
            last, erased = session.run((_LAST, (dossier,)), (_STAMP[2], ()))
        stamp = (dossier, last, erased)
        with self._mutex:
            kept = self._profiles.get(organisation)
        if kept is not None and kept[0] == stamp:
            return kept[1]
        profile = None
        if dossier:
            with self._store.holding(dossier) as record:
                profile = _profile(record) if _exports(record, organisation) else None
        self._keep(self._profiles, organisation, (stamp, profile))
        return profile

    def _own(self, organisation: str) -> _Own:
        with self._store.database.session() as session:
            stamp = tuple(value for rows in session.run(*((sql, ()) for sql in _STAMP)) for value in rows)
            with self._mutex:
                kept = self._kept.get(organisation)
            if kept is not None and kept.stamp == stamp:
                return kept
            taken, words = self._taken(session, organisation)
        memory = Memory(tuple(_memory(taken, words))[:MOST_LINES])
        own = _Own(stamp, memory, History(tuple(_history(taken, words))))
        self._keep(self._kept, organisation, own)
        return own

    def _keep(self, kept: OrderedDict[str, Any], organisation: str, shown: Any) -> None:
        with self._mutex:
            kept[organisation] = shown
            kept.move_to_end(organisation)
            while len(kept) > KEPT:
                kept.popitem(last=False)

    def _taken(self, session: Session, organisation: str) -> tuple[list[_Taken], dict[tuple[str, str], list[str]]]:
        """What customs took in and did not give up again, newest first; and how each line was called, by dossier and number."""
        filed, roles = session.run((_FILED, (organisation,)), (_ROLES, (organisation,)))
        exported = {
            dossier for dossier, data in roles if "exporter" in _decoded(data, Membership, Membership(())).roles
        }
        accepted = [one for one in _accepted(filed) if one.dossier in exported]
        dossiers = listed({one.dossier for one in accepted})
        among = self._store.database.among("s.dossier")
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


def enterprise(record: Record) -> str:
    """The enterprise whose dossier this is: the one that opened it by its own word and is an exporter in it; else nobody."""
    opened = record.standing(OPENED.name).get("")
    if opened is None or any(said.mandate for said in opened.statements):
        return ""
    organisations = {said.for_ for said in opened.statements}
    organisation = organisations.pop() if len(organisations) == 1 else ""
    return organisation if organisation and _exports(record, organisation) else ""


def _exports(record: Record, organisation: str) -> bool:
    """Whether an organisation is an exporter in a dossier."""
    member = record.standing(MEMBER.name).get(organisation)
    granted = [] if member is None else [_decoded(bytes(s.body), Membership, Membership(())) for s in member.statements]
    return any("exporter" in membership.roles for membership in granted)


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
