"""A text as a QR code, drawn as SVG: black squares on white, to be read off a screen or paper."""

from typing import Literal

from django.utils.html import format_html
from django.utils.safestring import SafeString
from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel

MOST = 2_953  # bytes that the largest code holds at the lowest correction (ISO/IEC 18004)


def qr_code(text: str, correction: Literal["L", "M"] = "L") -> SafeString:
    """The code of a text; nothing where it is too long for one."""
    if len(text.encode()) > MOST:
        return SafeString("")
    code = QRCode(None, QRErrorCorrectLevel.M if correction == "M" else QRErrorCorrectLevel.L)
    code.addData(text)
    code.make()
    rows = [[bool(cell) for cell in row] for row in code.modules]
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return format_html(
        '<svg class="code" viewBox="0 0 {} {}" role="img" aria-label="QR"><path d="{}"/></svg>',
        len(rows),
        len(rows),
        path,
    )
