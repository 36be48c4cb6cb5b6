"""Scarce things: one double-entry ledger of whole millionths of a unit.

A resource has three accounts per unit: `outside`, where its stock comes from, `held`, what is left of it, and `taken`. Every
row is a transfer from one of them to another, so it sums to zero by its form; `held` and `taken` may not fall below zero.
What a statement took goes back when it is replaced or withdrawn.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

from entrepot.kernel.text import Problem
from entrepot.kernel.topics import Posting
from entrepot.store import problems
from entrepot.store.database import Database, Row, Session, Statement, listed

SCALE = 10**6
LARGEST = 10**12
LONGEST_TAIL = 60  # digits; no honest quantity has more, and longer ones cost time
OUTSIDE, HELD, TAKEN = "outside", "held", "taken"

Account = tuple[str, str, str]  # resource, unit, side
Cause = tuple[str, str]  # dossier and id of a statement


class Take(Struct, frozen=True):
    """A posting in millionths."""

    resource: str
    unit: str
    amount: int
    opens: int


class Transfer(Struct, frozen=True):
    """`amount` millionths of a resource that moved from one account to another because of the statement numbered `seq`."""

    seq: int
    resource: str
    unit: str
    source: str
    target: str
    amount: int


class Balance(Struct, frozen=True):
    """What is left of a resource, and what was taken of it."""

    resource: str
    unit: str
    held: Decimal
    taken: Decimal


def measured(posting: Posting, where: str) -> Take | Problem:
    """A posting in millionths, or why it cannot be kept exactly."""
    amounts = []
    for quantity in (posting.amount, posting.opens):
        exponent = quantity.as_tuple().exponent
        if not isinstance(exponent, int) or abs(exponent) > LONGEST_TAIL or not 0 <= quantity < LARGEST:
            return problems.immeasurable(where, posting.resource)
        # A fraction, since Decimal would round a long tail away.
        scaled = Fraction(quantity) * SCALE
        if scaled.denominator != 1:
            return problems.immeasurable(where, posting.resource)
        amounts.append(scaled.numerator)
    return Take(posting.resource, posting.unit, *amounts)


def in_units(amount: int) -> Decimal:
    """Millionths as a plain quantity."""
    return (Decimal(amount) / SCALE).normalize() + Decimal(0)


class Ledger:
    """The balances that one transaction touches, and the transfers it adds. A refused batch is undone to its `mark`."""

    def __init__(self) -> None:
        self._balances: dict[Account, int] = {}
        self._opening: dict[Account, int] = {}
        self._taken_by: dict[Cause, list[Transfer]] = {}
        self._moves: list[tuple[Cause | None, Transfer]] = []
        self._idle: dict[tuple[str, str], int] = {}

    @staticmethod
    def questions(database: Database, resources: Iterable[str], gone: Iterable[str]) -> tuple[Statement, Statement]:
        """What must be known: what the statements that go had taken, and the balances, locked."""
        taken = (
            "SELECT s.dossier, s.id, t.seq, t.resource, t.unit, t.source, t.target, t.amount"
            f" FROM transfer t JOIN submission s ON s.seq = t.seq WHERE t.target = 'taken' AND {database.among('s.id')}"
        )
        accounts = database.locking(
            "SELECT resource, unit, side, balance FROM account WHERE"
            f" {database.among('resource')} OR resource IN (SELECT t.resource FROM transfer t JOIN submission s ON s.seq = t.seq"
            f" WHERE {database.among('s.id')})",
            "resource, unit, side",
        )
        names, ids = listed(sorted(resources)), listed(gone)
        return (taken, (ids,)), (accounts, (names, ids))

    def load(self, taken: Sequence[Row], accounts: Sequence[Row]) -> None:
        """Take the answers to `questions`."""
        for dossier, cause, *transfer in taken:
            self._taken_by.setdefault((dossier, cause), []).append(Transfer(*transfer))
        for resource, unit, side, balance in accounts:
            self._balances[resource, unit, side] = self._opening[resource, unit, side] = balance

    @property
    def mark(self) -> int:
        return len(self._moves)

    def undo(self, mark: int) -> None:
        """Forget what moved since the mark."""
        for cause, transfer in self._moves[mark:]:
            self._shift(transfer, -1)
            if cause is not None:
                self._taken_by.pop(cause, None)
        del self._moves[mark:]

    def give_back(self, gone: Cause, seq: int) -> None:
        """Return all that the statement `gone` took."""
        for taken in self._taken_by.get(gone, ()):
            self._move(seq, taken.resource, taken.unit, TAKEN, HELD, taken.amount)
            self._idle[taken.resource, taken.unit] = seq

    def take(self, cause: Cause, seq: int, take: Take) -> Problem | None:
        """Take from a resource; the problem if there is not enough, or if its whole is stated otherwise than before."""
        resource, unit, where = take.resource, take.unit, cause[1]
        if not take.amount:
            return None
        stock = -self._balances.get((resource, unit, OUTSIDE), 0)
        if stock != take.opens:
            if self._balances.get((resource, unit, TAKEN), 0):
                return problems.other_stock(where, resource, unit, f"{in_units(stock):f}", f"{in_units(take.opens):f}")
            # Nothing rests on an earlier figure: the new one counts.
            more = take.opens > stock
            self._move(
                seq, resource, unit, OUTSIDE if more else HELD, HELD if more else OUTSIDE, abs(take.opens - stock)
            )
        left = self._balances.get((resource, unit, HELD), 0)
        if take.amount > left:
            return problems.overdrawn(where, resource, unit, f"{in_units(left):f}", f"{in_units(take.amount):f}")
        self._taken_by.setdefault(cause, []).append(self._move(seq, resource, unit, HELD, TAKEN, take.amount, cause))
        return None

    def settle(self) -> None:
        """A resource of which nothing is taken any more is closed, as if it had never been named."""
        for (resource, unit), seq in self._idle.items():
            held = self._balances[resource, unit, HELD]
            if held and not self._balances[resource, unit, TAKEN]:
                self._move(seq, resource, unit, HELD, OUTSIDE, held)
        self._idle.clear()

    def _move(
        self, seq: int, resource: str, unit: str, source: str, target: str, amount: int, cause: Cause | None = None) -> Transfer:
        transfer = Transfer(seq, resource, unit, source, target, amount)
        self._moves.append((cause, transfer))
        self._shift(transfer, 1)
        return transfer

    def _shift(self, transfer: Transfer, sign: int) -> None:
        for side, change in ((transfer.source, -transfer.amount), (transfer.target, transfer.amount)):
            account = (transfer.resource, transfer.unit, side)
            self._balances[account] = self._balances.get(account, 0) + sign * change

    def save(self, session: Session) -> None:
        """Write the transfers and the balances they lead to. Both sides of a known account were locked; a new one that
        another process opened meanwhile fails on its identity, and the transaction is tried again."""
        if not self._moves:
            return
        transfers = [transfer for _, transfer in self._moves]
        touched = sorted({(t.resource, t.unit, side) for t in transfers for side in (t.source, t.target)})
        opened = [(*account, self._balances[account]) for account in touched if account not in self._opening]
        changes = [
            (*account, self._balances[account] - self._opening[account])
            for account in touched
            if account in self._opening
        ]
        columns = ("resource", "unit", "side", "balance")
        if opened:
            session.insert("account", columns, opened)
        if changes:
            session.change("account", columns[:3], "balance = account.balance + new.balance", columns, changes)
        session.insert(
            "transfer", ("seq", "resource", "unit", "source", "target", "amount"),
            [(t.seq, t.resource, t.unit, t.source, t.target, t.amount) for t in transfers],
        )  # fmt: skip


def balances(session: Session, resource: str) -> list[Balance]:
    """What is left of a resource and what was taken of it, per unit."""
    rows = session.all(
        "SELECT unit, side, balance FROM account WHERE resource = ? AND balance <> 0 ORDER BY unit, side", resource
    )
    sides: dict[str, dict[str, int]] = {}
    for unit, side, balance in rows:
        sides.setdefault(unit, {})[side] = balance
    return [
        Balance(resource, unit, in_units(s.get(HELD, 0)), in_units(s.get(TAKEN, 0)))
        for unit, s in sorted(sides.items())
    ]
