"""Records with their types: what a row says as order, payment or parcel, or every reason why it is none."""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from msgspec import Struct

from entrepot.gateways.bounds import plain_decimal
from entrepot.gateways.csv_rows import Bad
from entrepot.gateways.orders.columns import STATUSES, Kind
from entrepot.gateways.orders.reading import Row, read_rows
from entrepot.kernel.money import Money, minor_digits
from entrepot.kernel.text import Text

MOST_NUMBER = 100
YES = frozenset({"1", "true", "yes", "y", "是"})
NO = frozenset({"0", "false", "no", "n", "否"})
_FIX = Text("correct the record", "请更正该记录")


class OrderRow(Struct, frozen=True):
    """An order as a platform writes it. `buyer` and `consignee` are in clear: they go no further than the door."""

    line: int
    number: str
    buyer: str
    consignee: str
    total: Money
    day: date
    kg: Decimal | None
    indivisible: bool
    real_name: bool | None


class PaymentRow(Struct, frozen=True):
    """A payment as a payment house writes it; `payer` in clear."""

    line: int
    number: str
    order: str
    payer: str
    total: Money
    day: date


class WaybillRow(Struct, frozen=True):
    """A parcel as a carrier writes it; `consignee` in clear."""

    line: int
    number: str
    order: str
    consignee: str
    kg: Decimal | None


Record = OrderRow | PaymentRow | WaybillRow


class _Wrong(Exception):
    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.text = Text(en, zh)


def read_records(path: Path, kind: Kind, currency: str = "") -> Iterator[Record | Bad]:
    """The records of a file, a bad one with its reason in its place. `currency` counts where the file names none."""
    made = _MADE[kind]
    for row in read_rows(path, kind):
        if isinstance(row, Bad):
            yield row
            continue
        try:
            yield made(row, currency)
        except _Wrong as wrong:
            yield Bad(row.line, wrong.text, _FIX)


def _order(row: Row, currency: str) -> OrderRow:
    get = row.fields.get
    return OrderRow(
        row.line, _number(get("number")), get("buyer") or "", get("consignee") or "", _money(row, currency), _day(get("day")),
        _kg(get("kg")), _flag(get("indivisible")) is True, _flag(get("real_name")),
    )  # fmt: skip


def _payment(row: Row, currency: str) -> PaymentRow:
    get = row.fields.get
    return PaymentRow(
        row.line,
        _number(get("number")),
        _number(get("order")),
        get("payer") or "",
        _money(row, currency),
        _day(get("day")),
    )


def _waybill(row: Row, currency: str) -> WaybillRow:
    get = row.fields.get
    return WaybillRow(row.line, _number(get("number")), _number(get("order")), get("consignee") or "", _kg(get("kg")))


def _number(text: str | None) -> str:
    if not text or len(text) > MOST_NUMBER or not text.isprintable():
        raise _Wrong("a number is missing, too long or not printable", "编号缺失、过长或含不可见字符")
    return text


def _money(row: Row, currency: str) -> Money:
    text, named = row.fields.get("total") or "", (row.fields.get("currency") or currency).upper()
    if not (len(named) == 3 and named.isascii() and named.isalpha()):
        raise _Wrong("no currency is named", "未填写币制")
    try:
        amount = plain_decimal(text)
        minor = amount.scaleb(minor_digits(named))
        whole = int(minor)
    except (ValueError, ArithmeticError) as error:
        raise _Wrong(f"{text[:40]!r} is no amount", f"{text[:40]!r} 不是金额") from error
    if whole != minor or whole < 0:
        raise _Wrong(
            f"{text[:40]!r} is below zero or has more decimals than {named}",
            f"{text[:40]!r} 小于零或小数位数超过 {named}",
        )
    return Money(whole, named)


def _day(text: str | None) -> date:
    """2026-10-05, 2026/10/5, 20261005, each also with a time behind."""
    said = (text or "").strip()
    try:
        if said[:8].isdigit():
            return date(int(said[:4]), int(said[4:6]), int(said[6:8]))
        if len(said) >= 10 and said[4] == "-":
            return date.fromisoformat(said[:10])
        year, month, day = said.split(" ")[0].replace("/", "-").split("-")
        return date(int(year), int(month), int(day))
    except ValueError as error:
        raise _Wrong(f"{said[:40]!r} is no day", f"{said[:40]!r} 不是日期") from error


def _kg(text: str | None) -> Decimal | None:
    if not text:
        return None
    try:
        kg = plain_decimal(text)
    except ValueError as error:
        raise _Wrong(f"{text[:40]!r} is no weight", f"{text[:40]!r} 不是重量") from error
    if kg < 0:
        raise _Wrong(f"{text[:40]!r} is a weight below zero", f"{text[:40]!r} 重量小于零")
    return kg


def _flag(text: str | None) -> bool | None:
    if not text:
        return None
    said = text.lower()
    if said not in YES and said not in NO:
        raise _Wrong(f"{text[:40]!r} is neither yes nor no", f"{text[:40]!r} 须为是或否")
    return said in YES


_MADE: dict[Kind, Callable[[Row, str], Record]] = {"order": _order, "payment": _payment, "waybill": _waybill}


def market_body(row: Row) -> tuple[str, dict[str, Any]]:
    """A transaction record's number, and its body in the short forms of topics; what it is worth is for the door to judge."""
    fields = {name: text for name, text in row.fields.items() if text}
    number, currency = fields.pop("number", ""), fields.pop("currency", "")
    body: dict[str, Any] = dict(fields)
    if "total" in body:
        body["total"] = f"{currency.upper()} {body['total']}"
    if "packages" in body and body["packages"].isdigit():
        body["packages"] = int(body["packages"])
    if "photos" in body:
        body["photos"] = [one.strip() for one in body["photos"].replace(";", "|").split("|") if one.strip()]
    if "status" in body:
        body["status"] = STATUSES.get(body["status"], body["status"].lower())
    for name in ("bought_on", "locked_on"):
        if name in body:
            try:
                body[name] = _day(body[name]).isoformat()
            except _Wrong:
                continue  # the door tells what is wrong with it, at its place
    body.setdefault("goods", body.get("goods_zh", ""))
    return number, body
