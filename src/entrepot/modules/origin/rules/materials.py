"""What a good was made of: what cannot stand, which materials originate, and what each counts for.

Materials are named by their number in the bill, and nothing of them goes into the decision, which the buyer reads.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal

from entrepot.kernel.money import Money
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.vocabulary.customs import Proof
from entrepot.kernel.vocabulary.goods import BillOfMaterials, GoodsLine, Material
from entrepot.modules.origin.facts import Counted, Making

NOT_COUNTED = ("transport_packing", "indirect")
_ZERO = Decimal(0)


def digits(code: str) -> str:
    """A goods code without its points and blanks."""
    return code.replace(".", "").replace(" ", "")


def line_faults(key: str, line: GoodsLine) -> tuple[Problem, ...]:
    """Everything in the line that no rule can work with."""
    code = digits(line.hs)
    if not code or (code.isdigit() and 6 <= len(code) <= 13):
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
    found = list(_material_faults(place, bom.materials))
    if fob is not None and fob.minor <= 0:
        found.append(
            _fault(
                "OR02",
                f"{place}.fob",
                Text("the FOB value is not above zero", "离岸价须大于零"),
                Text("give the FOB value of the whole line", "请填写整项商品的离岸价"),
            )
        )
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


def _material_faults(place: str, materials: Iterable[Material]) -> Iterator[Problem]:
    for number, material in enumerate(materials, 1):
        where = f"{place}.materials/{number}"
        code = digits(material.hs)
        if code and not (code.isdigit() and 2 <= len(code) <= 13):
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


def sort_materials(
    line: GoodsLine,
    bom: BillOfMaterials,
    country: str,
    fob: Money | None,
    is_party: Callable[[str], bool],
    proofs: Mapping[str, Proof],
) -> Making:
    """The materials by origin and by what they count for. `country` (alpha-3) is where the good was made."""
    currency = fob.currency if fob is not None else ""
    counted = [_count(material, country, currency, is_party, proofs) for material in bom.materials]
    kept = [item for item in counted if item.material.role not in NOT_COUNTED]
    return Making(
        country,
        digits(line.hs),
        currency,
        None if fob is None else fob.amount,
        tuple(item for item in kept if item.originating),
        tuple(item for item in kept if not item.originating),
        tuple(item for item in counted if item.material.role in NOT_COUNTED),
        bom.net_weight_kg if bom.net_weight_kg is not None else line.net_kg,
        bom.complete,
    )


def _count(
    material: Material, country: str, currency: str, is_party: Callable[[str], bool], proofs: Mapping[str, Proof]
) -> Counted:
    originating, cumulated, why = _status(material, country, is_party, proofs)
    if material.value.currency != currency:
        return Counted(material, originating, cumulated, None, None, why)
    gross = material.value.amount
    cut = material.deductible.amount if material.deductible is not None and not originating else _ZERO
    return Counted(material, originating, cumulated, gross - cut, gross, why)


def _status(
    material: Material, country: str, is_party: Callable[[str], bool], proofs: Mapping[str, Proof]
) -> tuple[bool, bool, Text]:
    """Whether a material originates, whether only by cumulation (Art. 3.4), and why (Art. 3.5(4): undetermined is not)."""
    if material.role in NOT_COUNTED:
        return True, False, Text("not looked at", "不予考虑")
    if not material.originating:
        return False, False, Text("not said to originate", "未声明为原产")
    if material.origin == country:
        return True, False, Text("originates where the good is made", "产于货物生产方")
    proof = proofs.get(material.proof)
    if not material.proof:
        return False, False, Text("no proof of its origin in another Party", "缺少另一缔约方原产地证明")
    if proof is not None and proof.agreement != "RCEP":
        return False, False, Text("its proof of origin is another agreement's", "其原产地证明属于其他协定")
    if not material.origin or not is_party(material.origin):
        return False, False, Text("its origin is no Party's", "其原产地不是缔约方")
    return True, True, Text("originates in another Party, with proof: cumulated", "产于另一缔约方且有证明：可累积")


def lacks_proof(making: Making, is_party: Callable[[str], bool]) -> tuple[int, ...]:
    """The places, among the non-originating, of materials that only a proof of origin keeps from counting as originating."""
    return tuple(
        place
        for place, item in enumerate(making.non_originating)
        if item.material.originating and not item.material.proof and is_party(item.material.origin)
    )


def numbers(materials: tuple[Material, ...], items: Iterable[Counted]) -> str:
    """The numbers of materials in their bill, `2, 5`."""
    places = {id(material): number for number, material in enumerate(materials, 1)}
    return ", ".join(str(places[id(item.material)]) for item in items)
