"""Bodies: topics of enterprise. Written by `entrepot client types`; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Required, TypedDict

from entrepot_client.topic import Topic

if TYPE_CHECKING:
    from entrepot_client.topics.shared import Enterprise, Particulars, Party, Price, Transport


class Profile(TypedDict, total=False):
    """What an enterprise says of itself in the dossier that it keeps of itself: its parties by their part
    (exporter, owner, declarant …), its standing, and what it usually chooses for a declaration. `dossier`
    names that dossier.
    """

    dossier: Required[str]
    parties: dict[str, Party]
    standing: Enterprise | None
    particulars: Particulars | None
    transport: Transport | None


ENTERPRISE_PROFILE: Topic[Profile] = Topic("enterprise.profile")
"""What the enterprise says of itself in its own dossier; a broker is shown it where it is a member of that
dossier. (本企业档案)
"""


class EarlierLine(TypedDict, total=False):
    """A line that customs took in. `called` is every way in which the goods were named: item code,
    description, name.
    """

    no: Required[int]
    called: list[str]
    hs10: str
    name: str
    elements: list[str]
    ciq: str
    attributes: list[str]
    origin: str
    unit: str
    unit_price: Price | None
    dangerous: bool | None
    un_number: str


class EarlierDeclaration(TypedDict, total=False):
    """A declaration of the same enterprise that customs took in, under its number: what stood on it."""

    number: Required[str]
    accepted_on: Required[str]
    dossier: Required[str]
    flow: Required[str]
    overseas: Required[Party]
    owner: Required[Party]
    declarant: Required[Party]
    particulars: Required[Particulars]
    transport: Required[Transport]
    trade_term: str
    package_type: str
    lines: list[EarlierLine]
    sandbox: bool


class History(TypedDict, total=False):
    """What an enterprise declared and customs took in, newest first."""

    declarations: list[EarlierDeclaration]


ENTERPRISE_HISTORY: Topic[History] = Topic("enterprise.history")
"""What was declared before for the enterprise and customs took in; to a broker only what it opened for the
same client. (本企业已获海关接受的报关单)
"""


class EnterpriseCard(TypedDict, total=False):
    """An organisation's card: names in Latin and Chinese script, `uscc` the unified social credit code (GB
    32100), `customs_code` the 10-character customs record, `country` ISO 3166 alpha-3, where it is, how it
    is reached, and what it does.
    """

    name: str
    name_zh: str
    uscc: str
    customs_code: str
    country: str
    address: str
    address_zh: str
    phone: str
    email: str
    activities: list[str]


ENTERPRISE_CARD: Topic[EnterpriseCard] = Topic("enterprise.card")
"""Names, codes, address and contact of the enterprise whose dossier this is. (企业名片)"""


class EnterpriseAdmission(TypedDict, total=False):
    """Whether the operator admits an organisation: `suspended` reads alone, `refused` too."""

    state: Required[Literal["admitted", "refused", "suspended"]]
    reason: str


ENTERPRISE_ADMITTED: Topic[EnterpriseAdmission] = Topic("enterprise.admitted")
"""The operator's word on whether the enterprise may send and be acted for. (平台准入)"""


class EnterpriseMandate(TypedDict, total=False):
    """A standing authority to act for the enterprise (the key is `<agent>/<number>`), good in every dossier of
    which the enterprise is exporter, or importer by its own opening, or only in the `dossiers` listed and
    those of the `modes` (customs codes of supervision mode) where any are. It runs from `signed_on` until
    `valid_until`, both days included, without end where that is not given. `may_send`: the agent also sends
    to offices. `revoked` gives the reason for which it ended.
    """

    agent: Required[str]
    role: Required[Literal["broker", "clerk"]]
    signed_on: Required[str]
    valid_until: str | None
    dossiers: list[str]
    modes: list[str]
    may_send: bool
    agent_name: str
    revoked: str


ENTERPRISE_MANDATE: Topic[EnterpriseMandate] = Topic("enterprise.mandate", keyed="standing_mandate")
"""Who may act for the enterprise across its dossiers, in which role, where and for how long. (长期授权委托)"""


class EnterpriseRules(TypedDict, total=False):
    """The topics that leave for an office only after a second person of the enterprise confirmed them."""

    two_persons: list[str]


ENTERPRISE_RULES: Topic[EnterpriseRules] = Topic("enterprise.rules")
"""What the enterprise lets leave only when two persons agree. (发送复核规则)"""
