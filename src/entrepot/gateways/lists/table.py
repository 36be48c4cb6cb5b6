"""Any other list (the Ministry of Commerce's control and watch lists, unreliable entities, a bank's own): a card and a table.

The card is a TOML file with the fields of `ListCard` and `published`; the table a CSV with the columns of the pack form, of
which `entry`, `kind` and `name` must be filled in. Lists within a cell are parted by `|`.
"""

import tomllib
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from entrepot.gateways.lists.edition import (
    COLUMNS,
    KINDS,
    Entry,
    ListCard,
    ListError,
    distinct,
    plain,
    records,
    write_list,
)

_LISTS = ("aliases", "weak", "original", "countries", "born", "identifiers")
_DAYS = ("listed_on", "since", "until")


def import_table(
    card: Path, table: Path, packs: Path, say: Callable[[str], None], today: date, published: date | None = None
) -> int:
    """Write the pack of a list given as card and table."""
    try:
        data: dict[str, Any] = tomllib.loads(card.read_text(encoding="utf-8"))
        day = published or msgspec.convert(data.pop("published", None), date)
        data.pop("published", None)
        label = msgspec.convert(data, ListCard)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise ListError(f"{card.name}: {error}") from error
    if (
        label.effect not in ("blocks", "informs")
        or not label.pack.isidentifier()
        or not {"en", "zh"} <= label.title.keys()
    ):
        raise ListError(f"{card.name}: pack is a plain name, title has en and zh, effect is blocks or informs")
    return write_list(packs, label, day, read_entries(table), say, today)


def read_entries(file: Path) -> Iterator[Entry]:
    """The entries of the table; every fault with its row."""
    faults, found = [], []
    for number, row in enumerate(records(file, COLUMNS), 1):
        try:
            found.append(_entry(row))
        except ValueError as error:
            faults.append(f"{file.name} record {number}: {error}")
    if faults:
        raise ListError("\n".join(faults))
    yield from found


def _entry(row: dict[str, str]) -> Entry:
    entry, kind, name = (plain(row.get(column)) for column in ("entry", "kind", "name"))
    if not entry or not name or kind not in KINDS:
        raise ValueError(f"entry, name and kind ({', '.join(KINDS)}) must be filled in")
    many = {column: distinct(map(plain, row.get(column, "").split("|"))) for column in _LISTS}
    days = {column: date.fromisoformat(text) if (text := row.get(column, "").strip()) else None for column in _DAYS}
    fields: dict[str, Any] = {**many, **days, "programme": plain(row.get("programme"))}
    return Entry(entry, kind, name, **fields)
