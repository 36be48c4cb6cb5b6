"""The simplified declaration: the most valuable kinds singly, the rest merged by chapter (GACC Announcement 2019 No. 221)."""

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal

from entrepot.kernel.money import Money
from entrepot.kernel.text import Text
from entrepot.modules.procurement.facts import MarketLine, MarketRecord

KG = "kg"
Records = Mapping[str, MarketRecord]


def kinds_of(records: Records) -> dict[str, list[str]]:
    """The numbers of the records of each goods code: a code is a kind."""
    kinds: dict[str, list[str]] = {}
    for number in sorted(records):
        kinds.setdefault(records[number].hs, []).append(number)
    return kinds


def market_lines(
    records: Records, most: int, singly: Collection[str], weighed: Collection[str]
) -> tuple[MarketLine, ...]:
    """The lines that records of one currency make.

    Kinds whose code is in `singly` may not be merged: each is a line and takes no place among the `most` valuable. Where there
    are no more than `most` kinds, all are declared singly. `weighed` are codes whose statutory unit is the kilogram. Kinds
    of equal value stand in the order of their codes.
    """
    kinds = sorted(kinds_of(records).items(), key=lambda kind: (-_value(records, kind[1]), kind[0]))
    if len(kinds) <= most:
        return tuple(_line(records, numbers, False, weighed) for _, numbers in kinds)
    free = [kind for kind in kinds if kind[0] not in singly]
    kept = [kind for kind in kinds if kind[0] in singly]
    chapters: dict[str, list[list[str]]] = {}
    for code, numbers in free[most:]:  # the most valuable kind of a chapter comes first and gives the code
        chapters.setdefault(code[:2], []).append(numbers)
    merged = [
        _line(records, [n for kind in group for n in kind], True, weighed, len(group)) for group in chapters.values()
    ]
    singles = [_line(records, numbers, False, weighed) for _, numbers in free[:most]]
    others = [_line(records, numbers, False, weighed) for _, numbers in kept]
    return (*singles, *others, *sorted(merged, key=lambda line: (-line.value.minor, line.hs)))


def _value(records: Records, numbers: Iterable[str]) -> int:
    return sum(records[number].total.minor for number in numbers)


def _line(records: Records, numbers: list[str], merged: bool, weighed: Collection[str], kinds: int = 1) -> MarketLine:
    those = [records[number] for number in numbers]
    first = those[0]
    quantity, unit = measure(those, weighed)
    why = None
    if merged:
        told = (
            f"{kinds} kinds under the code of the most valuable"
            if kinds > 1
            else "the one kind beyond those declared singly"
        )
        zh = f"{kinds} 种商品按价值最高者的编码合并" if kinds > 1 else "逐项申报之外的唯一品种"
        why = Text(f"chapter {first.hs[:2]}: {told}", f"第 {first.hs[:2]} 章：{zh}")
    packages = [one.packages for one in those]
    return MarketLine(
        hs=first.hs, name=first.goods, records=tuple(numbers), value=Money(_value(records, numbers), first.total.currency),
        kinds=kinds, merged=merged, name_zh=first.goods_zh, quantity=quantity, unit=unit, net_kg=weight(those),
        packages=None if None in packages else sum(one for one in packages if one is not None), why=why,
    )  # fmt: skip


def measure(records: Iterable[MarketRecord], weighed: Collection[str]) -> tuple[Decimal | None, str]:
    """The quantity of several records: in the unit that they share, else, or where the tariff weighs one of them, in
    kilograms."""
    those = list(records)
    units = {one.unit for one in those}
    if len(units) == 1 and not any(one.hs in weighed for one in those):
        return sum((one.quantity for one in those), Decimal(0)), units.pop()
    return (sum((one.quantity for one in those), Decimal(0)), KG) if units == {KG} else (weight(those), KG)


def weight(records: Iterable[MarketRecord]) -> Decimal | None:
    """The net weight of several records; None where one does not say its own."""
    weights = [one.net_kg if one.net_kg is not None else one.quantity if one.unit == KG else None for one in records]
    return None if None in weights else sum((one for one in weights if one is not None), Decimal(0))
