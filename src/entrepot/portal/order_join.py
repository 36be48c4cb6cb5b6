"""Orders, payments and parcels out of files of any length, matched in bounded memory.

The files are read once each and parted by order number into scratch files small enough to hold; each part is then matched by
itself. What needs another order than that of the order number - one payment for two orders, a buyer's year - is
parted a second time by that, and comes back as a mark on the order. Persons are in the scratch files only as digests under a key
that lives as long as the run.
"""

import csv
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from hashlib import blake2b
from pathlib import Path
from secrets import token_bytes
from tempfile import TemporaryDirectory
from typing import IO, Any, Generic, TypeVar
from zlib import crc32

import msgspec
from msgspec import Struct

from entrepot.gateways.bounds import safe_cell
from entrepot.gateways.orders import Bad, OrderRow, PaymentRow, WaybillRow, read_records
from entrepot.gateways.orders.columns import Kind
from entrepot.kernel.checkdigits import identity_check
from entrepot.kernel.text import Text
from entrepot.modules.ecommerce.facts import Payment, PlatformOrder, Waybill
from entrepot.modules.ecommerce.rules.match import REASONS, match_order, told

PART_BYTES = 4 << 20
MOST_PARTS = 512
HELD_BYTES = 4 << 20
IDENTITY_LENGTH = 18
HEAD = ("order", "line", "payments", "waybills", "result", "reasons", "what is wrong", "问题")
KINDS: tuple[Kind, ...] = ("order", "payment", "waybill")
T = TypeVar("T", bound=Struct)


class Wanted(Struct, frozen=True):
    """What to match: `retail_import`, the currency where a file names none, and the limit of a buyer's year in minor units
    (None: not on file, not counted)."""

    retail_import: bool = False
    currency: str = ""
    year_limit: int | None = None


class Outcome(Struct):
    """How a run came out: orders, those that agree, how often each reason, records that could not be read, papers of no order."""

    orders: int = 0
    agreeing: int = 0
    reasons: Counter[str] = Counter()
    bad: int = 0
    strays: int = 0


class _OneOrder(Struct, array_like=True):
    line: int
    number: str
    order: PlatformOrder
    reasons: tuple[str, ...] = ()


class _OnePayment(Struct, array_like=True):
    line: int
    number: str
    payment: Payment


class _OneWaybill(Struct, array_like=True):
    line: int
    number: str
    waybill: Waybill


class _Tie(Struct, array_like=True):
    """A paper's number with its order; or a buyer's year with an order, its day and amount."""

    key: str
    order: str
    day: date = date.min
    minor: int = 0


class _Mark(Struct, array_like=True):
    order: str
    reason: str


class _Parts(Generic[T]):
    """Records parted into scratch files by a word of theirs; held back until there is enough to write."""

    def __init__(self, folder: Path, name: str, count: int, shape: type[T]) -> None:
        self._paths = [folder / f"{name}-{place}" for place in range(count)]
        self._held = [bytearray() for _ in range(count)]
        self._size = 0
        self._encode = msgspec.json.Encoder().encode
        self._decode = msgspec.json.Decoder(shape).decode

    def put(self, word: str, record: T) -> None:
        data = self._encode(record)
        held = self._held[crc32(word.encode("utf-8", "surrogatepass")) % len(self._held)]
        held += data
        held += b"\n"
        self._size += len(data)
        if self._size > HELD_BYTES:
            self.flush()

    def flush(self) -> None:
        for path, held in zip(self._paths, self._held, strict=True):
            if held:
                with path.open("ab") as file:
                    file.write(held)
                held.clear()
        self._size = 0

    def part(self, place: int) -> Iterator[T]:
        """The records of one part; it is gone afterwards."""
        path = self._paths[place]
        if not path.exists():
            return
        with path.open("rb") as file:
            for line in file:
                yield self._decode(line)
        path.unlink()


class Join:
    """One run over three files. `count` is told how many records were read or orders matched."""

    def __init__(self, wanted: Wanted, folder: Path, size: int, count: Callable[[str, int], None]) -> None:
        self._wanted, self._count = wanted, count
        self._parts = min(MOST_PARTS, 1 + size // PART_BYTES)
        self._orders = _Parts(folder, "order", self._parts, _OneOrder)
        self._payments = _Parts(folder, "payment", self._parts, _OnePayment)
        self._waybills = _Parts(folder, "waybill", self._parts, _OneWaybill)
        self._marks = _Parts(folder, "mark", self._parts, _Mark)
        self._paid = _Parts(folder, "paid", self._parts, _Tie)
        self._carried = _Parts(folder, "carried", self._parts, _Tie)
        self._years = _Parts(folder, "year", self._parts, _Tie)
        self._key = token_bytes(32)
        self.outcome = Outcome(reasons=Counter())

    def read(self, kind: Kind, path: Path, write: Callable[[tuple[Any, ...]], Any]) -> None:
        """Part one file; what cannot be read goes to the report with its line."""
        putters: dict[Kind, Callable[[Any], None]] = {
            "order": self._order,
            "payment": self._payment,
            "waybill": self._waybill,
        }
        put = putters[kind]
        number = 0
        for number, record in enumerate(read_records(path, kind, self._wanted.currency), 1):
            if isinstance(record, Bad):
                self.outcome.bad += 1
                write(_bad(kind, record))
            else:
                put(record)
            if not number % 10_000:
                self._count(kind, 10_000)
        self._count(kind, number % 10_000)

    def _person(self, said: str) -> str:
        """A person's digest; case and spaces make no other person."""
        plain = "".join(said.split()).upper().encode("utf-8", "surrogatepass")
        return blake2b(plain, digest_size=32, key=self._key).hexdigest() if plain else ""

    def _order(self, row: OrderRow) -> None:
        buyer = self._person(row.buyer)
        reasons: tuple[str, ...] = ()
        if len(row.buyer) == IDENTITY_LENGTH and identity_check(row.buyer.upper()) != row.buyer[-1].upper():
            reasons = ("bad_identity",)
        order = PlatformOrder(
            buyer,
            row.total,
            row.day,
            self._person(row.consignee),
            row.kg,
            indivisible=row.indivisible,
            real_name=row.real_name,
        )
        self._orders.put(row.number, _OneOrder(row.line, row.number, order, reasons))
        if self._wanted.retail_import and self._wanted.year_limit is not None and buyer:
            year = f"{buyer} {row.day.year} {row.total.currency}"
            self._years.put(year, _Tie(year, row.number, row.day, row.total.minor))

    def _payment(self, row: PaymentRow) -> None:
        payment = Payment(row.order, self._person(row.payer), row.total, row.day)
        self._payments.put(row.order, _OnePayment(row.line, row.number, payment))
        self._paid.put(row.number, _Tie(row.number, row.order))

    def _waybill(self, row: WaybillRow) -> None:
        waybill = Waybill(row.order, self._person(row.consignee), row.kg)
        self._waybills.put(row.order, _OneWaybill(row.line, row.number, waybill))
        self._carried.put(row.number, _Tie(row.number, row.order))

    def mark(self) -> None:
        """What only shows across orders: papers named for two of them, papers named twice, and buyers past their year."""
        for parts in (self._paid, self._carried, self._years):
            parts.flush()
        for place in range(self._parts):
            self._mark_shared(self._paid, place, "payment")
            self._mark_shared(self._carried, place, "waybill")
            self._mark_years(place)
        for parts_ in (self._orders, self._payments, self._waybills, self._marks):
            parts_.flush()

    def _mark_shared(self, ties: _Parts[_Tie], place: int, paper: str) -> None:
        orders: dict[str, Counter[str]] = {}
        for tie in ties.part(place):
            orders.setdefault(tie.key, Counter())[tie.order] += 1
        for named in orders.values():
            for order, times in named.items():
                if times > 1:
                    self._marks.put(order, _Mark(order, f"{paper}_twice"))
                if len(named) > 1:
                    self._marks.put(order, _Mark(order, f"{paper}_shared"))

    def _mark_years(self, place: int) -> None:
        limit = self._wanted.year_limit or 0
        years: dict[str, list[tuple[date, str, int]]] = {}
        for tie in self._years.part(place):
            years.setdefault(tie.key, []).append((tie.day, tie.order, tie.minor))
        for bought in years.values():
            spent = 0
            for _, order, minor in sorted(bought):
                spent += minor
                if spent > limit:
                    self._marks.put(order, _Mark(order, "over_year_limit"))

    def match(self, write: Callable[[tuple[Any, ...]], Any], everything: bool) -> None:
        """Match part by part; every order that does not agree, or every one, goes to the report."""
        for place in range(self._parts):
            orders: dict[str, list[_OneOrder]] = {}
            for one in self._orders.part(place):
                orders.setdefault(one.number, []).append(one)
            payments, waybills, marks = self._papers(place)
            for number, named in orders.items():
                own, parcels = payments.pop(number, []), waybills.pop(number, [])
                for one in named:
                    reasons = list(one.reasons)
                    if len(named) > 1:
                        reasons.append("order_twice")
                    reasons += match_order(
                        one.order, [p.payment for p in own], [w.waybill for w in parcels], self._wanted.retail_import
                    )
                    reasons += marks.get(number, ())
                    self._tell(one, own, parcels, reasons, write, everything)
            for paid in (one for left in payments.values() for one in left):
                self._stray("payment", paid.line, paid.number, paid.payment.order, write)
            for carried in (one for left in waybills.values() for one in left):
                self._stray("waybill", carried.line, carried.number, carried.waybill.order, write)
            self._count("match", sum(map(len, orders.values())))

    def _papers(
        self, place: int
    ) -> tuple[dict[str, list[_OnePayment]], dict[str, list[_OneWaybill]], dict[str, list[str]]]:
        """Payments and parcels of a part by their order, and the marks on its orders."""
        payments: dict[str, list[_OnePayment]] = {}
        for paid in self._payments.part(place):
            payments.setdefault(paid.payment.order, []).append(paid)
        waybills: dict[str, list[_OneWaybill]] = {}
        for carried in self._waybills.part(place):
            waybills.setdefault(carried.waybill.order, []).append(carried)
        marks: dict[str, list[str]] = {}
        for mark in self._marks.part(place):
            held = marks.setdefault(mark.order, [])
            if mark.reason not in held:
                held.append(mark.reason)
        return payments, waybills, marks

    def _tell(
        self, one: _OneOrder, own: list[_OnePayment], parcels: list[_OneWaybill], reasons: list[str],
        write: Callable[[tuple[Any, ...]], Any], everything: bool,
    ) -> None:  # fmt: skip
        self.outcome.orders += 1
        self.outcome.reasons.update(reasons)
        if not reasons:
            self.outcome.agreeing += 1
            if not everything:
                return
        why = told(reasons)
        numbers = (" ".join(p.number for p in own), " ".join(w.number for w in parcels))
        result = "differs" if reasons else "agrees"
        write((one.number, one.line, *numbers, result, " ".join(reasons), why.en, why.zh))

    def _stray(self, paper: str, line: int, number: str, order: str, write: Callable[[tuple[Any, ...]], Any]) -> None:
        self.outcome.strays += 1
        reason = f"{paper}_stray"
        self.outcome.reasons[reason] += 1
        numbers = (number, "") if paper == "payment" else ("", number)
        write((order, line, *numbers, "stray", reason, REASONS[reason].en, REASONS[reason].zh))


def _bad(kind: Kind, record: Bad) -> tuple[Any, ...]:
    what = Text(f"{record.what.en}; {record.fix.en}", f"{record.what.zh}；{record.fix.zh}")
    return ("", record.line, "", "", f"bad {kind}", "unreadable", what.en, what.zh)


def match_files(
    files: dict[Kind, Path],
    report: IO[str],
    wanted: Wanted,
    everything: bool = False,
    count: Callable[[str, int], None] | None = None,
) -> Outcome:
    """Match three files into a report (csv): what does not agree, each with its reasons in both languages; with `everything`
    what agrees too. Refusal where a file cannot be read at all."""
    writer = csv.writer(report)
    writer.writerow(HEAD)

    def write(row: tuple[Any, ...]) -> None:
        writer.writerow([safe_cell(cell) if isinstance(cell, str) else cell for cell in row])

    with TemporaryDirectory(prefix="entrepot-orders-") as folder:
        size = sum(path.stat().st_size for path in files.values())
        join = Join(wanted, Path(folder), size, count or (lambda stage, more: None))
        for kind in KINDS:
            join.read(kind, files[kind], write)
        join.mark()
        join.match(write, everything)
    return join.outcome
