"""Who looked at what, for those who may ask: an auditor or the operator of all, an administrator of its own people and of who looked at
its own dossier, everybody of who looked where he or she spoke. And what was shown: the sheet as that reader saw it then.

Nobody is told the id of a dossier that is not his to see.
"""

from datetime import date, datetime, time, timedelta
from typing import Literal

import msgspec
from msgspec import Struct

from entrepot.channels.online import ADMINISTER, Voice
from entrepot.kernel.access import Speaker
from entrepot.kernel.intake import Refusal
from entrepot.kernel.why import NoSuchPlace
from entrepot.portal.access.giving import own_dossier
from entrepot.portal.audit import visiting
from entrepot.portal.audit.as_of import AsOf, drawn_as_of, looks_of
from entrepot.portal.desk import COUNTING_OFFICE, Desk
from entrepot.portal.drafts import problem
from entrepot.portal.reading import Reading, reading
from entrepot.store import reads as kept
from entrepot.store.outbox import stamp
from entrepot.store.records import UnknownDossierError

Scope = Literal["all", "ours", "own", "mine"]
PAGE = 50


class Asked(Struct, frozen=True):
    """Which reads: of a dossier, by an organisation or person, on which days (the counting office's), of personal data alone."""

    dossier: str = ""
    organisation: str = ""
    person: str = ""
    since: date | None = None
    until: date | None = None
    personal: bool = False


class LookedAt(Struct, frozen=True, omit_defaults=True):
    """A read: when first (UTC) and how many times at once, by whom, under which mandate and in which roles, of which dossier when it had
    `seen` statements, which topics with personal data could be read, through which door, from where."""

    number: int
    at: str
    organisation: str
    door: str
    times: int = 1
    person: str = ""
    mandate: str = ""
    roles: str = ""
    dossier: str = ""
    seen: int = 0
    personal: str = ""
    address: str = ""


def scopes(voice: Voice) -> tuple[Scope, ...]:
    """Which reads a voice may ask for, the widest first."""
    if "read" not in voice.duties:
        return ()
    found: tuple[Scope, ...] = ()
    if voice.standing & {"auditor", "operator"}:
        found += ("all",)
    if voice.rehearsal:
        return found
    return (*found, *(("ours", "own") if ADMINISTER in voice.duties and not voice.counter else ()), "mine")


def looked(desk: Desk, voice: Voice, scope: Scope, asked: Asked, before: int = 0, limit: int = PAGE) -> list[LookedAt]:
    """A page of reads, the last first. That an auditor or the operator asks is itself written down. Refusal where it is not his."""
    if scope not in scopes(voice):
        raise Refusal(
            (
                problem(
                    "AD04", "scope", "these reads are not yours to see", "您无权查看这些记录",
                    "ask for those of your organisation, or for who looked where you spoke", "请查看本单位或与您有关的记录",
                ),
            )
        )  # fmt: skip
    desk.store.reads.flush()
    database, organisation = desk.store.database, voice.organisation
    since, until = _bounds(asked)
    if scope == "mine":
        found = kept.of_person(database, voice.person, organisation, before, limit)
    elif scope == "own":
        found = kept.reads(
            database, dossier=own_dossier(organisation), since=since, until=until, before=before, limit=limit
        )
    else:
        whose = asked.organisation if scope == "all" else organisation
        found = kept.reads(
            database, dossier=asked.dossier, organisation=whose, person=asked.person, personal=asked.personal, since=since, until=until,
            before=before, limit=limit,
        )  # fmt: skip
    if scope == "all":
        visiting.note_other(desk, voice, "reads")
    return [_told(desk, voice, one, whole=scope in ("all", "ours")) for one in found]


def shown(desk: Desk, voice: Voice, number: int) -> tuple[LookedAt, AsOf | None]:
    """A read, and what it showed, as far as whoever asks may read it too; None where it was no dossier."""
    desk.store.reads.flush()
    one = kept.read(desk.store.database, number)
    may = one is not None and (
        "all" in scopes(voice) or ("ours" in scopes(voice) and one.what.organisation == voice.organisation)
    )
    if one is None or not may:
        raise NoSuchPlace(str(number))
    told = _told(desk, voice, one, whole=True)
    if not told.dossier:
        return told, None
    moment = datetime.fromisoformat(one.at)
    with drawn_as_of(desk, told.dossier, moment, voice, one.what.seen) as (sheet, here):
        nature = desk.store.nature
        theirs = reading(sheet, _reader(one), nature)
        return told, AsOf(moment, _shared(theirs, reading(sheet, here, nature)), (), looks_of(sheet))


def _reader(one: kept.Read) -> Speaker:
    """Who read, as the rules of access know it: under a mandate of another, for that one."""
    principal = one.what.mandate.partition(" ")[0] if " " in one.what.mandate else ""
    return Speaker(one.what.person, principal or one.what.organisation, frozenset(one.what.roles.split()))


def _shared(theirs: Reading, here: Reading) -> Reading:
    """What one reader was shown, without what another may not read."""
    said = {statement.id for fact in here.facts for statement in fact.statements}
    found = {(one.topic, one.key) for one in here.findings}
    return msgspec.structs.replace(
        theirs,
        facts=tuple(fact for fact in theirs.facts if all(statement.id in said for statement in fact.statements)),
        findings=tuple(one for one in theirs.findings if (one.topic, one.key) in found),
        heads=tuple(head for head in theirs.heads if head in set(here.heads)),
    )


def _told(desk: Desk, voice: Voice, one: kept.Read, *, whole: bool) -> LookedAt:
    """A read as it is told; of other organisations' people only the organisation, unless an auditor asks."""
    what, own = one.what, one.what.organisation == voice.organisation
    whole = whole or own
    return LookedAt(
        one.number, one.at, what.organisation, what.door, one.times, what.person if whole else "", what.mandate if whole else "",
        what.roles, what.dossier if what.dossier and _sees(desk, voice, what.dossier) else "", what.seen if whole else 0, what.personal,
        what.address if whole else "",
    )  # fmt: skip


def _sees(desk: Desk, voice: Voice, dossier: str) -> bool:
    try:
        with desk.store.holding(dossier) as record:
            return bool(desk.speaker(record, voice)[0].roles)
    except UnknownDossierError:
        return False


def _bounds(asked: Asked) -> tuple[str, str]:
    since = stamp(datetime.combine(asked.since, time(), COUNTING_OFFICE)) if asked.since else ""
    behind = asked.until + timedelta(days=1) if asked.until else None
    return since, stamp(datetime.combine(behind, time(), COUNTING_OFFICE)) if behind else ""
