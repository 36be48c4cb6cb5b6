"""Papers drawn for measuring: made-up trades laid out as firms lay them out, each with the fields that stand on it."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from io import BytesIO
from typing import Any

from entrepot.kernel.money import Money, money

Truth = dict[tuple[str, str, str], str]  # topic, key, field -> the value in its short form

_GOODS = (
    ("Phosphoric acid 85% food grade", "食品级磷酸", "28092011"), ("Wooden desk with drawers", "木制书桌", "94033000"),
    ("Stainless steel flange DN50", "不锈钢法兰", "73072100"), ("Green tea in bags of 250 g", "袋装绿茶", "09021090"),
    ("Printed circuit board 4 layers", "四层印制电路板", "85340010"), ("Cotton T-shirt, knitted, men", "男式针织棉T恤", "61091000"),
    ("Canned mushrooms in brine", "蘑菇罐头", "20031011"), ("LED panel light 36W", "LED面板灯", "94051100"),
    ("Steering gear box", "转向器总成", "87089499"), ("Titanium dioxide rutile", "金红石型钛白粉", "32061110"),
    ("Bamboo flooring 960 x 96 x 15 mm", "竹地板", "44187210"), ("Optical cable G.652D 24 cores", "光缆", "85447000"),
)  # fmt: skip
_SELLERS = (
    ("Hubei Donghu Chemical Co., Ltd.", "湖北东湖化工有限公司", "12 River Road, Yichang, Hubei, China"),
    ("Wuhan Optics Valley Trading Co., Ltd.", "武汉光谷贸易有限公司", "No. 8 Gaoxin Avenue, Wuhan, China"),
    ("Jingzhou Hengsheng Furniture Factory", "荆州恒盛家具厂", "66 Jianghan Road, Jingzhou, China"),
)
_BUYERS = (
    ("Osaka Kagaku KK", "1-2-3 Kita, Osaka, Japan"),
    ("Hamburg Import GmbH", "Speicherstrasse 7, Hamburg, Germany"),
    ("Pacific Rim Supplies Inc.", "450 Harbor Blvd, Long Beach, USA"),
)
_CODES = ("91420500MA488888XX", "914201007781111111", "91421000615600123A")
_CONTAINERS = ("CSQU3054383", "MSKU6011672", "TGHU7599330")


@dataclass
class Drawn:
    """A paper: its name, its bytes as PDF, and what stands on it."""

    name: str
    pdf: bytes
    truth: Truth = field(default_factory=dict)


@dataclass
class Line:
    """A line of made-up goods."""

    description: str
    chinese: str
    hs: str
    quantity: int
    price: Decimal
    packages: int
    net: Decimal
    gross: Decimal

    def amount(self, currency: str) -> Money:
        return money(self.quantity * self.price, currency)


@dataclass
class Trade:
    """A made-up shipment."""

    invoice_no: str
    contract_no: str
    day: str
    incoterm: str
    place: str
    currency: str
    seller: tuple[str, str, str]
    buyer: tuple[str, str]
    container: str
    lines: list[Line]

    @property
    def total(self) -> Money:
        return Money(sum(line.amount(self.currency).minor for line in self.lines), self.currency)


def made_up(seed: int, count: int) -> Trade:
    """A shipment of `count` lines, always the same for a seed."""
    dice = random.Random(seed)
    lines = []
    for description, chinese, hs in dice.sample(_GOODS * (count // len(_GOODS) + 1), count):
        quantity, net = dice.randint(2, 4000), Decimal(dice.randint(100, 990000)) / 10
        price = Decimal(dice.randint(35, 99999)) / 100
        lines.append(
            Line(description, chinese, hs, quantity, price, dice.randint(1, 400), net, net + dice.randint(1, 900))
        )
    term, place = dice.choice((("FOB", "Shanghai, China"), ("CIF", "Osaka, Japan"), ("CFR", "Hamburg, Germany")))
    return Trade(
        f"{dice.choice(('HC', 'INV', 'WH'))}-2026-{dice.randint(100, 9999)}", f"SC{dice.randint(20260000, 20269999)}",
        f"2026-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}", term, place, dice.choice(("USD", "EUR")),
        dice.choice(_SELLERS), dice.choice(_BUYERS), dice.choice(_CONTAINERS), lines,
    )  # fmt: skip


class Canvas:
    """A PDF being drawn, in points from the upper left corner; Latin in Helvetica, Chinese in a Chinese face."""

    def __init__(self) -> None:
        from reportlab.lib.pagesizes import A4
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.cidfonts import UnicodeCIDFont
        from reportlab.pdfgen import canvas

        pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
        self._width_of: Callable[[str, str, float], float] = pdfmetrics.stringWidth
        self._stream = BytesIO()
        self._pdf: Any = canvas.Canvas(self._stream, pagesize=A4, invariant=1)
        self.width, self.height = A4

    def write(self, x: float, y: float, text: str, size: float = 9, bold: bool = False, side: str = "left") -> None:
        runs = self._runs(text, bold)
        wide = sum(self._width_of(part, font, size) for font, part in runs)
        at = x - {"left": 0, "right": wide, "middle": wide / 2}[side]
        for font, part in runs:
            self._pdf.setFont(font, size)
            self._pdf.drawString(at, self.height - y, part)
            at += self._width_of(part, font, size)

    @staticmethod
    def _runs(text: str, bold: bool) -> list[tuple[str, str]]:
        latin = "Helvetica-Bold" if bold else "Helvetica"
        runs: list[tuple[str, str]] = []
        for letter in text:
            font = latin if letter.isascii() else "STSong-Light"
            if runs and runs[-1][0] == font:
                runs[-1] = (font, runs[-1][1] + letter)
            else:
                runs.append((font, letter))
        return runs

    def rule(self, x0: float, y0: float, x1: float, y1: float) -> None:
        self._pdf.setLineWidth(0.6)
        self._pdf.line(x0, self.height - y0, x1, self.height - y1)

    def box(self, x0: float, y0: float, x1: float, y1: float) -> None:
        for ends in ((x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1)):
            self.rule(*ends)

    def stamp(self, x: float, y: float, text: str) -> None:
        """A red seal, over whatever is there already."""
        self._pdf.saveState()
        self._pdf.setStrokeColorRGB(0.85, 0.1, 0.1)
        self._pdf.setFillColorRGB(0.85, 0.1, 0.1)
        self._pdf.setLineWidth(2)
        self._pdf.circle(x, self.height - y, 45)
        self.write(x, y, text, 10, side="middle")
        self._pdf.restoreState()

    def next_page(self) -> None:
        self._pdf.showPage()

    def done(self) -> bytes:
        self._pdf.save()
        return self._stream.getvalue()


@dataclass
class Column:
    """A column as drawn: its words (one under the other), its left edge and width, and what it shows of a line."""

    words: Sequence[str]
    x: float
    width: float
    shows: Callable[[int, Line], str]
    right: bool = False


def draw_table(
    canvas: Canvas,
    y: float,
    columns: Sequence[Column],
    lines: Sequence[tuple[int, Line]],
    step: float,
    ruled: bool,
    size: float = 9,
) -> float:
    """A head and its rows; gives the height below them. A text wider than its column goes on beneath."""
    deep = max(len(column.words) for column in columns) * (size + 2)
    for column in columns:
        for at, word in enumerate(column.words):
            canvas.write(column.x + 3, y + (at + 1) * (size + 2), word, size, bold=True)
    tops = [y, y + deep + 4]
    y += deep + 4
    for number, line in lines:
        high = step
        for column in columns:
            parts = _folded(column.shows(number, line), column.width, size)
            high = max(high, len(parts) * (size + 2) + 4)
            for at, part in enumerate(parts):
                x = column.x + column.width - 3 if column.right else column.x + 3
                canvas.write(x, y + (at + 1) * (size + 2), part, size, side="right" if column.right else "left")
        y += high
        tops.append(y)
    if ruled:
        edges = [column.x for column in columns] + [columns[-1].x + columns[-1].width]
        for top in tops:
            canvas.rule(edges[0], top, edges[-1], top)
        for edge in edges:
            canvas.rule(edge, tops[0], edge, y)
    return y


def _folded(text: str, width: float, size: float) -> list[str]:
    room = int(width / (size * 0.52))
    parts: list[str] = []
    for word in text.split(" "):
        if parts and len(parts[-1]) + 1 + len(word) <= room:
            parts[-1] += f" {word}"
        else:
            parts.append(word)
    return parts
