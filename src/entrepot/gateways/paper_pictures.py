"""Papers as pictures to look at: the pages of a PDF or of a picture file, bounded. Nothing is recognised."""

from datetime import date
from io import BytesIO

from PIL import Image

from entrepot.gateways import pdf, scans
from entrepot.gateways.bounds import too_many
from entrepot.gateways.extract import Found
from entrepot.gateways.pictures import is_picture
from entrepot.kernel.intake import Refusal

_WIDE = 1400  # pixels at most, of a page to look at
_DOTS = 130
_TURNS = {1: Image.Transpose.ROTATE_90, 2: Image.Transpose.ROTATE_180, 3: Image.Transpose.ROTATE_270}


def page_sizes(data: bytes) -> list[tuple[int, int]]:
    """Width and height of each page there is to look at, to one scale; none for data, spreadsheets and what cannot be opened."""
    try:
        if b"%PDF-" in data[:1024]:
            with pdf.opened(data) as document:
                return pdf.sizes(document)
        return [image.size for image in scans.pictures(data, _nobody())[1]] if is_picture(data) else []
    except Refusal:
        return []


def page_picture(data: bytes, number: int, turn: int = 0) -> Image.Image:
    """A page (from 1), turned to the left by quarters, at most 1,400 pixels wide; Refusal where there is no such page."""
    if b"%PDF-" in data[:1024]:
        with pdf.opened(data) as document:
            if not 1 <= number <= len(document):
                raise too_many(f"page {number}", "pages", "页数", len(document))
            image = pdf.picture(document, number, _DOTS)
    else:
        images = scans.pictures(data, _nobody())[1]
        if not 1 <= number <= len(images):
            raise too_many(f"page {number}", "pages", "页数", len(images))
        image = images[number - 1]
    if turn:
        image = image.transpose(_TURNS[turn])
    if image.width > _WIDE:
        image = image.resize((_WIDE, max(1, round(image.height * _WIDE / image.width))))
    return image


def as_png(image: Image.Image) -> bytes:
    """A picture as the bytes of a PNG."""
    stream = BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


def _nobody() -> Found:
    """Where notes go that nobody reads."""
    return Found(date.min)
