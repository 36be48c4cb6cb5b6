"""Saying: all or nothing, once however often, and every refusal told clearly."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from entrepot.kernel.submissions import Evidence, Submission
from entrepot.store import intake
from entrepot.store.intake import Content
from entrepot.store.store import Store
from tests.store.saying import asked, gone, line, lot, opened, raw, rules, said


def test_what_was_said_is_read_back_as_it_was_said(store: Store) -> None:
    proof = Evidence("ab" * 32, "发票.pdf", {"hs": "page 1"})
    first = opened(id="a")
    second = line(1, id="b", evidence=(proof,), mandate="m", channel="window", authority="transcript", replaces=("x", "y"))
    third = gone("goods.line", "1", "b", id="c")
    assert store.submit([first, second, third]).ok
    for said_ in (first, second, third):
        assert store.submission(said_.id) == msgspec.structs.replace(said_, heard_at="2026-06-20T12:00:00.000000Z")
        found = store.submission(said_.id)
        assert found is not None
        assert bytes(found.body) == bytes(said_.body)
    assert store.submission("absent") is None


def test_the_store_alone_says_when_it_heard(open_store: Callable[..., Store]) -> None:
    store = open_store(clock=lambda: datetime(2026, 1, 2, 3, 4, 5, 678, UTC))
    store.submit([opened(id="a", heard_at="1999-01-01T00:00:00Z")])
    heard = store.submission("a")
    assert heard is not None
    assert heard.heard_at == "2026-01-02T03:04:05.000678Z"


def test_saying_it_again_is_saying_it_once(store: Store, url: str) -> None:
    batch = [opened(), line(1)]
    assert store.submit(batch).said == tuple(s.id for s in batch)
    again = store.submit([*batch, new := line(2)])
    assert (again.already, again.said, again.ok) == (tuple(s.id for s in batch), (new.id,), True)
    assert store.submit([new, new]).already == (new.id,)
    twice = line(3)
    assert store.submit([twice, twice]).said == (twice.id,)
    assert asked(url, "SELECT count(*) FROM submission") == [(4,)]
    assert asked(url, "SELECT count(*) FROM leaf") == [(4,)]


@pytest.mark.parametrize(
    "other",
    [{"hs": "09101100"}, {"by": "person-2"}, {"for_": "firm-2"}, {"said_at": "2026-06-21T08:00:00Z"}, {"dossier": "d2"},
     {"replaces": ("q",)}, {"evidence": (Evidence("ab" * 32),)}],
)  # fmt: skip
def test_the_same_id_with_other_content_is_refused(store: Store, other: dict[str, Any]) -> None:
    store.submit([opened(), line(1, id="one")])
    store.submit([opened("d2")])
    different = line(1, id="one", **other)
    extra = line(2, dossier=different.dossier)
    assert rules(store.submit([different, extra]).problems) == ["S005"]
    assert store.submission(extra.id) is None


def test_the_same_id_twice_in_a_batch_with_other_content_is_refused(store: Store) -> None:
    assert rules(store.submit([opened(), line(1, id="one"), line(2, id="one")]).problems) == ["S005"]


def test_a_batch_is_said_whole_or_not_at_all(store: Store, url: str) -> None:
    store.submit([opened()])
    outcome = store.submit([line(1), said("d1", "goods.line", {"hs": 5}, "2"), line(3)], [Content(b"paper")])
    assert rules(outcome.problems) == ["S004"]
    assert asked(url, "SELECT count(*) FROM submission") == [(1,)]
    assert asked(url, "SELECT count(*) FROM content") == [(0,)]


def test_one_bad_batch_never_aborts_the_others(store: Store) -> None:
    store.submit([opened("old"), lot("90", dossier="old")])
    outcomes = store.submit_many(
        [
            [opened("a"), line(1, "a")],
            [line(1, "nowhere")],
            [opened("b"), lot("20", dossier="b")],
            [line(1, "old"), said("old", "no.such", {})],
            [line(2, "a")],
            [],
            [opened("c"), lot("10", dossier="c")],
        ]
    )
    assert [rules(outcome.problems) for outcome in outcomes] == [[], ["S007"], ["S009"], ["S003"], [], ["S001"], []]
    assert [len(store.heads(name)) for name in ("a", "b", "c", "old")] == [3, 0, 2, 2]


def test_a_dossier_begins_with_its_opening(store: Store) -> None:
    assert rules(store.submit([line(1), opened()]).problems) == ["S007"]
    assert store.submit([opened(kind="enterprise"), line(1)]).ok
    assert store.record("d1").kind == "enterprise"
    assert rules(store.submit([opened(kind="trade")]).problems) == ["S008"]
    assert store.submit([opened(kind="enterprise", reference="PO-2")]).ok


def test_a_statement_is_refused_when_the_dossier_has_moved(store: Store) -> None:
    store.submit([opened(id="a"), line(1, id="b")])
    heads = store.heads("d1")
    assert heads == ("a", "b")
    assert store.submit([line(2, id="c", expects=heads)]).ok
    assert rules(store.submit([line(3, expects=heads)]).problems) == ["S006"]
    assert rules(store.submit([line(3, expects=())]).problems) == ["S006"]
    assert store.submit([line(3, id="d", expects=("a", "b", "c"), replaces=("b",)), line(4, id="e", expects=("c", "b", "a"))]).ok
    assert store.heads("d1") == ("a", "c", "d", "e") == store.record("d1").heads()


def test_what_was_seen_is_not_asked_for_again_when_a_statement_is_repeated(store: Store) -> None:
    store.submit([opened(id="a")])
    first = line(1, id="b", expects=("a",))
    assert store.submit([first]).ok
    store.submit([line(2)])
    assert store.submit([first]).already == ("b",)
    rest = line(3, expects=(*store.heads("d1"),))
    assert store.submit([first, rest]).ok


def test_a_new_dossier_may_be_opened_on_the_condition_that_there_is_none(store: Store) -> None:
    assert store.submit([opened(expects=())]).ok
    assert rules(store.submit([opened(expects=())]).problems) == ["S006"]


def test_two_batches_of_one_transaction_see_each_other(store: Store) -> None:
    store.submit([opened(id="a")])
    outcomes = store.submit_many([[line(1, expects=("a",))], [line(2, expects=("a",))]])
    assert [rules(outcome.problems) for outcome in outcomes] == [[], ["S006"]]


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        (line(1, id=" "), "S001"),
        (line(1, id="x" * 101), "S001"),
        (line(1, id="a\0b"), "S001"),
        (line(1, dossier="d/1"), "S001"),
        (said("d1", "goods.line", {"hs": "1"}, "k" * 301), "S001"),
        (said("d1", "goods.line", {"hs": "1"}, "a\0b"), "S001"),
        (line(1, by="\ud800"), "S001"),
        (line(1, for_="a\nb"), "S001"),
        (line(1, replaces=("no id",)), "S001"),
        (line(1, id="self", replaces=("self",)), "S001"),
        (said("d1", "goods.line", {"hs": "1"}), "S001"),
        (said("d1", "trade.terms", {}, "1"), "S001"),
        (said("d1", "goods.line", {"hs": "1" * intake.MAX_BODY}, "1"), "S002"),
        (line(1, evidence=(Evidence("ab" * 32, "n" * intake.MAX_BODY),)), "S002"),
        (said("d1", "nobody.knows", {}), "S003"),
        (said("d1", "origin.decision", {}), "S003"),
        (said("d1", "goods.line", {"hs": 1.5}, "1"), "S004"),
        (said("d1", "goods.line", {"hs": "1"}, "1", version=99), "S004"),
        (said("d1", "goods.line", {"hs": "1"}, "1", version=2**53), "S004"),
        (line(1, evidence=(Evidence("\ud800"),)), "S004"),
        (lot("-1"), "S011"),
        (lot("1", of="1000000000000"), "S011"),
        (lot("0.0000001"), "S011"),
        (lot("1E-999999"), "S011"),
        (lot("123456.0000000000000000000000000000000001", of="200000"), "S011"),
        (lot("NaN"), "S011"),
        (lot("101"), "S009"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused_with_its_rule(store: Store, statement: Submission, rule: str) -> None:
    store.submit([opened()])
    outcome = store.submit([statement])
    assert rules(outcome.problems) == [rule]
    for problem in outcome.problems:
        assert problem.what.en
        assert problem.what.zh
        assert problem.fix.en
        assert problem.fix.zh
    assert store.heads("d1") == store.record("d1").heads()
    assert len(store.record("d1").submissions) == 1


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"hs": "\xff"}', b"[" * 100_000, b'{"hs": "1"} x', b'{"hs":"\\ud800"}'])
@pytest.mark.parametrize("withdraws", [(), ("z",)])
def test_a_body_that_is_not_json_is_refused(store: Store, body: bytes, withdraws: tuple[str, ...]) -> None:
    store.submit([opened()])
    broken = Submission("x", "d1", "goods.line", msgspec.Raw(body), key="1", withdraws=withdraws)
    assert rules(store.submit([broken]).problems) == ["S004"]


def test_a_batch_speaks_of_one_dossier(store: Store) -> None:
    assert rules(store.submit([opened("a"), opened("b")]).problems) == ["S001"]


def test_a_batch_and_a_document_have_a_largest_size(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "MAX_BATCH", 3)
    monkeypatch.setattr(intake, "MAX_CONTENT", 10)
    assert rules(store.submit([opened(), line(1), line(2), line(3)]).problems) == ["S001"]
    assert rules(store.submit([opened()], [Content(b"x" * 11)]).problems) == ["S002"]
    assert store.submit([opened()], [Content(b"x" * 10)]).ok


def test_words_of_every_script_and_awkward_characters_survive(store: Store) -> None:
    text = "磷酸 «%s» ? ' \" \\ \\x41 $1 ;-- \U0001f6a2 é"
    body, proof = {"hs": "1", "description": text + "\n\0\u2028"}, Evidence("ab" * 32, text + "\0")
    awkward = said("d1", "goods.line", body, text, by=text, evidence=(proof,))
    assert store.submit([opened(reference=text), awkward]).ok
    found = store.submission(awkward.id)
    assert found is not None
    assert msgspec.json.decode(found.body)["description"] == text + "\n\0\u2028"
    assert (found.key, found.by, found.evidence[0].name) == (text, text, text + "\0")
    assert store.dossiers()[0].reference == text


def test_a_failing_database_refuses_one_batch_and_keeps_its_neighbours(store: Store, url: str) -> None:
    run, close = raw(url)
    if url.startswith("sql"):
        run("CREATE TRIGGER no_b BEFORE INSERT ON submission WHEN NEW.dossier = 'b' BEGIN SELECT RAISE(ABORT, 'no b'); END")
    else:
        run("CREATE FUNCTION no_b() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no b'; END $$")
        run("CREATE TRIGGER no_b BEFORE INSERT ON submission FOR EACH ROW WHEN (NEW.dossier = 'b') EXECUTE FUNCTION no_b()")
    close()
    outcomes = store.submit_many([[opened("a")], [opened("b")], [opened("c")]])
    assert [rules(outcome.problems) for outcome in outcomes] == [[], ["S012"], []]
    assert {card.id for card in store.dossiers()} == {"a", "c"}

