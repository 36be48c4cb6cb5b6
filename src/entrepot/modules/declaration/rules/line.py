"""A line of the declaration, drafted from the facts: units, quantities, price, origin, papers that go with it."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar

from entrepot.kernel.case import Case
from entrepot.kernel.editions import Moved, edition_on, moved
from entrepot.kernel.money import Money, Price, money
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.clearance import ELEMENTS, EarlierDeclaration
from entrepot.kernel.vocabulary.customs import Proof
from entrepot.kernel.vocabulary.decisions import GoodsTraits, Header, LineDraft
from entrepot.kernel.vocabulary.goods import GoodsLine
from entrepot.kernel.vocabulary.trade import Container
from entrepot.modules.declaration.rules.earlier import GOODS, Before, agreed, as_in
from entrepot.modules.declaration.rules.elements import SEPARATOR, Filling, template_of
from entrepot.modules.declaration.rules.law import KG, factor_between, unit_of
from entrepot.modules.declaration.rules.rule import NotOnFile

NET = Text("net weight of the line", "商品项净重")
FIRST = Text("first statutory quantity", "法定第一数量")
SECOND = Text("second statutory quantity", "法定第二数量")
TOTAL = Text("line total", "商品总价")
UNIT_PRICE = Text("unit price", "单价")
FULL_CODE = 10
_PRICE_STEP = Decimal("0.0001")
T = TypeVar("T")


def lacking(goods: GoodsLine) -> bool:
    """Whether a line leaves open what the enterprise's earlier lines of the same goods may give."""
    return len(goods.hs) < FULL_CODE or not (goods.origin and goods.elements and goods.description_zh)


class LineDrafting:
    """One line being drafted. `derived` notes for each field that was not said what it follows from."""

    def __init__(self, case: Case, key: str, goods: GoodsLine, header: Header, before: Before = ()) -> None:
        self.case, self.key, self.goods, self.header, self.day = case, key, goods, header, header.day
        self.before, self.derived = before, dict[str, str]()
        self.unit = self._code(goods.unit)
        self.hs10 = self._code_of_goods()
        self.template = case.by_law(template_of, self.hs10, self.day)

    def draft(
        self,
        traits: GoodsTraits | None,
        proofs: Mapping[str, Proof],
        containers: Mapping[str, Container],
    ) -> LineDraft:
        """The line as far as the facts carry it; what they do not give stays empty."""
        goods, header = self.goods, self.header
        net_kg = self._net_kg()
        units = self.case.read("CN/tariff_units", self.day, hs=self.hs10)
        unit1, unit2 = (units["unit1"], units["unit2"]) if units is not None else self._stated_units()
        un_number = goods.un_number
        if not un_number and traits is not None and traits.un_number:
            un_number = self._note("un_number", traits.un_number, f"product {traits.product.en}")
        proof = next(iter(proofs), "")
        if header.final_country and not goods.final_country:
            self._note("final_country", header.final_country, "head of the declaration")
        elements = self._elements(proofs)
        return LineDraft(
            no=int(self.key) if self.key.isdigit() and len(self.key) < 7 else 0,
            hs10=self.hs10,
            name=self._name(),
            spec=SEPARATOR.join(elements),
            deal_qty=goods.quantity,
            deal_unit=self.unit or goods.unit,
            unit_price=self._price(),
            total=self._total(),
            qty1=self._stated(goods.quantity1, goods.unit1, unit1) or self._statutory("qty1", FIRST, unit1, net_kg),
            unit1=unit1,
            qty2=self._stated(goods.quantity2, goods.unit2, unit2) or self._statutory("qty2", SECOND, unit2, net_kg),
            unit2=unit2,
            net_kg=net_kg,
            origin_country=self._before("origin", "origin_country", goods.origin),
            final_country=goods.final_country or header.final_country,
            domestic_region=header.domestic_region,
            admin_region=header.admin_region,
            duty_mode=header.duty_mode,
            agreement=proofs[proof].agreement if proof else "",
            certificate=proof,
            dangerous=goods.dangerous,
            un_number=un_number,
            elements=elements,
            containers=self._containers(containers),
            ciq=self._before("ciq", "ciq", goods.ciq),
            purpose=goods.purpose,
            attributes=self._before("attributes", "attributes", goods.attributes),
            gross_kg=goods.gross_kg,
            packages=goods.packages,
            package_type=goods.package_type,
            marks=goods.marks,
            statistical_value=goods.statistical_value,
        )

    def _code_of_goods(self) -> str:
        """As said; else, or where fewer digits are, the code under which customs took in exactly these goods the last times -
        if the six digits still are what they were."""
        said = self.goods.hs
        found = agreed(self.before, "hs10") if len(said) < FULL_CODE else None
        if found is None or not self._stands(*found):
            return said
        return self._note("hs10", str(found[0]), as_in(found[1], GOODS).en)

    def _stands(self, code: str, one: EarlierDeclaration) -> bool:
        then, now = edition_on(one.accepted_on), edition_on(self.day)
        if then == now:
            return True
        went = moved(self.case, code, then, now, self.day)
        return isinstance(went, Moved) and went.codes == (code[:6],)

    def _name(self) -> str:
        """The Chinese name, else that under which customs took in these goods; failing both, what the papers call them."""
        goods = self.goods
        found = agreed(self.before, "name") if not goods.description_zh else None
        if found is None or found[0] == goods.description:
            return goods.description_zh or goods.description
        return self._note("name", str(found[0]), as_in(found[1], GOODS).en)

    def _before(self, of: str, field: str, said: T) -> T:
        """A field as said, else as on the enterprise's earlier lines of these goods."""
        found = agreed(self.before, of) if not said else None
        if found is None:
            return said
        self._note(field, "", as_in(found[1], GOODS).en)
        value: T = found[0]
        return value

    def _elements(self, proofs: Mapping[str, Proof]) -> tuple[str, ...]:
        said = self.case.at(ELEMENTS, self.key)
        filling = Filling(
            self.case,
            self.goods,
            self.header,
            self.template,
            self.hs10,
            said.values if said is not None else {},
            proofs.values(),
            self.before,
        )
        elements = filling.whole()
        for code, basis in filling.derived.items():
            self._note(f"elements/{code}" if code else "elements", "", basis)
        return elements

    def price_per_unit(self, price: Price) -> Decimal | None:
        """A price for one of the traded unit: USD 515 a tonne is USD 0.515 a kilogram; None where units do not compare."""
        each = price.amount / price.per if price.per != 1 else price.amount
        if not price.unit or price.unit == self.goods.unit:
            return each
        factor = self._factor(self.unit, self._code(price.unit))
        return None if factor is None else each * factor

    def _note(self, field: str, value: str, basis: str) -> str:
        self.derived[f"line/{self.key}.{field}"] = basis
        return value

    def _code(self, word: str) -> str | None:
        if not word:
            return None
        try:
            return unit_of(self.case, self.day, word)
        except NotOnFile:
            return None

    def _factor(self, unit: str | None, other: str | None) -> Decimal | None:
        if unit is None or other is None:
            return None
        try:
            return factor_between(self.case, self.day, unit, other)
        except NotOnFile:
            return None

    def _net_kg(self) -> Decimal | None:
        """As said; else from a quantity that is itself a weight; never a share of some total."""
        goods = self.goods
        if goods.net_kg is not None or goods.quantity is None:
            return goods.net_kg
        factor = self._factor(self.unit, KG)
        if factor is None:
            return None
        net_kg = goods.quantity * factor
        self.case.step(NET, "quantity × kg per unit", net_kg, quantity=goods.quantity, factor=factor)
        self._note("net_kg", "", f"quantity in {goods.unit}")
        return net_kg

    def _stated_units(self) -> tuple[str, str]:
        """The units that a paper gives statutory quantities in, where the tariff's are not on file."""
        return self._code(self.goods.unit1) or "", self._code(self.goods.unit2) or ""

    def _stated(self, quantity: Decimal | None, word: str, unit: str) -> Decimal | None:
        """A statutory quantity as a paper gives it, in the unit that the tariff asks for."""
        factor = self._factor(self._code(word) if word else unit, unit or None) if quantity is not None else None
        return None if factor is None or quantity is None else quantity * factor

    def _statutory(self, field: str, name: Text, unit: str, net_kg: Decimal | None) -> Decimal | None:
        """The quantity in a unit the tariff asks for: the net weight where that is kg, else the traded quantity converted."""
        if unit == KG and net_kg is not None:
            self.case.step(name, "net weight in kg", net_kg, net_kg=net_kg)
            self._note(field, "", "net weight in kg")
            return net_kg
        if not unit or self.goods.quantity is None or (factor := self._factor(self.unit, unit)) is None:
            return None
        value = self.goods.quantity * factor
        self.case.step(name, f"quantity × {unit} per unit", value, quantity=self.goods.quantity, factor=factor)
        self._note(field, "", f"quantity in {self.goods.unit}")
        return value

    def _total(self) -> Money | None:
        """As said; else quantity times price."""
        goods = self.goods
        if goods.amount is not None or goods.price is None or goods.quantity is None:
            return goods.amount
        each = self.price_per_unit(goods.price)
        if each is None:
            return None
        exact = goods.quantity * each
        total = money(exact, goods.price.currency)
        self.case.step(TOTAL, "quantity × price", total, exact, quantity=goods.quantity, price=goods.price)
        self._note("total", "", "quantity × price")
        return total

    def _price(self) -> Price | None:
        """As said; else total divided by quantity, to the four places of the form."""
        goods = self.goods
        if goods.price is not None or goods.amount is None or not goods.quantity:
            return goods.price
        exact = goods.amount.amount / goods.quantity
        price = Price(exact.quantize(_PRICE_STEP, ROUND_HALF_UP), goods.amount.currency, goods.unit)
        self.case.step(UNIT_PRICE, "total ÷ quantity", price, exact, total=goods.amount, quantity=goods.quantity)
        self._note("unit_price", "", "total ÷ quantity")
        return price

    def _containers(self, containers: Mapping[str, Container]) -> tuple[str, ...]:
        """The containers that hold the line; a shipment's one container holds every line without saying so."""
        if len(containers) == 1:
            ((number, container),) = containers.items()
            if not container.lines:
                self._note("containers", "", "the only container")
                return (number,)
        return tuple(number for number, container in containers.items() if self.key in container.lines)
