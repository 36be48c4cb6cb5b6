"""UN/LOCODE into the pack `standards/unlocode`: places of trade and transport, folded into dated rows.

Reads the publisher's own CSV parts (no header: change mark, country, code, name, name without diacritics, subdivision,
function and status, date, IATA code, coordinates, remarks) and tables with a header of the same facts. The edition is
taken from the file's name (`2024-2 …`, `unlocode_2019-2.csv.gz`). A later edition rules the countries that it covers; the
others stand as the earlier one left them.
"""

import csv
import gzip
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import NamedTuple

import pycountry
from msgspec import Struct

COLUMNS = (
    *("code", "name", "other_names", "country", "subdivision", "functions", "lat", "lon"),
    *("since", "until", "source", "evidence"),
)
EVIDENCE = "secondary"
_FUNCTIONS = re.compile(r"[0-7B-]{1,8}")
_COORDINATES = re.compile(r"(\d{2})(\d{2})([NS]) (\d{3})(\d{2})([EW])")
_DECIMAL = re.compile(r"-?\d{1,3}\.\d+")


class UnlocodeError(Exception):
    """A file that is no edition of UN/LOCODE."""


class Selection(Struct, frozen=True):
    """Which places to take: those of `countries` (alpha-2) with one of `functions` (1 port, 2 rail, 3 road, 4 airport,
    6 multimodal …), and all places of the subdivisions `whole` (CN-42)."""

    countries: frozenset[str]
    functions: str
    whole: frozenset[str] = frozenset()

    def takes(self, place: "Place") -> bool:
        """Whether the place is selected."""
        if f"{place.country}-{place.subdivision}" in self.whole:
            return True
        return place.country in self.countries and any(letter in self.functions for letter in place.functions)


class Place(NamedTuple):
    """One line of an edition; `functions` are the letters of the function string that are set."""

    country: str
    code: str
    name: str
    plain: str
    subdivision: str
    functions: str
    lat: str
    lon: str


def edition_of(path: Path) -> date:
    """The first day of the edition in a file's name: January for the first of a year, July for the second."""
    match = re.search(r"(?<!\d)(\d{4})-([12])(?!\d)", path.name)
    if match is None:
        raise UnlocodeError(f"{path.name}: the name does not tell the edition (2024-2)")
    return date(int(match[1]), 1 if match[2] == "1" else 7, 1)


def source_of(edition: date) -> str:
    """The short name of an edition, as declared under [sources] of the pack."""
    return f"UNLOCODE-{edition.year}-{1 if edition.month == 1 else 2}"


def read_places(path: Path) -> Iterator[Place]:
    """All places of one file; lines that only refer to another name are left out."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252")  # what older editions are published in
    lines = csv.reader(StringIO(text, newline=""))
    first = next(lines, [])
    if first[:2] == ["country", "code"]:
        for line in lines:
            yield _with_header(dict(zip(first, line, strict=True)))
        return
    for number, line in enumerate([first, *lines], 1):
        if len(line) < 11:
            raise UnlocodeError(f"{path.name} line {number}: {len(line)} columns, at least 11 are needed")
        if re.fullmatch(r"[A-Z]{2}", line[1]) and re.fullmatch(r"[A-Z0-9]{3}", line[2]):
            yield _published(line, f"{path.name} line {number}")


def _with_header(line: Mapping[str, str]) -> Place:
    lat, lon = line["lat"], line["lon"]
    located = _DECIMAL.fullmatch(lat) and _DECIMAL.fullmatch(lon)
    names = (line["name"].strip(), line["name_ascii"].strip())
    coordinates = (lat, lon) if located else ("", "")
    return Place(
        line["country"], line["code"], *names, line["subdivision"].strip(), _letters(line["function"]), *coordinates
    )


def _published(line: Sequence[str], place: str) -> Place:
    """A line of the publisher's file; function and status stand in either order from edition to edition."""
    functions = next((field for field in line[6:8] if len(field) == 8 and _FUNCTIONS.fullmatch(field)), None)
    if functions is None:
        raise UnlocodeError(f"{place}: no function of eight letters")
    match = _COORDINATES.fullmatch(line[10].strip())
    lat = _degrees(match[1], match[2], match[3]) if match else ""
    lon = _degrees(match[4], match[5], match[6]) if match else ""
    return Place(line[1], line[2], line[3].strip(), line[4].strip(), line[5].strip(), _letters(functions), lat, lon)


def _letters(functions: str) -> str:
    return functions.replace("-", "").replace("0", "").strip()


def _degrees(degrees: str, minutes: str, side: str) -> str:
    """Degrees and minutes as decimal degrees to four places, as text."""
    value = (Decimal(degrees) + Decimal(minutes) / 60).quantize(Decimal("0.0001"))
    return f"{-value if side in 'SW' and value else value}"


Values = tuple[str, ...]


def _facts(places: Sequence[Place], alpha3: str) -> Values:
    """The values of a row: one code may have several lines, for cities with two names."""
    first = places[0]
    names = [name for place in places for name in (place.name, place.plain)]
    others = list(dict.fromkeys(name.replace("|", "/") for name in names[1:] if name and name != first.name))
    letters = "|".join(sorted({letter for place in places for letter in place.functions}))
    located = next((place for place in places if place.lat), first)
    return (first.name, "|".join(others), alpha3, first.subdivision, letters, located.lat, located.lon)


def _read_edition(path: Path, selection: Selection | None) -> tuple[dict[str, Values], set[str]]:
    """The selected places of one file by code, and the countries that it covers."""
    by_code: defaultdict[str, list[Place]] = defaultdict(list)
    covered: set[str] = set()
    for place in read_places(path):
        covered.add(place.country)
        if selection is None or selection.takes(place):
            by_code[place.country + place.code].append(place)
    if not covered:
        raise UnlocodeError(f"{path.name}: no place found")
    names = {country: pycountry.countries.get(alpha_2=country) for country in covered}
    alpha3 = {country: found.alpha_3 if found else "" for country, found in names.items()}
    return {code: _facts(places, alpha3[code[:2]]) for code, places in by_code.items()}, covered


def fold(editions: Sequence[tuple[date, Mapping[str, Values], Collection[str]]]) -> list[tuple[str, ...]]:
    """Dated rows by code and day out of the editions, given in the order of their days with the countries they cover."""
    rows: list[tuple[str, ...]] = []
    standing: dict[str, tuple[date, Values]] = {}
    for day, places, covered in editions:
        eve = (day - timedelta(days=1)).isoformat()
        for code in [code for code in standing if code[:2] in covered and places.get(code) != standing[code][1]]:
            since, values = standing.pop(code)
            rows.append((code, *values, since.isoformat(), eve, source_of(since), EVIDENCE))
        for code, values in places.items():
            standing.setdefault(code, (day, values))
    for code, (since, values) in standing.items():
        rows.append((code, *values, since.isoformat(), "", source_of(since), EVIDENCE))
    return sorted(rows, key=lambda row: (row[0], row[-4]))


def import_unlocode(
    files: Sequence[Path], out: Path, say: Callable[[str], None], selection: Selection | None = None
) -> int:
    """Write `places.csv` under `out` (the folder of the pack); gives the number of rows. Without `selection` every place
    is taken. Several files may be parts of one edition. The pack.toml must declare a source for every edition."""
    editions: dict[date, tuple[dict[str, Values], set[str]]] = {}
    for path in files:
        all_places, all_covered = editions.setdefault(edition_of(path), ({}, set()))
        places, covered = _read_edition(path, selection)
        if both := all_covered & covered:
            raise UnlocodeError(f"{path.name}: {', '.join(sorted(both))} is in another file of the same edition too")
        all_places.update(places)
        all_covered.update(covered)
        say(f"{path.name}: {len(places):,} places taken, {len(covered)} countries")
    rows = fold([(day, *editions[day]) for day in sorted(editions)])
    out.mkdir(parents=True, exist_ok=True)
    with (out / "places.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)
    say(f"{len(rows):,} rows of {len({row[0] for row in rows}):,} places written")
    return len(rows)
