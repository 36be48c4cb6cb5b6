"""Duties of people, admission of organisations, and the second person: at the desk and at the doors beside it."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from entrepot.channels.online import Duty, Voice
from entrepot.kernel.intake import Refusal
from entrepot.portal import erasing, issuing, issuing_afterwards, issuing_keys, titles, titles_read
from entrepot.portal.access import giving, second
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.portal.erasing import Order
from tests.portal.access.stage import BEA, BOSS, give, trade
from tests.portal.stage import LINE_ONE, open_desk

FORM = "declaration.form"
TERMS = Draft("trade.terms", {"contract_no": "C-1", "invoice_no": "I-1", "payment": "T/T", "total": "USD 12360.00"})
BOB = Voice("bob", "acme")
ALL: tuple[Duty, ...] = ("read", "say", "send", "confirm", "administer")


def rules(refusal: pytest.ExceptionInfo[Refusal]) -> set[str]:
    return {problem.rule for problem in refusal.value.problems}


def ready(desk: Desk, dossier: str = "D1") -> str:
    trade(desk, dossier)
    desk.say(dossier, [TERMS], BOSS)
    return next(f.digest for f in desk.read(dossier, BOSS).findings if f.topic == FORM)


VERBS: dict[str, tuple[Duty, Callable[[Desk, Voice], Any]]] = {
    "read": ("read", lambda desk, voice: desk.read("D1", voice)),
    "why": ("read", lambda desk, voice: desk.why("D1", "goods.line/1", voice)),
    "list": ("read", lambda desk, voice: desk.dossiers(voice)),
    "mandates": ("read", lambda desk, voice: giving.listed(desk, voice)),
    "papers": ("read", lambda desk, voice: desk.papers_to_have("D1", voice)),
    "titles": ("read", lambda desk, voice: titles_read.mine(desk, voice)),
    "documents": ("read", lambda desk, voice: issuing_afterwards.cards(desk, "D1", voice)),
    "say": ("say", lambda desk, voice: desk.say("D1", [msgspec.structs.replace(LINE_ONE, key="9")], voice)),
    "keep paper": ("say", lambda desk, voice: desk.keep_paper("D1", "a.pdf", b"%PDF-1.7 a", voice)),
    "make key": ("say", lambda desk, voice: issuing_keys.make_key(desk, voice, "Acme")),
    "erase": ("say", lambda desk, voice: erasing.erase(desk, "D1", ("x",), voice, Order("o", "1", "r", ""), "")),
    "send": ("send", lambda desk, voice: desk.send("D1", FORM, "0" * 64, voice)),
    "issue": ("send", lambda desk, voice: issuing.issue(desk, "D1", FORM, "0" * 64, voice)),
    "revoke": ("send", lambda desk, voice: issuing_afterwards.change(desk, "D1", "x", "revoked", "r", voice)),
    "title": ("send", lambda desk, voice: titles.said(desk, voice, "T1", {})),
    "confirm": ("confirm", lambda desk, voice: second.decide(desk, "D1", FORM, digest(desk), voice, "confirmed", "r")),
    "mandate": ("administer", lambda desk, voice: give(desk, "5", voice)),
    "rules": ("administer", lambda desk, voice: giving.set_rules(desk, voice, [FORM])),
}


def digest(desk: Desk) -> str:
    return next(f.digest for f in desk.read("D1", BOSS).findings if f.topic == FORM)


def refused_for_duty(desk: Desk, verb: str, voice: Voice) -> bool:
    try:
        VERBS[verb][1](desk, voice)
    except Refusal as refusal:
        return "AC01" in {one.rule for one in refusal.problems}
    except Exception:
        return False  # refused or not for other reasons: the duty did not keep it back
    return False


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_takes_its_duty_and_no_other(desk: Desk, verb: str) -> None:
    ready(desk)
    duty = VERBS[verb][0]
    without = Voice("ann", "acme", duties=frozenset(ALL) - {duty})
    assert refused_for_duty(desk, verb, without)
    assert not refused_for_duty(desk, verb, Voice("ann", "acme", duties=frozenset({"read", duty})))


def test_bulk_tells_the_lacking_duty_line_by_line(desk: Desk) -> None:
    trade(desk)
    reader = Voice("rae", "acme", duties=frozenset({"read"}))
    ((told,),) = desk.say_many([("D1", [LINE_ONE])], reader)
    assert [one.rule for one in told.problems] == ["AC01"]


def test_who_may_not_read_is_told_no_heads(desk: Desk) -> None:
    trade(desk)
    typist = Voice("tim", "acme", duties=frozenset({"say"}))
    assert desk.say("D1", [msgspec.structs.replace(LINE_ONE, key="2")], typist).heads == ()


# -- sending ------------------------------------------------------------------------------------------------------------


def test_an_agent_sends_only_where_its_mandate_lets_it(desk: Desk) -> None:
    value = ready(desk)
    give(desk, "1")
    with pytest.raises(Refusal) as refusal:
        desk.send("D1", FORM, value, BEA)
    assert rules(refusal) == {"AC08"}
    give(desk, "2", may_send=True)
    assert desk.send("D1", FORM, value, BEA).status == "sent"


def test_in_a_live_store_only_the_admitted_send_and_are_acted_for(tmp_path: Any) -> None:
    desk = open_desk(tmp_path, "live")
    value = ready(desk)
    give(desk, "1", may_send=True)
    with pytest.raises(Refusal) as refusal:
        desk.send("D1", FORM, value, BOSS)
    assert rules(refusal) == {"AC03"}
    assert giving.listed(desk, BOSS).given[0].state == "waiting"
    assert desk.dossiers(BEA).dossiers == ()
    operator = Voice("olga", "operator", frozenset({"operator"}))
    desk.say("enterprise:acme", [Draft("enterprise.admitted", {"state": "admitted"})], operator)
    assert [card.id for card in desk.dossiers(BEA).dossiers] == ["D1"]
    with pytest.raises(Refusal) as refusal:
        desk.send("D1", FORM, value, BOSS)
    assert rules(refusal) == {"D031"}, "nothing but the way to the office is missing"
    desk.store.close()


def test_no_organisation_admits_itself(desk: Desk) -> None:
    give(desk)
    with pytest.raises(Refusal) as refusal:
        desk.say("enterprise:acme", [Draft("enterprise.admitted", {"state": "admitted"})], BOSS)
    assert "D019" in rules(refusal)


# -- the second person --------------------------------------------------------------------------------------------------


def test_a_rule_keeps_back_what_one_person_alone_would_send(desk: Desk) -> None:
    value = ready(desk)
    giving.set_rules(desk, BOSS, [FORM])
    for confirm in ("", "I looked at it twice"):
        with pytest.raises(Refusal) as refusal:
            desk.send("D1", FORM, value, BOSS, confirm)
        assert rules(refusal) == {"D035"}
    assert second.look(desk, "D1", FORM, BOSS).waits
    second.decide(desk, "D1", FORM, value, BOB, "confirmed", "checked against the invoice")
    assert not second.look(desk, "D1", FORM, BOSS).waits
    with pytest.raises(Refusal) as refusal:
        desk.send("D1", FORM, value, BOB)
    assert rules(refusal) == {"D035"}, "whoever confirmed does not send"
    assert desk.send("D1", FORM, value, BOSS).status == "sent"


def test_one_person_is_not_two_through_a_token_or_an_agent(desk: Desk) -> None:
    value = ready(desk)
    giving.set_rules(desk, BOSS, [FORM])
    give(desk, "1", may_send=True)
    second.decide(desk, "D1", FORM, value, Voice("ann", "acme", token="t-1"), "confirmed", "by token")
    for voice in (BOSS, Voice("ann", "agency")):
        with pytest.raises(Refusal) as refusal:
            desk.send("D1", FORM, value, voice)
        assert "D035" in rules(refusal)


def test_an_agent_cannot_bring_the_second_person_from_a_third_house(desk: Desk) -> None:
    value = ready(desk)
    giving.set_rules(desk, BOSS, [FORM])
    give(desk, "1", may_send=True)
    give(desk, "1", agent="other-agency")
    second.decide(desk, "D1", FORM, value, Voice("kit", "other-agency"), "confirmed", "looks fine")
    with pytest.raises(Refusal) as refusal:
        desk.send("D1", FORM, value, BEA)
    assert rules(refusal) == {"D035"}, "the rule is acme's, and nobody of acme or of the sender's house agreed"
    second.decide(desk, "D1", FORM, value, BOB, "confirmed", "mine")
    assert desk.send("D1", FORM, value, BEA).status == "sent"


def test_refused_it_does_not_leave(desk: Desk) -> None:
    value = ready(desk)
    giving.set_rules(desk, BOSS, [FORM])
    second.decide(desk, "D1", FORM, value, BOB, "refused", "the price is wrong")
    seen = second.look(desk, "D1", FORM, BOSS)
    assert (seen.decision, seen.reason, seen.by) == ("refused", "the price is wrong", ("bob",))
    with pytest.raises(Refusal):
        desk.send("D1", FORM, value, BOSS)


def test_a_confirmation_of_another_value_is_refused(desk: Desk) -> None:
    ready(desk)
    giving.set_rules(desk, BOSS, [FORM])
    with pytest.raises(Refusal) as refusal:
        second.decide(desk, "D1", FORM, "0" * 64, BOB, "confirmed", "not looked at")
    assert rules(refusal) == {"D033"}
    with pytest.raises(Refusal) as refusal:
        second.decide(desk, "D1", FORM, digest(desk), BOB, "confirmed", " ")
    assert rules(refusal) == {"AC14"}


def test_a_rule_names_what_can_be_sent(desk: Desk) -> None:
    with pytest.raises(Refusal) as refusal:
        giving.set_rules(desk, BOSS, ["goods.line"])
    assert rules(refusal) == {"AC11"}


def test_without_a_rule_nothing_waits(desk: Desk) -> None:
    value = ready(desk)
    assert not second.look(desk, "D1", FORM, BOSS).waits
    assert desk.send("D1", FORM, value, BOSS).status == "sent"
