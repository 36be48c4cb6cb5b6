"""Mandates across dossiers: a mandated agent sees and works in exactly the dossiers it may, in the period, and not a day longer."""

from typing import Any

import msgspec
import pytest

from entrepot.channels.online import Voice
from entrepot.kernel.intake import Refusal
from entrepot.kernel.submissions import Evidence
from entrepot.kernel.why import NoSuchPlace
from entrepot.portal.access import giving
from entrepot.portal.desk import Desk, NoSuchDossier
from entrepot.portal.drafts import Draft
from tests.portal.access.stage import (
    BEA,
    BOSS,
    CLERK,
    OPERATOR,
    SIGNED,
    at_counter,
    give,
    listed,
    mandate,
    roles,
    trade,
)
from tests.portal.stage import LINE_ONE

LINE_TWO = msgspec.structs.replace(LINE_ONE, key="2")


def rules(refusal: pytest.ExceptionInfo[Refusal]) -> set[str]:
    return {problem.rule for problem in refusal.value.problems}


def test_an_agent_works_in_the_principals_dossiers_and_its_number_is_recorded(desk: Desk) -> None:
    trade(desk)
    assert (roles(desk, "D1", BEA), listed(desk, BEA)) == ((), set())
    give(desk, "2026-7")
    assert (roles(desk, "D1", BEA), listed(desk, BEA)) == (("broker",), {"D1"})
    said = desk.say("D1", [LINE_TWO], BEA)
    one = desk.store.submission(said.said[0])
    assert one is not None
    assert (one.by, one.for_, one.mandate) == ("bea", "agency", "2026-7")
    assert any(s.mandate == "2026-7" for fact in desk.read("D1", BOSS).facts for s in fact.statements)
    assert roles(desk, "enterprise:acme", BEA) == (), "a broker has no part in the principal's own dossier"


def test_revoked_it_is_gone_at_the_next_request(desk: Desk) -> None:
    trade(desk)
    give(desk)
    desk.say("D1", [LINE_TWO], BEA)
    assert giving.revoke(desk, BOSS, "agency", "1", "we changed brokers").state == "revoked"
    assert (roles(desk, "D1", BEA), listed(desk, BEA)) == ((), set())
    with pytest.raises(NoSuchDossier):
        desk.say("D1", [LINE_TWO], BEA)
    (card,) = giving.listed(desk, BOSS).given
    assert (card.state, card.revoked) == ("revoked", "we changed brokers")


def test_it_opens_the_dossiers_listed_or_of_the_modes_and_no_other(desk: Desk) -> None:
    for dossier, mode in (("D1", ""), ("D2", "0110"), ("D3", "1039")):
        trade(desk, dossier, mode)
    give(desk, "1", dossiers=("D1",))
    assert listed(desk, BEA) == {"D1"}
    give(desk, "2", modes=("1039",))
    assert listed(desk, BEA) == {"D1", "D3"}
    assert roles(desk, "D2", BEA) == ()


def test_only_the_principals_own_trades_are_opened(desk: Desk) -> None:
    """Whoever is in a dossier as carrier, bank or somebody's broker cannot bring its own agents along."""
    trade(desk)
    desk.say("D1", [Draft("dossier.member", {"roles": ["broker"]}, "agency")], BOSS)
    passing_on = Voice("bea", "agency", duties=BOSS.duties)
    give(desk, "1", passing_on, agent="third")
    buyer = Voice("bob", "buyer", duties=BOSS.duties)
    give(desk, "1", buyer, agent="third")
    assert roles(desk, "D1", Voice("eve", "third")) == ()
    assert listed(desk, Voice("eve", "third")) == set()


def test_an_importer_is_acted_for_where_it_opened_the_dossier(desk: Desk) -> None:
    buyer = Voice("bob", "buyer", duties=BOSS.duties)
    opening = (Draft("dossier.opened", {"kind": "trade", "reference": "I-1"}),)
    desk.say("I1", [*opening, Draft("dossier.member", {"roles": ["importer"]}, "buyer")], buyer)
    give(desk, "1", buyer)
    assert roles(desk, "I1", BEA) == ("broker",)


@pytest.mark.parametrize("state", ["suspended", "refused"])
def test_suspended_principals_are_not_acted_for_and_read_alone(desk: Desk, state: str) -> None:
    trade(desk)
    give(desk)
    desk.say("enterprise:acme", [Draft("enterprise.admitted", {"state": state, "reason": "licence lost"})], OPERATOR)
    assert roles(desk, "D1", BEA) == ()
    assert roles(desk, "D1", BOSS) == ("exporter",)
    with pytest.raises(Refusal) as refusal:
        desk.say("D1", [LINE_TWO], BOSS)
    assert rules(refusal) == {"AC02"}
    with pytest.raises(Refusal):
        desk.say_many([("D1", [LINE_TWO])], BOSS)
    assert giving.listed(desk, BEA).received[0].state == "waiting"


def test_nobody_gives_a_mandate_but_the_principal(desk: Desk) -> None:
    trade(desk)
    give(desk)
    body = msgspec.to_builtins(mandate("third"))
    own, key = "enterprise:acme", "third/1"
    for voice in (BEA, Voice("eve", "elsewhere", duties=BOSS.duties), Voice("cu", "customs-1", frozenset({"customs"}))):
        with pytest.raises((Refusal, NoSuchDossier)):
            desk.say(own, [Draft("enterprise.mandate", body, key)], voice)
    with pytest.raises(Refusal) as refusal:
        desk.say(own, [Draft("enterprise.mandate", body, key)], OPERATOR)
    assert {"D019", "AC05"} <= rules(refusal)
    with pytest.raises(Refusal) as refusal:
        desk.say("D1", [Draft("enterprise.mandate", body, key)], BOSS)
    assert rules(refusal) == {"AC04"}
    with pytest.raises(Refusal) as refusal:
        give(desk, "9", Voice("ann", "acme"))
    assert rules(refusal) == {"AC01"}, "a person without the duty to administer"
    assert listed(desk, Voice("eve", "third")) == set()


def test_a_member_of_its_own_dossier_does_not_speak_for_the_enterprise(desk: Desk) -> None:
    give(desk, "1", agent="other")
    desk.say("enterprise:acme", [Draft("dossier.member", {"roles": ["exporter"]}, "agency")], BOSS)
    bea = Voice("bea", "agency", duties=BOSS.duties)
    with pytest.raises(Refusal) as refusal:
        desk.say("enterprise:acme", [Draft("enterprise.mandate", msgspec.to_builtins(mandate()), "agency/1")], bea)
    assert rules(refusal) == {"AC05"}


@pytest.mark.parametrize(
    ("fields", "number", "rule"),
    [
        ({"agent": "acme"}, "1", "AC09"),
        ({"agent": ""}, "1", "AC06"),
        ({}, "a/b", "AC06"),
        ({}, " ", "AC06"),
        ({"modes": ("12",)}, "1", "AC10"),
        ({"dossiers": tuple(f"D{n}" for n in range(501))}, "1", "AC10"),
        ({"valid_until": mandate().signed_on.replace(year=2025)}, "1", "AC10"),
    ],
)
def test_a_mandate_that_makes_no_sense_is_refused(desk: Desk, fields: dict[str, Any], number: str, rule: str) -> None:
    with pytest.raises(Refusal) as refusal:
        give(desk, number, **fields)
    assert rule in rules(refusal)
    assert giving.listed(desk, BOSS).given == ()


def test_a_number_that_runs_is_not_given_twice_but_changed(desk: Desk) -> None:
    give(desk, "1")
    with pytest.raises(Refusal) as refusal:
        give(desk, "1", may_send=True)
    assert rules(refusal) == {"AC15"}
    assert giving.give(desk, BOSS, mandate(may_send=True), "1", instead=True).may_send
    assert giving.give(desk, BOSS, mandate()).number == "2026-002"
    assert giving.give(desk, BOSS, mandate()).number == "2026-003"
    giving.revoke(desk, BOSS, "agency", "1", "done")
    assert give(desk, "1").state == "running", "a revoked number may be given again"


def test_a_retry_of_revoking_changes_nothing_and_strangers_see_nothing(desk: Desk) -> None:
    give(desk)
    for _ in range(2):
        giving.revoke(desk, BOSS, "agency", "1", "done")
    with pytest.raises(NoSuchPlace):
        giving.revoke(desk, BOSS, "agency", "2", "none such")
    with pytest.raises(NoSuchPlace):
        giving.revoke(desk, BEA, "agency", "1", "not mine to end")
    with pytest.raises(NoSuchPlace):
        giving.card_of(desk, Voice("eve", "elsewhere"), "agency", "1")


# -- at the counter -------------------------------------------------------------------------------------------------------


def test_a_general_mandate_of_a_counter_serves_in_all_dossiers(desk: Desk) -> None:
    trade(desk)
    give(desk, "7", agent="desk-1", role="clerk", may_send=True)
    said = desk.say("D1", [LINE_TWO], at_counter("7"))
    one = desk.store.submission(said.said[0])
    assert one is not None
    assert (one.by, one.for_, one.mandate, one.channel) == ("cho", "acme", "7", "window")
    assert listed(desk, CLERK) == {"D1", "enterprise:acme"}
    desk.say("D9", [Draft("dossier.opened", {"kind": "trade", "reference": "W-1"})], at_counter("7"))
    assert roles(desk, "D9", BOSS) == ("exporter",)
    with pytest.raises(Refusal) as refusal:
        desk.say("D1", [LINE_TWO], CLERK)
    assert rules(refusal) == {"D008"}, "without naming the mandate a clerk reads alone"
    giving.revoke(desk, BOSS, "desk-1", "7", "counter closed")
    for dossier in ("D1", "D9", "enterprise:acme"):
        assert roles(desk, dossier, CLERK) == ()
        assert roles(desk, dossier, at_counter("7")) == ()


def test_forged_numbers_and_other_principals_mandates_open_nothing(desk: Desk) -> None:
    trade(desk)
    give(desk, "7", agent="desk-1", role="clerk")
    beta = Voice("ben", "beta", duties=BOSS.duties)
    desk.say("B1", [Draft("dossier.opened", {"kind": "trade", "reference": "B"})], beta)
    unlicensed = msgspec.structs.replace(at_counter("7"), standing=frozenset[str]())
    other_counter = msgspec.structs.replace(at_counter("7"), counter="desk-2")
    for dossier, voice in (
        ("D1", at_counter("8")),
        ("D1", at_counter("7", "beta")),
        ("B1", at_counter("7")),
        ("B1", at_counter("7", "beta")),
        ("D1", unlicensed),
        ("D1", other_counter),
    ):
        with pytest.raises((Refusal, NoSuchDossier)):
            desk.say(dossier, [LINE_TWO], voice)
        assert roles(desk, dossier, voice) == ()


def test_a_grant_that_a_door_brings_along_counts_for_nothing(desk: Desk) -> None:
    from entrepot.channels.online import Grant

    trade(desk)
    forged = msgspec.structs.replace(BEA, grant=Grant("acme", "1", "broker", True), under="x")
    assert roles(desk, "D1", forged) == ()
    with pytest.raises(NoSuchDossier):
        desk.say("D1", [LINE_TWO], forged)


def test_a_clerk_enters_a_mandate_off_the_signed_paper_alone(desk: Desk) -> None:
    clerk = at_counter("2026-1")
    to_counter = mandate("desk-1", role="clerk")
    with pytest.raises(Refusal) as refusal:
        giving.give(desk, clerk, to_counter, "2026-1")
    assert "AC07" in rules(refusal)
    card = giving.give(desk, clerk, to_counter, "2026-1", paper=SIGNED)
    assert (card.transcribed, card.state) == (True, "running")
    assert giving.listed(desk, BOSS).given == (card,), "the enterprise finds it in its own dossier"
    second = msgspec.structs.replace(clerk, person="chi", counter="desk-2", mandate="9")
    with pytest.raises((Refusal, NoSuchDossier)):
        giving.give(desk, second, mandate("third"), "9", paper=SIGNED)
    giving.give(desk, second, mandate("desk-2", role="clerk"), "9", paper=("second.pdf", b"%PDF-1.7 again"))
    body = msgspec.to_builtins(mandate())
    unseen = Draft("enterprise.mandate", body, "agency/1", evidence=(Evidence("ab" * 32, "never handed in"),))
    with pytest.raises(Refusal) as refusal:
        desk.say("enterprise:acme", [unseen], clerk)
    assert rules(refusal) == {"AC07"}
