"""A fork as a file that proves it: two checkpoints signed by one log that no growing tree can both have had.

    {"format": "entrepot-fork-1", "earlier": NOTE, "later": NOTE}                                 one size, two roots
    {"format": "entrepot-fork-1", "earlier": NOTE, "later": NOTE, "path": [BASE64 …], "root": BASE64}

In the second form `root` is the root that the first leaves of the later tree have, as many as the earlier checkpoint counts; `path`
is the consistency proof from `root` to the later checkpoint; and `root` is not what the earlier checkpoint says.
"""

import json
import os
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from entrepot_witness.notes import Checkpoint, Key, NoteError, base64_of, bytes_of, open_note
from entrepot_witness.tree import PATH_LIMIT, ProofError, implied_roots

FORMAT = "entrepot-fork-1"
FORK_LIMIT = 1_048_576  # bytes of a file
KEPT_LIMIT = 1000  # forks kept in one folder: more of them prove no more


class Fork(NamedTuple):
    """Two contradicting notes, the smaller checkpoint first; where sizes differ, what proves that they contradict."""

    earlier: str
    later: str
    path: tuple[bytes, ...] = ()
    root: bytes = b""

    def text(self) -> str:
        """The file's text: JSON."""
        told: dict[str, object] = {"format": FORMAT, "earlier": self.earlier, "later": self.later}
        if self.root:
            told |= {"path": [base64_of(one) for one in self.path], "root": base64_of(self.root)}
        return json.dumps(told, ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def parse(cls, data: bytes) -> "Fork":
        """A fork from a file's bytes; NoteError where it is none. It is not checked yet."""
        try:
            told = json.loads(data) if len(data) <= FORK_LIMIT else None
            if not isinstance(told, dict) or told.pop("format", "") != FORMAT:
                raise NoteError("it is of another format")
            if not {"earlier", "later"} <= told.keys() <= {"earlier", "later", "path", "root"}:
                raise NoteError("it lacks a note, or holds more than a proof does")
            if not all(isinstance(told[name], str) for name in ("earlier", "later")):
                raise NoteError("its notes are no texts")
            path = tuple(bytes_of(one, "a hash of the path") for one in told.get("path", []))
            fork = cls(
                told["earlier"], told["later"], path, bytes_of(told["root"], "the root") if "root" in told else b""
            )
        except (ValueError, TypeError, RecursionError) as error:
            raise NoteError(f"the file is no proof of a fork: {error}") from None
        return fork


def check(fork: Fork, keys: Sequence[Key]) -> tuple[Checkpoint, Checkpoint]:
    """The two checkpoints of a fork; NoteError where they were not both signed by the log, ProofError where they agree."""
    (earlier, _), (later, _) = open_note(fork.earlier, keys), open_note(fork.later, keys)
    if earlier.origin != later.origin:
        raise ProofError("the two checkpoints are of different logs")
    if earlier.size == later.size:
        if earlier.root == later.root or fork.root or fork.path:
            raise ProofError("two checkpoints of one size contradict each other when their roots differ, and not else")
        return earlier, later
    if len(fork.path) > PATH_LIMIT or not fork.root:
        raise ProofError("checkpoints of two sizes need a path and the root that it starts from")
    if fork.root == earlier.root:
        raise ProofError("the later tree begins with the earlier one: there is no fork")
    if implied_roots(earlier.size, later.size, fork.path, fork.root) != (fork.root, later.root):
        raise ProofError("the path does not lead to the later root: it proves nothing")
    return earlier, later


def keep(folder: Path, fork: Fork, keys: Sequence[Key]) -> Path | None:
    """Keep a fork in a file of its own, never over another; None where it proves nothing, or the folder is full."""
    try:
        earlier, _ = check(fork, keys)
    except (NoteError, ProofError):
        return None
    data = fork.text().encode()
    # Signatures may be repeated under other lines: what counts is which trees contradict each other.
    trees = "\n".join(note.rpartition("\n\n")[0] for note in (fork.earlier, fork.later))
    path = folder / f"fork-{earlier.size}-{sha256(trees.encode()).hexdigest()[:32]}.json"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists() or sum(1 for _ in folder.iterdir()) < KEPT_LIMIT:
        write_once(path, data)
        return path
    return None


def write_once(path: Path, data: bytes) -> None:
    """Write a file whole and durably; what is there already stays."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.link(beside, path)
        sync_folder(path.parent)
    except FileExistsError:
        return
    finally:
        beside.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable, where the system can."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
