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
}


def not_on_file(law: Mapping[str, Treated]) -> Text | None:
    """What is not on file of which codes, in one text; None where all is."""
    told = []
    for name, gap in GAPS.items():
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


def treated(case: Case, code: str, day: date) -> Treated:
    """A code under the rules of the market; worked out once a day and code."""
    return case.by_law(_treated, code, day)


def _treated(case: Case, code: str, day: date) -> Treated:
    barred: list[Text] = []
    single: list[Text] = []
    unknown: list[str] = []
    row = case.read("CN/market_forbidden", day, hs=code)
    if row is not None:
        barred.append(Text(f"{code}: {row['why_en']}", f"{code}：{row['why_zh']}"))
    controls = case.read("CN/control_requirements", day, hs=code, flow="E")
    if controls is None:
        unknown.append("controls")
    else:
        held = set(controls["codes"])
        if hit := sorted(held & _codes(case, day, "not_allowed", "control_code")):
            barred.append(Text(f"{code}: control code {', '.join(hit)}", f"{code}：监管证件代码 {'、'.join(hit)}"))
        if hit := sorted(held & _codes(case, day, "not_merged", "control_code")):
            single.append(
                Text(f"{code}: statutory inspection ({', '.join(hit)})", f"{code}：法定检验（{'、'.join(hit)}）")
            )
    refund = case.read("CN/refund_rates", day, code=code)
    if refund is not None and refund["flag"] in _codes(case, day, "not_allowed", "refund_flag"):
        barred.append(
            Text(f"{code}: no export or no refund by the refund library", f"{code}：退税率文库标记为禁止出口或不退税")
        )
    if case.read("CN/dg_reference", day, hs=code) is not None and _codes(case, day, "not_allowed", "dangerous"):
        barred.append(Text(f"{code}: dangerous goods", f"{code}：危险货物"))
    duty = case.read("CN/export_tariff", day, code=code)
    if duty is None:
        unknown.append("duty")
    elif not isinstance(duty["provisional"] or duty["duty"], Free) and _codes(case, day, "not_merged", "export_duty"):
        single.append(Text(f"{code}: bears export duty", f"{code}：应征出口关税"))
    return Treated(tuple(barred), tuple(single), tuple(unknown))


def _codes(case: Case, day: date, treatment: str, ground: str) -> frozenset[str]:
    """The codes of a ground, or the ground itself where it has none; empty where it is not on file."""
    row = case.read("CN/market_goods", day, treatment=treatment, ground=ground)
    return frozenset() if row is None else frozenset(row["codes"] or (ground,))


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
