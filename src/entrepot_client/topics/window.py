"""Bodies: topics of window. Written by `entrepot client types`; do not edit."""

from __future__ import annotations

from typing import Literal, Required, TypedDict

from entrepot_client.topic import Topic


class WindowReview(TypedDict, total=False):
    """A statement (the key is its id) that a `counter` handed in under a `mandate` that no longer held, or for
    a clerk who had left: it stands under review. `skew_s` is by how many seconds the counter's clock was
    ahead of the platform's.
    """

    counter: Required[str]
    mandate: Required[str]
    reason: Required[Literal["clerk", "mandate"]]
    skew_s: int


WINDOW_REVIEW: Topic[WindowReview] = Topic("window.review", keyed="submission")
"""A statement from a counter whose mandate or clerk no longer held when it arrived; the principal or the
operator settles it. (待复核)
"""


class WindowConfirmed(TypedDict, total=False):
    """The principal, or the operator, takes the statement (the key is its id) as said: it is under review no
    more.
    """

    reason: str


WINDOW_CONFIRMED: Topic[WindowConfirmed] = Topic("window.confirmed", keyed="submission")
"""The principal's or the operator's word that a statement under review stands. (复核确认)"""


class WindowServed(TypedDict, total=False):
    """What a counter did for its principal in this dossier (the key is the ticket's id): under which `ticket`
    number of the day, in which way they spoke, what came of it, and the ids of the statements made. `spoke`
    tells who spoke and how that was known, `consent` what they agreed to be done; `reason` why earlier
    statements were replaced or withdrawn.
    """

    counter: Required[str]
    ticket: Required[str]
    way: Required[Literal["in_person", "post", "telephone"]]
    outcome: Required[Literal["answered", "done", "papers", "web"]]
    said: list[str]
    spoke: str
    consent: str
    reason: str
    note: str


WINDOW_SERVED: Topic[WindowServed] = Topic("window.served", keyed="ticket")
"""What a counter did here for its principal: how they spoke, what was said, what came of it. (窗口办理)"""
