"""What reading a paper gives: statements with the place of every field, what could not be read, and what is wrong."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

import msgspec
from msgspec import Struct

from entrepot.kernel.intake import Refusal
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.topics import Topic


class Stated(Struct, frozen=True):
    """One thing a paper says: a value of the topic's type with only the fields that the paper has.

    `places` maps a field of the value to where it was read: `Invoice!C9` in a workbook, an XPath in XML, a JSON pointer.
    A value put together from several places names them all, parted by `; `; the key's own place stands under `key`.
    """

    topic: str
    key: str
    value: Any
    places: dict[str, str]


class Extract(Struct, frozen=True):
    """A paper as read. `kind` is `invoice`, `order`, `despatch_advice`, `packing_list` …, joined by `+` where one file holds
    several; `format` is `UBL XML`, `UBL JSON`, `xlsx`, `csv` or `JSON`; `digest` the SHA-256 (hex) of the bytes.

    `unread` names what was there, looks like goods, parties or money, and is in no statement.
    """

    name: str
    kind: str
    format: str
    media_type: str
    digest: str
    size: int
    statements: tuple[Stated, ...]
    unread: tuple[Text, ...] = ()
    problems: tuple[Problem, ...] = ()


class Found:
    """Statements while a paper is being read: fields are set one by one, each with its place."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.unread: list[Text] = []
        self.problems: list[Problem] = []
        self._fields: dict[tuple[str, str], dict[str, Any]] = {}
        self._places: dict[tuple[str, str], dict[str, str]] = {}
        self._topics: dict[str, Topic[Any]] = {}

    def set(self, topic: Topic[Any], key: str, field: str, value: object, place: str) -> None:
        """State a field. Said again alike it stands once; said otherwise in the same paper, the first stands and the
        contradiction is a problem."""
        if value is None or value == "":
            return
        at = (topic.name, key)
        self._topics[topic.name] = topic
        fields = self._fields.setdefault(at, {})
        if field not in fields:
            fields[field] = value
            self._places.setdefault(at, {})[field] = place
        elif not _alike(fields[field], value):
            first = self._places[at][field]
            self.problem(
                "P010",
                place,
                Text(
                    f"{_called(topic, key)}.{field} is {_short(value)} here but {_short(fields[field])} at {first}",
                    f"{_called(topic, key)}.{field} 此处为 {_short(value)}，而 {first} 处为 {_short(fields[field])}",
                ),
                Text(
                    "make the paper agree with itself, or correct the field by hand",
                    "请更正单证使其前后一致，或手工更正该字段",
                ),
                documents=(first, place),
            )

    def mention(self, topic: Topic[Any], key: str, place: str) -> None:
        """State that something is there of which the paper says no more than its key; its place stands under `key`."""
        self._topics[topic.name] = topic
        self._fields.setdefault((topic.name, key), {})
        self._places.setdefault((topic.name, key), {}).setdefault("key", place)

    def get(self, topic: Topic[Any], key: str, field: str) -> Any:
        """What has been stated of a field so far; None where nothing has."""
        return self._fields.get((topic.name, key), {}).get(field)

    def place(self, topic: Topic[Any], key: str, field: str) -> str:
        """Where a stated field was read."""
        return self._places[topic.name, key][field]

    def keys(self, topic: Topic[Any]) -> tuple[str, ...]:
        """The keys stated so far under a topic, in the order of the paper."""
        return tuple(key for name, key in self._fields if name == topic.name)

    def problem(
        self, rule: str, where: str, what: Text, fix: Text, severity: str = "E", documents: tuple[str, ...] = ()
    ) -> None:
        """Note something wrong at a place of the paper."""
        self.problems.append(Problem(rule, where, what, fix, severity, documents))

    def left(self, en: str, zh: str) -> None:
        """Note something that was there and is in no statement."""
        self.unread.append(Text(en, zh))

    def statements(self) -> tuple[Stated, ...]:
        """All that was stated, in the order of the paper; a value that lacks a required field becomes a problem."""
        made = []
        for at, fields in self._fields.items():
            topic = self._topics[at[0]]
            missing = [name for name in _required(topic.type) if name not in fields]
            if missing:
                place = next(iter(self._places[at].values()))
                lacks = ", ".join(missing)
                self.problem(
                    "P011",
                    place,
                    Text(f"{_called(topic, at[1])} says no {lacks}", f"{_called(topic, at[1])} 缺少 {lacks}"),
                    Text(f"add {lacks}", f"请补充 {lacks}"),
                )
            else:
                made.append(Stated(at[0], at[1], topic.type(**fields), self._places[at]))
        return tuple(made)


@cache
def _required(type: Any) -> tuple[str, ...]:
    return tuple(field.name for field in msgspec.structs.fields(type) if field.required)


def refusal(rule: str, where: str, what: Text, fix: Text) -> Refusal:
    """A refusal of a whole paper for one reason."""
    return Refusal((Problem(rule, where, what, fix),))


def counted(stated: tuple[Stated, ...]) -> Mapping[str, int]:
    """How many statements there are by topic."""
    counts: dict[str, int] = {}
    for one in stated:
        counts[one.topic] = counts.get(one.topic, 0) + 1
    return counts


def _alike(one: object, other: object) -> bool:
    """Whether two readings say the same: words written in another case do."""
    if isinstance(one, str) and isinstance(other, str):
        return one.casefold() == other.casefold()
    return one == other


def _called(topic: Topic[Any], key: str) -> str:
    return f"{topic.name}/{key}" if key else topic.name


def _short(value: object) -> str:
    text = str(value)
    return repr(text if len(text) <= 60 else text[:57] + "…")
