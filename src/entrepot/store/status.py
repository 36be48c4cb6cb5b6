"""The status lists of issued documents: which place on which list is whose, and what stands there.

A document's place is drawn by chance among the free ones, so that neither the order of issuing nor a neighbour can be read off a
list; places are never given twice. What became of a document is a statement like any other (`document.revoked`): the lists
follow from those that stand, and hold nothing of their own.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime

import msgspec
from msgspec import Struct

from entrepot.kernel.vocabulary.evidence import REVOKED, DocumentRevoked
from entrepot.store.database import ContentionError, Session
from entrepot.store.outbox import stamp

LIST_SIZE = 131_072  # places: the least that W3C Bitstring Status List 1.0 asks for, so that each hides among many
FULL = LIST_SIZE // 2  # beyond that the next list is begun: a free place is then found at the second draw on average

_GRAVITY = ("reinstated", "suspended", "revoked")
_STANDING = f"""
SELECT p.place, b.data FROM status_place p JOIN submission s ON s.topic = '{REVOKED.name}' AND s.key = p.document
JOIN body b ON b.seq = s.seq WHERE p.list = ? AND s.withdraws = '[]'
AND NOT EXISTS (SELECT 1 FROM retired r WHERE r.dossier = s.dossier AND r.gone = s.id)
"""


class StatusPlace(Struct, frozen=True):
    """Where a document stands: the number of the list, from 1, and the place on it, from 0."""

    list: int
    place: int


class StatusList(Struct, frozen=True):
    """What stands on a list: the places of documents that are revoked and of those that are suspended, and by how many statements."""

    number: int
    revoked: frozenset[int]
    suspended: frozenset[int]


def draw_place(session: Session, document: str, now: datetime) -> StatusPlace:
    """The place of a document, drawn at first asking, in a transaction of its own; the same one ever after."""
    with session.writing():
        row = session.one("SELECT list, place FROM status_place WHERE document = ?", document)
        if row is not None:
            return StatusPlace(*row)
        [(last, taken)] = session.all(
            "SELECT list, count(*) FROM status_place WHERE list = (SELECT coalesce(max(list), 0) FROM status_place) GROUP BY list"
        ) or [(1, 0)]
        number = last + 1 if taken >= FULL else last
        place = secrets.randbelow(LIST_SIZE)
        if session.one("SELECT 1 FROM status_place WHERE list = ? AND place = ?", number, place) is not None:
            raise ContentionError("the place is taken: another is drawn")
        row = (number, place, document, stamp(now))
        session.insert("status_place", ("list", "place", "document", "drawn_at"), [row])
    return StatusPlace(number, place)


def status_list(session: Session, number: int) -> StatusList | None:
    """What stands on the list of this number; None where no document has a place on it."""
    if session.one("SELECT 1 FROM status_place WHERE list = ?", number) is None:
        return None
    states: dict[int, str] = {}
    for place, data in session.all(_STANDING, number):
        said = msgspec.json.decode(data, type=DocumentRevoked).state
        # Where two words stand, said at once, the graver counts.
        states[place] = max(said, states.get(place, said), key=_GRAVITY.index)
    return StatusList(number, _places(states, "revoked"), _places(states, "suspended"))


def moved(session: Session) -> int:
    """How many statements on the status of documents there are: a list need not be made again while that is the same."""
    return int(session.all("SELECT count(*) FROM submission WHERE topic = ?", REVOKED.name)[0][0])


def _places(states: Mapping[int, str], state: str) -> frozenset[int]:
    return frozenset(place for place, stands in states.items() if stands == state)
