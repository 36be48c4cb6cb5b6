"""Goods codes in the edition that a table of rules is written in. Goods are stated in the edition in force."""

from datetime import date

from entrepot.kernel.case import Case

STATED = "HS 2022"


def codes_in(case: Case, day: date, code: str, edition: str) -> tuple[str, ...]:
    """What a stated code is in that edition; nothing where there is no such code in the edition in force."""
    if not code or not exists(case, day, code):
        return ()
    return (code,)


def exists(case: Case, day: date, code: str) -> bool:
    """Whether the edition in force has the code, as far as its digits are the same everywhere; true where it is not on file."""
    known = code[: min(len(code) // 2 * 2, 6)]
    return not case.knows("hs/codes") or case.read("hs/codes", day, code=known) is not None
