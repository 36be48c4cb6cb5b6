"""Editions of the Harmonized System: which one holds on a day, and where a code of one edition went in another.

Reads the tables `hs/editions` (code -> the editions in which it stands) and `hs/moves` (code, edition, into -> codes).
"""

from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from entrepot.kernel.case import Case
from entrepot.kernel.text import Problem, Text

# The day from which each edition is in force.
EDITIONS: Mapping[str, date] = {
    "HS 2022": date(2022, 1, 1),
    "HS 2017": date(2017, 1, 1),
    "HS 2012": date(2012, 1, 1),
    "HS 2007": date(2007, 1, 1),
}
NEWEST = "HS 2022"


class Moved(Struct, frozen=True):
    """Where a code of six digits went: `codes` are all that hold some of its goods in the other edition, `conversion` the
    one that statistics take for it (empty where there is none). It is `certain` when there is one code only."""

    code: str
    edition: str
    into: str
    codes: tuple[str, ...]
    conversion: str = ""

    @property
    def certain(self) -> bool:
        return len(self.codes) == 1

    def told(self) -> Text:
        """The move in words: what a person must settle where it is not certain."""
        listed = ", ".join(self.codes[:6]) + (" …" if len(self.codes) > 6 else "")
        if self.certain:
            return Text(
                f"{self.code} of {self.edition} is {listed} in {self.into}",
                f"{self.edition} 的 {self.code} 在 {self.into} 中为 {listed}",
            )
        return Text(
            f"{self.code} of {self.edition} went to {len(self.codes)} codes of {self.into}: {listed}; the goods decide",
            f"{self.edition} 的 {self.code} 在 {self.into} 中分为 {len(self.codes)} 个编码：{listed}，须按货物确定",
        )


def edition_on(day: date) -> str:
    """The edition in force on a day; the oldest known one before that."""
    return next((edition for edition, since in EDITIONS.items() if since <= day), "HS 2007")


def moved(case: Case, code: str, edition: str, into: str, day: date, where: str = "hs") -> Moved | Problem:
    """Where the first six digits of `code` went from one edition to another, read on `day`; a Problem, which names the
    editions in which it stands, where it is no code of the first. Longer digits are a nation's own and are cut."""
    six = code[:6]
    row = case.read("hs/editions", day, code=six) if len(six) == 6 else None
    stands = row["editions"] if row is not None else ()
    if edition not in stands:
        return _unknown(case, code, edition, stands, day, where)
    codes: tuple[str, ...] = (six,)
    conversion = six
    # The tables lie between the newest edition and each older one: two older ones meet in the newest.
    for source, target in ((edition, NEWEST), (NEWEST, into)):
        if source != target:
            codes, conversion = _step(case, codes, conversion, source, target, day)
    return Moved(six, edition, into, codes, conversion)


def _step(
    case: Case, codes: tuple[str, ...], conversion: str, source: str, target: str, day: date
) -> tuple[tuple[str, ...], str]:
    """All codes that these went to, and the conversion of the one that was converted so far."""
    went: dict[str, None] = {}
    converted = ""
    for code in codes:
        move = case.read("hs/moves", day, code=code, edition=source, into=target)
        went.update(dict.fromkeys((code,) if move is None else move["codes"]))
        if code == conversion:
            converted = code if move is None else move["conversion"]
    return tuple(went), converted


def _unknown(case: Case, code: str, edition: str, stands: tuple[str, ...], day: date, where: str) -> Problem:
    if not stands:
        return Problem(
            "HS01",
            where,
            Text(
                f"{code[:20]!r} is in no edition of the Harmonized System on file",
                f"{code[:20]!r} 不在已知的任何版本协调制度中",
            ),
            Text("look the six digits up, or describe the goods", "请核对六位编码，或填写商品描述"),
        )
    went = moved(case, code, stands[0], edition, day, where)
    now = went.told() if isinstance(went, Moved) else None
    return Problem(
        "HS02",
        where,
        Text(
            f"{code[:6]} is a code of {', '.join(stands)}, not of {edition}",
            f"{code[:6]} 是 {'、'.join(stands)} 的编码，不属于 {edition}",
        ),
        now or Text(f"use a code of {edition}", f"请使用 {edition} 的编码"),
    )
