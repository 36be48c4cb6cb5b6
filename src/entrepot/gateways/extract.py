"""What reading a paper gives: statements with the place of every field, what could not be read, and what is wrong."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import msgspec
from msgspec import Struct

from entrepot.kernel.intake import Refusal
from entrepot.kernel.money import Price
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.topics import Topic
from entrepot.kernel.vocabulary.answers import Doubt


class Stated(Struct, frozen=True):
    """One thing a paper says: a value of the topic's type with only the fields that the paper has.

    `places` maps a field of the value to where it was read: `Invoice!C9` in a workbook, an XPath in XML, a JSON pointer,
    `page 2 [0.120 0.300 0.450 0.330]` on a page (left, top, right, bottom in fractions of it).
    A value put together from several places names them all, parted by `; `; the key's own place stands under `key`.
    """

    topic: str
    key: str
    value: Any
    places: dict[str, str]


class Extract(Struct, frozen=True):
    """A paper as read. `kind` is `invoice`, `order`, `despatch_advice`, `packing_list` …, joined by `+` where one file holds
    several; `format` is `UBL XML`, `UBL JSON`, `CII XML`, `xlsx`, `csv`, `JSON`, `PDF` or `picture`; `digest` the SHA-256 (hex) of
    the bytes.

    `unread` names what was there, looks like goods, parties or money, and is in no statement. `doubtful` are fields that were
    read and not stated: a person is asked. `confidence` tells by place how sure the reading of a picture was (0 to 1), `turned` by
    page by how many quarters to the left it was turned to be read.
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
    doubtful: tuple[Doubt, ...] = ()
    confidence: dict[str, Decimal] = {}
    turned: dict[str, int] = {}


class Found:
    """Statements while a paper is being read: fields are set one by one, each with its place.

    With `asks`, as for pages and pictures, what cannot be read for certain becomes a doubt to ask about and no problem.
    """

    def __init__(self, today: date, asks: bool = False) -> None:
        self.today, self.asks = today, asks
        self.doubts: list[Doubt] = []
        self.confidence: dict[str, Decimal] = {}
        self.turned: dict[str, int] = {}
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

    def doubt(
        self,
        topic: Topic[Any],
        key: str,
        field: str,
        value: object,
        place: str,
        why: Text,
        choices: Mapping[str, str] | None = None,
    ) -> None:
        """Note a field to ask a person about, with what was read of it, and what it may be, each value with its name."""
        sure = self.sure(place)
        text = value if isinstance(value, str) else as_text(value)
        self.doubts.append(Doubt(topic.name, key, field, text, place, why, sure, dict(choices or {})))

    def sure(self, place: str) -> Decimal | None:
        """How sure the reading at a place was, or the least sure of several; None where it is not a matter of reading."""
        known = [self.confidence[part] for part in place.split("; ") if part in self.confidence]
        return min(known, default=None)

    def withhold(self, topic: Topic[Any], key: str, field: str, why: Text) -> None:
        """Take a stated field back and ask about it instead."""
        fields = self._fields.get((topic.name, key), {})
        if field == "key":  # that there is such a thing at all is in doubt, and all that is said of it
            places = self._places.pop((topic.name, key))
            del self._fields[topic.name, key]
            for name, value in {"key": key, **fields}.items():
                self.doubt(topic, key, name, value, places[name], why)
        elif field in fields:
            place = self._places[topic.name, key].pop(field)
            self.doubt(topic, key, field, fields.pop(field), place, why)

    def stated(self) -> list[tuple[Topic[Any], str, str]]:
        """Topic, key and field of all that has been stated so far; the field is `key` where only the key was."""
        return [(self._topics[name], key, field) for (name, key), places in self._places.items() for field in places]

    def __contains__(self, at: tuple[Topic[Any], str, str]) -> bool:
        """Whether a field is stated, by topic, key and name."""
        topic, key, field = at
        return field in self._places.get((topic.name, key), {})

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
            if self.asks and not self._places[at]:
                continue
            if missing and self.asks:
                self._ask_whole(topic, at[1], missing)
            elif missing:
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

    def _ask_whole(self, topic: Topic[Any], key: str, missing: list[str]) -> None:
        """What lacks a required field cannot be stated yet: ask for that field, and hold the others with it."""
        asked = {doubt.field for doubt in self.doubts if (doubt.topic, doubt.key) == (topic.name, key)}
        place = next(iter(self._places[topic.name, key].values()))
        for name in missing:
            if name not in asked:
                self.doubt(topic, key, name, "", place, Text("the paper does not say it", "单证未注明"))
        held = Text(f"said together with {', '.join(missing)}", f"须与 {'、'.join(missing)} 一并陈述")
        for name in tuple(self._fields[topic.name, key]):
            self.withhold(topic, key, name, held)


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


def as_text(value: object) -> str:
    """A value in the short form in which a person may give it back: `USD 12.50`, `USD 515.10/t`, `2026-06-20`."""
    if isinstance(value, Price):
        return str(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    plain = msgspec.to_builtins(value, str_keys=True)
    if isinstance(value, msgspec.Struct) and type(value).__str__ is not object.__str__:
        return str(value)
    return plain if isinstance(plain, str) else msgspec.json.encode(plain).decode()


def _called(topic: Topic[Any], key: str) -> str:
    return f"{topic.name}/{key}" if key else topic.name


def _short(value: object) -> str:
    text = str(value)
    return repr(text if len(text) <= 60 else text[:57] + "…")
