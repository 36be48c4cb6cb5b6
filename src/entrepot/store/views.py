"""Views: what the store shows a dossier of other dossiers. One is there so far: the accepted lines of an enterprise.

An enterprise sees its own lines in the dossiers that it opened itself and is an exporter in; they come from dossiers opened
for it in which it is one, and only those count whose very message customs took in, by the office's own word. Nobody else's lines are
ever looked at: the enterprise is in the query, not in a filter behind it.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import msgspec
from msgspec import Struct

from entrepot.kernel.record import Record
from entrepot.kernel.topics import Topic
from entrepot.kernel.vocabulary.answers import ACCEPTANCE, Acceptance
from entrepot.kernel.vocabulary.decisions import FORM
from entrepot.kernel.vocabulary.goods import LINE
from entrepot.kernel.vocabulary.trade import MEMBER, OPENED, Membership
from entrepot.modules.classification.facts import MEMORY, AcceptedLine, Memory
from entrepot.store.database import Row, Session, listed
from entrepot.store.schema import FILED
from entrepot.store.store import Store

KEPT = 64
MOST_LINES = 5_000
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
_WORDS = f"SELECT s.dossier, s.key, b.data FROM submission s JOIN body b ON b.seq = s.seq WHERE s.topic = '{LINE.name}' AND {_STANDS}"
_STAMP = (
    f"SELECT seq FROM submission WHERE {FILED.format('topic')} ORDER BY seq DESC LIMIT 1",
    "SELECT count(*) FROM erased",
    "SELECT count(*) FROM retired",
)


class _Line(Struct, frozen=True):
    no: int = 0
    hs10: str = ""
    name: str = ""


class _Lines(Struct, frozen=True):
    lines: tuple[_Line, ...] = ()


class _Sent(Struct, frozen=True):
    value: _Lines


class _Words(Struct, frozen=True):
    description: str = ""
    description_zh: str = ""


class Views:
    """Asked by sheets for view topics; may be called from any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: OrderedDict[str, tuple[tuple[Any, ...], Memory]] = OrderedDict()
        self._mutex = threading.Lock()

    def __call__(self, topic: Topic[Any], record: Record) -> Memory | None:
        """What a view topic shows in a dossier; None where it shows nothing."""
        organisation = enterprise(record) if topic is MEMORY else ""
        return self.memory(organisation) if organisation else None

    def memory(self, organisation: str) -> Memory:
        """The accepted lines of one enterprise, newest first; the same object while nothing was filed or retired."""
        with self._store.database.session() as session:
            stamp = tuple(value for rows in session.run(*((sql, ()) for sql in _STAMP)) for value in rows)
            with self._mutex:
                kept = self._kept.get(organisation)
            if kept is not None and kept[0] == stamp:
                return kept[1]
            memory = Memory(tuple(self._lines(session, organisation))[:MOST_LINES])
        with self._mutex:
            self._kept[organisation] = (stamp, memory)
            self._kept.move_to_end(organisation)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return memory

    def _lines(self, session: Session, organisation: str) -> Iterator[AcceptedLine]:
        filed, roles = session.run((_FILED, (organisation,)), (_ROLES, (organisation,)))
        exported = {
            dossier for dossier, data in roles if "exporter" in _decoded(data, Membership, Membership(())).roles
        }
        accepted = [one for one in _accepted(filed) if one[0] in exported]
        dossiers = listed({one[0] for one in accepted})
        among = self._store.database.among("s.dossier")
        said = session.all(f"{_WORDS} AND {among} ORDER BY s.seq", dossiers) if accepted else []
        words: dict[tuple[str, str], list[str]] = {}
        for dossier, key, data in said:
            line = _decoded(data, _Words, _Words())
            words.setdefault((dossier, key), []).extend((line.description, line.description_zh))
        for dossier, acceptance, lines in accepted:
            for line in lines:
                texts = dict.fromkeys((*words.get((dossier, str(line.no)), ()), line.name))
                for text in texts:
                    if text.strip() and line.hs10:
                        yield AcceptedLine(
                            text, line.hs10, acceptance.accepted_on, dossier, str(line.no), acceptance.sandbox
                        )


def enterprise(record: Record) -> str:
    """The enterprise whose dossier this is: the one that opened it by its own word and is an exporter in it; else nobody."""
    opened = record.standing(OPENED.name).get("")
    if opened is None or any(said.mandate for said in opened.statements):
        return ""
    organisations = {said.for_ for said in opened.statements}
    organisation = organisations.pop() if len(organisations) == 1 else ""
    member = record.standing(MEMBER.name).get(organisation) if organisation else None
    granted = [] if member is None else [_decoded(bytes(s.body), Membership, Membership(())) for s in member.statements]
    return organisation if any("exporter" in membership.roles for membership in granted) else ""


def _accepted(filed: Iterable[Row]) -> list[tuple[str, Acceptance, tuple[_Line, ...]]]:
    """The declarations that an office took in, by dossier, the one accepted last first: its acceptance names the message."""
    sent: dict[tuple[str, str], tuple[_Line, ...]] = {}
    taken: list[tuple[str, Acceptance]] = []
    back: set[tuple[str, str]] = set()
    for dossier, topic, key, authority, data in filed:
        if topic == f"{FORM.name}.sent":
            sent[(dossier, key)] = _decoded(data, _Sent, _Sent(_Lines())).value.lines
        elif topic == f"{FORM.name}.rejected":
            back.add((dossier, key))
        elif topic == ACCEPTANCE.name and authority in ("office", "gateway"):
            taken.append((dossier, _decoded(data, Acceptance, Acceptance(date.min))))
    found = [
        (dossier, acceptance, sent[(dossier, acceptance.message)])
        for dossier, acceptance in reversed(taken)
        if (dossier, acceptance.message) in sent.keys() - back
    ]
    return sorted(found, key=lambda one: one[1].accepted_on, reverse=True)


def _decoded(data: Any, shape: type[Any], otherwise: Any) -> Any:
    """A body as far as it is wanted here; what does not fit (erased, or of another version) counts as nothing said."""
    try:
        return msgspec.json.decode(bytes(data), type=shape)
    except msgspec.MsgspecError:
        return otherwise
