"""The Denied Persons List of the Bureau of Industry and Security. Each order runs from its day to its expiry, which become the
days of the row. Of the address the country alone is kept; several addresses of one order are one entry."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

from entrepot.gateways.lists.countries import alpha3
from entrepot.gateways.lists.edition import (
    Entry,
    ListCard,
    ListError,
    distinct,
    plain,
    published_on,
    records,
    write_list,
)

CARD = ListCard(
    "bis_denied",
    {"en": "United States: Denied Persons List (BIS)", "zh": "美国：被拒绝人员清单（BIS）"},
    "US Department of Commerce, Bureau of Industry and Security",
    "facts of a work of the United States government, carried over with publisher and edition cited",
    "US Department of Commerce, Bureau of Industry and Security, Denied Persons List",
)
_COLUMNS = ("name", "city", "state", "country", "effective_date", "expiration_date")
_FIRM = {
    "ltd", "llc", "inc", "corp", "company", "co", "gmbh", "group", "airlines", "trading", "aviation", "international", "sa",
    "technology", "technologies", "systems", "services", "supply", "freight", "limited", "corporation", "enterprises", "bv",
    "industries", "industrial", "logistics", "ag", "sal", "air", "electronics", "solutions", "fze", "lda", "invest", "srl",
}  # fmt: skip


def import_bis(file: Path, packs: Path, say: Callable[[str], None], today: date, published: date | None = None) -> int:
    """Write the pack of the list in the file. The file says no day of its own: it is given, or the last day in its rows."""
    try:
        day = published_on(file, published)
    except ListError:
        updates = [row.get("last_update", "") for row in records(file, _COLUMNS)]
        day = max((date.fromisoformat(text) for text in updates if text and text <= today.isoformat()), default=today)
    return write_list(packs, CARD, day, read_entries(file), say, today)


def read_entries(file: Path) -> Iterator[Entry]:
    """One entry for each name and order. The list numbers nobody: an entry is known by a digest of its name and its days."""
    countries: dict[tuple[str, date | None, date | None], list[str]] = {}
    for row in records(file, _COLUMNS):
        name = plain(row.get("name"))
        if not name or "effective_date" not in row:
            raise ListError(f"{file.name}: a row without a name and an effective date")
        key = (name, _day(row["effective_date"], file), _day(row.get("expiration_date", ""), file))
        countries.setdefault(key, []).append(alpha3(row.get("country", "").strip()))
    for (name, since, until), places in countries.items():
        number = sha256(f"{name}|{since}|{until}".encode()).hexdigest()[:10]
        if since is not None and until is not None and until < since:
            until = None  # a misprint of the publisher: the order stands until it is taken away
        kind = "entity" if _FIRM & set(name.lower().replace(".", "").replace(",", " ").split()) else "person"
        yield Entry(number, kind, name, countries=distinct(places), listed_on=since, since=since, until=until)


def _day(text: str, file: Path) -> date | None:
    if not text.strip():
        return None
    try:
        return datetime.strptime(text.strip(), "%m/%d/%Y").date()
    except ValueError as error:
        raise ListError(f"{file.name}: {text[:20]!r} is no day such as 06/19/2003") from error
