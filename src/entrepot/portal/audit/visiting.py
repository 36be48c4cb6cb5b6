"""Through which door a read comes, and that it is written down: the desk notes every read of a dossier here (`store/reads.py`).

Pages, API and command line say who is at the door (`at_the_door`); what the platform itself reads on behalf of a subscriber, behind,
comes through no door.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from entrepot.channels.online import Voice
from entrepot.kernel.access import Speaker
from entrepot.kernel.record import Record
from entrepot.portal.audit.personal import personal_read
from entrepot.store.reads import Seen

if TYPE_CHECKING:
    from entrepot.portal.desk import Desk

BEHIND = "behind"
# These open a record and tell nothing of it, so they are no reads: each with the reason.
UNTOLD = {
    "GET /live": "tells only that something moved in a dossier, never what",
}
Door = Callable[[], str]
_nowhere: tuple[Door, str] = (lambda: BEHIND, "")
_at: ContextVar[tuple[Door, str]] = ContextVar("entrepot_door", default=_nowhere)


@contextmanager
def at_the_door(door: Door, address: str = "") -> Iterator[None]:
    """What is read meanwhile in this thread comes through a door (`GET /d/<str:id>`, `entrepot why`), from an address of the network."""
    token = _at.set((door, address))
    try:
        yield
    finally:
        _at.reset(token)


def note(desk: "Desk", voice: Voice, record: Record, speaker: Speaker) -> None:
    """A voice reads in a dossier."""
    door, address = _at.get()
    through = door()
    if through in UNTOLD:
        return
    roles = " ".join(sorted(speaker.roles))
    personal = personal_read(desk.registry.topics, record, speaker)
    organisation, mandate = voice.counter or voice.organisation, voice.mandate
    if speaker.organisation != organisation:  # somebody acts for another here
        mandate = f"{speaker.organisation} {mandate or (voice.grant.number if voice.grant else '')}".strip()
    desk.store.reads.note(
        Seen(
            voice.person,
            organisation,
            mandate,
            roles,
            record.dossier,
            len(record.submissions),
            personal,
            through,
            address,
        )
    )


def note_other(desk: "Desk", voice: Voice, what: str, *, personal: str = "") -> None:
    """A voice reads something that is no dossier: an export, a list of reads. It is written before anything is handed out."""
    door, address = _at.get()
    desk.store.reads.note(
        Seen(voice.person, voice.counter or voice.organisation, voice.mandate, " ".join(sorted(voice.standing)), "", 0, personal,
             f"{door()} {what}", address)
    )  # fmt: skip
    desk.store.reads.flush()
