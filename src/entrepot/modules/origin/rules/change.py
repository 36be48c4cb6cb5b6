"""Change of tariff classification (RCEP Arts. 3.7 to 3.9; Annex 3A, headnotes 5 to 7), and whether a code is of some places.

A code may be known in parts only, or have moved to several codes in the edition of the rule: what holds for all that it
may be holds, anything else cannot be told.
"""

from collections.abc import Iterable

from entrepot.modules.origin.facts import ChangeTest, CodeRange, Places

ELSEWHERE = ("~~~~~~",)
"""The code of a material that is of no place in the tariff that any rule names: what a material from another heading would be."""


def excludes(place: CodeRange, code: str) -> bool | None:
    """Whether a code stands in the range; None where it has too few digits to tell."""
    length = len(place.first)
    if place.first[: len(code)] <= code[:length] <= place.last[: len(code)]:
        return True if len(code) >= length else None
    return False


def changes(good: str, material: str, test: ChangeTest) -> bool | None:
    """Whether a material makes the change that the test asks for; None where its code or the good's is too short to tell."""
    if test.level and min(len(good), len(material)) < test.level:
        # Codes that differ in what is known of them differ altogether.
        known = min(len(good), len(material))
        if good[:known] == material[:known]:
            return None
    elif test.level and good[: test.level] == material[: test.level]:
        return False
    barred = [excludes(place, material) for place in test.excluded]
    return False if True in barred else None if None in barred else True


def code_changes(goods: tuple[str, ...], materials: tuple[str, ...], test: ChangeTest) -> bool | None:
    """The same for all that the good's and the material's code may be."""
    if not materials:
        return True if not test.level and not test.excluded else None
    return _agreed(changes(good, material, test) for good in goods or ("",) for material in materials)


def stands_in(places: Places, codes: tuple[str, ...]) -> bool | None:
    """Whether a code, whichever it may be, is of the places."""
    return _agreed(_of(places, code) for code in codes) if codes else None


def _of(places: Places, code: str) -> bool | None:
    found = [excludes(place, code) for place in places]
    return True if True in found else None if None in found else False


def _agreed(outcomes: Iterable[bool | None]) -> bool | None:
    found = set(outcomes)
    return found.pop() if len(found) == 1 else None
