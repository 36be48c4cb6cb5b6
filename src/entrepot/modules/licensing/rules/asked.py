"""What the law alone asks of goods of a code in a flow and mode: control codes, special controls, papers of dangerous goods."""

from datetime import date, timedelta
from decimal import Decimal

from entrepot.kernel.case import Case
from entrepot.kernel.law import Row
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.clearance import Requirement
from entrepot.modules.licensing.facts import Asked, Asking, Standing

BANNED = frozenset("89")
SATURDAY = 5
_STATE: dict[str, Standing] = {"in_force": "required", "closed": "banned", "unknown": "unknown"}
_OPERATORS = {"at least": "不低于", "at most": "不高于"}


def asked_of(
    case: Case, hs: str, day: date, flow: str, processing: bool, border: bool, named: tuple[str, ...], known: bool,
    by: date | None,
) -> Asked:  # fmt: skip
    """Everything asked of goods of this code on this day. `named` are the control codes of both directions that the industry
    knows, complete where `known`; `processing` and `border` say which trade it is; by `by` the papers must be there."""
    row = case.read("CN/control_requirements", day, hs=hs, flow=flow)
    codes = set(row["codes"] or ()) if row is not None else set()
    codes |= {code for code in named if code not in codes and _goes(case, day, flow, code)}
    codes = _in_mode(codes, processing, border)
    askings = [asking for code in sorted(codes) if (asking := _of_code(case, hs, day, code, by)) is not None]
    notes = []
    for special in case.rows("CN/special_controls", day, hs=hs, flow=flow):
        if special["state"] in _STATE:
            askings.append(_special(case, day, special, by))
        else:
            notes.append(_note(special))
    return Asked(row is not None or known or bool(codes), tuple(sorted(codes)), tuple(askings), tuple(notes))


def dangerous_papers(case: Case, day: date, flow: str, packed: bool, by: date | None) -> tuple[Asking, ...]:
    """The papers of dangerous goods, of goods in packages with those on the packaging."""
    why = Text("the goods are dangerous", "货物为危险货物")
    return tuple(
        _asking(case, day, row.keys["code"], why, "required", by)
        for asked_of in ("dangerous", "packed")[: 1 + packed]
        for row in case.rows("CN/control_papers", day, asked_of=asked_of)
        if row["direction"] in (flow, "both")
    )


def word_asked(case: Case, day: date, code: str, why: Text, status: Standing, by: date | None) -> Requirement:
    """What a control with a word of ours for its code asks for."""
    return _asking(case, day, code, why, status, by).requirement


def _goes(case: Case, day: date, flow: str, code: str) -> bool:
    row = case.read("CN/control_codes", day, code=code)
    return row is None or row["direction"] in (flow, "both", "")


def _in_mode(codes: set[str], processing: bool, border: bool) -> set[str]:
    """Of licences that differ by mode, the one of this mode: x and v for processing trade, y for border trade, else 4 and 7."""
    chosen = set(codes)
    for special, usual, fits in (("x", "4", processing), ("y", "4", border), ("v", "7", processing)):
        if special in codes:
            chosen.discard(usual if fits else special)
    return chosen


def _of_code(case: Case, hs: str, day: date, code: str, by: date | None) -> Asking | None:
    row = case.read("CN/control_codes", day, code=code)
    why = Text(f"{hs} bears control code {code}", f"{hs} 的监管证件代码为 {code}")
    if code in BANNED:
        return _asking(case, day, code, why, "banned", by, row)
    return (
        None if row is not None and not row["needs_attachment"] else _asking(case, day, code, why, "required", by, row)
    )


def _special(case: Case, day: date, row: Row, by: date | None) -> Asking:
    why = Text(row["note_en"], row["note_zh"])
    limits = case.rows("CN/dual_use_parameters", day, item=row["item"]) if row["item"] else ()
    if limits:
        en = " and ".join(f"{one['name_en']} {one['operator']} {one['limit']:f} {one['unit']}" for one in limits)
        zh = "且".join(
            f"{one['name_zh']}{_OPERATORS.get(one['operator'], one['operator'])} {one['limit']:f} {one['unit']}"
            for one in limits
        )
        why = Text(
            f"item {row['item']} speaks of goods with {en}; {why.en}", f"物项 {row['item']} 指{zh}的货物；{why.zh}"
        )
    elif row["item"]:
        why = Text(f"{row['item']}: {why.en}", f"{row['item']}：{why.zh}")
    return _asking(case, day, row.keys["control"], why, _STATE[row["state"]], by)


def _note(row: Row) -> Text:
    until = "" if row.until is None else f" until {row.until}"
    until_zh = "" if row.until is None else f"，至 {row.until}"
    item = f"{row['item']}: " if row["item"] else ""
    return Text(f"{item}{row['note_en']}{until}", f"{item}{row['note_zh']}{until_zh}")


def _asking(
    case: Case, day: date, code: str, why: Text, status: Standing, by: date | None, named: Row | None = None
) -> Asking:
    """What a code asks for: the paper's name, who gives it, what to do in which order, and when to begin."""
    paper = case.read("CN/control_papers", day, code=code)
    source = named if named is not None else paper
    name = Text(source["name_en"], source["name_zh"]) if source is not None else Text(f"code {code}", f"代码 {code}")
    issuer: Text | None = None
    accepts: tuple[str, ...] = ()
    steps: tuple[Text, ...] = ()
    if status != "banned":
        steps = tuple(Text(step["text_en"], step["text_zh"]) for step in case.rows("CN/control_steps", day, code=code))
        if paper is not None:
            accepts = paper["accepts"] or ()
            issuer = Text(paper["issuer_en"], paper["issuer_zh"]) if paper["issuer_en"] else None
            if paper["working_days"]:
                steps = (*steps, _begin(by, paper["working_days"]))
    return Asking(Requirement(code, name, status, why, issuer, by, steps=steps), accepts)


def _begin(by: date | None, days: int) -> Text:
    """When to apply at the latest, so that a decision that takes all its days still comes in time."""
    told, told_zh = f"a decision may take {days} working days", f"审批最长 {days} 个工作日"
    if by is None:
        return Text(told, told_zh)
    start = weekdays_before(by, days)
    return Text(
        f"apply by {start}, earlier where holidays fall between: {told}", f"最迟 {start} 申请，遇节假日提前：{told_zh}"
    )


def weekdays_before(day: date, count: int) -> date:
    """The day that lies so many weekdays before; holidays are not known here."""
    while count:
        day -= timedelta(days=1)
        count -= day.weekday() < SATURDAY
    return day


def days_ahead(hours: Decimal) -> timedelta:
    """Whole days that hold these hours."""
    return timedelta(days=int((hours / 24).to_integral_value("ROUND_CEILING")))
