"""The witness: which logs it knows, what it saw of each last, and whether it cosigns what comes next (C2SP tlog-witness).

Its folder holds `ed25519.key` and/or `ml-dsa-44.key` (secret, its owner's alone), `name`, `state.sqlite3` and `forks/`. What it cosigns
is durable in the state before the cosignature leaves, and one request at a time looks and writes, of all processes on the folder: so
it never cosigns two trees of one log that contradict each other, whatever it is asked and wherever it is stopped.
"""

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from entrepot_witness import forks
from entrepot_witness.key_changes import LogKeys
from entrepot_witness.notes import (
    COSIGNATURE,
    ED25519,
    ML_DSA_44,
    NOTE_LIMIT,
    Checkpoint,
    Cosigner,
    Key,
    NoteError,
    NotSignedError,
    bytes_of,
    open_note,
    size_of,
)
from entrepot_witness.tree import EMPTY_ROOT, PATH_LIMIT, ProofError, implied_roots

BODY_LIMIT = NOTE_LIMIT + 64 * 64  # bytes of a request: old size, path, checkpoint
SIZE_TYPE = "text/x.tlog.size"
STATE = "state.sqlite3"
KINDS = {"ed25519": COSIGNATURE, "ml-dsa-44": ML_DSA_44}

_STATE = """
CREATE TABLE IF NOT EXISTS log (origin TEXT PRIMARY KEY, keys TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS latest (
    origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, note TEXT NOT NULL, cosigned_at INTEGER NOT NULL
) STRICT;
"""


class WitnessError(Exception):
    """The witness cannot be made or opened; the message says why."""


class Answer(NamedTuple):
    """What a request is answered: HTTP status, body, media type."""

    status: int
    body: str
    media: str = "text/plain; charset=utf-8"


class Latest(NamedTuple):
    """What the witness cosigned last of a log; `note` bears the log's lines and its own."""

    size: int
    root: bytes
    note: str
    cosigned_at: int


class Request(NamedTuple):
    """An add-checkpoint request, not yet checked."""

    old: int
    path: tuple[bytes, ...]
    note: str

    @classmethod
    def parse(cls, body: bytes) -> "Request":
        """The parts of a request's body; NoteError where it is malformed."""
        if len(body) > BODY_LIMIT:
            raise NoteError(f"a request has at most {BODY_LIMIT:,} bytes")
        try:
            text = body.decode()
        except UnicodeDecodeError:
            raise NoteError("a request is UTF-8 text") from None
        top, gap, note = text.partition("\n\n")
        first, *hashes = top.split("\n")
        if not gap or not first.startswith("old "):
            raise NoteError(
                "a request reads: `old SIZE`, a line for each hash of the proof, an empty line, the checkpoint"
            )
        if len(hashes) > PATH_LIMIT:
            raise NoteError(f"a proof has at most {PATH_LIMIT} hashes")
        path = tuple(bytes_of(one, "a hash of the proof") for one in hashes)
        if any(len(one) != 32 for one in path):
            raise NoteError("a hash has 32 bytes")
        return cls(size_of(first[4:]), path, note)


def make_witness(folder: Path, name: str, kinds: list[str]) -> None:
    """Make the folder of a witness with a new key of each kind; a folder that is a witness's already is refused."""
    if (folder / "name").exists():
        raise WitnessError(f"{folder} is a witness's already; its name and keys stay")
    for kind in kinds:
        Cosigner(name, KINDS[kind], bytes(32))  # refuses a name that no key can have, before anything is written
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    for kind in kinds:
        forks.write_once(folder / f"{kind}.key", os.urandom(32))
    state = sqlite3.connect(folder / STATE)
    state.executescript(_STATE)
    state.close()
    forks.write_once(folder / "name", f"{name}\n".encode())


class Witness:
    """A witness on its folder. Its methods may be called from any thread."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self.folder, self._clock = folder, clock
        if not (folder / "name").is_file():
            raise WitnessError(f"{folder} is no witness's folder: `entrepot-witness init NAME` makes one")
        self.name = (folder / "name").read_text().strip()
        self.cosigners = [Cosigner(self.name, kind, _seed(path)) for path, kind in _keys(folder)]
        if not self.cosigners:
            raise WitnessError(
                f"there is no key in {folder}: put it back from where it was kept; a new one is a new witness"
            )
        if not (folder / STATE).is_file():
            # Without it this witness could cosign what contradicts its own word.
            raise WitnessError(
                f"{folder / STATE} is gone: put it back, or make a new witness with a new key in another folder"
            )
        self._lock = threading.Lock()
        self._state = sqlite3.connect(folder / STATE, isolation_level=None, check_same_thread=False, timeout=10)
        for pragma in ("journal_mode = WAL", "synchronous = FULL"):
            self._state.execute(f"PRAGMA {pragma}")

    def close(self) -> None:
        """Let go of the state."""
        with self._lock:
            self._state.close()

    # -- logs -----------------------------------------------------------------------------------------------------

    def add_log(self, vkey: str) -> Key:
        """Know a log by its first key from now on."""
        key = Key.parse(vkey, (ED25519,))
        with self._writing() as state:
            known = self._keys(key.name)
            if known is None:
                state.execute("INSERT INTO log VALUES (?, ?)", (key.name, f"{key}\n"))
            elif known.spans[0].key != key:
                raise WitnessError(
                    f"{key.name} is known by another first key; its keys change by `entrepot-witness keys`"
                )
        return key

    def follow_keys(self, document: str) -> LogKeys:
        """Follow a log's keys to the newest, from what the log tells at `keys`; WitnessError where that does not follow."""
        told = LogKeys.parse(document)
        with self._writing() as state:
            known = self._keys(told.origin)
            if known is None or not told.follows(known):
                raise WitnessError(f"these are not the keys known of {told.origin} with changes added to them")
            state.execute("UPDATE log SET keys = ? WHERE origin = ?", (document, told.origin))
        return told

    def logs(self) -> dict[str, LogKeys]:
        """The logs known, each with its keys."""
        with self._lock:
            rows = self._state.execute("SELECT origin, keys FROM log ORDER BY origin").fetchall()
        return {origin: LogKeys.parse(document) for origin, document in rows}

    def _keys(self, origin: str) -> LogKeys | None:
        row = self._state.execute("SELECT keys FROM log WHERE origin = ?", (origin,)).fetchone()
        return None if row is None else LogKeys.parse(row[0])

    def latest(self, origin: str) -> Latest | None:
        """What was cosigned last of a log."""
        with self._lock:
            return self._latest(origin)

    def checkpoint(self, origin_hash: str) -> str | None:
        """The note cosigned last of the log whose origin has this SHA-256 (hexadecimal)."""
        with self._lock:
            rows = self._state.execute("SELECT origin, note FROM latest").fetchall()
        return next((note for origin, note in rows if sha256(origin.encode()).hexdigest() == origin_hash), None)

    # -- cosigning ------------------------------------------------------------------------------------------------

    def add_checkpoint(self, body: bytes) -> Answer:
        """The answer to an add-checkpoint request (tlog-witness, `add-checkpoint`)."""
        try:
            request = Request.parse(body)
            named = Checkpoint.parse(request.note.rpartition("\n\n")[0] + "\n")
        except NoteError as error:
            return Answer(400, f"{error}\n")
        with self._lock:
            known = self._keys(named.origin)
        if known is None:
            return Answer(404, "this witness does not know the log\n")
        keys = known.counting(named.size)
        try:
            checkpoint, lines = open_note(request.note, keys)
        except NotSignedError as error:
            return Answer(403, f"{error}\n")
        except NoteError as error:
            return Answer(400, f"{error}\n")
        if request.old > checkpoint.size:
            return Answer(400, "the old size is larger than the checkpoint's\n")
        own = f"{checkpoint.text}\n" + "".join(map(str, lines))
        with self._writing() as state:
            latest = self._latest(checkpoint.origin)
            refusal = _refusal(request, checkpoint, latest)
            if refusal is None:
                return self._cosign(state, checkpoint, own, latest)
        if latest is not None:
            self._keep_fork(request, checkpoint, own, latest, [*known.counting(latest.size), *keys])
        return refusal

    def _cosign(self, state: sqlite3.Connection, checkpoint: Checkpoint, own: str, latest: Latest | None) -> Answer:
        # A clock that was set back must not make a later statement look like an earlier one.
        now = max(int(self._clock()), latest.cosigned_at if latest else 1)
        lines = "".join(str(cosigner.line(checkpoint, now)) for cosigner in self.cosigners)
        row = (checkpoint.origin, checkpoint.size, checkpoint.root, own + lines, now)
        state.execute("INSERT OR REPLACE INTO latest VALUES (?, ?, ?, ?, ?)", row)
        return Answer(200, lines)

    def _keep_fork(self, request: Request, checkpoint: Checkpoint, own: str, latest: Latest, keys: list[Key]) -> None:
        """Keep what the refused request proves against the log, if it proves anything."""
        if checkpoint.size == latest.size:
            fork = forks.Fork(latest.note, own)
        elif request.old != latest.size:
            return
        else:
            try:
                root, _ = implied_roots(request.old, checkpoint.size, request.path, latest.root)
            except ProofError:
                return
            fork = forks.Fork(latest.note, own, request.path, root)
        forks.keep(self.folder / "forks", fork, keys)

    def _latest(self, origin: str) -> Latest | None:
        row = self._state.execute(
            "SELECT size, root, note, cosigned_at FROM latest WHERE origin = ?", (origin,)
        ).fetchone()
        return None if row is None else Latest(*row)

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One at a time, of all threads and processes; durable when it ends well, and as if nothing had been when not."""
        with self._lock:
            self._state.execute("BEGIN IMMEDIATE")
            try:
                yield self._state
                self._state.execute("COMMIT")
            except BaseException:
                if self._state.in_transaction:
                    self._state.execute("ROLLBACK")
                raise


def _refusal(request: Request, checkpoint: Checkpoint, latest: Latest | None) -> Answer | None:
    """Why a checkpoint that the log signed is not cosigned after the latest; None where it is."""
    seen = latest.size if latest else 0
    if request.old != seen:
        return Answer(409, f"{seen}\n", SIZE_TYPE)
    if checkpoint.size == 0 and checkpoint.root != EMPTY_ROOT:
        return Answer(422, "an empty log has the root hash of the empty string\n")
    if request.old == 0:
        return Answer(422, "from an empty log there is nothing to prove\n") if request.path else None
    assert latest is not None
    try:
        roots = implied_roots(request.old, checkpoint.size, request.path, latest.root)
    except ProofError as error:
        return Answer(422, f"{error}\n")
    if roots != (latest.root, checkpoint.root):
        return Answer(422, "the log is not proven to have grown out of what this witness saw\n")
    return None


def _keys(folder: Path) -> list[tuple[Path, int]]:
    return [(path, kind) for name, kind in KINDS.items() if (path := folder / f"{name}.key").is_file()]


def _seed(path: Path) -> bytes:
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise WitnessError(f"{path} can be read by others: allow its owner alone (chmod 600)")
    return path.read_bytes()
