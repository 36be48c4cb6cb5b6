"""The consolidated list of the United Nations Security Council, from its XML.

Documents, addresses and comments are passed over but for the countries, and the IMO number where a comment names a ship's.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from lxml import etree

from entrepot.gateways.bounds import check_xml
from entrepot.gateways.lists.countries import alpha3
from entrepot.gateways.lists.edition import (
    Entry,
    ListCard,
    ListError,
    bare_name,
    distinct,
    open_text,
    plain,
    published_on,
    write_list,
)

CARD = ListCard(
    "un_consolidated",
    {"en": "United Nations Security Council consolidated list", "zh": "联合国安理会综合制裁名单"},
    "United Nations Security Council",
    "facts of the list as published, carried over with publisher and edition cited",
    "United Nations Security Council, consolidated list",
    effect="blocks",
)
_KINDS = {"INDIVIDUAL": "person", "ENTITY": "entity"}
_NAMES = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")
_IMO = re.compile(r"IMO(?: number)?:? ?(\d{7})", re.IGNORECASE)


def import_un(file: Path, packs: Path, say: Callable[[str], None], today: date, published: date | None = None) -> int:
    """Write the pack of the list in the file; the day of the edition is the one the file itself gives."""
    root = _root(file)
    generated = root.get("dateGenerated", "")[:10]
    try:
        day = published or date.fromisoformat(generated)
    except ValueError:
        day = published_on(file, None)
    return write_list(packs, CARD, day, read_entries(root), say, today)


def _root(file: Path) -> etree._Element:
    data = open_text(file).read().encode()
    check_xml(data)
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except etree.XMLSyntaxError as error:
        raise ListError(f"{file.name}: {error}") from error
    if root.tag != "CONSOLIDATED_LIST":
        raise ListError(f"{file.name}: the root is {str(root.tag)[:40]}, not CONSOLIDATED_LIST")
    return root


def read_entries(root: etree._Element) -> Iterator[Entry]:
    """The persons and entities of the list, by their permanent reference numbers."""
    seen: set[str] = set()
    for tag, kind in _KINDS.items():
        for one in root.iter(tag):
            number = _text(one, "REFERENCE_NUMBER") or _text(one, "DATAID")
            name = " ".join(filter(None, (_text(one, part) for part in _NAMES)))
            if not number or not name:
                raise ListError(f"entry {_text(one, 'DATAID') or '?'} has no number or no name")
            if number in seen:  # one reference used twice by the publisher: both stand
                number = f"{number}/{_text(one, 'DATAID')}"
            seen.add(number)
            yield _entry(one, tag, kind, number, name)


def _entry(one: etree._Element, tag: str, kind: str, number: str, name: str) -> Entry:
    strong: list[str] = []
    weak: list[str] = []
    for alias in one.iterfind(f"{tag}_ALIAS"):
        (weak if _text(alias, "QUALITY") == "Low" else strong).extend(_several(_text(alias, "ALIAS_NAME")))
    countries = [
        alpha3(plain(place.text))
        for path in ("NATIONALITY/VALUE", f"{tag}_ADDRESS/COUNTRY", "INDIVIDUAL_PLACE_OF_BIRTH/COUNTRY")
        for place in one.iterfind(path)
    ]
    aliases = distinct(strong, (name,))
    listed = _text(one, "LISTED_ON")[:10]
    ships = _IMO.findall(_text(one, "COMMENTS1")) if kind == "entity" else []
    return Entry(
        number,
        kind,
        name,
        aliases,
        distinct(weak, (name, *aliases)),
        distinct(plain(found.text) for found in one.iterfind("NAME_ORIGINAL_SCRIPT")),
        distinct(countries),
        distinct(_born(found) for found in one.iterfind("INDIVIDUAL_DATE_OF_BIRTH")),
        date.fromisoformat(listed) if listed else None,
        _text(one, "UN_LIST_TYPE"),
        distinct(f"IMO:{ship}" for ship in ships),
    )


def _text(one: etree._Element, tag: str) -> str:
    return plain(one.findtext(tag))


def _several(text: str) -> list[str]:
    """An alias field; some hold several names, parted by semicolons."""
    return [bare_name(part) for part in text.split(";")]


def _born(found: etree._Element) -> str:
    if day := _text(found, "DATE"):
        return day[:10]
    years = [_text(found, tag) for tag in ("YEAR", "FROM_YEAR", "TO_YEAR")]
    return "/".join(filter(None, years))
