"""A certificate of origin under an agreement: a proof of origin by its number, and what it says of the goods and their invoice.

The agreement follows from the title. The day of issue stands with the certification; the exporter's own day beside it is another.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from entrepot.gateways import paper_values as values
from entrepot.gateways.extract import Found
from entrepot.gateways.spreadsheet import cells
from entrepot.gateways.spreadsheet.grid import Cell
from entrepot.gateways.spreadsheet.labels import Labels
from entrepot.gateways.spreadsheet.tables import Table
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.customs import PROOF
from entrepot.kernel.vocabulary.goods import LINE
from entrepot.kernel.vocabulary.trade import TERMS

KIND = "certificate_of_origin"
_DAY = re.compile(
    r"\d{4}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}\s?日?|\d{1,2}\s+[A-Za-z]{3,9}\.?,?\s+\d{4}|[A-Za-z]{3,9}\.?\s*\d{1,2},?\s*\d{4}"
)
_PACKED = re.compile(
    r"^(?:[A-Za-z -]+\()?(\d[\d,]*)\)?\s*([A-Za-z]+|[\u4e00-\u9fff]+)\s+OF\s+(.+)$", re.IGNORECASE | re.DOTALL
)
_MEASURED = re.compile(r"^\s*(\d[\d.,]*\d|\d)\s*([Kk][Gg][Ss]?|[A-Za-z]+|[\u4e00-\u9fff]+)\.?\s*(.*)$", re.DOTALL)
_SIGNED = ("certificate.declared", "certificate.issue")
_GROSS = re.compile(r"g\.?\s?w|gross|毛重", re.IGNORECASE)


def part_packages(tables: Sequence[Table]) -> dict[Cell, tuple[int, str]]:
    """`120 CARTONS OF lamps` is packages and goods: leaves the goods in the cell, and gives what packs them by the cell."""
    packed: dict[Cell, tuple[int, str]] = {}
    goods = [table.cell(row, "goods.line.description") for table in tables for row in table.rows]
    for cell in goods:
        match = _PACKED.match(cells.words(cell)) if cell is not None else None
        if cell is not None and match is not None:
            cell.value = match[3]
            packed[cell] = (int(match[1].replace(",", "")), match[2])
    return packed


def read_certificate(
    found: Found, labels: Labels, read: Sequence[tuple[Table, Sequence[str]]], packed: dict[Cell, tuple[int, str]]
) -> None:
    """State the proof, and of its lines what their own columns do not: `read` are the tables with the keys of their rows."""
    given: dict[str, list[Cell]] = {}
    for field, _, cell in labels.values(KIND):
        given.setdefault(field, []).append(cell)
    rows = [(table, row, key) for table, keys in read for row, key in zip(table.rows, keys, strict=True)]
    for table, row, key in rows:
        goods = table.cell(row, "goods.line.description")
        if goods is not None and goods in packed:
            found.set(LINE, key, "packages", packed[goods][0], goods.place)
            found.set(LINE, key, "package_type", packed[goods][1], goods.place)
    invoices = [table.cell(row, "line.invoice") for table, row, _ in rows]
    _state_invoice(found, [one for one in invoices if one is not None])
    agreements = list(labels.marked("agreement."))
    number = next(iter(given.get("certificate.no", [])), None)
    if not agreements or number is None:
        found.left(
            "no proof of origin was read: its agreement or its number is not named",
            "未读取为原产地证明：未注明协定或证书编号",
        )
        return
    key = cells.words(number)
    found.mention(PROOF, key, number.place)
    found.set(PROOF, key, "agreement", agreements[0][0], agreements[0][1].place)
    found.set(PROOF, key, "form", "certificate", next((cell.place for _, cell in labels.marked("kind.")), number.place))
    _state_day(found, labels, key)
    _state_lines(found, key, rows)


def _state_lines(found: Found, number: str, rows: Sequence[tuple[Table, int, str]]) -> None:
    """What the proof says line by line: codes, quantities, and the criterion where all lines have the same."""
    codes: dict[str, str] = {}
    quantities: dict[str, Decimal] = {}
    criteria: list[str] = []
    places: dict[str, list[str]] = {}
    for table, row, key in rows:
        hs = found.get(LINE, key, "hs")
        if hs:
            codes[key] = hs[:6]
            places.setdefault("hs6", []).append(found.place(LINE, key, "hs"))
        cell = table.cell(row, "line.certified")
        if cell is not None and (quantity := _certified(found, table, cell, key)) is not None:
            quantities[key] = quantity
            places.setdefault("quantities", []).append(cell.place)
        cell = table.cell(row, "line.criterion")
        if cell is not None:
            criteria.append(cells.words(cell).strip("“”\" '"))
            places.setdefault("criterion", []).append(cell.place)
        at = table.cell(row, "line.no") or table.cell(row, "goods.line.description")
        places.setdefault("lines", []).append(at.place if at is not None else table.grid.name)
    stated: dict[str, object] = {"lines": tuple(key for _, _, key in rows), "hs6": codes, "quantities": quantities}
    if len(set(criteria)) == 1 and len(criteria) == len(rows):
        stated["criterion"] = criteria[0]
    elif criteria:
        said = ", ".join(criteria)[:120]
        found.left(f"the lines have several criteria: {said}", f"各项原产地标准不同：{said}")
    for field, value in stated.items():
        if value:
            found.set(PROOF, number, field, value, "; ".join(dict.fromkeys(places[field])))


def _certified(found: Found, table: Table, cell: Cell, key: str) -> Decimal | None:
    """The quantity that a line is certified for; a gross weight is said of the line instead."""
    match = _MEASURED.match(cells.words(cell))
    try:
        number = values.written_number(match[1] if match else cells.words(cell), table.grid.decimal_comma)
        if match is None or not values.is_weight(match[2]):
            if match is not None:
                found.set(LINE, key, "quantity", number, cell.place)
                found.set(LINE, key, "unit", match[2], cell.place)
            return number
        weight = values.in_kg(number, match[2])
    except ValueError as error:
        found.left(f"{cell.place}: the quantity cannot be read: {error}", f"{cell.place}：无法读取数量（{error}）")
        return None
    if not _GROSS.search(match[3]):
        return weight
    found.set(LINE, key, "gross_kg", weight, cell.place)
    return None


def _state_invoice(found: Found, column: Sequence[Cell]) -> None:
    """Number and day of the invoice, where all lines name the same one."""
    said = {cells.words(cell): cell for cell in column}
    if len(said) > 1:
        found.left(f"several invoices: {'; '.join(said)[:120]}", f"多份发票：{'；'.join(said)[:120]}")
    if len(said) != 1:
        return
    ((text, cell),) = said.items()
    for day in _days(text):
        found.set(TERMS, "", "invoice_date", day, cell.place)
    number = _DAY.sub(" ", text).strip(" ,;/")
    if re.fullmatch(r"\S{3,40}", number):
        found.set(TERMS, "", "invoice_no", number, cell.place)


def _state_day(found: Found, labels: Labels, key: str) -> None:
    """The day of issue, which stands with the certification: the exporter's own day stands with the declaration before or beside
    it. Where not each of the two has its day a person chooses."""
    heads: list[str] = []
    dated: list[tuple[date, Cell]] = []
    for cell in labels.texts():
        said = labels.headings.label(cell.text)
        if said is not None and said[0] in _SIGNED:
            heads.append(said[0])
        elif heads and not (said and said[1]):
            dated += [(day, cell) for day in _days(cell.text)]
    if len(dated) == len(heads) and heads.count("certificate.issue") == 1:
        day, cell = dated[heads.index("certificate.issue")]
        found.set(PROOF, key, "issued_on", day, cell.place)
    elif dated:
        day, cell = dated[-1]
        why = Text("is this the day of issue, or the exporter's?", "这是签发日期，还是出口商申明日期？")
        choices = {str(one): cells.words(where)[:60] for one, where in dated}
        found.doubt(PROOF, key, "issued_on", day if len(choices) == 1 else "", cell.place, why, choices)


def _days(text: str) -> Iterator[date]:
    for match in _DAY.finditer(text):
        try:
            yield values.written_date(re.sub(r"\s*([-/.年月])\s*", r"\1", match[0]))
        except ValueError:
            continue
