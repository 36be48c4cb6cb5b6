"""The three assessments: the head, each line, the form; and the list of all rules."""

from collections.abc import Callable
from typing import Any

from entrepot.kernel.case import Case, Unmet
from entrepot.kernel.findings import Answer, found, needs_review, refused
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.topics import Topic
from entrepot.kernel.vocabulary.clearance import CONTROLS
from entrepot.kernel.vocabulary.customs import PROOF, STATEMENT
from entrepot.kernel.vocabulary.decisions import DRAFT, FORM, HEADER, TRAITS, Header
from entrepot.kernel.vocabulary.goods import LINE, GoodsLine
from entrepot.kernel.vocabulary.trade import CONTAINER
from entrepot.modules.declaration.facts import CHECKED, CheckedLine, RuleCard
from entrepot.modules.declaration.rules import (
    controls,
    elsewhere,
    goods,
    money,
    origin,
    papers,
    particulars,
    parties,
    price,
    weights,
)
from entrepot.modules.declaration.rules import transport as carriage
from entrepot.modules.declaration.rules.check import FormCheck, LineCheck
from entrepot.modules.declaration.rules.earlier import Before, goods_before
from entrepot.modules.declaration.rules.form import draft_form, gaps_of, work_out
from entrepot.modules.declaration.rules.line import LineDrafting, lacking
from entrepot.modules.declaration.rules.rule import Rule, run
from entrepot.modules.declaration.rules.said import KEYED, WHOLE, Places, disputes, each, leads_of, sources
from entrepot.modules.declaration.rules.usual_prices import r043

LINE_RULES: tuple[Rule[LineCheck], ...] = (
    controls.r014,
    price.r040,
    price.r042,
    goods.r044,
    goods.r045,
    goods.r046,
    goods.r047,
    goods.r048,
    goods.r049,
    origin.r050,
    origin.r051,
    origin.r055,
    origin.r056,
    controls.r059,
    controls.r060,
    controls.r061,
    controls.r062,
    controls.r063,
    controls.r064,
    controls.r079,
    origin.r080,
)
FORM_RULES: tuple[Rule[FormCheck], ...] = (
    parties.r001,
    parties.r002,
    particulars.r003,
    particulars.r004,
    carriage.r005,
    carriage.r006,
    carriage.r007,
    carriage.r008,
    carriage.r009,
    particulars.r010,
    particulars.r011,
    particulars.r012,
    particulars.r013,
    particulars.r015,
    particulars.r016,
    carriage.r017,
    carriage.r018,
    weights.r019,
    weights.r020,
    weights.r021,
    weights.r022,
    weights.r023,
    weights.r024,
    carriage.r025,
    carriage.r026,
    carriage.r027,
    money.r028,
    money.r029,
    money.r030,
    money.r031,
    money.r032,
    money.r033,
    money.r034,
    money.r035,
    money.r036,
    money.r037,
    money.r038,
    money.r039,
    money.r041,
    money.r058,
    particulars.r052,
    particulars.r053,
    particulars.r054,
    carriage.r057,
    elsewhere.r065,
    elsewhere.r066,
    elsewhere.r067,
    particulars.r068,
    particulars.r069,
    weights.r070,
    weights.r071,
    particulars.r072,
    carriage.r073,
    parties.r074,
    papers.r075,
    carriage.r076,
    elsewhere.r077,
    elsewhere.r078,
)


def numbered() -> tuple[tuple[RuleCard, Callable[..., Any]], ...]:
    """Every rule of the declaration in the order of its number: its card, and its function."""
    rules: list[tuple[RuleCard, Callable[..., Any]]] = [(rule.card("line"), rule.check) for rule in LINE_RULES]
    rules += [(rule.card("form"), rule.check) for rule in FORM_RULES]
    return tuple(sorted([*rules, (r043.card("line"), r043.check)], key=lambda rule: rule[0].id))


def catalogue() -> tuple[RuleCard, ...]:
    """The cards of all rules, for a page or a command that lists them."""
    return tuple(card for card, _ in numbered())


def assess_line(case: Case) -> Answer:
    """Draft one line and hold its own rules against it. It is found however wrong it is: the form is what is refused."""
    goods, header = case.own(LINE), case[HEADER]
    before = goods_before(case, goods, header.flow, header.usual.until or header.day) if lacking(goods) else []
    checked = check_line(case, case.key, goods, header, frozenset(), before)
    return found(checked, reasons=checked.unchecked, asks=checked.problems)


def check_line(
    case: Case, key: str, goods: GoodsLine, header: Header, disputed: frozenset[str], before: Before = ()
) -> CheckedLine:
    """A line as drafted, with its problems; what papers dispute about it is left to the form. `before` are the enterprise's
    earlier lines of these goods."""
    traits = case.at(TRAITS, key)
    proofs = {
        number: proof
        for number, proof in sorted((case.get(PROOF) or {}).items())
        if not proof.lines or key in proof.lines
    }
    drafting = LineDrafting(case, key, goods, header, before)
    draft = drafting.draft(traits, proofs, case.get(CONTAINER) or {})
    places = Places({}, {})
    sources(case, LINE, goods, key, header.flow, places)
    check = LineCheck(
        case=case,
        key=key,
        goods=goods,
        draft=draft,
        drafting=drafting,
        header=header,
        controls=case.at(CONTROLS, key),
        proofs=proofs,
        statement=case.at(STATEMENT, key),
    )
    problems, unchecked = run(LINE_RULES, check, places.papers, disputed)
    likeness = f"{draft.hs10}|{draft.name}|{draft.spec}|{draft.origin_country}|{draft.unit_price}"
    return CheckedLine(draft, tuple(problems), tuple(unchecked), places.all, drafting.derived, likeness)


def assess_form(case: Case) -> dict[Topic[Any], Answer]:
    """Draft the whole form, hold every rule against it, and gather the lines' problems: all at once."""
    header = case[HEADER]
    found_disputes = tuple(dispute for topic in (*WHOLE, *KEYED) for dispute in disputes(case, topic, header.flow))
    leads = leads_of(case) if found_disputes else {}
    said = each(case, LINE, header.flow, leads)
    if not said:
        raise Unmet(LINE, "")
    disputed = frozenset(dispute.path for dispute in found_disputes if dispute.path not in leads)
    lines = _lines(case, header, said, disputed)
    draft = draft_form(case, header, lines, found_disputes, leads)
    form = draft.form
    work_out(case, form)
    check = FormCheck(
        case=case,
        form=form,
        header=header,
        terms=draft.terms,
        keys=tuple(lines),
        likenesses=tuple([line.likeness for line in lines.values()]),
        goods=said,
        statements=each(case, STATEMENT),
        disputes=found_disputes,
        leads=leads,
    )
    problems, unchecked = run(FORM_RULES, check, draft.papers, disputed)
    for line in lines.values():
        if line.problems:
            problems += line.problems
    reasons = _reasons(lines, unchecked)
    return {DRAFT: found(form, reasons=gaps_of(case, form, header.day)), FORM: _verdict(form, problems, reasons)}


def _lines(case: Case, header: Header, said: dict[str, GoodsLine], disputed: frozenset[str]) -> dict[str, CheckedLine]:
    """The checked lines in the order of their numbers; a line whose papers disagree is checked here as far as it stands."""
    checked = case.get(CHECKED) or {}
    contested = case.conflicts(LINE)
    lines: dict[str, CheckedLine] = {}
    for key, goods_line in said.items():
        line = checked.get(key)
        if key in contested:
            line = check_line(case, key, goods_line, header, disputed)
        elif line is None:
            raise Unmet(CHECKED, key)
        lines[key] = line
    numbers = [line.draft.no for line in lines.values()]
    if numbers != sorted(numbers):
        lines = dict(sorted(lines.items(), key=lambda item: item[1].draft.no))
    return lines


def _reasons(lines: dict[str, CheckedLine], unchecked: list[Text]) -> tuple[Text, ...]:
    """What could not be checked, each thing once, whether it was the form's or a line's."""
    told = dict.fromkeys(unchecked)
    last: tuple[Text, ...] = ()
    for line in lines.values():
        if line.unchecked != last:  # neighbours mostly share theirs
            last = line.unchecked
            told.update(dict.fromkeys(last))
    return tuple(told)


def _verdict(form: Any, problems: list[Problem], reasons: tuple[Text, ...]) -> Answer:
    """Refused with everything that blocks or asks; found with what asks; for review where a statutory quantity is unknown, or a
    goods code was taken over and not said, so that nothing else was worked out for it."""
    if any(problem.severity == "E" for problem in problems):
        return refused(tuple(problems), *reasons)
    asks = tuple(problems)
    doubts = []
    if unmeasured := ", ".join([str(line.no) for line in form.lines if line.qty1 is None]):
        doubts.append(Text(f"no statutory quantity on lines {unmeasured}", f"第 {unmeasured} 项没有法定数量"))
    if taken := ", ".join([str(line.no) for line in form.lines if f"line/{line.no}.hs10" in form.derived]):
        doubts.append(
            Text(
                f"the goods codes of lines {taken} are taken from earlier declarations: say them, so that licences and duty are worked out",
                f"第 {taken} 项的商品编号取自以往报关单：请予确认，以便核定许可与税费",
            )
        )
    return needs_review(form, *doubts, *reasons, asks=asks) if doubts else found(form, reasons=reasons, asks=asks)
