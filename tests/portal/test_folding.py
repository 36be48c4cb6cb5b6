"""Long sheets are told in brief: runs of lines, entries alike, what waits for the same thing on many lines."""

import pytest
from msgspec import Struct

from entrepot.kernel.text import Text
from entrepot.portal.folding import folded, places, spans, waits_folded
from entrepot.portal.reading import Waiting


class Entry(Struct, frozen=True):
    topic: str
    key: str
    status: str = "found"
    conflicts: tuple[str, ...] = ()


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        (["3", "1", "2"], "1-3"), (["1", "2", "4"], "1-2, 4"), (["7"], "7"), ([], ""),
        (["exporter", "owner"], "exporter, owner"), (["a", "b", "c", "d", "e"], "a, b, c, d …"), (["1", "x"], "1, x"),
    ],
)  # fmt: skip
def test_keys_in_brief(keys: list[str], told: str) -> None:
    assert spans(keys) == told


def test_what_is_alike_is_told_once_and_what_differs_apart() -> None:
    entries = [Entry("t", str(n), "waits" if n == 3 else "found") for n in range(1, 7)]
    found, waits = folded(entries, most=100)
    assert (found.keys, found.count, found.many, found.left) == ("1-2, 4-6", 5, True, 0)
    assert [one.key for one in found.items] == ["1", "2", "4", "5", "6"]
    assert (waits.keys, waits.many) == ("3", False)


@pytest.mark.parametrize("most", [1, 4, 9, 10, 50])
def test_every_entry_is_there_or_counted_and_no_topic_goes_missing(most: int) -> None:
    entries = [Entry("t", str(n)) for n in range(10)] + [Entry("u", "")]
    lines, whole = folded(entries, most)
    assert (len(lines.items), lines.left) == (min(most, 10), max(10 - most, 0))
    assert (whole.first.topic, whole.left) == ("u", 0)


def test_a_conflict_is_never_folded_in_with_what_agrees() -> None:
    entries = [Entry("t", str(n), conflicts=("field",) if n == 2 else ()) for n in range(1, 7)]
    folds = folded(entries, most=100)
    assert [(fold.keys, fold.many) for fold in folds if fold.first.conflicts] == [("2", False)]


def test_places_of_one_topic_stand_together() -> None:
    assert places(["a/1", "a/2", "a/3", "a/4", "b/9", "c"]) == ("a/1-4", "b/9", "c")


def waits_for(place: str, held: str) -> Waiting:
    topic, _, key = place.partition("/")
    return Waiting(topic, key, ("exporter",), Text(f"nobody has said {place} yet", f"尚未提供（{place}）"), (held,))


def test_what_waits_for_the_same_on_many_lines_is_one_entry_that_names_them_all() -> None:
    lines = [waits_for(f"goods.bom/{n}", f"origin.decision/{n}") for n in range(1, 51)]
    whole = waits_for("terms", "form")
    told = waits_folded([*lines, whole])
    assert [(one.topic, one.key, one.holds_up) for one in told] == [
        ("goods.bom", "1-50", ("origin.decision/1-50",)), ("terms", "", ("form",)),
    ]  # fmt: skip
    assert told[0].why == Text("nobody has said goods.bom/1-50 yet", "尚未提供（goods.bom/1-50）")


def test_few_alike_are_told_one_by_one() -> None:
    lines = [Waiting("t", str(n), ("exporter",), Text(f"t/{n}", f"t/{n}"), ("x",)) for n in range(3)]
    assert waits_folded(lines) == tuple(lines)
