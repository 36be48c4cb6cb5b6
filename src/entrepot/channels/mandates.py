"""Standing mandates: who acts in a dossier for one of its traders although the dossier does not name it.

A mandate stands in the principal's own dossier (`store/mandates.py`). It opens those dossiers in which the principal itself is the
exporter, or the importer who opened them, and to a counter also the principal's own. It gives one role and cannot be passed on:
whom a principal's agent is, only the principal says. Principals that the operator has not admitted, or suspended, are not acted for.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date

import msgspec

from entrepot.channels import online
from entrepot.channels.online import Grant, Voice
from entrepot.kernel.record import Record
from entrepot.kernel.topics import TRADERS
from entrepot.kernel.vocabulary.customs import PARTICULARS, Particulars
from entrepot.kernel.vocabulary.enterprise import ENTERPRISE_DOSSIER
from entrepot.kernel.vocabulary.trade import MANDATE, MEMBER, OPENED, Mandate
from entrepot.store import mandates
from entrepot.store.mandates import Given, State
from entrepot.store.store import Store

_remembered: ContextVar[dict[tuple[str, str], State] | None] = ContextVar("entrepot_states", default=None)


def state_of(store: Store, organisation: str) -> State:
    """Whether an organisation may send and be acted for: in a live store once the operator admitted it, to rehearse at once."""
    return states_of(store, [organisation])[organisation]


def states_of(store: Store, organisations: Iterable[str]) -> dict[str, State]:
    """The same of several organisations, in one question."""
    unsaid: State = "admitted" if store.nature == "sandbox" else ""
    known = _remembered.get()
    if known is None:
        return {name: said or unsaid for name, said in mandates.words_of_operator(store.database, organisations).items()}
    names = list(organisations)
    if new := [name for name in names if (store.origin, name) not in known]:
        said = mandates.words_of_operator(store.database, new)
        known.update({(store.origin, name): said[name] or unsaid for name in new})
    return {name: known[store.origin, name] for name in names}


@contextmanager
def remembering_states() -> Iterator[None]:
    """What many ask in one breath is asked of the store once: until the context ends, in this thread."""
    token = _remembered.set({})
    try:
        yield
    finally:
        _remembered.reset(token)


def clients(record: Record) -> frozenset[str]:
    """Those in a dossier whose standing mandates open it. Whoever is there as somebody's broker or counter is acted for by nobody."""
    if record.kind == "enterprise" and record.dossier.startswith(ENTERPRISE_DOSSIER):
        return frozenset({record.dossier.removeprefix(ENTERPRISE_DOSSIER)})
    if record.kind != "trade":
        return frozenset()
    opened = record.standing(OPENED.name).get("")
    openers = frozenset(said.for_ for said in opened.statements) if opened is not None else frozenset[str]()
    roles = {name: online.memberships(record, name) for name in record.standing(MEMBER.name)}
    return frozenset(
        name for name, has in roles.items() if "exporter" in has or ("importer" in has and name in openers)
    )


def mode_of(record: Record) -> str:
    """The supervision mode that is said in a dossier and not disputed; empty where none is."""
    said = record.standing(PARTICULARS.name).get("")
    particulars = None if said is None else said.value or said.agreed
    return particulars.supervision_mode if isinstance(particulars, Particulars) else ""


def agents_in(store: Store, record: Record, today: date) -> list[Given]:
    """The standing mandates by which somebody may act in a dossier on a day."""
    found = [one for name in sorted(clients(record)) for one in mandates.given_by(store.database, name)]
    return _holding(store, found, record.dossier, record.kind, mode_of(record), today)


def acting(store: Store, record: Record | None, voice: Voice, today: date, dossier: str = "") -> Voice:
    """The voice with the mandate by which it acts in a dossier on a day, if it needs one and has one. `record` is None for a
    `dossier` that a clerk is about to open."""
    bare = msgspec.structs.replace(voice, grant=None, under="")
    if voice.rehearsal:
        return bare
    if voice.counter and voice.mandate:
        return _at_a_window(store, record, bare, today, dossier)
    if record is None or not voice.organisation or online.roles_in(record, voice) & TRADERS:
        return bare
    given = mandates.given_to(store.database, voice.organisation, clients(record))
    wanted = {"clerk"} if "clerk" in voice.standing else {"broker"}
    holding = _holding(store, given, record.dossier, record.kind, mode_of(record), today, wanted)
    return _by(bare, holding[0], holding[0].number if wanted == {"broker"} else "") if holding else bare


def _at_a_window(store: Store, record: Record | None, bare: Voice, today: date, dossier: str) -> Voice:
    """A clerk under a mandate that is named: a standing one, or one that stands in the dossier itself."""
    if "clerk" not in bare.standing or (record is not None and bare.organisation not in clients(record)):
        given: list[Given] = []
    else:
        given = mandates.given_to(store.database, bare.counter, [bare.organisation])
    named = [one for one in given if one.number == bare.mandate]
    kind, mode = (record.kind, mode_of(record)) if record is not None else ("trade", "")
    holding = _holding(store, named, record.dossier if record is not None else dossier, kind, mode, today, {"clerk"})
    if holding:
        return _by(bare, holding[0], bare.mandate)
    there = record.standing(MANDATE.name).get(bare.mandate) if record is not None else None
    if there is None or not isinstance(there.value, Mandate):
        return bare
    return msgspec.structs.replace(bare, under=there.statements[0].id)


def _by(bare: Voice, one: Given, number: str) -> Voice:
    grant = Grant(one.principal, one.number, one.mandate.role, one.mandate.may_send)
    return msgspec.structs.replace(bare, grant=grant, mandate=number, under=one.id if number else "")


def _holding(
    store: Store, given: Iterable[Given], dossier: str, kind: str, mode: str, today: date, roles: Iterable[str] = ()
) -> list[Given]:
    """Of some mandates those that hold in a dossier; those that let the agent send come first."""
    able = {*roles} if roles else {"broker", "clerk"}
    if kind != "trade":
        able &= {"clerk"}
    running = [one for one in given if one.runs(today) and one.mandate.role in able and one.covers(dossier, mode)]
    admitted = {name for name in {one.principal for one in running} if state_of(store, name) == "admitted"}
    order = sorted(running, key=lambda one: (not one.mandate.may_send, one.principal, one.number))
    return [one for one in order if one.principal in admitted]
