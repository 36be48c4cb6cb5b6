"""Invoices and packing lists as spreadsheets (xlsx, csv): any order of columns, English or Chinese, several sheets."""

from datetime import date

from entrepot.gateways.extract import Found, refusal
from entrepot.gateways.spreadsheet.certificate import KIND as CERTIFICATE
from entrepot.gateways.spreadsheet.certificate import part_packages, read_certificate
from entrepot.gateways.spreadsheet.grid import Grid, read_csv
from entrepot.gateways.spreadsheet.headings import Headings
from entrepot.gateways.spreadsheet.labels import Labels, state_labels
from entrepot.gateways.spreadsheet.tables import Table, find_tables, read_table, read_whole
from entrepot.gateways.spreadsheet.vat_invoice import KIND, is_vat_invoice, read_vat_invoice
from entrepot.kernel.intake import Refusal
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.trade import CONTAINER

__all__ = ["Headings", "read_grids", "read_words", "read_workbook"]


def read_workbook(data: bytes, today: date, headings: Headings) -> tuple[str, Found]:
    """The kinds of paper in a workbook (`invoice+packing_list`) and what they say; Refusal where no table or label is known."""
    from entrepot.gateways.spreadsheet.workbook import read_xlsx  # slow to load: only where there is a workbook

    found = Found(today)
    return read_grids(read_xlsx(data, found), found, headings)


def read_words(data: bytes, today: date, headings: Headings) -> tuple[str, Found]:
    """As `read_workbook`, of a comma-, semicolon- or tab-separated file."""
    found = Found(today)
    return read_grids([read_csv(data, lambda word: headings.column(word) is not None, found)], found, headings)


def read_grids(
    grids: list[Grid], found: Found, headings: Headings, otherwise: str = "spreadsheet"
) -> tuple[str, Found]:
    """As `read_workbook`, of grids of cells from wherever; `otherwise` is the kind where nothing tells one."""
    kinds: list[str] = []
    for grid in grids:
        tables = find_tables(found, grid, headings)
        labels = Labels(grid, headings, {row for table in tables for row in table.taken})
        kind = _kind(grid, labels, tables, headings)
        if kind == KIND or is_vat_invoice(labels):
            read_vat_invoice(found, labels, tables)
            kinds.append(KIND)
            continue
        currency = state_labels(found, labels, kind)
        origin = next((cell for field, _, cell in labels.values(kind) if field == "lines.origin"), None)
        packed = part_packages(tables) if kind == CERTIFICATE else {}
        read = []
        for table in tables:
            if kind == "bill_of_lading":
                read_whole(found, table)
            else:
                read.append((table, read_table(found, table, headings, currency, origin)))
        if kind == CERTIFICATE:
            read_certificate(found, labels, read, packed)
        if kind:
            kinds.append(kind)
    if not (found.stated() or found.doubts or found.keys(CONTAINER)):
        problems = (
            found.problems
            or refusal(
                "P008",
                "file",
                Text("no table of goods and no known label is in it", "其中没有货物表格或可识别的标签"),
                Text(
                    "head the columns with words such as Description, Quantity, Unit Price, Amount",
                    "请使用“品名、数量、单价、金额”等表头",
                ),
            ).problems
        )
        raise Refusal(tuple(problems))
    return "+".join(dict.fromkeys(kinds)) or otherwise, found


def _kind(grid: Grid, labels: Labels, tables: list[Table], headings: Headings) -> str:
    """What paper a sheet is: by its title, its name, or its columns."""
    named = headings.label(grid.name)
    titles = [*labels.kinds, *([named[0]] if named and named[0].startswith("kind.") else [])]
    if titles:
        return titles[0].removeprefix("kind.")
    if not tables:
        return ""
    return "invoice" if any(table.priced for table in tables) else "packing_list"
