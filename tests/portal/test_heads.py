"""Heads that are brought up to date are those that would be found by looking at everything, whoever looks and whatever was said."""

from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from entrepot.kernel.access import Speaker, may_read_statement
from entrepot.kernel.record import Record
from entrepot.kernel.submissions import Submission
from entrepot.kernel.text import Text
from entrepot.kernel.topics import Topic, said, said_each
from entrepot.kernel.vocabulary.trade import Parts
from entrepot.portal.reading import visible_heads
from tests.portal.stage import stage_registry

BODY = msgspec.Raw(b'{"dossiers":[],"lines":{}}')
CARD: dict[str, Any] = {"say": frozenset({"exporter"}), "label": Text("t", "t"), "doc": "t"}
OPEN = said("t.open", Parts, **CARD, read=frozenset({"exporter", "importer"}))
OWN = said_each("t.own", Parts, "n", **CARD, read=frozenset({"speaker"}))
NAMED = said_each("t.named", Parts, "n", **CARD, read=frozenset({"named"}))
KEY = said("t.key", Parts, **CARD, read=frozenset({"exporter"}))
SEALED = said_each("t.sealed", Parts, "n", **CARD, read=frozenset({"importer"}), opens=KEY)
TOPICS: dict[str, Topic[Any]] = {one.name: one for one in (OPEN, OWN, NAMED, KEY, SEALED)}
SPEAKERS = [Speaker("p", org, frozenset({role})) for org in ("a", "b") for role in ("exporter", "importer")]

words = st.tuples(
    st.sampled_from(sorted(TOPICS)), st.sampled_from(["a", "b"]), st.booleans(), st.integers(0, 9), st.integers(0, 99)
)


def brute(record: Record, speaker: Speaker) -> tuple[str, ...]:
    standing = [record.submissions[id] for id in record.heads()]
    return tuple(one.id for one in standing if may_read_statement(TOPICS[one.topic], one, speaker, record))


@given(st.lists(words, max_size=25))
def test_heads_kept_up_are_heads_found_anew(history: list[tuple[str, str, bool, int, int]]) -> None:
    record = Record("D", "trade", TOPICS)
    for number, (topic, who, retires, which, order) in enumerate(history):
        ids = sorted(record.submissions)
        gone = (ids[which % len(ids)],) if ids and retires else ()
        name = f"{order:02}-{number:03}"
        key = who if TOPICS[topic].keyed else ""
        withdraws = gone if which % 2 else ()
        record.add(
            Submission(name, "D", topic, BODY, key, for_=who, replaces=() if withdraws else gone, withdraws=withdraws)
        )
        for speaker in SPEAKERS[: 1 + which % 4]:
            assert visible_heads(TOPICS, record, speaker) == brute(record, speaker)
    for speaker in SPEAKERS:
        assert visible_heads(TOPICS, record, speaker) == brute(record, speaker)


def test_no_more_than_a_few_readers_are_kept() -> None:
    record = Record("D", "trade", stage_registry().topics)
    for number in range(100):
        visible_heads(TOPICS, record, Speaker("p", f"o{number}", frozenset()))
    assert len(record.kept) <= 32
