"""What a good was made of: what cannot stand, which materials originate, and what each counts for.

Materials are named by their number in the bill, and nothing of them goes into the decision, which the buyer reads.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Protocol

from entrepot.kernel.money import Money
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.vocabulary.customs import Proof
from entrepot.kernel.vocabulary.goods import BillOfMaterials, GoodsLine, Material
from entrepot.modules.origin.facts import Counted, Making
from entrepot.modules.origin.rules.intermediate import Rolled, parts_faults, rolled

NOT_COUNTED = ("transport_packing", "indirect")
_ZERO = Decimal(0)
_NOT_LOOKED_AT = Text("not looked at", "不予考虑")
_NOT_SAID = Text("not said to originate", "未声明为原产")
_LOCAL = Text("originates where the good is made", "产于货物生产方")


def digits(code: str) -> str:
    """A goods code without its points and blanks."""
    return code.replace(".", "").replace(" ", "")


def line_faults(key: str, line: GoodsLine) -> tuple[Problem, ...]:
    """Everything in the line that no rule can work with."""
    code = digits(line.hs)
    if not code or (code.isascii() and code.isdigit() and 6 <= len(code) <= 13 and len(code) != 7):
        return ()
    return (
        _fault(
            "OR01",
            f"goods.line/{key}.hs",
            Text(f"{line.hs!r} is no goods code", f"{line.hs!r} 不是商品编码"),
            Text("give 6, 8 or 10 digits", "请填写6位、8位或10位数字"),
        ),
    )


def bill_faults(key: str, bom: BillOfMaterials, fob: Money | None) -> tuple[Problem, ...]:
    """Everything in the bill of materials that no rule can work with."""
    place = f"goods.bom/{key}"
    found = [
        *_material_faults(place, bom.materials),
        *parts_faults(place, bom.materials),
        *_price_faults(place, bom, fob),
    ]
    for name in ("labour", "overhead", "other_cost"):
        cost: Money | None = getattr(bom, name)
        if cost is not None and cost.minor < 0:
            found.append(
                _fault(
                    "OR03",
                    f"{place}.{name}",
                    Text(f"{name} is below zero", f"{name} 为负数"),
                    Text("give the cost of the whole line", "请填写整项商品的该项成本"),
                )
            )
    return tuple(found)


def _price_faults(place: str, bom: BillOfMaterials, fob: Money | None) -> Iterator[Problem]:
    gate = bom.ex_works
    if fob is not None and fob.minor <= 0:
        yield _fault(
            "OR02",
            f"{place}.fob",
            Text("the FOB value is not above zero", "离岸价须大于零"),
            Text("give the FOB value of the whole line", "请填写整项商品的离岸价"),
        )
    if gate is not None and gate.minor <= 0:
        yield _fault(
            "OR08",
            f"{place}.ex_works",
            Text("the ex-works price is not above zero", "出厂价须大于零"),
            Text("give the price at the factory gate of the whole line", "请填写整项商品的出厂价"),
        )
    elif gate is not None and fob is not None and gate.currency == fob.currency and gate.minor > fob.minor:
        yield _fault(
            "OR09",
            f"{place}.ex_works",
            Text("the ex-works price is above the FOB value, which contains it", "出厂价高于离岸价"),
            Text("correct one of them", "请更正其中之一"),
        )


def _material_faults(place: str, materials: Iterable[Material]) -> Iterator[Problem]:
    for number, material in enumerate(materials, 1):
        where = f"{place}.materials/{number}"
        code = digits(material.hs)
        # An odd length is a code that lost its first nought, or part of another.
        if code and not (code.isascii() and code.isdigit() and 2 <= len(code) <= 13 and len(code) not in (3, 5, 7)):
            yield _fault(
                "OR04",
                f"{where}.hs",
                Text("this is no goods code", "不是商品编码"),
                Text("give the material's HS code in digits", "请填写该材料的HS编码"),
            )
        if material.value.minor < 0:
            yield _fault(
                "OR05",
                f"{where}.value",
                Text("the value is below zero", "价值为负数"),
                Text("give what the material for the whole line cost", "请填写整项商品所用该材料的价值"),
            )
        cut = material.deductible
        if cut is not None and (
            cut.currency != material.value.currency or not 0 <= cut.minor <= max(material.value.minor, 0)
        ):
            yield _fault(
                "OR06",
                f"{where}.deductible",
                Text("the deduction is not a part of the value", "扣除额不是价值的一部分"),
                Text(
                    "give proven freight, duty and the like, in the value's currency and within it",
                    "请填写有凭证的运费、税费等，币种与价值一致且不超过价值",
                ),
            )
        if material.weight_kg is not None and material.weight_kg < 0:
            yield _fault(
                "OR07",
                f"{where}.weight_kg",
                Text("the weight is below zero", "重量为负数"),
                Text("give the weight in kg", "请填写千克重量"),
            )


def _fault(rule: str, where: str, what: Text, fix: Text) -> Problem:
    return Problem(rule, where, what, fix)


class Standard(Protocol):
    """What sorting asks of an agreement."""

    name: str

    def may_cumulate(self, country: str) -> Any:
        """The row that lets materials of a country count; None where there is none."""

    def deducts(self) -> bool:
        """Whether proven freight, duty and waste leave the value of non-originating materials."""

    def codes(self, code: str) -> tuple[str, ...]:
        """What a code is in the edition of the agreement's rules; nothing where it is not known."""


def sort_materials(
    line: GoodsLine,
    bom: BillOfMaterials,
    country: str,
    fob: Money | None,
    law: Standard,
    proofs: Mapping[str, Proof],
    found: Mapping[str, bool | None] | None = None,
    hopeful: bool = False,
) -> Making:
    """The materials by origin and by what they count for. `country` (alpha-3) is where the good was made; `found` is what was
    found on intermediate materials by their `no`; those undecided count as originating only where one is `hopeful`."""
    currency = fob.currency if fob is not None else bom.ex_works.currency if bom.ex_works is not None else ""
    bill = rolled(bom.materials, found or {}, hopeful)
    hs = digits(line.hs)
    gate = bom.ex_works.amount if bom.ex_works is not None and bom.ex_works.currency == currency else None
    weight = bom.net_weight_kg if bom.net_weight_kg is not None else line.net_kg
    price = None if fob is None else fob.amount
    making = _sorted(bill, country, currency, law, proofs)
    return Making(
        country, hs, currency, price, *making, weight, bom.complete, gate, law.codes(hs), None in (found or {}).values()
    )


def sort_parts(
    whole: Material, parts: Iterable[Rolled], country: str, law: Standard, proofs: Mapping[str, Proof]
) -> Making:
    """An intermediate material as a good of its own: its value is its price."""
    price, hs = whole.value.amount, digits(whole.hs)
    making = _sorted(parts, country, whole.value.currency, law, proofs)
    return Making(country, hs, whole.value.currency, price, *making, whole.weight_kg, True, price, law.codes(hs))


def _sorted(
    bill: Iterable[Rolled], country: str, currency: str, law: Standard, proofs: Mapping[str, Proof]
) -> tuple[tuple[Counted, ...], tuple[Counted, ...], tuple[Counted, ...]]:
    """Originating, non-originating, and what is not looked at."""
    counted = [_count(one, country, currency, law, proofs) for one in bill]
    kept = [item for item in counted if item.material.role not in NOT_COUNTED]
    return (
        tuple([item for item in kept if item.originating]),
        tuple([item for item in kept if not item.originating]),
        tuple([item for item in counted if item.material.role in NOT_COUNTED]),
    )


def _count(one: Rolled, country: str, currency: str, law: Standard, proofs: Mapping[str, Proof]) -> Counted:
    material = one.material
    originating, cumulated, why = _status(material, country, law, proofs)
    if one.originating:
        originating, cumulated, why = True, False, Text("originates by its own product rule", "符合其自身的产品规则")
    code = law.codes(digits(material.hs))
    if material.value.currency != currency:
        return Counted(material, originating, cumulated, None, None, why, one.number, code)
    gross = material.value.amount
    cut = _ZERO
    if material.deductible is not None and not originating and law.deducts():
        cut = material.deductible.amount
    return Counted(material, originating, cumulated, gross - cut, gross, why, one.number, code)


def _status(material: Material, country: str, law: Standard, proofs: Mapping[str, Proof]) -> tuple[bool, bool, Text]:
    """Whether a material originates, whether only by cumulation (RCEP Art. 3.4), and why (Art. 3.5(4): undetermined is not)."""
    if material.role in NOT_COUNTED:
        return True, False, _NOT_LOOKED_AT
    if not material.originating:
        return False, False, _NOT_SAID
    proof = proofs.get(material.proof) if material.proof else None
    if proof is not None and proof.agreement != law.name:
        return False, False, Text("its proof of origin is another agreement's", "其原产地证明属于其他协定")
    if material.origin == country:
        return True, False, _LOCAL
    if not material.proof:
        return False, False, Text("no proof of its origin in another Party", "缺少另一缔约方原产地证明")
    if not material.origin or law.may_cumulate(material.origin) is None:
        return False, False, Text("its origin is no Party's", "其原产地不是缔约方")
    return True, True, Text("originates in another Party, with proof: cumulated", "产于另一缔约方且有证明：可累积")


def lacks_proof(making: Making, law: Standard) -> tuple[Counted, ...]:
    """The non-originating materials that only a proof of origin keeps from counting as originating."""
    return tuple(
        item
        for item in making.non_originating
        if item.material.originating
        and not item.material.proof
        and item.material.origin
        and law.may_cumulate(item.material.origin) is not None
    )
