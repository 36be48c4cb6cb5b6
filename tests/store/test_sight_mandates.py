"""What dossiers are shown of earlier ones where agents act under standing mandates: never more than every reader may read himself."""

from typing import Any

import msgspec
import pytest

from entrepot.kernel.submissions import Submission
from entrepot.store.store import Store
from tests.store.saying import gone, opened, said
from tests.store.test_sight import Trade, alone, by_broker, said_of, shown
from tests.store.test_views import submit

OWN = "enterprise:acme"


def given(store: Store, agent: str, role: str = "broker", number: str = "7", **body: Any) -> Submission:
    mandate = {"agent": agent, "role": role, "signed_on": "2026-01-01", **body}
    one = said(OWN, "enterprise.mandate", mandate, f"{agent}/{number}", for_="acme")
    submit(store, [opened(OWN, "enterprise", for_="acme"), one])
    return one


@pytest.mark.parametrize(
    ("earlier", "body", "is_shown"),
    [
        (alone("e"), {}, True),
        (alone("e"), {"dossiers": ["d"]}, True),
        (by_broker("e"), {}, True),
        (by_broker("e"), {"dossiers": ["d"]}, False),
        (by_broker("e"), {"dossiers": ["x"]}, True),
        (by_broker("e"), {"dossiers": ["d"], "valid_until": "2026-06-19"}, True),
        (by_broker("e"), {"dossiers": ["d"], "revoked": "done"}, True),
        (by_broker("e", more={"rival": ["broker"]}), {"dossiers": ["d"]}, True),
    ],
)
def test_an_agent_that_reads_along_hides_what_it_may_not_read(
    store: Store, earlier: Trade, body: dict[str, Any], is_shown: bool
) -> None:
    """An agent with a mandate for this dossier alone reads along; what another broker filed for the enterprise is not for it."""
    submit(store, said_of(earlier))
    submit(store, said_of(alone("d"), accepted=False))
    given(store, "rival", **body)
    assert shown(store, "d") == ({"e"} if is_shown else set())


def by_standing(name: str) -> Trade:
    return Trade(name=name, opener="acme", roles={"acme": ["exporter"]}, named_by="acme")


def at_window(one: Trade, number: str = "7", *, accepted: bool) -> list[Submission]:
    return [
        msgspec.structs.replace(s, mandate=number if s.topic != "dossier.member" else s.mandate)
        for s in said_of(one, accepted=accepted)
    ]


def test_a_counter_under_a_standing_mandate_sees_what_it_opened_before(store: Store) -> None:
    submit(store, at_window(by_standing("e"), accepted=True))
    submit(store, at_window(by_standing("d"), accepted=False))
    assert shown(store, "d") == set(), "no mandate stands yet"
    one = given(store, "counter", "clerk")
    assert shown(store, "d") == {"e"}
    submit(store, [gone("enterprise.mandate", "counter/7", one.id, dossier=OWN, for_="acme")])
    assert shown(store, "d") == set()
