"""Sight: which earlier dossiers a dossier may be shown. A view never shows what a reader of it could not read himself.

A dossier is opened by an enterprise for itself, by a broker for an enterprise, or by a counter under a mandate of it. Whoever
opened it sees again what the same hands opened for the same enterprise, where both still stand in the same roles; nobody sees
what another broker or counter opened, and nothing of another client. Everybody else who reads as a trader in the dossier at
hand must stand in the earlier one in the same roles too, else it is not shown. An enterprise in a dossier that it opened itself sees
what was opened in its name and what its brokers filed for it; agents that it let in by its own word see its own with it.
"""

from collections.abc import Iterable, Mapping
from datetime import date

import msgspec
from msgspec import Struct

from entrepot.kernel.record import Record
from entrepot.kernel.topics import TRADERS
from entrepot.kernel.vocabulary.customs import PARTICULARS, Particulars
from entrepot.kernel.vocabulary.trade import MANDATE, MEMBER, OPENED, Mandate, Membership
from entrepot.store.database import Database, Session, listed

MOST_DOSSIERS = 2_000
HOME = frozenset({"exporter", "importer"})
AGENTS = frozenset({"broker", "clerk"})
STANDS = (
    "{0}.withdraws = '[]' AND NOT EXISTS (SELECT 1 FROM retired r WHERE r.dossier = {0}.dossier AND r.gone = {0}.id)"
)
# From the memberships of the enterprise, in this order: it has far fewer dossiers than a broker. CROSS JOIN holds SQLite to it.
_AMONG_ITS_OWN = f"""
SELECT DISTINCT d.id, d.opened, o.for_organisation, o.mandate
FROM submission y CROSS JOIN dossier d CROSS JOIN submission o
WHERE y.topic = '{MEMBER.name}' AND y.key = ? AND {STANDS.format("y")} AND d.id = y.dossier AND o.seq = d.opened
AND {{wanted}} ORDER BY d.opened DESC LIMIT {MOST_DOSSIERS}
"""
_STANDING = f"""
SELECT s.dossier, s.key, b.data FROM submission s JOIN body b ON b.seq = s.seq
WHERE s.topic = '{{topic}}' AND {{keys}} AND {{dossiers}} AND {STANDS.format("s")}
"""
_NOBODY: frozenset[str] = frozenset()
Roles = Mapping[str, frozenset[str]]
Held = frozenset[tuple[str, str]]
Clause = tuple[str, tuple[str, ...]]


class Sight(Struct, frozen=True):
    """What one dossier may be shown: dossiers in which the `enterprise` has one of the same `parts` (exporter, importer).

    `agent` is the broker that opened the dossier for it, or at a `window` the counter; empty where it opened it itself.
    `readers` are all others who read as traders, each role of each: they must hold it in what is shown; `confided` are those
    whom the enterprise itself let in as its agents: they see what was opened in its name, and what a broker opened for it only
    where they stand in it. `standing` are the numbers of the mandates by which a counter serves in all of the enterprise's dossiers.
    """

    enterprise: str
    parts: frozenset[str] = frozenset({"exporter"})
    agent: str = ""
    window: bool = False
    readers: Held = frozenset()
    confided: Held = frozenset()
    standing: frozenset[str] = frozenset()

    @property
    def speakers(self) -> tuple[str, str]:
        """Whose own word counts as theirs: the enterprise's, and that of its agent."""
        return self.enterprise, self.agent or self.enterprise


def sight_of(record: Record, today: date) -> Sight | None:
    """What a dossier may be shown on a day; None where it is nobody's, or not clear whose."""
    opened = record.standing(OPENED.name).get("")
    hands = {(said.for_, said.mandate) for said in opened.statements} if opened is not None else set()
    if len(hands) != 1:
        return None
    opener, mandate = hands.pop()
    roles = roles_of(record)
    if mandate:
        return _at_a_window(record, opener, mandate, roles, today)
    own = roles.get(opener, _NOBODY)
    if parts := own & HOME:
        others, let_in = traders(roles, opener), _let_in(record, opener)
        confided = frozenset((one, role) for one, role in others if one in let_in and role in AGENTS)
        return Sight(opener, parts, readers=others - confided, confided=confided)
    return _by_a_broker(record, opener, roles) if "broker" in own else None


def _at_a_window(record: Record, principal: str, number: str, roles: Roles, today: date) -> Sight | None:
    standing = record.standing(MANDATE.name).get(number)
    mandate = None if standing is None else standing.value
    if not isinstance(mandate, Mandate) or mandate.principal != principal:
        return None
    runs = mandate.signed_on <= today and (mandate.valid_until is None or today <= mandate.valid_until)
    parts = roles.get(principal, _NOBODY) & HOME
    if not (runs and parts and "clerk" in roles.get(mandate.counter, _NOBODY)):
        return None
    return Sight(principal, parts, mandate.counter, True, traders(roles, principal))


def _by_a_broker(record: Record, broker: str, roles: Roles) -> Sight | None:
    """The client is the one exporter of an export, the one importer of an import; of several none is known to be it."""
    particulars = record.standing(PARTICULARS.name).get("")
    said = None if particulars is None else particulars.value or particulars.agreed
    part = "importer" if isinstance(said, Particulars) and said.flow == "I" else "exporter"
    clients = [one for one in roles if part in roles[one]]
    if len(clients) != 1:
        return None
    return Sight(clients[0], frozenset({part}), broker, readers=traders(roles, clients[0]))


def roles_of(record: Record) -> dict[str, frozenset[str]]:
    """The roles of each organisation in a dossier, by all statements that stand."""
    return {
        key: frozenset(role for said in one.statements for role in _granted(bytes(said.body)))
        for key, one in record.standing(MEMBER.name).items()
    }


def traders(roles: Roles, but: str) -> Held:
    """All but one who read as traders, with each of the roles in which they do."""
    return frozenset((one, role) for one in roles if one != but for role in roles[one] & TRADERS)


def _let_in(record: Record, organisation: str) -> frozenset[str]:
    """Whom an organisation by its own word made its agent."""
    return frozenset(
        key
        for key, one in record.standing(MEMBER.name).items()
        if any(said.for_ == organisation and AGENTS & {*_granted(bytes(said.body))} for said in one.statements)
    )


def _granted(body: bytes) -> tuple[str, ...]:
    try:
        return msgspec.json.decode(body, type=Membership).roles
    except msgspec.MsgspecError:  # of another version: it gives nothing
        return ()


# -- among all dossiers -----------------------------------------------------------------------------------------------


def by_the_same(sight: Sight) -> Clause:
    """Dossiers that the same hands opened for the same enterprise."""
    if sight.agent and not sight.window:
        return "o.for_organisation = ? AND o.mandate = ''", (sight.agent,)
    return "o.for_organisation = ?" + (" AND o.mandate <> ''" if sight.window else ""), (sight.enterprise,)


def by_itself_or_agents(sight: Sight) -> Clause:
    """To an enterprise alone also what brokers opened for it: fit only for what does not rest on a broker's word."""
    return by_the_same(sight) if sight.agent else ("1 = 1", ())


def about_itself(sight: Sight) -> Clause:
    """Dossiers of the enterprise itself: opened by it, or by the broker at hand for it."""
    own = "o.for_organisation = ?", (sight.enterprise,)
    if not sight.agent or sight.window:
        return own
    sql, of = by_the_same(sight)
    return f"({own[0]} OR ({sql}))", (*own[1], *of)


def seen(database: Database, session: Session, sight: Sight, *clauses: Clause) -> list[tuple[str, str]]:
    """The dossiers of which all clauses hold (SQL about `d`, the dossier, and `o`, its opening) and that a sight shows, the one
    opened last first, up to a bound; each with the organisation it was opened for."""
    sql = _AMONG_ITS_OWN.format(wanted=" AND ".join(clause for clause, _ in clauses))
    rows = session.all(sql, sight.enterprise, *(value for _, values in clauses for value in values))
    if not rows:
        return []
    dossiers = listed(row[0] for row in rows)
    named = {
        sight.enterprise,
        sight.agent,
        *(row[2] for row in rows),
        *(one for one, _ in sight.readers | sight.confided),
    }
    held: dict[str, dict[str, frozenset[str]]] = {}
    for dossier, key, data in session.all(_standing(database, MEMBER.name), listed(named), dossiers):
        there = held.setdefault(dossier, {})
        there[key] = there.get(key, _NOBODY) | frozenset(_granted(bytes(data)))
    mandated: Held = frozenset()
    if sight.window:
        mandated = _mandated(database, session, sight, {row[3] for row in rows}, dossiers)
    return [
        (dossier, opener)
        for dossier, _, opener, mandate in rows
        if _shows(sight, opener, held.get(dossier, {}))
        and (not sight.window or not mandate or (dossier, mandate) in mandated or mandate in sight.standing)
    ]


def _shows(sight: Sight, opener: str, roles: Roles) -> bool:
    """Whether an earlier dossier may be shown, by who opened it and the roles that stand in it."""
    if not roles.get(sight.enterprise, _NOBODY) & sight.parts or not _all_stand(sight.readers, roles):
        return False
    if opener == sight.enterprise:
        return True
    by = roles.get(opener, _NOBODY)
    return "broker" in by and not by & HOME and _all_stand(sight.confided, roles)


def _all_stand(held: Held, roles: Roles) -> bool:
    return all(role in roles.get(one, _NOBODY) for one, role in held)


def _mandated(database: Database, session: Session, sight: Sight, numbers: Iterable[str], dossiers: str) -> Held:
    """In which dossiers which mandates of the enterprise for the counter stand; what was revoked stands no more."""
    pair = (sight.enterprise, sight.agent)
    rows = session.all(_standing(database, MANDATE.name), listed(numbers), dossiers)
    return frozenset((dossier, key) for dossier, key, data in rows if _pair(bytes(data)) == pair)


def _pair(body: bytes) -> tuple[str, str]:
    try:
        mandate = msgspec.json.decode(body, type=Mandate)
    except msgspec.MsgspecError:  # of another version: it gives nothing
        return "", ""
    return mandate.principal, mandate.counter


def _standing(database: Database, topic: str) -> str:
    return _STANDING.format(topic=topic, keys=database.among("s.key"), dossiers=database.among("s.dossier"))
