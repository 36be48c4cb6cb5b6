"""What a line needs in licences and controls, and what of it is at hand and valid on the day."""

from collections.abc import Iterator, Mapping
from datetime import date

from msgspec.structs import replace

from entrepot.kernel.case import Case
from entrepot.kernel.findings import Answer, found, needs_review, not_applicable
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.clearance import LineControls, Requirement
from entrepot.kernel.vocabulary.customs import ATTACHMENT, PARTICULARS, STATEMENT, Attachment
from entrepot.kernel.vocabulary.decisions import HEADER, TRAITS, GoodsTraits, Header
from entrepot.kernel.vocabulary.goods import LINE, GoodsLine
from entrepot.kernel.vocabulary.trade import PACKING, TRANSPORT
from entrepot.modules.licensing.facts import Asking
from entrepot.modules.licensing.rules.asked import asked_of, dangerous_papers, days_ahead, word_asked

BORDER_TRADE = "4019"
LICENCES = frozenset("14xy")
DUAL_USE = frozenset({"2", "3", "G", "dual_use", "scheduled_chemical"})
HAZARD, HAZARD_DATA = "dangerous_goods", "dangerous_data"
INSPECTED_IN = "A"
_NO_TRAITS: tuple[tuple[str, ...], bool] = ((), False)


def assess(case: Case) -> Answer:
    """The controls of one line: what is asked, what is held, what nobody can say from what is on file."""
    header, goods, traits = case[HEADER], case.own(LINE), case.at(TRAITS)
    if not goods.hs:
        return not_applicable(Text("the line has no goods code yet", "该项尚无商品编号"))
    by = last_day(case, header)
    named, known = _NO_TRAITS if traits is None else (traits.controls, traits.controls_known)
    asked = case.by_law(
        asked_of, goods.hs, header.day, header.flow, header.processing, header.mode == BORDER_TRADE, named, known, by
    )
    line = _Line(case, header, goods, traits, by)
    requirements = [line.met(asking) for asking in asked.askings]
    requirements += line.dangers()
    value = LineControls(asked.known, asked.codes, tuple(requirements))
    unsure = [
        Text(f"{one.name.en}: {one.why.en}", f"{one.name.zh}：{one.why.zh}")
        for one in requirements
        if one.status == "unknown"
    ]
    unsure += [
        Text(f"no table {name}", f"缺少数据表 {name}")
        for name in ("CN/special_controls", "CN/control_papers")
        if not case.knows(name)
    ]
    if not asked.known:
        unsure.insert(0, Text(f"which controls apply to {goods.hs} is not on file", f"{goods.hs} 的监管条件未收录"))
    return needs_review(value, *unsure, *asked.notes) if unsure else found(value, reasons=asked.notes)


def last_day(case: Case, header: Header) -> date | None:
    """The day by which the papers must be there: that of the declaration, else the last on which an export may be declared
    before the planned loading; None where neither is said."""
    particulars = case.get(PARTICULARS)
    if particulars is not None and particulars.declared_on is not None:
        return particulars.declared_on
    transport = case.get(TRANSPORT)
    if header.flow != "E" or transport is None or transport.loading_on is None:
        return None
    limit = case.read("CN/limits", header.day, name="declare_export_hours")
    return None if limit is None else transport.loading_on - days_ahead(limit["value"])


class _Line:
    """One line held against what is asked of it."""

    def __init__(
        self, case: Case, header: Header, goods: GoodsLine, traits: GoodsTraits | None, by: date | None
    ) -> None:
        self.case, self.header, self.goods, self.traits, self.by = case, header, goods, traits, by

    def met(self, asking: Asking) -> Requirement:
        """The requirement as it stands on the day: held, stated not to apply, or still to be met."""
        asked = asking.requirement
        if asked.status == "banned":
            return asked
        codes = (asked.code, *asking.accepts)
        attachments: Mapping[str, Attachment] = self.case.get(ATTACHMENT) or {}
        papers = [attachments[code] for code in codes if code in attachments]
        lapsed = None
        for paper in papers:
            if paper.lines and self.case.key not in paper.lines:
                continue
            lapsed = _lapsed(paper, self.header.day)
            if lapsed is None:
                return replace(asked, status="held", paper=paper.number)
        if asked.code in LICENCES and self.header.licence_no and lapsed is None:
            return replace(asked, status="held", paper=self.header.licence_no)
        if asked.code == INSPECTED_IN and len(self.goods.ciq) == 3 and self.goods.purpose:
            return replace(asked, status="held", paper=f"{self.goods.ciq}, {self.goods.purpose}")
        statement = self.case.at(STATEMENT)
        about = "not_controlled" if asked.code in DUAL_USE else "not_dangerous" if asked.code == HAZARD else ""
        if about and statement is not None and statement.about == about:
            return replace(asked, status="stated_not_controlled", paper=statement.reason)
        return asked if lapsed is None else replace(asked, why=lapsed)

    def dangers(self) -> Iterator[Requirement]:
        """What dangerous goods need, or the question whether goods that usually are dangerous really are not."""
        if self.goods.dangerous:
            yield self._data()
            papers = self.case.by_law(dangerous_papers, self.header.day, self.header.flow, self._packed(), self.by)
            yield from map(self.met, papers)
            return
        row = self.case.read("CN/dg_reference", self.header.day, hs=self.goods.hs)
        number = row["un"] if row is not None else (self.traits.un_number if self.traits is not None else "")
        if not number and not self.case.knows("CN/dg_reference"):
            why = Text("no table CN/dg_reference", "缺少数据表 CN/dg_reference")
            yield self.met(Asking(self.case.by_law(word_asked, self.header.day, HAZARD, why, "unknown", self.by)))
        if number:
            why = Text(f"goods of this code are usually dangerous: UN {number}", f"此类货物通常属危险货物：UN {number}")
            asked = self.case.by_law(word_asked, self.header.day, HAZARD, why, "required", self.by)
            yield self.met(Asking(asked))

    def _data(self) -> Requirement:
        """UN number as said or as the industry knows it; class and packing group as they are on file for it."""
        traits, day = self.traits, self.header.day
        number = (self.goods.un_number or (traits.un_number if traits is not None else "")).removeprefix("UN").strip()
        if len(number) != 4 or not (number.isdigit() and number.isascii()):
            why = Text("the UN number is missing or not four digits", "联合国编号缺失或不是四位数字")
            return self.case.by_law(word_asked, day, HAZARD_DATA, why, "required", self.by)
        told = ""
        if traits is not None and traits.un_number == number and traits.dg_class:
            told = _classed(traits.dg_class, traits.packing_group)
        elif (row := self.case.read("CN/dg_reference", day, hs=self.goods.hs)) is not None and row["un"] == number:
            told = _classed(row["class"], row["packing_group"])
        why = Text(f"class and packing group of UN {number} are not on file", f"UN {number} 的类别和包装类别未收录")
        asked = self.case.by_law(word_asked, day, HAZARD_DATA, why, "unknown", self.by)
        if not told:
            return asked
        why = Text("the goods are dangerous", "货物为危险货物")
        return replace(asked, status="held", why=why, paper=f"UN {number}, {told}")

    def _packed(self) -> bool:
        """Whether the goods travel in packages, as those in bulk do not; packages are taken for granted where nothing is said."""
        packing = self.case.get(PACKING)
        kind = self.goods.package_type or (packing.package_type if packing is not None else "")
        row = self.case.read("CN/package_types", self.header.day, code=kind) if kind else None
        return row is None or not row["single"]


def _classed(division: str, group: str) -> str:
    return f"{division}, {group}" if group else division


def _lapsed(paper: Attachment, day: date) -> Text | None:
    """Why a paper does not count on the day; None where it does."""
    if paper.valid_until is not None and paper.valid_until < day:
        return Text(
            f"{paper.number} was valid until {paper.valid_until}",
            f"{paper.number} 有效期至 {paper.valid_until}，已过期",
        )
    if paper.issued_on is not None and paper.issued_on > day:
        return Text(
            f"{paper.number} is issued on {paper.issued_on} only", f"{paper.number} 签发日期为 {paper.issued_on}"
        )
    return None
