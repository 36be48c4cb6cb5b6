"""Lists of codes for the fields that hold one: out of the packs, for the day, in the reader's language.

Short lists stand in the page; long ones are searched at `/lists/NAME?q=…`, which also answers in JSON and works without script.
Goods codes are searched by the classifier.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from entrepot.channels.online import GRANTED, Voice
from entrepot.gateways.paper_values import INCOTERMS, currencies
from entrepot.kernel.law import Law, Row
from entrepot.kernel.text import Text
from entrepot.kernel.topics import ROLES
from entrepot.portal.classifying import Asked, classify
from entrepot.portal.desk import Desk
from entrepot.portal.entry.shapes import Option

INLINE, FOUND = 300, 20  # longer lists are searched; a search shows so many
LONGEST_QUERY = 200
TABLES: Mapping[str, tuple[str, str]] = {
    "country": ("CN/countries", "code"),
    "supervision_mode": ("CN/supervision_modes", "code"),
    "levy_nature": ("CN/levy_natures", "code"),
    "duty_mode": ("CN/duty_modes", "code"),
    "transport_mode": ("CN/transport_modes", "code"),
    "package_type": ("CN/package_types", "code"),
    "domestic_region": ("CN/domestic_regions", "code"),
    "customs_office": ("CN/customs_offices", "code"),
    "container_type": ("CN/container_types", "code"),
    "division": ("CN/divisions", "code"),
    "port": ("unlocode/places", "code"),
}
# The currencies and units that trade here goes in; all others are accepted too.
_MONEY = (
    "USD",
    "CNY",
    "EUR",
    "JPY",
    "KRW",
    "HKD",
    "GBP",
    "AUD",
    "SGD",
    "THB",
    "VND",
    "MYR",
    "IDR",
    "PHP",
    "NZD",
    "CAD",
    "CHF",
)
_UNITS = (
    Text("kg", "千克"), Text("t", "吨"), Text("piece", "件"), Text("set", "套"), Text("m", "米"), Text("m2", "平方米"),
    Text("m3", "立方米"), Text("l", "升"), Text("g", "克"), Text("pair", "双"),
)  # fmt: skip
SEARCHED = frozenset({*TABLES, "currency", "goods_code"})


def inline(law: Law, day: date, names: Iterable[str], language: str) -> list[tuple[str, tuple[Option, ...]]]:
    """The lists of a form that stand in its page, by name."""
    lists = ((name, options(law, day, name, language)) for name in names)
    return [(name, some if len(some) <= INLINE else ()) for name, some in lists]


def options(law: Law, day: date, name: str, language: str) -> tuple[Option, ...]:
    """All that is on a list, in its order; nothing where no pack has it."""
    if name in _FIXED:
        return tuple(Option(value, text.in_language(language)) for value, text in _FIXED[name]())
    if name not in TABLES:
        return ()
    table, key = TABLES[name]
    return tuple(Option(row.keys[key], _label(row, language)) for row in law.rows(table, day, {}) if _listed(name, row))


def search(desk: Desk, voice: Voice, name: str, words: str, language: str) -> tuple[Option, ...]:
    """What a list holds under some words: codes that begin with them first, then names that hold them all."""
    words = words.strip()[:LONGEST_QUERY]
    if not words:
        return options(desk.law, desk.today(), name, language)[:FOUND]
    if name == "goods_code":
        suggestion = classify(desk, voice, Asked(words)).suggestion
        found = suggestion.candidates if suggestion is not None else ()
        return tuple(Option(one.code, one.title.in_language(language)) for one in found[:FOUND])
    parts = words.casefold().split()
    both = zip(options(desk.law, desk.today(), name, "en"), options(desk.law, desk.today(), name, "zh"), strict=True)
    hits = []
    for one, other in both:
        held = f"{one.value} {one.label} {other.label}".casefold()
        if all(part in held for part in parts):
            hits.append((not one.value.casefold().startswith(parts[0]), one if language == "en" else other))
    return tuple(one for _, one in sorted(hits, key=lambda hit: hit[0])[:FOUND])


def _listed(name: str, row: Row) -> bool:
    return name != "customs_office" or row["level"] == "office"


def _label(row: Row, language: str) -> str:
    columns = ("name_zh", "name_en", "name", "type") if language == "zh" else ("name_en", "name", "name_zh", "type")
    for column in columns:
        if row.values.get(column):
            beside = f", {row['country']}" if column == "name" and "country" in row.values else ""
            return f"{row.values[column]}{beside}"
    return ""


def _money() -> Iterable[tuple[str, Text]]:
    rest = sorted(currencies() - set(_MONEY))
    return ((code, Text("", "")) for code in (*_MONEY, *rest))


_FIXED: Mapping[str, Callable[[], Iterable[tuple[str, Text]]]] = {
    "currency": _money,
    "incoterm": lambda: ((rule, Text("", "")) for rule in sorted(INCOTERMS)),
    "unit": lambda: ((text.en, text) for text in _UNITS),
    "role": lambda: ((role, ROLES[role]) for role in sorted(GRANTED)),
}
