"""The rate texts of the Harmonized Tariff Schedule of the United States, read into duty expressions.

A cell of the general column or of column 2 is one rate; a cell of the special column is a list of rates, each with the
symbols of the programmes that it is open to: ``Free (A+,AU,BH) 2.5% (JO) See 9913.02.05 (MA)``.

What is read: ``Free``; per cents; amounts in cents or dollars for a unit of the goods; and sums of these. An amount for
what goods contain or weigh in a certain state (lead content, drained weight, proof litres) is read too: it is charged on a
quantity of its own (`leadkg`, `drainedkg`, `pfl`), which has to be told. What is not read is kept as text with the reason:
rates on parts valued apart, rates of another line, references to notes and to chapters 98 and 99, the sugar scale, and
fractions of a per cent without decimal form. Nothing is guessed.
"""

import re
from decimal import Decimal
from typing import NamedTuple

from entrepot.kernel.rates import MalformedDuty, parse_duty, write_duty

CURRENCY = "USD"
# Unit as printed -> (unit of the duty, how many of it).
_UNITS = {
    "kg": ("kg", 1),
    "t": ("kg", 1000),
    "g": ("g", 1),
    "liter": ("l", 1),
    "pf. liter": ("pfl", 1),
    "pf. liter on ethyl alcohol content": ("pfl", 1),
    "bbl": ("bbl", 1),
    "m": ("m", 1),
    "lin. m": ("m", 1),
    "m2": ("m2", 1),
    "m3": ("m3", 1),
    "m2 of recording surface": ("recordingm2", 1),
    "each": ("no", 1),
    "article": ("no", 1),
    "head": ("no", 1),
    "doz.": ("no", 12),
    "gross": ("no", 144),
    "1000": ("no", 1000),
    "1000 pins": ("no", 1000),
    "thousand": ("no", 1000),
    "pr.": ("pair", 1),
    "pack": ("pack", 1),
    "jewel": ("jewel", 1),
    "line/gross": ("linegross", 1),
    "gross of immediate containers": ("container", 144),
    "clean kg": ("cleankg", 1),
    "kg on drained weight": ("drainedkg", 1),
    "kg on contents and container": ("packedkg", 1),
    "kg on entire contents of container": ("contentkg", 1),
    "kg, including weight of container": ("packedkg", 1),
    "t, including weight of container": ("packedkg", 1000),
    "kg of total sugars": ("sugarkg", 1),
    "kg of anhydrous morphine content": ("morphinekg", 1),
    **{
        f"kg on {metal} content": (f"{metal[:10]}kg", 1)
        for metal in ("copper", "lead", "magnesium", "manganese", "molybdenum", "silicon", "tungsten", "zinc")
    },
}
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)%(?: on the entire set)?")
_AMOUNT = re.compile(r"(?:\$(\d+(?:\.\d+)?)|(\d+(?:\.\d+)?)¢)(?:/| (?=each$))(.+)")
_TAGS = re.compile(r"<sup[^>]*>\s*(\d)\s*</sup>|<[^>]*>")
_SEGMENT = re.compile(r"\s*([^()]*?)\s*\(\s*([^()]*?)\s*\)")
_SYMBOL = re.compile(r"[A-Z]{1,2}[*+]?")
_REASONS = (
    ("refers to a note or to another provision", re.compile(r"(?i)\bsee\b")),
    ("is the rate of another line", re.compile(r"(?i)the (?:rate|duty)\b|duty provided")),
    ("falls on parts that are valued apart", re.compile(r"\bon the\b|\bon case\b|other piece")),
    ("follows the polarity of sugar", re.compile(r"degree")),
    ("a fraction of a per cent without decimal form", re.compile(r"\d \d+/\d+%")),
)


class Read(NamedTuple):
    """One rate: the programme's symbol (empty in the general column and column 2), the duty in our grammar, or else the
    text with the reason why it was not read."""

    symbol: str
    duty: str
    text: str
    reason: str


def plain(text: str) -> str:
    """A cell without markup: raised figures become figures, blanks are collapsed, hyphens of broken lines go."""
    text = _TAGS.sub(lambda tag: tag[1] or "", text)
    text = re.sub(r"(?<=[a-z])- (?=[a-z])", "", " ".join(text.split()))
    return re.sub(r"(?<=\d),(?=\d{3}\b)", "", text)


def read_rate(text: str) -> str | None:
    """One printed rate as a duty, or None where it cannot be read safely."""
    flat = plain(text)
    if flat == "Free":
        return "free"
    terms = [_term(part.strip()) for part in flat.split("+")]
    if not all(terms):
        return None
    try:
        return write_duty(parse_duty(" + ".join(term for term in terms if term)))
    except MalformedDuty:
        return None


def _term(text: str) -> str | None:
    if percent := _PERCENT.fullmatch(text):
        return f"{percent[1]}%"
    amount = _AMOUNT.fullmatch(text)
    if amount is None:
        return None
    named = re.sub(r"\s*/\s*", "/", re.sub(r"\bpf\.\s*", "pf. ", amount[3].strip()))
    unit = _UNITS.get(named)
    if unit is None:
        return None
    name, many = unit
    dollars = Decimal(amount[1]) if amount[1] else Decimal(amount[2]).scaleb(-2)
    return f"{CURRENCY} {dollars:f}/{name}" if many == 1 else f"{CURRENCY} {dollars:f}/{many} {name}"


def read_cell(text: str) -> Read:
    """A cell of the general column or of column 2."""
    duty = read_rate(text)
    return Read("", duty, "", "") if duty is not None else Read("", "", plain(text), _reason(text))


def read_special(text: str) -> tuple[Read, ...]:
    """A cell of the special column: one rate for each symbol, in the order printed.

    A symbol printed twice with one rate counts once; with two rates neither is believed, and both stand as text. A list that
    is not a list of symbols leaves its whole cell unread: it is kept under the empty symbol.
    """
    flat = plain(text)
    reads: dict[str, Read] = {}
    at = 0
    while at < len(flat):
        segment = _SEGMENT.match(flat, at)
        symbols = _symbols(segment[2]) if segment else None
        if segment is None or not symbols or not segment[1]:
            return (Read("", "", flat, "a list of programmes that is not one"),)
        at = segment.end()
        rate = read_cell(segment[1])
        for symbol in symbols:
            own = rate._replace(symbol=symbol)
            if reads.setdefault(symbol, own) != own:
                both = "; ".join(one.duty or one.text for one in (reads[symbol], own))
                reads[symbol] = Read(symbol, "", both, "two rates for one programme")
    return tuple(reads.values())


def _symbols(text: str) -> tuple[str, ...] | None:
    """The symbols of a list; slips of the print that leave no doubt (two commas, a point for a blank, a blank for a comma)
    are passed over."""
    symbols = tuple(text.replace(",", " ").replace(".", " ").split())
    return symbols if symbols and all(_SYMBOL.fullmatch(one) for one in symbols) else None


def _reason(text: str) -> str:
    flat = plain(text)
    return next((reason for reason, pattern in _REASONS if pattern.search(flat)), "a form that is not known")
