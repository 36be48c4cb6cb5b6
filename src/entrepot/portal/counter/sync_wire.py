"""What counters and the portal write to each other: one shape for each question and each answer, strict on both sides."""

from msgspec import Struct

from entrepot.portal.counter.sync_desk import PreparedWord
from entrepot.portal.counter.sync_merge import HandedIn
from entrepot.store.sync import SyncItem, SyncProof

ROOT = "/api/v1/sync"
LARGEST = 32 * 1024 * 1024  # bytes of a question or an answer


class SyncHello(Struct, frozen=True, forbid_unknown_fields=True):
    """A counter tells its log's origin and key, what it is called, and how large the portal's log was when it saw it last."""

    origin: str
    key: str
    name: str
    seen: int = 0


class SyncWelcome(Struct, frozen=True):
    """The portal tells its log with the document of its keys, its nature, the organisation that the token speaks for, the time, how
    far the counter's log was seen to grow, its latest checkpoint with the proof that it goes on from what the counter saw, and its
    packs in a note that the log signs (`law_sets.py`)."""

    origin: str
    keys: str
    nature: str
    organisation: str
    now: str
    size: int
    checkpoint: str
    grown: tuple[str, ...]
    law: str


class SyncUp(Struct, frozen=True, forbid_unknown_fields=True):
    """A counter hands in: its latest checkpoint, the proof that its log only grew from the size that the portal knows, the next
    statements with their proofs, the time by its clock, and how large it saw the portal's log."""

    origin: str
    checkpoint: str
    consistency: tuple[str, ...]
    items: tuple[SyncItem, ...]
    now: str
    seen: int = 0


class SyncTaken(Struct, frozen=True):
    """What became of each statement, the portal's checkpoint with the proof of its growth, and the proofs of those that stand in its
    log by now. `size` is how far the counter's log is known; `skew_s` by how many seconds its clock is ahead."""

    results: tuple[HandedIn, ...]
    checkpoint: str
    grown: tuple[str, ...]
    proofs: tuple[SyncProof, ...]
    size: int
    skew_s: int


class SyncLater(Struct, frozen=True, forbid_unknown_fields=True):
    """What was prepared at a counter, to be said by the portal."""

    origin: str
    entries: tuple[PreparedWord, ...]


class SyncLast(Struct, frozen=True):
    """A dossier that the counter may read, and the last place of the log at which something was said in it."""

    dossier: str
    place: int


class SyncDossiers(Struct, frozen=True):
    """A page of dossiers; `upto` is the last place of the log, `next` the cursor of the page that follows."""

    dossiers: tuple[SyncLast, ...]
    upto: int
    next: int | None = None


class SyncDown(Struct, frozen=True):
    """The next statements of a dossier with their proofs in the portal's checkpoint, and that of its growth. `after` and `held` are
    given back with the next question: up to which place they go, and how many that are readable there; `more` where some are left."""

    checkpoint: str
    grown: tuple[str, ...]
    items: tuple[SyncItem, ...]
    after: int
    held: int
    more: bool


class SyncErased(Struct, frozen=True):
    """The statements that say what was erased by law in dossiers that the counter had a part of, proven in the portal's checkpoint;
    `after` is given back with the next question."""

    checkpoint: str
    grown: tuple[str, ...]
    items: tuple[SyncItem, ...]
    after: int
    more: bool


class SyncPaper(Struct, frozen=True):
    """How many bytes of a paper have arrived; -1 once it is whole."""

    arrived: int


SHAPES: tuple[type, ...] = (
    SyncHello, SyncWelcome, SyncUp, SyncTaken, SyncLater, SyncDossiers, SyncDown, SyncErased, SyncPaper, HandedIn, SyncItem,
    SyncProof, PreparedWord,
)  # fmt: skip
