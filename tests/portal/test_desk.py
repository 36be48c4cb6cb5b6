"""The desk's verbs: what is said is durable and shown, what may not be is refused with every problem."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from entrepot.channels.online import Voice, rehearsing
from entrepot.channels.window import under
from entrepot.kernel.intake import Refusal
from entrepot.portal.desk import Desk, NoSuchDossier
from entrepot.portal.drafts import Draft
from entrepot.portal.reading import waiting
from tests.portal.stage import ANN, BOB, DAY, LINE_ONE, OPENING, open_desk


def rules(refusal: pytest.ExceptionInfo[Refusal]) -> list[str]:
    return [problem.rule for problem in refusal.value.problems]


def test_whoever_opens_a_dossier_is_its_exporter(desk: Desk) -> None:
    said = desk.say("D1", [Draft("dossier.opened", {"kind": "trade", "reference": "PO-1"})], ANN)
    assert len(said.said) == 2
    assert desk.read("D1", ANN).roles == ("exporter",)


def test_the_opener_may_name_another_role_for_itself(desk: Desk) -> None:
    opening = OPENING[0], Draft("dossier.member", {"roles": ["importer"]}, "acme")
    desk.say("D1", opening, ANN)
    assert desk.read("D1", ANN).roles == ("importer",)


def test_nobody_makes_itself_an_office(desk: Desk) -> None:
    with pytest.raises(Refusal) as refusal:
        desk.say("D1", [OPENING[0], Draft("dossier.member", {"roles": ["customs"]}, "acme")], ANN)
    assert "D006" in rules(refusal)


def test_a_broker_cannot_make_others_see_the_costs(opened: Desk) -> None:
    opened.say("D1", [Draft("dossier.member", {"roles": ["carrier"]}, "ship")], ANN)
    broker = Voice("bea", "broker")
    opened.say("D1", [Draft("dossier.member", {"roles": ["broker"]}, "broker")], ANN)
    with pytest.raises(Refusal) as refusal:
        opened.say("D1", [Draft("dossier.member", {"roles": ["exporter"]}, "broker")], broker)
    assert rules(refusal) == ["D007"]
    opened.say("D1", [Draft("dossier.member", {"roles": ["warehouse"]}, "shed")], broker)


def test_one_member_cannot_take_anothers_roles_away(opened: Desk) -> None:
    opened.say("D1", [Draft("dossier.member", {"roles": ["broker"]}, "broker")], ANN)
    opened.say("D1", [Draft("dossier.member", {"roles": []}, "acme")], Voice("bea", "broker"))
    assert opened.read("D1", ANN).roles == ("exporter",)


def test_a_dossier_that_one_is_no_member_of_is_not_there(opened: Desk) -> None:
    stranger = Voice("eve", "elsewhere")
    for dossier in ("D1", "D2", "no such\0name"):
        with pytest.raises(NoSuchDossier):
            opened.read(dossier, stranger)
        with pytest.raises(NoSuchDossier):
            opened.say(dossier, [LINE_ONE], stranger)
    with pytest.raises(Refusal) as refusal:
        opened.say("D1", OPENING, stranger)
    assert rules(refusal) == ["D011"]
    assert opened.dossiers(stranger).dossiers == ()
    assert [card.id for card in opened.dossiers(BOB).dossiers] == ["D1"]


def test_what_is_said_is_answered_before_it_is_assessed_and_shown_after(opened: Desk) -> None:
    reading = opened.read("D1", BOB)
    total = next(f for f in reading.findings if f.topic == "price.total")
    assert total.status == "found"
    assert total.value["rate"] == "0.033"
    margin = [f for f in opened.read("D1", ANN).findings if f.topic == "price.margin"]
    assert margin[0].status == "waits"
    wait = next(w for w in waiting(opened.read("D1", ANN)) if w.topic == "goods.cost")
    assert "exporter" in wait.who


def test_a_finding_on_costs_is_hidden_from_the_buyer_and_named_as_hidden(opened: Desk) -> None:
    cost = {"line": "1", "document": "special_vat_invoice", "number": "7", "supplier": "s", "base": "CNY 9.00", "vat_rate": "0.13",
            "quantity": "1", "invoiced_quantity": "1", "unit": "t"}  # fmt: skip
    opened.say("D1", [Draft("goods.cost", cost, "1")], ANN)
    buyer = opened.read("D1", BOB)
    assert "price.margin" not in {f.topic for f in buyer.findings}
    assert "margin" in {label.en for label in buyer.hidden}
    assert "goods.cost" not in {f.topic for f in buyer.facts}
    assert "price.margin" in {f.topic for f in opened.read("D1", ANN).findings}
    assert set(buyer.heads) < set(opened.read("D1", ANN).heads)


def test_every_problem_of_every_draft_is_told_at_once(opened: Desk) -> None:
    drafts = [
        Draft("goods.line", {"quantity": "-5", "unit": 3, "colour": "red"}, "2"),
        Draft("goods.line", {"amount": "USD 1.234"}),
        Draft("nothing.there", {}),
        Draft("price.total", {}, "1"),
        Draft("carrier.event", {"event": "loaded", "day": "2026-02-30"}, "x"),
        Draft("trade.terms", {"total": {"minor": 10**17, "currency": "USD"}}, said_at="yesterday"),
        Draft("goods.line", {"quantity": 1.5}, "3"),
    ]
    with pytest.raises(Refusal) as refusal:
        opened.say("D1", drafts, ANN)
    told = {(problem.rule, re.split("[/.]", problem.where)[0]) for problem in refusal.value.problems}
    assert {("K002", "1"), ("K001", "1"), ("D016", "2"), ("K001", "2"), ("D014", "3"), ("D014", "4")} <= told
    assert {("K001", "5"), ("D019", "5"), ("D005", "6"), ("K001", "7")} <= told
    assert all(problem.what.zh and problem.fix.zh for problem in refusal.value.problems)
    assert len(opened.read("D1", ANN).facts) == 4


@pytest.mark.parametrize("amount", ["NaN", "1E+400", "Infinity", "-1", "1E-30"])
def test_absurd_amounts_are_refused(opened: Desk, amount: str) -> None:
    with pytest.raises(Refusal) as refusal:
        opened.say("D1", [Draft("goods.line", {"net_kg": amount}, "1")], ANN)
    assert set(rules(refusal)) <= {"D005", "K001"}


def test_said_twice_under_one_id_is_said_once(opened: Desk) -> None:
    draft = Draft("trade.terms", {"incoterm": "FOB"}, id="terms-1")
    first = opened.say("D1", [draft], ANN)
    again = opened.say("D1", [draft], ANN)
    assert (first.said, again.said, again.already) == (("terms-1",), (), ("terms-1",))
    with pytest.raises(Refusal) as refusal:
        opened.say("D1", [Draft("trade.terms", {"incoterm": "CIF"}, id="terms-1")], ANN)
    assert rules(refusal) == ["S005"]


def test_opening_twice_under_one_id_is_opening_once(desk: Desk) -> None:
    opening = [Draft("dossier.opened", {"kind": "trade", "reference": "PO-1"}, id="open-1")]
    assert len(desk.say("D1", opening, ANN).said) == 2
    assert desk.say("D1", opening, ANN).already == ("open-1",)
    with pytest.raises(Refusal) as refusal:
        desk.say("D1", [Draft("dossier.opened", {"kind": "trade", "reference": "other"})], ANN)
    assert rules(refusal) == ["D020"]


def test_a_speaker_who_saw_less_is_refused_and_who_saw_all_is_heard(opened: Desk) -> None:
    heads = opened.read("D1", BOB).heads
    opened.say("D1", [Draft("exporter.standing", {"kind": "trading"})], ANN)  # the buyer may not see it
    draft = Draft("goods.line", {"brand": "B"}, "2")
    opened.say("D1", [draft], BOB, expects=heads)
    with pytest.raises(Refusal) as refusal:
        opened.say("D1", [Draft("goods.line", {"brand": "C"}, "3")], BOB, expects=heads)
    assert rules(refusal) == ["S006"]


def test_one_replaces_ones_own_words_only(opened: Desk) -> None:
    mine = next(f for f in opened.read("D1", ANN).facts if f.topic == "goods.line").statements[0].id
    for wrong in (
        Draft("goods.line", {"hs": "1"}, "1", replaces=(mine,)),
        Draft("goods.line", key="1", withdraws=("none",)),
    ):
        with pytest.raises(Refusal) as refusal:
            opened.say("D1", [wrong], BOB)
        assert rules(refusal) == ["D021"]
    opened.say("D1", [Draft("goods.line", {"hs": "28092019", "amount": "USD 1.00"}, "1", replaces=(mine,))], ANN)
    line = next(f for f in opened.read("D1", ANN).facts if f.topic == "goods.line")
    assert (line.value["amount"], len(line.statements)) == ({"minor": 100, "currency": "USD"}, 1)
    opened.say("D1", [Draft("goods.line", key="1", withdraws=(line.statements[0].id,))], ANN)
    assert "goods.line" not in {f.topic for f in opened.read("D1", ANN).facts}


def test_what_another_says_otherwise_is_shown_as_a_conflict(opened: Desk) -> None:
    opened.say("D1", [Draft("goods.line", {"hs": "20039010"}, "1")], BOB)
    line = next(f for f in opened.read("D1", ANN).facts if f.topic == "goods.line")
    assert [(c.field, {said for said, _ in c.sides}) for c in line.conflicts] == [("hs", {"28092019", "20039010"})]
    assert line.value["unit"] == "t"


def test_an_office_speaks_everywhere_with_its_own_authority_and_others_transcribe(opened: Desk) -> None:
    customs = Voice("officer", "customs-4201", frozenset({"customs"}))
    release = Draft("customs.release", {"released_on": "2026-04-02", "exported_on": "2026-04-01"}, "1")
    opened.say("D1", [release], customs)
    opened.say("D1", [Draft("dossier.member", {"roles": ["broker"]}, "broker")], ANN)
    opened.say("D1", [Draft("customs.release", release.body, "2", authority="office")], Voice("bea", "broker"))
    said = {f.key: f.statements[0].authority for f in opened.read("D1", ANN).facts if f.topic == "customs.release"}
    assert said == {"1": "office", "2": "transcript"}


def test_a_bank_is_heard_only_where_it_is_named_and_licensed(opened: Desk) -> None:
    bank = Voice("teller", "bank-1", frozenset({"bank"}))
    with pytest.raises(NoSuchDossier):
        opened.read("D1", bank)
    opened.say("D1", [Draft("dossier.member", {"roles": ["bank"]}, "bank-1")], ANN)
    assert opened.read("D1", bank).roles == ("bank",)
    with pytest.raises(NoSuchDossier):
        opened.read("D1", Voice("eve", "bank-1"))


MANDATE = {"principal": "acme", "counter": "counter-1", "signed_on": "2026-03-01"}
CLERK = Voice("cho", "counter-1", frozenset({"clerk"}), "window", counter="counter-1")


def test_a_clerk_opens_a_dossier_for_a_principal_under_a_recorded_mandate(desk: Desk) -> None:
    clerk = under(CLERK, "M-1", "acme")
    with pytest.raises(Refusal) as refusal:
        desk.say("D1", [OPENING[0]], clerk)
    assert rules(refusal) == ["D008"]
    desk.say("D1", [OPENING[0], Draft("dossier.mandate", MANDATE, "M-1"), LINE_ONE], clerk)
    line = next(f for f in desk.read("D1", ANN).facts if f.topic == "goods.line").statements[0]
    assert (line.by, line.organisation, line.mandate, line.channel) == ("cho", "acme", "M-1", "window")
    assert [card.id for card in desk.dossiers(CLERK).dossiers] == ["D1"]


def test_a_clerk_without_a_mandate_that_runs_reads_and_does_not_speak(opened: Desk) -> None:
    opened.say("D1", [Draft("dossier.member", {"roles": ["clerk"]}, "counter-1")], ANN)
    ended = {**MANDATE, "valid_until": str(DAY - timedelta(days=1))}
    opened.say("D1", [Draft("dossier.mandate", ended, "M-0")], ANN)
    assert opened.read("D1", CLERK).roles == ("clerk",)
    for voice in (CLERK, under(CLERK, "M-0", "acme"), under(CLERK, "M-9", "acme"), under(CLERK, "M-0", "buyer")):
        with pytest.raises(Refusal) as refusal:
            opened.say("D1", [Draft("trade.terms", {"incoterm": "FOB"})], voice)
        assert rules(refusal) == ["D008"]


def test_why_goes_down_to_the_row_of_law_and_the_statement(opened: Desk) -> None:
    tree = opened.why("D1", "price.total/1", ANN, "amount.minor")
    assert (tree.kind, tree.value) == ("finding", 1276788)
    assert tree.working[0].formula == "amount * (1 + rate)"
    assert (tree.law[0].table, tree.law[0].source, tree.law[0].since) == ("ZZ/tariff", "ZZ-2026", date(2020, 1, 1))
    assert (tree.below[0].kind, tree.below[0].spoken[0].organisation) == ("fact", "acme")


def test_a_rehearsal_is_heard_in_a_sandbox_only(tmp_path: Path, opened: Desk) -> None:
    assert opened.read("D1", rehearsing("auditor")).roles == ("auditor",)
    assert rehearsing("platform").standing == frozenset()
    live = open_desk(tmp_path / "live", "live")
    try:
        with pytest.raises(Refusal):
            live.say("D1", OPENING, rehearsing("exporter"))
        with pytest.raises(Refusal):
            live.dossiers(rehearsing("exporter"))
    finally:
        live.store.close()


@pytest.mark.parametrize(
    ("topic", "body", "place"),
    [
        ("goods.line", {"amount": "ZZZ 5"}, "goods.line/9.amount.currency"),
        ("goods.line", {"price": {"amount": "5", "currency": "RMB", "unit": "kg"}}, "goods.line/9.price.currency"),
        ("goods.line", {"amount": {"minor": 5, "currency": "\0\1"}}, "goods.line/9.amount.currency"),
        ("trade.terms", {"currency": "usd"}, "trade.terms.currency"),
    ],
)
def test_a_currency_that_does_not_exist_is_refused(
    opened: Desk, topic: str, body: dict[str, object], place: str
) -> None:
    with pytest.raises(Refusal) as refusal:
        opened.say("D1", [Draft(topic, body, "9" if topic == "goods.line" else "")], ANN)
    assert ("D010", place) in {(problem.rule, problem.where) for problem in refusal.value.problems}


def test_text_that_nobody_can_read_is_refused(opened: Desk) -> None:
    with pytest.raises(Refusal) as refusal:
        opened.say("D1", [Draft("goods.line", {"description": "a\0b", "elements": ["x", "\x1b[2J"]}, "9")], ANN)
    assert [(p.rule, p.where) for p in refusal.value.problems] == [
        ("D024", "goods.line/9.description"),
        ("D024", "goods.line/9.elements/2"),
    ]


@pytest.mark.parametrize(
    ("topic", "body", "place"),
    [
        ("trade.terms", {"invoice_date": "0001-01-01"}, "trade.terms.invoice_date"),
        ("trade.terms", {"contract_date": "9999-12-31"}, "trade.terms.contract_date"),
        ("goods.line", {"price": "JPY 30 per 0 kg"}, "goods.line/9.price.per"),
    ],
)
def test_days_and_prices_that_nobody_can_reckon_with_are_refused(
    opened: Desk, topic: str, body: dict[str, object], place: str
) -> None:
    with pytest.raises(Refusal) as refusal:
        opened.say("D1", [Draft(topic, body, "9" if topic == "goods.line" else "")], ANN)
    assert [(problem.rule, problem.where) for problem in refusal.value.problems] == [("D005", place)]


def test_an_opening_that_leaves_its_speaker_outside_is_refused(desk: Desk) -> None:
    """The dossier would be there for nobody, and its id taken for good."""
    own = Draft("dossier.member", {"roles": []}, "acme")
    with pytest.raises(Refusal) as refusal:
        desk.say("D1", [OPENING[0], own], ANN)
    assert [problem.rule for problem in refusal.value.problems] == ["D006"]
    desk.say("D1", OPENING, ANN)


def test_a_dossier_is_opened_once_in_a_batch(desk: Desk) -> None:
    with pytest.raises(Refusal) as refusal:
        desk.say("D1", [*OPENING, OPENING[0]], ANN)
    assert [problem.rule for problem in refusal.value.problems] == ["D020"]


def beaten(desk: Desk, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    """Whatever is written next by this way: bob opens the dossier a moment before."""
    write = getattr(desk.store, way)

    def late(*words: Any) -> Any:
        monkeypatch.setattr(desk.store, way, write)
        desk.say("D1", OPENING[:1], BOB)
        return write(*words)

    monkeypatch.setattr(desk.store, way, late)


def test_of_two_who_open_a_dossier_at_once_one_does(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    beaten(desk, monkeypatch, "submit")
    with pytest.raises(Refusal) as refusal:
        desk.say("D1", [*OPENING, LINE_ONE], ANN)
    assert [problem.rule for problem in refusal.value.problems] == ["D011"]
    assert {fact.topic for fact in desk.read("D1", BOB).facts} == {"dossier.opened", "dossier.member"}


def test_in_bulk_too_who_opens_too_late_has_no_part_in_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    beaten(desk, monkeypatch, "submit_many")
    (became,) = desk.say_many([("D1", [*OPENING, LINE_ONE])], ANN)
    assert [one.status for one in became] == ["refused"] * 3
    with pytest.raises(NoSuchDossier):
        desk.read("D1", ANN)


def test_in_bulk_a_statement_that_the_store_refuses_keeps_no_opening_back(desk: Desk) -> None:
    desk.say("D0", [OPENING[0], msgspec.structs.replace(LINE_ONE, id="taken")], ANN)
    same = msgspec.structs.replace(LINE_ONE, id="taken", key="2")
    (became,) = desk.say_many([("D1", [OPENING[0], same, LINE_ONE])], ANN)
    assert [one.status for one in became] == ["said", "refused", "said"]
