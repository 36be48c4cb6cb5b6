"""Bodies: topics of paper. Written by `entrepot client types`; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Required, TypedDict

from entrepot_client.topic import Topic

if TYPE_CHECKING:
    from entrepot_client.topics.shared import Problem, Text


class Paper(TypedDict, total=False):
    """A paper handed in (the key is its SHA-256): its name, kind, size in bytes, what could not be read from
    it, and how many fields were read and not stated, because the reading is in doubt (`paper.doubts`).
    While it waits to be read off pictures its `reading` is pending, `pages` of them; what says that it was
    read takes the place of this. `turned` tells by page by how many quarters to the left a picture was
    turned to be read.
    """

    name: Required[str]
    kind: Required[str]
    media_type: str
    size: int
    unread: list[str]
    doubts: int
    reading: Literal["", "pending"]
    pages: int
    turned: dict[str, int]


PAPER_RECEIVED: Topic[Paper] = Topic("paper.received", keyed="paper")
"""A document that was handed in, by its digest; what was read from it stands under other topics with the
place it was read at. (收到的单证)
"""


class Doubt(TypedDict, total=False):
    """A field that a paper seems to say, to be confirmed or corrected by a person: topic, key and field, the
    value as read (in the short form in which it may be said; empty where nothing was), its place on the
    paper, why it is asked, and how sure the reading was (0 to 1; None where it is not a matter of reading).
    `choices` are values that it may be, each with its name.
    """

    topic: Required[str]
    key: Required[str]
    field: Required[str]
    value: Required[str]
    place: Required[str]
    why: Required[Text]
    confidence: str | None
    choices: dict[str, str]


class Doubts(TypedDict, total=False):
    """What was read from a paper (the key is its SHA-256) and awaits a person's eye, and how sure the reading
    of what was stated was, by place. `absent` names the fields (`goods.line/1.amount`) of which a person
    said that the paper has no such thing.
    """

    doubts: list[Doubt]
    confidence: dict[str, str]
    absent: list[str]


PAPER_DOUBTS: Topic[Doubts] = Topic("paper.doubts", keyed="paper")
"""Fields that were read from a paper without certainty; for whoever handed it in, since they tell of what
is in it. (单证待确认内容)
"""


class Unread(TypedDict, total=False):
    """Why a paper that waited to be read was not (the key is the statement that handed it in): the paper's
    SHA-256, the organisation that handed it in, and every problem.
    """

    paper: Required[str]
    giver: Required[str]
    problems: Required[list[Problem]]


PAPER_UNREAD: Topic[Unread] = Topic("paper.unread", keyed="statement")
"""Why a paper that was to be read after it was handed in was not; for whoever handed it in, since it may
tell of what is in it. (单证未能读取)
"""
