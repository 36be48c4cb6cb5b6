"""Bodies: topics of record. Written by `entrepot client types`; do not edit."""

from __future__ import annotations

from typing import Literal, Required, TypedDict

from entrepot_client.topic import Topic


class Erased(TypedDict, total=False):
    """Something was erased (the key is the statement's id, or the paper's SHA-256): under which law and
    article, on whose request, and why. `entry` is the digest that stands in the log for a statement that
    was erased: its leaf stays. `despite` tells what was decided of a duty to keep it that nobody could be
    sure of. `again` marks what was erased once more after a restore.
    """

    what: Required[Literal["paper", "statement"]]
    ground: Required[str]
    law: Required[str]
    request: Required[str]
    reason: Required[str]
    article: str
    entry: str
    despite: str
    again: bool


RECORD_ERASED: Topic[Erased] = Topic("record.erased", keyed="erased")
"""A statement's words or a paper's bytes were deleted: by whom, on whose request and under which article.
(依法删除)
"""
