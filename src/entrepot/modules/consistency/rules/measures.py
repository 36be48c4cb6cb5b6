"""How two values of one field are compared, by the measure its row names. Each gives a grade: the same, near, or different."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from entrepot.kernel.money import Price
from entrepot.modules.consistency.facts import DIFFER, NEAR, UNIT_OF, WRITTEN, Given, Grade, Spec
from entrepot.modules.consistency.rules.likeness import bare, name_grade, words_grade
from entrepot.modules.consistency.rules.papers import Papers

HUNDRED = Decimal(100)
_LOCODE = re.compile(r"[A-Z]{2}[A-Z2-9]{3}")
Measure = Callable[[Papers, Spec, Given, Given], Grade]


def grade(papers: Papers, spec: Spec, one: Given, other: Given) -> Grade:
    """How two values agree by the measure of their row; equal values are the same by any."""
    if one.value == other.value and spec.measure not in ("quantity", "price"):
        return WRITTEN
    return MEASURES[spec.measure](papers, spec, one, other)


def exact(papers: Papers, spec: Spec, one: Given, other: Given) -> Grade:
    return WRITTEN if one.value == other.value else DIFFER


def within(spec: Spec, one: Decimal, other: Decimal) -> Grade:
    """Whether two numbers lie within the tolerance of a row: a share of the larger or an amount, the wider counts."""
    if one == other:
        return WRITTEN
    apart = abs(one - other)
    return NEAR if apart * HUNDRED <= spec.percent * max(one, other) or apart <= spec.absolute else DIFFER


def number(papers: Papers, spec: Spec, one: Given, other: Given) -> Grade:
    return within(spec, one.value, other.value)


def prefix(papers: Papers, spec: Spec, one: Given, other: Given) -> Grade:
    """Codes of 6, 8 or 10 digits: the longer begins with the shorter."""
    first, second = (re.sub(r"\D", "", given.value) for given in (one, other))
    return WRITTEN if first and second and (first.startswith(second) or second.startswith(first)) else DIFFER


def code(papers: Papers, spec: Spec, one: Given, other: Given) -> Grade:
    """Codes and numbers of papers: letters and digits alone count, and words that mean the same."""
    meanings = papers.words(spec.list)
    first, second = (_meant(given.value, meanings, spec.drop) for given in (one, other))
    return WRITTEN if first & second else DIFFER


def _meant(text: str, meanings: Any, drop: Iterable[str]) -> frozenset[str]:
    bared = unicodedata.normalize("NFKC", text).strip()
    known = meanings.get(bared.casefold())
    if known:
        return frozenset(known)
    plain = "".join(letter for letter in bared.upper() if letter.isalnum())
    for head in drop:
        rest = plain.removeprefix(head)
        if rest != plain and rest[:1].isdigit():
            return frozenset((rest,))
    return frozenset((plain,))


def several(papers: Papers, spec: Spec, one: Given, other: Given) -> Grade:
    """Sets of codes: the same ones in any order, however they are spaced."""
    first, second = ({"".join(c for c in str(i).upper() if c.isalnum()) for i in given.value} for given in (one, other))
    return WRITTEN if first == second else DIFFER


def name(papers: Papers, spec: Spec, one: Given, other: Given) -> Grade:
    """Names of a party or a ship; an order bill names nobody."""
    if any(bare(given.value).startswith(tuple(papers.words("order"))) for given in (one, other)):
        return NEAR
    return name_grade(one.value, other.value, papers.words(spec.list or "legal"), spec.alike)


def words(papers: Papers, spec: Spec, one: Given, other: Given) -> Grade:
    return words_grade(one.value, other.value, _bared(papers, spec), spec.alike)


def _bared(papers: Papers, spec: Spec) -> dict[str, tuple[str, ...]]:
    return {bare(word): means for word, means in papers.words(spec.list).items()}


def place(papers: Papers, spec: Spec, one: Given, other: Given) -> Grade:
    """Places by UN/LOCODE or name: a code and its name are the same; two codes of one name are near."""
    texts = [unicodedata.normalize("NFKC", given.value).strip() for given in (one, other)]
    codes = [text.replace(" ", "").upper() for text in texts]
    rows = [
        papers.case.read("unlocode/places", papers.day, code=said) if _LOCODE.fullmatch(said) else None
        for said in codes
    ]
    if codes[0] == codes[1]:
        return WRITTEN
    names = [
        [text] if row is None else [row["name"], *(row["other_names"] or ())]
        for text, row in zip(texts, rows, strict=True)
    ]
    alike = any(_same_place(first, second) for first in names[0] for second in names[1])
    if rows[0] is None and rows[1] is None:
        return words_grade(texts[0], texts[1], {}, spec.alike)
    if not alike:
        return DIFFER
    return NEAR if None not in rows else WRITTEN


def _same_place(one: str, other: str) -> bool:
    fewer, more = sorted((set(bare(one).split()), set(bare(other).split())), key=len)
    return bool(fewer) and fewer <= more


def country(papers: Papers, spec: Spec, one: Given, other: Given) -> Grade:
    """Countries by their codes of two or three letters."""
    first, second = (_alpha3(papers, given.value.strip().upper()) for given in (one, other))
    return WRITTEN if first == second else DIFFER


def _alpha3(papers: Papers, said: str) -> str:
    if len(said) == 3:
        return said
    found = papers.case.rows("CN/countries", papers.day) if papers.case.knows("CN/countries") else ()
    return next(
        (row.keys["code"] for row in found if said in (row["alpha2"], row["name_en"].upper(), row["name_zh"])), said
    )


def unit_code(papers: Papers, word: str) -> str:
    """The customs code of a unit in words or as its code; the word itself where it is not known."""
    said = word.strip().upper()
    row = papers.case.read("units/words", papers.day, word=said)
    return said if row is None else str(row["code"])


def factor(papers: Papers, unit: str, other: str) -> Decimal | None:
    """How many of `other` one `unit` is; None where they do not measure the same. Counted things are never converted."""
    asked = (unit, other)
    if asked not in papers.factors:
        papers.factors[asked] = _factor(papers, unit, other)
    return papers.factors[asked]


def _factor(papers: Papers, unit: str, other: str) -> Decimal | None:
    first, second = unit_code(papers, unit), unit_code(papers, other)
    if first == second:
        return Decimal(1)
    rows = [papers.case.read("units/units", papers.day, code=said) for said in (first, second)]
    if rows[0] is None or rows[1] is None or not rows[0]["factor"] or not rows[1]["factor"]:
        return None
    if rows[0]["kind"] == "count" or (rows[0]["kind"], rows[0]["base"]) != (rows[1]["kind"], rows[1]["base"]):
        return None
    share: Decimal = rows[0]["factor"] / rows[1]["factor"]
    return share


def unit(papers: Papers, spec: Spec, one: Given, other: Given) -> Grade:
    """Units by their code; units of one kind are the same where the quantities in them are."""
    if unit_code(papers, one.value) == unit_code(papers, other.value):
        return WRITTEN
    quantity_field = next(field for field, unit in UNIT_OF.items() if unit == one.field)
    first, second = getattr(one.whole, quantity_field, None), getattr(other.whole, quantity_field, None)
    if first is None or second is None:
        return WRITTEN if factor(papers, one.value, other.value) is not None else DIFFER
    return amounts(papers, spec, (first, one.value), (second, other.value))


def quantity(papers: Papers, spec: Spec, one: Given, other: Given) -> Grade:
    """Quantities in their units: 24 t are 24000 kg."""
    units = [getattr(given.whole, UNIT_OF.get(one.field, "unit")) for given in (one, other)]
    return amounts(papers, spec, (one.value, units[0]), (other.value, units[1]))


def amounts(papers: Papers, spec: Spec, one: tuple[Decimal, str], other: tuple[Decimal, str]) -> Grade:
    """Two quantities, each with its unit; where one is not said, the other's is meant."""
    share = factor(papers, one[1], other[1]) if one[1] and other[1] else Decimal(1)
    if share is None:
        return DIFFER
    first, second = one[0] * share, other[0]
    found = within(spec, first, second)
    if found == DIFFER and share != 1 and abs(first - second) <= max(_half(one[0]) * share, _half(other[0])):
        return NEAR  # rounded in the coarser unit
    return found


def _half(value: Decimal) -> Decimal:
    """Half of the last place that a number is written with."""
    exponent = value.as_tuple().exponent
    return Decimal(5).scaleb(exponent - 1) if isinstance(exponent, int) else Decimal(0)


def price(papers: Papers, spec: Spec, one: Given, other: Given) -> Grade:
    """Unit prices: USD 515 a tonne are USD 0.515 a kilogram. Whose unit is not said means the unit of its line."""
    first, second = one.value, other.value
    if first.currency != second.currency:
        return DIFFER
    units = [_priced(given.value, given.whole) for given in (one, other)]
    share = factor(papers, units[0], units[1]) if units[0] and units[1] else Decimal(1)
    if share is None:
        return DIFFER
    return WRITTEN if first.amount * second.per == second.amount * first.per * share else DIFFER


def _priced(price: Price, whole: Any) -> str:
    return price.unit or getattr(whole, "unit", "")


MEASURES: dict[str, Measure] = {
    "exact": exact, "number": number, "prefix": prefix, "code": code, "set": several, "name": name, "words": words,
    "place": place, "country": country, "unit": unit, "quantity": quantity, "price": price,
}  # fmt: skip
