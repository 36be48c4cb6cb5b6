"""Standing mandates in the store: what counts as one, and that nothing is kept under one that was revoked. On both databases."""

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

from entrepot.kernel.submissions import Submission
from entrepot.store.mandates import given_by, given_to, topics_of_two, words_of_operator
from entrepot.store.store import Store
from entrepot.store.tallies import tallies
from tests.store.saying import line, opened, said

OWN = "enterprise:firm-1"
TODAY = date(2026, 6, 20)


def mandate(number: str = "1", agent: str = "agent-1", **fields: Any) -> Submission:
    body = {"agent": agent, "role": "broker", "signed_on": "2026-01-01", **fields.pop("body", {})}
    return said(
        fields.pop("dossier", OWN), "enterprise.mandate", body, fields.pop("key", f"{agent}/{number}"), **fields
    )


def own(store: Store, *more: Submission, organisation: str = "firm-1") -> None:
    dossier = f"enterprise:{organisation}"
    assert store.submit([opened(dossier, "enterprise", for_=organisation), *more]).ok


def held(store: Store, agent: str = "agent-1") -> list[tuple[str, str]]:
    return [(one.principal, one.number) for one in given_to(store.database, agent)]


def test_a_mandate_is_found_by_its_agent_and_by_its_principal(store: Store) -> None:
    own(store, mandate("1"), mandate("2", agent="agent-2"))
    own(store, mandate("7", dossier="enterprise:firm-2", for_="firm-2"), organisation="firm-2")
    assert held(store) == [("firm-1", "1"), ("firm-2", "7")]
    assert [one.number for one in given_to(store.database, "agent-1", ["firm-2"])] == ["7"]
    assert given_to(store.database, "agent-1", []) == []
    assert given_to(store.database, "agent-1/1") == []
    assert [one.mandate.agent for one in given_by(store.database, "firm-1")] == ["agent-1", "agent-2"]


def test_only_the_enterprise_itself_gives_and_only_in_its_own_dossier(store: Store) -> None:
    own(store, mandate("1", for_="agent-1"), mandate("2", for_="firm-2"), mandate("3", key="other/3"))
    assert store.submit([opened("d1"), mandate("4", dossier="d1")]).ok
    own(store, mandate("5", dossier="enterprise:firm-2", for_="firm-1"), organisation="firm-2")
    assert held(store) == []
    assert given_to(store.database, "other") == [], "the key names another agent than the mandate"


def test_what_was_withdrawn_or_replaced_is_gone_at_the_next_question(store: Store) -> None:
    first, second = mandate("1"), mandate("2")
    own(store, first, second)
    assert store.submit([said(OWN, "enterprise.mandate", None, "agent-1/1", withdraws=(first.id,))]).ok
    assert held(store) == [("firm-1", "2")]
    assert store.submit([mandate("2", body={"revoked": "done"}, replaces=(second.id,))]).ok
    (left,) = given_to(store.database, "agent-1")
    assert not left.runs(TODAY)


def test_two_that_contradict_each_other_count_as_none(store: Store) -> None:
    own(store, mandate("1"), mandate("1"))
    assert held(store) == [("firm-1", "1")], "said twice alike"
    assert store.submit([mandate("1", body={"may_send": True})]).ok
    assert held(store) == []


def test_the_operators_harder_word_counts_and_every_rule(store: Store) -> None:
    def word(state: str) -> Submission:
        return said(OWN, "enterprise.admitted", {"state": state}, for_="operator")

    own(store)
    assert words_of_operator(store.database, ["firm-1", "x"])["firm-1"] == ""
    assert store.submit([word("admitted")]).ok
    assert words_of_operator(store.database, ["firm-1", "x"])["firm-1"] == "admitted"
    assert store.submit([word("suspended"), said(OWN, "enterprise.rules", {"two_persons": ["a.b"]})]).ok
    assert store.submit([said(OWN, "enterprise.rules", {"two_persons": ["c.d"]})]).ok
    assert words_of_operator(store.database, ["firm-1", "x"])["firm-1"] == "suspended"
    assert words_of_operator(store.database, ["x", "firm-1"]) == {"x": "", "firm-1": "suspended"}
    assert topics_of_two(store.database, "firm-1") == {"a.b", "c.d"}


def test_nothing_is_kept_under_a_mandate_that_no_longer_stands(store: Store) -> None:
    stands = mandate("1")
    own(store, stands)
    assert store.submit([opened("d1")]).ok
    early = line(1, under=stands.id)
    assert store.submit([early]).ok
    assert store.submit([mandate("1", body={"revoked": "done"}, replaces=(stands.id,))]).ok
    late = line(2, under=stands.id)
    assert [one.rule for one in store.submit([late]).problems] == ["S014"]
    assert store.submission(late.id) is None
    assert [one.rule for one in store.submit([line(3, under="no such statement")]).problems] == ["S014"]
    assert store.submit([early]).already == (early.id,), "a retry is answered like the first time"


def test_revoked_in_one_transaction_with_what_is_said_under_it(store: Store) -> None:
    stands = mandate("1")
    own(store, stands)
    assert store.submit([opened("d1")]).ok
    ends = mandate("1", body={"revoked": "done"}, replaces=(stands.id,))
    ended, spoken = store.submit_many([[ends], [line(1, under=stands.id)]])
    assert ended.ok
    assert [one.rule for one in spoken.problems] == ["S014"]


def test_a_race_of_revoking_and_saying_keeps_nothing_after_the_revocation(open_store: Callable[..., Store]) -> None:
    """Two openings of the store stand for two processes. What is kept under the mandate has a lower number than its end."""
    store, other = open_store(), open_store()
    stands = mandate("1")
    own(store, stands)
    assert store.submit([opened("d1")]).ok
    kept: list[str] = []
    refused = threading.Event()

    def speak() -> None:
        for number in range(20_000):  # until the end is heard, however late
            one = line(number, under=stands.id)
            if not other.submit([one]).ok:
                refused.set()
                return
            kept.append(one.id)

    speaker = threading.Thread(target=speak)
    speaker.start()
    while not kept and speaker.is_alive():
        threading.Event().wait(0.001)
    ends = mandate("1", body={"revoked": "done"}, replaces=(stands.id,))
    assert store.submit([ends]).ok
    speaker.join()
    assert refused.is_set()
    with store.database.session() as session:
        order: dict[str, int] = dict(session.all("SELECT id, seq FROM submission"))
    assert kept
    assert max(order[one] for one in kept) < order[ends.id]


def test_tallies_tell_topics_and_ones_own_apart(store: Store) -> None:
    assert store.submit([opened("d1"), line(1), line(2, for_="firm-2")]).ok
    (goods,) = [one for one in tallies(store.database, ["d1"], "firm-2") if one.topic == "goods.line"]
    assert (goods.count, goods.own) == (2, 1)
    assert tallies(store.database, [], "firm-2") == []
