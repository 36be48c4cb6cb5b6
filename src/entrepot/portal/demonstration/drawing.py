"""Draws the papers of the box: `python -m entrepot.portal.demonstration.drawing`, with reportlab, which the tests bring along.

The drawn papers are kept beside the story, so that nothing is drawn when it is played.
"""

import json
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from entrepot.portal.bench_papers_drawn import Canvas
from entrepot.portal.demonstration import box

FOLDER = Path(__file__).parent / "papers" / "car-parts"
DOTS = 150
SPOTS = ((1088, 806, 1124, 842),)  # of ink, in pixels of the scan
Cell = Callable[[box.Part], str]
Columns = Sequence[tuple[str, float, float, bool, Cell]]  # head, left edge, width, to the right, what stands in it


def contract() -> bytes:
    """The contract as a PDF with text: twice as much as is sent now."""
    canvas, lines = Canvas(), box.parts()
    _head(canvas, "SALES CONTRACT 销售合同", (("Contract No.:", box.CONTRACT), ("Date:", "2026-09-21")))
    canvas.write(45, 104, f"The Seller: {box.EXPORTER['name']}")
    canvas.write(45, 118, f"The Buyer: {box.IMPORTER['name']}")
    columns: Columns = (
        ("Part No.", 45, 75, False, lambda part: part.code),
        ("Description of Goods", 120, 175, False, lambda part: part.name),
        ("Quantity (PCS)", 295, 75, True, lambda part: f"{2 * part.pieces:,}"),
        ("Unit Price (USD)", 370, 85, True, lambda part: f"{part.price:,}"),
        ("Amount (USD)", 455, 95, True, lambda part: f"{2 * part.amount:,}"),
    )
    y = _table(canvas, 132, columns, lines, 11.2)
    amount = 2 * box.total(lines)["amount"]
    canvas.write(48, y + 11, "TOTAL", 8, bold=True)
    canvas.write(547, y + 11, f"{amount:,}", 8, bold=True, side="right")
    canvas.write(45, y + 28, "Terms of Delivery: FOB Shanghai")
    canvas.write(250, y + 28, "Terms of Payment: T/T 30 days after B/L date")
    return canvas.done()


def packing_list() -> bytes:
    """The packing list as a PDF; what the firm has of it is a scan."""
    canvas, lines, sums = Canvas(), box.parts(), box.total(box.parts())
    _head(canvas, "PACKING LIST 装箱单", (("Invoice No.:", box.INVOICE), ("Date:", "2026-10-14")))
    canvas.write(45, 104, f"Shipper: {box.EXPORTER['name']}")
    canvas.write(45, 118, f"Container No.: {box.CONTAINER}")
    columns: Columns = (
        ("No.", 45, 35, False, lambda part: str(part.no)),
        ("Description of Goods", 80, 190, False, lambda part: part.name),
        ("No. of Cartons", 270, 85, True, lambda part: str(part.cartons)),
        ("N.W. (KGS)", 355, 90, True, lambda part: f"{part.net:,}"),
        ("G.W. (KGS)", 445, 100, True, lambda part: f"{part.gross:,}"),
    )
    y = _table(canvas, 132, columns, lines, 12.2)
    canvas.write(83, y + 13, "TOTAL", bold=True)
    for x, name in ((352, "cartons"), (442, "net"), (542, "gross")):
        canvas.write(x, y + 13, f"{sums[name]:,}", bold=True, side="right")
    return canvas.done()


def bill_of_lading() -> bytes:
    """The bill as a form of boxes; in its gross weight two figures changed places."""
    canvas, sums = Canvas(), box.total(box.parts())
    canvas.write(430, 60, "BILL OF LADING", 15, bold=True, side="middle")
    blocks: Sequence[tuple[tuple[float, float, float, float], str, tuple[str, ...]]] = (
        ((40, 80, 310, 140), "Shipper", (box.EXPORTER["name"], "Example Road 8, Jingzhou, Hubei, China")),
        ((40, 140, 310, 200), "Consignee", (box.IMPORTER["name"], box.IMPORTER["address"])),
        ((40, 200, 310, 260), "Notify Party", (box.NOTIFY["name"], box.NOTIFY["address"])),
        ((310, 80, 555, 140), "B/L No.", (box.BILL,)),
        ((310, 140, 555, 200), "Ocean Vessel", ("EXAMPLE PIONEER",)),
        ((310, 200, 430, 260), "Voyage No.", ("044E",)),
        ((430, 200, 555, 260), "Container No.", (box.CONTAINER,)),
        ((40, 260, 310, 300), "Port of Loading", ("CNSHG",)),
        ((310, 260, 430, 300), "Port of Discharge", ("JPYOK",)),
        ((430, 260, 555, 300), "Mode of Transport", ("BY SEA",)),
    )
    for (x0, y0, x1, y1), label, values in blocks:
        canvas.box(x0, y0, x1, y1)
        canvas.write(x0 + 4, y0 + 11, label, 7)
        for at, value in enumerate(values):
            canvas.write(x0 + 4, y0 + 25 + 13 * at, value)
    columns: Columns = (
        ("Marks and Numbers", 40, 110, False, lambda _: "N/M"),
        ("No. of Packages", 150, 95, False, lambda _: f"{sums['cartons']} CTNS"),
        ("Description of Goods", 245, 150, False, lambda _: "CAR PARTS, 50 KINDS"),
        ("Gross Weight (KGS)", 395, 160, False, lambda _: f"{box.mistaken_gross():,}"),
    )
    _table(canvas, 310, columns, box.parts()[:1], 20, 9)
    return canvas.done()


def invoice() -> bytes:
    """The invoice as a workbook, with the firm's part numbers and without goods codes."""
    from openpyxl import Workbook

    book = Workbook()
    sheet: Any = book.active
    sheet.title = "Invoice"
    lines = box.parts()
    for row in (
        ["COMMERCIAL INVOICE 商业发票"], ["Seller", box.EXPORTER["name"]], ["Buyer", box.IMPORTER["name"]],
        ["Buyer Address", box.IMPORTER["address"]], ["Invoice No.", box.INVOICE], ["Invoice Date", "2026-10-14"],
        ["Contract No.", box.CONTRACT], ["Contract Date", "2026-09-21"], ["Terms", "FOB"], ["Place", "Shanghai"], ["Currency", "USD"], [],
        ["No.", "Part No.", "Description of Goods", "Quantity", "Unit", "Unit Price", "Amount", "Origin"],
        *([part.no, part.code, part.name, part.pieces, "PCS", part.price, part.amount, "CHN"] for part in lines),
        ["TOTAL", None, None, None, None, None, box.total(lines)["amount"]],
    ):  # fmt: skip
        sheet.append(row)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def scanned(paper: bytes) -> bytes:
    """A page as an office scanner gives it: grey, a little turned, a little soft, with a spot of ink."""
    from PIL import Image, ImageDraw, ImageFilter

    from entrepot.gateways import pdf

    with pdf.opened(paper) as document:
        image = pdf.picture(document, 1, DOTS).convert("L")
    for spot in SPOTS:
        ImageDraw.Draw(image).ellipse(spot, fill=60)
    image = image.rotate(0.4, resample=Image.Resampling.BICUBIC, fillcolor=255).filter(ImageFilter.GaussianBlur(0.5))
    stream = BytesIO()
    image.save(stream, "JPEG", quality=45)
    return stream.getvalue()


def _head(canvas: Canvas, title: str, pairs: Sequence[tuple[str, str]]) -> None:
    canvas.write(297, 60, title, 15, bold=True, side="middle")
    for at, (label, value) in enumerate(pairs):
        canvas.write(45 + 285 * at, 86, f"{label} {value}")


def _table(
    canvas: Canvas, y: float, columns: Columns, lines: Sequence[box.Part], step: float, size: float = 8
) -> float:
    """A ruled table; gives the height below it."""
    tops = [y, y + step + 4]
    for head, x, width, right, _ in columns:
        canvas.write(
            x + width - 3 if right else x + 3, y + step, head, size, bold=True, side="right" if right else "left"
        )
    y += step + 4
    for part in lines:
        y += step
        tops.append(y)
        for _, x, width, right, shown in columns:
            canvas.write(
                x + width - 3 if right else x + 3, y - step / 4, shown(part), size, side="right" if right else "left"
            )
    edges = [column[1] for column in columns] + [columns[-1][1] + columns[-1][2]]
    for top in tops:
        canvas.rule(edges[0], top, edges[-1], top)
    for edge in edges:
        canvas.rule(edge, tops[0], edge, y)
    return y


def draw(folder: Path) -> None:
    """Draw every paper of the box into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    listed = packing_list()
    papers = {
        "contract.pdf": contract(), "invoice.xlsx": invoice(), "packing-list.pdf": listed, "packing-list.jpg": scanned(listed),
        "bill-of-lading.pdf": bill_of_lading(), "purchases.json": json.dumps(box.purchases(), ensure_ascii=False, indent=1).encode(),
    }  # fmt: skip
    for name, data in papers.items():
        (folder / name).write_bytes(data)


if __name__ == "__main__":
    draw(FOLDER)
