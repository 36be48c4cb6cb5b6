"""R043: the unit price of a line beside what the same enterprise declared for such goods and customs took in.

No reference price is published that could be used here. The median of one's own declarations is a secret of the enterprise, so
that it is a finding of its own and not a part of the form, which buyer and customs read.
"""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from msgspec import Struct

from entrepot.kernel.case import Case
from entrepot.kernel.findings import Answer, found
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.vocabulary.clearance import HISTORY, EarlierDeclaration, EarlierLine, History, named
from entrepot.kernel.vocabulary.customs import STATEMENT
from entrepot.kernel.vocabulary.decisions import HEADER, Header
from entrepot.kernel.vocabulary.goods import LINE, GoodsLine
from entrepot.modules.declaration.facts import UsualPrice, UsualPrices
from entrepot.modules.declaration.rules.law import factor_between, limit_of, unit_of
from entrepot.modules.declaration.rules.rule import Fault, Gap, NotOnFile, Seen, plain, rule, run

_CENT = Decimal("0.0001")
MEDIAN = Text("median of own declarations", "本企业申报单价中位数")


class PriceCheck(Struct, frozen=True):
    """A line under R043: its price for one of its unit, and the earlier prices for the same, newest first."""

    case: Case
    key: str
    header: Header
    price: UsualPrice | None
    why: Text | None = None

    @property
    def flow(self) -> str:
        return self.header.flow

    @property
    def mode(self) -> str:
        return self.header.mode


@rule("R043", "W", "单价在参考区间之内", element="112", source="the enterprise's own accepted declarations")
def r043(line: PriceCheck) -> Seen:
    """The unit price lies near the median of the enterprise's own declarations of such goods in the last months."""
    if line.why is not None:
        yield Gap(line.why)
    statement = line.case.at(STATEMENT, line.key)
    if line.price is None or (statement is not None and statement.about == "price"):
        return
    own, usual = line.price.price, line.price.median
    apart = abs(own - usual) * 100
    if apart > limit_of(line.case, line.header.day, "price_band_percent") * usual:
        share, currency, unit = plain((apart / usual).quantize(Decimal("0.1"))), line.price.currency, line.price.unit
        days = plain(limit_of(line.case, line.header.day, "price_reference_days"))
        yield Fault(
            f"line/{line.key}.unit_price",
            Text(
                f"unit price {currency} {plain(own)}/{unit} is {share} % off the {days}-day median {plain(usual)}",
                f"单价 {currency} {plain(own)}/{unit} 偏离近 {days} 日中位数 {plain(usual)} 达 {share}%",
            ),
            Text("check it, or attach an explanation", "请核对，或附价格说明"),
        )


def assess_prices(case: Case) -> Answer:
    """Every line's price beside the enterprise's own. It is found however far off: R043 only asks."""
    header, history = case[HEADER], case.get(HISTORY)
    if history is None or not history.declarations:
        why = Text(
            "R043 not checked: the enterprise has no earlier declarations here", "R043 未核查：本企业暂无历史申报"
        )
        return found(UsualPrices(), reasons=(why,))
    prices: dict[str, UsualPrice] = {}
    problems: list[Problem] = []
    gaps: dict[Text, None] = {}
    for key, goods in (case.get(LINE) or {}).items():
        check = _check(case, key, goods, header, history)
        if check.price is not None:
            prices[key] = check.price
        seen, unchecked = run((r043,), check, {})
        problems += seen
        gaps |= dict.fromkeys(unchecked)
    return found(UsualPrices(prices), reasons=tuple(gaps), asks=tuple(problems))


def _check(case: Case, key: str, goods: GoodsLine, header: Header, history: History) -> PriceCheck:
    try:
        days = limit_of(case, header.day, "price_reference_days")
        fewest = limit_of(case, header.day, "price_reference_lines")
        priced = _own(case, goods, header)
        if priced is None:
            return PriceCheck(
                case, key, header, None, Text("the line has no price by a known unit", "商品项无可比单价")
            )
        own, currency, unit = priced
        since = header.day - timedelta(days=int(days))
        earlier = [
            price
            for declaration, line in _alike(history, goods)
            if declaration.flow == header.flow and since <= declaration.accepted_on <= header.day
            if (price := _per_unit(case, header, line, currency, unit)) is not None
        ]
    except NotOnFile as missing:
        return PriceCheck(case, key, header, None, Text(f"no table {missing.name}", f"缺少数据表 {missing.name}"))
    if len(earlier) < fewest:
        told, most = f"{len(earlier)} of {plain(fewest)}", plain(days)
        why = Text(f"too few own declarations in {most} days: {told}", f"{most} 日内本企业申报过少：{told}")
        return PriceCheck(case, key, header, None, why)
    middle = median(earlier).quantize(_CENT)
    case.step(MEDIAN, f"median of {len(earlier)} prices", middle, line=key, days=days)
    return PriceCheck(case, key, header, UsualPrice(own, middle, currency, goods.unit, len(earlier)))


def median(values: list[Decimal]) -> Decimal:
    """The middle of one or more values; of an even number of them, half-way between the two in the middle."""
    ranked, half = sorted(values), len(values) // 2
    return ranked[half] if len(ranked) % 2 else (ranked[half - 1] + ranked[half]) / 2


def _own(case: Case, goods: GoodsLine, header: Header) -> tuple[Decimal, str, str] | None:
    """The line's price for one of its traded unit, its currency, and the unit's code; None where one of them is not known."""
    unit = unit_of(case, header.day, goods.unit) if goods.unit else None
    if unit is None:
        return None
    if goods.amount is not None and goods.quantity:
        return goods.amount.amount / goods.quantity, goods.amount.currency, unit
    if goods.price is None:
        return None
    code = unit_of(case, header.day, goods.price.unit) if goods.price.unit else unit
    factor = None if code is None else factor_between(case, header.day, unit, code)
    return None if factor is None else (goods.price.amount / goods.price.per * factor, goods.price.currency, unit)


def _alike(history: History, goods: GoodsLine) -> Iterator[tuple[EarlierDeclaration, EarlierLine]]:
    """Earlier lines of the same goods: under the same code and called the same."""
    seen: set[tuple[str, int]] = set()
    for name in dict.fromkeys(map(named, (goods.item_code, goods.description, goods.description_zh))):
        for declaration, line in history.goods.get(name, ()) if name else ():
            if line.hs10 == goods.hs and (declaration.number, line.no) not in seen:
                seen.add((declaration.number, line.no))
                yield declaration, line


def _per_unit(case: Case, header: Header, line: EarlierLine, currency: str, unit: str) -> Decimal | None:
    """An earlier price for one of `unit`; None where it is in another currency or unit."""
    price = line.unit_price
    if price is None or price.currency != currency:
        return None
    word = price.unit or line.unit
    code = unit_of(case, header.day, word) if word else None
    factor = None if code is None else factor_between(case, header.day, unit, code)
    return None if factor is None else price.amount / price.per * factor
