"""The log: every statement's leaf placed in one growing tree, and its root signed.

A leaf is written with its statement; the sequencer places leaves in the order of their numbers and signs a checkpoint for
each step, with every key of the log that is valid.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from entrepot.kernel.canonical import canonical
from entrepot.kernel.submissions import statement
from entrepot.modules.evidence.rules import tree as rules
from entrepot.store import cosignatures, log_keys, tiles, timestamps
from entrepot.store.database import SEQUENCER_LOCK, Database, Session, StoreError
from entrepot.store.log_keys import Change, KeyHistory, Keyring
from entrepot.store.log_standing import Standing, read_standing
from entrepot.store.notes import Checkpoint, Verifier, sign_checkpoint, sign_note, split_note
from entrepot.store.outbox import stamp
from entrepot.store.policy import Policy
from entrepot.store.receipt import make_receipt
from entrepot.store.records import read_submission
from entrepot.store.writer import Writer

TILES_KEPT = 4_096  # of 16 KB each: proofs in a log of a million leaves find theirs there
STEP = 20_000  # leaves placed in one transaction
PAUSE_SECONDS = 0.05  # how long the sequencer lets commits gather
LOOK_SECONDS = 1.0  # how often it looks for what other processes left


class NotInLogError(StoreError):
    """There is no proof for this statement: it is unknown, not yet placed, or erased."""


class Inclusion(Struct, frozen=True):
    """Where a leaf stands in the tree of a checkpoint, and the hashes that prove it."""

    index: int
    size: int
    path: tuple[bytes, ...]
    checkpoint: str


class Signed(Struct, frozen=True):
    """A checkpoint on file: what was signed, when (UTC), and the note with every signature and cosignature known by now."""

    size: int
    root: bytes
    signed_at: str
    note: str


class Log:
    """The tree over the leaves on file. `sequence` keeps it current in the background until `stop`."""

    def __init__(
        self, database: Database, writer: Writer, clock: Callable[[], datetime], origin: str, keyring: Keyring
    ) -> None:
        self._database, self._writer, self._clock, self._origin, self._keyring = (
            database,
            writer,
            clock,
            origin,
            keyring,
        )
        self._frontier = rules.Frontier()
        self._tiles = rules.Tiles(self._tile, TILES_KEPT)
        self._reading = threading.Lock()
        self._news = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    # -- growing --------------------------------------------------------------------------------------------------

    def integrate(self) -> int:
        """Place every leaf on file and sign the new root; the size of the tree."""
        if not self._keyring.signs:
            raise StoreError(
                "this process has no key of the log: open the store with its folder of keys",
                "本进程没有日志密钥：请指定密钥文件夹",
            )
        while self._writer.do(self._step) == STEP:
            pass
        return self._frontier.size

    def _step(self, session: Session) -> int:
        # While nobody is in the middle of writing, no lower number can still appear.
        with session.writing(alone=True):
            [(last,)] = session.all("SELECT coalesce(max(seq), 0) FROM leaf")
        with session.writing():
            _alone(session)
            [(size, done)] = session.all("SELECT coalesce(max(place) + 1, 0), coalesce(max(seq), 0) FROM placed")
            leaves = session.all(
                "SELECT seq, entry FROM leaf WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?", done, last, STEP
            )
            frontier = self._frontier
            if frontier.size != size:  # another process placed leaves, or this one has just started
                with self._reading:
                    frontier = rules.frontier_at(size, self._tiles)
            if leaves:
                frontier = self._place(session, frontier, [(seq, rules.leaf_hash(entry)) for seq, entry in leaves])
        self._frontier = frontier
        return len(leaves)

    def _place(self, session: Session, frontier: rules.Frontier, leaves: list[tuple[int, bytes]]) -> rules.Frontier:
        grown, kept = rules.append(frontier, [hashed for _, hashed in leaves])
        rows = [(place, seq, hashed) for place, (seq, hashed) in enumerate(leaves, frontier.size)]
        session.insert("placed", ("place", "seq", "hash"), rows)
        nodes = [node for node in kept if node[0] > 0]
        if nodes:
            session.insert("node", ("level", "place", "hash"), nodes)
        signers = self._keyring.signers(session)
        note = sign_checkpoint(Checkpoint(self._origin, grown.size, grown.root()), *signers)
        row = (grown.size, grown.root(), note, stamp(self._clock()))
        session.insert("checkpoint", ("size", "root", "note", "signed_at"), [row])
        return grown

    # -- keys -----------------------------------------------------------------------------------------------------

    def history(self) -> KeyHistory | None:
        """The log's keys and their changes; None for a log that has no key yet."""
        with self._database.session() as session:
            return self._keyring.history(session)

    def hand_over(self) -> Change:
        """Add a key, which signs every checkpoint from now on beside those that are valid."""
        return self._change(lambda session: log_keys.hand_over(session, self._keyring, self._clock()))

    def end_key(self, key_id: str, compromised: bool = False, last: int | None = None) -> Change:
        """End a key: nothing signed by it alone counts beyond the latest checkpoint; for one that is `compromised`, beyond `last`."""
        return self._change(
            lambda session: log_keys.end_key(session, self._keyring, key_id, self._clock(), compromised, last)
        )

    def _change(self, change: Callable[[Session], Change]) -> Change:
        def work(session: Session) -> Change:
            with session.writing():
                _alone(session)
                return change(session)

        return self._writer.do(work)

    def sign(self, text: str) -> str:
        """A text as a note signed with every key of the log that is valid. Its first line must tell what it is: no checkpoint's does."""
        if text.partition("\n")[0] == self._origin:
            raise ValueError("a text that begins like a checkpoint is not signed by hand")
        with self._database.session() as session:
            return sign_note(text, *self._keyring.signers(session))

    def sign_root(self, size: int, protect: Callable[[Verifier], bytes]) -> tuple[bytes, bytes]:
        """The COSE signature over the root of the first `size` leaves by the oldest valid key, and the protected header that
        `protect` made for that key. Only a root that a checkpoint was signed for is signed so."""
        with self._database.session() as session:
            row = session.one("SELECT root FROM checkpoint WHERE size = ?", size)
            signers = self._keyring.signers(session) if self._keyring.signs else ()
        if row is None or not signers:
            raise NotInLogError(f"no checkpoint of {size} entries can be signed here", f"此处无法签署 {size} 条的检查点")
        protected = protect(signers[0].verifier)
        return protected, signers[0].sign_root(protected, bytes(row[0]))

    # -- proving --------------------------------------------------------------------------------------------------

    def signed(self, size: int | None = None, policy: Policy | None = None) -> Signed | None:
        """The latest checkpoint, or that of a size, or the latest that the quorum of a policy cosigned; None where there is none."""
        with self._database.session() as session:
            if policy is not None:
                size = cosignatures.newest_with_quorum(session, policy)
                if size is None:
                    return None
            which = "ORDER BY size DESC LIMIT 1" if size is None else "WHERE size = ?"
            row = session.one(
                f"SELECT size, root, signed_at, note FROM checkpoint {which}", *(() if size is None else (size,))
            )
            if row is None:
                return None
            note = cosignatures.cosigned(session, row[0], row[3] + log_keys.added_lines(session, row[0]))
            note += timestamps.lines(session, row[0])
        return Signed(row[0], bytes(row[1]), row[2], note)

    def checkpoint(self) -> str | None:
        """The latest signed checkpoint; None while the log is empty."""
        signed = self.signed()
        return None if signed is None else signed.note

    def inclusion(self, submission_id: str, size: int | None = None, policy: Policy | None = None) -> Inclusion:
        """The proof that a statement's leaf is in the tree of a checkpoint: see `signed` for which."""
        with self._database.session() as session:
            place = session.one(
                "SELECT p.place FROM placed p JOIN submission s ON s.seq = p.seq WHERE s.id = ?", submission_id
            )
        if place is None:
            raise NotInLogError(f"{submission_id} is not in the log yet", f"{submission_id} 尚未进入日志")
        return self.inclusion_at(place[0], size, policy)

    def inclusion_at(self, index: int, size: int | None = None, policy: Policy | None = None) -> Inclusion:
        """The proof that the leaf at a place is in the tree of a checkpoint; NotInLogError where it is in none such."""
        signed = self.signed(size, policy)
        if signed is None or not 0 <= index < signed.size:
            which = "with the quorum of witnesses" if policy else f"of size {size}" if size is not None else "signed"
            raise NotInLogError(
                f"no checkpoint {which} holds the entry {index} yet", f"尚无包含第 {index} 号条目的相应检查点"
            )
        with self._reading:
            path = rules.inclusion_path(index, signed.size, self._tiles)
        return Inclusion(index, signed.size, path, signed.note)

    def paths(self, indexes: Sequence[int], size: int) -> list[tuple[bytes, ...]]:
        """The sibling hashes of many leaves in the tree of one size that was signed."""
        with self._reading:
            return [rules.inclusion_path(index, size, self._tiles) for index in indexes]

    def consistency(self, size1: int, size2: int) -> tuple[bytes, ...]:
        """The proof that the tree of `size1` leaves is the beginning of that of `size2`; NotInLogError where the log is smaller."""
        signed = self.signed()
        most = signed.size if signed else 0
        if not 0 < size1 <= size2 <= most:
            raise NotInLogError(
                f"no proof leads from {size1} to {size2} entries in a log of {most}",
                f"日志大小为 {most}，无法证明 {size1} 至 {size2} 的增长",
            )
        with self._reading:
            return rules.consistency_path(size1, size2, self._tiles)

    def stamped_size(self) -> int:
        """The size of the latest checkpoint that bears a timestamp; NotInLogError where none does."""
        with self._database.session() as session:
            size = timestamps.newest(session)
        if size is None:
            raise NotInLogError("no checkpoint bears a timestamp yet", "尚无带时间戳的检查点")
        return size

    def root(self, size: int) -> bytes:
        """The root hash of the first `size` leaves, from the tiles; NotInLogError where the log is smaller."""
        try:
            with self._reading:
                return rules.frontier_at(size, self._tiles).root()
        except LookupError:
            raise NotInLogError(f"the log has no {size} entries", f"日志没有 {size} 个条目") from None

    def receipt(self, submission_id: str, policy: Policy | None = None, stamped: bool = False) -> str:
        """The self-contained proof that a statement was said and stands in the log, for whoever may see the statement.

        It carries the latest checkpoint with the cosignatures and timestamps on file, with a `policy` the latest with its quorum;
        `stamped`, the latest that bears a timestamp.
        """
        size = self.stamped_size() if stamped else None
        with self._database.session() as session:
            said = read_submission(session, submission_id)
            salt = session.one(
                "SELECT b.salt FROM body b JOIN submission s ON s.seq = b.seq WHERE s.id = ?", submission_id
            )
        if said is None:
            raise NotInLogError(f"there is no statement {submission_id}", f"没有编号为 {submission_id} 的申报")
        if salt is None:
            raise NotInLogError(
                f"{submission_id} was erased, and its salt with it", f"{submission_id} 已依法删除，无法再出具凭证"
            )
        try:
            proof = self.inclusion(submission_id, size, policy)
        except NotInLogError:
            if not self._keyring.signs:
                raise
            self.integrate()
            proof = self.inclusion(submission_id, size, policy)
        return make_receipt(canonical(statement(said)), salt[0], proof.index, proof.path, proof.checkpoint)

    # -- as files -------------------------------------------------------------------------------------------------

    def tile(self, tile: tiles.TilePath) -> bytes | None:
        """The bytes of a tile of hashes or entries (C2SP tlog-tiles); None where no tree that was signed has it."""
        with self._database.session() as session:
            return tiles.read_tile(session, tile)

    def export(self, folder: Path, progress: tiles.Progress = lambda _: None) -> tiles.Exported:
        """Write the log into a folder as C2SP tlog-tiles lays it out: only what is missing, the checkpoint last."""
        signed, history = self.signed(), self.history()
        if signed is None or history is None:
            raise NotInLogError("the log is empty: nothing was signed yet", "日志为空：尚未签署任何检查点")
        self._check_grown(folder / "checkpoint", signed)
        return tiles.export(self._database, folder, signed.note, signed.size, history.text(), progress)

    def _check_grown(self, old: Path, signed: Signed) -> None:
        """StoreError where a folder holds a log of which this one is no continuation: that is evidence, and is not written over."""
        if not old.exists():
            return
        try:
            head = Checkpoint.parse(split_note(old.read_text(encoding="utf-8"))[0])
        except (ValueError, OSError) as error:
            raise StoreError(f"{old} is no checkpoint: {error}", f"{old} 不是检查点：{error}") from error
        same = head.origin == self._origin and head.size <= signed.size and self.root(head.size) == head.root
        if not same:
            raise StoreError(
                f"{old} is of another log, or of a later or different state of this one: name another folder",
                f"{old} 属于另一日志，或为本日志较新或不同的状态：请指定其他文件夹",
            )

    def _tile(self, level: int, number: int) -> bytes:
        first = number * rules.TILE_WIDTH
        with self._database.session() as session:
            return tiles.hashes(session, level, first, first + rules.TILE_WIDTH)

    def standing(self) -> Standing:
        """What may be told to anybody of the log."""
        with self._database.session() as session:
            return read_standing(session, self._origin, self._keyring)

    # -- in the background ----------------------------------------------------------------------------------------

    def sequence(self) -> None:
        """Start the sequencer: within a fifth of a second after a commit its leaves are in the tree."""
        if self._thread is None:
            self._stopping.clear()
            self._thread = threading.Thread(target=self._run, name="entrepot-sequencer", daemon=True)
            self._thread.start()

    def committed(self) -> None:
        """Told by the writer that there are new leaves."""
        self._news.set()

    def stop(self) -> None:
        """Stop the sequencer; what is not placed yet is placed by the next."""
        if self._thread is not None:
            self._stopping.set()
            self._news.set()
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.integrate()
            except Exception as error:
                # The database may be away for a while; nothing is lost, since leaves wait in their table.
                logging.getLogger(__name__).warning(
                    "the sequencer could not place leaves and will try again: %s", error
                )
            self._news.wait(LOOK_SECONDS)
            self._news.clear()
            self._stopping.wait(PAUSE_SECONDS)


def _alone(session: Session) -> None:
    """Wait until no other process places leaves or changes keys; SQLite has one writer anyway."""
    if session.dialect == "postgresql":
        session.run((f"SELECT pg_advisory_xact_lock({SEQUENCER_LOCK})", ()))
