"""PDF files: what is attached to them, the words and ruled lines of their pages, and their pages as pictures.

PDFium is one library for the whole process and not safe between threads: every use of it here holds one lock. Nothing in a
file is run: no script, no form, no embedded program.
"""

import re
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import c_float, c_uint
from typing import TYPE_CHECKING, Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from entrepot.gateways import bounds
from entrepot.gateways.extract import refusal
from entrepot.gateways.pages.words import Box, Page, Word, around, meet
from entrepot.kernel.text import Text

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PAGES = 100
MAX_LETTERS = 100_000  # on one page
MAX_OBJECTS = 50_000  # drawn on one page
MAX_STREAMS = 256 << 20  # all streams of a file when expanded
MAX_PIXELS = 40_000_000  # of one page as a picture, and of one picture on it
MAX_ATTACHMENTS = 20
DOTS = 200  # an inch, when a page is made a picture
_FEW_LETTERS = 20  # a page with fewer is a picture of a page
_COVERED = 0.6  # a picture over so much of a page: it was scanned, and text beneath it is somebody else's reading
_STREAM = re.compile(rb"stream\r?\n")
_LOCK = threading.RLock()


@contextmanager
def opened(data: bytes) -> Iterator[Any]:
    """A PDF file, open; Refusal where it is damaged, encrypted, or larger than its bounds when unpacked."""
    _check_streams(data)
    with _LOCK:
        try:
            document = pdfium.PdfDocument(data)
        except pdfium.PdfiumError as error:
            raise _no_pdf(str(error)) from error
        try:
            if len(document) > MAX_PAGES:
                raise bounds.too_many("file", "pages", "页数", MAX_PAGES)
            if not len(document):
                raise _no_pdf("no page")
            yield document
        finally:
            document.close()


def _no_pdf(said: str) -> Exception:
    if "assword" in said or "ecurity" in said:
        return refusal(
            "P040",
            "file",
            Text("the PDF is locked with a password", "PDF 已加密"),
            Text("save it without a password", "请另存为未加密的文件"),
        )
    return refusal(
        "P006",
        "file",
        Text(f"the PDF is damaged: {said[:100]}", f"PDF 已损坏：{said[:100]}"),
        Text("save or scan it again", "请重新保存或扫描"),
    )


def _check_streams(data: bytes) -> None:
    """Refuse what grows past all measure when unpacked, once or again and again, before PDFium unpacks it."""
    total = 0
    for match in _STREAM.finditer(data):
        inner = data[match.end() :]
        for _ in range(3):
            if not (len(inner) > 2 and inner[0] & 0x0F == 8 and (inner[0] << 8 | inner[1]) % 31 == 0):
                break
            try:
                inner = zlib.decompressobj().decompress(inner, MAX_STREAMS - total + 1)
            except zlib.error:
                break
            total += len(inner)
            if total > MAX_STREAMS:
                raise refusal(
                    "P004",
                    "file",
                    Text(
                        f"the PDF unpacks to more than {MAX_STREAMS >> 20} MB",
                        f"PDF 解压后超过 {MAX_STREAMS >> 20} MB",
                    ),
                    Text("print it to a new PDF, or scan it", "请重新打印为 PDF 或扫描"),
                )


def attachments(document: Any) -> Iterator[tuple[str, bytes]]:
    """The XML files in a PDF, as an e-invoice carries its data: name and bytes."""
    for number in range(min(document.count_attachments(), MAX_ATTACHMENTS)):
        attachment = document.get_attachment(number)
        name = str(attachment.get_name())
        if name.lower().endswith(".xml"):
            data = bytes(attachment.get_data())
            bounds.check_size(data)
            yield name, data


def read_page(document: Any, number: int) -> Page | None:
    """A page (from 1) of words; None where it is but a picture."""
    page = document[number - 1]
    try:
        if not _has_size(page):
            raise refusal(
                "P003",
                f"page {number}",
                Text("the page has no size that paper has", "页面尺寸异常"),
                Text("print it to a new PDF", "请重新打印为 PDF"),
            )
        if raw.FPDFPage_CountObjects(page.raw) > MAX_OBJECTS:
            raise bounds.too_many(f"page {number}", "drawn objects", "图形对象数", MAX_OBJECTS)
        text = page.get_textpage()
        try:
            if raw.FPDFText_CountChars(text.raw) > MAX_LETTERS:
                raise bounds.too_many(f"page {number}", "letters", "字符数", MAX_LETTERS)
            frame = _Frame(page)
            words = _unsealed(_words(text, frame))
        finally:
            text.close()
        if sum(len(word.text) for word in words) < _FEW_LETTERS or _is_scan(page):
            return None
        across, down = _rules(page, frame)
        return Page(number, frame.width, frame.height, words, across, down)
    finally:
        page.close()


def picture(document: Any, number: int, dots: int = DOTS) -> "Image":
    """A page (from 1) as a picture of `dots` an inch, fewer where it would have too many pixels."""
    page = document[number - 1]
    try:
        if not _has_size(page) or any(width * height > MAX_PIXELS for width, height in _pictures(page)):
            raise bounds.too_many(f"page {number}", "pixels", "像素数", MAX_PIXELS)
        width, height = page.get_size()
        scale = min(dots / 72, (MAX_PIXELS / (width * height)) ** 0.5 / 2)
        image: Image = page.render(scale=scale, may_draw_forms=False).to_pil()
        return image.convert("RGB")
    finally:
        page.close()


def sizes(document: Any) -> list[tuple[int, int]]:
    """Width and height of every page, in points."""
    return [
        (max(1, round(wide)), max(1, round(high))) for wide, high in map(document.get_page_size, range(len(document)))
    ]


def _has_size(page: Any) -> bool:
    width, height = page.get_size()
    return bool(20 <= width <= 20_000 and 20 <= height <= 20_000)


class _Frame:
    """From a page's own coordinates, which count from below and know of no turning, to those of the page as it is looked at."""

    def __init__(self, page: Any) -> None:
        self.left, self.bottom, self.right, self.top = page.get_cropbox()
        self.turned = page.get_rotation()
        self.width, self.height = page.get_size()

    def box(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        across, up = sorted((x0 - self.left, x1 - self.left)), sorted((y0 - self.bottom, y1 - self.bottom))
        wide, high = self.right - self.left, self.top - self.bottom
        if self.turned == 90:
            return Box(up[0], across[0], up[1], across[1])
        if self.turned == 180:
            return Box(wide - across[1], up[0], wide - across[0], up[1])
        if self.turned == 270:
            return Box(high - up[1], wide - across[1], high - up[0], wide - across[0])
        return Box(across[0], high - up[1], across[1], high - up[0])


def _letters(text: Any, frame: _Frame) -> Iterator[tuple[str, Box | None, bool]]:
    """Each letter with its box and whether it is red; white space has no box."""
    area = raw.FS_RECTF()
    red, green, blue, depth = (c_uint() for _ in range(4))
    for at in range(raw.FPDFText_CountChars(text.raw)):
        letter = chr(raw.FPDFText_GetUnicode(text.raw, at) or 0x20)
        if letter.isspace() or not raw.FPDFText_GetLooseCharBox(text.raw, at, area):
            yield " ", None, False
        elif bounds.clean_text(letter):
            raw.FPDFText_GetFillColor(text.raw, at, red, green, blue, depth)
            coloured = red.value > max(green.value, blue.value) + 60
            yield letter, frame.box(area.left, area.bottom, area.right, area.top), coloured


def _words(text: Any, frame: _Frame) -> Iterator[tuple[Word, bool]]:
    """Letters that stand together, left to right, on one line, in one colour; and whether that is red."""
    letters: list[str] = []
    box: Box | None = None
    ink = False
    for letter, here, red in (*_letters(text, frame), (" ", None, False)):
        follows = (
            box is not None
            and here is not None
            and red == ink
            and -0.5 * here.height < here.x0 - box.x1 < 0.18 * here.height
            and abs(here.middle - box.middle) < 0.3 * here.height
        )
        if box is not None and not follows:
            yield Word("".join(letters), box), ink
            letters, box = [], None
        if here is not None:
            letters.append(letter)
            box = here if box is None else around((box, here))
            ink = red


def _unsealed(words: Iterator[tuple[Word, bool]]) -> tuple[Word, ...]:
    """The words without those of a red seal that lies over others."""
    every = list(words)
    plain = [word for word, red in every if not red]
    return tuple(word for word, red in every if not (red and any(meet(word.box, other.box) for other in plain)))


def _objects(page: Any, kind: int) -> Iterator[Any]:
    return iter(page.get_objects(filter=[kind], max_depth=4))


def _pictures(page: Any) -> Iterator[tuple[int, int]]:
    """Width and height in pixels of every picture on a page, as the file states them; nothing is unpacked."""
    for image in _objects(page, raw.FPDF_PAGEOBJ_IMAGE):
        yield image.get_px_size()


def _is_scan(page: Any) -> bool:
    width, height = page.get_size()
    for image in _objects(page, raw.FPDF_PAGEOBJ_IMAGE):
        left, bottom, right, top = image.get_bounds()
        if abs((right - left) * (top - bottom)) > _COVERED * width * height:
            return True
    return False


def _rules(page: Any, frame: _Frame) -> tuple[list[Box], list[Box]]:
    """The straight lines of a page that part cells: horizontal, vertical. A drawn rectangle is its four sides."""
    across: list[Box] = []
    down: list[Box] = []
    for one in _objects(page, raw.FPDF_PAGEOBJ_PATH):
        for box in _strokes(one, frame):
            wide, high = box.x1 - box.x0, box.height
            if high <= 3 and wide >= 12:
                across.append(box)
            elif wide <= 3 and high >= 6:
                down.append(box)
    return across, down


def _strokes(path: Any, frame: _Frame) -> Iterator[Box]:
    """The straight strokes of a path, each as a box."""
    a, b, c, d, e, f = path.get_matrix().get()
    count = raw.FPDFPath_CountSegments(path.raw)
    x, y = c_float(), c_float()
    here = start = (0.0, 0.0)
    for at in range(min(count, 2000)):
        segment = raw.FPDFPath_GetPathSegment(path.raw, at)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        point = (a * x.value + c * y.value + e, b * x.value + d * y.value + f)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            start = point
        elif kind == raw.FPDF_SEGMENT_LINETO:
            yield frame.box(*here, *point)
        if raw.FPDFPathSegment_GetClose(segment):
            yield frame.box(*point, *start)
        here = point
