"""The keys of a log: the first, and every change since as a signed note, so that whoever trusts the first can follow to the newest.

The text of a change has six lines, its second line keeps it apart from any checkpoint:

    ORIGIN          the log; the name of all its keys
    hand-over       a key is added; or `retirement`: a key ends; or `compromise`: a key was stolen or lost
    NUMBER          of the change, from 1
    SIZE            leaves of the tree at that moment
    BASE64          the root hash over them
    KEY             NAME+HEX+BASE64: the key that is added, or that ends

Every key that is valid signs every change, the one that is added signs it too, and only the one that is compromised need not.
A checkpoint counts when it is signed by a key at a size from that key's SIZE on, and, once the key has ended, up to its last
SIZE. Several keys may be valid at once; each signs every checkpoint.
"""

import logging
import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Literal, get_args

from msgspec import Struct

from entrepot.modules.evidence.rules.tree import EMPTY_ROOT
from entrepot.store.database import Session, StoreError
from entrepot.store.keys import make_key, read_key
from entrepot.store.notes import (
    Checkpoint,
    NoteError,
    Signer,
    Verifier,
    from_base64,
    sign_note,
    signers_of,
    split_note,
    to_base64,
)  # fmt: skip
from entrepot.store.outbox import stamp

Kind = Literal["hand-over", "retirement", "compromise"]
KINDS: tuple[str, ...] = get_args(Kind)
CHANGES_LIMIT = 1_000
COLUMNS = ("number", "note", "size", "line", "recorded_at")
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")


class Change(Struct, frozen=True):
    """A change of a log's keys: `key` is added or ends at the tree of that size and root."""

    origin: str
    kind: Kind
    number: int
    size: int
    root: bytes
    key: Verifier

    def text(self) -> str:
        """The change as the text of a note."""
        lines = (self.origin, self.kind, self.number, self.size, to_base64(self.root), self.key)
        return "".join(f"{line}\n" for line in lines)

    @classmethod
    def parse(cls, text: str) -> "Change":
        """A change from the text of a note; NoteError where it is none."""
        lines = text.split("\n")
        if len(lines) != 7 or lines[6]:
            raise NoteError("a change of keys has six lines: origin, kind, number, size, root hash, key")
        origin, kind, number, size, root, key = lines[:6]
        if kind not in KINDS:
            raise NoteError(f"a change of keys is a {', '.join(KINDS)}, not {kind[:40]!a}")
        if not _DECIMAL.fullmatch(number) or not _DECIMAL.fullmatch(size):
            raise NoteError("number and size of a change of keys are plain decimal numbers")
        head = Checkpoint(origin, int(size), from_base64(root, "the root hash"))  # bounds size and root
        named: Kind = "hand-over" if kind == "hand-over" else "retirement" if kind == "retirement" else "compromise"
        return cls(origin, named, int(number), head.size, head.root, Verifier.parse(key))


class LogKey(Struct, frozen=True):
    """A key of a log: the change that added it (0: the first), and the sizes of checkpoints at which its signature counts.

    `until` is None while it is valid.
    """

    key: Verifier
    number: int = 0
    since: int = 0
    until: int | None = None
    compromised: bool = False

    @property
    def id(self) -> str:
        """Its key id: eight hexadecimal digits."""
        return self.key.key_id.hex()


class KeyHistory(Struct, frozen=True):
    """All keys that a log ever had, and the changes, each as its signed note. Made by `parse`, which checks every signature."""

    keys: tuple[LogKey, ...]
    changes: tuple[tuple[Change, str], ...] = ()

    @property
    def origin(self) -> str:
        """The log."""
        return self.keys[0].key.name

    @property
    def valid(self) -> tuple[LogKey, ...]:
        """The keys that sign checkpoints now, the oldest first."""
        return tuple(one for one in self.keys if one.until is None)

    def counting(self, size: int) -> tuple[Verifier, ...]:
        """The keys whose signature of a checkpoint of that size counts."""
        return tuple(one.key for one in self.keys if one.since <= size and (one.until is None or size <= one.until))

    def text(self) -> str:
        """The document of keys: the first key, and after a blank line each change."""
        return "\n".join((f"{self.keys[0].key}\n", *(note for _, note in self.changes)))

    @classmethod
    def parse(cls, text: str) -> "KeyHistory":
        """The history from the document of keys; NoteError where a change does not follow from those before it."""
        first, *rest = text.split("\n\n")
        if len(rest) % 2 or len(rest) > 2 * CHANGES_LIMIT:
            raise NoteError("a document of keys is a key, and for each change a text and its signatures")
        if not rest:
            first, end = first[:-1], first[-1:]
            if end != "\n":
                raise NoteError("a document of keys ends with a new line")
        notes = ["\n\n".join(rest[at : at + 2]) for at in range(0, len(rest), 2)]
        # All but the last lost their own new line to the blank line that follows.
        return cls.of(Verifier.parse(first), [*(f"{note}\n" for note in notes[:-1]), *notes[-1:]])

    @classmethod
    def of(cls, first: Verifier, notes: Iterable[str]) -> "KeyHistory":
        """The history that starts with a key; NoteError as in `parse`."""
        history = cls((LogKey(first),))
        for note in notes:
            history = history.after(note)
        return history

    def after(self, note: str) -> "KeyHistory":
        """The history with one more change."""
        change = Change.parse(split_note(note)[0])
        if (change.origin, change.key.name) != (self.origin, self.origin):
            raise NoteError(f"the change is of the keys of {change.origin}, the log is {self.origin}")
        if change.number != len(self.changes) + 1:
            raise NoteError(f"the change has number {change.number}, {len(self.changes) + 1} is next")
        keys = self._added(change) if change.kind == "hand-over" else self._ended(change)
        signed = signers_of(note, [*(one.key for one in self.valid), change.key])
        wanted = {one.key for one in self.valid} | {change.key}
        if change.kind == "compromise":
            wanted.discard(change.key)
        if missing := wanted - set(signed):
            names = ", ".join(sorted(key.key_id.hex() for key in missing))
            raise NoteError(f"change {change.number} of the keys is not signed by {names}")
        return KeyHistory(keys, (*self.changes, (change, note)))

    def _added(self, change: Change) -> tuple[LogKey, ...]:
        self._later(change)
        if any(change.key.key_id == one.key.key_id for one in self.keys):
            raise NoteError(f"the key {change.key.key_id.hex()} was a key of the log before")
        return (*self.keys, LogKey(change.key, change.number, change.size))

    def _ended(self, change: Change) -> tuple[LogKey, ...]:
        stolen = change.kind == "compromise"
        found = [one for one in self.keys if one.key == change.key and not one.compromised]
        if not found or (found[0].until is not None and not stolen):
            raise NoteError(f"the key {change.key.key_id.hex()} is no valid key of the log")
        if all(one.key == change.key for one in self.valid):
            raise NoteError("the last valid key of a log cannot end: hand over to another first")
        if not stolen:
            self._later(change)
        if change.size < found[0].since:
            raise NoteError(f"the key {found[0].id} signs from size {found[0].since} on, and cannot end before")
        until = change.size if found[0].until is None else min(change.size, found[0].until)
        ended = LogKey(change.key, found[0].number, found[0].since, until, stolen)
        return tuple(ended if one.key == change.key else one for one in self.keys)

    def _later(self, change: Change) -> None:
        """Trees grow: no change but a compromise, which may name an earlier tree, goes back."""
        earlier = [before for before, _ in self.changes if before.kind != "compromise"]
        if earlier and change.size < earlier[-1].size:
            raise NoteError(f"change {change.number} of the keys names a smaller tree than the one before it")
        if any(before.size == change.size and before.root != change.root for before, _ in self.changes):
            raise NoteError(f"two changes of the keys name different roots of the tree of {change.size} leaves")


class Keyring:
    """A log's keys as this process has them: the history from the database, the secret ones from the folder of keys.

    Without a folder the process signs nothing. A change that another process made is seen at the next signing.
    """

    def __init__(self, origin: str, folder: Path | None) -> None:
        self.origin, self._folder = origin, folder
        self._history: KeyHistory | None = None
        self._signers: tuple[Signer, ...] = ()

    @property
    def signs(self) -> bool:
        """Whether this process has the folder of keys."""
        return self._folder is not None

    def path(self, number: int) -> Path:
        """The file of the key that a change added; 0 is the first."""
        assert self._folder is not None
        tail = f"-{number}" if number else ""
        return self._folder / f"log-{self.origin.rpartition('/')[2]}{tail}.key"

    def begin(self, session: Session) -> None:
        """Make the first key of a new log, inside the caller's transaction, and look whether the keys fit the log."""
        if session.one("SELECT 1 FROM meta WHERE name = 'log_key'") is None:
            first = self.path(0)
            if not first.exists():
                make_key(first)
            session.insert("meta", ("name", "value"), [("log_key", str(self.signer(0).verifier))])
        self.signers(session)

    def signer(self, number: int) -> Signer:
        """The secret key that a change added, from its file."""
        path = self.path(number)
        try:
            return Signer(self.origin, read_key(path))
        except NoteError as error:
            raise StoreError(f"{path.name} holds no key: {error}", f"{path.name} 不是有效的密钥：{error}") from error

    def history(self, session: Session) -> KeyHistory | None:
        """The log's keys and their changes; None for a log that has no key yet."""
        known = self._history
        last = session.one("SELECT max(number) FROM key_change")
        if known is not None and last is not None and (last[0] or 0) == len(known.changes):
            return known
        row = session.one("SELECT value FROM meta WHERE name = 'log_key'")
        if row is None:
            return None
        notes = [note for (note,) in session.all("SELECT note FROM key_change ORDER BY number")]
        self._history = KeyHistory.of(Verifier.parse(row[0]), notes)
        self._signers = ()
        return self._history

    def signers(self, session: Session) -> tuple[Signer, ...]:
        """The valid keys to sign with; StoreError where none is at hand. One that is missing among several is warned of."""
        history = self.history(session)
        if not self._signers and history is not None:
            at_hand = [one for one in history.valid if self.path(one.number).exists()]
            names = ", ".join(self.path(one.number).name for one in history.valid if one not in at_hand)
            if not at_hand:
                raise StoreError(
                    f"the log's key {names} is not in the folder of keys: put it back from a backup of the keys; without it"
                    " nobody can sign for this log, and what was said goes on in a new store with a log of its own",
                    f"密钥文件夹中没有本日志的密钥 {names}：请从密钥备份中恢复；若无法恢复，本日志不能再签署，须另建新存储",
                )
            if names:
                logging.getLogger(__name__).warning(
                    "checkpoints lack the signature of %s: put the file back, or `entrepot log retire ID --compromised`",
                    names,
                )
            self._signers = tuple(self._fitting(one) for one in at_hand)
        return self._signers

    def _fitting(self, one: LogKey) -> Signer:
        signer = self.signer(one.number)
        if signer.verifier != one.key:
            name = self.path(one.number).name
            raise StoreError(f"{name} holds another key than this log's", f"{name} 不是本日志的密钥")
        return signer


# -- changing them ----------------------------------------------------------------------------------------------------


def hand_over(session: Session, keyring: Keyring, now: datetime) -> Change:
    """Add a key, inside the sequencer's transaction: from the latest checkpoint on, which it signs too, it signs beside the others."""
    history = _at_hand(session, keyring)
    number = len(history.changes) + 1
    if number > CHANGES_LIMIT:
        raise StoreError("the log's keys were changed too often", "日志密钥更换次数过多")
    make_key(keyring.path(number))  # left by an attempt that was broken off, it is taken now
    new = keyring.signer(number)
    size, root = _head(session)
    change = Change(keyring.origin, "hand-over", number, size, root, new.verifier)
    line = new.line(Checkpoint(keyring.origin, size, root).text()) if size else ""
    _record(session, history, sign_note(change.text(), *keyring.signers(session), new), line, now)
    return change


def end_key(
    session: Session, keyring: Keyring, key_id: str, now: datetime, compromised: bool, last: int | None
) -> Change:
    """End a key, inside the sequencer's transaction. `last` is the size of the last checkpoint at which a compromised key counts."""
    history = _at_hand(session, keyring, lost=key_id if compromised else "")
    found = [one for one in history.keys if one.id == key_id]
    if not found:
        known = ", ".join(one.id for one in history.keys)
        raise StoreError(f"the log has no key {key_id}: it has {known}", f"日志没有密钥 {key_id}：现有 {known}")
    size, root = _head(session, last)
    kind: Kind = "compromise" if compromised else "retirement"
    change = Change(keyring.origin, kind, len(history.changes) + 1, size, root, found[0].key)
    signers = keyring.signers(session)
    if compromised:
        signers = tuple(one for one in signers if one.verifier != change.key)
    if not signers:
        raise _refused(NoteError("the last valid key of a log cannot end: hand over to another first"))
    _record(session, history, sign_note(change.text(), *signers), "", now)
    return change


def added_lines(session: Session, size: int) -> str:
    """The signature lines of keys that were handed the log over at the checkpoint of that size, after it was signed."""
    return "".join(line for (line,) in session.all("SELECT line FROM key_change WHERE size = ? ORDER BY number", size))


def _at_hand(session: Session, keyring: Keyring, lost: str = "") -> KeyHistory:
    """The history, with the file of every valid key there but that of the `lost` one."""
    history = keyring.history(session) if keyring.signs else None
    if history is None:
        raise StoreError(
            "this process has no key of the log: name the folder of keys", "本进程没有日志密钥：请指定密钥文件夹"
        )
    missing = [one.id for one in history.valid if one.id != lost and not keyring.path(one.number).exists()]
    if missing:
        raise StoreError(
            f"every valid key signs a change of the keys, and {', '.join(missing)} is not in the folder of keys: put it back,"
            " or end it first with `entrepot log retire ID --compromised`",
            f"更换密钥须由全部有效密钥签署，但密钥文件夹中没有 {'、'.join(missing)}：请恢复该密钥，或先将其作废",
        )
    return history


def _head(session: Session, size: int | None = None) -> tuple[int, bytes]:
    """Size and root of the latest checkpoint, or of the one named."""
    if size is None:
        row = session.one("SELECT size, root FROM checkpoint ORDER BY size DESC LIMIT 1")
        return (0, EMPTY_ROOT) if row is None else (row[0], bytes(row[1]))
    row = session.one("SELECT size, root FROM checkpoint WHERE size = ?", size)
    if row is None:
        raise StoreError(
            f"no checkpoint of size {size} was signed: name the size of one", f"没有大小为 {size} 的检查点"
        )
    return row[0], bytes(row[1])


def _record(session: Session, history: KeyHistory, note: str, line: str, now: datetime) -> None:
    """Keep a change, once it follows from those before."""
    try:
        change, _ = history.after(note).changes[-1]
    except NoteError as error:
        raise _refused(error) from error
    session.insert("key_change", COLUMNS, [(change.number, note, change.size, line, stamp(now))])


def _refused(error: NoteError) -> StoreError:
    return StoreError(f"the keys cannot be changed so: {error}", f"不能这样更换密钥：{error}")
