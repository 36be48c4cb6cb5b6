"""What people say to each other about a dossier: comments, notes, who sees to it, and days of their own."""

from datetime import date

from msgspec import Struct

from entrepot.kernel.text import Text
from entrepot.kernel.topics import EVERYONE, said_each

_ANYBODY = EVERYONE - {"platform"}
_OWN = frozenset({"speaker"})


class Comment(Struct, frozen=True, omit_defaults=True):
    """A remark in plain text. `about` is the place it is about, `topic`, `topic/key` or `topic/key.field`; `mentions` are persons of
    the speaker's own organisation."""

    text: str
    about: str = ""
    mentions: tuple[str, ...] = ()


class Assignment(Struct, frozen=True, omit_defaults=True):
    """Who sees to the dossier for an organisation (the key is its code): a person of it; empty: nobody."""

    person: str


class OwnDue(Struct, frozen=True, omit_defaults=True):
    """A day that an organisation set itself: by when, and what is to be done. `done` once it is."""

    on: date
    what: str
    done: bool = False


COMMENT = said_each(
    "dossier.comment",
    Comment,
    "comment",
    say=_ANYBODY,
    read=EVERYONE,
    label=Text("comment", "留言"),
    doc="A remark to all who are in the dossier.",
)
NOTE = said_each(
    "dossier.note",
    Comment,
    "note",
    say=_ANYBODY,
    read=_OWN,
    label=Text("own note", "内部备注"),
    doc="A remark that only the speaker's own organisation reads.",
)
ASSIGNED = said_each(
    "dossier.assigned",
    Assignment,
    "assigned",
    say=_ANYBODY,
    read=_OWN,
    label=Text("assigned to", "经办人"),
    doc="Which person of the speaker's own organisation sees to the dossier.",
)
OWN_DUE = said_each(
    "dossier.due",
    OwnDue,
    "own_due",
    say=_ANYBODY,
    read=_OWN,
    label=Text("own deadline", "自设期限"),
    doc="A day that the speaker's organisation set itself for this dossier.",
)
