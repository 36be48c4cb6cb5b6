"""Scans and photographs: a picture becomes a page of words, each with its box and how sure its reading is.

The models are inside the package rapidocr (the extra `scans`); nothing is fetched. One engine serves the process; it is loaded
when first needed and used by one thread at a time. The words' boxes are given on the picture as it was handed in.
"""

import logging
import threading
import warnings
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from io import BytesIO
from statistics import median
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from entrepot.gateways import bounds
from entrepot.gateways.extract import Found, refusal
from entrepot.gateways.pages.words import Box, Page, Word, meet
from entrepot.gateways.pictures import FORMATS
from entrepot.kernel.text import Text

MAX_PICTURES = 30  # pages to read off pictures in one paper
MAX_PIXELS = 60_000_000
MAX_SIDE = 20_000
LONGEST = 2600  # pixels of the longer side, of a picture as it is read; more tells no more
_LOCK = threading.Lock()
_CJK = range(0x3000, 0x10000)
Pixels = NDArray[np.uint8]


class _Line(NamedTuple):
    """A line of text as recognised: its text, and its letters with their corners and confidence."""

    text: str
    letters: list[tuple[str, float, NDArray[np.float64]]]


def pictures(data: bytes, found: Found) -> tuple[str, list[Image.Image]]:
    """The format (`PNG`, `JPEG`, `TIFF` …) and the pictures of a file, upright as the camera noted, in plain colours; Refusal
    where they are damaged, too many or too large. Nothing is unpacked before its size is known."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            image = Image.open(BytesIO(data), formats=list(FORMATS))
            form = image.format or ""
            frames = int(getattr(image, "n_frames", 1))
            animated = frames > 1 and form != "TIFF"
            if animated:
                found.problem(
                    "P021",
                    "file",
                    Text("the picture moves; only its first image was read", "图片为动画，仅读取第一帧"),
                    Text("send a scan or a PDF", "请提交扫描件或 PDF"),
                    severity="W",
                )
                frames = 1
            if frames > MAX_PICTURES:
                raise bounds.too_many("file", "pages", "页数", MAX_PICTURES)
            made = []
            for frame in range(frames):
                if frames > 1:
                    image.seek(frame)
                _check(image, frame + 1)
                made.append(_plain(image))
        except (
            UnidentifiedImageError,
            OSError,
            SyntaxError,
            ValueError,
            EOFError,
            Image.DecompressionBombWarning,
        ) as error:
            raise refusal(
                "P006",
                "file",
                Text(
                    f"the picture is damaged or too large: {str(error)[:100]}", f"图片已损坏或过大：{str(error)[:100]}"
                ),
                Text("scan or photograph the paper again", "请重新扫描或拍摄"),
            ) from error
    return form, made


def _check(image: Image.Image, page: int) -> None:
    wide, high = image.size
    if wide * high > MAX_PIXELS or max(wide, high) > MAX_SIDE:
        raise bounds.too_many(f"page {page}", "pixels", "像素数", MAX_PIXELS)


def _plain(image: Image.Image) -> Image.Image:
    """Upright, in red, green and blue, on white."""
    upright = ImageOps.exif_transpose(image)
    if upright.mode.startswith("I;16") or upright.mode in ("I", "F"):
        grey = np.asarray(upright, dtype=np.float64)
        scale = 255 / max(float(grey.max(initial=1)), 1.0)
        upright = Image.fromarray((grey * scale).clip(0, 255).astype(np.uint8))
    if "A" in upright.getbands() or "transparency" in upright.info:
        ground = Image.new("RGBA", upright.size, "white")
        return Image.alpha_composite(ground, upright.convert("RGBA")).convert("RGB")
    return upright.convert("RGB")


def read_picture(image: Image.Image, number: int) -> Page:
    """The words of a picture, and the lines ruled on it; sideways, upside down and a little askew are set right first."""
    wide, high = image.size
    scale = min(1.0, LONGEST / max(wide, high))
    pixels = np.asarray(
        image.resize((max(1, round(wide * scale)), max(1, round(high * scale)))) if scale < 1 else image
    )
    with _LOCK:
        upright = _Upright(pixels)
        lines = upright.lines()
        words = [word for line in lines for word in _words(line)]
        if upright.seal is not None:  # what is red and covers nothing was printed so: a number, a remark
            red = [word for line in upright.read(upright.seal) for word in _words(line)]
            words += [word for word in red if not any(meet(word.box, other.box) for other in words)]
    tall, broad = upright.pixels.shape[:2]
    across, down = _rules(upright.pixels, median([word.box.height for word in words] or [20]))
    return Page(number, float(broad), float(tall), tuple(words), across, down, True, upright.origin())


@cache
def _engine() -> Any:
    """The reader of pictures; Refusal where it is not installed."""
    try:
        from rapidocr import RapidOCR
    except ImportError as error:
        raise refusal(
            "P041",
            "file",
            Text(
                "this paper is a picture, and reading pictures is not installed", "该单证为图片，尚未安装图片识别组件"
            ),
            Text(
                "install entrepot[scans], or keep the paper and enter the facts by hand",
                "请安装 entrepot[scans]，或先留存单证并手工录入",
            ),
        ) from error
    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    return RapidOCR(
        params={
            "Global.log_level": "error",
            "Global.max_side_len": LONGEST,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,  # two spin for each other and cost half as much again
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "Global.text_score": 0.0,
            "Det.limit_type": "max",
            "Det.limit_side_len": 1440,
        }
    )


class _Upright:
    """A picture set upright and level; `pixels` is what its lines are read from."""

    def __init__(self, pixels: Pixels) -> None:
        self.pixels = pixels
        high, wide = pixels.shape[:2]
        self._origin: NDArray[np.float64] = np.diag([1 / wide, 1 / high, 1.0])
        corners = self._corners()
        if corners and median(_steep(one) for one in corners) > 1.5:
            self._turn(1)
            corners = self._corners()
        angle = _angle(corners)
        if 0.15 < abs(angle) < 20:
            self._level(angle)
        self.seal: Pixels | None = None
        self._part_seal()

    def _part_seal(self) -> None:
        """Part what is red from what is dark, where a little is red: a seal over figures is otherwise read into them."""
        colours = self.pixels.astype(np.int16)
        red = colours[:, :, 0] - colours[:, :, 1:].max(axis=2) > 45
        dark = (colours.max(axis=2) < 140) & ~red
        if 200 < red.sum() < 0.5 * dark.sum():
            self.seal = np.where(red[:, :, None], self.pixels, np.uint8(255))
            self.pixels = np.where(red[:, :, None] & (colours[:, :, :1] > 110), np.uint8(255), self.pixels)

    def origin(self) -> tuple[float, float, float, float, float, float]:
        """How a point of the upright picture leads back to the one handed in (see Page)."""
        a, b, c, d, e, f = (float(one) for one in self._origin[:2].ravel())
        return a, b, c, d, e, f

    def _turn(self, quarters: int) -> None:
        """Turn it to the left by quarters."""
        for _ in range(quarters):
            wide = self.pixels.shape[1]
            self.pixels = np.ascontiguousarray(np.rot90(self.pixels))
            self._origin = self._origin @ np.array([[0.0, -1.0, wide], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])

    def _level(self, angle: float) -> None:
        import cv2

        high, wide = self.pixels.shape[:2]
        turn = cv2.getRotationMatrix2D((wide / 2, high / 2), angle, 1.0)
        level = cv2.warpAffine(self.pixels, turn, (wide, high), flags=cv2.INTER_CUBIC, borderValue=(255, 255, 255))
        self.pixels = np.asarray(level, dtype=np.uint8)
        self._origin = self._origin @ np.linalg.inv(np.vstack([np.asarray(turn, dtype=np.float64), [0.0, 0.0, 1.0]]))

    def lines(self) -> list[_Line]:
        """The lines of text. Where they read badly the other way up is tried, and the better one kept."""
        best = self.read(self.pixels)
        if best and _sureness(best) < 0.80:
            self._turn(2)
            turned = self.read(self.pixels)
            if _sureness(turned) > _sureness(best):
                return turned
            self._turn(2)
        return best

    def _corners(self) -> list[NDArray[np.float64]]:
        """The corners of the lines of text on a small copy: enough to tell how they lie."""
        high, wide = self.pixels.shape[:2]
        scale = min(1.0, 960 / max(high, wide))
        small = Image.fromarray(self.pixels).resize((max(1, round(wide * scale)), max(1, round(high * scale))))
        said = _engine()(np.asarray(small)[:, :, ::-1], use_det=True, use_cls=False, use_rec=False)
        return [] if said.boxes is None else [np.asarray(box, dtype=np.float64) for box in said.boxes]

    @staticmethod
    def read(pixels: Pixels) -> list[_Line]:
        """The lines of text on some pixels."""
        said = _engine()(
            pixels[:, :, ::-1],
            use_det=True,
            use_cls=False,
            use_rec=True,
            return_word_box=True,
            return_single_char_box=True,
        )
        if said.boxes is None or said.txts is None:
            return []
        return [
            _Line(
                text,
                [(letter, float(sure), np.asarray(corners, dtype=np.float64)) for letter, sure, corners in letters],
            )
            for text, letters in zip(said.txts, said.word_results, strict=False)
        ]


def _steep(corners: NDArray[np.float64]) -> float:
    """How many times higher than wide a box is."""
    return float(np.ptp(corners[:, 1]) / max(np.ptp(corners[:, 0]), 1.0))


def _angle(corners: list[NDArray[np.float64]]) -> float:
    """By how many degrees the long lines of text fall to the right."""
    slopes = []
    for one in corners:
        along = one[1] - one[0]
        if abs(along[0]) > 6 * abs(one[3] - one[0])[1] and abs(along[0]) > 40:
            slopes.append(float(np.degrees(np.arctan2(along[1], along[0]))))
    return median(slopes) if len(slopes) >= 3 else 0.0


def _sureness(lines: list[_Line]) -> float:
    letters = [sure for line in lines for _, sure, _ in line.letters]
    return sum(letters) / max(len(letters), 1)


def _words(line: _Line) -> Iterator[Word]:
    """The words of a line: its letters parted at the spaces of its text, and where they stand far apart."""
    letters = list(line.letters)
    part: list[tuple[str, float, NDArray[np.float64]]] = []
    for letter in line.text:
        if letter.isspace():
            if part:
                yield _word(part)
                part = []
            continue
        if not letters:
            return
        here = letters.pop(0)
        if part and here[2][:, 0].min() - part[-1][2][:, 0].max() > 0.9 * np.ptp(here[2][:, 1]):
            yield _word(part)
            part = []
        part.append((letter, here[1], here[2]))
    if part:
        yield _word(part)


def _word(part: list[tuple[str, float, NDArray[np.float64]]]) -> Word:
    corners = np.concatenate([one[2] for one in part])
    box = Box(*(float(x) for x in (*corners.min(axis=0), *corners.max(axis=0))))
    sure = Decimal(str(round(min(one[1] for one in part), 3)))
    return Word("".join(one[0] for one in part), box, sure)


def _rules(pixels: Pixels, text: float) -> tuple[list[Box], list[Box]]:
    """Long straight lines, horizontal and vertical, as boxes; longer than any stroke of text of that height."""
    import cv2

    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    ink = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 25, 15)
    wide = grey.shape[1]
    found: list[list[Box]] = []
    for shape in ((max(wide // 25, round(3 * text)), 1), (1, round(1.5 * text))):
        kernel = cv2.getStructuringElement(cv2.MORPH_RECT, shape)
        strokes = cv2.morphologyEx(ink, cv2.MORPH_OPEN, kernel)
        outlines, _ = cv2.findContours(strokes, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        boxes = [cv2.boundingRect(outline) for outline in outlines]
        found.append([Box(float(x), float(y), float(x + w), float(y + h)) for x, y, w, h in boxes])
    across = [box for box in found[0] if box.height <= 12]
    down = [box for box in found[1] if box.x1 - box.x0 <= 12]
    return across, down
