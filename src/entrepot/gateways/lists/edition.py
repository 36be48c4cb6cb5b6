"""The pack form of a screening list, whoever publishes it: who is listed, by which names, since when.

What tells people apart is kept (names, countries, days of birth, a ship's IMO number, a company's registration); passport
and identity numbers, street addresses, e-mail addresses and telephone numbers are not, whatever the publisher prints.
"""

import csv
import gzip
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import msgspec
from msgspec import Struct

from entrepot.gateways.bounds import clean_text

MAX_FILE = 256 << 20
KINDS = ("person", "entity", "vessel", "aircraft")
COLUMNS = (
    "entry", "kind", "name", "aliases", "weak", "original", "countries", "born", "listed_on", "programme", "identifiers",
    "since", "until", "source", "evidence",
)  # fmt: skip
_VALUES = (
    'values = { kind = "text", name = "text", aliases = "list", weak = "list", original = "list", countries = "list", '
    'born = "list", listed_on = "date", programme = "text", identifiers = "list" }'
)
_REMOVED = re.compile(r"\[[^\]]*removed\]", re.IGNORECASE)
# What publishers write behind a name that is no name: births, papers and their numbers.
_NOTE = re.compile(
    r"[\s,;:(]*\b(?:born|date of|passport|identity|national id|linked to|d\.?o\.?b)\b.*", re.IGNORECASE | re.DOTALL
)
_NUMBERED = re.compile(r"[\s,(]*\w*\d{6,}.*", re.DOTALL)
_DATED = re.compile(r"(20\d\d)-?(0[1-9]|1[0-2])(?:-?(0[1-9]|[12]\d|3[01]))?(?!\d)")


class ListError(Exception):
    """A file that is no such list, with the reason."""


class Entry(Struct, frozen=True):
    """One listed person, firm, ship or aircraft. `aliases` are names as good as the first, `weak` ones the publisher itself
    doubts or nicknames; `original` names in their own script. `countries` alpha-3; `born` days, months or years
    (`1971`, `1950/1955`); `identifiers` as KIND:NUMBER (IMO, MMSI, USCC, LEI, BIC, REG, MSN, TAIL)."""

    entry: str
    kind: str
    name: str
    aliases: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    original: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    born: tuple[str, ...] = ()
    listed_on: date | None = None
    programme: str = ""
    identifiers: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None


class ListCard(Struct, frozen=True, forbid_unknown_fields=True):
    """The label of a list: `pack` is the folder it is written to. `effect` is what a likeness does here: `blocks` until a
    person decides, or `informs` a compliance officer only (the lists of other countries). An edition counts as current for
    `fresh_days` after the day it was published."""

    pack: str
    title: dict[str, str]
    publisher: str
    licence: str
    source: str
    effect: str = "informs"
    official: bool = False
    fresh_days: int = 14


def open_text(path: Path) -> io.TextIOBase:
    """A list file as text, packed by gzip or not; bounded, so that a small file cannot grow without end."""
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as stream:
            data = stream.read(MAX_FILE + 1)
    except (OSError, EOFError) as error:
        raise ListError(f"{path.name}: {error}") from error
    if len(data) > MAX_FILE:
        raise ListError(f"{path.name}: larger than {MAX_FILE >> 20} MiB")
    try:
        return io.StringIO(data.decode("utf-8-sig"), newline="")
    except UnicodeDecodeError:
        return io.StringIO(data.decode("latin-1"), newline="")  # older editions of the US lists


def records(path: Path, columns: Sequence[str]) -> Iterator[dict[str, str]]:
    """The records of a CSV by column name: by the file's own header where it has one, else by the publisher's order."""
    reader = csv.reader(open_text(path))
    names: Sequence[str] = ()
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells) or cells == ["\x1a"]:
                continue
            if not names:
                heads = [cell.strip().lower() for cell in cells]
                names = heads if columns[0] in heads else columns
                if names is heads:
                    continue
            yield {name: cell for name, cell in zip(names, cells, strict=False) if name}
    except csv.Error as error:
        raise ListError(f"{path.name} line {reader.line_num}: {error}") from error


def published_on(path: Path, given: date | None) -> date:
    """The day of an edition: as given, else as the file's name has it (2026-02-27; the first of a month where only that is said)."""
    if given is not None:
        return given
    found = _DATED.search(path.name)
    if found is None:
        raise ListError(f"{path.name}: the name has no date; say --published 2026-11-20")
    return date(int(found[1]), int(found[2]), int(found[3] or 1))


def plain(text: str | None) -> str:
    """A name as the pack keeps it: on one line, without the mark that parts a list, or what was taken out of it."""
    return clean_text(_REMOVED.sub("", text or "").replace("|", "/")).strip(" ;,")


def bare_name(text: str | None) -> str:
    """A person's name without notes on births and papers, which some lists write behind it."""
    return plain(_NUMBERED.sub("", _NOTE.sub("", plain(text))))


def distinct(texts: Iterable[str], besides: Iterable[str] = ()) -> tuple[str, ...]:
    """Texts in their order, each once, without those already said."""
    known = {text.casefold() for text in besides}
    return tuple([text for text in dict.fromkeys(texts) if text and text.casefold() not in known])


def write_list(
    packs: Path, card: ListCard, published: date, entries: Iterable[Entry], say: Callable[[str], None], today: date
) -> int:
    """Write the pack of one edition under `packs`; gives how many entries. Nothing is written where no entry was read."""
    rows = sorted(entries, key=lambda one: (len(one.entry), one.entry))
    if not rows:
        raise ListError(f"{card.pack}: no entry was read")
    if doubled := sorted({a.entry for a, b in pairwise(rows) if a.entry == b.entry}):
        raise ListError(f"{card.pack}: more than one entry by the number {doubled[0]}")
    place = packs / "standards" / card.pack
    place.mkdir(parents=True, exist_ok=True)
    evidence = "primary" if card.official else "secondary"
    with (place / "entries.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for one in rows:
            writer.writerow(
                [
                    one.entry, one.kind, one.name, *("|".join(many) for many in (one.aliases, one.weak, one.original)),
                    "|".join(one.countries), "|".join(one.born), one.listed_on or "", one.programme,
                    "|".join(one.identifiers), one.since or one.listed_on or published, one.until or "", "LIST", evidence,
                ]
            )  # fmt: skip
    with (place / "edition.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("list", "published", "entries", "since", "until", "source", "evidence"))
        writer.writerow((card.pack, published, len(rows), published, "", "LIST", evidence))
    (place / "pack.toml").write_text(_card_text(card, published, today), encoding="utf-8")
    say(f"{card.pack}: {len(rows):,} entries, edition of {published}")
    return len(rows)


def _card_text(card: ListCard, published: date, today: date) -> str:
    def quoted(text: str) -> str:
        return msgspec.json.encode(text).decode()

    return f"""title = {{ en = {quoted(card.title["en"])}, zh = {quoted(card.title["zh"])} }}
publisher = {quoted(card.publisher)}
official = {"true" if card.official else "false"}
licence = {quoted(card.licence)}
checked_on = {today}

# effect: what a likeness to an entry does: it blocks until a person decides, or informs only.
[traits]
screening = {quoted(card.effect)}
fresh_days = {card.fresh_days}

[sources]
"LIST" = {quoted(f"{card.source}, edition of {published}")}

# Who is listed. Where the publisher gives no day of listing, `since` is the day of the edition.
[tables.entries]
keys = ["entry"]
{_VALUES}

# known_through: after this day the edition is stale, and what was screened against it needs review.
[tables.edition]
keys = ["list"]
values = {{ published = "date", entries = "integer" }}
known_through = {published + timedelta(days=card.fresh_days)}
"""
