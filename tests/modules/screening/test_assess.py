"""What is found in a dossier: hits, what blocks and what informs, decisions that hold and lapse, lists that changed."""

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from entrepot.kernel.findings import Finding
from entrepot.kernel.law import Law
from entrepot.kernel.sheet import Sheet
from entrepot.kernel.vocabulary.clearance import Alerts, Hit
from entrepot.modules.screening.facts import DECISIONS, Decision, Decisions, KnownDecision
from entrepot.modules.screening.module import MODULE
from tests.making import law, sheet
from tests.modules.screening.made import DAY, HARBOUR, KARIM, SHIP, lists

LAW = lists(HARBOUR, KARIM, SHIP)
FOREIGN = lists(HARBOUR, KARIM, SHIP, effect="informs")
BUYER = {"trade.party/importer": {"name": "Harbor Light Minerals", "country": "COD"}}


def drawn(facts: dict[str, Any], law: Law = LAW, day: date = DAY, **more: Any) -> Sheet:
    return sheet([MODULE], facts, day, law=law, **more)


def result(on: Sheet) -> Finding:
    finding = on.finding("screening.result")
    assert finding is not None
    return finding


def hits(on: Sheet) -> tuple[Hit, ...]:
    value = result(on).value
    return () if value is None else tuple(value.hits)


def alerts(on: Sheet) -> Alerts:
    finding = on.finding("screening.alerts")
    assert finding is not None
    assert isinstance(finding.value, Alerts)
    # The small law has none of the lists that should be looked into: a test of its own counts them.
    return msgspec.structs.replace(finding.value, unscreened=0)


def decided(hit: str, decision: str = "not_them", on: str = "2026-11-20", **more: str) -> dict[str, Any]:
    return {f"screening.decision/{hit}": {"decision": decision, "reason": "other register", "decided_on": on, **more}}


def test_a_hit_on_a_blocking_list_is_an_open_alert_with_its_reasons() -> None:
    (hit,) = hits(drawn(BUYER))
    assert (hit.subject, hit.pack, hit.entry, hit.state, hit.foreign) == (
        "trade.party/importer.name",
        "zz_list",
        "E1",
        "open",
        False,
    )
    assert any("harbor is spelled like harbour" in reason.en for reason in hit.reasons)
    assert any("the same country: COD" in reason.en for reason in hit.reasons)
    assert alerts(drawn(BUYER)) == Alerts(open=1)
    assert result(drawn(BUYER)).status == "needs_review"


def test_a_hit_on_another_countrys_list_informs_and_keeps_nothing_back() -> None:
    on = drawn(BUYER, FOREIGN)
    assert [hit.foreign for hit in hits(on)] == [True]
    assert alerts(on) == Alerts()
    assert any("refuse nothing by themselves" in reason.en for reason in result(on).reasons)


def test_the_alerts_name_nobody() -> None:
    finding = drawn(BUYER).finding("screening.alerts")
    assert finding is not None
    assert finding.law == ()
    assert not any("harb" in reason.en.lower() for reason in finding.reasons)


def test_the_same_name_against_the_same_entry_has_one_id_in_every_dossier() -> None:
    there = {"trade.party/notify": {"name": "HARBOR LIGHT MINERALS, Ltd."}}
    assert [hit.id for hit in hits(drawn(BUYER))] == [hit.id for hit in hits(drawn(there))]


def test_a_decision_that_it_is_not_them_clears_the_alert_until_its_day() -> None:
    (hit,) = hits(drawn(BUYER))
    facts = BUYER | decided(hit.id, until="2026-12-31")
    (cleared,) = hits(drawn(facts))
    assert (cleared.state, cleared.until, cleared.decided_by) == ("cleared", date(2026, 12, 31), cleared.decided_by)
    assert alerts(drawn(facts)) == Alerts()
    assert alerts(drawn(facts, day=date(2026, 12, 31))) == Alerts()
    assert alerts(drawn(facts, day=date(2027, 1, 1))) == Alerts(open=1)


def test_a_decision_without_a_day_holds_for_a_year_and_no_longer_one_is_taken() -> None:
    (hit,) = hits(drawn(BUYER))
    for facts in (decided(hit.id), decided(hit.id, until="2099-01-01")):
        (cleared,) = hits(drawn(BUYER | facts))
        assert cleared.until == date(2026, 11, 20) + timedelta(days=365)


def test_a_decision_that_it_is_them_stands() -> None:
    (hit,) = hits(drawn(BUYER))
    facts = BUYER | decided(hit.id, "is_them")
    assert alerts(drawn(facts, day=date(2029, 1, 1))) == Alerts(confirmed=1)


def test_decisions_that_contradict_each_other_leave_the_alert_open() -> None:
    (hit,) = hits(drawn(BUYER))
    both = [decided(hit.id)[f"screening.decision/{hit.id}"], decided(hit.id, "is_them")[f"screening.decision/{hit.id}"]]
    assert alerts(drawn(BUYER | {f"screening.decision/{hit.id}": both})) == Alerts(open=1)


def test_a_decision_taken_in_another_dossier_counts_and_the_last_one_wins() -> None:
    (hit,) = hits(drawn(BUYER))

    def known(on: str, decision: Any) -> KnownDecision:
        return KnownDecision(hit.id, Decision(decision, "seen", date.fromisoformat(on)), "ann", "D0")

    elsewhere = Decisions((known("2026-11-21", "not_them"), known("2026-11-01", "is_them")))
    on = drawn(BUYER, given={DECISIONS.name: elsewhere})
    assert [(hit.state, hit.decided_by) for hit in hits(on)] == [("cleared", "ann")]
    same_day = Decisions((known("2026-11-21", "not_them"), known("2026-11-21", "is_them")))
    assert alerts(drawn(BUYER, given={DECISIONS.name: same_day})) == Alerts(confirmed=1)


def test_a_decision_lapses_when_the_entry_changed() -> None:
    (hit,) = hits(drawn(BUYER))
    changed = lists({**HARBOUR, "countries": "COD|RWA"}, KARIM, SHIP)
    on = drawn(BUYER | decided(hit.id), changed)
    assert [one.state for one in hits(on)] == ["open"]
    assert hits(on)[0].id != hit.id


def test_a_new_edition_screens_an_open_dossier_again() -> None:
    on = drawn(BUYER, lists(KARIM))
    assert alerts(on) == Alerts()
    on.assess(law=LAW)
    assert alerts(on) == Alerts(open=1)
    on.assess(law=lists(KARIM))
    assert alerts(on) == Alerts()


def test_a_stale_edition_needs_review_and_names_its_day() -> None:
    quiet = {"trade.party/importer": {"name": "Sunny Meadow Tea"}}
    on = drawn(quiet, lists(HARBOUR, through=date(2026, 11, 21)))
    assert result(on).status == "needs_review"
    assert any("2026-11-20" in reason.en or "zz_list" in reason.en for reason in result(on).reasons)
    found = on.finding("screening.alerts")
    assert found is not None
    assert (found.status, [r.en for r in found.reasons]) == (
        "found", ["zz_list: the edition of 2026-11-20 is no longer current"],
    )  # fmt: skip


def test_lists_that_are_not_on_file_are_named() -> None:
    reasons = " ".join(reason.en for reason in result(drawn(BUYER)).reasons)
    assert "not screened against" in reasons
    assert "China: unreliable entity list" in reasons


def test_lists_that_hold_back_and_were_not_looked_into_are_counted() -> None:
    quiet = {"trade.party/importer": {"name": "Sunny Meadow Tea"}}

    def unscreened(held: Law) -> int:
        finding = drawn(quiet, held).finding("screening.alerts")
        assert finding is not None
        return int(finding.value.unscreened)

    assert unscreened(LAW) == 5  # of the United Nations one, of China four
    current = lists(KARIM, pack="un_consolidated")
    assert unscreened(current) == 4
    assert unscreened(lists(KARIM, pack="un_consolidated", through=date(2026, 11, 22))) == 4
    assert unscreened(lists(KARIM, pack="un_consolidated", through=date(2026, 11, 21))) == 5


def test_without_any_list_there_is_no_answer_rather_than_no_hit() -> None:
    on = drawn(BUYER, law("screening", "romanisation"))
    assert result(on).status == "no_law"
    assert [finding.status for finding in on.findings()] == ["no_law", "no_law"]


@pytest.mark.parametrize("said", ["UN9074729", "GREY HERON", "Grey Heron / IMO 9074729"])
def test_a_ship_is_found_by_number_or_name(said: str) -> None:
    (hit,) = hits(drawn({"transport.plan": {"mode": "2", "conveyance": said}}))
    assert hit.entry == "V1"


def test_a_lorry_is_no_ship() -> None:
    assert result(drawn({"transport.plan": {"mode": "4", "conveyance": "GREY HERON"}})).status == "not_applicable"


def test_all_names_of_a_party_in_dispute_are_looked_at() -> None:
    facts = {"trade.party/importer": [{"name": "Sunny Meadow Tea"}, {"name": "Harbour Light Minerals"}]}
    assert [hit.entry for hit in hits(drawn(facts))] == ["E1"]


def test_whoever_invoices_a_cost_is_looked_at() -> None:
    cost = {"cost": "other", "amount": "USD 10.00", "invoiced_by": "Karim Daoud Orbeliani"}
    assert [hit.subject for hit in hits(drawn({"trade.cost/1": cost}))] == ["trade.cost/1.invoiced_by"]


def test_an_entry_that_has_ended_is_no_hit() -> None:
    ended = lists({**HARBOUR, "until": "2026-10-01"}, KARIM)
    assert hits(drawn(BUYER, ended)) == ()
    assert len(hits(drawn(BUYER, ended, day=date(2026, 9, 1)))) == 1


def test_another_country_and_a_weak_alias_lower_the_score() -> None:
    here, elsewhere = (
        hits(drawn({"trade.party/a": {"name": "Harbuor Light Minerals", "country": c}}))[0] for c in ("COD", "NOR")
    )
    assert here.score > elsewhere.score
    (nickname,) = hits(drawn({"trade.party/a": {"name": "The Ferryman"}}))
    assert any("weak" in reason.en for reason in nickname.reasons)


def test_an_enterprise_is_screened_in_the_dossier_that_it_keeps_of_itself() -> None:
    assert alerts(drawn(BUYER, kind="enterprise")) == Alerts(open=1)
