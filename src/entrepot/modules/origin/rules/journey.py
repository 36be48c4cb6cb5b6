"""What was done to the goods where they were made, and on the way (RCEP Arts. 3.6 and 3.15)."""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.trade import Leg
from entrepot.modules.origin.facts import Result, RuleTest

CONSIGNMENT = "direct consignment"
MINIMAL = "minimal operations"


@lru_cache(maxsize=4096)
def operation_word(said: str) -> str:
    """An operation by the word of the tables: `Simple Mixing` is `mixing`; what is no longer simple says `special_mixing`."""
    word = "_".join(said.lower().replace("-", " ").replace("_", " ").split())
    return word.removeprefix("simple_")


# Parts are put together to make a box and to make a car: unless it is said to be simple, it may be more than that.
_ASSEMBLY = frozenset({"assembling", "assembly"})


# What a maker states of its materials beside its operations, by the words of the rules: nothing is done by it.
_STATEMENT = re.compile(
    r"(?:without|not_beyond|cth_but_for|set_but_for|from|nuts_over)_.*|.*_(?:obtained|originating)(?:_.*)?|.*_within_.*"
)


def done(operations: Iterable[str]) -> tuple[str, ...]:
    """The operations among what a maker states."""
    return tuple(one for one in operations if not _STATEMENT.fullmatch(operation_word(one)))


def beyond_minimal(operations: Iterable[str], is_minimal: Callable[[str], bool]) -> bool | None:
    """Whether something more was done than minimal operations, alone or together; None where nothing is stated, or nothing more
    than an assembly of which it is not said whether it is a simple one."""
    outcomes = [_is_more(operation, is_minimal) for operation in done(operations)]
    return True if True in outcomes else None if None in outcomes or not outcomes else False


def _is_more(operation: str, is_minimal: Callable[[str], bool]) -> bool | None:
    word = operation_word(operation)
    if word not in _ASSEMBLY:
        return not is_minimal(word)
    if not is_minimal("assembling"):
        return True
    return False if operation.strip().lower().startswith("simple") else None


def minimal_result(beyond: bool | None) -> Result | None:
    """The test of minimal operations as it is reported; None where the operations are not stated."""
    if beyond is None:
        return None
    if beyond:
        detail = Text("more was done than minimal operations", "加工超出微小加工范围")
        return Result(RuleTest(MINIMAL, True, detail))
    detail = Text("only minimal operations were done", "仅进行了微小加工或处理")
    return Result(
        RuleTest(MINIMAL, False, detail),
        (Text("an operation beyond the list of minimal ones", "须有超出微小加工清单的加工工序"),),
    )


def consigned(
    legs: tuple[Leg, ...],
    exporting: str,
    importing: str,
    allowed: Callable[[str], bool | None],
    through_bill: bool = False,
) -> Result | None:
    """Direct consignment by the calls on the route; None where no call in another country is stated.

    In a country on the way goods may be unloaded, loaded again, stored and kept sound, and stay under customs control:
    a through bill shows that they did where nobody says otherwise (para. 3).
    """
    between = [leg for leg in legs if leg.country not in (exporting, importing)]
    if not between:
        return None
    broken: list[Text] = []
    open_: list[Text] = []
    for leg in between:
        place = leg.place or leg.country
        for operation in leg.operations:
            ruling = allowed(operation_word(operation))
            if ruling is None:
                open_.append(
                    Text(
                        f"that {operation!r} in {place} is no more than logistics",
                        f"{place} 的“{operation}”须仅属物流作业",
                    )
                )
            elif not ruling:
                broken.append(Text(f"{operation!r} was done in {place}", f"在 {place} 进行了“{operation}”"))
        if leg.customs_control is None and not through_bill:
            open_.append(
                Text(f"that the goods stay under customs control in {place}", f"货物在 {place} 须处于海关监管之下")
            )
        elif leg.customs_control is False:
            broken.append(Text(f"the goods left customs control in {place}", f"货物在 {place} 脱离海关监管"))
    if broken:
        return Result(RuleTest(CONSIGNMENT, False, broken[0]), tuple(broken))
    places = ", ".join(leg.place or leg.country for leg in between)
    detail = Text(f"by way of {places}", f"途经 {places}")
    return Result(RuleTest(CONSIGNMENT, None if open_ else True, detail), conditions=tuple(open_))
