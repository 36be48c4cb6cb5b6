"""A Chinese VAT invoice for purchased goods: each of its lines is a lot of purchase cost, never goods of the shipment itself.

Which line of the export a lot was bought for is not on it: that is asked of a person.
"""

import re
from decimal import Decimal

from entrepot.gateways import paper_values as values
from entrepot.gateways.extract import Found
from entrepot.gateways.spreadsheet import cells
from entrepot.gateways.spreadsheet.grid import Cell
from entrepot.gateways.spreadsheet.labels import Labels, unreadable
from entrepot.gateways.spreadsheet.tables import Table
from entrepot.kernel.vocabulary.goods import LOT

KIND = "vat_invoice"
_TITLE = re.compile(r"增值税(电子)?(专用|普通)发票")
_RATE = re.compile(r"(\d{1,2}(?:\.\d+)?)\s*%")


def is_vat_invoice(labels: Labels) -> bool:
    """Whether a sheet is headed as a VAT invoice, with its province before the words or not."""
    return any(_TITLE.search(cell.text) for cell in labels.texts())


def read_vat_invoice(found: Found, labels: Labels, tables: list[Table]) -> None:
    """State each line as a lot: number, supplier, base without tax, rate, quantity, day."""
    given: dict[str, list[Cell]] = {}
    for field, _, cell in labels.values(KIND):
        given.setdefault(field, []).append(cell)
    names = given.get("party.name", [])  # the buyer stands first, the seller second
    number = next(iter(given.get("trade.terms.invoice_no", [])), None)
    ordinary = any("普通发票" in cell.text for cell in labels.texts())
    rows = [(table, row) for table in tables for row in table.rows]
    for place, (table, row) in enumerate(rows, 1):
        called = cells.words(number) if number else "invoice"
        key = called if len(rows) == 1 else f"{called}-{place}"
        kind = "ordinary_invoice" if ordinary else "special_vat_invoice"
        base = table.cell(row, "goods.line.amount")
        if number is not None:
            found.set(LOT, key, "number", cells.words(number), number.place)
            found.set(LOT, key, "document", kind, number.place)
        for field, cell in zip(("buyer", "supplier"), names, strict=False):
            found.set(LOT, key, field, cells.words(cell), cell.place)
        for cell in given.get("trade.terms.invoice_date", [])[:1]:
            _attempt(found, key, "issued_on", cell)
        for field, column in _COLUMNS.items():
            part = base if column == "goods.line.amount" else table.cell(row, column)
            if part is not None and not part.covered:
                _attempt(found, key, field, part, table)


_COLUMNS = {
    "goods": "goods.line.description",
    "unit": "goods.line.unit",
    "quantity": "goods.line.quantity",
    "invoiced_quantity": "goods.line.quantity",
    "base": "goods.line.amount",
    "vat_rate": "line.vat_rate",
}


def _attempt(found: Found, key: str, field: str, cell: Cell, table: Table | None = None) -> None:
    try:
        found.set(LOT, key, field, _value(field, cell, table), cell.place)
    except ValueError as error:
        unreadable(found, f"{LOT.name}/{key}.{field}", cell, error)


def _value(field: str, cell: Cell, table: Table | None) -> object:
    if field == "issued_on":
        return cells.day(cell)
    if field == "vat_rate":
        match = _RATE.fullmatch(cells.words(cell))
        if match is None:
            raise ValueError(f"{cells.words(cell)[:40]!r} is not a tax rate")
        return Decimal(match[1]) / 100
    if field == "base" and table is not None:
        return values.exact_money(cells.amount(cell, table.grid).number, "CNY")
    if field.endswith("quantity") and table is not None:
        return cells.measured(cell, table.grid).number
    return cells.words(cell)
