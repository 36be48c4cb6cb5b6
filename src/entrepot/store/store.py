"""The store: what is said, kept for good, on SQLite or PostgreSQL.

    store = Store.open("sqlite:///trade.db", registry, nature="sandbox", keys=Path("keys"))
    outcome = store.submit([statement, ...], contents=[Content(data)])     one dossier, all or nothing
    outcomes = store.submit_many([[statement, ...], ...])                  many dossiers, each all or nothing
    store.record(dossier)      the kernel's Record, kept in memory and brought up to date
    store.dossiers(organisation=...), store.heads(dossier), store.submission(id), store.content(digest)
    store.integrate(), store.checkpoint(), store.receipt(submission_id)    the log
    store.enqueue(tasks), store.claim(n, lease), store.hold(task, lease), store.done(task), store.failed(task, reason)
    store.close()

All methods may be called from any thread. Each process opens the store for itself."""

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import Literal, TypeVar

from msgspec import Struct

from entrepot.kernel.module import Registry
from entrepot.kernel.record import Record
from entrepot.kernel.submissions import Submission
from entrepot.kernel.text import Text
from entrepot.store import contents as documents
from entrepot.store import cosignatures, erasure, ledger, outbox, status, timestamps
from entrepot.store.database import Database, Session, StoreError, listed
from entrepot.store.erasure import Erasure
from entrepot.store.group import HEADS
from entrepot.store.intake import Batch, Content, Outcome, prepare
from entrepot.store.log import Inclusion, Log, Signed
from entrepot.store.log_keys import Change, KeyHistory, Keyring
from entrepot.store.log_standing import Standing
from entrepot.store.notes import Verifier
from entrepot.store.organisation_keys import OrganisationKeys, own_dossiers
from entrepot.store.outbox import Task
from entrepot.store.policy import Policy
from entrepot.store.queues import Queues, read_queues
from entrepot.store.reads import Reads
from entrepot.store.records import Records, read_submission
from entrepot.store.schema import migrate
from entrepot.store.tiles import Exported, Progress, TilePath
from entrepot.store.writer import Writer

Nature = Literal["sandbox", "live"]
PAGE = 50
Wrote = TypeVar("Wrote")
_NATURES = {"sandbox": Text("sandbox", "沙盒"), "live": Text("live", "正式")}


class DossierCard(Struct, frozen=True):
    """A dossier in a list: how it was opened, how many statements it holds, when the last was heard (UTC).

    `position` pages the list: ask for what lies `before` the last card's position.
    """

    id: str
    kind: str
    reference: str
    title: str
    opened_at: str
    heard_at: str
    said: int
    position: int


class Store:
    """Open it with `Store.open`; see the head of this file."""

    def __init__(
        self,
        database: Database,
        registry: Registry,
        meta: dict[str, str],
        keyring: Keyring,
        clock: Callable[[], datetime],
    ) -> None:
        self.database, self.registry, self.clock = database, registry, clock
        self.tokens_used: dict[str, str] = {}  # token id -> the day on which its use was noted last
        self.nature: Nature = "live" if meta["nature"] == "live" else "sandbox"
        self.origin = meta["origin"]
        self._records = Records(database, registry.topics)
        self._writer = Writer(database, clock, lambda: self._log.committed())
        self._log = Log(database, self._writer, clock, self.origin, keyring)
        self.reads = Reads(self.write, clock)
        self.organisation_keys: OrganisationKeys | None = None
        self.keys: Path | None = None  # the folder of keys

    @classmethod
    def open(
        cls,
        url: str,
        registry: Registry,
        *,
        nature: Nature | None = None,
        keys: Path | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> "Store":
        """Open the store at `sqlite:///path` or `postgresql://…`, made and brought up to date where needed.

        A new store is of the nature named, or a sandbox; an old one must be of the nature named. `keys` is the folder of
        the log's signing key, made on first use; without it this process signs no checkpoints. `clock` gives the time
        at which statements are heard.
        """
        database = Database(url)
        faults: tuple[type[Exception], ...] = (*database.faults, OSError)  # OSError: the key's folder
        try:
            session = database.connect()
            try:
                migrate(database, session, clock())
                meta, keyring = _described(session, nature, keys)
            finally:
                session.close()
            opened = cls(database, registry, meta, keyring, clock)
            opened.keys = keys
            opened.organisation_keys = None if keys is None else OrganisationKeys(keys / "organisations")
            return opened
        except faults as error:
            database.close()
            raise StoreError(f"the store cannot be opened: {error}", f"无法打开存储：{error}") from error
        except BaseException:
            database.close()
            raise

    def settled(self, name: str, value: str) -> str:
        """What this store's card says under a name, for good: the value given where it says nothing yet."""
        ask = "SELECT value FROM meta WHERE name = ?"
        with self.database.session() as session:
            known = session.one(ask, name)
            if known is None:
                with session.writing(alone=True):
                    known = session.one(ask, name)
                    if known is None:
                        session.insert("meta", ("name", "value"), [(name, value)])
        return value if known is None else str(known[0])

    # -- saying ---------------------------------------------------------------------------------------------------

    def submit(
        self, batch: Sequence[Submission], contents: Sequence[Content] = (), tasks: Sequence[Task] = ()
    ) -> Outcome:
        """Say statements on one dossier, all or none, with the documents they cite and what is to be done about them.

        Returns once they are durable. A statement already on file with the same words counts as said.
        """
        ready = prepare(self.registry.topics, batch, contents, tasks)
        return self._writer.submit([ready])[0] if isinstance(ready, Batch) else ready

    def submit_many(self, batches: Iterable[Sequence[Submission]]) -> list[Outcome]:
        """Say many batches, each all or none by itself, many to a transaction; their outcomes in order."""
        prepared = [prepare(self.registry.topics, batch, (), ()) for batch in batches]
        written = iter(self._writer.submit([one for one in prepared if isinstance(one, Batch)]))
        return [next(written) if isinstance(one, Batch) else one for one in prepared]

    def keep(self, contents: Sequence[Content]) -> tuple[str, ...]:
        """Keep documents before anything is said of them; their digests."""
        by_digest = {content.digest: content for content in contents}

        def work(session: Session) -> None:
            with session.writing():
                documents.insert_contents(self.database, session, by_digest)

        self._writer.do(work)
        return tuple(content.digest for content in contents)

    def erase(self, statements: Sequence[Submission], erasures: Sequence[Erasure]) -> Outcome:
        """Delete documents and bodies, as the law may demand, and say so in every dossier concerned, in one transaction. Of a
        statement its leaf and its digest stay. The outcome is of all statements, or of the first dossier that refused. StoreError
        where there is nothing to delete (any more)."""
        batches = list[Batch]()
        for dossier in dict.fromkeys(one.dossier for one in statements):
            ready = prepare(self.registry.topics, [one for one in statements if one.dossier == dossier], (), ())
            if not isinstance(ready, Batch):
                return ready
            batches.append(ready)
        outcomes = self._writer.do(
            lambda session: erasure.erase(self.database, session, batches, erasures, self.clock())
        )
        self._log.committed()
        refused = next((one for one in outcomes if not one.ok), None)
        said, already = ([name for one in outcomes for name in getattr(one, kind)] for kind in ("said", "already"))
        return refused or Outcome(batches[0].dossier, tuple(said), tuple(already))

    def write(self, work: Callable[[Session], Wrote]) -> Wrote:
        """Do other writing work in the writer's turn, as one transaction; it may be done again where a race was lost."""

        def written(session: Session) -> Wrote:
            with session.writing():
                return work(session)

        return self._writer.do(written)

    # -- reading --------------------------------------------------------------------------------------------------

    def record(self, dossier: str) -> Record:
        """The dossier's record, up to date. It is shared and grows: hold it (`holding`) while others may read it too."""
        return self._records.get(dossier)

    def holding(self, dossier: str) -> AbstractContextManager[Record]:
        """The dossier's record, up to date and not moved by other threads until the context ends."""
        return self._records.holding(dossier)

    def fresh(self, dossiers: Collection[str]) -> AbstractContextManager[None]:
        """Many records brought up to date in one question; they count as that in this thread until the context ends."""
        return self._records.fresh(dossiers)

    def submission(self, submission_id: str) -> Submission | None:
        """One statement by its id; its body is empty where it was erased."""
        with self.database.session() as session:
            return read_submission(session, submission_id)

    def heads(self, dossier: str) -> tuple[str, ...]:
        """The ids of the statements that stand in a dossier, sorted."""
        with self.database.session() as session:
            return tuple(sorted(row[1] for row in session.all(HEADS.format(where="s.dossier = ?"), dossier)))

    def dossiers(
        self,
        organisation: str | None = None,
        kind: str | None = None,
        before: int | None = None,
        limit: int = PAGE,
        named: Literal["dossier.member", "title.seen"] = "dossier.member",
        acted_for: Sequence[str] = (),
        also: Sequence[str] = (),
    ) -> list[DossierCard]:
        """The dossiers, the one opened last first; for an `organisation`, those that it is a member of, or of which another topic
        keyed by organisations has it `named`; those of organisations `acted_for` too, and those named `also`."""
        wheres = ["opened < ?"]
        parameters: list[object] = [2**62 if before is None else before]
        if organisation is not None:
            # The membership that stands, by the record's own rule.
            whose = self.database.among("s.key") if acted_for else "s.key = ?"
            wheres.append(
                f"(id IN (SELECT s.dossier FROM submission s WHERE s.topic = '{named}' AND {whose} AND s.withdraws = '[]'"
                " AND NOT EXISTS (SELECT 1 FROM retired r WHERE r.dossier = s.dossier AND r.gone = s.id))"
                + (f" OR {self.database.among('id')})" if also else ")")
            )
            parameters.append(listed([organisation, *acted_for]) if acted_for else organisation)
            parameters += [listed(also)] if also else []
        if kind is not None:
            wheres.append("kind = ?")
            parameters.append(kind)
        with self.database.session() as session:
            rows = session.all(
                "SELECT id, kind, reference, title, opened_at,"
                " (SELECT s.heard_at FROM submission s WHERE s.dossier = dossier.id ORDER BY s.seq DESC LIMIT 1),"
                " (SELECT count(*) FROM submission s WHERE s.dossier = dossier.id), opened"
                f" FROM dossier WHERE {' AND '.join(wheres)} ORDER BY opened DESC LIMIT ?",
                *parameters,
                max(0, min(limit, 1000)),
            )
        return [DossierCard(*row) for row in rows]

    def content(self, digest: str) -> Content | None:
        """A document by its digest; None where it is not on file (or no longer)."""
        with self.database.session() as session:
            row = session.one("SELECT data, media_type FROM content WHERE digest = ?", digest)
        return None if row is None else Content(*row)

    def balances(self, resource: str) -> list[ledger.Balance]:
        """What is left of a scarce thing and what was taken of it, per unit."""
        with self.database.session() as session:
            return ledger.balances(session, resource)

    # -- the log --------------------------------------------------------------------------------------------------

    def integrate(self) -> int:
        """Place every leaf on file in the tree and sign its root; the size of the tree."""
        return self._log.integrate()

    def start_log(self) -> None:
        """Integrate in the background from now on, within a fifth of a second after each commit, until `close` or `stop_log`."""
        self._log.sequence()

    def stop_log(self) -> None:
        """Stop integrating in the background."""
        self._log.stop()

    @property
    def log_key(self) -> str:
        """The log's key, NAME+HEX+BASE64: of those that are valid the oldest. Empty while it has none."""
        history = self._log.history()
        return "" if history is None else str(history.valid[0].key)

    def log_history(self) -> KeyHistory | None:
        """The log's keys with their changes; None while it has none."""
        return self._log.history()

    def log_keys(self) -> str:
        """The document of the log's keys: the first and every signed change, for whoever trusts the first. Empty while it has none."""
        history = self._log.history()
        return "" if history is None else history.text()

    def hand_over(self) -> Change:
        """Add a key to the log: it signs every checkpoint from now on beside those that are valid."""
        return self._log.hand_over()

    def end_key(self, key_id: str, compromised: bool = False, last: int | None = None) -> Change:
        """End a key of the log; one that was stolen or lost is `compromised` and counts up to the checkpoint of size `last`."""
        return self._log.end_key(key_id, compromised, last)

    def sign(self, text: str) -> str:
        """A text that is no checkpoint as a note signed with the log's keys."""
        return self._log.sign(text)

    def sign_root(self, size: int, protect: Callable[[Verifier], bytes]) -> tuple[bytes, bytes]:
        """A protected header, made by `protect` for a key of the log, and that key's COSE signature over the root of a size."""
        return self._log.sign_root(size, protect)

    def checkpoint(self) -> str | None:
        """The latest signed checkpoint (C2SP); None while the log is empty."""
        return self._log.checkpoint()

    def signed(self, size: int | None = None, policy: Policy | None = None) -> Signed | None:
        """The latest checkpoint, that of a size, or the latest with the quorum of a policy; None where there is none."""
        return self._log.signed(size, policy)

    def inclusion(self, submission_id: str, size: int | None = None) -> Inclusion:
        """The proof that a statement's leaf is in the tree of the latest checkpoint, or of that of a size; else NotInLogError."""
        return self._log.inclusion(submission_id, size)

    def inclusion_at(self, index: int, size: int | None = None) -> Inclusion:
        """The same for the leaf at a place of the log."""
        return self._log.inclusion_at(index, size)

    def paths(self, indexes: Sequence[int], size: int) -> list[tuple[bytes, ...]]:
        """The sibling hashes of many leaves in the tree of one size that was signed."""
        return self._log.paths(indexes, size)

    def consistency(self, size1: int, size2: int) -> tuple[bytes, ...]:
        """The proof that the tree of `size1` leaves is the beginning of that of `size2` (RFC 9162, 2.1.4)."""
        return self._log.consistency(size1, size2)

    def tile(self, level: int, number: int, width: int = 256) -> bytes | None:
        """A tile of hashes (C2SP tlog-tiles); None where no tree that was signed has it."""
        return self._log.tile(TilePath(level, number, width))

    def entry_bundle(self, number: int, width: int = 256) -> bytes | None:
        """A bundle of entries (C2SP tlog-tiles); None where no tree that was signed has it."""
        return self._log.tile(TilePath(None, number, width))

    def log_standing(self) -> Standing:
        """What may be told to anybody of the log: size, root, keys, witnesses, growth."""
        return self._log.standing()

    def keep_cosignatures(self, found: Sequence[cosignatures.Cosignature]) -> None:
        """Keep what witnesses signed of checkpoints, once it was checked (`cosignatures.checked`)."""

        def work(session: Session) -> None:
            with session.writing():
                cosignatures.keep(session, found, self.clock())

        self._writer.do(work)

    def keep_timestamp(self, one: timestamps.Stamp) -> None:
        """Keep a timestamp of a checkpoint, once its token was checked."""

        def work(session: Session) -> None:
            with session.writing():
                timestamps.keep(session, one, self.clock())

        self._writer.do(work)

    def export_log(self, folder: Path, progress: Progress = lambda _: None) -> Exported:
        """Write the log as files (C2SP tlog-tiles) into a folder: only what is missing, the checkpoint last."""
        return self._log.export(folder, progress)

    def receipt(self, submission_id: str, policy: Policy | None = None, stamped: bool = False) -> str:
        """A self-contained proof that a statement stands in the log; it is checked offline with the log's key `log_key`.

        It carries the cosignatures on file; with a `policy`, the latest checkpoint that has its quorum.
        """
        return self._log.receipt(submission_id, policy, stamped)

    # -- organisations and what they issued -----------------------------------------------------------------------

    def own_dossiers(self, organisation: str) -> tuple[str, ...]:
        """The dossiers that an organisation keeps of itself, the one opened last first."""
        with self.database.session() as session:
            return own_dossiers(session, organisation)

    def status_place(self, document: str) -> status.StatusPlace:
        """The place of an issued document on a status list: drawn by chance at first asking, the same ever after."""
        return self._writer.do(lambda session: status.draw_place(session, document, self.clock()))

    def status_list(self, number: int) -> status.StatusList | None:
        """Which places of a status list are revoked or suspended; None where there is no such list."""
        with self.database.session() as session:
            return status.status_list(session, number)

    def status_moved(self) -> int:
        """How many statements there are on the status of documents: lists are the same while it is."""
        with self.database.session() as session:
            return status.moved(session)

    # -- the outbox -----------------------------------------------------------------------------------------------

    def enqueue(self, tasks: Sequence[Task]) -> None:
        """Put tasks into the outbox by themselves; `submit` takes those that belong to a statement."""

        def work(session: Session) -> None:
            with session.writing():
                outbox.add(self.database, session, tasks, self.clock())

        self._writer.do(work)

    def claim(self, count: int, lease: timedelta, kind: str = "") -> list[Task]:
        """Take up to `count` due tasks for the time of the lease, of one kind where it is named."""

        def work(session: Session) -> list[Task]:
            with session.writing():
                return outbox.claim(self.database, session, count, lease, self.clock(), kind)

        return self._writer.do(work)

    def hold(self, task: Task, lease: timedelta) -> bool:
        """Keep a claimed task for another lease; False when its lease ran out and another took it."""

        def work(session: Session) -> bool:
            with session.writing():
                return outbox.hold(session, task, lease, self.clock())

        return self._writer.do(work)

    def done(self, task: Task) -> bool:
        """Say that a claimed task is done; False when its lease ran out and another took it."""

        def work(session: Session) -> bool:
            with session.writing():
                return outbox.done(session, task)

        return self._writer.do(work)

    def failed(self, task: Task, reason: str) -> bool:
        """Say that a claimed task failed: it comes due again after a wait that doubles each time."""

        def work(session: Session) -> bool:
            with session.writing():
                return outbox.failed(session, task, reason, self.clock())

        return self._writer.do(work)

    def queues(self) -> Queues:
        """How much waits, and for how long: for the log, in the outbox, to be pushed."""
        with self.database.session() as session:
            return read_queues(session, self.clock())

    # -- packs ----------------------------------------------------------------------------------------------------

    def keep_pack(self, digest: str, name: str, data: bytes) -> None:
        """Keep a pack's files under its digest, for as long as what was filed under it."""

        def work(session: Session) -> None:
            with session.writing():
                if session.one("SELECT 1 FROM pack WHERE digest = ?", digest) is None:
                    session.insert("pack", ("digest", "name", "data"), [(digest, name, data)])

        self._writer.do(work)

    def pack(self, digest: str) -> bytes | None:
        """The files of a pack kept under this digest."""
        with self.database.session() as session:
            row = session.one("SELECT data FROM pack WHERE digest = ?", digest)
        return None if row is None else bytes(row[0])

    def close(self) -> None:
        """Write what is queued and let go of the database."""
        self.reads.close()
        self._log.stop()
        self._writer.close()
        self.database.close()

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _described(session: Session, nature: Nature | None, keys: Path | None) -> tuple[dict[str, str], Keyring]:
    """The store's card, written when it is new, and the log's key. Live and sandbox data never share a store."""
    with session.writing(alone=True):
        meta: dict[str, str] = dict(session.all("SELECT name, value FROM meta"))
        if "nature" not in meta:
            made = nature or "sandbox"
            meta |= {"nature": made, "origin": f"entrepot/{made}/{token_hex(8)}"}
            session.insert("meta", ("name", "value"), list(meta.items()))
        if nature is not None and meta["nature"] != nature:
            is_, asked = _NATURES[meta["nature"]], _NATURES[nature]
            raise StoreError(
                f"this is a {is_.en} store and cannot be opened as {asked.en}: name the other store, or open it as what it is",
                f"这是{is_.zh}存储，不能作为{asked.zh}存储打开：请指定另一个存储，或按其性质打开",
            )
        keyring = Keyring(meta["origin"], keys)
        if keyring.signs:
            keyring.begin(session)
    return meta, keyring
