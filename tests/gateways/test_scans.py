"""Scans and photographs: read with their places, level or not, in Chinese and English; and pictures that mean harm.

The engine is loaded once for this file; the pictures are small, so that all of it takes seconds.
"""

import io
import struct
import sys
import zlib
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from entrepot.gateways import scans
from entrepot.gateways.extract import Extract, Found
from entrepot.gateways.pages.words import spots_of
from entrepot.gateways.papers import Headings, headings_of, read_paper
from entrepot.kernel.intake import Refusal
from entrepot.portal.bench_papers import as_file, pictures_of, stated
from entrepot.portal.bench_papers_drawn import Canvas
from entrepot.store.packs import load_law

TODAY = date(2026, 11, 22)
PACKS = Path(__file__).resolve().parents[2] / "packs"
SAYS = {
    ("trade.terms", "", "invoice_no"): "HC-2026-318",
    ("trade.terms", "", "invoice_date"): "2026-03-20",
    ("trade.party", "exporter", "name"): "Hubei Donghu Chemical Co., Ltd.",
    ("goods.line", "1", "description_zh"): "食品级磷酸",
    ("goods.line", "1", "quantity"): "1200",
    ("goods.line", "1", "price"): "USD 5.15",
    ("goods.line", "1", "amount"): "USD 6,180.00",
    ("goods.line", "2", "description_zh"): "竹地板",
    ("goods.line", "2", "quantity"): "37",
    ("goods.line", "2", "price"): "USD 21.40",
    ("goods.line", "2", "amount"): "USD 791.80",
    ("trade.terms", "", "total"): "USD 6,971.80",
    ("trade.terms", "", "currency"): "USD",
}


@cache
def words() -> Headings:
    return headings_of(load_law(PACKS, ["headings"]), TODAY)


@cache
def picture() -> Image.Image:
    """The upper part of a small invoice in two languages."""
    canvas = Canvas()
    canvas.write(297, 45, "商业发票 COMMERCIAL INVOICE", 14, side="middle")
    canvas.write(50, 75, "Invoice No. 发票号: HC-2026-318")
    canvas.write(330, 75, "Date 日期: 2026-03-20")
    canvas.write(50, 95, "Seller 卖方: Hubei Donghu Chemical Co., Ltd.")
    rows = (
        ("No.", "品名 Description", "数量 Quantity", "单价 Unit Price (USD)", "金额 Amount (USD)"),
        ("1", "食品级磷酸", "1,200", "5.15", "6,180.00"),
        ("2", "竹地板", "37", "21.40", "791.80"),
        ("", "合计 TOTAL", "", "", "6,971.80"),
    )
    for at, row in enumerate(rows):
        for x, text in zip((50, 80, 220, 310, 450), row, strict=True):
            if text:
                canvas.write(x, 125 + 20 * at, text)
    (page,) = pictures_of(canvas.done(), 180)
    return page.crop((0, 60, page.width, 560))


def read(data: bytes, **settings: Any) -> Extract:
    return read_paper("scan", data, today=TODAY, headings=words(), **settings)


def asked_or_said(extract: Extract) -> dict[tuple[str, str, str], str]:
    return {(one.topic, one.key, one.field): one.value for one in extract.doubtful} | stated(extract)


def test_a_scan_is_read_field_by_field_with_its_places() -> None:
    counted: list[tuple[int, int]] = []
    extract = read(as_file([picture()]), progress=lambda done, pages: counted.append((done, pages)))
    assert (extract.format, extract.kind, extract.media_type, counted) == ("PNG", "invoice", "image/png", [(0, 1)])
    assert asked_or_said(extract) == SAYS
    assert len(extract.doubtful) <= 1
    (line,) = [one for one in extract.statements if (one.topic, one.key) == ("goods.line", "2")]
    (spot,) = spots_of(line.places["amount"])
    assert (spot.page, 0.75 < spot.box.x0 < spot.box.x1 < 0.9) == (1, True)
    assert all(0 < sure <= 1 for sure in extract.confidence.values())


def test_a_scan_on_its_side_and_askew_reads_the_same_and_keeps_its_own_places() -> None:
    askew = picture().rotate(3, resample=Image.Resampling.BICUBIC, expand=True, fillcolor="white")
    extract = read(as_file([askew.rotate(90, expand=True)], "JPEG", quality=70))
    said = asked_or_said(extract)
    assert {at: said.get(at) for at in SAYS} == SAYS
    (terms,) = [one for one in extract.statements if one.topic == "trade.terms"]
    (spot,) = spots_of(terms.places["invoice_no"])
    # turned to the left by 90 degrees, what stood at the upper left stands at the lower left
    assert spot.box.x0 < 0.3
    assert spot.box.y0 > 0.5


# --- pictures that mean harm, or are damaged: no engine needed -------------------------------------------------------


def png(wide: int, high: int) -> bytes:
    """A PNG that says it is so large, and has next to nothing in it."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", wide, high, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


def frames(count: int, form: str) -> bytes:
    stream = io.BytesIO()
    images = [Image.new("RGB", (8, 8), (at * 80 % 256, at % 3 * 100, 0)) for at in range(count)]
    images[0].save(stream, form, save_all=True, append_images=images[1:])
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (png(50_000, 50_000), "P006"),
        (png(30_000, 300), "P003"),
        (png(9_000, 9_000), "P003"),
        (b"\x89PNG\r\n\x1a\n", "P006"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 50, "P006"),
        (b"II*\x00" + b"\x00" * 50, "P006"),
        (b"RIFF\x20\0\0\0WEBPVP8 ", "P006"),
        (frames(31, "TIFF"), "P003"),
    ],
)
def test_a_damaged_or_hostile_picture_is_refused(data: bytes, rule: str) -> None:
    with pytest.raises(Refusal) as refusal:
        read(data)
    (problem,) = refusal.value.problems
    assert (problem.rule, bool(problem.what.zh and problem.fix.zh)) == (rule, True)


def test_a_picture_cut_off_is_refused() -> None:
    data = as_file([Image.new("RGB", (400, 400), "white")], "JPEG")
    with pytest.raises(Refusal):
        read(data[: len(data) // 2])


@pytest.mark.parametrize(
    "make",
    [
        lambda: Image.new("CMYK", (60, 40)),
        lambda: Image.fromarray(np.full((40, 60), 40_000, dtype=np.uint16)),
        lambda: Image.new("LA", (60, 40), (0, 0)),
        lambda: Image.new("1", (60, 40), 1),
        lambda: Image.new("P", (60, 40)),
    ],
)
def test_every_kind_of_colour_becomes_plain(make: Callable[[], Image.Image]) -> None:
    stream = io.BytesIO()
    make().save(stream, "TIFF")
    form, (plain,) = scans.pictures(stream.getvalue(), Found(TODAY))
    assert (form, plain.mode, plain.size) == ("TIFF", "RGB", (60, 40))


def test_a_camera_that_was_held_sideways_is_believed() -> None:
    image = Image.new("RGB", (60, 40), "white")
    exif = image.getexif()
    exif[0x0112] = 6
    stream = io.BytesIO()
    image.save(stream, "JPEG", exif=exif)
    _, (upright,) = scans.pictures(stream.getvalue(), Found(TODAY))
    assert upright.size == (40, 60)


def test_of_a_moving_picture_the_first_image_is_read_and_it_is_said() -> None:
    found = Found(TODAY)
    form, images = scans.pictures(frames(3, "WEBP"), found)
    assert (form, len(images), [problem.rule for problem in found.problems]) == ("WEBP", 1, ["P021"])


def test_without_the_extra_a_picture_is_refused_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    scans._engine.cache_clear()
    with pytest.raises(Refusal) as refusal:
        read(as_file([Image.new("RGB", (60, 40), "white")]))
    (problem,) = refusal.value.problems
    assert (problem.rule, "entrepot[scans]" in problem.fix.zh) == ("P041", True)
