"""The record of one dossier: which statements stand, where they agree, and where they contradict each other."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from entrepot.kernel.footing import Footing, FootingKeeper
from entrepot.kernel.intake import fields_of
from entrepot.kernel.submissions import Submission
from entrepot.kernel.text import Text
from entrepot.kernel.topics import Topic

# A statement from a counter may stand under review until its principal, or an office, confirms it (vocabulary/window.py).
REVIEW, CONFIRMED = "window.review", "window.confirmed"


class Conflict(Struct, frozen=True):
    """A field on which standing statements disagree (`` for the whole value): each side with its statement."""

    field: str
    sides: tuple[tuple[str, Submission], ...]


class Standing(Struct, frozen=True):
    """What stands on one key of a topic: the statements, their common value, or where they conflict.

    Under a conflict `agreed` holds the fields nobody disputes (None where that leaves out a required one). `values` goes with
    `statements`: what each of them says by itself.
    """

    statements: tuple[Submission, ...]
    value: Any
    conflicts: tuple[Conflict, ...] = ()
    sources: dict[str, Submission] = {}
    agreed: Any = None
    values: tuple[Any, ...] = ()
    review: bool = False  # one of the statements is under review

    @property
    def transcript(self) -> bool:
        """Whether it rests on a person's transcript of an office's document."""
        return any(statement.authority == "transcript" for statement in self.statements)


def doubt(standing: Standing, place: str, label: Text) -> Text | None:
    """Why what stands at a place needs a person's look, if it does."""
    if standing.review:
        return Text(
            f"rests on a statement from a counter that is under review: {place}",
            f"依据为窗口提交、尚待复核的陈述：{label.zh}（{place}）",
        )
    if standing.transcript:
        return Text(f"rests on a transcript: {place}", f"依据为人工转录：{label.zh}（{place}）")
    return None


class Unreadable(Exception):
    """A recorded body that no version of its topic can read."""


def decode(topic: Topic[Any], body: bytes, version: int) -> Any:
    """A recorded body as the topic's present type, upgraded version by version; ValueError where it does not fit."""
    if version == topic.version:
        return msgspec.json.decode(body, type=topic.type)
    if version not in topic.upgrades:
        raise Unreadable(
            f"{topic.name} version {version} is not known; known: {sorted({*topic.upgrades, topic.version})}"
        )
    old, upgrade = topic.upgrades[version]
    value = upgrade(msgspec.json.decode(body, type=old))
    for step in range(version + 1, topic.version):
        value = topic.upgrades[step][1](value)
    return value


class Record:
    """Everything said on one dossier, folded. Submissions only grow; what is replaced or withdrawn no longer stands."""

    def __init__(
        self, dossier: str, kind: str, topics: Mapping[str, Topic[Any]], submissions: Iterable[Submission] = ()
    ) -> None:
        self.dossier, self.kind, self._topics = dossier, kind, topics
        self.submissions: dict[str, Submission] = {}
        self._values: dict[str, Any] = {}
        self._retired: set[str] = set()
        self.order: list[Submission] = []  # as they were added
        self.gone: list[str] = []  # ids that no longer stand, or never will, in the order in which that was heard
        self.kept: dict[
            Any, Any
        ] = {}  # what readers worked out from it so far, by keys of their own; it may be dropped
        self._on: dict[str, dict[str, list[str]]] = {}
        self._standing: dict[str, dict[str, Standing]] = {}
        self._stale: dict[str, dict[str, None]] = {}  # in the order in which they moved
        self._logs: dict[str, list[str]] = {}
        self._footings: dict[str, FootingKeeper] = {}
        for submission in submissions:
            self.add(submission)

    def add(self, submission: Submission) -> None:
        """Take one more submission; the same id again changes nothing."""
        if submission.id in self.submissions:
            return
        topic = self._topics.get(submission.topic)
        self.submissions[submission.id] = submission
        self.order.append(submission)
        if topic is None:
            return
        if not submission.withdraws:  # a withdrawal carries no value of its own
            try:
                self._values[submission.id] = decode(topic, bytes(submission.body), submission.version)
            except (msgspec.MsgspecError, Unreadable):
                # A body erased by law, or of a topic version from elsewhere: it is in the record but carries no value.
                self._retire(submission.id)
        self._on.setdefault(topic.name, {}).setdefault(submission.key, []).append(submission.id)
        self._touch(topic.name, submission.key)
        for gone in (*submission.replaces, *submission.withdraws):
            self._retire(gone)
            self._touch_statement(gone)
        if topic.name in (REVIEW, CONFIRMED):
            self._touch_statement(submission.key)

    def _retire(self, id: str) -> None:
        self._retired.add(id)
        self.gone.append(id)

    def stands(self, submission: Submission) -> bool:
        """Whether a statement stands: nobody replaced or withdrew it, it withdraws nothing itself, and it can be read."""
        return submission.id not in self._retired and not submission.withdraws

    def _touch_statement(self, id: str) -> None:
        other = self.submissions.get(id)
        if other is not None and other.topic in self._on:
            self._touch(other.topic, other.key)

    def _touch(self, topic: str, key: str) -> None:
        self._stale.setdefault(topic, {})[key] = None
        self._logs.setdefault(topic, []).append(key)

    def changes(self, topic: str) -> list[str]:
        """The keys of a topic in the order in which they moved; it only grows."""
        return self._logs.setdefault(topic, [])

    def heard(self, topic: str) -> bool:
        """Whether anything was ever said on a topic."""
        return bool(self._logs.get(topic))

    def spoken(self) -> Iterable[str]:
        """The topics on which anything was ever said."""
        return self._logs

    def standing(self, topic: str) -> dict[str, Standing]:
        """What stands on a topic, by key. A key whose every statement was withdrawn is absent."""
        known = self._standing.setdefault(topic, {})
        for key in self._stale.pop(topic, ()):
            ids = [i for i in self._on[topic][key] if self.stands(self.submissions[i])]
            if ids:
                known[key] = self._fold(self._topics[topic], ids)
            else:
                known.pop(key, None)
        return known

    def footing(self, topic: str) -> Footing:
        """What the statements that stand on a topic rest on."""
        keeper = self._footings.get(topic)
        if keeper is None:
            keeper = self._footings[topic] = FootingKeeper(topic)
        return keeper.brought_up(self.changes(topic), self.standing(topic))

    def heads(self) -> tuple[str, ...]:
        """The ids of all statements that stand, sorted: what a reader says they have seen."""
        return tuple(sorted(i for i, s in self.submissions.items() if self.stands(s)))

    def _fold(self, topic: Topic[Any], ids: list[str]) -> Standing:
        # By id, never by order of arrival: every store that holds the same statements folds them the same way.
        statements = tuple(self.submissions[i] for i in sorted(ids))
        values = tuple([self._values[s.id] for s in statements])
        review = any(self.under_review(s) for s in statements)
        if len(values) == 1 or all(value == values[0] for value in values[1:]):
            return Standing(statements, values[0], values=values, review=review)
        if not topic.merges:
            sides = tuple(zip(_apart(values), statements, strict=True))
            return Standing(statements, None, (Conflict("", sides),), values=values, review=review)
        united = _merged(topic, statements, values)
        return msgspec.structs.replace(united, review=True) if review else united

    def under_review(self, statement: Submission) -> bool:
        """Whether the platform put a statement under review and neither its own organisation nor an office confirmed it."""
        if (
            REVIEW not in self._logs
            or statement.topic in (REVIEW, CONFIRMED)
            or statement.id not in self.standing(REVIEW)
        ):
            return False
        confirmed = self.standing(CONFIRMED).get(statement.id)
        return confirmed is None or not any(
            word.for_ == statement.for_ or word.authority == "office" for word in confirmed.statements
        )


def _agree(type: Any, said: Any, fullest: Any) -> bool:
    """Whether a field said twice agrees: equal, or - where its type is `Words` or `Prefix` - the one contained in the other."""
    if said == fullest:
        return True
    loosely = next((m.extra["agrees"] for m in getattr(type, "__metadata__", ()) if m.extra), "")
    if loosely == "prefix":
        return bool(fullest.startswith(said))
    if loosely == "words":
        short, long = ("".join(c for c in text.casefold() if c.isalnum()) for text in (said, fullest))
        return bool(short) and short in long
    return False


def _spelled(value: Any) -> str:
    """A value as people read it: what has parts and no spelling of its own by its parts, never as the language writes it."""
    if isinstance(value, msgspec.Struct) and "__str__" not in vars(type(value)):
        given = [(name, getattr(value, name)) for name in value.__struct_fields__]
        return " · ".join(f"{name} {_spelled(part)}" for name, part in given if part not in ("", None, ()))
    if isinstance(value, tuple | list | frozenset):
        return ", ".join(sorted(map(_spelled, value)) if isinstance(value, frozenset) else map(_spelled, value))
    return "" if value is None else str(value)


def _apart(values: Sequence[Any]) -> Iterator[str]:
    """What each of several whole values says where they are not alike."""
    names: Sequence[str] = getattr(values[0], "__struct_fields__", ())
    apart = [name for name in names if any(getattr(value, name) != getattr(values[0], name) for value in values)]
    for value in values:
        if not apart or "__str__" in vars(type(value)):
            yield _spelled(value)
        else:
            yield " · ".join(f"{name} {_spelled(getattr(value, name)) or '–'}" for name in apart)


def _merged(topic: Topic[Any], statements: tuple[Submission, ...], values: tuple[Any, ...]) -> Standing:
    """Statements that each give a part: united field by field; a field given differently is a conflict."""
    fields: dict[str, Any] = {}
    sources: dict[str, Submission] = {}
    conflicts = []
    shape = fields_of(topic.type).values()
    for info in shape:
        default = None if info.required else info.default
        given = [
            (getattr(v, info.name), s)
            for v, s in zip(values, statements, strict=True)
            if getattr(v, info.name) != default
        ]
        if not given:
            continue
        # The fullest stands where the others only say less; the first of its kind where all say as much.
        fullest = max(given, key=lambda pair: len(pair[0]) if isinstance(pair[0], str) else 0)
        fields[info.name], sources[info.name] = fullest
        if not all(_agree(info.type, value, fullest[0]) for value, _ in given):
            conflicts.append(Conflict(info.name, tuple((_spelled(value), statement) for value, statement in given)))
    if conflicts:
        disputed = {conflict.field for conflict in conflicts}
        required = {info.name for info in shape if info.required}
        undisputed = {name: value for name, value in fields.items() if name not in disputed}
        agreed = topic.type(**undisputed) if required <= undisputed.keys() else None
        return Standing(statements, None, tuple(conflicts), sources, agreed, values)
    return Standing(statements, topic.type(**fields), (), sources, values=values)
