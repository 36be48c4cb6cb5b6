"""Draws a trade document in English and Chinese: head, sections, tables, notes, and at the end how it is checked."""

from typing import Any

from msgspec import convert, structs, to_builtins
from msgspec.json import encode
from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel

from entrepot.gateways.signed_pdf.faces import MISSING, Face, printable
from entrepot.gateways.signed_pdf.printed import PrintedDocument, Row, Section
from entrepot.gateways.signed_pdf.sheets import BOTTOM, GREY, HEIGHT, INK, INNER, LEFT, LINE, TOP, Sheets, height_of
from entrepot.gateways.signed_pdf.tables import draw_table
from entrepot.kernel.text import Text

DIGEST_LABEL = Text("SHA-256 of the signed content", "签名内容 SHA-256")
_MAX_BYTES = 4 << 20
_MAX_ID = 300  # letters, so that the QR code stays one that cameras read
_GUTTER = 18.0
_QR = 88.0
_NOTES, _NUMBER, _DATE = Text("Notes", "备注"), Text("No.", "编号"), Text("Date", "日期")
_ID = Text("Document id", "文件标识")
_PAGE_OF = Text("Page {} of {}", "第 {} 页 共 {} 页")
_UNPRINTED = Text(
    f"A letter that cannot be printed stands as {MISSING}; the signed content attached to this file has it.",
    f"无法印刷的字符以 {MISSING} 表示；原字符见本文件所附签名内容。",
)
_OWN = (DIGEST_LABEL, _NOTES, _NUMBER, _DATE, _ID, _PAGE_OF, _UNPRINTED)
_LETTERS = frozenset("0123456789abcdef ·").union(*(word.en + word.zh for word in _OWN))


def draw(document: PrintedDocument) -> bytes:
    """The document as a PDF, unsigned; the same document gives the same bytes.

    ValueError where it has more than 4 MB of text, an id of more than 300, a digest that is none, or a line of a table
    with other cells than there are columns.
    """
    if len(document.document_id) > _MAX_ID or (document.digest and not _is_digest(document.digest)):
        raise ValueError("the id is too long, or the digest is not 64 hexadecimal digits in small letters")
    if len(encode(document)) > _MAX_BYTES:
        raise ValueError(f"a document of more than {_MAX_BYTES >> 20} MB is not drawn")
    texts: list[str] = []
    shown = convert(_printable(to_builtins(document), texts), PrintedDocument)
    letters = set("".join(texts))
    if MISSING in letters:
        shown = structs.replace(shown, notes=(*shown.notes, _UNPRINTED))
    sheets = Sheets(Face(letters | _LETTERS))
    _head(sheets, shown)
    for section in shown.sections:
        _section(sheets, section)
    for table in shown.tables:
        draw_table(sheets, table)
    _notes(sheets, shown.notes)
    _seal(sheets, shown)
    _margins(sheets, shown)
    title = f"{shown.title.en} {shown.title.zh} {shown.number}"
    return sheets.drawn(title=title, author=shown.issuer, subject=shown.document_id)


def _is_digest(text: str) -> bool:
    return len(text) == 64 and set(text) <= set("0123456789abcdef")


def _printable(value: Any, texts: list[str]) -> Any:
    if isinstance(value, str):
        texts.append(printable(value))
        return texts[-1]
    if isinstance(value, dict):
        return {key: _printable(item, texts) for key, item in value.items()}
    return [_printable(item, texts) for item in value]


def _head(sheets: Sheets, document: PrintedDocument) -> None:
    """Title in both languages at the left, number and date at the right, the issuer above."""
    sheets.y = 40.0
    for line in sheets.fold(document.issuer, INNER, 9):
        sheets.write(line, LEFT, sheets.y + 9, 9, GREY)
        sheets.y += 13
    sheets.y += 4
    right = LEFT + INNER
    side = [(f"{_NUMBER.en} {_NUMBER.zh} {document.number}", 10.0), (f"{_DATE.en} {_DATE.zh} {document.date}", 10.0)]
    wide = min(max(sheets.face.width(text, size) for text, size in side) + _GUTTER, INNER / 2)
    top = sheets.y
    for line in sheets.fold(document.title.en, INNER - wide, 19):
        sheets.write(line, LEFT, sheets.y + 19, 19)
        sheets.y += 25
    for line in sheets.fold(document.title.zh, INNER - wide, 13):
        sheets.write(line, LEFT, sheets.y + 13, 13, GREY)
        sheets.y += 18
    y = top + 4
    for text, size in side:
        for line in sheets.fold(text, wide, size):
            sheets.write(line, right, y + size, size, right=True)
            y += size * 1.5
    sheets.y = max(sheets.y, y) + 4
    sheets.rule(LEFT, right, sheets.y, INK, 1.2)
    sheets.y += 12


def _title(sheets: Sheets, title: Text, follows: float) -> None:
    sheets.room(20 + follows)
    sheets.write(title.en, LEFT, sheets.y + 10, 10)
    sheets.write(title.zh, LEFT + sheets.face.width(title.en, 10) + 8, sheets.y + 10, 9, GREY)
    sheets.y += 15
    sheets.rule(LEFT, LEFT + INNER, sheets.y)
    sheets.y += 5


def _section(sheets: Sheets, section: Section) -> None:
    """Rows in two columns, the label small above its value; a long value takes the whole width."""
    _title(sheets, section.title, 30)
    half = (INNER - _GUTTER) / 2
    waiting: Row | None = None
    for row in section.rows:
        long = len(sheets.fold(row.value, half, 9)) > 4 or sheets.face.width(_label(row), 7) > half
        if long:
            if waiting:
                _rows(sheets, [waiting], half)
            waiting = None
            _rows(sheets, [row], INNER)
        elif waiting:
            _rows(sheets, [waiting, row], half)
            waiting = None
        else:
            waiting = row
    if waiting:
        _rows(sheets, [waiting], half)
    sheets.y += 8


def _label(row: Row) -> str:
    return f"{row.label.en} {row.label.zh}"


def _rows(sheets: Sheets, rows: list[Row], width: float) -> None:
    """Rows beside each other; what is longer than the page goes on with the next."""
    labels = [sheets.fold(_label(row), width, 7) for row in rows]
    values = [sheets.fold(row.value, width, 9) for row in rows]
    deep = max(height_of(lines, 7) for lines in labels)
    high = deep + max(height_of(lines, 9) for lines in values) + 4
    sheets.room(min(high, deep + 60))
    for at, lines in enumerate(labels):
        sheets.write_lines(lines, LEFT + at * (width + _GUTTER), sheets.y, 7, GREY)
    sheets.y += deep
    while any(values):
        count = max(1, int(sheets.left_over / (9 * 1.36)))
        for at, lines in enumerate(values):
            sheets.write_lines(lines[:count], LEFT + at * (width + _GUTTER), sheets.y, 9)
        sheets.y += max(height_of(lines[:count], 9) for lines in values)
        values = [lines[count:] for lines in values]
        if any(values):
            sheets.next_page()
    sheets.y += 4


def _notes(sheets: Sheets, notes: tuple[Text, ...]) -> None:
    if not notes:
        return
    _title(sheets, _NOTES, 24)
    for number, note in enumerate(notes, 1):
        english = sheets.fold(note.en, INNER - 16, 8)
        chinese = sheets.fold(note.zh, INNER - 16, 8)
        sheets.room(min(height_of(english + chinese, 8), 60))
        sheets.write(str(number), LEFT, sheets.y + 8, 8, GREY)
        for lines, colour in ((english, INK), (chinese, GREY)):
            for line in lines:
                sheets.room(8 * 1.36)
                sheets.write(line, LEFT + 16, sheets.y + 8, 8, colour)
                sheets.y += 8 * 1.36
        sheets.y += 3
    sheets.y += 6


def _seal(sheets: Sheets, document: PrintedDocument) -> None:
    """How the document is checked, its id and the digest of what was signed, and both in a QR code."""
    x, width = LEFT + _QR + 14, INNER - _QR - 14
    parts = [
        (sheets.fold(document.how.en, width, 7.5), 7.5, INK), (sheets.fold(document.how.zh, width, 7.5), 7.5, GREY),
        (sheets.fold(f"{_ID.en} {_ID.zh}  {document.document_id}", width, 7.5), 7.5, INK),
    ]  # fmt: skip
    if document.digest:
        parts.append(([f"{DIGEST_LABEL.en} {DIGEST_LABEL.zh}"], 7, GREY))
        parts.append(([document.digest], 7, INK))
    high = max(sum(height_of(lines, size) + 2 for lines, size, _ in parts), _QR) + 12
    sheets.room(high)
    if sheets.y > TOP:  # at the foot of the page, but not alone below a white one
        sheets.y = max(sheets.y, BOTTOM - high)
    sheets.rule(LEFT, LEFT + INNER, sheets.y, INK, 0.8)
    sheets.y += 10
    sheets.squares(_squares(document), LEFT, sheets.y, _QR)
    y = sheets.y
    for lines, size, colour in parts:
        sheets.write_lines(lines, x, y, size, colour)
        y += height_of(lines, size) + 2
    sheets.y = BOTTOM


def _squares(document: PrintedDocument) -> list[list[bool]]:
    code = QRCode(None, QRErrorCorrectLevel.M)
    code.addData(f"{document.document_id}#sha256={document.digest}" if document.digest else document.document_id)
    code.make()
    return [[bool(cell) for cell in row] for row in code.modules]


def _margins(sheets: Sheets, document: PrintedDocument) -> None:
    """On every page what it belongs to and which of how many it is; its title again from the second page on."""
    count = len(sheets.pages)
    name = f"{document.title.en} {document.title.zh} · {document.number}"
    for page in range(count):
        if page:
            sheets.write(_cut(sheets, name), LEFT, 46, 8, GREY, page=page)
            sheets.rule(LEFT, LEFT + INNER, 52, page=page)
        sheets.rule(LEFT, LEFT + INNER, HEIGHT - 40, LINE, page=page)
        sheets.write(_cut(sheets, document.document_id), LEFT, HEIGHT - 28, 7, GREY, page=page)
        number = f"{_PAGE_OF.en} · {_PAGE_OF.zh}".format(page + 1, count, page + 1, count)
        sheets.write(number, LEFT + INNER, HEIGHT - 28, 7, GREY, right=True, page=page)


def _cut(sheets: Sheets, text: str) -> str:
    """The first line of a text at the margin; all of it stands in the document."""
    return sheets.fold(text, INNER - 150, 8)[0]
