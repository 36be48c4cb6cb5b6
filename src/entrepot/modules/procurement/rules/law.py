"""How the rules of the market read the law: which goods may not go, which may not be merged, limits, values in dollars."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from msgspec import Struct

from entrepot.kernel.case import Case
from entrepot.kernel.exchange import Exchanged, exchanged
from entrepot.kernel.money import Money, money
from entrepot.kernel.rates import Free
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.clearance import LineControls
from entrepot.kernel.vocabulary.customs import PARTICULARS
from entrepot.kernel.vocabulary.goods import GoodsLine
from entrepot.modules.procurement.facts import RECORD

MODE, USD = "1039", "USD"
CN, CNY = "CN", "CNY"


class Treated(Struct, frozen=True):
    """What the law says of a code: why it may not go this way, why it may not be merged, and which of `GAPS` is not on file."""

    barred: tuple[Text, ...] = ()
    single: tuple[Text, ...] = ()
    unknown: tuple[str, ...] = ()


GAPS = {
    "controls": Text("export controls and inspection", "出口监管与检验条件"),
    "duty": Text("export duty", "出口关税"),
    "refund": Text("the mark of the refund library", "退税率文库标记"),
    "dangerous": Text("whether they are dangerous goods", "是否属危险货物"),
    "market": Text("what the market excludes or keeps apart", "市场采购排除或单列的商品"),
}
MERGING = ("controls", "duty", "market")
"""What decides whether kinds may be merged."""


def not_on_file(law: Mapping[str, Treated], names: Iterable[str] = tuple(GAPS)) -> Text | None:
    """What is not on file of which codes, in one text; None where all is."""
    told = []
    for name in names:
        gap = GAPS[name]
        if codes := [code for code, one in law.items() if name in one.unknown]:
            told.append(Text(f"{gap.en} of {', '.join(codes)}", f"{'、'.join(codes)} 的{gap.zh}"))
    return Text("; ".join(text.en for text in told), "；".join(text.zh for text in told)) if told else None


def market_export(case: Case) -> bool:
    """Whether the declaration is one of market procurement: elsewhere these rooms are silent."""
    particulars = case.get(PARTICULARS)
    return particulars is not None and particulars.supervision_mode == MODE


def with_records(case: Case) -> bool:
    """Whether there are transaction records, or the declaration calls for them."""
    return bool(case.keys(RECORD)) or market_export(case)


def limit(case: Case, day: date, name: str) -> Decimal | None:
    """A threshold of `CN/limits`; None where it is not on file."""
    row = case.read("CN/limits", day, name=name)
    return None if row is None else Decimal(row["value"])


def treated(case: Case, code: str, day: date, controls: LineControls | None = None) -> Treated:
    """A code under the rules of the market. `controls` are what licensing found for a line of this code; a record that no line
    is declared under has the tables by code alone."""
    if controls is None:
        return case.by_law(_of_record, code, day)
    found = {one.code for one in controls.requirements if one.status in ("required", "held", "banned")}
    unclear = {one.code for one in controls.requirements if one.status == "unknown"}
    asked = (tuple(sorted(found.union(controls.codes))), tuple(sorted(unclear)))
    return case.by_law(_treated, code, day, *asked, controls.known)


def _of_record(case: Case, code: str, day: date) -> Treated:
    row = case.read("CN/control_requirements", day, hs=code, flow="E")
    special = {one.keys["control"]: one["state"] for one in case.rows("CN/special_controls", day, hs=code, flow="E")}
    found = {control for control, state in special.items() if state in ("in_force", "closed")}
    unclear = tuple(control for control, state in special.items() if state == "unknown")
    codes = tuple(found.union(row["codes"] or ())) if row is not None else tuple(found)
    return _treated(case, code, day, codes, unclear, row is not None)


def _treated(
    case: Case, code: str, day: date, codes: tuple[str, ...], unclear: tuple[str, ...], known: bool
) -> Treated:
    """`codes` are the controls that the code is under, all of them where `known`; of those `unclear` nobody can tell."""
    barred: list[Text] = []
    single: list[Text] = []
    unknown: list[str] = []
    row = case.read("CN/market_forbidden", day, hs=code)
    if row is not None:
        barred.append(Text(f"{code}: {row['why_en']}", f"{code}：{row['why_zh']}"))
    elif not case.knows("CN/market_forbidden"):
        unknown.append("market")
    excluded, apart = _marks(case, day, "not_allowed", "control_code"), _marks(case, day, "not_merged", "control_code")
    if not known or excluded is None or not excluded.isdisjoint(unclear):
        unknown.append("controls")
    if excluded is not None and (hit := sorted(excluded.intersection(codes))):
        barred.append(Text(f"{code}: control code {', '.join(hit)}", f"{code}：监管证件代码 {'、'.join(hit)}"))
    if apart is not None and (hit := sorted(apart.intersection(codes))):
        single.append(Text(f"{code}: statutory inspection ({', '.join(hit)})", f"{code}：法定检验（{'、'.join(hit)}）"))
    refund, flags = case.read("CN/refund_rates", day, code=code), _marks(case, day, "not_allowed", "refund_flag")
    if refund is None or flags is None:
        unknown.append("refund")
    elif refund["flag"] in flags:
        barred.append(
            Text(f"{code}: no export or no refund by the refund library", f"{code}：退税率文库标记为禁止出口或不退税")
        )
    if not case.knows("CN/dg_reference") or _marks(case, day, "not_allowed", "dangerous") is None:
        unknown.append("dangerous")
    elif case.read("CN/dg_reference", day, hs=code) is not None:
        barred.append(Text(f"{code}: dangerous goods", f"{code}：危险货物"))
    duty = case.read("CN/export_tariff", day, code=code)
    if duty is None:
        unknown.append("duty")
    elif not isinstance(duty["provisional"] or duty["duty"], Free):
        single.append(Text(f"{code}: bears export duty", f"{code}：应征出口关税"))
    if apart is None or _marks(case, day, "not_merged", "export_duty") is None:
        unknown.append("market")
    return Treated(tuple(barred), tuple(single), tuple(dict.fromkeys(unknown)))


def _marks(case: Case, day: date, treatment: str, ground: str) -> frozenset[str] | None:
    """The codes of a ground, or the ground itself where it has none; None where it is not on file."""
    row = case.read("CN/market_goods", day, treatment=treatment, ground=ground)
    return None if row is None else frozenset(row["codes"] or (ground,))


def dollars(case: Case, amounts: Iterable[Money], day: date) -> Exchanged | None:
    """The sum of amounts in US dollars by the customs rate of the day; None where a rate is not on file."""
    total, indicative = Decimal(0), False
    for currency, minor in _by_currency(amounts).items():
        one = exchanged(case, Money(minor, currency), USD, day, CN, CNY)
        if one is None:
            return None
        total, indicative = total + one.amount, indicative or one.indicative
    return Exchanged(total, indicative)


def _by_currency(amounts: Iterable[Money]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for amount in amounts:
        sums[amount.currency] = sums.get(amount.currency, 0) + amount.minor
    return sums


def amount_of(line: GoodsLine) -> Money | None:
    """What a line is sold for: its amount, else quantity times unit price."""
    if line.amount is not None:
        return line.amount
    if line.price is None or line.quantity is None or line.price.per <= 0 or line.price.unit not in ("", line.unit):
        return None
    return money(line.quantity * line.price.amount / line.price.per, line.price.currency)


def amounts_of(lines: Mapping[str, GoodsLine]) -> tuple[list[Money], list[str]]:
    """The amounts of lines, and the keys of those that have none."""
    amounts = {key: amount_of(line) for key, line in lines.items()}
    return [one for one in amounts.values() if one is not None], [key for key, one in amounts.items() if one is None]


INDICATIVE = Text(
    "converted by the cross rate of the European Central Bank: indicative, not the customs rate of the day",
    "按欧洲央行交叉汇率折算：仅供参考，并非当日计征汇率",
)
