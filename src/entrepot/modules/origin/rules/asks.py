"""Questions that leave a decision standing: on the bill of materials (secret, as the bill is), and on journey and proofs."""

from collections.abc import Iterator

from entrepot.kernel.case import Case
from entrepot.kernel.money import Money, money
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.vocabulary.goods import BillOfMaterials, GoodsLine
from entrepot.kernel.vocabulary.trade import Terms
from entrepot.modules.origin.facts import Making, Verdict
from entrepot.modules.origin.rules import content
from entrepot.modules.origin.rules.agreement import Agreement
from entrepot.modules.origin.rules.contradictions import fob_above_price
from entrepot.modules.origin.rules.editions import wrong
from entrepot.modules.origin.rules.journey import done
from entrepot.modules.origin.rules.materials import digits
from entrepot.modules.origin.rules.tell import numbers
from entrepot.modules.origin.rules.weigh import COSTS


def bill_asks(
    law: Agreement, key: str, bom: BillOfMaterials, making: Making, verdict: Verdict, beyond: bool | None
) -> Iterator[Problem]:
    """Questions on the bill of materials under one agreement."""
    place, whole = f"goods.bom/{key}", law.criterion("wholly_obtained")
    if bom.wholly_obtained and not verdict.criterion.startswith("WO"):
        yield ask(
            "OR11",
            f"{place}.wholly_obtained",
            Text("said to be wholly obtained, but not found to be", "声明为完全获得，但判定不成立"),
            Text(
                "name a basis that the agreement has, and only originating materials",
                "请填写协定所列依据，且仅列原产材料",
            ),
        )
    unproven = [item for item in making.originating if not item.cumulated and not item.material.proof]
    if unproven and verdict.criterion != whole:
        which, years = numbers(unproven), law.limit("record_years")
        kept = "" if years is None else f" for {years:f} years"
        kept_zh = "" if years is None else f"{years:f}年内"
        yield ask(
            "OR12",
            f"{place}.materials",
            Text(
                f"no supplier's statement is named for originating materials no. {which}",
                f"第{which}号原产材料未注明供应商声明",
            ),
            Text(f"keep it ready: customs may ask{kept}", f"请备查：海关{kept_zh}可要求提供"),
        )
    if beyond is None and not done(bom.operations) and verdict.criterion not in ("", whole):
        yield ask(
            "OR13",
            f"{place}.operations",
            Text("the operations of making are not stated", "未说明生产工序"),
            Text("state them: minimal operations alone do not count", "请填写：仅有微小加工不能取得原产资格"),
        )
    if verdict.criterion.startswith("PE") and (rest := _unexplained(bom, making)) is not None:
        yield ask(
            "OR14",
            place,
            Text(
                f"materials and costs leave {rest} of the FOB value unexplained", f"材料与成本未能说明离岸价中的 {rest}"
            ),
            Text("check that no material is left out", "请核对是否遗漏材料"),
        )


def materials_asks(case: Case, bom: BillOfMaterials, making: Making, law: Agreement) -> Iterator[Problem]:
    """Questions on single materials and on the bill as a whole, whatever the agreement."""
    place = f"goods.bom/{case.key}"
    for number, material in enumerate(bom.materials, 1):
        where, code = f"{place}.materials/{number}", digits(material.hs)
        if code and not law.codes(code) and (fault := wrong(case, law.day, code, f"{where}.hs")) is not None:
            yield ask("OR16", fault.where, fault.what, fault.fix)
        if not material.value.minor and material.role != "indirect":
            yield ask(
                "OR18",
                f"{where}.value",
                Text("the material is worth nothing", "材料价值为零"),
                Text("give what it is worth, also where it came free of charge", "请填写其价值，免费提供的亦须填写"),
            )
        if material.originating and not material.origin:
            yield ask(
                "OR19",
                f"{where}.origin",
                Text("said to originate, but not where", "声明为原产但未注明原产地"),
                Text("name the country; until then it counts as non-originating", "请填写国别；在此之前按非原产材料计"),
            )
    if exceeds(making):
        yield ask(
            "OR17",
            f"{place}.materials",
            Text("the materials are worth more than the price", "材料价值合计超过售价"),
            Text("correct the values, or the price", "请更正材料价值或售价"),
        )


def price_asks(key: str, line: GoodsLine, bom: BillOfMaterials, terms: Terms | None) -> Iterator[Problem]:
    """That the FOB value of the bill is more than the invoice has for the line."""
    if fob_above_price(line, bom, terms):
        yield ask(
            "OR35",
            f"goods.bom/{key}.fob",
            Text(f"the FOB value {bom.fob} is above the invoiced {line.amount}", f"离岸价 {bom.fob} 高于发票金额 {line.amount}"),
            Text("correct the FOB value, or the amount of the line", "请更正离岸价或商品项金额"),
        )


def line_asks(case: Case, hs: str, law: Agreement) -> Iterator[Problem]:
    """That the good's own code is none of the edition in force."""
    code = digits(hs)
    if not code or law.codes(code):
        return
    if (fault := wrong(case, law.day, code, f"goods.line/{case.key}.hs")) is not None:
        yield ask("OR20", fault.where, fault.what, fault.fix)


def exceeds(making: Making) -> bool:
    """Whether the materials, as far as they can be added up, are worth more than the price of the good."""
    price = making.ex_works if making.ex_works is not None else making.fob
    return (
        price is not None
        and sum((item.gross for item in making.inputs if item.gross is not None), content.ZERO) > price
    )


def _unexplained(bom: BillOfMaterials, making: Making) -> Money | None:
    """What of the FOB value neither materials nor costs explain, where all of them are stated."""
    costs = [getattr(bom, name) for name in COSTS]
    materials = content.total(making.inputs)
    if making.fob is None or materials is None or any(c is None or c.currency != making.currency for c in costs):
        return None
    rest = content.unexplained(making.fob, materials, [cost.amount for cost in costs])
    return money(rest, making.currency) if rest > 0 else None


def ask(rule: str, where: str, what: Text, fix: Text) -> Problem:
    return Problem(rule, where, what, fix, severity="W")
