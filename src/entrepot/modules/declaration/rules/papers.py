"""Rules on papers that disagree: conflicts are problems, never guesses."""

from decimal import Decimal

from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.trade import PACKING
from entrepot.modules.declaration.rules.check import FormCheck
from entrepot.modules.declaration.rules.rule import Fault, Seen, plain, rule
from entrepot.modules.declaration.rules.said import Dispute, decimal_or_none


def spread(dispute: Dispute) -> Decimal | None:
    """How far apart numbers in dispute are, in per cent of the largest; None where they are no numbers above zero."""
    values = [decimal_or_none(value) for value, _ in dispute.sides]
    numbers = [value for value in values if value is not None and value > 0]
    if len(numbers) != len(values):
        return None
    return (max(numbers) - min(numbers)) * 100 / max(numbers)


@rule("R075", "E", "提单、装箱单、发票与报关单的件数、毛重、集装箱、唛码等一致", element="375")
def r075(form: FormCheck) -> Seen:
    """The papers agree with each other and with the declaration; gross weights may differ a little."""
    for dispute in form.disputes:
        field = dispute.path.rpartition(".")[2]
        told = "; ".join(f"{place} says {value}" for value, place in dispute.sides)
        told_zh = "；".join(f"{place} 为 {value}" for value, place in dispute.sides)
        near = None
        if dispute.topic is PACKING and field == "gross_kg" and (apart := spread(dispute)) is not None:
            near = apart <= form.limit("gross_tolerance_percent")
        yield Fault(
            f"{dispute.path}",
            Text(f"papers disagree on {field}: {told}", f"单证之间 {field} 不一致：{told_zh}"),
            Text("confirm the weight, or correct the wrong paper", "请确认重量或更正有误的单证")
            if near
            else Text("correct or withdraw the wrong paper", "请更正或撤回有误的单证"),
            severity="W" if near else "",
            documents=tuple(place for _, place in dispute.sides),
        )
    yield from _sums(form)


def _sums(form: FormCheck) -> Seen:
    """What parts say against what the head says: packages by line, gross weight by line and by container."""
    packing = form.form.packing
    packages = [line.packages for line in form.goods.values()]
    if packing.packages is not None and packages and None not in packages:
        total = sum([number for number in packages if number is not None])
        if total != packing.packages:
            yield _differs(
                "header.packages", "packages", "件数", "the lines", "商品项", Decimal(total), Decimal(packing.packages)
            )
    if packing.gross_kg is None or packing.gross_kg <= 0:
        return
    for part, part_zh, weights in (
        ("the lines", "商品项", [line.gross_kg for line in form.goods.values()]),
        ("the containers", "集装箱", [container.gross_kg for container in form.form.containers.values()]),
    ):
        known = [weight for weight in weights if weight is not None]
        if not weights or len(known) < len(weights):
            continue
        total_kg = sum(known, Decimal(0))
        apart = abs(total_kg - packing.gross_kg) * 100
        if apart and apart > form.limit("gross_tolerance_percent") * packing.gross_kg:
            yield _differs(
                "header.gross_kg", "gross weight in kg", "毛重（千克）", part, part_zh, total_kg, packing.gross_kg
            )


def _differs(where: str, en: str, zh: str, part: str, part_zh: str, one: Decimal, other: Decimal) -> Fault:
    return Fault(
        where,
        Text(
            f"{part} show {plain(one)}, the declaration {plain(other)} for {en}",
            f"{zh}：{part_zh}合计 {plain(one)}，报关单 {plain(other)}",
        ),
        Text("correct the wrong paper", "请更正有误的单证"),
    )
