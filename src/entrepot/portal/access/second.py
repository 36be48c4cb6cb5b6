"""Maker and checker: what an enterprise lets leave only when a second person of it agreed.

The second word is the ruling that every finding has: `confirmed` on the very value that is to leave, or `refused` with a reason.
Whoever sends is never the one who confirmed, whichever token or agent speaks for that person.
"""

from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct

from entrepot.channels.online import Voice
from entrepot.kernel.access import may_read_finding
from entrepot.kernel.findings import Finding
from entrepot.kernel.intake import Refusal
from entrepot.kernel.record import Record
from entrepot.kernel.sheet import value_digest
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.topics import Ruling
from entrepot.kernel.why import NoSuchPlace
from entrepot.portal.access.placing import lacking
from entrepot.portal.drafts import Draft, problem
from entrepot.store import mandates

if TYPE_CHECKING:
    from entrepot.portal.desk import Desk, Said

Decision = Literal["confirmed", "refused"]
LONGEST = 1000


class Second(Struct, frozen=True):
    """How far a finding is on its way out: whose rules ask for a second person, who agreed or refused so far and why, and what keeps
    the reader from doing so."""

    topic: str
    label: Text
    digest: str
    value: Any
    asked_by: tuple[str, ...]
    decision: str
    reason: str
    by: tuple[str, ...]
    waits: bool
    against: tuple[Problem, ...]


def asking(desk: "Desk", topic: str, here: Voice) -> tuple[str, ...]:
    """Whose rules ask for a second person before this voice sends: its own organisation's, and those of whom it acts for."""
    whose = dict.fromkeys((here.organisation, here.grant.principal if here.grant is not None else ""))
    return tuple(name for name in whose if name and topic in mandates.topics_of_two(desk.store.database, name))


def asked_for(desk: "Desk", dossier: str, voice: Voice) -> frozenset[str]:
    """The topics of a dossier that the voice sends only after a second person agreed."""
    with desk.known(dossier, voice) as (record, _):
        here = desk.acting(record, voice)
    whose = {here.organisation, here.grant.principal if here.grant is not None else ""} - {""}
    return desk.two_persons.union(*(mandates.topics_of_two(desk.store.database, name) for name in whose))


def missing(desk: "Desk", record: Record, topic: str, finding: Finding, here: Voice) -> bool:
    """Whether somebody else's agreement to this value is still needed before the voice sends it."""
    asked = asking(desk, topic, here)
    if not asked and topic not in desk.two_persons:
        return False
    if finding.ruling is None or finding.ruling.decision != "confirmed":
        return True
    standing = record.standing(f"{topic}.ruling").get("")
    others = [said.for_ for said in standing.statements if said.by != here.person] if standing is not None else []
    return not others or not all({name, here.organisation} & {*others} for name in asked)


def look(desk: "Desk", dossier: str, topic: str, voice: Voice) -> Second:
    """How far a finding is; NoSuchPlace where the voice may not see it."""
    with desk.known(dossier, voice) as (record, speaker):
        here = desk.acting(record, voice)
        found = desk.sheet(record).finding(topic)
        known = desk.registry.topics.get(topic)
        if (
            known is None
            or not known.sends
            or found is None
            or not may_read_finding(desk.registry.topics, found, speaker)
        ):
            raise NoSuchPlace(topic)
        standing = record.standing(f"{topic}.ruling").get("")
        rulings = [one for one in standing.values if isinstance(one, Ruling)] if standing is not None else []
        digest = value_digest(found.effective) if found.effective is not None else ""
        sayable = desk.registry.topics[f"{topic}.ruling"].say & speaker.roles
        against = (*lacking(voice, "confirm"), *(() if sayable else (_not_yours(topic),)))
        return Second(
            topic,
            known.label,
            digest,
            found.effective,
            asking(desk, topic, here),
            found.ruling.decision if found.ruling is not None else "",
            "; ".join(dict.fromkeys(one.reason for one in rulings)),
            tuple(said.by for said in standing.statements) if standing is not None else (),
            missing(desk, record, topic, found, here),
            against,
        )


def decide(
    desk: "Desk", dossier: str, topic: str, digest: str, voice: Voice, decision: Decision, reason: str
) -> "Said":
    """Agree to a value, or refuse it, in the place of what the same organisation said before. Said in the words of whoever agreed
    before, it stands beside them and contradicts nobody."""
    if not reason.strip() or len(reason) > LONGEST or not reason.isprintable():
        raise Refusal(
            (problem("AC14", "reason", f"give a reason in up to {LONGEST} letters", f"请说明理由（{LONGEST} 字以内）",
                     "say why", "请填写理由"),)
        )  # fmt: skip
    seen = look(desk, dossier, topic, voice)
    if seen.against:
        raise Refusal(seen.against)
    if seen.digest != digest:
        raise Refusal(
            (problem("D033", f"{topic}.digest", "it has moved since you saw it", "内容在您查看之后已有变动",
                     "look at it again", "请重新查看"),)
        )  # fmt: skip
    with desk.known(dossier, voice) as (record, speaker):
        standing = record.standing(f"{topic}.ruling").get("")
        before = standing.statements if standing is not None else ()
        own = tuple(said.id for said in before if said.for_ == speaker.organisation)
        values = zip(before, standing.values, strict=True) if standing is not None else ()
        alike = [
            one.reason
            for said, one in values
            if isinstance(one, Ruling)
            and said.for_ != speaker.organisation
            and (one.decision, one.of) == (decision, digest)
        ]
    body = {"decision": decision, "reason": alike[0] if alike else reason.strip(), "of": digest}
    return desk.say(dossier, [Draft(f"{topic}.ruling", body, replaces=own)], voice)


def _not_yours(topic: str) -> Problem:
    return problem(
        "D019", topic, "your organisation does not confirm this here", "贵单位在此无复核权限",
        "the exporter or its broker confirms it", "由出口商或其报关企业复核",
    )  # fmt: skip
