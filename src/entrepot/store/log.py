"""The log: every statement's leaf placed in one growing tree, and its root signed.

A leaf is written with its statement; the sequencer places leaves in the order of their numbers and signs a checkpoint for
each step. The signing key never leaves this file.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from entrepot.kernel.canonical import canonical
from entrepot.kernel.submissions import statement
from entrepot.modules.evidence.rules import tree as rules
from entrepot.store.database import SEQUENCER_LOCK, Database, Session, StoreError
from entrepot.store.keys import make_key, read_key
from entrepot.store.notes import Checkpoint, NoteError, Signer, sign_checkpoint
from entrepot.store.outbox import stamp
from entrepot.store.receipt import make_receipt
from entrepot.store.records import read_submission
from entrepot.store.writer import Writer

STEP = 20_000  # leaves placed in one transaction
PAUSE_SECONDS = 0.05  # how long the sequencer lets commits gather
LOOK_SECONDS = 1.0  # how often it looks for what other processes left


class NotInLogError(StoreError):
    """There is no proof for this statement: it is unknown, not yet placed, or erased."""


class Inclusion(Struct, frozen=True):
    """Where a leaf stands in the tree of the latest checkpoint, and the hashes that prove it."""

    index: int
    size: int
    path: tuple[bytes, ...]
    checkpoint: str


def signing_key(folder: Path, session: Session, meta: Mapping[str, str]) -> Signer:
    """The log's key from its file in the folder; made where the log has none yet. Called while no other writes.

    A log has one key for its life: a folder with another key, or without it, is refused.
    """
    origin = meta["origin"]
    path = folder / f"log-{origin.rpartition('/')[2]}.key"
    if not path.exists():
        if "log_key" in meta:
            raise StoreError(
                f"the log's key {path.name} is not in the folder of keys", f"密钥文件夹中没有本日志的密钥 {path.name}"
            )
        make_key(path)
    try:
        signer = Signer(origin, read_key(path))
    except NoteError as error:
        raise StoreError(f"{path.name} holds no key: {error}", f"{path.name} 不是有效的密钥：{error}") from error
    if meta.get("log_key", str(signer.verifier)) != str(signer.verifier):
        raise StoreError(f"{path.name} holds another key than this log's", f"{path.name} 不是本日志的密钥")
    if "log_key" not in meta:
        session.insert("meta", ("name", "value"), [("log_key", str(signer.verifier))])
    return signer


class Log:
    """The tree over the leaves on file. `sequence` keeps it current in the background until `stop`."""

    def __init__(
        self, database: Database, writer: Writer, clock: Callable[[], datetime], origin: str, signer: Signer | None
    ) -> None:
        self._database, self._writer, self._clock, self._origin, self._signer = database, writer, clock, origin, signer
        self._frontier = rules.Frontier()
        self._tiles = rules.Tiles(self._tile)
        self._reading = threading.Lock()
        self._news = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    # -- growing --------------------------------------------------------------------------------------------------

    def integrate(self) -> int:
        """Place every leaf on file and sign the new root; the size of the tree."""
        if self._signer is None:
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
            if session.dialect == "postgresql":
                session.run((f"SELECT pg_advisory_xact_lock({SEQUENCER_LOCK})", ()))
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
        assert self._signer is not None
        grown, kept = rules.append(frontier, [hashed for _, hashed in leaves])
        rows = [(place, seq, hashed) for place, (seq, hashed) in enumerate(leaves, frontier.size)]
        session.insert("placed", ("place", "seq", "hash"), rows)
        nodes = [node for node in kept if node[0] > 0]
        if nodes:
            session.insert("node", ("level", "place", "hash"), nodes)
        note = sign_checkpoint(Checkpoint(self._origin, grown.size, grown.root()), self._signer)
        row = (grown.size, grown.root(), note, stamp(self._clock()))
        session.insert("checkpoint", ("size", "root", "note", "signed_at"), [row])
        return grown

    # -- proving --------------------------------------------------------------------------------------------------

    def checkpoint(self) -> str | None:
        """The latest signed checkpoint; None while the log is empty."""
        with self._database.session() as session:
            row = session.one("SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1")
        return None if row is None else str(row[0])

    def inclusion(self, submission_id: str) -> Inclusion:
        """The proof that a statement's leaf is in the tree of the latest checkpoint."""
        with self._database.session() as session:
            place = session.one(
                "SELECT p.place FROM placed p JOIN submission s ON s.seq = p.seq WHERE s.id = ?", submission_id
            )
            if place is None:
                raise NotInLogError(f"{submission_id} is not in the log yet", f"{submission_id} 尚未进入日志")
            [(size, note)] = session.all("SELECT size, note FROM checkpoint ORDER BY size DESC LIMIT 1")
        with self._reading:
            path = rules.inclusion_path(place[0], size, self._tiles)
        return Inclusion(place[0], size, path, note)

    def receipt(self, submission_id: str) -> str:
        """The self-contained proof that a statement was said and stands in the log, for whoever may see the statement."""
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
            proof = self.inclusion(submission_id)
        except NotInLogError:
            if self._signer is None:
                raise
            self.integrate()
            proof = self.inclusion(submission_id)
        return make_receipt(canonical(statement(said)), salt[0], proof.index, proof.path, proof.checkpoint)

    def _tile(self, level: int, number: int) -> bytes:
        first = number * rules.TILE_WIDTH
        where = "place >= ? AND place < ? ORDER BY place"
        with self._database.session() as session:
            if level == 0:
                rows = session.all(f"SELECT hash FROM placed WHERE {where}", first, first + rules.TILE_WIDTH)
            else:
                rows = session.all(
                    f"SELECT hash FROM node WHERE level = ? AND {where}", level, first, first + rules.TILE_WIDTH
                )
        return b"".join(row[0] for row in rows)

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
