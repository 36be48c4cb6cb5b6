"""`entrepot bench papers`: how much of drawn papers is read right, wrong, in doubt or not at all; as text, as scans, and spoilt."""

import time
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

from entrepot.gateways import pdf
from entrepot.gateways.extract import Extract, as_text
from entrepot.gateways.papers import Headings, headings_of, read_paper
from entrepot.kernel.intake import Refusal
from entrepot.portal.bench import Figure, Say
from entrepot.portal.bench_papers_drawn import Drawn, Truth
from entrepot.portal.bench_papers_layouts import LAYOUTS, drawn, long_invoice
from entrepot.portal.bench_papers_origin import PROOFS

if TYPE_CHECKING:
    from PIL.Image import Image

TODAY = date(2026, 11, 22)
TEXT_SEEDS, SCAN_SEEDS, PROOF_SEEDS = range(1, 21), (101,), (101, 102, 103)
WRONG_AT_MOST = 0.005
Change = Callable[["Image"], "Image"]


class Count(NamedTuple):
    """Fields of papers: read right; stated wrong (or stated though not there); in doubt; in doubt with the right value read; missed."""

    right: int = 0
    wrong: int = 0
    doubtful: int = 0
    well_read: int = 0
    missed: int = 0

    def __add__(self, other: object) -> "Count":
        assert isinstance(other, Count)
        return Count(*(one + more for one, more in zip(self, other, strict=True)))

    @property
    def fields(self) -> int:
        return self.right + self.wrong + self.doubtful + self.missed


def stated(extract: Extract) -> Truth:
    """What a paper was read to say, field by field."""
    return {
        (one.topic, one.key, name): one.key if name == "key" else as_text(getattr(one.value, name))
        for one in extract.statements
        for name in one.places
    }


def compared(truth: Truth, extract: Extract) -> Count:
    """A reading against what stands on the paper."""
    said = stated(extract)
    asked = {(one.topic, one.key, one.field): one.value for one in extract.doubtful}
    right = sum(said.get(at) == value for at, value in truth.items())
    doubtful = [at for at in truth if at not in said and at in asked]
    wrong = sum(at in said and said[at] != value for at, value in truth.items()) + len(said.keys() - truth.keys())
    well_read = sum(asked[at] == truth[at] for at in doubtful)
    return Count(right, wrong, len(doubtful), well_read, sum(at not in said and at not in asked for at in truth))


def pictures_of(paper: bytes, dots: int = 200) -> "list[Image]":
    """The pages of a PDF as pictures."""
    with pdf.opened(paper) as document:
        return [pdf.picture(document, number, dots) for number in range(1, len(document) + 1)]


def as_file(images: "Sequence[Image]", form: str = "PNG", **settings: Any) -> bytes:
    """Pictures as one file; several as a TIFF."""
    stream = BytesIO()
    if len(images) > 1:
        images[0].save(stream, "TIFF", save_all=True, append_images=images[1:], compression="tiff_lzw")
    else:
        images[0].save(stream, form, **settings)
    return stream.getvalue()


def _each(change: Change, paper: bytes) -> bytes:
    return as_file([change(image) for image in pictures_of(paper)])


def _blurred(image: "Image") -> "Image":
    from PIL import ImageFilter

    return image.filter(ImageFilter.GaussianBlur(1.2))


def _noisy(image: "Image") -> "Image":
    import numpy as np
    from PIL import Image

    pixels = np.asarray(image, dtype=np.float64)
    return Image.fromarray(
        (pixels + np.random.default_rng(7).normal(0, 25, pixels.shape)).clip(0, 255).astype(np.uint8)
    )


def _turned(degrees: float, image: "Image") -> "Image":
    from PIL import Image

    return image.rotate(degrees, resample=Image.Resampling.BICUBIC, expand=True, fillcolor="white")


def _photographed(image: "Image") -> "Image":
    """Seen a little from the side, on a darker table, unevenly lit."""
    import cv2
    import numpy as np
    from PIL import Image

    pixels = np.asarray(image)
    high, wide = pixels.shape[:2]
    corners = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], dtype=np.float32)
    seen = corners + np.array([[40, 30], [-15, 10], [-45, -20], [10, -35]], dtype=np.float32)
    flat = cv2.warpPerspective(
        pixels, cv2.getPerspectiveTransform(corners, seen), (wide, high), borderValue=(120, 110, 100)
    )
    light = np.linspace(1.0, 0.75, wide)[None, :, None]
    return Image.fromarray((flat * light).clip(0, 255).astype(np.uint8))


VARIANTS: dict[str, Callable[[bytes], bytes]] = {
    "scan at 200 dpi": lambda paper: as_file(pictures_of(paper)),
    "scan at 150 dpi": lambda paper: as_file(pictures_of(paper, 150)),
    "blurred": partial(_each, _blurred),
    "noisy": partial(_each, _noisy),
    "turned by 2 degrees": partial(_each, partial(_turned, 2)),
    "turned by 5 degrees": partial(_each, partial(_turned, -5)),
    "JPEG at quality 40": lambda paper: as_file(pictures_of(paper)[:1], "JPEG", quality=40),
    "on its side": partial(_each, partial(_turned, 90)),
    "upside down": partial(_each, partial(_turned, 180)),
    "photographed": partial(_each, _photographed),
}


def read_all(papers: Sequence[Drawn], change: Callable[[bytes], bytes], headings: Headings) -> tuple[Count, int, float]:
    """All papers, changed and read: the fields, how many papers were refused, and CPU seconds of reading."""
    total, refused, seconds = Count(), 0, 0.0
    for paper in papers:
        data = change(paper.pdf)
        before = time.process_time()
        try:
            total += compared(paper.truth, read_paper(paper.name, data, today=TODAY, headings=headings))
        except Refusal:
            refused += 1
            total += Count(missed=len(paper.truth))
        seconds += time.process_time() - before
    return total, refused, seconds


def _figure(name: str, count: Count, right_at_least: float, seconds: float, papers: int) -> Figure:
    share, wrong = count.right / max(count.fields, 1), count.wrong / max(count.fields, 1)
    return Figure(
        name,
        f"{share:.2%} right, {wrong:.2%} wrong, {count.doubtful / max(count.fields, 1):.2%} asked "
        f"({count.well_read} of {count.doubtful} read right), {count.missed / max(count.fields, 1):.2%} missed; "
        f"{count.fields} fields",
        f">= {right_at_least:.0%} right, <= {WRONG_AT_MOST:.1%} wrong"
        if right_at_least
        else f"<= {WRONG_AT_MOST:.1%} wrong",
        f"{papers} papers",
        f"{seconds / papers:.2f} s CPU a paper",
        wrong <= WRONG_AT_MOST and share >= right_at_least,
    )


def run(say: Say) -> list[Figure]:
    """Every layout as text and in every variant of a picture."""
    from entrepot.portal.setting import law

    headings = headings_of(law(), TODAY)
    papers = list(drawn(TEXT_SEEDS, (*LAYOUTS, *PROOFS)))
    count, _, seconds = read_all(papers, lambda paper: paper, headings)
    figures = [_figure("text PDF", count, 0.99, seconds, len(papers))]
    scans = [
        paper for paper in drawn(SCAN_SEEDS, LAYOUTS) if len(paper.truth) < 200
    ]  # the long one is read as text, and once as a scan
    for name, change in VARIANTS.items():
        say(f"  {name} …")
        count, _, seconds = read_all(scans, change, headings)
        figures.append(_figure(name, count, 0.95 if name == "scan at 200 dpi" else 0.0, seconds, len(scans)))
    # Apart, since a weak reading of a certificate's number or day holds back all that its proof says.
    proofs = list(drawn(PROOF_SEEDS, PROOFS))
    for name in ("scan at 200 dpi", "on its side", "photographed"):
        count, _, seconds = read_all(proofs, VARIANTS[name], headings)
        figures.append(_figure(f"certificates of origin, {name}", count, 0.0, seconds, len(proofs)))
    count, _, seconds = read_all([long_invoice(seed) for seed in SCAN_SEEDS], VARIANTS["scan at 200 dpi"], headings)
    return [*figures, _figure("three pages in one scan", count, 0.0, seconds, len(SCAN_SEEDS))]
