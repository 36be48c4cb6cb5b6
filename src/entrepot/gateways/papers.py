"""Papers in: the one door through which a file of unknown kind becomes statements, or is refused with its reasons.

`read_paper(name, data, today=…, headings=…) -> Extract`, or Refusal (kernel.intake) carrying every problem;
`read_stream` the same from an open file, never reading more than the bound; `headings_of(law, day)` the words for column
headings and labels out of the pack `headings`; `survey(folder)` what becomes of every file of a folder.
"""

from datetime import date
from typing import BinaryIO

from msgspec import Struct

from entrepot.gateways.extract import Extract, Stated
from entrepot.kernel.law import Law

__all__ = ["Extract", "Headings", "Stated", "headings_of", "read_paper", "read_stream"]


class Headings(Struct, frozen=True):
    """Words found on papers -> our field (`goods.line.quantity`): `columns` at the head of a table, `labels` before a value."""

    columns: dict[str, str] = {}
    labels: dict[str, str] = {}


NO_HEADINGS = Headings()


def headings_of(law: Law, day: date) -> Headings:
    """The words of the pack `headings` that hold on `day`; empty where the pack is not loaded."""
    return Headings(
        *(
            {row.keys["heading"]: row["field"] for row in law.rows(f"headings/{table}", day, {})}
            for table in ("columns", "labels")
        )
    )


def read_paper(name: str, data: bytes, *, today: date, headings: Headings = NO_HEADINGS) -> Extract:
    """The statements of a paper. Its kind is taken from its content, never from its name. Spreadsheets need `headings`.

    Raises Refusal, and nothing else, where no statement can be read.
    """
    raise NotImplementedError


def read_stream(name: str, stream: BinaryIO, *, today: date, headings: Headings = NO_HEADINGS) -> Extract:
    """As `read_paper`, from an open file: not a byte more than the bound is read."""
    raise NotImplementedError
