"""Bodies: topics of customs. Written by `entrepot client types`; do not edit."""

from __future__ import annotations

from typing import Literal, Required, TypedDict

from entrepot_client.topic import Topic


class Acceptance(TypedDict, total=False):
    """Customs accepted a declaration (the key is its 18-digit number)."""

    accepted_on: Required[str]
    message: str
    sandbox: bool


CUSTOMS_ACCEPTANCE: Topic[Acceptance] = Topic("customs.acceptance", keyed="declaration")
"""Customs took the declaration in under its number. (海关接单)"""


class Query(TypedDict, total=False):
    """A question from customs about a declaration."""

    asked_on: Required[str]
    question: Required[str]
    field: str


CUSTOMS_QUERY: Topic[Query] = Topic("customs.query", keyed="declaration")
"""Customs asks; the answer is a new statement. (海关质疑)"""


class Release(TypedDict, total=False):
    """Customs released the goods: the export date is the one printed on the declaration and counts for the
    refund; None while customs has not told it.
    """

    released_on: Required[str]
    exported_on: str | None
    sandbox: bool


CUSTOMS_RELEASE: Topic[Release] = Topic("customs.release", keyed="declaration")
"""Customs let the goods go; carries the export date that counts for the refund. (海关放行)"""


class Decided(TypedDict, total=False):
    """Customs decided on a request about a declaration (the key is its number): allowed or not, when and why."""

    decided_on: Required[str]
    allowed: Required[bool]
    reason: str
    message: str
    sandbox: bool


CUSTOMS_AMENDMENT: Topic[Decided] = Topic("customs.amendment", keyed="declaration")
"""Customs took in or refused the amendment of a declaration. (海关改单决定)"""


CUSTOMS_CANCELLATION: Topic[Decided] = Topic("customs.cancellation", keyed="declaration")
"""Customs gave a declaration up, or refused to. (海关撤单决定)"""


class Notice(TypedDict, total=False):
    """Customs tells something about a declaration (the key is the notice's own number) that is no question and
    no decision: goods to be inspected, tax to be paid, papers to be shown.
    """

    received_on: Required[str]
    kind: Required[Literal["inspection", "other", "papers", "tax"]]
    text: Required[str]
    declaration: str
    due_by: str | None
    sandbox: bool


CUSTOMS_NOTICE: Topic[Notice] = Topic("customs.notice", keyed="notice")
"""Inspection ordered, tax due, papers wanted: what customs tells besides its decisions. (海关通知)"""
