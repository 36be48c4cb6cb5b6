"""Countries and ports as papers name them -> ISO 3166 and UN/LOCODEs: `Osaka, Japan`, `Port of Shanghai`, `上海港`, `柬埔寨`. What
several places are called, or a place of which no country is named, is for a person to choose.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from entrepot.gateways import paper_values as values
from entrepot.kernel.law import Law, Row

PLACES, COUNTRIES = "unlocode/places", "CN/countries"
# What a place must be for goods to leave by it: functions of UN/LOCODE and kinds of a region's gateways, by mode of transport.
_FUNCTIONS = {"2": "1", "3": "2", "4": "3", "5": "4"}
_KINDS = {"2": ("port", "seaport"), "3": ("rail",), "4": ("road",), "5": ("airport",)}
_ANY = {"1", "2", "4"}
_HOME = "CHN"  # where the regions' gateways lie
_PORT = re.compile(r"^(?:sea)?port of\s+|\s+(?:sea)?(?:port|pt)$|(?<=\w\w)港$")
_LAST = re.compile(r"^(.*\w.*?)\s*[,，(（]\s*([^,，()（）]+?)\s*[)）]?\s*$", re.DOTALL)


class Named(NamedTuple):
    """What a name may mean: codes with the names of their places. `sure` where there is one, and nothing else it could be."""

    choices: dict[str, str]
    sure: bool


class Places:
    """The places of the pack `unlocode`, the usual gateways of the regions on hand, and the countries as customs calls them, by
    name, on a day."""

    def __init__(self, law: Law, day: date) -> None:
        self._law, self._day = law, day

    def country(self, text: str) -> str:
        """The ISO 3166 alpha-3 code of a country by code or name; ValueError where it is none."""
        try:
            return values.country_code(text)
        except ValueError:
            code = self._law.made(_countries).get(_key(text))
            if code is None:
                raise
            return code

    def named(self, text: str, mode: str = "", around: Iterable[str] = ()) -> Named:
        """What a port's name may mean. Its country is named with it, or with the same name in a text `around`; `mode` is the customs
        transport mode where it is known."""
        name, country = self._parted(text)
        key = _key(name)
        if not key:
            return Named({}, False)
        gateways = self._gateways(key, mode) if country in ("", _HOME) else {}
        if len(gateways) == 1:
            return Named(gateways, True)
        country = country or ("" if gateways else self._country_near(name, around))
        found = self._places(key, country, _FUNCTIONS.get(mode, ""))
        whole = bool(found)
        if not whole and "," in name:  # `Long Beach, CA`: whether it lies there the list does not tell
            found = self._places(_key(name.split(",")[0]), country, _FUNCTIONS.get(mode, ""))
        if _PORT.search(_plain(name)):  # where some are named as ports, a name that says port means one of them
            found = [row for row in found if _PORT.search(_plain(row["name"]))] or found
        choices = gateways | {row.keys["code"]: f"{row['name']}, {row['country']}" for row in found}
        return Named(choices, len(choices) == 1 and bool(country) and whole)

    def _gateways(self, key: str, mode: str) -> dict[str, str]:
        """The regions' usual gateways of this name, by code."""
        kinds = _KINDS.get(mode, ())
        tables = [f"{card.name}/gateways" for card in self._law.packs if card.kind == "regions"]
        return {
            row.keys["code"]: f"{row['name_en']}, {_HOME}"
            for table in tables
            for row in self._law.rows(table, self._day, {})
            if key in (_key(row["name_en"]), _key(row["name_zh"])) and (not kinds or row["kind"] in kinds)
        }

    def _places(self, key: str, country: str, function: str) -> list[Row]:
        """The places of this name that goods can leave by; of a mode where some serve it."""
        rows = [
            row
            for row in self._law.made(_by_name).get(key, ())
            if country in ("", row["country"])
            and row.since <= self._day
            and (row.until is None or self._day <= row.until)
        ]
        rows = [row for row in rows if key in map(_key, (row["name"], *(row["other_names"] or ())))] or rows
        ways = [row for row in rows if set(row["functions"] or ()) & _ANY]
        return [row for row in rows if function in (row["functions"] or ())] or ways

    def _parted(self, text: str) -> tuple[str, str]:
        """A name and the country said with it (alpha-3): `Osaka, Japan`, `Osaka (JP)`, `OSAKA JAPAN`, `Singapore`."""
        name = text.strip()
        match = _LAST.match(name)
        if match is not None and (country := self._country(match[2])):
            return match[1].strip(" ,，"), country
        words = name.split()
        for count in (1, 2, 3):
            if len(words) > count and (country := self._country(" ".join(words[-count:]))):
                return " ".join(words[:-count]), country
        return name, self._country(name)

    def _country(self, text: str) -> str:
        try:
            return self.country(text)
        except ValueError:
            return ""

    def _country_near(self, name: str, around: Iterable[str]) -> str:
        """The country that other texts of the paper name after the same place, where it is one."""
        behind = re.compile(rf"\b{re.escape(name)}\s*[,，(（]\s*([^,，;()（）\n]+)", re.IGNORECASE)
        found = {self._country(match[1].strip(" .")) for text in around for match in behind.finditer(text)} - {""}
        return found.pop() if len(found) == 1 else ""


def _by_name(law: Law) -> Mapping[str, list[Row]]:
    """The rows of the list by each of their names; of `Hakata/Fukuoka` and `Nagoya, Aichi` the part before, of brackets without."""
    index: dict[str, list[Row]] = {}
    table = law.tables.get(PLACES)
    for row in table.everything() if table is not None else ():
        names = (row["name"], *(row["other_names"] or ()))
        parts = (
            part for name in names for part in (name, re.split(r"[,/(]", name)[0], *re.findall(r"\((.*?)\)", name))
        )
        for key in dict.fromkeys(map(_key, parts)):
            if key:
                index.setdefault(key, []).append(row)
    return index


def _plain(name: str) -> str:
    """A name without accents, case and doubled spaces."""
    apart = unicodedata.normalize("NFKD", name.casefold())
    return " ".join("".join(letter for letter in apart if not unicodedata.combining(letter)).split())


def _key(name: str) -> str:
    """A name as it is compared: also without `port of`, `port`, `Pt`, and without spaces, which readers of pictures lose."""
    return "".join(letter for letter in _PORT.sub("", _plain(name).strip(" .")) if letter.isalnum())


def _countries(law: Law) -> Mapping[str, str]:
    """The countries of the customs table that ISO 3166 has too, by each of their names there."""
    table = law.tables.get(COUNTRIES)
    rows = [row for row in (table.everything() if table is not None else ()) if row["iso"]]
    names = ("name_en", "name_zh", "customs_name_zh")
    return {_key(row[name]): row.keys["code"] for row in rows for name in names if row[name]}
