"""The platform's own JSON: facts by topic, in the short forms of money, price and quantity.

    {"kind": "invoice", "trade.terms": {…}, "goods.line/1": {…}, "goods.line": [{…}, {…}]}

A list under a keyed topic numbers its values from 1. The file may also be a list of such objects, or of statements
`{"topic": "goods.line", "key": "1", "body": {…}}`.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from entrepot.gateways.bounds import MAX_DIGITS, plain_decimal
from entrepot.gateways.extract import Found, refusal
from entrepot.gateways.paper_values import currencies
from entrepot.kernel.intake import Refusal, convert
from entrepot.kernel.money import Money, Price
from entrepot.kernel.text import Text
from entrepot.kernel.topics import Topic
from entrepot.kernel.vocabulary import SHARED
from entrepot.kernel.vocabulary.trade import Charge

# What a paper may state. Who belongs to a dossier, and which papers were handed in, is said by people, never by a paper.
TOPICS: Mapping[str, Topic[Any]] = {
    topic.name: topic for topic in SHARED if topic.kind == "said" and not topic.name.startswith(("dossier.", "paper."))
}
_STATEMENT = {"topic", "key", "body"}


def decode_numbers(text: str) -> int | Decimal:
    """A JSON number from its text: exact, of bounded length."""
    value = plain_decimal(text)
    return int(text) if text.lstrip("-").isdigit() else value


def read_facts(value: object, today: date) -> tuple[str, Found]:
    """The kind the file gives itself (`facts` where it gives none) and its statements; Refusal where none can be read."""
    found, kind = Found(today), "facts"
    parts = value if isinstance(value, list) else [value]
    for number, part in enumerate(parts):
        place = f"/{number}" if isinstance(value, list) else ""
        if not isinstance(part, dict):
            _misplaced(found, place or "/", "is no object of facts by topic", "不是按主题排列的对象")
        elif part.keys() <= _STATEMENT and "topic" in part:
            _state(found, str(part["topic"]), str(part.get("key", "")), part.get("body"), f"{place}/body")
        else:
            kind = part["kind"] if isinstance(part.get("kind"), str) else kind
            for topic, key, body, at in _facts(part, place):
                _state(found, topic, key, body, at)
    if not found.statements():
        first = found.problems[0] if found.problems else None
        if first is None:
            raise refusal(
                "P008", "/", Text("no facts are in it", "其中没有事实"), Text("give facts by topic", "请按主题填写事实")
            )
        raise Refusal(tuple(found.problems))
    return kind, found


def _facts(part: dict[str, Any], place: str) -> Iterator[tuple[str, str, Any, str]]:
    """Topic, key, body and pointer of each fact of an object."""
    for name, body in part.items():
        topic, _, key = name.partition("/")
        at = f"{place}/{name.replace('~', '~0').replace('/', '~1')}"
        if name == "kind" and isinstance(body, str):
            continue
        if isinstance(body, list) and topic in TOPICS and TOPICS[topic].keyed and not key:
            for number, item in enumerate(body, 1):
                yield topic, str(number), item, f"{at}/{number - 1}"
        else:
            yield topic, key, body, at


def _state(found: Found, name: str, key: str, body: object, place: str) -> None:
    """State one fact field by field; what is wrong with it is a problem at its pointer and loses no other fact."""
    topic = TOPICS.get(name)
    if topic is None:
        _misplaced(
            found, place, f"there is no topic {name[:60]!r} that a paper may state", f"没有单证可陈述的主题 {name[:60]}"
        )
    elif bool(topic.keyed) != bool(key):
        want, want_zh = ("a key, as in goods.line/1", "键，如 goods.line/1") if topic.keyed else ("no key", "无键")
        _misplaced(found, place, f"{name} takes {want}", f"{name} 需要{want_zh}")
    elif not isinstance(body, dict):
        _misplaced(found, place, f"{name} is an object of fields", f"{name} 应为字段对象")
    else:
        try:
            value = convert(body, topic.type, place)
            _check(value)
        except Refusal as error:
            found.problems.extend(error.problems)
        except ValueError as error:
            _misplaced(found, place, str(error), f"数值有误：{error}")
        else:
            for field in body:
                found.set(topic, key, field, getattr(value, field), f"{place}/{field}")


def _check(value: object) -> None:
    """ValueError for numbers no paper has: negative, or of more than 20 digits; and for currencies that do not exist."""
    if isinstance(value, (Money, Price, Charge)) and value.currency and value.currency not in currencies():
        raise ValueError(f"{value.currency[:20]!r} is not an ISO 4217 currency")
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        number = Decimal(value)
        if not number.is_finite() or (number and abs(number.adjusted()) >= MAX_DIGITS):
            raise ValueError(f"a number has more than {MAX_DIGITS} digits")
        if number < 0:
            raise ValueError(f"{number} is negative")
    inner: Any = value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else ()
    for item in msgspec.structs.astuple(value) if isinstance(value, msgspec.Struct) else inner:
        _check(item)


def _misplaced(found: Found, place: str, en: str, zh: str) -> None:
    found.problem("P009", place, Text(en, zh), Text("correct the file", "请更正文件"))
