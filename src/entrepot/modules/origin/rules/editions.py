"""Goods codes in the edition that a table of rules is written in. Goods are stated in the edition in force on the day."""

from datetime import date

from entrepot.kernel.case import Case
from entrepot.kernel.editions import EDITIONS, NEWEST, edition_on, moved
from entrepot.kernel.text import Problem, Text


def codes_in(case: Case, day: date, code: str, edition: str) -> tuple[str, ...]:
    """What a stated code is in that edition, several where it moved in parts; nothing where there is no such code in the
    edition in force. One that kept its number, and most of its goods by the conversion of the statistics, is itself.
    Codes of fewer than six digits, and editions that are not on file, are taken as stated."""
    if not code:
        return ()
    if len(code) < 6 or not case.knows("hs/editions"):
        return () if wrong(case, day, code, "") is not None else (code,)
    stated, six = edition_on(day), code[:6]
    row = case.read("hs/editions", day, code=six)
    if row is None or stated not in row["editions"]:
        return ()
    if edition not in EDITIONS or edition == stated:
        return (code,)
    if stated == NEWEST:
        move = case.read("hs/moves", day, code=six, edition=stated, into=edition)
        return (code,) if move is None or move["conversion"] == six else tuple(move["codes"])
    went = moved(case, code, stated, edition, day)
    if isinstance(went, Problem):
        return ()
    return (code,) if went.conversion == six else went.codes


def wrong(case: Case, day: date, code: str, where: str) -> Problem | None:
    """Why a code is none of the edition in force; None where it is one, or where the editions are not on file."""
    if len(code) >= 6 and case.knows("hs/editions"):
        stated = edition_on(day)
        row = case.read("hs/editions", day, code=code[:6])
        if row is not None and stated in row["editions"]:
            return None
        found = moved(case, code, stated, stated, day, where)
        return found if isinstance(found, Problem) else None
    known = code[: min(len(code) // 2 * 2, 6)]
    if not case.knows("hs/codes") or case.read("hs/codes", day, code=known) is not None:
        return None
    return Problem(
        "HS01",
        where,
        Text(f"{code[:20]!r} is in no edition of the Harmonized System on file", f"{code[:20]!r} 不在已知的协调制度中"),
        Text("look the digits up", "请核对编码"),
    )
