"""Rules on packages and weights, and on the lines as a set."""

from decimal import Decimal

from entrepot.kernel.text import Text
from entrepot.modules.declaration.rules.check import FormCheck
from entrepot.modules.declaration.rules.law import KG
from entrepot.modules.declaration.rules.rule import Fault, Seen, plain, rule


@rule("R019", "E", "件数为不小于 1 的整数，散装、裸装为 1", element="146")
def r019(form: FormCheck) -> Seen:
    """There is at least one package of a known type; bulk and bare goods count as one."""
    packing = form.form.packing
    if packing.packages is None or packing.packages < 1:
        told = "missing" if packing.packages is None else str(packing.packages)
        told_zh = "空" if packing.packages is None else str(packing.packages)
        yield Fault(
            "header.packages",
            Text(f"the number of packages is {told}", f"件数为{told_zh}"),
            Text("enter a whole number of at least 1", "请填写不小于 1 的整数"),
        )
    row = form.law("CN/package_types", code=packing.package_type)
    if row is None:
        yield Fault(
            "header.package_type",
            Text(
                f"package type {packing.package_type or '(empty)'} is not known",
                f"包装种类 {packing.package_type or '（空）'} 未知",
            ),
            Text("choose it from the table of package types", "请从包装种类代码表选择"),
        )
    elif (
        row["single"] and packing.packages is not None and packing.packages > (due := int(form.limit("bulk_packages")))
    ):
        yield Fault(
            "header.packages",
            Text(
                f"{row['name_en']} goods must show {due} package, found {packing.packages}",
                f"{row['name_zh']}货物件数应为 {due}，现为 {packing.packages}",
            ),
            Text(f"enter {due}", f"请填写 {due}"),
        )


@rule("R020", "E", "毛重、净重大于零，不足 1 千克按 1 填写", element="131")
def r020(form: FormCheck) -> Seen:
    """Weights are above zero; below one kilogram one is written."""
    packing = form.form.packing
    for field, value, en, zh in (
        ("gross_kg", packing.gross_kg, "gross weight", "毛重"),
        ("net_kg", packing.net_kg, "net weight", "净重"),
    ):
        if value is None or value <= 0 or value < form.limit("weight_minimum"):
            told, told_zh = ("missing", "空") if value is None else (f"{plain(value)} kg", f"{plain(value)} 千克")
            yield Fault(
                f"header.{field}",
                Text(f"the {en} is {told}", f"{zh}为{told_zh}"),
                Text("enter kilograms; below 1 kg write 1", "请填写千克数，不足 1 千克填 1"),
            )


@rule("R021", "E", "净重不得大于毛重", element="128")
def r021(form: FormCheck) -> Seen:
    """The net weight is not above the gross weight."""
    net, gross = form.form.packing.net_kg, form.form.packing.gross_kg
    if net is not None and gross is not None and net > gross:
        yield Fault(
            "header.net_kg",
            Text(
                f"net weight {plain(net)} kg exceeds gross weight {plain(gross)} kg",
                f"净重 {plain(net)} 千克大于毛重 {plain(gross)} 千克",
            ),
            Text("check the packing list and swap or correct them", "请核对装箱单，对调或更正"),
        )


@rule("R022", "W", "包装重量占毛重的比例不宜过高", element="131")
def r022(form: FormCheck) -> Seen:
    """Packing is not an unusual share of the gross weight."""
    net, gross = form.form.packing.net_kg, form.form.packing.gross_kg
    if net is None or gross is None or gross <= 0 or form.states("packaging_share"):
        return
    share = (gross - net) * 100 / gross
    if share > form.limit("packaging_share_percent"):
        told = plain(share.quantize(Decimal("0.1")))
        yield Fault(
            "header.gross_kg",
            Text(f"packing is {told} % of the gross weight", f"包装重量占毛重的 {told}%"),
            Text("confirm the weights, or correct them", "请确认或更正重量"),
        )


@rule("R023", "E", "商品项千克数之和不超过表头净重", element="128")
def r023(form: FormCheck) -> Seen:
    """The weights of the lines together are not above the net weight of the head."""
    net = form.form.packing.net_kg
    if net is None:
        return
    total = sum([line.net_kg for line in form.form.lines if line.net_kg is not None], Decimal(0))
    if total > net and total > net + form.limit("header_net_tolerance"):
        yield Fault(
            "header.net_kg",
            Text(
                f"the lines weigh {plain(total)} kg, but the head says {plain(net)} kg net",
                f"商品项合计 {plain(total)} 千克，表头净重 {plain(net)} 千克",
            ),
            Text("correct the weights of the lines or of the head", "请更正商品项或表头重量"),
        )


@rule("R024", "E", "法定单位均为千克时数量之和等于净重", element="130")
def r024(form: FormCheck) -> Seen:
    """Where every statutory unit is the kilogram, the quantities come to the net weight."""
    net, lines = form.form.packing.net_kg, form.form.lines
    quantities = [line.qty1 for line in lines if line.unit1 == KG and line.qty1 is not None]
    if net is None or not lines or len(quantities) < len(lines):
        return
    total = sum(quantities, Decimal(0))
    if total == net:
        return
    share = net * form.limit("line_weight_tolerance_percent") / 100
    if abs(net - total) > max(form.limit("line_weight_tolerance"), share):
        yield Fault(
            "header.net_kg",
            Text(
                f"the statutory quantities come to {plain(total)} kg, the net weight is {plain(net)} kg",
                f"法定数量合计 {plain(total)} 千克，与净重 {plain(net)} 千克不符",
            ),
            Text("align the quantities with the packing list", "请按装箱单更正数量"),
        )


@rule("R070", "E", "商品项 1 至 50 项，序号连续", element="006")
def r070(form: FormCheck) -> Seen:
    """There are no more lines than a form takes, numbered from 1 without a gap."""
    lines = form.form.lines
    jump = next((place for place, line in enumerate(lines) if line.no != place + 1), None)
    if jump is not None:
        key = form.keys[jump]
        yield Fault(
            f"line/{key}.no",
            Text(f"line numbers jump at {key}: {jump + 1} was due", f"项号在 {key} 处不连续：应为 {jump + 1}"),
            Text("number the lines from 1 without a gap", "请从 1 起连续编号"),
        )
    # One line fits any form, so that no limit is looked up for it.
    listed = form.form.particulars.form_type == "list" or len(lines) < 2
    if not listed and len(lines) > (most := int(form.limit("line_max"))):
        yield Fault(
            "lines",
            Text(f"{len(lines)} lines are more than one form takes", f"共 {len(lines)} 项，超过一票限额"),
            Text(f"split them over declarations of at most {most}", f"请拆分为每票不超过 {most} 项"),
        )


@rule("R071", "W", "完全相同的商品项请合并或说明", element="006")
def r071(form: FormCheck) -> Seen:
    """Lines that look the same are merged or explained."""
    first: dict[str, str] = {}
    if len(set(form.likenesses)) == len(form.likenesses):
        return
    for key, likeness in zip(form.keys, form.likenesses, strict=True):
        other = first.setdefault(likeness, key)
        if other is key:
            continue
        if not any(n in form.statements and form.statements[n].about == "duplicate" for n in (other, key)):
            yield Fault(
                f"line/{key}",
                Text(f"lines {other} and {key} look identical", f"第 {other} 项与第 {key} 项相同"),
                Text("merge them, or explain why they are apart", "请合并或说明理由"),
            )
