"""Intermediate materials: made by the producer itself out of other materials of its bill (RCEP Art. 3.12).

One that originates by its own rule counts wholly; of one that does not, the parts count in its place.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from entrepot.kernel.text import Problem, Text
from entrepot.kernel.vocabulary.goods import Material

DEEPEST = 50


class Rolled(NamedTuple):
    """A material that counts: its number in the bill, and whether it was found to originate by its own rule."""

    number: int
    material: Material
    originating: bool = False


def rolled(materials: tuple[Material, ...], found: Mapping[str, bool | None], hopeful: bool = False) -> list[Rolled]:
    """What counts of a bill, by what was found on its intermediate materials."""
    if not any(material.part_of for material in materials):
        return [Rolled(number, material) for number, material in enumerate(materials, 1)]
    return list(_counting(_by_whole(materials), "", found, hopeful))


def _by_whole(materials: Iterable[Material]) -> dict[str, list[Rolled]]:
    parts: dict[str, list[Rolled]] = {}
    for number, material in enumerate(materials, 1):
        parts.setdefault(material.part_of, []).append(Rolled(number, material))
    return parts


def _counting(
    parts: Mapping[str, list[Rolled]], whole: str, found: Mapping[str, bool | None], hopeful: bool
) -> Iterator[Rolled]:
    for one in parts.get(whole, ()):
        own = one.material.no
        if not own or own not in parts or one.material.role in ("transport_packing", "indirect"):
            yield one
            continue
        outcome = found.get(own)
        if outcome or (outcome is None and hopeful):
            yield one._replace(originating=True)
        else:
            yield from _counting(parts, own, found, hopeful)


def intermediates(
    materials: tuple[Material, ...], judge: Callable[[Material, list[Rolled]], bool | None]
) -> dict[str, bool | None]:
    """What is found on each intermediate material, those within others first: the bill has no circles."""
    if not any(material.part_of for material in materials):
        return {}
    parts = _by_whole(materials)
    found: dict[str, bool | None] = {}
    wholes = {material.no: material for material in materials if material.no in parts and material.no}

    def settle(no: str) -> None:
        for one in parts[no]:
            if one.material.no in wholes and one.material.no not in found:
                settle(one.material.no)
        found[no] = judge(wholes[no], list(_counting(parts, no, found, False)))

    for no in wholes:
        if no not in found:
            settle(no)
    return found


def parts_faults(place: str, materials: tuple[Material, ...]) -> Iterator[Problem]:
    """Numbers that stand twice, parts of what is not in the bill, circles, parts worth more than the whole."""
    if not any(material.no or material.part_of for material in materials):
        return
    counts = Counter(material.no for material in materials if material.no)
    above = {material.no: material.part_of for material in materials if material.no}
    for number, material in enumerate(materials, 1):
        where = f"{place}.materials/{number}"
        if counts[material.no] > 1:
            yield _fault(
                "OR31",
                f"{where}.no",
                "this number stands twice in the bill",
                "该编号在清单中重复",
                "give each its own",
                "请分别编号",
            )
        if material.part_of and material.part_of not in counts:
            yield _fault(
                "OR32",
                f"{where}.part_of",
                "no material of the bill has this number",
                "清单中无此编号的材料",
                "name the number of the material it became part of",
                "请填写其所构成材料的编号",
            )
        elif material.part_of and material.no and _circles(material.no, above):
            yield _fault(
                "OR33",
                f"{where}.part_of",
                f"this material is part of itself, or stands more than {DEEPEST} deep",
                f"该材料循环包含自身，或层级超过{DEEPEST}层",
                "state what it was really made into",
                "请如实填写其构成关系",
            )
    yield from _heavier_parts(place, materials)


def _circles(no: str, above: Mapping[str, str]) -> bool:
    here = above.get(no, "")
    for _ in range(DEEPEST):
        if not here or here == no:
            return bool(here)
        here = above.get(here, "")
    return bool(here)


def _heavier_parts(place: str, materials: tuple[Material, ...]) -> Iterator[Problem]:
    worth: Counter[tuple[str, str]] = Counter()
    for material in materials:
        if material.part_of:
            worth[material.part_of, material.value.currency] += material.value.minor
    for number, material in enumerate(materials, 1):
        if material.no and worth[material.no, material.value.currency] > material.value.minor:
            yield _fault(
                "OR34",
                f"{place}.materials/{number}.value",
                "its parts are worth more than the whole",
                "其组成部分的价值超过整体",
                "give the cost of making it, its parts included",
                "请填写含组成部分在内的成本",
            )


def _fault(rule: str, where: str, en: str, zh: str, fix: str, fix_zh: str) -> Problem:
    return Problem(rule, where, Text(en, zh), Text(fix, fix_zh))
