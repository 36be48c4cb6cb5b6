"""What an organisation says of itself in its own dossier `enterprise:<code>`: its card, its mandates, its rules of sending; and
the operator's word on whether it is admitted."""

from datetime import date
from typing import Literal

from msgspec import Struct

from entrepot.kernel.text import Text, Words
from entrepot.kernel.topics import said, said_each
from entrepot.kernel.vocabulary.trade import SHIPPERS

ENTERPRISE_DOSSIER = "enterprise:"  # and the organisation's code


class EnterpriseCard(Struct, frozen=True, omit_defaults=True):
    """An organisation's card: names in Latin and Chinese script, `uscc` the unified social credit code (GB 32100), `customs_code`
    the 10-character customs record, `country` ISO 3166 alpha-3, where it is, how it is reached, and what it does."""

    name: Words = ""
    name_zh: Words = ""
    uscc: str = ""
    customs_code: str = ""
    country: str = ""
    address: Words = ""
    address_zh: Words = ""
    phone: str = ""
    email: str = ""
    activities: tuple[str, ...] = ()


class EnterpriseAdmission(Struct, frozen=True, omit_defaults=True):
    """Whether the operator admits an organisation: `suspended` reads alone, `refused` too."""

    state: Literal["admitted", "suspended", "refused"]
    reason: str = ""


class EnterpriseMandate(Struct, frozen=True, omit_defaults=True):
    """A standing authority to act for the enterprise (the key is `<agent>/<number>`), good in every dossier of which the enterprise
    is exporter, or importer by its own opening, or only in the `dossiers` listed and those of the `modes` (customs codes of
    supervision mode) where any are. It runs from `signed_on` until `valid_until`, both days included, without end where that is
    not given. `may_send`: the agent also sends to offices. `revoked` gives the reason for which it ended."""

    agent: str
    role: Literal["broker", "clerk"]
    signed_on: date
    valid_until: date | None = None
    dossiers: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    may_send: bool = False
    agent_name: Words = ""
    revoked: str = ""


class EnterpriseRules(Struct, frozen=True, omit_defaults=True):
    """The topics that leave for an office only after a second person of the enterprise confirmed them."""

    two_persons: tuple[str, ...] = ()


_ITSELF = frozenset({"exporter", "importer", "clerk"})
_OVERSEEING = frozenset({"operator", "auditor"})

ENTERPRISE_CARD = said(
    "enterprise.card",
    EnterpriseCard,
    say=_ITSELF,
    read=SHIPPERS | {"bank", "producer"},
    label=Text("card of the enterprise", "企业名片"),
    doc="Names, codes, address and contact of the enterprise whose dossier this is.",
)
ENTERPRISE_ADMITTED = said(
    "enterprise.admitted",
    EnterpriseAdmission,
    say=frozenset({"operator"}),
    read=_ITSELF | _OVERSEEING,
    label=Text("admitted to the platform", "平台准入"),
    doc="The operator's word on whether the enterprise may send and be acted for.",
)
ENTERPRISE_MANDATE = said_each(
    "enterprise.mandate",
    EnterpriseMandate,
    "standing_mandate",
    say=_ITSELF,
    read=_ITSELF | _OVERSEEING | {"customs", "named"},
    label=Text("standing mandate", "长期授权委托"),
    doc="Who may act for the enterprise across its dossiers, in which role, where and for how long.",
)
ENTERPRISE_RULES = said(
    "enterprise.rules",
    EnterpriseRules,
    say=_ITSELF - {"clerk"},
    read=_ITSELF | _OVERSEEING,
    label=Text("rules of sending", "发送复核规则"),
    doc="What the enterprise lets leave only when two persons agree.",
)
