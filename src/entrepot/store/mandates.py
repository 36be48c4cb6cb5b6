"""Standing mandates and the operator's admissions, looked up where they are needed: they are facts in the dossiers that enterprises
keep of themselves, and what was withdrawn, replaced or revoked is gone at the next question.

A mandate counts where the enterprise itself said it, in its own dossier `enterprise:<code>`, under a key that names the agent; said
twice under one key with different words it counts not at all.
"""

from collections.abc import Iterable
from datetime import date
from typing import Literal

import msgspec
from msgspec import Struct

from entrepot.kernel.record import Record
from entrepot.kernel.vocabulary.customs import PARTICULARS, Particulars
from entrepot.kernel.vocabulary.enterprise import (
    ENTERPRISE_ADMITTED,
    ENTERPRISE_DOSSIER,
    ENTERPRISE_MANDATE,
    ENTERPRISE_RULES,
    EnterpriseAdmission,
    EnterpriseMandate,
    EnterpriseRules,
)
from entrepot.kernel.vocabulary.trade import OPENED
from entrepot.store.database import Database, Session, listed
from entrepot.store.schema import AGENT
from entrepot.store.sight import HOME, STANDS, Sight, roles_of, traders

_GIVEN = f"""
SELECT s.dossier, s.key, s.id, s.by_person, s.authority, s.heard_at, b.data FROM submission s JOIN body b ON b.seq = s.seq
WHERE s.topic = '{ENTERPRISE_MANDATE.name}' AND {{which}} AND s.dossier = '{ENTERPRISE_DOSSIER}' || s.for_organisation
AND {STANDS.format("s")} ORDER BY s.dossier, s.key, s.id
"""
_RULES = f"""
SELECT b.data FROM submission s JOIN body b ON b.seq = s.seq
WHERE s.topic = '{ENTERPRISE_RULES.name}' AND s.dossier = ? AND {STANDS.format("s")}
"""
_ADMITTED = f"""
SELECT s.dossier, b.data FROM submission s JOIN body b ON b.seq = s.seq
WHERE s.topic = '{ENTERPRISE_ADMITTED.name}' AND {{among}} AND {STANDS.format("s")}
"""
State = Literal["", "admitted", "suspended", "refused"]


class Given(Struct, frozen=True):
    """A standing mandate that was given: `id` of the statement, who gave it, its number, what it says; who entered it on what
    footing and when it was heard (UTC)."""

    id: str
    principal: str
    number: str
    mandate: EnterpriseMandate
    by: str = ""
    authority: str = ""
    heard_at: str = ""

    def runs(self, today: date) -> bool:
        """Whether it holds on a day."""
        mandate = self.mandate
        return (
            not mandate.revoked
            and mandate.signed_on <= today
            and (mandate.valid_until is None or today <= mandate.valid_until)
        )

    @property
    def general(self) -> bool:
        """Whether it holds in every dossier of the principal."""
        return not (self.mandate.dossiers or self.mandate.modes)

    def covers(self, dossier: str, mode: str) -> bool:
        """Whether it reaches a dossier of the principal, in which this supervision mode is said (empty: none is)."""
        mandate = self.mandate
        return self.general or dossier in mandate.dossiers or (mode != "" and mode in mandate.modes)


def given_to(database: Database, agent: str, principals: Iterable[str] | None = None) -> list[Given]:
    """The mandates that stand with an agent, of all principals or of those named."""
    if not agent or "/" in agent:
        return []
    which, values = f"{AGENT[database.dialect].format('s')} = ?", [agent]
    if principals is not None:
        which += f" AND {database.among('s.dossier')}"
        values.append(listed(ENTERPRISE_DOSSIER + one for one in principals))
    with database.session() as session:
        return _given(session, which, values)


def given_by(database: Database, principal: str) -> list[Given]:
    """The mandates that an enterprise has given and that stand, also those that ran out or were revoked with a reason."""
    with database.session() as session:
        return _given(session, "s.dossier = ?", [ENTERPRISE_DOSSIER + principal])


def words_of_operator(database: Database, organisations: Iterable[str]) -> dict[str, State]:
    """Whether the operator admitted each organisation; empty where nothing was said. Of two words the harder counts."""
    found: dict[str, State] = dict.fromkeys(organisations, "")
    with database.session() as session:
        rows = session.all(
            _ADMITTED.format(among=database.among("s.dossier")), listed(ENTERPRISE_DOSSIER + one for one in found)
        )
    hardest: tuple[State, ...] = ("", "admitted", "suspended", "refused")
    for dossier, data in rows:
        code, state = (
            dossier.removeprefix(ENTERPRISE_DOSSIER),
            msgspec.json.decode(bytes(data), type=EnterpriseAdmission).state,
        )
        found[code] = max(found[code], state, key=hardest.index)
    return found


def topics_of_two(database: Database, organisation: str) -> frozenset[str]:
    """The topics that an organisation lets leave only when two persons agree. Of several words all count."""
    with database.session() as session:
        rows = session.all(_RULES, ENTERPRISE_DOSSIER + organisation)
    return frozenset(
        name for (data,) in rows for name in msgspec.json.decode(bytes(data), type=EnterpriseRules).two_persons
    )


def at_a_counter(database: Database, record: Record, today: date) -> Sight | None:
    """What a dossier may be shown that a counter opened under a standing mandate; None for any other."""
    opened = record.standing(OPENED.name).get("")
    hands = {(said.for_, said.mandate) for said in opened.statements if said.mandate} if opened is not None else set()
    if len(hands) != 1:
        return None
    ((principal, number),) = hands
    clerks = [one for one in given_by(database, principal) if one.mandate.role == "clerk"]
    served = [one for one in clerks if one.runs(today) and one.general]
    counters = {one.mandate.agent for one in served if one.number == number}
    roles = roles_of(record)
    parts = roles.get(principal, frozenset()) & HOME
    if len(counters) != 1 or not parts:
        return None
    (counter,) = counters
    numbers = frozenset(one.number for one in served if one.mandate.agent == counter)
    return Sight(principal, parts, counter, True, traders(roles, principal), standing=numbers)


def along(database: Database, record: Record, sight: Sight, today: date) -> Sight:
    """The sight with those who read along in a dossier by a standing mandate that opens only some: they count as let in by the
    enterprise, where it opened the dossier itself, else as any reader. Whom a mandate opens all of them to reads the rest anyway."""
    there = record.standing(PARTICULARS.name).get("")
    said = None if there is None else there.value or there.agreed
    mode = said.supervision_mode if isinstance(said, Particulars) else ""
    principals = {sight.enterprise, *(name for name, role in sight.readers if role == "exporter")}
    reading = frozenset(
        (one.mandate.agent, one.mandate.role)
        for name in sorted(principals)
        for one in given_by(database, name)
        if one.runs(today) and not one.general and one.covers(record.dossier, mode)
    )
    if not reading:
        return sight
    if sight.agent:
        return msgspec.structs.replace(sight, readers=sight.readers | reading)
    return msgspec.structs.replace(sight, confided=sight.confided | reading)


def _given(session: Session, which: str, values: Iterable[str]) -> list[Given]:
    found: dict[tuple[str, str], Given | None] = {}
    for dossier, key, id_, by, authority, heard_at, data in session.all(_GIVEN.format(which=which), *values):
        agent, _, number = key.partition("/")
        mandate = _read(bytes(data))
        if mandate is None or mandate.agent != agent:
            continue
        principal = dossier.removeprefix(ENTERPRISE_DOSSIER)
        one = Given(id_, principal, number, mandate, by, authority, heard_at)
        kept = found.setdefault((dossier, key), one)
        if kept is not None and kept.mandate != mandate:
            found[dossier, key] = None  # two words that contradict each other: nobody may rest on either
    return [one for one in found.values() if one is not None]


def _read(body: bytes) -> EnterpriseMandate | None:
    try:
        return msgspec.json.decode(body, type=EnterpriseMandate)
    except msgspec.MsgspecError:  # of another version: it gives nothing
        return None
