"""What of a dossier must be kept, and until which day: an erasure is held against it."""

from datetime import date, timedelta

from entrepot.kernel.case import Case
from entrepot.kernel.findings import Answer, found, no_law, not_applicable
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.answers import RELEASE
from entrepot.kernel.vocabulary.customs import PARTICULARS
from entrepot.modules.evidence.facts import KeepingDuty, Retention

READ_WHOLE = frozenset({"primary", "secondary", "convention"})


def assess_retention(case: Case) -> Answer:
    """Every duty on file for this flow with its last day, once customs released the goods; where the flow is open, for both."""
    releases = list((case.get(RELEASE) or {}).values())
    if not releases:
        return not_applicable(Text("nothing was released yet, so no period of keeping runs", "尚未放行，保存期限未起算"))
    # A year after several releases is counted from the last: nothing goes too early.
    released = max(one.released_on for one in releases)
    exported = max((one.exported_on for one in releases if one.exported_on), default=None)
    day = exported or released
    particulars = case.get(PARTICULARS)
    flows = ("", particulars.flow) if particulars is not None else ("", "E", "I")
    rows = [row for row in case.rows("erasure/retention", day) if row["flow"] in flows]
    if not rows:
        return no_law(Text(f"no duties to keep are on file for {day}", f"{day} 的保存义务未收录"))
    starts = {"release": released, "export": exported, "year_end": date(released.year, 12, 31)}
    duties = []
    for row in sorted(rows, key=lambda row: str(row.keys["duty"])):
        start = starts[row["start"]]
        until = None if start is None else last_day(start, row["years"], whole_years=row["start"] == "year_end")
        if until is not None:
            case.step(
                Text(f"{row['name_en']}: last day", f"{row['name_zh']}：最后一日"), "start + years", str(until),
                start=str(start), years=str(row["years"]),
            )  # fmt: skip
        name, certain = Text(row["name_en"], row["name_zh"]), row.evidence in READ_WHOLE
        duties.append(KeepingDuty(row.keys["duty"], name, tuple(row["covers"]), row["law"], row["article"], until, certain))
    return found(Retention(tuple(duties)))


def last_day(start: date, years: int, *, whole_years: bool) -> date:
    """The last day of a period of years: from a day on it ends the day before its anniversary, after a year's end with a year."""
    if whole_years:
        return date(start.year + years, 12, 31)
    leap = start.month == 2 and start.day == 29
    anniversary = date(start.year + years, 3, 1) if leap else start.replace(year=start.year + years)
    return anniversary - timedelta(days=1)
