"""What is screened, and what is found: hits with their decisions, and the count of alerts that keep a declaration back."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import msgspec

from entrepot.kernel.case import Case
from entrepot.kernel.findings import Answer, found, needs_review, no_law, not_applicable
from entrepot.kernel.law import Row
from entrepot.kernel.text import Text
from entrepot.kernel.topics import Topic
from entrepot.kernel.vocabulary.clearance import ALERTS, SCREENING, Alerts, Hit, ListEdition, Screening
from entrepot.kernel.vocabulary.trade import COSTS, PARTY, TRANSPORT, Party
from entrepot.modules.screening.facts import DECISION, DECISIONS, Decision
from entrepot.modules.screening.rules.index import AIRCRAFT, PARTIES, VESSELS
from entrepot.modules.screening.rules.judge import Likely, Subject, editions, likely
from entrepot.modules.screening.rules.names import WORDS

_WATER, _AIR = "2", "5"
_IMO = re.compile(r"(?:\bIMO[ :#]*|\bUN)(\d{7})\b", re.IGNORECASE)


def assess(case: Case) -> dict[Topic[Any], Answer]:
    """Every name of the dossier against every list on file."""
    subjects = list(_subjects(case))
    if not subjects:
        answer = not_applicable(Text("nobody is named yet whom a list could name", "尚无可供筛查的名称"))
        return {SCREENING: answer, ALERTS: answer}
    day = case.today
    standing = editions(case, day)
    if not standing or case.read(f"{WORDS}/scores", day, name="review") is None:
        gap = no_law(
            Text("no list to screen against, or no score to go by, is on file", "未收录任何名单，或无阈值规定")
        )
        return {SCREENING: gap, ALERTS: gap}
    hits = [_decided(case, one, day) for subject in subjects for one in case.by_law(likely, subject, day)]
    value = Screening(
        tuple(hits),
        tuple(dict.fromkeys(path for subject in subjects for path, _ in (*subject.names, *subject.numbers))),
        tuple(_edition(case, pack, row) for pack, row in standing.items()),
    )
    reasons = (*_open(hits), *_absent(case, day, standing))
    counted = [hit for hit in hits if not hit.foreign]
    alerts = Alerts(
        sum(hit.state == "open" for hit in counted),
        sum(hit.state == "confirmed" for hit in counted),
        _unscreened(case, day, standing),
    )
    stale = tuple(
        Text(
            f"{row.keys['list']}: the edition of {row['published']} is no longer current",
            f"{row.keys['list']}：{row['published']} 版已过期",
        )
        for row in standing.values()
        if row.beyond
    )
    return {
        SCREENING: needs_review(value, *reasons) if reasons else found(value),
        ALERTS: msgspec.structs.replace(found(alerts, reasons=stale), of=case.apart()),
    }


# -- who and what is screened -----------------------------------------------------------------------------------------


def _subjects(case: Case) -> Iterator[Subject]:
    for key, party in (case.get(PARTY) or {}).items():
        yield from _party(f"{PARTY.name}/{key}", party)
    for key, conflicts in case.conflicts(PARTY).items():
        # Papers that name the party differently: all the names are looked at, whichever is right.
        disputed = [
            (f"{PARTY.name}/{key}.{c.field}", text)
            for c in conflicts
            if c.field in ("name", "name_zh")
            for text, _ in c.sides
        ]
        agreed = case.agreed(PARTY, key) or Party()
        yield from _party(f"{PARTY.name}/{key}", agreed, tuple(dict.fromkeys(disputed)))
    for key, cost in (case.get(COSTS) or {}).items():
        if cost.invoiced_by:
            yield Subject(((f"{COSTS.name}/{key}.invoiced_by", cost.invoiced_by),), PARTIES)
    transport = case.get(TRANSPORT)
    if transport is not None and transport.conveyance and transport.mode in ("", _WATER, _AIR):
        yield _conveyance(f"{TRANSPORT.name}.conveyance", transport.conveyance, transport.mode)


def _party(path: str, party: Party, disputed: tuple[tuple[str, str], ...] = ()) -> Iterator[Subject]:
    names = [(f"{path}.name", party.name), (f"{path}.name_zh", party.name_zh), *disputed]
    numbers = [(f"{path}.uscc", f"USCC:{party.uscc}")] if party.uscc else []
    if party.number.upper().startswith("LEI"):
        numbers.append((f"{path}.number", f"LEI:{party.number[3:].strip(' :')}"))
    said = tuple([(where, text) for where, text in names if text.strip()])
    if said or numbers:
        yield Subject(said, PARTIES, party.country, numbers=tuple(numbers))


def _conveyance(path: str, text: str, mode: str) -> Subject:
    """A ship by its name and its IMO number, which Chinese forms write `UN9187629`; an aircraft by its registration."""
    numbers = tuple((path, f"IMO:{number}") for number in _IMO.findall(text))
    name = _IMO.sub(" ", text).strip(" /,;()")
    group = AIRCRAFT if mode == _AIR else VESSELS
    return Subject(((path, name),) if name else (), group, numbers=numbers)


# -- what a person decided --------------------------------------------------------------------------------------------


def _decided(case: Case, one: Likely, day: date) -> Hit:
    """The hit with what was decided on it: in this dossier, else in another of the enterprise's."""
    hit = Hit(
        one.id,
        one.subject,
        one.said,
        one.pack,
        one.row.keys["entry"],
        one.listed,
        one.score,
        one.reasons,
        foreign=one.foreign,
    )
    decision, by = case.at(DECISION, one.id), ""
    if decision is not None:
        source = case.source(DECISION, "", one.id)
        by = "" if source is None else source.by
    elif one.id not in case.conflicts(DECISION):
        decision, by = _elsewhere(case, one.id, day)
    if decision is None or decision.decided_on > day:
        return hit
    if decision.decision == "is_them":
        return msgspec.structs.replace(hit, state="confirmed", decided_by=by)
    until = _until(case, decision)
    return hit if until < day else msgspec.structs.replace(hit, state="cleared", decided_by=by, until=until)


def _elsewhere(case: Case, hit: str, day: date) -> tuple[Decision | None, str]:
    """The last decision on a hit in the enterprise's other dossiers; of two on one day the one that holds it to be them."""
    known = case.get(DECISIONS)
    same = [one for one in known.known if one.hit == hit and one.decision.decided_on <= day] if known else []
    if not same:
        return None, ""
    last = max(same, key=lambda one: (one.decision.decided_on, one.decision.decision == "is_them"))
    return last.decision, last.by


def _until(case: Case, decision: Decision) -> date:
    """The last day of a decision that it is not them: as said, a year after it was taken at most."""
    longest = decision.decided_on + timedelta(days=case.by_law(_decision_days))
    return longest if decision.until is None else min(decision.until, longest)


def _decision_days(case: Case) -> int:
    return next((int(card.traits["decision_days"]) for card in case.packs("standards") if card.name == WORDS), 0)


# -- what is told -----------------------------------------------------------------------------------------------------


def _edition(case: Case, pack: str, row: Row) -> ListEdition:
    title = next(card for card in case.packs("standards") if card.name == pack).title
    return ListEdition(pack, Text(title["en"], title["zh"]), row["published"], row["entries"] or 0)


def _open(hits: list[Hit]) -> Iterator[Text]:
    """How many hits nobody decided on; those on lists of other countries apart, for they inform only."""
    waiting = [hit for hit in hits if hit.state == "open"]
    foreign = sum(hit.foreign for hit in waiting)
    if count := len(waiting) - foreign:
        yield Text(f"hits that wait for a decision: {count}", f"待处理的命中：{count} 项")
    if foreign:
        yield Text(
            f"hits on lists of other countries, for the compliance officer: {foreign}; they refuse nothing by themselves",
            f"境外名单命中 {foreign} 项，供合规人员研判，本身不构成拒绝理由",
        )


def _unscreened(case: Case, day: date, standing: Mapping[str, Row]) -> int:
    """How many of the lists that hold a declaration back were not looked into as they are today."""
    current = {pack for pack, row in standing.items() if not row.beyond}
    blocking = [row for row in case.rows(f"{WORDS}/lists", day) if row["effect"] == "blocks"]
    return sum(row.keys["pack"] not in current for row in blocking)


def _absent(case: Case, day: date, standing: Mapping[str, Row]) -> Iterator[Text]:
    """The lists that nobody could look into, because they are not on file."""
    absent = [row for row in case.rows(f"{WORDS}/lists", day) if row.keys["pack"] not in standing]
    if absent:
        en, zh = "; ".join(row["title_en"] for row in absent), "；".join(row["title_zh"] for row in absent)
        yield Text(f"not screened against, as they are not on file: {en}", f"以下名单未收录，未予筛查：{zh}")
