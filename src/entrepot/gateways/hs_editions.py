"""Moves between editions of the Harmonized System into the pack `standards/hs`: the correlation tables of the UN Statistics
Division, folded by code, both ways.

Reads `hs2022_hs2017.csv.gz` and its fellows (newer code, older code, relationship, is_conversion), one row per related pair.
A code that stays itself and nothing else has no row in `moves.csv`; `editions.csv` says in which editions each code stands.
"""

import csv
import gzip
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from entrepot.kernel.editions import EDITIONS

NEWEST, OLDER = "HS 2022", ("HS 2017", "HS 2012", "HS 2007")
SOURCE, EVIDENCE = "UNSD-2023", "secondary"
LAST = ("since", "until", "source", "evidence")
Row = tuple[str, ...]


class EditionsError(Exception):
    """A file that is no correlation table."""


class Pair(NamedTuple):
    """Two related codes, and whether the official conversion takes the newer to the older."""

    newer: str
    older: str
    official: bool


def _column(edition: str) -> str:
    return edition.lower().replace(" ", "")


def read_pairs(path: Path, older: str) -> list[Pair]:
    """The pairs of one correlation table. Raises EditionsError where it is none."""
    try:
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            lines = list(csv.DictReader(file))
        pairs = [Pair(x[_column(NEWEST)], x[_column(older)], x["is_conversion"] == "1") for x in lines]
    except (OSError, EOFError, UnicodeDecodeError, KeyError, csv.Error) as error:
        raise EditionsError(f"{path.name}: no correlation table: {error}") from error
    if bad := [code for pair in pairs for code in pair[:2] if not (len(code) == 6 and code.isdecimal())]:
        raise EditionsError(f"{path.name}: {bad[0]!r} is not a code of six digits")
    return [pair for pair in pairs if not pair[0].startswith("99")]  # the statistics' own leftover code


def moves(pairs: Sequence[Pair], older: str) -> Iterator[Row]:
    """The rows of both ways. The conversion of a newer code is the official one; that of an older code is the same number
    where its newer namesake converts back to it, else the one code that does, else none."""
    newer, elder, converts = defaultdict(list), defaultdict(list), {}
    back: dict[str, list[str]] = defaultdict(list)
    for new, old, official in pairs:
        newer[new].append(old)
        elder[old].append(new)
        if official:
            converts[new] = old
            back[old].append(new)
    since = EDITIONS[NEWEST].isoformat()
    for code, codes in sorted(newer.items()):
        if codes != [code]:
            yield (code, NEWEST, older, "|".join(sorted(codes)), converts.get(code, ""), since, "", SOURCE, EVIDENCE)
    for code, codes in sorted(elder.items()):
        if codes != [code]:
            chosen = code if code in back[code] else back[code][0] if len(back[code]) == 1 else ""
            yield (code, older, NEWEST, "|".join(sorted(codes)), chosen, since, "", SOURCE, EVIDENCE)


def standing(tables: Mapping[str, Sequence[Pair]]) -> Iterator[Row]:
    """Each code with the editions in which it stands, newest first."""
    found: dict[str, set[str]] = defaultdict(set)
    for older, pairs in tables.items():
        for new, old, _ in pairs:
            found[new].add(NEWEST)
            found[old].add(older)
    for code in sorted(found):
        editions = [edition for edition in (NEWEST, *OLDER) if edition in found[code]]
        first = min(EDITIONS[edition] for edition in editions)
        yield (code, "|".join(editions), first.isoformat(), "", SOURCE, EVIDENCE)


def import_editions(folder: Path, out: Path, say: Callable[[str], None]) -> None:
    """Write `moves.csv` and `editions.csv` under `out` (the folder of the pack)."""
    tables = {older: read_pairs(folder / f"{_column(NEWEST)}_{_column(older)}.csv.gz", older) for older in OLDER}
    rows = [row for older, pairs in tables.items() for row in moves(pairs, older)]
    _write(out / "moves.csv", ("code", "edition", "into", "codes", "conversion", *LAST), rows)
    there = list(standing(tables))
    _write(out / "editions.csv", ("code", "editions", *LAST), there)
    say(f"{len(rows):,} moves, {len(there):,} codes in {1 + len(OLDER)} editions")


def _write(path: Path, columns: Row, rows: Sequence[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
