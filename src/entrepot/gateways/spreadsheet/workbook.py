"""Workbooks as plain grids of values, each with its place."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
from lxml import etree
from openpyxl.utils import column_index_from_string, get_column_letter, range_boundaries

from entrepot.gateways import bounds
from entrepot.gateways.extract import Found, refusal
from entrepot.gateways.paper_values import currencies
from entrepot.gateways.spreadsheet.grid import Cell, Grid, no_value
from entrepot.kernel.text import Text

# Excel shows and stores 15 significant digits; what lies beyond is the dust of binary arithmetic.
_EXCEL_DIGITS = 15
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_FORMAT_CURRENCY = re.compile(r"[A-Z]{3}")


def read_xlsx(data: bytes, found: Found) -> list[Grid]:
    """The visible sheets of a workbook. Results of formulas are taken from the file and never computed."""
    with bounds.open_zip(data) as archive:
        names = archive.namelist()
        if "xl/workbook.xml" not in names:
            raise refusal(
                "P007", "file", Text("the archive is not an Excel workbook", "压缩包不是 Excel 工作簿"),
                Text("send an .xlsx file, or the papers one by one", "请提交 .xlsx 文件，或逐份提交单证"),
            )  # fmt: skip
        for name in names:
            if name.endswith((".xml", ".rels")):
                bounds.check_xml(archive.read(name))
        scans = {name: _scan(archive.read(name), name) for name in names if name.startswith("xl/worksheets/sheet")}
    for part, en, zh in (
        ("xl/vbaProject.bin", "macros", "宏"),
        ("xl/externalLinks/", "links to other workbooks", "外部工作簿链接"),
    ):
        if any(name.startswith(part) for name in names):
            found.problem(
                "P021", "file", Text(f"the workbook carries {en}; they were ignored", f"工作簿含有{zh}，已忽略"),
                Text("save it without them", "请另存为不含此内容的文件"), severity="W",
            )  # fmt: skip
    computed = any(formulas for formulas, _ in scans.values())
    written = _open(data, values=False)
    stored = _open(data, values=True) if computed else written
    if len(written.worksheets) > bounds.MAX_SHEETS:
        raise bounds.too_many("file", "sheets", "工作表数", bounds.MAX_SHEETS)
    grids = []
    for sheet, results in zip(written.worksheets, stored.worksheets, strict=True):
        if sheet.sheet_state != "visible":
            found.problem(
                "P021", sheet.title, Text(f"the hidden sheet {sheet.title!r} was not read", f"隐藏工作表 {sheet.title} 未读取"),
                Text("show the sheet if it belongs to the papers", "如属单证内容，请取消隐藏"), severity="W",
            )  # fmt: skip
            continue
        grid = _read_sheet(sheet, results, found)
        _spread(grid, scans.get(sheet._worksheet_path.lstrip("/"), (0, []))[1])
        grids.append(grid)
    return grids


def _open(data: bytes, values: bool) -> Any:
    return openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=values, keep_links=False)


def _scan(part: bytes, name: str) -> tuple[int, list[tuple[int, int, int, int]]]:
    """How many formulas a sheet has and which ranges are merged (first column, first row, last column, last row); bounds kept."""
    formulas = cells = rows = filled = 0
    merged: list[tuple[int, int, int, int]] = []
    tags = [f"{_MAIN}{tag}" for tag in ("row", "c", "f", "mergeCell")]
    for _, element in etree.iterparse(
        BytesIO(part),
        events=("end",),
        tag=tags,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    ):
        kind = etree.QName(element).localname
        if kind == "f":
            formulas += 1
        elif kind == "mergeCell":
            merged.append(_range(element.get("ref") or ""))
        elif kind == "c" and len(element):
            filled += 1
            place = re.fullmatch(r"([A-Z]{1,3})([0-9]{1,7})", element.get("r") or "A1")
            if filled > bounds.MAX_COLUMNS or place is None or column_index_from_string(place[1]) > bounds.MAX_COLUMNS:
                raise bounds.too_many(name, "columns", "列数", bounds.MAX_COLUMNS)
            if int(place[2]) > bounds.MAX_ROWS:
                raise bounds.too_many(name, "rows", "行数", bounds.MAX_ROWS)
        elif kind == "row":
            cells, rows, filled = cells + filled, rows + bool(filled), 0
            element.clear()
        if cells > bounds.MAX_CELLS or max(len(merged), rows) > bounds.MAX_ROWS:
            raise bounds.too_many(name, "rows, cells or merged cells", "行、单元格或合并单元格数", bounds.MAX_ROWS)
    return formulas, merged


def _range(reference: str) -> tuple[int, int, int, int]:
    first_column, first_row, last_column, last_row = range_boundaries(reference)
    return first_column or 1, first_row or 1, last_column or 1, last_row or 1


def _read_sheet(sheet: Any, results: Any, found: Found) -> Grid:
    grid = Grid(sheet.title)
    computed: list[str] = []
    for view in (sheet, results):
        view.reset_dimensions()  # what a file says of its own size is not believed
    limits = {"max_row": bounds.MAX_ROWS, "max_col": bounds.MAX_COLUMNS}
    rows: Iterable[tuple[Any, Any]] = ((row, row) for row in sheet.iter_rows(**limits))
    if results is not sheet:
        rows = zip(sheet.iter_rows(**limits), results.iter_rows(**limits), strict=False)
    for row, result_row in rows:
        for cell, result in zip(row, result_row, strict=False):
            if cell.value is None or cell.value == "":
                continue
            place = f"{sheet.title}!{get_column_letter(cell.column)}{cell.row}"
            formula = cell.data_type == "f"
            value = _value(result.value, place, found) if result.data_type != "e" else None
            if value is None or value == "":
                no_value(found, place, formula, result.data_type == "e")
                continue
            if formula:
                computed.append(place)
            where = f"{place} (formula)" if formula else place
            grid.put(cell.row, cell.column, Cell(value, where, formula, _format_currency(cell.number_format)))
    if computed:
        count, shown = len(computed), ", ".join(computed[:3]) + (" …" if computed[3:] else "")
        found.problem(
            "P020",
            sheet.title,
            Text(
                f"{count} cells are formulas ({shown}); their stored results were read",
                f"{count} 个单元格为公式（{shown}），已读取其存储结果",
            ),
            Text("paste them as values and check them", "请粘贴为数值并核对"),
            severity="W",
        )
    return grid


def _value(value: object, place: str, found: Found) -> str | Decimal | date | None:
    """A cell's value. A float is written out as its shortest decimal (12360.1 and not 12360.10000000000036): what was typed."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, float):
        exact = Decimal(repr(value))
        if not exact.is_finite() or abs(exact.adjusted()) >= bounds.MAX_DIGITS:
            return None
        digits = exact.as_tuple().digits
        if len(digits) > _EXCEL_DIGITS:
            exact = exact.quantize(Decimal(1).scaleb(exact.adjusted() - _EXCEL_DIGITS + 1)).normalize()
            found.problem(
                "P022",
                place,
                Text(
                    f"{value!r} has more digits than a spreadsheet keeps; {exact:f} was read",
                    f"{value!r} 的位数超过电子表格精度，读取为 {exact:f}",
                ),
                Text("round the cell to the decimals that are meant", "请按实际小数位取整"),
                severity="W",
            )
        return exact
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value) if abs(value) < 10**bounds.MAX_DIGITS else None
    return value if isinstance(value, date) else bounds.clean_text(str(value or ""), single_line=False)


def _format_currency(number_format: object) -> str:
    """The ISO code that a number format prints beside the number, as `[$USD] #,##0.00` does."""
    codes = {code for code in _FORMAT_CURRENCY.findall(str(number_format or "")[:100]) if code in currencies()}
    return codes.pop() if len(codes) == 1 else ""


def _spread(grid: Grid, merged: list[tuple[int, int, int, int]]) -> None:
    """Repeat a merged cell's value where it covers others, marked as such."""
    for first_column, first_row, last_column, last_row in merged:
        origin = grid.rows.get(first_row, {}).get(first_column)
        if origin is None:
            continue
        origin.tall = last_row > first_row
        for row in range(first_row, min(last_row, first_row + 500) + 1):
            for column in range(first_column, min(last_column, bounds.MAX_COLUMNS) + 1):
                if (row, column) != (first_row, first_column) and row in grid.rows:
                    copy = Cell(origin.value, origin.place, origin.formula, origin.currency)
                    copy.covered, copy.tall = True, origin.tall
                    grid.rows[row].setdefault(column, copy)
