"""The purchase lots behind each line, in the order in which they are used, and what is wrong with them."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from entrepot.kernel.case import Case
from entrepot.kernel.findings import Answer, found
from entrepot.kernel.sheet import natural
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.vocabulary.goods import LOT, PurchaseLot
from entrepot.modules.rebate.facts import LineLots, Purchases

VAT_DOCUMENTS = frozenset({"special_vat_invoice", "customs_vat_slip"})


def assess_purchases(case: Case) -> Answer:
    """The lots by line, first in first out, each with the problems that its line must answer for."""
    lots = case[LOT]
    wrong = {key: list(lot_problems(key, lot)) for key, lot in lots.items()}
    for key, problem in invoice_problems(lots):
        wrong[key].append(problem)
    by_line: dict[str, list[str]] = {}
    for key in sorted(lots, key=lambda key: first_in_first_out(key, lots[key])):
        by_line.setdefault(lots[key].line, []).append(key)
    return found(
        Purchases(
            {
                line: LineLots(tuple(keys), tuple(problem for key in keys for problem in wrong[key]))
                for line, keys in by_line.items()
            }
        )
    )


def first_in_first_out(key: str, lot: PurchaseLot) -> tuple[date, tuple[tuple[int, int, str], ...]]:
    """The oldest document first; undated ones last, in the order of their keys."""
    return lot.issued_on or date.max, natural(key)


def lot_problems(key: str, lot: PurchaseLot) -> Iterable[Problem]:
    """What is wrong with a lot by itself."""
    where = f"goods.cost/{key}"
    if lot.base.currency != "CNY":
        yield _problem(
            "B002", f"{where}.base", f"the base is in {lot.base.currency}", f"计税依据币种为 {lot.base.currency}",
            "give the amount on the document in CNY", "请填写凭证上的人民币金额",
        )
    if lot.base.minor < 0 or (lot.base.minor == 0 and lot.document in VAT_DOCUMENTS):
        yield _problem(
            "B003", f"{where}.base", f"the base {lot.base} is not above zero", f"计税依据 {lot.base} 不大于零",
            "give the amount without VAT", "请填写不含税金额",
        )
    if not (lot.vat_rate.is_finite() and 0 <= lot.vat_rate < 1):
        yield _problem(
            "B004", f"{where}.vat_rate", f"{lot.vat_rate} is no VAT rate", f"{lot.vat_rate} 不是有效税率",
            "write 13 % as 0.13", "13% 请写作 0.13",
        )
    if not (lot.quantity.is_finite() and lot.quantity > 0):
        yield _problem(
            "B005", f"{where}.quantity", f"the quantity {lot.quantity} is not above zero", f"数量 {lot.quantity} 不大于零",
            "give the quantity taken for the line", "请填写用于该商品项的数量",
        )


def invoice_problems(lots: Mapping[str, PurchaseLot]) -> Iterable[tuple[str, Problem]]:
    """Lots of one invoice item may not take more together than was invoiced; each such lot is told so."""
    items: dict[tuple[str, str, str, str], list[str]] = {}
    for key, lot in lots.items():
        if lot.document != "none":
            items.setdefault((lot.supplier, lot.number, lot.goods, lot.unit), []).append(key)
    for (supplier, number, _, unit), keys in items.items():
        invoiced = min(lots[key].invoiced_quantity for key in keys)
        taken = sum((lots[key].quantity for key in keys), Decimal(0))
        if taken > invoiced:
            for key in keys:
                yield key, _problem(
                    "B006", f"goods.cost/{key}.quantity",
                    f"{taken:f} {unit} are taken from invoice {number} of {supplier}, which has {invoiced:f}",
                    f"{supplier} 发票 {number} 共 {invoiced:f} {unit}，已占用 {taken:f}",
                    "take no more than was invoiced: one lot cannot be used twice", "占用数量不得超过发票数量，同一批次不得重复使用",
                )


def _problem(rule: str, where: str, en: str, zh: str, fix_en: str, fix_zh: str) -> Problem:
    return Problem(rule, where, Text(en, zh), Text(fix_en, fix_zh))
