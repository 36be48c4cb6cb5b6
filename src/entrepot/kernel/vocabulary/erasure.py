"""Erasing by law: what the record itself says of it, and what must be kept until when."""

from typing import Literal

from msgspec import Struct

from entrepot.kernel.text import Text
from entrepot.kernel.topics import said_each
from entrepot.kernel.vocabulary.trade import SHIPPERS


class Erased(Struct, frozen=True, omit_defaults=True):
    """Something was erased (the key is the statement's id, or the paper's SHA-256): under which law and article, on whose request,
    and why. `entry` is the digest that stands in the log for a statement that was erased: its leaf stays. `despite` tells what was
    decided of a duty to keep it that nobody could be sure of. `again` marks what was erased once more after a restore."""

    what: Literal["statement", "paper"]
    ground: str
    law: str
    request: str
    reason: str
    article: str = ""
    entry: str = ""
    despite: str = ""
    again: bool = False


ERASED = said_each(
    "record.erased",
    Erased,
    "erased",
    say=frozenset({"platform"}),
    read=SHIPPERS | {"operator", "auditor"},
    final=True,
    label=Text("erased by law", "依法删除"),
    doc="A statement's words or a paper's bytes were deleted: by whom, on whose request and under which article.",
)
