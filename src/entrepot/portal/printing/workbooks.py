"""Spreadsheets that come back: a workbook with an invoice and a packing list, empty or filled from a dossier, in words that
the reader of papers knows. What is filled in and handed in again says what stands there."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct

from entrepot.channels.online import Voice
from entrepot.kernel.access import may_read_statement
from entrepot.kernel.sheet import natural
from entrepot.kernel.topics import Topic
from entrepot.kernel.vocabulary.goods import LINE, GoodsLine
from entrepot.kernel.vocabulary.trade import PACKING, PARTY, TERMS, TRANSPORT, Packing, Party, Terms, Transport

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from entrepot.portal.desk import Desk

T = TypeVar("T")
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EMPTY_LINES = 20
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NONE = GoodsLine()


class Filled(Struct, frozen=True):
    """What goes into a workbook: nothing in an empty one."""

    terms: Terms = Terms()
    seller: Party = Party()
    buyer: Party = Party()
    transport: Transport = Transport()
    packing: Packing = Packing()
    lines: Mapping[str, GoodsLine] = {}


Head = tuple[str, Callable[[Filled], Any]]
Column = tuple[str, Callable[[GoodsLine], Any], int]
_HEADS: tuple[Head, ...] = (
    ("Seller 卖方", lambda said: said.seller.name or said.seller.name_zh),
    ("Seller's address 卖方地址", lambda said: said.seller.address),
    ("Buyer 买方", lambda said: said.buyer.name or said.buyer.name_zh),
    ("Buyer's address 买方地址", lambda said: said.buyer.address),
    ("Invoice No. 发票号", lambda said: said.terms.invoice_no),
    ("Invoice Date 发票日期", lambda said: said.terms.invoice_date),
)
_TERMS: tuple[Head, ...] = (
    ("Contract No. 合同号", lambda said: said.terms.contract_no),
    ("Contract Date 合同日期", lambda said: said.terms.contract_date),
    ("Trade Terms 贸易术语", lambda said: f"{said.terms.incoterm} {said.terms.place}".strip()),
    ("Currency 币制", lambda said: said.terms.currency),
    ("Payment 付款方式", lambda said: said.terms.payment),
    ("Port of Loading 装货港", lambda said: said.transport.loading_port),
    ("Port of Discharge 卸货港", lambda said: said.transport.discharge_port),
    ("Country of Destination 目的国", lambda said: said.transport.destination_country),
    ("Vessel 船名", lambda said: said.transport.conveyance),
    ("Voyage 航次", lambda said: said.transport.voyage),
    ("B/L No. 提单号", lambda said: said.transport.bill_no),
)
_PACKED: tuple[Head, ...] = (
    ("Total Packages 总件数", lambda said: said.packing.packages),
    ("Total Gross Weight (KGS) 总毛重", lambda said: said.packing.gross_kg),
    ("Total Net Weight (KGS) 总净重", lambda said: said.packing.net_kg),
    ("Marks 唛头", lambda said: said.packing.marks),
)
_INVOICE: tuple[Column, ...] = (
    ("Description 品名", lambda line: line.description or line.description_zh, 34),
    ("HS Code 商品编码", lambda line: line.hs, 14),
    ("Quantity 数量", lambda line: line.quantity, 12),
    ("Unit 单位", lambda line: line.unit, 8),
    ("Unit Price 单价", lambda line: _price(line), 14),
    ("Amount 金额", lambda line: line.amount.amount if line.amount else None, 16),
    ("Currency 币制", lambda line: line.amount.currency if line.amount else "", 10),
    ("Origin 原产国", lambda line: line.origin, 12),
    ("Brand 品牌", lambda line: line.brand, 14),
)
_PACKING: tuple[Column, ...] = (
    ("Description 品名", lambda line: line.description or line.description_zh, 34),
    ("Packages 件数", lambda line: line.packages, 12),
    ("Package Type 包装种类", lambda line: line.package_type, 16),
    ("Net Weight (KGS) 净重", lambda line: line.net_kg, 18),
    ("Gross Weight (KGS) 毛重", lambda line: line.gross_kg, 18),
)


def filled_from(desk: "Desk", dossier: str, voice: Voice) -> Filled:
    """What the voice may read of the dossier, as far as a workbook holds it; what is in dispute stays out."""
    with desk.known(dossier, voice) as (record, speaker):

        def standing(topic: Topic[Any]) -> dict[str, Any]:
            return {
                key: here.value
                for key, here in record.standing(topic.name).items()
                if here.value is not None
                and all(may_read_statement(topic, said, speaker, record) for said in here.statements)
            }

        def one(topic: Topic[Any], empty: T) -> T:
            return next(iter(standing(topic).values()), empty)

        parties = standing(PARTY)
        return Filled(
            one(TERMS, Terms()),
            parties.get("exporter", Party()),
            parties.get("importer", Party()),
            one(TRANSPORT, Transport()),
            one(PACKING, Packing()),
            standing(LINE),
        )


def workbook(filled: Filled | None = None) -> bytes:
    """An xlsx file with the sheets Invoice and Packing list. Nothing in it is a formula, whatever a text begins with."""
    from openpyxl import Workbook  # slow to load: only where a workbook is asked for

    said = filled or Filled()
    book = Workbook()
    first = book.worksheets[0]
    lines = [(key, said.lines[key]) for key in sorted(said.lines, key=natural)]
    lines = lines or [(str(number), _NONE) for number in range(1, EMPTY_LINES + 1)]
    first.title = "Invoice"
    heads = [(label, read(said)) for label, read in (*_HEADS, *_TERMS)]
    _fill(first, "COMMERCIAL INVOICE 商业发票", heads, _INVOICE, lines)
    packed = [(label, read(said)) for label, read in (*_HEADS, *_PACKED)]
    _fill(book.create_sheet("Packing list"), "PACKING LIST 装箱单", packed, _PACKING, lines)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(
    sheet: "Worksheet",
    title: str,
    heads: Sequence[tuple[str, Any]],
    columns: Sequence[Column],
    lines: Sequence[tuple[str, GoodsLine]],
) -> None:
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter

    bold, shade = Font(bold=True), PatternFill("solid", fgColor="DDE7F0")
    _put(sheet, 1, 1, title)
    sheet.cell(1, 1).font = Font(bold=True, size=14)
    for row, (label, value) in enumerate(heads, 2):
        _put(sheet, row, 1, label)
        sheet.cell(row, 1).font = bold
        _put(sheet, row, 2, value)
    head = len(heads) + 3
    for at, name in enumerate(("No. 序号", *(name for name, _, _ in columns)), 1):
        _put(sheet, head, at, name)
        sheet.cell(head, at).font, sheet.cell(head, at).fill = bold, shade
    for row, cells in enumerate(_rows(columns, lines), head + 1):
        for at, value in enumerate(cells, 1):
            _put(sheet, row, at, value)
    for at, width in enumerate((30, *(width for _, _, width in columns)), 1):
        sheet.column_dimensions[get_column_letter(at)].width = width
    sheet.freeze_panes = f"A{head + 1}"


def _rows(columns: Sequence[Column], lines: Sequence[tuple[str, GoodsLine]]) -> Iterator[list[Any]]:
    for key, line in lines:
        yield [key if line is not _NONE else None, *(read(line) for _, read, _ in columns)]


def _put(sheet: "Worksheet", row: int, column: int, value: Any) -> None:
    """A value as itself: text stays text, also where a spreadsheet would take it for a formula."""
    if value in (None, ""):
        return
    cell = sheet.cell(row, column)
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
        if value.startswith(_FORMULA):
            cell.quotePrefix = True


def _price(line: GoodsLine) -> Decimal | str | None:
    """The price as a number where it is for one of the line's unit, else in words (`USD 515.00/100 kg`)."""
    price = line.price
    if price is None:
        return None
    plain = price.per == 1 and price.unit == line.unit and line.amount and price.currency == line.amount.currency
    return price.amount if plain else str(price)
