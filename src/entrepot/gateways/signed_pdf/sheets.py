"""Sheets of A4 being filled from top to bottom: what stands where is kept until all is known, then drawn.

Lengths are points, from the upper left corner.
"""

import threading
from collections.abc import Callable, Sequence
from io import BytesIO
from itertools import groupby
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen import canvas

from entrepot.gateways.signed_pdf.faces import Face
from entrepot.gateways.signed_pdf.folding import folded

WIDTH, HEIGHT = float(A4[0]), float(A4[1])
LEFT, TOP, BOTTOM = 42.0, 64.0, HEIGHT - 56
INNER = WIDTH - 2 * LEFT
INK, GREY, LINE, SHADE = (0.1, 0.13, 0.18), (0.38, 0.42, 0.48), (0.72, 0.75, 0.8), (0.94, 0.955, 0.975)
LEADING = 1.36  # from line to line, in sizes
_FONT = "Entrepot"
_ONE_AT_A_TIME = threading.Lock()  # the drawing library knows fonts by name for the whole process

Colour = tuple[float, float, float]
Stroke = Callable[[Any], None]


class Sheets:
    """Pages and the height reached on the last of them."""

    def __init__(self, face: Face) -> None:
        self.face = face
        self.pages: list[list[Stroke]] = [[]]
        self.y = TOP
        self.at_top: Callable[[], None] | None = None  # drawn again on each new page while a table runs

    def room(self, height: float) -> None:
        """Go on to a new page where less than `height` is left on this one."""
        if self.y + height > BOTTOM:
            self.next_page()

    @property
    def left_over(self) -> float:
        """What is left on this page."""
        return BOTTOM - self.y

    def next_page(self) -> None:
        """Begin a page."""
        self.pages.append([])
        self.y = TOP
        if self.at_top:
            self.at_top()

    def fold(self, text: str, width: float, size: float) -> list[str]:
        """The lines of a text in a width."""
        return folded(self.face, text, width, size)

    def write(
        self, text: str, x: float, y: float, size: float, colour: Colour = INK, *, right: bool = False, page: int = -1
    ) -> None:
        """A line of text whose letters stand on `y`; `x` is its left end, or its right one."""
        wide = self.face.width(text, size)  # KeyError for a letter that the face was not made with
        at = x - wide if right else x

        def stroke(pdf: Any) -> None:
            pdf.setFillColorRGB(*colour)
            pdf.setFont(_FONT, size)
            pdf.drawString(at, HEIGHT - y, text)

        if text:
            self.pages[page].append(stroke)

    def write_lines(
        self, lines: Sequence[str], x: float, y: float, size: float, colour: Colour = INK, *, right: bool = False
    ) -> None:
        """Lines one under the other, the top of the first at `y`."""
        for number, line in enumerate(lines):
            self.write(line, x, y + size + number * size * LEADING, size, colour, right=right)

    def rule(
        self, x0: float, x1: float, y: float, colour: Colour = LINE, thick: float = 0.5, *, page: int = -1
    ) -> None:
        """A line across."""

        def stroke(pdf: Any) -> None:
            pdf.setStrokeColorRGB(*colour)
            pdf.setLineWidth(thick)
            pdf.line(x0, HEIGHT - y, x1, HEIGHT - y)

        self.pages[page].append(stroke)

    def shade(self, x: float, y: float, width: float, height: float, colour: Colour = SHADE) -> None:
        """A tinted ground, to be laid before the words on it."""

        def stroke(pdf: Any) -> None:
            pdf.setFillColorRGB(*colour)
            pdf.rect(x, HEIGHT - y - height, width, height, stroke=0, fill=1)

        self.pages[-1].append(stroke)

    def squares(self, rows: Sequence[Sequence[bool]], x: float, y: float, side: float) -> None:
        """A square of black and white squares, as a QR code is."""
        step = side / len(rows)

        def stroke(pdf: Any) -> None:
            pdf.setFillColorRGB(0, 0, 0)
            path = pdf.beginPath()
            for down, row in enumerate(rows):
                across = 0
                for black, run in groupby(row):
                    wide = len(list(run))
                    if black:
                        path.rect(x + across * step, HEIGHT - y - (down + 1) * step, wide * step, step)
                    across += wide
            pdf.drawPath(path, stroke=0, fill=1)

        self.pages[-1].append(stroke)

    def drawn(self, *, title: str, author: str, subject: str) -> bytes:
        """All pages as a PDF file; the same pages give the same bytes."""
        out = BytesIO()
        with _ONE_AT_A_TIME:
            _let_go()
            pdfmetrics.registerFont(TTFont(_FONT, BytesIO(self.face.file())))
            pdf = canvas.Canvas(out, pagesize=A4, invariant=1, pageCompression=1, initialFontName=_FONT)
            pdf.setTitle(title)
            pdf.setAuthor(author)
            pdf.setSubject(subject)
            pdf.setCreator("Entrepôt")
            for page in self.pages:
                for stroke in page:
                    stroke(pdf)
                pdf.showPage()
            pdf.save()
        return out.getvalue()


def _let_go() -> None:
    """The library keeps the first font of a name for as long as the process lives; each document has letters of its own."""
    pdfmetrics._fonts.pop(_FONT, None)
    for face in [face for face, font in pdfmetrics._dynFaceNames.items() if font.fontName == _FONT]:
        del pdfmetrics._dynFaceNames[face]


def height_of(lines: Sequence[str], size: float) -> float:
    """How high some lines are."""
    return len(lines) * size * LEADING
