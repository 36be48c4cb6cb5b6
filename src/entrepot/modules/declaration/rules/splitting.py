"""More lines than one declaration holds: which lines go into which part, and what of the whole each part bears."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_DOWN, Decimal

import msgspec

from entrepot.kernel.case import Case
from entrepot.kernel.findings import Answer, found, not_applicable, refused
from entrepot.kernel.money import Money, minor_digits
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.vocabulary.decisions import HEADER
from entrepot.kernel.vocabulary.goods import LINE, GoodsLine
from entrepot.kernel.vocabulary.trade import CONTAINER, Charge, Charges, Container
from entrepot.modules.declaration.facts import Borne, PartsPlan, PlannedPart

TOTAL_MARK = "3"
GROUPS = Text("parts", "分单数")


def applies(case: Case) -> bool:
    """Whether there may be more lines than one declaration holds: the number of lines alone is looked at."""
    return len(case.keys(LINE)) > 1


def assess_split(case: Case) -> Answer:
    """The parts, each within the greatest number of lines; goods of one container stay together as far as they fit."""
    numbers, header = case.keys(LINE), case.get(HEADER)
    most = case.read("CN/limits", header.day, name="line_max") if header is not None else None
    if most is None or len(numbers) <= most["value"]:
        return not_applicable(Text("one declaration holds all lines", "一份报关单即可申报全部商品项"))
    if strange := [key for key in numbers if not key.isdigit()]:
        told = ", ".join(sorted(strange)[:5])
        return refused(
            (Problem("W010", "goods.line", Text(f"lines without a number: {told}", f"商品项序号不是数字：{told}"),
                     Text("number the lines 1, 2, 3 …", "请以 1、2、3…… 编号")),)
        )  # fmt: skip
    containers = case.get(CONTAINER) or {}
    parts = parted(sorted(numbers, key=int), containers, int(most["value"]))
    case.step(GROUPS, "lines in order, a container's together, up to the most that one form holds", len(parts),
              lines=len(numbers), most=most["value"])  # fmt: skip
    holding = [(name, frozenset(held.lines)) for name, held in sorted(containers.items())]
    return found(
        PartsPlan(
            tuple(
                PlannedPart(part, tuple(name for name, held in holding if not held.isdisjoint(part))) for part in parts
            )
        )
    )


def borne(parts: Sequence[tuple[str, ...]], lines: Mapping[str, GoodsLine], charges: Charges) -> list[Borne]:
    """What each part bears of the whole: the sums of its lines, and its share of the charges."""
    values = [_value(lines, part) for part in parts]
    shares = {name: shared(getattr(charges, name), values) for name in ("freight", "insurance", "misc")}
    return [
        Borne(
            total=values[number],
            net_kg=_sum(lines[key].net_kg for key in part),
            gross_kg=_sum(lines[key].gross_kg for key in part),
            packages=_count(lines[key].packages for key in part),
            **{name: given[number] for name, given in shares.items()},
        )
        for number, part in enumerate(parts)
    ]


def parted(keys: list[str], containers: Mapping[str, Container], most: int) -> list[tuple[str, ...]]:
    """The line numbers in parts of at most `most`. Lines that share a container go together; a group too large is cut."""
    if not containers:
        return [tuple(keys[start : start + most]) for start in range(0, len(keys), most)]
    parts: list[tuple[str, ...]] = []
    open_: list[str] = []
    for group in _groups(keys, containers):
        for start in range(0, len(group), most):
            piece = group[start : start + most]
            if len(open_) + len(piece) > most:
                parts.append(tuple(open_))
                open_ = []
            open_ += piece
    return [*parts, tuple(open_)] if open_ else parts


def _groups(keys: list[str], containers: Mapping[str, Container]) -> Iterator[list[str]]:
    """Lines that share containers, directly or by way of others, in the order of their first line."""
    first = {key: key for key in keys}

    def root(key: str) -> str:
        while first[key] != key:
            key = first[key] = first[first[key]]
        return key

    for container in containers.values():
        held = [root(key) for key in container.lines if key in first]
        for key in held[1:]:
            first[root(key)] = root(held[0])
    groups: dict[str, list[str]] = {}
    for key in keys:
        groups.setdefault(root(key), []).append(key)
    yield from groups.values()


def shared(charge: Charge | None, values: list[Money | None]) -> list[Charge | None]:
    """A charge over the parts: a rate or a price per tonne is the same in each; a total is shared by value to the minor unit,
    the largest remainders first, so that the shares add up to it. None where a value is unknown."""
    if charge is None or charge.mark != TOTAL_MARK:
        return [charge] * len(values)
    weights = [value.minor for value in values if value is not None]
    if len(weights) < len(values) or not sum(weights):
        return [None] * len(values)
    digits = minor_digits(charge.currency)
    unit = Decimal(1).scaleb(-digits)
    whole = sum(weights)
    exact = [charge.value * weight / whole for weight in weights]
    floors = [share.quantize(unit, ROUND_DOWN) for share in exact]
    left = int((charge.value - sum(floors, Decimal(0))) / unit)
    order = sorted(range(len(exact)), key=lambda n: (floors[n] - exact[n], n))
    for number in order[:left]:
        floors[number] += unit
    return [msgspec.structs.replace(charge, value=share) for share in floors]


def _value(lines: Mapping[str, GoodsLine], part: tuple[str, ...]) -> Money | None:
    amounts = [lines[key].amount for key in part]
    known = [amount for amount in amounts if amount is not None]
    if len(known) < len(amounts) or len({amount.currency for amount in known}) != 1:
        return None
    return Money(sum(amount.minor for amount in known), known[0].currency)


def _sum(values: Iterator[Decimal | None]) -> Decimal | None:
    known = list(values)
    return None if None in known else sum((value for value in known if value is not None), Decimal(0))


def _count(values: Iterator[int | None]) -> int | None:
    known = list(values)
    return None if None in known else sum(value for value in known if value is not None)
