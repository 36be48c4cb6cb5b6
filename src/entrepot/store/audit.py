"""The audit: everything a store or a backup holds, recomputed leaf by leaf from what was said.

It reads tables in order, so its memory does not grow with the log. From each statement, its body and its salt it makes the leaf
anew; from the leaves the tree; and compares the tree with every root that was signed. Then the ledger and the documents.
"""

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from itertools import groupby, zip_longest
from typing import Protocol

import msgspec
from msgspec import Struct

from entrepot.kernel.canonical import CanonicalError, canonical
from entrepot.kernel.submissions import statement
from entrepot.kernel.text import Text
from entrepot.modules.evidence.rules import tree
from entrepot.store import schema
from entrepot.store.database import Row, Session
from entrepot.store.erasure import SAYS_SO
from entrepot.store.log_keys import KeyHistory
from entrepot.store.notes import Checkpoint, NoteError, Verifier, open_note
from entrepot.store.records import submission_of

SHOWN = 100  # differences told one by one; the rest are counted
STEP = 4_096
STATEMENT = (
    "seq", "id", "dossier", "topic", "key", "version", "by_person", "for_organisation", "mandate", "channel", "authority",
    "said_at", "heard_at", "replaces", "withdraws", "body_digest", "digest",
)  # fmt: skip

Progress = Callable[[str, int], None]
"""(table, rows read since the last call)."""


def no_progress(table: str, rows: int) -> None:
    """Nobody watches."""


class Tables(Protocol):
    """Whatever holds a store's tables: the database itself, or a backup of it."""

    def rows(self, table: str, columns: Sequence[str]) -> Iterator[Row]:
        """All rows of a table, in the order of its primary key; none of a table that the store's schema does not have yet."""


class LiveTables:
    """The tables of a database, read inside a snapshot or a loading of the session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        [(step,)] = session.all("SELECT max(step) FROM schema_step")
        self._there = frozenset(schema.tables(step))

    def rows(self, table: str, columns: Sequence[str]) -> Iterator[Row]:
        if table not in self._there:
            return iter(())
        order = {"placed": "place", "node": "level, place", "checkpoint": "size", "content": "digest"}.get(
            table, columns[0]
        )
        few = 8 if table == "content" else 1_000
        return self._session.stream(f"SELECT {', '.join(columns)} FROM {table} ORDER BY {order}", at_once=few)


class Difference(Struct, frozen=True):
    """One thing that is not as it must be, and where."""

    where: str
    what: Text


class Audit(Struct):
    """What was looked at, and every difference (the first hundred in words). `erased` counts statements whose body is gone by law:
    their leaves stand, and cannot be made anew."""

    statements: int = 0
    erased: int = 0
    leaves: int = 0
    checkpoints: int = 0
    documents: int = 0
    transfers: int = 0
    size: int = 0
    root: bytes = tree.EMPTY_ROOT
    differences: list[Difference] = []
    more: int = 0

    @property
    def whole(self) -> bool:
        """Whether everything fits."""
        return not self.differences

    def tell(self, where: str, en: str, zh: str) -> None:
        """Note a difference."""
        if len(self.differences) < SHOWN:
            self.differences.append(Difference(where, Text(en, zh)))
        else:
            self.more += 1


def audit(tables: Tables, progress: Progress = no_progress) -> Audit:
    """Recompute everything. A checkpoint must be signed by a key that the log had at its size."""
    found = Audit(differences=[])
    try:
        keys = keys_of(tables)
    except NoteError as error:
        found.tell("keys", f"the history of the log's keys does not hold: {error}", f"日志密钥的沿革无效：{error}")
        keys = None
    erased = {
        reference for _, what, reference in tables.rows("erased", ("number", "what", "reference")) if what == "body"
    }
    _statements(tables, found, erased, progress)
    _tree(tables, found, keys, progress)
    _nodes(tables, found, progress)
    _ledger(tables, found, progress)
    _documents(tables, found, progress)
    return found


# -- statements and leaves --------------------------------------------------------------------------------------------


def _statements(tables: Tables, found: Audit, erased: set[str], progress: Progress) -> None:
    """Every statement beside its body and its leaf. All three are read in the order of their numbers."""
    said = tables.rows("submission", STATEMENT)
    bodies = _Beside(tables.rows("body", ("seq", "data", "evidence", "salt")))
    leaves = _Beside(tables.rows("leaf", ("seq", "entry")))
    retired, told, bodiless = _Heap(), set[str](), list[str]()
    for row in said:
        seq, name = row[0], row[1]
        found.statements += 1
        body, leaf = bodies.at(seq), leaves.at(seq)
        if leaf is None:
            found.tell(name, "the statement has no leaf", "该陈述没有对应的叶")
        if row[3] == SAYS_SO:
            told.add(row[4])
        if body is None:
            found.erased += 1
            bodiless.append(name)
        elif why := _unlike(row, body, leaf):
            found.tell(name, *why)
        for gone in {one for field in (row[13], row[14]) for one in msgspec.json.decode(field)}:
            retired.add(row[2], gone, seq)
        if not found.statements % STEP:
            progress("submission", STEP)
    progress("submission", found.statements % STEP)
    for name in bodiless:
        if name not in erased or name not in told:  # the log itself must say so, in a statement that came later
            found.tell(name, "its body is gone, and nothing says that it was erased", "正文缺失，且无删除记录")
    bodies.drain()
    leaves.drain()
    for stray in (*bodies.strays, *leaves.strays):
        found.tell(str(stray), "a body or leaf without a statement", "存在没有陈述的正文或叶")
    for row in tables.rows("retired", ("dossier", "gone", "seq")):
        retired.remove(*row)
    if not retired.empty:
        found.tell("retired", "what is marked as replaced is not what the statements replace", "被取代标记与陈述不一致")


def _unlike(row: Row, body: Row, leaf: Row | None) -> tuple[str, str] | None:
    """In what a statement differs from its digests or its leaf; None where they fit."""
    _, data, evidence, salt = body
    if sha256(data).hexdigest() != row[15]:
        return "its body is not the one that was said: another digest", "正文与其摘要不符"
    try:
        words = canonical(statement(submission_of((*row[:15], data, evidence))))
    except (msgspec.MsgspecError, CanonicalError) as error:
        return f"it cannot be read: {error}", f"无法读取：{error}"
    if sha256(words).hexdigest() != row[16]:
        return "it is not the statement that was said: another digest", "陈述与其摘要不符"
    if leaf is not None and tree.entry_bytes("submission", tree.salted_digest(words, salt)) != leaf[1]:
        return "its leaf is another statement's: digest and salt do not lead to it", "叶与陈述、盐值不符"
    return None


class _Beside:
    """Rows of a table in rising order of their first column, taken as they are asked for; `strays` are those nobody asked for."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._rows, self._next = rows, next(rows, None)
        self.strays: list[int] = []

    def at(self, number: int) -> Row | None:
        while self._next is not None and self._next[0] < number:
            self._pass()
        if self._next is None or self._next[0] != number:
            return None
        row, self._next = self._next, next(self._rows, None)
        return row

    def drain(self) -> None:
        while self._next is not None:
            self._pass()

    def _pass(self) -> None:
        assert self._next is not None
        if len(self.strays) < SHOWN:
            self.strays.append(self._next[0])
        self._next = next(self._rows, None)


class _Heap:
    """Whether two heaps of rows are the same whatever their order, in the memory of one number."""

    def __init__(self) -> None:
        self._sum = 0

    def add(self, *row: object) -> None:
        self._sum += self._number(row)

    def remove(self, *row: object) -> None:
        self._sum -= self._number(row)

    @property
    def empty(self) -> bool:
        return self._sum == 0

    @staticmethod
    def _number(row: tuple[object, ...]) -> int:
        return int.from_bytes(sha256(msgspec.json.encode(row)).digest())


# -- the tree ---------------------------------------------------------------------------------------------------------


def _tree(tables: Tables, found: Audit, keys: KeyHistory | None, progress: Progress) -> None:
    """The leaves in their places, the tree over them, and every checkpoint that was signed."""
    leaves = _Beside(tables.rows("leaf", ("seq", "entry")))
    checkpoints = tables.rows("checkpoint", ("size", "root", "note"))
    signed = next(checkpoints, None)
    frontier, waiting = tree.Frontier(), list[bytes]()

    def grow() -> None:
        nonlocal frontier
        frontier, _ = tree.append(frontier, waiting)
        progress("placed", len(waiting))
        waiting.clear()

    for place, (at, seq, hashed) in enumerate(tables.rows("placed", ("place", "seq", "hash"))):
        leaf = leaves.at(seq)
        if at != place or leaf is None or tree.leaf_hash(leaf[1]) != hashed:
            found.tell(
                f"place {at}",
                "what stands in the log at this place is not the leaf on file",
                "日志该位置与存档的叶不符",
            )
        waiting.append(hashed)
        at_root = signed is not None and place + 1 == signed[0]
        if at_root or len(waiting) == STEP:
            grow()
        if at_root and signed is not None:
            _checkpoint(found, signed, frontier, keys)
            signed = next(checkpoints, None)
    grow()
    found.leaves = found.size = frontier.size
    found.root = frontier.root()
    while signed is not None:
        found.tell(
            f"checkpoint {signed[0]}",
            "it was signed, and the log does not reach that far",
            "已签署该检查点，但日志不足此大小",
        )
        signed = next(checkpoints, None)


def _checkpoint(found: Audit, signed: Row, frontier: tree.Frontier, keys: KeyHistory | None) -> None:
    size, root, note = signed
    found.checkpoints += 1
    where = f"checkpoint {size}"
    if root != frontier.root():
        found.tell(where, "its root is not that of the leaves on file", "其根哈希值与存档的叶不符")
    try:
        text, _ = open_note(note, keys.counting(size) if keys else ())
        head = Checkpoint.parse(text)
    except NoteError as error:
        found.tell(where, f"its signature does not hold: {error}", f"签名无效：{error}")
        return
    if (head.size, head.root) != (size, root):
        found.tell(where, "what was signed is not what is on file", "所签内容与存档不符")


def _nodes(tables: Tables, found: Audit, progress: Progress) -> None:
    """The hashes kept for proofs: each of level n over 256 of the level below."""

    def level(number: int) -> Iterator[bytes]:
        if number == 0:
            return (hashed for _, hashed in tables.rows("placed", ("place", "hash")))
        return (hashed for at, _, hashed in tables.rows("node", ("level", "place", "hash")) if at == number)

    number, size = 1, found.size
    while size := size // tree.TILE_WIDTH:
        tiles = groupby(enumerate(level(number - 1)), lambda one: one[0] // tree.TILE_WIDTH)
        whole = (hashes for _, row in tiles if len(hashes := [hashed for _, hashed in row]) == tree.TILE_WIDTH)
        for place, (hashes, kept) in enumerate(zip_longest(whole, level(number))):
            if hashes is None or kept is None or tree.root(hashes) != kept:
                found.tell(
                    f"tile {number}/{place}",
                    "a hash kept for proofs is not that of its leaves",
                    "用于证明的节点哈希值有误",
                )
        progress("node", size)
        number += 1


# -- the ledger and documents -----------------------------------------------------------------------------------------


def _ledger(tables: Tables, found: Audit, progress: Progress) -> None:
    """Each balance is the sum of its own entries, and each unit of each resource sums to zero."""
    balances: dict[tuple[str, str, str], int] = {}
    for _, resource, unit, source, target, amount in tables.rows(
        "transfer", ("number", "resource", "unit", "source", "target", "amount")
    ):
        found.transfers += 1
        for side, change in ((source, -amount), (target, amount)):
            account = (resource, unit, side)
            balances[account] = balances.get(account, 0) + change
    for resource, unit, side, balance in tables.rows("account", ("resource", "unit", "side", "balance")):
        if balances.pop((resource, unit, side), 0) != balance:
            found.tell(f"{resource} {unit} {side}", "the balance is not the sum of its entries", "余额与分录合计不符")
    for account, balance in balances.items():
        if balance:
            found.tell(" ".join(account), "entries without an account", "存在没有账户的分录")
    progress("transfer", found.transfers)


def _documents(tables: Tables, found: Audit, progress: Progress) -> None:
    """Each document is the one its digest names."""
    for digest, size, data in tables.rows("content", ("digest", "size", "data")):
        found.documents += 1
        if sha256(data).hexdigest() != digest or len(data) != size:
            found.tell(digest, "the document is not the one its digest names", "文件内容与其摘要不符")
        progress("content", 1)


def keys_of(tables: Tables) -> KeyHistory | None:
    """The log's keys: the one it began with, and every change since; None for a log without a key. NoteError where they do not hold."""
    first = [value for name, value in tables.rows("meta", ("name", "value")) if name == "log_key"]
    notes = [note for _, note in tables.rows("key_change", ("number", "note"))]
    return KeyHistory.of(Verifier.parse(first[0]), notes) if first else None
