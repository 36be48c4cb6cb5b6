"""Tables of goods on a sheet: where they begin and end, what their columns hold, their rows, and their totals."""

import re
from bisect import bisect
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial
from typing import Any

from entrepot.gateways import paper_values as values
from entrepot.gateways.extract import Found
from entrepot.gateways.spreadsheet import cells
from entrepot.gateways.spreadsheet.grid import Cell, Grid
from entrepot.gateways.spreadsheet.headings import Column, Headings
from entrepot.gateways.spreadsheet.labels import in_kg, unreadable
from entrepot.kernel.money import Money, Price
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.goods import LINE
from entrepot.kernel.vocabulary.trade import PACKING, TERMS

# A row is the head of a table where it has two fields, one of which says what the goods are or how much of them there is.
_TELLING = frozenset(
    f"goods.line.{name}"
    for name in ("description", "hs", "item_code", "quantity", "amount", "packages", "net_kg", "gross_kg")
)
_WORDS = ("description", "item_code", "hs", "origin", "brand", "un_number", "package_type", "unit")
_SUMMED = ("quantity", "packages", "net_kg", "gross_kg", "amount")
_NUMBERS = (*_SUMMED, "price")
_TOTALS = {"amount": "trade.terms.total", "quantity": "total of quantity"} | {
    name: f"packing.totals.{name}" for name in ("packages", "net_kg", "gross_kg")
}


class Table:
    """A table: its columns by number, the rows of its goods, and its rows of totals (whether each is a subtotal)."""

    def __init__(self, grid: Grid, head: int, columns: dict[int, Column], unknown: dict[int, str]) -> None:
        self.grid, self.head, self.columns, self.unknown = grid, head, columns, unknown
        self.rows: list[int] = []
        self.totals: list[tuple[int, bool]] = []
        self.taken: set[int] = {head}
        self._numbers = {column.field: number for number, column in columns.items()}

    def column(self, field: str) -> int | None:
        """The number of the column that holds a field."""
        return self._numbers.get(field)

    def cell(self, row: int, field: str) -> Cell | None:
        """A row's cell under a field."""
        number = self.column(field)
        return None if number is None else self.grid.rows[row].get(number)

    @property
    def priced(self) -> bool:
        """Whether it has prices or amounts, as an invoice has."""
        return self.column("goods.line.amount") is not None or self.column("goods.line.price") is not None


def find_tables(found: Found, grid: Grid, headings: Headings) -> list[Table]:
    """The tables of a sheet, top to bottom. One ends with its total, or at the next head."""
    tables: list[Table] = []
    for row in sorted(grid.rows):
        if tables and row in tables[-1].taken:
            continue
        head = _head(grid, row, headings)
        if head is not None:
            tables.append(head)
        elif tables:
            _take(found, tables[-1], row, headings)
    return tables


def _head(grid: Grid, row: int, headings: Headings) -> Table | None:
    """The table that a row heads, alone or with the row under it (units, or the second half of a two-row head)."""
    known, unknown = _columns(grid.rows[row], headings)
    below = grid.rows.get(row + 1, {})
    if known and below and all(cell.text for cell in below.values()):
        joined = {
            number: _joined(grid.rows[row].get(number), below.get(number), headings)
            for number in {*grid.rows[row], *below}
        }
        both, rest = _columns(joined, headings)
        alone = sum(headings.column(cell.text) is not None or _is_hint(cell.text) for cell in below.values())
        better = len(both) >= len(known) and len(both) > len(_columns(below, headings)[0])
        if alone == len(below) and better and tells(both):
            table = Table(grid, row, both, rest)
            table.taken.add(row + 1)
            return table
    return Table(grid, row, known, unknown) if len(known) >= 2 and tells(known) else None


def _columns(line: dict[int, Cell], headings: Headings) -> tuple[dict[int, Column], dict[int, str]]:
    """Known columns, each field once, and the words over the others. A row with numbers heads nothing."""
    known: dict[int, Column] = {}
    unknown: dict[int, str] = {}
    if any(not cell.text for cell in line.values()):
        return {}, {}
    for number in sorted(line):
        column = headings.column(line[number].text)
        if column is None or (column.field != "ignored" and column.field in {c.field for c in known.values()}):
            unknown[number] = line[number].text
        else:
            known[number] = column
    return known, unknown


def tells(columns: dict[int, Column]) -> bool:
    """Whether columns can head a table: two fields, one of which says what the goods are or how much of them there is."""
    fields = {column.field for column in columns.values()}
    return bool(fields & _TELLING) and len(fields - {"ignored"}) >= 2


def _joined(upper: Cell | None, lower: Cell | None, headings: Headings) -> Cell:
    """Two cells of a head as one: the lower names what the upper spans, or in brackets its unit."""
    top, bottom = (cell.text if cell is not None else "" for cell in (upper, lower))
    place = upper.place if upper is not None else lower.place if lower is not None else ""
    if not (top and bottom) or top == bottom:
        return Cell(top or bottom, place)
    unit = bottom if bottom.startswith(("(", "（")) else f"({bottom})"
    spanned = f"{bottom} {' '.join(re.findall(r'[(（].*?[)）]', top))}".strip()
    ways = (f"{top} {unit}", spanned) if unit == bottom else (spanned, f"{top} {unit}")
    return Cell(next((way for way in ways if headings.column(way)), ways[0]), place)


def _is_hint(text: str) -> bool:
    """Whether a text under a heading is but a unit or a currency."""
    bare = text.strip(" ()（）[]")
    try:
        return values.is_weight(bare) or bool(values.currency_code(re.split(r"[/ ]", bare)[0]))
    except ValueError:
        return False


def _take(found: Found, table: Table, row: int, headings: Headings) -> None:
    """Add a row to a table, as goods or as totals. What has numbers or words of goods but is neither is noted as unread."""
    line = table.grid.rows[row]
    own = [line[number] for number in sorted(line) if not line[number].covered]
    kind = next((kind for cell in own if cell.text and (kind := headings.is_total(cell.text))), "")
    over = any(not partly for _, partly in table.totals)
    counted = sum(_has_number(table, line, name) for name in _NUMBERS)
    if kind:
        table.totals.append((row, kind == "table.subtotal"))
        table.taken.add(row)
    elif not own or (own[0].text and headings.label(own[0].text)):
        return
    elif not over and (counted or not any(table.column(f"goods.line.{name}") for name in _NUMBERS)):
        table.rows.append(row)
        table.taken.add(row)
    elif (counted > 1) if over else (table.cell(row, "goods.line.description") is not None):
        said = " ".join(cells.words(cell) for cell in own)[:80]
        found.left(f"{own[0].place}: {said!r} belongs to no line", f"{own[0].place}：“{said}”不属于任何商品项")


def _has_number(table: Table, line: dict[int, Cell], name: str) -> bool:
    cell = line.get(table.column(f"goods.line.{name}") or 0)
    return cell is not None and not cell.covered and (not cell.text or any(letter.isdigit() for letter in cell.text))


def read_table(found: Found, table: Table, headings: Headings, currency: str, origin: Cell | None) -> list[str]:
    """State the lines of a table and check its totals; gives the keys of its rows. `currency` and `origin` are what the sheet says
    for all of it."""
    keys = _keys(found, table)
    sums: dict[str, list[Decimal | None]] = {name: [] for name in _SUMMED}
    for number, words in table.unknown.items():
        if any(number in table.grid.rows[row] for row in table.rows):
            place = table.grid.rows[table.head].get(number)
            at = place.place if place is not None else table.grid.name
            found.left(f"{at}: the column {words[:60]!r} was not read", f"{at}：未读取“{words[:60]}”列")
    for row, key in zip(table.rows, keys, strict=True):
        reader = _Row(found, table, row, key, headings, currency)
        reader.read()
        if origin is not None and found.get(LINE, key, "origin") is None:
            reader.attempt("origin", origin, lambda cell: headings.country(cells.words(cell)))
        for name in _SUMMED:
            sums[name].append(reader.numbers.get(name))
    before = 0
    for row, partly in table.totals:
        upto = bisect(table.rows, row)
        if partly:
            list(_differences(found, table, row, {name: given[before:upto] for name, given in sums.items()}))
            before = upto
        else:
            _read_total(found, table, row, sums, currency)
    return keys


def read_whole(found: Found, table: Table) -> None:
    """State what a transport document says of the goods: packages and weight of the whole shipment, not of single lines."""
    sums: dict[str, list[Decimal | None]] = {name: [] for name in _SUMMED}
    if table.totals:
        _read_total(found, table, table.totals[-1][0], sums, "")
    elif len(table.rows) == 1:
        _read_total(found, table, table.rows[0], sums, "")
        cell = table.cell(table.rows[0], "goods.line.packages")
        if cell is not None and found.get(PACKING, "", "packages") is not None:
            column = table.columns[table.column("goods.line.packages") or 0]
            found.set(PACKING, "", "package_type", cells.measured(cell, table.grid).unit or column.unit, cell.place)
    for row in table.rows:
        cell = table.cell(row, "goods.line.description")
        if cell is not None and not cell.covered:
            said = cells.words(cell)[:80]
            found.left(f"{cell.place}: the goods are called {said!r}", f"{cell.place}：货物名称为“{said}”")


def _keys(found: Found, table: Table) -> list[str]:
    """The line numbers: those of the table where all are whole and different, else the places of the rows."""
    own = [table.cell(row, "line.no") for row in table.rows]
    names = [
        re.sub(r"\.0*$", "", cells.words(cell).strip(" .")).lstrip("0") if cell and not cell.covered else ""
        for cell in own
    ]
    if all(re.fullmatch(r"[1-9]\d{0,5}", name) for name in names) and len(set(names)) == len(names):
        return names
    if any(names):
        found.problem(
            "P019",
            table.grid.name,
            Text(
                "the line numbers are not whole and different; the lines were counted from 1",
                "项号不是互不相同的整数，已按行从 1 编号",
            ),
            Text("number the lines 1, 2, 3 …", "请将各项编号为 1、2、3……"),
            severity="W",
        )
    return [str(place) for place in range(1, len(table.rows) + 1)]


class _Row:
    """One row while it is read: a cell that cannot be read is a problem and loses no other cell."""

    def __init__(self, found: Found, table: Table, row: int, key: str, headings: Headings, currency: str) -> None:
        self.found, self.table, self.row, self.key = found, table, row, key
        self.headings, self.currency = headings, currency
        self.numbers: dict[str, Decimal] = {}

    def read(self) -> None:
        for name in _WORDS:
            cell = self.table.cell(self.row, f"goods.line.{name}")
            if cell is not None:
                self.attempt(name, cell, partial(self._word, name))
        for name in _NUMBERS:
            cell = self.table.cell(self.row, f"goods.line.{name}")
            if cell is None or cell.covered:
                continue
            if cell.tall:
                unreadable(
                    self.found, f"goods.line/{self.key}.{name}", cell, ValueError("one merged cell for several lines")
                )
            else:
                self.attempt(name, cell, partial(self._number, name))

    def attempt(self, name: str, cell: Cell, value: Callable[[Cell], Any]) -> None:
        try:
            read = value(cell)
        except ValueError as error:
            unreadable(self.found, f"goods.line/{self.key}.{name}", cell, error)
        else:
            field = "description_zh" if name == "description" and values.is_chinese(str(read)) else name
            self.found.set(LINE, self.key, field, read, cell.place)

    def _word(self, name: str, cell: Cell) -> str:
        said = cells.words(cell)
        if name == "hs":
            return values.hs_code(said)
        if name == "origin":
            return self.headings.country(said)
        if name == "description":
            spec = self.table.cell(self.row, "line.spec")
            return f"{said}; {cells.words(spec)}" if spec is not None else said
        return said

    def _number(self, name: str, cell: Cell) -> Any:
        column = self.table.columns[self.table.column(f"goods.line.{name}") or 0]
        if name in ("amount", "price"):
            return self._money(name, cell, column)
        measured = cells.measured(cell, self.table.grid)
        if name in ("net_kg", "gross_kg"):
            first = self.row == self.table.rows[0]
            unit = measured.unit or column.unit or ("" if first else "kg")  # the missing unit is said once a column
            self.numbers[name] = in_kg(self.found, measured.number, unit, cell.place)
            return self.numbers[name]
        self.numbers[name] = measured.number
        if name == "packages":
            self._unit("package_type", measured.unit or column.unit, cell if measured.unit else self._head(name))
            return cells.whole(measured.number)
        self._unit("unit", measured.unit or column.unit, cell if measured.unit else self._head(name))
        return measured.number

    def _head(self, name: str) -> Cell:
        """The head of a field's column, where a unit that its cells leave out is said."""
        number, rows, head = self.table.column(f"goods.line.{name}") or 0, self.table.grid.rows, self.table.head
        return rows[head].get(number) or rows[head + 1][number]

    def _unit(self, field: str, unit: str, cell: Cell) -> None:
        if unit and self.found.get(LINE, self.key, field) is None:
            self.found.set(LINE, self.key, field, unit, cell.place)

    def _money(self, name: str, cell: Cell, column: Column) -> Money | Price:
        read = cells.amount(cell, self.table.grid)
        said = self.table.cell(self.row, "line.currency")
        code = (
            read.currency
            or column.currency
            or (values.currency_code(cells.words(said)) if said else "")
            or self.currency
        )
        if not code:
            raise ValueError("no currency is named in the cell, its heading or on the sheet")
        if name == "price":
            unit = read.per or column.unit or self.found.get(LINE, self.key, "unit") or ""
            per = re.fullmatch(r"(\d+)\s*(\D+)", unit)
            return Price(read.number, code, per[2], Decimal(per[1])) if per else Price(read.number, code, unit)
        money = values.exact_money(read.number, code)
        self.numbers[name] = money.amount
        return money


def _read_total(found: Found, table: Table, row: int, sums: dict[str, list[Decimal | None]], currency: str) -> None:
    """Check a row of totals against the lines and state it for the whole shipment or invoice."""
    for name, number, cell in _differences(found, table, row, sums):
        column = table.columns[table.column(f"goods.line.{name}") or 0]
        try:
            if name == "amount":
                code = cells.amount(cell, table.grid).currency or column.currency or currency or _line_currency(found)
                if code:
                    found.set(TERMS, "", "total", values.exact_money(number, code), cell.place)
                    found.set(TERMS, "", "currency", code, cell.place)
            elif name == "packages":
                found.set(PACKING, "", "packages", cells.whole(number), cell.place)
            elif name != "quantity":
                found.set(PACKING, "", name, number, cell.place)
        except ValueError as error:
            unreadable(found, _TOTALS[name], cell, error)


def _line_currency(found: Found) -> str:
    """The currency of the lines where they have but one."""
    codes = {money.currency for key in found.keys(LINE) if (money := found.get(LINE, key, "amount")) is not None}
    return codes.pop() if len(codes) == 1 else ""


def _differences(
    found: Found, table: Table, row: int, sums: dict[str, list[Decimal | None]]
) -> Iterator[tuple[str, Decimal, Cell]]:
    """Each total of a row that can be read, as a field's name, number (weights in kg) and cell; a differing one is a problem."""
    for name in _SUMMED:
        cell = table.cell(row, f"goods.line.{name}")
        if cell is None or cell.covered or cell.value == "":
            continue
        column = table.columns[table.column(f"goods.line.{name}") or 0]
        try:
            if name == "amount":
                number = cells.amount(cell, table.grid).number
            else:
                read = cells.measured(cell, table.grid)
                number = (
                    values.in_kg(read.number, read.unit or column.unit or "kg") if name.endswith("_kg") else read.number
                )
        except ValueError as error:
            if not cell.text or any(letter.isdigit() for letter in cell.text):
                unreadable(found, _TOTALS[name], cell, error)
            continue
        lines = sums[name]
        added = sum((line for line in lines if line is not None), Decimal(0))
        if lines and None not in lines and added != number:
            found.problem(
                "P015",
                cell.place,
                Text(
                    f"the lines add up to {added:f}, the total says {number:f}",
                    f"各项合计 {added:f}，总计所列为 {number:f}",
                ),
                Text("correct the line or the total that is wrong", "请更正有误的分项或总计"),
            )
        yield name, number, cell
