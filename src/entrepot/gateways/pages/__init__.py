"""Invoices, packing lists, contracts, bills of lading and certificates as pages of words: text of a PDF, or read off a picture.

A page becomes a grid of cells - tables of goods, and labels with their values - that the reader of spreadsheets reads; every
cell keeps its page and box. What is not certain is asked and not stated.
"""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from entrepot.gateways.extract import Found
from entrepot.gateways.pages.checks import withhold_doubtful
from entrepot.gateways.pages.pairs import Labelled, read_labels
from entrepot.gateways.pages.segments import Line, lines_of
from entrepot.gateways.pages.tables import Sheet, read_sheets
from entrepot.gateways.pages.words import Page, Word, around, place_of, quarters_of, said
from entrepot.gateways.spreadsheet import read_grids
from entrepot.gateways.spreadsheet.grid import Cell, Grid, comma_is_decimal
from entrepot.gateways.spreadsheet.headings import Headings

__all__ = ["Page", "Word", "read_pages"]

_TITLED = Decimal("0.4")  # of the page's height: where a title stands
# In a picture a comma is easily taken for a point. `1.943` may be 1,943: it stands only where a sum bears it out; so does
# `1,597.924.92`, which can only be 1,597,924.92.
_POINTED = re.compile(r"(?<![\d.,])\d{1,3}\.\d{3}(?![\d.,])")
_MUDDLED = re.compile(r"(?<![\d.,])\d{1,3}(?:[.,]\d{3})+[.,]\d{1,2}(?![\d.,])")
_MAY_BE = Decimal("0.4")


def read_pages(pages: Iterable[Page], found: Found, headings: Headings) -> tuple[str, Found]:
    """The kinds of paper on the pages (`invoice+packing_list`) and what they say, doubts apart; Refusal where nothing is known.

    `found` may hold problems of opening the file already; it must ask (`Found(today, asks=True)`).
    """
    words = headings.without_spaces()
    documents = list(_documents(((page, lines_of(page, words)) for page in pages), words))
    found.turned |= {
        str(page.number): quarters for document in documents for page, _ in document if (quarters := quarters_of(page))
    }
    grids = [_grid(document, words, found) for document in documents]
    kind, _ = read_grids(grids, found, words, "document")
    withhold_doubtful(found, any(page.read for document in documents for page, _ in document))
    return kind, found


Laid = tuple[Page, list[Line]]


def _documents(pages: Iterable[Laid], headings: Headings) -> Iterator[list[Laid]]:
    """Pages of one paper together: a page with another title begins another."""
    document: list[Laid] = []
    title = ""
    for page, lines in pages:
        kind = _title(page, lines, headings)
        if document and kind and kind != title:
            yield document
            document = []
        title = kind or title
        document.append((page, lines))
    if document:
        yield document


def _title(page: Page, lines: list[Line], headings: Headings) -> str:
    for line in lines:
        for segment in line:
            label = headings.label(segment.text)
            if label and label[0].startswith("kind.") and not label[1]:
                return label[0] if segment.box.y0 < float(_TITLED) * page.height else ""
    return ""


def _grid(document: list[Laid], headings: Headings, found: Found) -> Grid:
    """One paper as a grid: first every label and text by itself, each in a row of its own with nothing beside or beneath; then
    its tables."""
    sheets, rest = read_sheets(document, headings)
    labels: list[Labelled] = []
    told: set[str] = set()
    for (page, _), lines in zip(document, rest, strict=True):
        for one in read_labels(page, lines, headings):
            if one.text not in told:  # a letterhead comes back on every page
                told.add(one.text)
                labels.append(one)
    first = document[0][0].number
    texts = [one.text for one in labels] + [
        piece.text for sheet in sheets for row in sheet.rows for piece in row.values()
    ]
    grid = Grid(f"page {first}", comma_is_decimal([texts]))
    row = 1
    for one in labels:
        places = tuple(_place(one.page, words, found) for words in one.lines)
        words = tuple(word for line in one.lines for word in line)
        grid.put(row, 1, Cell(one.text, _place(one.page, words, found), lines=places))
        row += 2
    for sheet in sheets:
        row = _put_table(grid, row, sheet, found)
    return grid


def _put_table(grid: Grid, row: int, sheet: Sheet, found: Found) -> int:
    for number, piece in sheet.head.items():
        grid.put(row, number, Cell(piece.text, _place(piece.page, piece.words, found)))
    row += 2  # a line between: what stands under a head is never taken for its second line
    for line in sheet.rows:
        for number, piece in line.items():
            text = _pointed(piece.text) if piece.page.read else piece.text
            grid.put(row, number, Cell(text, _place(piece.page, piece.words, found, text != piece.text)))
        row += 1
    return row + 1


def _pointed(text: str) -> str:
    """Amounts in a picture whose points and commas are muddled, with the last one as their point."""

    def set_right(match: re.Match[str]) -> str:
        whole, cents = re.split(r"[.,](?=\d+$)", match[0])
        return f"{re.sub(r'[.,]', ',', whole)}.{cents}"

    return _MUDDLED.sub(set_right, text)


def _place(page: Page, words: tuple[Word, ...], found: Found, set_right: bool = False) -> str:
    """The place of some words; where they were read off a picture it is noted how sure that was."""
    place = place_of(page, around(word.box for word in words))
    if page.read:
        sure = min(word.confidence for word in words)
        if set_right or _POINTED.search(said(words)):
            sure = min(sure, _MAY_BE)
        found.confidence[place] = min(sure, found.confidence.get(place, sure))
    return place
