"""Rules on what the goods are and how much of them there is: code, units, quantities, declaration elements."""

import re
from datetime import date
from decimal import Decimal

from entrepot.kernel.case import Case
from entrepot.kernel.editions import EDITIONS, Moved, edition_on, moved
from entrepot.kernel.text import Text
from entrepot.modules.declaration.rules.check import LineCheck
from entrepot.modules.declaration.rules.elements import BRAND_TYPE, EXPORT_BENEFIT, Template, missing
from entrepot.modules.declaration.rules.law import KG, factor_between, unit_of
from entrepot.modules.declaration.rules.rule import Fault, Gap, Seen, plain, rule

TARIFF = "Customs Tariff Law, tariff of the year"


@rule("R044", "E", "十位商品编号在申报日有效", element="145", source=TARIFF)
def r044(line: LineCheck) -> Seen:
    """The ten-digit goods code stands in the tariff of the day of declaration."""
    code, day = line.draft.hs10, line.day
    if not (code.isdigit() and code.isascii() and len(code) == 10):
        yield Fault(
            line.path("hs10"),
            Text(f"goods code {code or '(empty)'} is not ten digits", f"商品编号 {code or '（空）'} 不是十位数字"),
            Text("enter the ten-digit code of the tariff", "请填写税则十位商品编号"),
        )
        return
    if line.case.knows("CN/tariff"):
        known = line.law("CN/tariff", code=code) is not None
    else:
        known = line.law("hs/codes", code=code[:6]) is not None
        yield Gap(
            Text(
                f"code {code} was looked up by its first six digits: the national tariff is not on file",
                f"商品编号 {code} 仅按前六位核对：尚无本国税则",
            )
        )
    if not known:
        successors = line.case.by_law(successors_of, code[:6], day)
        listed = ", ".join(successors) or f"codes of heading {code[:4]}"
        listed_zh = "、".join(successors) or f"品目 {code[:4]} 项下编号"
        yield Fault(
            line.path("hs10"),
            Text(f"goods code {code} is not in the tariff of {day}", f"商品编号 {code} 不在 {day} 的税则中"),
            Text(f"choose a code that holds; suggested: {listed}", f"请选择有效编号，建议：{listed_zh}"),
        )


def successors_of(case: Case, six: str, day: date) -> tuple[str, ...]:
    """Where the goods of a subheading of an earlier edition of the Harmonized System went; six digits each."""
    now = edition_on(day)
    for edition in EDITIONS:
        went = moved(case, six, edition, now, day) if edition != now else None
        if isinstance(went, Moved):
            return went.codes
    return ()


@rule("R045", "E", "法定单位与税则一致，数量可按法定单位表示", element="130", source=TARIFF)
def r045(line: LineCheck) -> Seen:
    """The quantity can be given in the units that the tariff asks for."""
    draft, said = line.draft, line.goods.unit
    if draft.deal_qty is None or draft.deal_qty <= 0:
        yield Fault(
            line.path("deal_qty"),
            Text("the traded quantity is missing or not above zero", "成交数量为空或不大于零"),
            Text("enter the quantity of the invoice", "请按发票填写成交数量"),
        )
    if not said or unit_of(line.case, line.day, said) is None:
        yield Fault(
            line.path("deal_unit"),
            Text(f"traded unit {said or '(empty)'} is not known", f"成交单位 {said or '（空）'} 未知"),
            Text("use a customs unit, such as kg, t or 007", "请使用海关计量单位，如千克、吨或 007"),
        )
    if line.law("CN/tariff_units", hs=draft.hs10) is None:
        unknown = Text(f"statutory units of {draft.hs10} are not on file", f"{draft.hs10} 的法定计量单位未收录")
        yield Gap(unknown)
    for unit, quantity, field in ((draft.unit1, draft.qty1, "qty1"), (draft.unit2, draft.qty2, "qty2")):
        if unit and quantity is None:
            row = line.law("units/units", code=unit)
            en, zh = (row["name_en"], row["name_zh"]) if row is not None else (unit, unit)
            yield Fault(
                line.path(field),
                Text(f"the tariff asks for the quantity in {en}", f"税则要求以{zh}申报法定数量"),
                Text(
                    "give the net weight" if unit == KG else f"give the quantity in {en}",
                    "请填写净重" if unit == KG else f"请以{zh}填写数量",
                ),
            )
    yield from _units_stated(line)


def _units_stated(line: LineCheck) -> Seen:
    """Statutory units that a paper states and that cannot be those of the tariff."""
    goods, draft = line.goods, line.draft
    for field, word, unit in (("unit1", goods.unit1, draft.unit1), ("unit2", goods.unit2, draft.unit2)):
        if not word or line.law("CN/tariff_units", hs=draft.hs10) is None:
            continue
        stated = unit_of(line.case, line.day, word)
        if stated is not None and unit and factor_between(line.case, line.day, stated, unit) is not None:
            continue
        row = line.law("units/units", code=unit) if unit else None
        en, zh = (row["name_en"], row["name_zh"]) if row is not None else (unit or "none", unit or "无")
        yield Fault(
            line.path(field),
            Text(
                f"the statutory unit for {draft.hs10} is {en}, not {word}",
                f"{draft.hs10} 的法定单位为{zh}，不是 {word}",
            ),
            Text(f"use {en}", f"请使用{zh}") if unit else Text("leave it empty", "请留空"),
        )


@rule("R046", "E", "成交单位与法定单位相同时数量须相等", element="130")
def r046(line: LineCheck) -> Seen:
    """Where the traded unit is a statutory unit, both quantities are equal."""
    draft = line.draft
    for unit, quantity, field in ((draft.unit1, draft.qty1, "qty1"), (draft.unit2, draft.qty2, "qty2")):
        if not unit or unit != draft.deal_unit or quantity is None or draft.deal_qty is None:
            continue
        if quantity != draft.deal_qty:
            traded, statutory = plain(draft.deal_qty), plain(quantity)
            yield Fault(
                line.path(field),
                Text(f"same unit, but {traded} ≠ {statutory}", f"单位相同但数量不等：{traded} ≠ {statutory}"),
                Text("make both quantities equal", "请使两个数量一致"),
            )


@rule("R047", "E", "法定单位为千克时法定数量等于净重，吨按 1000 折算", element="130")
def r047(line: LineCheck) -> Seen:
    """Where the statutory unit is the kilogram, the quantity is the net weight, and one traded by another weight unit comes to it."""
    draft = line.draft
    if draft.unit1 == KG and draft.qty1 is not None and draft.net_kg is not None and draft.qty1 != draft.net_kg:
        yield Fault(
            line.path("qty1"),
            Text(
                f"the statutory quantity is {plain(draft.qty1)} kg, the net weight {plain(draft.net_kg)} kg",
                f"法定数量为 {plain(draft.qty1)} 千克，净重为 {plain(draft.net_kg)} 千克",
            ),
            Text("correct the quantity or the net weight", "请更正法定数量或净重"),
        )
        return
    if draft.unit1 != KG or draft.deal_unit == KG or draft.qty1 is None or draft.deal_qty is None:
        return
    if not draft.deal_unit.isdigit():
        return
    factor = factor_between(line.case, line.day, draft.deal_unit, KG)
    if factor is not None and draft.deal_qty * factor != draft.qty1:
        traded, due, given = plain(draft.deal_qty), plain(draft.deal_qty * factor), plain(draft.qty1)
        unit = line.goods.unit
        yield Fault(
            line.path("qty1"),
            Text(
                f"{traded} {unit} is {due} kg, but the line shows {given} kg",
                f"{traded} {unit} 应为 {due} 千克，现为 {given} 千克",
            ),
            Text("correct the quantity or the net weight", "请更正成交数量或净重"),
        )


@rule("R048", "E", "数量、单价、总价的小数位数在限定之内", element="130")
def r048(line: LineCheck) -> Seen:
    """Quantities, unit price and total have no more decimals than the form takes."""
    draft = line.draft
    price = draft.unit_price.amount if draft.unit_price is not None else None
    total = draft.total.amount if draft.total is not None else None
    for field, value, limit in (
        ("deal_qty", draft.deal_qty, "quantity_decimals"),
        ("qty1", draft.qty1, "quantity_decimals"),
        ("qty2", draft.qty2, "quantity_decimals"),
        ("unit_price", price, "unit_price_decimals"),
        ("total", total, "total_decimals"),
    ):
        if not value or value == value.to_integral_value():
            continue  # a whole number fits any limit, so that none is looked up for it
        if (decimals := _decimals(value)) and decimals > (most := int(line.limit(limit))):
            yield Fault(
                line.path(field),
                Text(f"{plain(value)} has {decimals} decimals", f"{plain(value)} 有 {decimals} 位小数"),
                Text(f"round it to {most}", f"请保留 {most} 位小数"),
            )


def _decimals(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


_CODED = {
    BRAND_TYPE: (Text("brand type", "品牌类型"), "01234"),
    EXPORT_BENEFIT: (Text("export benefit", "出口享惠情况"), "0123"),
}
_CAS = re.compile(r"[1-9]\d{1,6}-\d\d-\d")


@rule("R049", "E", "申报要素齐全，品牌类型 0-4，出口享惠情况 0-3", element="137")
def r049(line: LineCheck) -> Seen:
    """The declaration elements are complete; brand type is 0 to 4 and the export benefit 0 to 3."""
    elements, template = line.draft.elements, line.drafting.template
    if not elements:
        wanted = [element.name for element in template.elements if element.required] if template.whole else []
        en, zh = ", ".join(name.en for name in wanted), "、".join(name.zh for name in wanted)
        yield Fault(
            line.path("elements"),
            Text(f"the declaration elements are missing{en and ': '}{en}", f"缺少申报要素{zh and '：'}{zh}"),
            Text("fill in all elements of the goods code in order", "请按商品编号依次填写全部申报要素"),
        )
        return
    yield from _coded(line, elements)
    if template.whole:
        yield from _by_template(line, elements, template)
        return
    for place, value in enumerate(elements[2:], 3):
        if not value.strip():
            yield Fault(
                line.path("elements"),
                Text(f"element {place} is empty", f"第 {place} 项要素为空"),
                Text("fill in all elements in order", "请依次填写全部要素"),
            )
    unknown = Text("which elements a code asks for is not on file", "各商品编号所需申报要素未收录")
    code = line.draft.hs10
    named = Text(f"which further elements {code} asks for is not on file", f"{code} 所需的其他申报要素未收录")
    yield Gap(named if template.elements else unknown)


def _coded(line: LineCheck, elements: tuple[str, ...]) -> Seen:
    """The two elements that all goods state first, each by a code."""
    for place, (name, allowed) in enumerate(_CODED.values()):
        value = elements[place] if place < len(elements) else ""
        if len(value) != 1 or value not in allowed:
            yield Fault(
                line.path("elements"),
                Text(
                    f"element {place + 1}, {name.en}, is {value or 'missing'}",
                    f"第 {place + 1} 项要素（{name.zh}）为 {value or '空'}",
                ),
                Text(f"use one of {', '.join(allowed)}", f"请填写 {'、'.join(allowed)} 之一"),
            )


def _by_template(line: LineCheck, elements: tuple[str, ...], template: Template) -> Seen:
    """What the heading asks for besides: nothing required is empty, a CAS number is one, nothing stands beyond the last."""
    for place, element in missing(template, elements):
        if element.code not in _CODED:
            yield Fault(
                line.path("elements"),
                Text(f"element {place}, {element.name.en}, is missing", f"第 {place} 项要素（{element.name.zh}）未填"),
                Text(f"say the {element.name.en}", f"请填写{element.name.zh}"),
            )
    for place, (element, value) in enumerate(zip(template.elements, elements, strict=False), 1):
        if element.kind == "cas" and value and not _is_cas(value):
            yield Fault(
                line.path("elements"),
                Text(f"element {place}, {value}, is no CAS number", f"第 {place} 项要素 {value} 不是有效的 CAS 号"),
                Text("give it as 7664-38-2, or leave it empty", "请按 7664-38-2 的格式填写，或留空"),
            )
    if len(elements) > len(template.elements):
        more, most = len(elements), len(template.elements)
        yield Fault(
            line.path("elements"),
            Text(
                f"{more} elements are given, the heading asks for {most}", f"填写了 {more} 项要素，该税目为 {most} 项"
            ),
            Text("give them in the order of the heading", "请按该税目的要素顺序填写"),
            "W",
        )


def _is_cas(value: str) -> bool:
    """Two to seven digits, two, and a check digit: the others, counted from the right, times their place."""
    digits = value.replace("-", "")
    due = (
        sum(place * int(digit) for place, digit in enumerate(reversed(digits[:-1]), 1)) % 10
        if digits.isdigit()
        else None
    )
    return bool(_CAS.fullmatch(value)) and due == int(digits[-1])
