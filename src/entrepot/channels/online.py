"""Online: who speaks, for whom, and which roles that gives in a dossier.

An organisation has roles in a dossier by `dossier.member` statements, or by a standing mandate of one that has (`mandates.py`).
Offices (customs, tax …) hold theirs everywhere, by the token the operator gave them; nobody can be made an office by a member's
word. Banks and counters are licensed by their token and act only where a dossier names them.
"""

from collections.abc import Collection
from typing import Any, Literal

import msgspec
from msgspec import Struct

from entrepot.kernel.access import Speaker
from entrepot.kernel.record import Record
from entrepot.kernel.submissions import Authority, Channel
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.topics import ROLES, Topic
from entrepot.kernel.vocabulary.enterprise import ENTERPRISE_DOSSIER, ENTERPRISE_MANDATE
from entrepot.kernel.vocabulary.trade import MEMBER, OPENED, Membership
from entrepot.store.store import Store
from entrepot.store.tokens import TokenCard, find_tokens, note_use

OFFICES = frozenset({"customs", "tax", "certifier", "operator", "auditor"})
LICENSED = frozenset({"bank", "clerk"})
GRANTED = frozenset({"exporter", "importer", "producer", "broker", "carrier", "warehouse", *LICENSED})
# Whose topics bear their name, and are theirs to say.
WITNESSES = OFFICES | {"bank", "carrier", "warehouse"}
# What an organisation is in the dossier that it keeps of itself.
OWNER = frozenset({"exporter"})
# Those who see the costs decide who else does.
CONFIDED = frozenset({"exporter", "producer", "broker", "clerk"})
CONFIDING = frozenset({"exporter", "clerk", "operator", "platform"})

# What a person may do for the organisation that employs it; a token does all of it but administer, unless the operator made it so.
Duty = Literal["read", "say", "send", "confirm", "administer"]
WORKING: frozenset[Duty] = frozenset({"read", "say", "send", "confirm"})
ADMINISTER: Duty = "administer"


class Grant(Struct, frozen=True):
    """A standing mandate that holds in one dossier on one day: of which principal, under which number, for which role."""

    principal: str
    number: str
    role: str
    may_send: bool


class Voice(Struct, frozen=True):
    """Somebody at a door, proven by a session or a token: a person, the organisation spoken for, the roles that it is licensed
    for, and the person's duties in it.

    `rehearsal` voices play a role in every dossier of a sandbox store; live stores refuse them. `counter` is the
    organisation of a clerk who speaks for another under the `mandate`. `grant` and `under` (the id of the statement on the
    mandate) are what `mandates.acting` found for one dossier; no door gives them.
    """

    person: str
    organisation: str
    standing: frozenset[str] = frozenset()
    channel: Channel = "online"
    mandate: str = ""
    counter: str = ""
    rehearsal: bool = False
    token: str = ""
    duties: frozenset[Duty] = WORKING
    grant: Grant | None = None
    under: str = ""


def rehearsing(role: str, organisation: str = "") -> Voice:
    """A visitor of a sandbox store who plays a role."""
    standing = frozenset({role}) & (GRANTED | OFFICES)
    return Voice("visitor", organisation or f"sandbox-{role}", standing, rehearsal=True, duties=WORKING | {ADMINISTER})


def voice_of(store: Store, secret: str) -> Voice | None:
    """The voice that a bearer token proves; None for any other text."""
    return voices_of(store, [secret]).get(secret)


def voices_of(store: Store, secrets: Collection[str]) -> dict[str, Voice]:
    """The voices that bearer tokens prove, by the tokens; whatever proves none is absent."""
    return {secret: _voice(store, card) for secret, card in find_tokens(store, secrets).items()}


def _voice(store: Store, card: TokenCard) -> Voice:
    note_use(store, card.id)
    standing = frozenset(card.roles) & (OFFICES | LICENSED)
    counter = card.organisation if card.channel == "window" else ""
    duties = WORKING | {ADMINISTER} if ADMINISTER in card.roles else WORKING
    return Voice(card.person, card.organisation, standing, card.channel, counter=counter, token=card.id, duties=duties)


def memberships(record: Record, organisation: str) -> frozenset[str]:
    """The roles that standing statements give an organisation in a dossier. Several granters' words add up: one does not undo another's."""
    standing = record.standing(MEMBER.name).get(organisation) if organisation else None
    if standing is None:
        return frozenset()
    granted = [msgspec.json.decode(bytes(said.body), type=Membership).roles for said in standing.statements]
    return GRANTED.intersection(*[frozenset(role for roles in granted for role in roles)])


def roles_in(record: Record, voice: Voice) -> frozenset[str]:
    """The roles in which a voice speaks and reads in a dossier, apart from a mandate; none: the dossier is not there for it."""
    if voice.rehearsal:
        return voice.standing
    member = memberships(record, voice.organisation)
    if record.kind == "enterprise" and record.dossier == ENTERPRISE_DOSSIER + voice.organisation:
        member |= OWNER  # its own dossier is never without it, whoever opened it
    return (member - LICENSED) | (member & LICENSED & voice.standing) | (voice.standing & OFFICES)


def speaker(record: Record, voice: Voice) -> Speaker:
    """The voice as the access rules know it."""
    return Speaker(voice.person, voice.organisation, roles_in(record, voice))


def office_word(topic: Topic[Any]) -> bool:
    """Whether a topic is the word of an office, a bank or a carrier (`customs.release`, `bank.receipt`): others transcribe it."""
    module = topic.name.partition(".")[0]
    return module in topic.say & WITNESSES or (topic.base != "" and topic.name.endswith(".rejected"))


def authority(topic: Topic[Any], speaker: Speaker, voice: Voice, claimed: str = "") -> Authority:
    """On what footing a statement is made. One may claim less than one has, never more."""
    module = topic.name.partition(".")[0]
    speaks_as = topic.say & speaker.roles
    licensed = bool(speaks_as & OFFICES) or (office_word(topic) and module in speaks_as)
    by_paper = topic.name == ENTERPRISE_MANDATE.name and bool(
        voice.counter
    )  # what a counter enters, it reads off a signed paper
    if claimed == "transcript" or by_paper or (office_word(topic) and not licensed):
        return "transcript"
    if not licensed or claimed == "own word":
        return "own word"
    return "gateway" if voice.channel == "gateway" else "office"


def opening(voice: Voice, named: frozenset[str]) -> frozenset[str]:
    """The roles of whoever opens a dossier: those it names for itself, else exporter, or what its token licenses."""
    if voice.rehearsal:
        return voice.standing | (named & GRANTED)
    roles = (named or voice.standing & LICENSED or frozenset({"exporter"})) & GRANTED
    return (roles - LICENSED) | (roles & voice.standing) | (voice.standing & OFFICES)


def membership_problems(speaker: Speaker, granted: Membership, where: str, first: bool) -> list[Problem]:
    """What is wrong with giving these roles: unknown ones, an office's, or one that shows more than the giver may decide on."""
    problems = []
    for role in granted.roles:
        if role not in GRANTED:
            known = ", ".join(sorted(GRANTED))
            problems.append(
                Problem(
                    "D006",
                    f"{where}.roles",
                    Text(f"{role!r} is not a role that a dossier gives", f"{role!r} 不是案卷可授予的角色"),
                    Text(
                        f"use one of: {known}; offices are admitted by the operator",
                        f"可用角色：{known}；机关由运营方接入",
                    ),
                )
            )
        elif role in CONFIDED and not first and not speaker.roles & CONFIDING:
            problems.append(
                Problem(
                    "D007",
                    f"{where}.roles",
                    Text(f"you may not make anybody {role} here", f"您无权在此授予“{ROLES[role].zh}”角色"),
                    Text("ask the exporter to say it", "请由出口商授予"),
                )
            )
    return problems


FIRST_WORDS = frozenset({OPENED.name, MEMBER.name})
