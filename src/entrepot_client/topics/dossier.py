"""Bodies: topics of dossier. Written by `entrepot client types`; do not edit."""

from __future__ import annotations

from typing import Literal, Required, TypedDict

from entrepot_client.topic import Topic


class DossierOpened(TypedDict, total=False):
    """What the dossier is about. `reference` is the opener's own name for it. `copied_from` is the dossier
    that it was begun as a copy of; `part_of` the dossier whose lines it declares in part, as number `part`.
    """

    kind: Required[Literal["enterprise", "period", "region", "title", "trade"]]
    reference: Required[str]
    title: str
    copied_from: str
    part_of: str
    part: int


DOSSIER_OPENED: Topic[DossierOpened] = Topic("dossier.opened")
"""The first statement of every dossier: its kind and its opener's reference. (建档)"""


class Membership(TypedDict, total=False):
    """An organisation's roles in this dossier; the key of the topic is the organisation's id."""

    roles: Required[list[str]]
    name: str


DOSSIER_MEMBER: Topic[Membership] = Topic("dossier.member", keyed="organisation")
"""The roles that an organisation has in this dossier; nobody sees a dossier without one. (参与方)"""


class Parts(TypedDict, total=False):
    """The dossiers in which this trade is declared, part by part, because one declaration does not hold it.
    `lines` maps a line here to `dossier/line` there; `lots` are the ids of the statements on purchase lots
    that moved there.
    """

    dossiers: Required[list[str]]
    lines: dict[str, str]
    lots: list[str]


DOSSIER_PARTS: Topic[Parts] = Topic("dossier.parts")
"""The dossiers in which this trade is declared part by part; here nothing is declared any more. (分单申报)"""


class Mandate(TypedDict, total=False):
    """A written authority to speak for somebody (the key is its number): `principal` is the organisation
    spoken for, `counter` the organisation whose clerks may speak; from `signed_on` until `valid_until`,
    open where that is not given.
    """

    principal: Required[str]
    counter: Required[str]
    signed_on: Required[str]
    valid_until: str | None


DOSSIER_MANDATE: Topic[Mandate] = Topic("dossier.mandate", keyed="mandate")
"""Who may speak for whom at the window, and for how long. (授权委托)"""


class Comment(TypedDict, total=False):
    """A remark in plain text. `about` is the place it is about, `topic`, `topic/key` or `topic/key.field`;
    `mentions` are persons of the speaker's own organisation.
    """

    text: Required[str]
    about: str
    mentions: list[str]


DOSSIER_COMMENT: Topic[Comment] = Topic("dossier.comment", keyed="comment")
"""A remark to all who are in the dossier. (留言)"""


DOSSIER_NOTE: Topic[Comment] = Topic("dossier.note", keyed="note")
"""A remark that only the speaker's own organisation reads. (内部备注)"""


class Assignment(TypedDict, total=False):
    """Who sees to the dossier for an organisation (the key is its code): a person of it; empty: nobody."""

    person: Required[str]


DOSSIER_ASSIGNED: Topic[Assignment] = Topic("dossier.assigned", keyed="assigned")
"""Which person of the speaker's own organisation sees to the dossier. (经办人)"""


class OwnDue(TypedDict, total=False):
    """A day that an organisation set itself: by when, and what is to be done. `done` once it is."""

    on: Required[str]
    what: Required[str]
    done: bool


DOSSIER_DUE: Topic[OwnDue] = Topic("dossier.due", keyed="own_due")
"""A day that the speaker's organisation set itself for this dossier. (自设期限)"""
