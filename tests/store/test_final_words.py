"""Final topics: what is said on them is neither replaced nor withdrawn, by whatever door, before or after it comes."""

from typing import Any

import msgspec
import pytest

from entrepot.kernel.submissions import Submission
from entrepot.kernel.text import Text
from entrepot.kernel.topics import found
from entrepot.store.ledger import Balance
from entrepot.store.store import Store
from tests.store.saying import gone, line, opened, rules, said

FIRST = "title t1 after nothing"


def step(previous: str = "", number: str = "1", id: str = "", title: str = "t1", **fields: Any) -> Submission:
    body: dict[str, Any] = {
        "title": title,
        "number": int(number),
        "action": "issue",
        "by": "line",
        "at": "2026-06-20T08:00:00Z",
        "content": "c",
    }
    body |= {"previous": previous} if previous else {}
    return said("t1", "title.step", body, number, id, **fields)


@pytest.fixture
def title(store: Store) -> Store:
    assert store.submit([opened("t1", kind="title"), step(id="first")]).ok
    return store


def held(store: Store) -> list[Balance]:
    return store.balances(FIRST)


def test_a_state_of_a_title_is_left_once(title: Store) -> None:
    assert rules(title.submit([step(number="1", id="other")]).problems) == ["S009"]
    assert rules(title.submit([step(number="2", id="third")]).problems) == ["S009"]
    assert title.submit([step("d1", "2", "second")]).ok
    assert rules(title.submit([step("d1", "2", "twin")]).problems) == ["S009"]


def test_a_final_word_is_not_withdrawn_and_its_posting_stays(title: Store) -> None:
    before = held(title)
    assert rules(title.submit([gone("title.step", "1", "first", dossier="t1")]).problems) == ["S013"]
    assert held(title) == before != []


def test_it_is_not_taken_back_by_a_statement_on_another_topic_either(title: Store) -> None:
    for backdoor in (gone("goods.line", "1", "first", dossier="t1"), line(1, "t1", replaces=("first",)),
                     gone("dossier.member", "x", "first", dossier="t1")):  # fmt: skip
        assert rules(title.submit([backdoor]).problems) == ["S013"], backdoor
    assert rules(title.submit([step(number="1", id="other")]).problems) == ["S009"]


def test_it_is_not_replaced_within_the_batch_that_says_it(store: Store) -> None:
    batch = [opened("t1", kind="title"), step(id="first"), gone("goods.line", "1", "first", dossier="t1")]
    assert rules(store.submit(batch).problems) == ["S013"]
    assert store.submit(batch[:2]).ok


def test_it_is_not_taken_back_by_another_batch_of_the_same_transaction(store: Store) -> None:
    assert store.submit([opened("t1", kind="title")]).ok
    first, second = store.submit_many([[step(id="first")], [gone("goods.line", "1", "first", dossier="t1")]])
    assert first.ok
    assert rules(second.problems) == ["S013"]


def test_what_was_withdrawn_before_it_came_cannot_come_as_a_final_word(store: Store) -> None:
    assert store.submit([opened("t1", kind="title"), gone("goods.line", "1", "first", dossier="t1")]).ok
    assert rules(store.submit([step(id="first")]).problems) == ["S013"]
    document = {"kind": "bill_of_lading", "form": "bearer", "number": "B1", "issuer": {"name": "L"}, "shipper": {"name": "S"}, "goods": [],
                "issued_on": "2026-06-20"}  # fmt: skip
    assert store.submit([gone("goods.line", "2", "paper", dossier="t1")]).ok
    assert rules(store.submit([said("t1", "title.document", document, "d1", "paper")]).problems) == ["S013"]
    assert store.submit([said("t1", "title.document", document, "d1")]).ok


def test_the_same_final_word_again_is_already_on_file(title: Store) -> None:
    outcome = title.submit([step(id="first")])
    assert (outcome.ok, outcome.already) == (True, ("first",))


def test_what_is_not_final_is_taken_back_as_before(title: Store) -> None:
    assert title.submit([line(1, "t1", id="a")]).ok
    assert title.submit([gone("goods.line", "1", "a", dossier="t1")]).ok
    assert rules(
        title.submit([msgspec.structs.replace(gone("goods.line", "1", "a", dossier="t1"), dossier="t2")]).problems
    ) == ["S007"]


def test_only_what_is_said_can_be_final() -> None:
    with pytest.raises(ValueError, match="nobody says it"):
        found("a.b", str, label=Text("", ""), doc="", final=True)
