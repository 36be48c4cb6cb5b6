"""Texts folded into lines: between words, between Chinese letters, and inside a word only where it is longer than the line."""

import re
from collections.abc import Iterator

from entrepot.gateways.signed_pdf.faces import Face

_WIDE = (
    "\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60\U00020000-\U0003ffff"  # written without spaces: a line may end after any
)
_PARTS = re.compile(rf" +|[{_WIDE}]|[^ {_WIDE}]+")
_NEVER_FIRST = frozenset("，。、；：！？）》」』】〉’”％,.;:!?)]}%")


def folded(face: Face, text: str, width: float, size: float) -> list[str]:
    """The lines (at least one) of a text in `width` points; line ends in the text stay."""
    return [line for paragraph in text.split("\n") for line in _lines(face, paragraph, width, size)]


def _lines(face: Face, text: str, width: float, size: float) -> Iterator[str]:
    line, wide = "", 0.0
    for part in _PARTS.findall(text):
        need = face.width(part, size)
        if wide + need > width and line.strip() and part not in _NEVER_FIRST:
            yield line.rstrip()
            line, wide = "", 0.0
        if part.isspace() and not line:
            continue
        while need > width and not line and len(part) > 1:
            head = _fitting(face, part, width, size)
            yield part[:head]
            part = part[head:]
            need = face.width(part, size)
        line, wide = line + part, wide + need
    yield line.rstrip()


def _fitting(face: Face, word: str, width: float, size: float) -> int:
    """How many letters of a word fit, at least one."""
    wide = 0.0
    for at, letter in enumerate(word):
        wide += face.width(letter, size)
        if wide > width:
            return max(at, 1)
    return len(word)
