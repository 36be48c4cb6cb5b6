"""Letters to print with: Noto Sans for Latin, Greek and Cyrillic, Noto Sans SC for Chinese, embedded as far as they are used.

Each document gets a face of its own with the letters that stand on it, so that it shows alike on every machine and for all
time. The drawing library takes outlines of TrueType alone: those of Noto Sans SC are turned into such, once for a letter.
"""

import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files
from io import BytesIO
from typing import Any

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

MISSING = "〓"  # printed for a letter that neither font has, as printers have always done
UNITS = 1000  # of an em, in both fonts
_ASCENT, _DESCENT, _CAPITAL = 1069, -293, 714
_MAX_KEPT = 20_000  # letters whose outlines are kept in memory, some 1 kB each
_SOURCES = (
    ("fontpkg_noto_sans", "files/NotoSans[wdth,wght].ttf"),
    ("pylopdf_fonts_zh_cn", "NotoSansSC-Regular.otf"),
)


class _Source:
    """A font file that is opened once and read letter by letter."""

    def __init__(self, package: str, path: str) -> None:
        font = TTFont(BytesIO(files(package).joinpath(path).read_bytes()), lazy=True)
        if font["head"].unitsPerEm != UNITS:
            raise ValueError(f"{path} is not drawn in thousandths")
        self.letters: dict[int, str] = font.getBestCmap()
        self._turned = "CFF " in font  # outlines of the other kind run the other way round
        self._glyphs = font.getGlyphSet()
        self._widths: Any = font["hmtx"]

    def drawn(self, name: str) -> tuple[Any, tuple[int, int]]:
        """The outline of a glyph, and its width and left bearing in thousandths."""
        whole = DecomposingRecordingPen(self._glyphs)  # a letter with an accent is often two outlines put together
        self._glyphs[name].draw(whole)
        pen = TTGlyphPen(None)
        whole.replay(Cu2QuPen(pen, max_err=1.0, reverse_direction=self._turned))
        return pen.glyph(), self._widths[name]


@cache
def _sources() -> tuple[_Source, ...]:
    return tuple(_Source(*source) for source in _SOURCES)


@lru_cache(_MAX_KEPT)
def _drawn(letter: str) -> tuple[Any, tuple[int, int]] | None:
    """A letter's outline, width and left bearing from the first font that has it; None where none has."""
    for source in _sources():
        if ord(letter) in source.letters:
            return source.drawn(source.letters[ord(letter)])
    return None


def printable(text: str) -> str:
    """The text as it can be printed: composed letters, plain spaces, and the mark of missing for what no font has.

    Line ends stay. Letters that turn the direction of writing count as missing: they make a text read other than it is.
    """
    if text.isascii() and text.isprintable():
        return text
    shown = []
    for letter in unicodedata.normalize("NFC", text):
        if letter == "\n":
            shown.append(letter)
        elif letter.isspace():
            shown.append(" ")
        elif letter == "\u200b" or letter == "\ufeff":
            continue  # marks nothing, not even a space
        elif unicodedata.category(letter) in {"Cc", "Cf", "Co", "Cn", "Cs"} or _drawn(letter) is None:
            shown.append(MISSING)
        else:
            shown.append(letter)
    return "".join(shown)


class Face:
    """A font with the letters of one document: how wide each is, and the TrueType file to embed."""

    def __init__(self, letters: Iterable[str]) -> None:
        self._letters = sorted({" ", MISSING, *letters} - {"\n"})
        self._drawn = {letter: drawn for letter in self._letters if (drawn := _drawn(letter))}
        self._widths = {letter: width for letter, (_, (width, _)) in self._drawn.items()}

    def width(self, text: str, size: float) -> float:
        """How wide a text is at a size, both in points."""
        return sum(map(self._widths.__getitem__, text)) * size / UNITS

    def file(self) -> bytes:
        """The font as a TrueType file."""
        names = {letter: f"u{ord(letter):04X}" for letter in self._drawn}
        missing = self._drawn[MISSING]
        order = [".notdef", *names.values()]
        builder = FontBuilder(UNITS, isTTF=True)
        builder.setupGlyphOrder(order)
        builder.setupCharacterMap({ord(letter): name for letter, name in names.items()})
        builder.setupGlyf({".notdef": missing[0]} | {names[letter]: item[0] for letter, item in self._drawn.items()})
        builder.setupHorizontalMetrics(
            {".notdef": missing[1]} | {names[letter]: item[1] for letter, item in self._drawn.items()}
        )
        builder.setupHorizontalHeader(ascent=_ASCENT, descent=_DESCENT)
        builder.setupNameTable({"familyName": "Noto Sans", "styleName": "Regular", "psName": "NotoSans-Regular"})
        builder.setupOS2(sTypoAscender=_ASCENT, sTypoDescender=_DESCENT, sCapHeight=_CAPITAL, usWeightClass=400)
        builder.setupPost(keepGlyphNames=False)
        # The moment of making stands in the head; a fixed one keeps drawings of the same document alike.
        builder.updateHead(created=0, modified=0)
        builder.font.recalcTimestamp = False
        out = BytesIO()
        builder.save(out)
        return out.getvalue()
