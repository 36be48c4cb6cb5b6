"""The days that count after an export: found as dates, never as "overdue"."""

from datetime import date, timedelta

from entrepot.kernel.case import Case, Unmet
from entrepot.kernel.days import add_months, following_30_april
from entrepot.kernel.findings import Answer, found, no_law, refused
from entrepot.kernel.law import Row
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.vocabulary.answers import CLAIM, RELEASE
from entrepot.modules.rebate.facts import Deadlines

PROCEDURE = "CN-EXPVAT-05"


def export_date(case: Case) -> date | tuple[Problem, ...]:
    """The export date on the released declaration; a problem where several declarations name different days. Waits while
    customs has released one and told no such date."""
    days: dict[str, date] = {}
    for number, release in case[RELEASE].items():
        if release.exported_on is None:
            raise Unmet(RELEASE, number)
        days[number] = release.exported_on
    first = min(days.values())
    if len(set(days.values())) == 1:
        return first
    listed = ", ".join(f"{number}: {day}" for number, day in sorted(days.items()))
    return (
        Problem(
            "B001", "customs.release",
            Text(f"declarations of this dossier left on different days ({listed})", f"本单各报关单出口日期不同（{listed}）"),
            Text("open one dossier for each declaration", "请按报关单分别建档"),
        ),
    )


def before_2026(day: date) -> Text:
    """Why there is no answer for older exports."""
    return Text(
        f"exported on {day}: the rules in force then are not on file (those of 2026 apply from 2026-01-01)",
        f"出口日期 {day}：当时适用的规定未收录（2026年规定自2026-01-01起适用）",
    )


def deadlines(exported_on: date, months: int, claimed_on: date | None, filing_days: int, years: int) -> Deadlines:
    """Claims run to 30 April of the year after the export, as does the receipt of foreign exchange; nothing is refunded
    after `months` from the export. Documents go on file within `filing_days` of the claim and stay for `years`."""
    return Deadlines(
        exported_on,
        following_30_april(exported_on),
        following_30_april(exported_on),
        add_months(exported_on, months),
        None if claimed_on is None else claimed_on + timedelta(days=filing_days),
        None if claimed_on is None else add_months(claimed_on, 12 * years),
    )


def assess_deadlines(case: Case) -> Answer:
    """The deadlines of the dossier's export."""
    exported_on = export_date(case)
    if not isinstance(exported_on, date):
        return refused(exported_on)
    if case.read("CN/instruments", exported_on, id=PROCEDURE) is None:
        return no_law(before_2026(exported_on))
    rows: dict[str, Row | None] = {
        name: case.read("CN/limits", exported_on, name=name)
        for name in ("refund_absolute_months", "refund_filing_days", "refund_retention_years")
    }
    if absent := [name for name, row in rows.items() if row is None]:
        listed = ", ".join(absent)
        return no_law(Text(f"not on file for {exported_on}: {listed}", f"{exported_on} 未收录：{listed}"))
    months, days, years = (int(row["value"]) for row in rows.values() if row is not None)
    claim = case.get(CLAIM)
    result = deadlines(exported_on, months, None if claim is None else claim.claimed_on, days, years)
    case.step(
        Text("routine end of claiming; receipt of foreign exchange", "常规申报截止日；收汇截止日"),
        "30 April of the year after the export", result.claim_routine_end, exported_on=exported_on,
    )
    case.step(
        Text("absolute limit", "最后期限"), f"export date + {months} months, clamped to the month's end",
        result.absolute_limit, exported_on=exported_on,
    )
    if claim is not None:
        case.step(
            Text("documents on file", "单证备案"), f"claim + {days} days", result.filing_due, claimed_on=claim.claimed_on
        )
        case.step(
            Text("documents kept until", "单证保存至"), f"claim + {years} years", result.retain_until,
            claimed_on=claim.claimed_on,
        )
    return found(result)
