"""The declaration elements of a line: what its heading asks for, in which order, and what of it follows from the facts."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from entrepot.kernel.case import Case
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.clearance import EarlierDeclaration
from entrepot.kernel.vocabulary.customs import Proof
from entrepot.kernel.vocabulary.decisions import Header
from entrepot.kernel.vocabulary.goods import GoodsLine
from entrepot.modules.declaration.rules.earlier import GOODS, RECENT, Before, agreed, as_in

SEPARATOR = "|"
BRAND_TYPE, EXPORT_BENEFIT, BRAND_NAME = "brand_type", "export_benefit", "brand_name"
NO_BRAND = "0"
_UNBRANDED = "无品牌"
_PERCENT = re.compile(r"(?<![\d.])(\d{1,3}(?:\.\d+)?) ?[%％]")
_UNILATERAL = frozenset({"LDC"})  # granted by China alone: goods of China have nothing of it


class Element(NamedTuple):
    """One element that a heading asks for; `kind` is choice, text, percent, cas or gtin."""

    code: str
    name: Text
    kind: str
    required: bool


class Template(NamedTuple):
    """The elements of a goods code in the order in which they are written. Where it is not `whole`, only what all goods
    state is on file."""

    elements: tuple[Element, ...]
    whole: bool


def template_of(case: Case, code: str, day: date) -> Template:
    """The template of a goods code; empty where there is no table at all."""
    rows = sorted(case.rows("CN/elements", day, hs=code), key=lambda row: int(row.keys["ordinal"]))
    elements = tuple(
        [Element(row["code"], Text(row["name_en"], row["name_zh"]), row["kind"], row["required"]) for row in rows]
    )
    return Template(elements, bool(rows) and rows[0].keys["hs"] != "")


def told_by_code(case: Case, code: str, day: date) -> Mapping[str, tuple[str, str]]:
    """What the goods code alone says of its elements, with the industry pack that says it."""
    found: dict[str, tuple[str, str]] = {}
    for card in case.packs("industries"):
        # What a shorter code says holds for all under it, beside what the longer one adds.
        for length in range(len(code), 3, -1):
            for row in case.rows(f"{card.name}/elements", day, code=code[:length]):
                found.setdefault(row.keys["element"], (row["value"], card.name))
    return found


def partners_of(case: Case, country: str, day: date) -> tuple[str, ...]:
    """The agreements between China and a country, as far as they are on file."""
    found = dict.fromkeys(row.keys["treatment"] for row in case.rows("CN/eligible", day, origin=country))
    rows = [row for name in found if (row := case.read("CN/treatments", day, treatment=name)) is not None]
    return tuple(
        dict.fromkeys(row["agreement"] for row in rows if row["preferential"] and row["agreement"] not in _UNILATERAL)
    )


class Filling:
    """The elements of one line being filled in. `derived` says of each code what its value follows from."""

    def __init__(
        self,
        case: Case,
        goods: GoodsLine,
        header: Header,
        template: Template,
        code: str,
        said: Mapping[str, str],
        proofs: Iterable[Proof],
        before: Before,
    ) -> None:
        self.case, self.goods, self.header, self.said = case, goods, header, said
        self.proofs, self.before, self.code = tuple(proofs), before, code
        self.template = template
        self.derived: dict[str, str] = {}

    def whole(self) -> tuple[str, ...]:
        """All elements in order: as said in whole; else one by one, with what is not known left empty; nothing where neither
        the heading's elements are on file nor anybody said one."""
        if self.goods.elements:
            return self.goods.elements
        if not self.template.whole:
            return self._as_before()
        values = {element.code: self._value(element) for element in self.template.elements}
        if BRAND_NAME in values and not values[BRAND_NAME] and values.get(BRAND_TYPE) == NO_BRAND:
            values[BRAND_NAME] = self._taken(BRAND_NAME, _UNBRANDED, "brand type 0")
        found = list(values.values())
        while found and not found[-1]:
            found.pop()
        return tuple(found)

    def _as_before(self) -> tuple[str, ...]:
        """Where the table does not know the heading: all of them as customs took them in the last times, if always alike."""
        before = agreed(self.before, "elements")
        if before is None:
            return ()
        elements: tuple[str, ...] = before[0]
        self.derived[""] = as_in(before[1], GOODS).en
        return elements

    def _value(self, element: Element) -> str:
        if element.code in self.said:
            return self.said[element.code]
        if element.code == EXPORT_BENEFIT:
            return self._export_benefit()
        if element.code == BRAND_NAME and self.goods.brand:
            return self._taken(element.code, self.goods.brand, "brand of the line")
        told = self.case.by_law(told_by_code, self.code, self.header.day).get(element.code)
        if told is not None:
            return self._taken(element.code, told[0], f"goods code {self.code}, pack {told[1]}")
        earlier = self._earlier(element.code)
        if earlier is not None:
            return self._taken(element.code, earlier[0], as_in(earlier[1], GOODS).en)
        if element.code == BRAND_TYPE and not self.goods.brand:
            return self._taken(element.code, NO_BRAND, "no brand is named")
        if element.kind == "percent":
            shares = dict.fromkeys(_PERCENT.findall(f"{self.goods.description_zh} {self.goods.description}"))
            if len(shares) == 1:
                return self._taken(element.code, f"{next(iter(shares))}%", "the only percentage in the description")
        return ""

    def _export_benefit(self) -> str:
        """Whether the goods will have a preferential duty where they go: by the proofs at hand on the day of declaration."""
        header = self.header
        if header.flow == "I":
            return self._taken(EXPORT_BENEFIT, "3", "import")
        if any(proof.issued_on <= header.day for proof in self.proofs):
            return self._taken(EXPORT_BENEFIT, "1", "a proof of origin is named")
        goal = header.final_country or header.destination
        if not goal:
            return ""
        agreements = self.case.by_law(partners_of, goal, header.day)
        if agreements:
            return self._taken(
                EXPORT_BENEFIT, "2", f"no proof of origin is named; with {goal} there is {', '.join(agreements)}"
            )
        return self._taken(EXPORT_BENEFIT, "0", f"no agreement with {goal} is on file")

    def _earlier(self, code: str) -> tuple[str, EarlierDeclaration] | None:
        """What the last declarations of the same goods under the same heading give, if always alike."""
        place = next(n for n, element in enumerate(self.template.elements) if element.code == code)
        found: dict[str, EarlierDeclaration] = {}
        for one, line in self.before[:RECENT]:
            same = line.hs10 == self.code or self.case.by_law(template_of, line.hs10, self.header.day) == self.template
            if same and place < len(line.elements) and line.elements[place]:
                found.setdefault(line.elements[place], one)
        return next(iter(found.items())) if len(found) == 1 else None

    def _taken(self, code: str, value: str, basis: str) -> str:
        self.derived[code] = basis
        return value


def missing(template: Template, elements: tuple[str, ...]) -> list[tuple[int, Element]]:
    """The required elements of a heading that a line does not give, with their place (from 1)."""
    return [
        (place, element)
        for place, element in enumerate(template.elements, 1)
        if element.required and not (place <= len(elements) and elements[place - 1].strip())
    ]
