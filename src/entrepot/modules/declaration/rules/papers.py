"""Rules on papers that disagree: conflicts are problems, never guesses."""

from decimal import Decimal

from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.clearance import CONSISTENCY
from entrepot.kernel.vocabulary.trade import PACKING
from entrepot.modules.declaration.rules.check import FormCheck
from entrepot.modules.declaration.rules.elsewhere import compared, unheard
from entrepot.modules.declaration.rules.rule import Fault, Seen, rule
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
    """The papers agree with each other and with the declaration, as far as the tolerances on file let them differ.

    The comparison of the papers is another room's; a field on which statements contradict each other is told here even where
    that room has not spoken of it.
    """
    if form.case.get(CONSISTENCY) is None:
        yield from unheard(form, CONSISTENCY)
    told_already = set(form.leads)
    for fault in compared(form, "R075"):
        told_already.add(fault.where)
        yield fault
    for dispute in form.disputes:
        if dispute.path in told_already:
            continue
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
