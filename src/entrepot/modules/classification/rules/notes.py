"""What legal notes leave out: a warning beside a candidate whose note sends such goods elsewhere."""

import re
from collections.abc import Iterable

from entrepot.kernel.law import Row
from entrepot.kernel.text import Text


def _begins(code: str, prefixes: Iterable[str]) -> bool:
    return code.startswith(tuple(prefixes))


def _speaks_of(row: Row, text: str) -> bool:
    """Whether a description names goods that the note leaves out."""
    lower = text.lower()
    return any(word in lower for word in row["words_zh"] or ()) or any(
        re.search(rf"\b{re.escape(word)}s?\b", lower, re.ASCII) for word in row["words_en"] or ()
    )


def notes_on(rows: Iterable[Row], text: str) -> tuple[Row, ...]:
    """The notes that may matter for a description."""
    return tuple(row for row in rows if _speaks_of(row, text))


def warnings(notes: Iterable[Row], code: str) -> tuple[Text, ...]:
    """What the notes at hand say against a code; nothing where they send the goods to that very code."""
    return tuple(
        Text(
            f"{row['cited']} leaves out {row['goods_en']}; if that is what it is, see {', '.join(row['goes_to'])}",
            f"{row['cited']}：不包括{row['goods_zh']}；如属此类，请查 {'、'.join(row['goes_to'])}",
        )
        for row in notes
        if _begins(code, row["scope"]) and not _begins(code, row["goes_to"])
    )
