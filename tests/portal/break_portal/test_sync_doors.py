"""Batches that a counter forged past its own desk: what its clerks could not say at a page arrives by no other way either."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.test import Client

from entrepot.channels.online import ADMINISTER, WORKING, Voice
from entrepot.kernel.intake import Refusal
from entrepot.kernel.submissions import Authority, Submission
from entrepot.portal.counter.sync_portal import EmployedBy
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.store import mandates
from tests.portal.counter.sync_stage import HALL, CounterHall, Portal, words
from tests.portal.web import client_of

OWNER = Voice("ann-of-acme", "acme", duties=WORKING | {ADMINISTER})
OWN = "enterprise:acme"
GIVEN = {"agent": HALL, "role": "clerk", "signed_on": "2026-03-01"}


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[CounterHall]:
    """A counter with a standing mandate of acme that does not let it send."""
    portal = Portal(tmp_path)
    one = CounterHall(portal, tmp_path, "one")
    portal.desk.say(OWN, [Draft("dossier.opened", {"kind": "enterprise", "reference": "acme"})], OWNER)
    portal.desk.say(OWN, [Draft("enterprise.mandate", GIVEN, f"{HALL}/M1")], OWNER)
    portal.say("D1", Draft("dossier.opened", {"kind": "trade", "reference": "R"}))
    one.sync()
    yield one
    one.store.close()
    portal.store.close()


def word(
    id_: str, dossier: str, topic: str, body: dict[str, Any], key: str = "", footing: Authority = "own word", for_: str = "acme",
    mandate: str = "M1",
) -> Submission:  # fmt: skip
    return Submission(
        f"019d4732-ba00-7000-8000-0000000000{id_}", dossier, topic, msgspec.Raw(msgspec.json.encode(body)), key, 1, "clerk-1", for_,
        mandate, "window", footing, "2026-04-01T01:00:00.000Z", expects=None,
    )  # fmt: skip


def refused(hall: CounterHall, *said: Submission, opens: bool = False) -> set[str]:
    """The rules by which the portal refused each of them."""
    for at, one in enumerate(said):
        outcome = hall.store.submit([msgspec.structs.replace(one, expects=() if opens and at == 0 else None)])
        assert outcome.ok, outcome
    report = hall.sync()
    assert len(report.refused) == len(said), report
    return {p.rule for one in report.refused for p in one.problems}


def test_no_mandate_comes_without_the_signed_paper(hall: CounterHall) -> None:
    further = word("01", OWN, "enterprise.mandate", GIVEN | {"may_send": True}, f"{HALL}/M2", "transcript")
    broker = word("02", OWN, "enterprise.mandate", GIVEN | {"agent": "evil", "role": "broker"}, "evil/M2", "transcript")
    assert refused(hall, further, broker) == {"AC07"}
    assert [one.number for one in mandates.given_by(hall.portal.store.database, "acme")] == ["M1"]


def test_what_an_enterprise_says_of_itself_stands_in_its_own_dossier_alone(hall: CounterHall) -> None:
    card = word("01", "D1", "enterprise.card", {"name": "x", "uscc": "1"})
    assert refused(hall, card) == {"AC04", "AC13"}


def test_no_roles_are_given_that_no_page_would_give(hall: CounterHall) -> None:
    assert refused(hall, word("01", "D1", "dossier.member", {"roles": ["customs"]}, "evil")) == {"D006"}


def test_amounts_are_of_a_measure_by_this_way_too(hall: CounterHall) -> None:
    line = {"hs": "28092019", "quantity": "-24", "unit": "t"}
    with pytest.raises(Refusal) as told:
        hall.say("D1", Draft("goods.line", line, "1"))
    assert refused(hall, word("01", "D1", "goods.line", line, "1")) == {one.rule for one in told.value.problems}


def test_nobody_opens_anothers_own_dossier_as_a_trade(hall: CounterHall) -> None:
    own = "enterprise:victim"
    paper = {"principal": "victim", "counter": HALL, "signed_on": "2026-03-01"}
    said = [
        word("01", own, "dossier.opened", {"kind": "trade", "reference": "victim"}, for_="victim"),
        word("02", own, "dossier.mandate", paper, "M1", for_="victim"),
        word("03", own, "enterprise.mandate", GIVEN, f"{HALL}/M1", "transcript", for_="victim"),
    ]
    assert "AC12" in refused(hall, *said, opens=True)
    assert words(hall.portal.store, own) == {}


def test_whoever_may_only_read_at_the_window_is_no_clerk_of_today(
    accounts: Client, employ: Callable[..., None], desk: Desk
) -> None:
    employ("wang", HALL, "read")
    employ("li", HALL, "read", "say")
    employed = EmployedBy(desk)
    assert [employed(name, HALL, "") for name in ("wang", "li", "zhao")] == ["left", "yes", "no"]


@pytest.mark.parametrize("name", ["a\x00b", "a\nb", " "])
def test_a_counter_bears_a_name_that_can_be_printed(hall: CounterHall, name: str) -> None:
    client = client_of(hall.portal.desk, HTTP_AUTHORIZATION=f"Bearer {hall.token}")
    hello = {"origin": hall.store.origin, "key": hall.store.log_key, "name": name}
    answer = client.post("/api/v1/sync/counter", hello, "application/json")
    assert (answer.status_code, answer.json()["problems"][0]["rule"]) == (422, "SY21")
