"""Screening without a dossier: a name in, the listed ones like it out, by the same rules that draw it on a sheet."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Literal

import msgspec
from msgspec import Struct

from entrepot.channels.online import Voice
from entrepot.kernel.case import Case
from entrepot.kernel.intake import Refusal, convert
from entrepot.kernel.law import Law, Row
from entrepot.kernel.module import Registry
from entrepot.kernel.record import Record
from entrepot.kernel.sheet import Sheet
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.vocabulary import SHARED
from entrepot.kernel.vocabulary.clearance import ListEdition
from entrepot.modules.screening.module import MODULE
from entrepot.modules.screening.rules.index import AIRCRAFT, PARTIES, VESSELS
from entrepot.modules.screening.rules.judge import Subject, editions, likely
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import problem

LONGEST = 300
_GROUPS = {"party": PARTIES, "vessel": VESSELS, "aircraft": AIRCRAFT, "": PARTIES | VESSELS | AIRCRAFT}


class AskedName(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A name to screen, with what else is known: `country` alpha-3, `born` a day or year (1971-05-02, 1971), `number` such as
    `IMO:9187629` or `USCC:…`; `kind` says what it may be (anything where it is empty); `id` is the asker's own, given back."""

    name: str = ""
    country: str = ""
    born: str = ""
    number: str = ""
    kind: Literal["", "party", "vessel", "aircraft"] = ""
    id: str = ""


class ListedName(Struct, frozen=True, omit_defaults=True):
    """An entry of a list that is like the name: the name that met, the entry's first name, and what the list says of it.
    `hit` is the id under which a decision on it is kept; `foreign` lists inform and refuse nothing."""

    hit: str
    pack: str
    entry: str
    listed: str
    name: str
    kind: str
    score: Decimal
    reasons: tuple[Text, ...]
    foreign: bool
    programme: str = ""
    listed_on: date | None = None
    countries: tuple[str, ...] = ()
    born: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    original: tuple[str, ...] = ()


class Screened(Struct, frozen=True, omit_defaults=True):
    """What was found for a name, the likeliest first. `stale` names the editions that are no longer current."""

    name: str
    found: tuple[ListedName, ...] = ()
    lists: tuple[ListEdition, ...] = ()
    stale: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    id: str = ""
    line: int = 0


_NO_LISTS = problem(
    "SC11", "lists", "there is no list on file to screen against", "未收录任何可供筛查的名单",
    "bring one in: entrepot pack import ofac, un, bis or list", "请导入名单：entrepot pack import ofac、un、bis 或 list",
)  # fmt: skip


@cache
def _registry() -> Registry:
    return Registry((MODULE,), SHARED)


class Screener:
    """Asks names of the lists of one law on one day. Keeps no name."""

    def __init__(self, law: Law, day: date) -> None:
        self._law, self.day = law, day
        self._sheet = Sheet(_registry(), Record("", "trade", _registry().topics), law, day)
        case = self._case()
        titles = {card.name: Text(card.title["en"], card.title["zh"]) for card in law.packs}
        rows = editions(case, day)
        self.lists = tuple(
            ListEdition(pack, titles[pack], row["published"], row["entries"] or 0) for pack, row in rows.items()
        )
        self.stale = tuple(f"{pack} {row['published']}" for pack, row in rows.items() if row.beyond)

    def _case(self) -> Case:
        return Case(self._sheet, MODULE, "", frozenset())

    def screen(self, asked: AskedName) -> Screened:
        """The listed ones like the name asked."""
        if not self.lists:
            return Screened(asked.name, problems=(_NO_LISTS,), id=asked.id)
        subject = Subject(
            (("name", asked.name),) if asked.name.strip() else (), _GROUPS[asked.kind], asked.country, asked.born,
            (("number", asked.number.strip().upper()),) if asked.number else (),
        )  # fmt: skip
        found = likely(self._case(), subject, self.day)
        return Screened(
            asked.name,
            tuple(
                listed_name(one.row, one.pack, one.listed, one.id, one.score, one.reasons, one.foreign) for one in found
            ),
            self.lists,
            self.stale,
            id=asked.id,
        )


def listed_name(
    row: Row, pack: str, listed: str, hit: str, score: Decimal, reasons: tuple[Text, ...], foreign: bool
) -> ListedName:
    """An entry of a list as it is shown beside a name."""
    return ListedName(
        hit, pack, row.keys["entry"], listed, row["name"], row["kind"], score, reasons, foreign, row["programme"],
        row["listed_on"], row["countries"] or (), row["born"] or (), (row["aliases"] or ()) + (row["weak"] or ()),
        row["original"] or (),
    )  # fmt: skip


def name_from(data: object) -> AskedName:
    """A question as decoded from JSON, a form or a record; Refusal with every problem."""
    asked: AskedName = convert({"name": data} if isinstance(data, str) else data, AskedName)
    problems = []
    if not any(map(str.isalnum, asked.name)) and not any(map(str.isalnum, asked.number)):
        problems.append(_bad("name", "a name, or a number", "名称或号码"))
    if len(asked.name) > LONGEST:
        problems.append(_bad("name", f"no more than {LONGEST} characters", f"不超过 {LONGEST} 个字符"))
    if asked.country and not (len(asked.country) == 3 and asked.country.isascii() and asked.country.isupper()):
        problems.append(_bad("country", "three capital letters, as IRN", "三个大写字母，如 IRN"))
    if asked.born and not (asked.born.isascii() and asked.born[:4].isdigit() and len(asked.born) in (4, 7, 10)):
        problems.append(_bad("born", "a day or a year: 1971-05-02 or 1971", "日期或年份，如 1971-05-02 或 1971"))
    if problems:
        raise Refusal(tuple(problems))
    return asked


def _bad(where: str, en: str, zh: str) -> Problem:
    return problem("SC10", where, f"{where} cannot be this", f"{where} 填写有误", f"give {en}", f"请填写：{zh}")


def screen(desk: Desk, voice: Voice, asked: AskedName) -> Screened:
    """What is found for one name, for whoever proves who is asking."""
    desk.admit(voice, "read")
    return Screener(desk.law, desk.today()).screen(asked)


def screen_each(desk: Desk, voice: Voice, asked: Iterable[tuple[int, object]]) -> Iterator[Screened]:
    """An answer for each record, in their order, with the number of its line; a bad record is refused and stops nothing. What
    could not be read as a record comes as its Problem."""
    desk.admit(voice, "read")
    screener = Screener(desk.law, desk.today())
    for number, one in asked:
        try:
            found = Screened("", problems=(one,)) if isinstance(one, Problem) else screener.screen(name_from(one))
        except Refusal as refusal:
            found = Screened("", problems=refusal.problems)
        yield msgspec.structs.replace(found, line=number, lists=(), stale=())
