"""Views: what an enterprise decided on hits of the screening, in its own dossiers alone; on both databases."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from entrepot.kernel.module import Registry
from entrepot.kernel.submissions import Submission
from entrepot.kernel.vocabulary import SHARED
from entrepot.modules.screening.facts import DECISION, DECISIONS
from entrepot.modules.screening.module import MODULE
from entrepot.store.store import Store
from entrepot.store.views import Views
from tests.store.saying import NOON, gone, member, opened, said
from tests.store.test_views import submit


@pytest.fixture
def store(url: str, tmp_path: Path) -> Iterator[Store]:
    """A store that knows the topics of the screening room."""
    with Store.open(url, Registry((MODULE,), SHARED), keys=tmp_path / "keys", clock=lambda: NOON) as store:
        yield store


def decided(
    dossier: str, firm: str, hit: str = "h1", decision: str = "not_them", id: str = "", for_: str = ""
) -> Submission:
    body: dict[str, Any] = {"decision": decision, "reason": "seen", "decided_on": "2026-03-01"}
    return said(dossier, DECISION.name, body, hit, id=id or f"s-{dossier}-{hit}", for_=for_ or firm)


def dossier(name: str, firm: str, *more: Submission) -> list[Submission]:
    return [opened(name, id=f"o-{name}", for_=firm), member(firm, name, id=f"m-{name}", for_=firm), *more]


def shown(store: Store, name: str) -> list[tuple[str, str, str]]:
    with store.holding(name) as record:
        found = Views(store)(DECISIONS, record)
    return [] if found is None else [(one.hit, one.decision.decision, one.dossier) for one in found.known]


def test_the_enterprise_sees_its_own_decisions_the_last_first(store: Store) -> None:
    submit(store, dossier("d1", "acme", decided("d1", "acme")))
    submit(store, dossier("d2", "acme", decided("d2", "acme", "h2", "is_them")))
    assert shown(store, "d1") == [("h2", "is_them", "d2"), ("h1", "not_them", "d1")]


def test_nobody_elses_decision_is_shown(store: Store) -> None:
    submit(store, dossier("d1", "acme", decided("d1", "acme", for_="broker")))
    submit(store, dossier("r1", "rival", decided("r1", "rival")))
    submit(store, dossier("r2", "rival", decided("r2", "acme", "h3")))
    assert shown(store, "d1") == []
    assert shown(store, "r1") == [("h1", "not_them", "r1")]


def brokered(name: str, broker: str, client: str, *more: Submission) -> list[Submission]:
    """A dossier that a broker opened for a client."""
    return [
        opened(name, id=f"o-{name}", for_=broker),
        said(name, "dossier.member", {"roles": ["broker"]}, broker, f"b-{name}", for_=broker),
        member(client, name, id=f"m-{name}", for_=broker),
        *more,
    ]


def test_a_brokers_decision_holds_for_the_same_client_again_and_for_no_other(store: Store) -> None:
    submit(store, brokered("d1", "broker", "acme", decided("d1", "broker"), decided("d1", "acme", "h2")))
    submit(store, brokered("d2", "broker", "acme"))
    submit(store, brokered("d3", "broker", "bolt"))
    submit(store, brokered("d4", "rival", "acme"))
    submit(store, dossier("d5", "acme"))
    assert shown(store, "d2") == [("h2", "not_them", "d1"), ("h1", "not_them", "d1")]
    assert (shown(store, "d3"), shown(store, "d4")) == ([], [])
    assert shown(store, "d5") == [("h2", "not_them", "d1")]


def test_a_decision_taken_back_or_replaced_is_gone(store: Store) -> None:
    submit(store, dossier("d1", "acme", decided("d1", "acme", id="first")))
    submit(store, [gone(DECISION.name, "h1", "first", dossier="d1", for_="acme")])
    assert shown(store, "d1") == []


def test_the_same_object_is_given_while_nobody_decides_anything_new(store: Store) -> None:
    submit(store, dossier("d1", "acme", decided("d1", "acme")))
    views = Views(store)
    with store.holding("d1") as record:
        first = views(DECISIONS, record)
        assert views(DECISIONS, record) is first
    submit(store, dossier("r1", "rival", decided("r1", "rival")))
    with store.holding("d1") as record:
        assert views(DECISIONS, record) is first
    submit(store, dossier("d2", "acme", decided("d2", "acme", "h2")))
    with store.holding("d1") as record:
        assert views(DECISIONS, record) is not first
