"""The lists of the Office of Foreign Assets Control: Specially Designated Nationals, and the consolidated list of others.

Read from the publisher's delimited files (entries, addresses, alternate names, overflow of remarks), as published without a
header or with one. Of an address only the country is kept. Of the remarks: days of birth, nationalities, nicknames, and the
numbers of ships, aircraft and companies; numbers of persons are passed over.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from entrepot.gateways.lists.countries import alpha3
from entrepot.gateways.lists.edition import (
    Entry,
    ListCard,
    ListError,
    bare_name,
    distinct,
    plain,
    published_on,
    records,
    write_list,
)

_PRIMARY = (
    "ent_num", "name", "type", "program", "title", "call_sign", "vessel_type", "tonnage", "grt", "vessel_flag", "vessel_owner",
    "remarks",
)  # fmt: skip
_ADDRESS = ("ent_num", "add_num", "address", "city_state_postal", "country", "remarks")
_ALTERNATE = ("ent_num", "alt_num", "alt_type", "alt_name", "alt_remarks")
_OVERFLOW = ("ent_num", "remarks_continued")
_KINDS = {"individual": "person", "vessel": "vessel", "aircraft": "aircraft", "": "entity"}
_MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
_DAY = re.compile(r"(?:(\d{1,2}) )?(?:([A-Za-z]{3}) )?(\d{4})")
_NICKNAME = re.compile(r"(?:a|f|n)\.k\.a\. '(.+)'")
# What the remarks call a number, and what we call it; those of persons (passport, identity card, tax) have no place here.
_NUMBERS = (
    (re.compile(r"(?:Vessel Registration Identification|Identification Number) IMO (\d{7})"), "IMO", "vessel"),
    (re.compile(r"MMSI (\d{9})"), "MMSI", "vessel"),
    (re.compile(r"Unified Social Credit Code \(USCC\) ([0-9A-Z]{18})"), "USCC", "entity"),
    (re.compile(r"(?:LEI|Legal Entity Identifier) ([0-9A-Z]{20})"), "LEI", "entity"),
    (re.compile(r"SWIFT/BIC ([A-Z0-9]{8,11})"), "BIC", "entity"),
    (re.compile(r"(?:Registration (?:Number|ID)|Company Number|C\.R\. No\.|Business Registration Number|"
                r"Commercial Registry Number) ([0-9A-Z][0-9A-Z./-]{3,})"), "REG", "entity"),
    (re.compile(r"(?:Previous )?Aircraft Tail Number ([A-Z0-9-]{3,})"), "TAIL", "aircraft"),
    (re.compile(r"Aircraft Manufacturer'?s Serial Number \(MSN\) ([A-Z0-9-]+)"), "MSN", "aircraft"),
)  # fmt: skip
_LICENCE = "facts of a work of the United States government, carried over with publisher and edition cited"
SDN = ListCard(
    "ofac_sdn",
    {"en": "United States: Specially Designated Nationals (OFAC SDN)", "zh": "美国：特别指定国民清单（OFAC SDN）"},
    "US Department of the Treasury, Office of Foreign Assets Control",
    _LICENCE,
    "US Department of the Treasury, Office of Foreign Assets Control, Specially Designated Nationals and Blocked Persons List",
)
OTHERS = ListCard(
    "ofac_consolidated",
    {"en": "United States: OFAC consolidated list besides the SDN", "zh": "美国：OFAC 综合清单（SDN 以外）"},
    "US Department of the Treasury, Office of Foreign Assets Control",
    _LICENCE,
    "US Department of the Treasury, Office of Foreign Assets Control, Consolidated Sanctions List (non-SDN)",
)
_FILES = {
    SDN.pack: (("sdn.csv", "ofac_sdn_2*.csv*"), ("add.csv", "ofac_add_2*.csv*"), ("alt.csv", "ofac_alt_2*.csv*"),
               ("sdn_comments.csv", "ofac_sdn_comments*.csv*")),
    OTHERS.pack: (("cons_prim.csv", "ofac_nonsdn_2*.csv*"), ("cons_add.csv", "ofac_nonsdn_add*.csv*"),
                  ("cons_alt.csv", "ofac_nonsdn_alt*.csv*"), ("cons_comments.csv", "ofac_nonsdn_comments*.csv*")),
}  # fmt: skip


def import_ofac(
    folder: Path, packs: Path, say: Callable[[str], None], today: date, published: date | None = None
) -> int:
    """Write the pack of each OFAC list whose file of entries lies in the folder. Gives how many entries in all."""
    count = 0
    for card in (SDN, OTHERS):
        primary, address, alternate, overflow = (_found(folder, names) for names in _FILES[card.pack])
        if primary is not None:
            entries = read_entries(primary, address, alternate, overflow)
            count += write_list(packs, card, published_on(primary, published), entries, say, today)
    if not count:
        raise ListError(f"{folder}: there is neither sdn.csv nor cons_prim.csv")
    return count


def _found(folder: Path, names: tuple[str, ...]) -> Path | None:
    return next((path for name in names for path in sorted(folder.glob(name), reverse=True)), None)


def read_entries(
    primary: Path, address: Path | None = None, alternate: Path | None = None, overflow: Path | None = None
) -> Iterator[Entry]:
    """The entries of one list out of its files."""
    countries: dict[str, list[str]] = defaultdict(list)
    for row in records(address, _ADDRESS) if address else ():
        countries[row["ent_num"]].append(alpha3(_said(row.get("country"))))
    names: dict[str, list[str]] = defaultdict(list)
    for row in records(alternate, _ALTERNATE) if alternate else ():
        names[row["ent_num"]].append(bare_name(_said(row.get("alt_name"))))
    more = (
        {row["ent_num"]: row.get("remarks_continued", "") for row in records(overflow, _OVERFLOW)} if overflow else {}
    )
    for row in records(primary, _PRIMARY):
        number = row["ent_num"].strip()
        kind = _KINDS.get(_said(row.get("type")).lower())
        if not number.isdigit() or kind is None or not _said(row.get("name")):
            raise ListError(f"{primary.name}: {number[:20]!r} is no entry with number, name and type")
        remarks = _said(row.get("remarks")) + more.get(number, "")
        yield _entry(number, kind, row, remarks, countries[number], names[number])


def _entry(
    number: str, kind: str, row: dict[str, str], remarks: str, addresses: list[str], aliases: list[str]
) -> Entry:
    name = plain(row["name"])
    parts = [part.strip().removeprefix("alt. ").rstrip(".") for part in remarks.split(";")]
    places = [part.split(" ", 1)[1] for part in parts if part.startswith(("nationality ", "citizen "))]
    countries = [*map(alpha3, places), *addresses, alpha3(_said(row.get("vessel_flag")))]
    nicknames = [bare_name(found[1]) for part in parts if (found := _NICKNAME.match(part))]
    numbers = [
        f"{label}:{found[1].strip('.-/')}"
        for part in parts
        for pattern, label, of in _NUMBERS
        if kind == of and (found := pattern.match(part))
    ]
    strong = distinct(aliases, (name,))
    return Entry(
        number,
        kind,
        name,
        strong,
        distinct(nicknames, (name, *strong)),
        countries=distinct(countries),
        born=distinct(_born(part[4:]) for part in parts if part.startswith("DOB ")) if kind == "person" else (),
        programme=_said(row.get("program")).replace("] [", ", ").strip("[] "),
        identifiers=distinct(numbers),
    )


def _said(cell: str | None) -> str:
    """A cell's text; the publisher writes `-0-` for nothing."""
    text = (cell or "").strip()
    return "" if text == "-0-" else text


def _born(text: str) -> str:
    """`03 Sep 1962`, `Sep 1962`, `circa 1962`, `1960 to 1965` as ISO; empty where it is none of these."""
    ends = []
    for part in text.removeprefix("circa ").split(" to "):
        found = _DAY.fullmatch(part.strip().removeprefix("circa "))
        month = _MONTHS.get(found[2].lower()) if found and found[2] else None
        if found is None or (found[2] and month is None):
            return ""
        iso = found[3] + (f"-{month:02}" if month else "") + (f"-{int(found[1]):02}" if found[1] and month else "")
        ends.append(iso)
    return "/".join(ends)
