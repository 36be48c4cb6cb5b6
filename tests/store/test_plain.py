"""PostgreSQL's short way for plain statements ends where the general way does, and leaves to it whatever is not plain."""

from collections.abc import Callable

import msgspec
import pytest

from entrepot.kernel.submissions import Submission
from entrepot.store import plain
from entrepot.store.intake import Batch, Content
from entrepot.store.outbox import Task
from entrepot.store.store import Store
from tests.store.saying import asked, gone, line, lot, opened, rules

pytestmark = pytest.mark.postgres
Open = Callable[..., Store]
WORDS = "id, dossier, topic, key, version, by_person, for_organisation, said_at, heard_at, replaces, withdraws, body_digest, digest"


@pytest.fixture
def url(postgres_url: str) -> str:
    asked(postgres_url, "DROP SCHEMA public CASCADE")
    asked(postgres_url, "CREATE SCHEMA public")
    return postgres_url


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """For each transaction tried, whether the short way took it."""
    taken: list[bool] = []
    hear = plain.hear

    def noted(*arguments: object) -> object:
        outcomes = hear(*arguments)  # type: ignore[arg-type]
        taken.append(outcomes is not None)
        return outcomes

    monkeypatch.setattr(plain, "hear", noted)
    return taken


def test_both_ways_write_the_same_rows(store: Store, url: str, ways: list[bool]) -> None:
    store.submit_many([[opened("a")], [opened("b")]])
    said = [[line(1, "a"), line(2, "a", mandate="m", channel="window")], [line(1, "b")], [line(3, "a")]]
    short = store.submit_many(said)
    again = [[_again(one) for one in batch] for batch in said]
    general = store.submit_many([[*batch, opened(batch[0].dossier, expects=None)] for batch in again])
    assert ways == [False, True, False]
    assert [outcome.said for outcome in short] == [tuple(one.id for one in batch) for batch in said]
    assert all(outcome.ok for outcome in general)
    everything = f"SELECT {WORDS}, encode(b.data, 'escape'), b.evidence FROM submission JOIN body b USING (seq)"
    rows = {row[0]: row for row in asked(url, everything)}
    for batch in said:
        for one in batch:
            ours, theirs = rows[one.id], rows[f"{one.id}-again"]
            assert ours[1:12] == theirs[1:12]
            assert ours[13:] == theirs[13:]
    record = store.record("a")
    assert record.heads() == store.heads("a")
    assert store.integrate() == len(rows)


def _again(one: Submission) -> Submission:
    return msgspec.structs.replace(one, id=f"{one.id}-again")


def test_the_short_way_takes_only_what_is_plain(store: Store, ways: list[bool]) -> None:
    store.submit([opened(id="a")])
    assert store.submit([line(1, id="b")]).ok
    ways.clear()
    for unplain in (line(2, expects=("a", "b")), line(3, replaces=("b",)), gone("goods.line", "1", "b"), lot("1"), opened()):
        assert store.submit([unplain]).ok
    assert store.submit([line(4)], [Content(b"paper")]).ok
    assert store.submit([line(5)], tasks=[Task("send", b"")]).ok
    assert ways == [False] * 7
    assert store.balances("invoice S N1") != []


def test_what_the_short_way_cannot_write_is_decided_by_the_general_way(store: Store, ways: list[bool], url: str) -> None:
    store.submit([opened()])
    one = line(1, id="one")
    assert store.submit([one]).said == ("one",)
    assert store.submit([one, line(2, id="two")]).already == ("one",)
    assert rules(store.submit([line(3, id="one")]).problems) == ["S005"]
    outcomes = store.submit_many([[line(4)], [line(1, "nowhere")], [line(5)]])
    assert [rules(outcome.problems) for outcome in outcomes] == [[], ["S007"], []]
    assert ways == [False, True, False, False, False]
    assert asked(url, "SELECT count(*) FROM submission") == [(5,)]


def test_a_batch_that_is_not_plain_is_known_by_each_of_its_marks() -> None:
    assert not plain._plain(Batch("d", [], {"x": Content(b"")}, ()))
    assert not plain._plain(Batch("d", [], {}, (Task("send", b""),)))
    assert plain._plain(Batch("d", [], {}, ()))
