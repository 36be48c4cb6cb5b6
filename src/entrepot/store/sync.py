"""What a counter and the portal hand each other: statements with the proof that they stand in the log of whoever hands them over.

Stores merge by union: a statement keeps its id, its speaker and the moment at which it was said; each store hears it at its own
moment and gives it a leaf, with a salt, of its own. What cannot be taken is kept aside with its bytes, and nothing is lost.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any, Literal

import msgspec
from msgspec import Struct

from entrepot.kernel.canonical import CanonicalError
from entrepot.kernel.submissions import Submission, body_digest, statement_bytes
from entrepot.kernel.text import Problem
from entrepot.modules.evidence.rules.tree import ProofError, entry_bytes, leaf_hash, salted_digest, verify_inclusion
from entrepot.store.database import Session, listed
from entrepot.store.intake import Content
from entrepot.store.notes import Checkpoint, NoteError, from_base64, to_base64
from entrepot.store.outbox import stamp
from entrepot.store.records import submission_of
from entrepot.store.store import Store

ITEMS = 500  # statements in one batch
BYTES = 4 * 1024 * 1024  # of bodies in one batch, or a single larger one
PART = 1024 * 1024  # bytes of a paper handed over at once
LONGEST_PATH = 64
GONE = 200  # erasures in one answer
PORTAL_URL = "portal url"  # the place under which a counter keeps where its portal is
_SAID = """
SELECT s.seq, s.id, s.dossier, s.topic, s.key, s.version, s.by_person, s.for_organisation, s.mandate, s.channel, s.authority,
s.said_at, s.heard_at, s.replaces, s.withdraws, b.data, b.evidence, b.salt, p.place
FROM placed p JOIN submission s ON s.seq = p.seq JOIN body b ON b.seq = s.seq
"""
_HANDED = "EXISTS (SELECT 1 FROM handed h WHERE h.origin = ? AND h.dossier = s.dossier)"
_UNPLACED = (
    "SELECT 1 FROM submission s WHERE s.topic = 'record.erased' AND s.key = ?"
    " AND NOT EXISTS (SELECT 1 FROM placed p WHERE p.seq = s.seq)"
)
_COUNTER = "origin, organisation, name, key, registered_at, size, root, note, seen_at, skew_s"


class SyncProof(Struct, frozen=True, forbid_unknown_fields=True):
    """That a statement stands in a log: the salt of its leaf (hex), the leaf's place, and the sibling hashes (base64)."""

    id: str
    salt: str
    index: int
    path: tuple[str, ...]


class SyncItem(Struct, frozen=True, forbid_unknown_fields=True):
    """A statement and its proof."""

    said: Submission
    proof: SyncProof


class Counter(Struct, frozen=True):
    """A counter that the portal knows: its log with the key, the organisation whose it is, and how far its log was seen to grow."""

    origin: str
    organisation: str
    name: str
    key: str
    registered_at: str
    size: int = 0
    root: bytes = b""
    note: str = ""
    seen_at: str = ""
    skew_s: int = 0


class Aside(Struct, frozen=True):
    """A statement that could not be taken, from which log, with its bytes as they came and the problems."""

    id: str
    origin: str
    data: bytes
    problems: tuple[Problem, ...]
    kept_at: str


class Unproven(ValueError):
    """A statement that was handed over without standing in the log it is said to come from."""


# -- handing over -----------------------------------------------------------------------------------------------------


def items(store: Store, size: int, after: int, not_from: str | None = None, dossier: str = "") -> list[SyncItem]:
    """The next statements in the order of the log, from the place behind `after`, proven in the tree of a size; those that came from
    the log `not_from` are left out, with "" all that came from anywhere. Erased ones have nothing that could be handed over. What was
    heard of a dossier in one breath is kept together: an opening goes with the mandate that it rests on."""
    where, given = "p.place > ? AND p.place < ?", [after, size]
    asked: list[object] = [*given]
    if not_from is not None:
        where += " AND NOT EXISTS (SELECT 1 FROM came c WHERE c.id = s.id" + (" AND c.origin = ?)" if not_from else ")")
        asked += [not_from] if not_from else []
    if dossier:
        where += " AND s.dossier = ?"
        asked.append(dossier)
    rows = list[tuple[Any, ...]]()
    weight = 0
    with store.database.session() as session, session.snapshot():
        for row in session.stream(f"{_SAID} WHERE {where} ORDER BY p.place LIMIT {ITEMS + 1}", *asked, at_once=10):
            weight += len(row[15])
            if rows and (weight > BYTES or len(rows) == ITEMS):
                rows = [one for one in rows if _breath(one) != _breath(row)] or rows
                break
            rows.append(row)
    return _proven(store, rows, size)


def _breath(row: tuple[Any, ...]) -> tuple[str, str]:
    """What was said together has one dossier and was heard at one moment."""
    return row[2], row[12]


def _proven(store: Store, rows: Sequence[tuple[object, ...]], size: int) -> list[SyncItem]:
    places = [int(str(row[18])) for row in rows]
    found = []
    for row, place, path in zip(rows, places, store.paths(places, size), strict=True):
        said = msgspec.structs.replace(submission_of(row[:17]), heard_at="")
        salt = row[17]
        assert isinstance(salt, bytes)
        found.append(SyncItem(said, SyncProof(said.id, salt.hex(), place, tuple(to_base64(one) for one in path))))
    return found


def waiting(store: Store, after: int) -> int:
    """How many statements behind a place of the log were heard here first."""
    sql = (
        "SELECT count(*) FROM placed p JOIN submission s ON s.seq = p.seq WHERE p.place > ? AND s.channel = 'window'"
        " AND NOT EXISTS (SELECT 1 FROM came c WHERE c.id = s.id)"
    )
    with store.database.session() as session:
        return int(session.all(sql, after)[0][0])


def proofs(store: Store, ids: Sequence[str], size: int) -> list[SyncProof]:
    """That statements stand in the tree of a size; those that do not (yet) are left out."""
    sql = f"{_SAID} WHERE {store.database.among('s.id')} AND p.place < ? ORDER BY p.place"
    with store.database.session() as session:
        rows = session.all(sql, listed(ids), size)
    return [item.proof for item in _proven(store, rows, size)]


def check(said: Submission, proof: SyncProof, head: Checkpoint) -> bytes:
    """The canonical bytes of a statement that stands in the tree of a checkpoint; Unproven for any other."""
    try:
        salt = bytes.fromhex(proof.salt)
        if salt.hex() != proof.salt or len(proof.path) > LONGEST_PATH or proof.id != said.id:
            raise ProofError("a proof in another spelling, or of another statement")
        words = statement_bytes(said, body_digest(bytes(said.body)))
        leaf = leaf_hash(entry_bytes("submission", salted_digest(words, salt)))
        path = [from_base64(one, "a hash") for one in proof.path]
        verify_inclusion(leaf, proof.index, head.size, path, head.root)
    except (ValueError, CanonicalError, NoteError) as error:
        raise Unproven(f"{said.id[:100]}: {error}") from error
    return words


# -- what came from elsewhere -----------------------------------------------------------------------------------------


def known(store: Store, ids: Iterable[str]) -> dict[str, str]:
    """Of some statements those that are on file, with the SHA-256 (hex) of their canonical bytes."""
    sql = f"SELECT id, digest FROM submission WHERE {store.database.among('id')}"
    with store.database.session() as session:
        return dict(session.all(sql, listed(ids)))


def erased(store: Store, references: Iterable[str], what: Literal["body", "content"] = "body") -> set[str]:
    """Of some statements (or papers, by digest) those that the law had erased here."""
    sql = f"SELECT reference FROM erased WHERE what = ? AND {store.database.among('reference')}"
    with store.database.session() as session:
        return {row[0] for row in session.all(sql, what, listed(references))}


def mark_came(store: Store, ids: Sequence[str], origin: str) -> None:
    """Keep from which log statements came."""
    with store.database.session() as session, session.writing():
        there = {row[0] for row in session.all(f"SELECT id FROM came WHERE {store.database.among('id')}", listed(ids))}
        rows = [(id_, origin, stamp(store.clock())) for id_ in dict.fromkeys(ids) if id_ not in there]
        session.insert("came", ("id", "origin", "came_at"), rows)


def keep_aside(store: Store, said: Submission, origin: str, problems: Sequence[Problem]) -> None:
    """Keep a statement that cannot be taken, with the reasons; the same again is kept once, and one that was erased is not."""
    data = msgspec.json.encode(said)
    row = (
        said.id,
        origin,
        sha256(data).hexdigest(),
        data,
        msgspec.json.encode(problems).decode(),
        stamp(store.clock()),
    )
    there = "SELECT 1 FROM aside WHERE id = ? AND digest = ? UNION SELECT 1 FROM erased WHERE what = 'body' AND reference = ?"
    with store.database.session() as session, session.writing():
        if session.one(there, row[0], row[2], row[0]) is None:
            session.insert("aside", ("id", "origin", "digest", "data", "problems", "kept_at"), [row])


def kept_aside(store: Store, origin: str = "") -> list[Aside]:
    """What was kept aside, of one log or of all, the newest first."""
    sql = "SELECT id, origin, data, problems, kept_at FROM aside WHERE origin = ? OR ? = '' ORDER BY number DESC LIMIT 1000"
    with store.database.session() as session:
        rows = session.all(sql, origin, origin)
    return [Aside(r[0], r[1], bytes(r[2]), msgspec.json.decode(r[3], type=tuple[Problem, ...]), r[4]) for r in rows]


# -- counters, at the portal ------------------------------------------------------------------------------------------


def register(store: Store, origin: str, organisation: str, name: str, key: str) -> Counter | None:
    """Enter a counter, or find it again; None where its log is entered with another key or for another organisation."""
    with store.database.session() as session, session.writing(alone=True):
        there = _counter(session, origin)
        if there is None:
            there = Counter(origin, organisation, name, key, stamp(store.clock()))
            session.insert("counter", tuple(_COUNTER.split(", ")), [msgspec.structs.astuple(there)])
    return there if (there.organisation, there.key) == (organisation, key) else None


def counters(store: Store) -> list[Counter]:
    """All counters, by name."""
    with store.database.session() as session:
        return [_card(row) for row in session.all(f"SELECT {_COUNTER} FROM counter ORDER BY name, origin")]


def counter(store: Store, origin: str) -> Counter | None:
    """A counter by its log."""
    with store.database.session() as session:
        return _counter(session, origin)


def grown(store: Store, origin: str, was: int, head: Checkpoint, note: str, skew_s: int) -> bool:
    """Keep how far a counter's log has grown; False where that moved meanwhile."""
    moved = "UPDATE counter SET size = ?, root = ?, note = ?, seen_at = ?, skew_s = ? WHERE origin = ? AND size = ? RETURNING size"
    with store.database.session() as session:
        return bool(session.at_once(moved, head.size, head.root, note, stamp(store.clock()), skew_s, origin, was))


def _counter(session: Session, origin: str) -> Counter | None:
    row = session.one(f"SELECT {_COUNTER} FROM counter WHERE origin = ?", origin)
    return None if row is None else _card(row)


def _card(row: tuple[object, ...]) -> Counter:
    values = dict(zip(_COUNTER.split(", "), row, strict=True))
    return msgspec.convert({**values, "root": bytes(values["root"])}, type=Counter)  # type: ignore[call-overload]


def note_handed(store: Store, origin: str, dossiers: Iterable[str]) -> None:
    """Keep that a counter handed in, or was given, something of some dossiers."""
    names = list(dict.fromkeys(dossiers))
    ask = f"SELECT dossier FROM handed WHERE origin = ? AND {store.database.among('dossier')}"
    with store.database.session() as session:
        known = {row[0] for row in session.all(ask, origin, listed(names))}
        if fresh := [(origin, name) for name in names if name not in known]:
            with session.writing(alone=True):
                known = {row[0] for row in session.all(ask, origin, listed(names))}
                session.insert("handed", ("origin", "dossier"), [pair for pair in fresh if pair[1] not in known])


def gone(store: Store, origin: str, after: int, size: int) -> tuple[list[SyncItem], int]:
    """The statements that say what was erased behind a number, of dossiers that a counter had a part of, proven in the tree of a size;
    and the number up to which these go."""
    found = list[SyncItem]()
    with store.database.session() as session:
        rows = session.all("SELECT number, reference FROM erased WHERE number > ? ORDER BY number LIMIT ?", after, GONE)
        for number, reference in rows:
            if session.one(_UNPLACED, reference) is not None:
                break
            told = session.all(
                f"{_SAID} WHERE s.topic = 'record.erased' AND s.key = ? AND p.place < ? AND {_HANDED}",
                reference,
                size,
                origin,
            )
            found += _proven(store, told, size)
            after = number
    return found, after


# -- at a counter -----------------------------------------------------------------------------------------------------


class Fork(Struct, frozen=True):
    """Proof that a log was rewritten: two checkpoints that it signed, of which the second does not go on from the first, with the
    path (base64) that was given from one to the other, and when it was seen."""

    kept: str
    shown: str
    path: tuple[str, ...]
    seen_at: str


def keep_fork(store: Store, kept: str, shown: str, path: Sequence[str]) -> None:
    """Keep two checkpoints that contradict each other, for good."""
    fork = Fork(kept, shown, tuple(path), stamp(store.clock()))
    name = sha256(f"{kept}\n{shown}".encode()).hexdigest()
    if not place(store, f"fork {name}"):
        set_place(store, f"fork {name}", msgspec.json.encode(fork).decode())


def forks(store: Store) -> list[Fork]:
    """The proofs of forks on file, the oldest first."""
    with store.database.session() as session:
        rows = session.all("SELECT value FROM sync_place WHERE name LIKE ?", "fork %")
    return sorted((msgspec.json.decode(row[0], type=Fork) for row in rows), key=lambda one: one.seen_at)


def forget_places(store: Store, *beginnings: str) -> None:
    """Forget how far exchanges are, under names with these beginnings."""
    with store.database.session() as session, session.writing():
        for one in beginnings:
            session.run(("DELETE FROM sync_place WHERE name LIKE ?", (f"{one}%",)))


class Prepared(Struct, frozen=True):
    """What only the portal can finally say, as a clerk prepared it: drafts as JSON, and what became of it."""

    id: str
    dossier: str
    data: bytes
    state: str = "waiting"  # said, refused
    problems: tuple[Problem, ...] = ()
    made_at: str = ""


def prepare(store: Store, id: str, dossier: str, data: bytes) -> None:
    """Keep what is to be said by the portal; the same id again changes nothing."""
    with store.database.session() as session, session.writing():
        if session.one("SELECT 1 FROM prepared WHERE id = ?", id) is None:
            row = (id, dossier, data, "waiting", "[]", stamp(store.clock()))
            session.insert("prepared", ("id", "dossier", "data", "state", "problems", "made_at"), [row])


def prepared(store: Store, state: str = "") -> list[Prepared]:
    """What was prepared, the oldest first; of one state where it is named."""
    sql = "SELECT id, dossier, data, state, problems, made_at FROM prepared WHERE state = ? OR ? = '' ORDER BY made_at, id"
    with store.database.session() as session:
        rows = session.all(sql, state, state)
    return [
        Prepared(r[0], r[1], bytes(r[2]), r[3], msgspec.json.decode(r[4], type=tuple[Problem, ...]), r[5]) for r in rows
    ]


def answered(store: Store, id: str, state: str, problems: Sequence[Problem]) -> None:
    """What the portal made of what was prepared."""
    with store.database.session() as session:
        session.at_once(
            "UPDATE prepared SET state = ?, problems = ? WHERE id = ? RETURNING id",
            state, msgspec.json.encode(problems).decode(), id,
        )  # fmt: skip


def place(store: Store, name: str, default: str = "") -> str:
    """Where an exchange stands, by name."""
    with store.database.session() as session:
        row = session.one("SELECT value FROM sync_place WHERE name = ?", name)
    return default if row is None else str(row[0])


def set_place(store: Store, name: str, value: str) -> None:
    """Keep where an exchange stands."""
    upsert = "INSERT INTO sync_place (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value RETURNING name"
    with store.database.session() as session:
        session.at_once(upsert, name, value)


# -- papers, part by part ---------------------------------------------------------------------------------------------


def arrived(store: Store, digest: str, origin: str) -> int:
    """How many bytes of a paper have arrived from a log; -1 once it came whole, which proves that they have it there, and for one
    that was erased by law: its bytes need not come."""
    with store.database.session() as session:
        if session.one("SELECT 1 FROM came WHERE id = ?", paper_mark(digest, origin)) is not None:
            return -1
        if session.one("SELECT 1 FROM erased WHERE what = 'content' AND reference = ?", digest) is not None:
            return -1
        name = f"{origin} {digest}"
        last = session.one(
            "SELECT start, length(data) FROM paper_part WHERE digest = ? ORDER BY start DESC LIMIT 1", name
        )
    return 0 if last is None else int(last[0]) + int(last[1])


def take_part(store: Store, digest: str, origin: str, start: int, size: int, data: bytes) -> int:
    """Keep a part of a paper that goes on where the last one ended; once whole it is kept if it has its digest, else all of it goes.
    Gives how many bytes have arrived, as `arrived` does."""
    have = arrived(store, digest, origin)
    if start != have or not data or have + len(data) > size:
        return have
    name = f"{origin} {digest}"
    with store.database.session() as session:
        with session.writing(alone=True):
            if session.one("SELECT 1 FROM paper_part WHERE digest = ? AND start = ?", name, start) is None:
                session.insert("paper_part", ("digest", "start", "data"), [(name, start, data)])
        if start + len(data) < size:
            return start + len(data)
        rows = session.all("SELECT data FROM paper_part WHERE digest = ? ORDER BY start", name)
    whole = Content(b"".join(bytes(row[0]) for row in rows))
    right = whole.digest == digest
    if right:
        store.keep([whole])
        mark_came(store, [paper_mark(digest, origin)], origin)
    with store.database.session() as session:
        session.at_once("DELETE FROM paper_part WHERE digest = ? RETURNING start", name)
    return -1 if right else 0


def paper_mark(digest: str, origin: str) -> str:
    """Under which name it is kept that a paper came whole from a log."""
    return f"paper {digest} {origin}"


def lacking(store: Store) -> list[tuple[str, str, int]]:
    """The papers that are on record here without their bytes: dossier, digest and size in bytes."""
    sql = (
        "SELECT s.dossier, s.key, b.data FROM submission s JOIN body b ON b.seq = s.seq WHERE s.topic = 'paper.received'"
        " AND s.withdraws = '[]' AND NOT EXISTS (SELECT 1 FROM content c WHERE c.digest = s.key)"
        " AND NOT EXISTS (SELECT 1 FROM erased e WHERE e.reference = s.key) ORDER BY s.dossier, s.key"
    )
    with store.database.session() as session:
        rows = session.all(sql)
    return [(row[0], row[1], msgspec.json.decode(bytes(row[2]), type=_Sized).size) for row in rows]


class _Sized(Struct):
    size: int = 0


def has_come(store: Store, name: str) -> bool:
    """Whether a statement, or a paper by its mark, came from elsewhere."""
    with store.database.session() as session:
        return session.one("SELECT 1 FROM came WHERE id = ?", name) is not None


def own_papers(store: Store) -> list[str]:
    """The digests of papers that were handed in here, as far as their bytes are on file."""
    sql = (
        "SELECT DISTINCT s.key FROM submission s JOIN content c ON c.digest = s.key WHERE s.topic = 'paper.received'"
        " AND NOT EXISTS (SELECT 1 FROM came o WHERE o.id = s.id) ORDER BY s.key"
    )
    with store.database.session() as session:
        return [row[0] for row in session.all(sql)]
