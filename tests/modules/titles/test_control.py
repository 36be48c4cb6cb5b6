"""What a step may do: holder and endorsee, surrender and its answers, paper, amendment, split, void; each forged one refused."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from entrepot.kernel.vocabulary.titles import Action, TitleParty
from entrepot.modules.titles.rules.control import objections
from entrepot.modules.titles.rules.splitting import part_document
from tests.modules.titles.making_titles import (
    BANK,
    BUYER,
    CARRIER,
    SHIPPER,
    Life,
    bill,
    goods,
    key,
    receipt,
    rules,
)


def held(life: Life) -> tuple[str, str, str]:
    return life.now.state, life.now.holder, life.now.endorsee


def test_a_bill_to_order_goes_from_carrier_to_shipper_to_bank_to_buyer_and_back() -> None:
    life = Life(bill())
    assert held(life) == ("circulating", SHIPPER, SHIPPER)
    assert life.take("endorse_blank", SHIPPER) == ()
    assert life.transfer(SHIPPER, BANK) == ()
    assert life.transfer(BANK, BUYER) == ()
    assert life.take("surrender", BUYER, purpose="delivery") == ()
    assert held(life) == ("surrendered", CARRIER, "")
    assert life.take("accept", CARRIER) == ()
    assert held(life) == ("delivered", "", "")
    actions: tuple[Action, ...] = ("transfer", "surrender", "endorse", "accept", "amend", "void", "issue")
    for action in actions:
        assert "TI002" in rules(objections(life.now, action, CARRIER))


def test_who_holds_but_is_not_the_endorsee_has_no_claim_and_cannot_endorse() -> None:
    life = Life(bill())
    assert life.transfer(SHIPPER, BANK) == ()  # a pledge
    for purpose in ("delivery", "amendment", "paper", "split"):
        assert rules(life.take("surrender", BANK, purpose=purpose)) == ["TI004"]
    assert rules(life.take("endorse_blank", BANK)) == ["TI004"]
    assert rules(life.take("endorse", BANK, to=BUYER)) == ["TI004"]
    assert rules(life.take("surrender", SHIPPER, purpose="delivery", signer=BANK)) == ["TI003"]
    assert life.transfer(BANK, SHIPPER) == ()  # released
    assert life.take("surrender", SHIPPER, purpose="delivery") == ()


def test_an_endorsement_that_allows_no_further_one_ends_the_endorsing() -> None:
    life = Life(bill())
    assert life.take("endorse", SHIPPER, to=BUYER, onward=False) == ()
    assert life.transfer(SHIPPER, BUYER) == ()
    assert rules(life.take("endorse", BUYER, to=BANK)) == ["TI009"]
    assert rules(life.take("endorse_blank", BUYER)) == ["TI009"]
    assert [(one.by, one.to, one.onward) for one in life.now.endorsements] == [(SHIPPER, BUYER, False)]


def test_a_title_to_bearer_or_straight_is_not_endorsed() -> None:
    for form in ("bearer", "straight"):
        life = Life(bill(form))
        assert rules(life.take("endorse", SHIPPER, to=BANK)) == ["TI009"]
        assert rules(life.take("endorse_blank", SHIPPER)) == ["TI009"]


def test_a_straight_bill_is_claimed_by_its_consignee_alone_and_changed_by_either_end() -> None:
    life = Life(bill("straight"))
    assert rules(life.take("surrender", SHIPPER, purpose="delivery")) == ["TI004"]
    assert life.take("surrender", SHIPPER, purpose="amendment") == ()
    assert life.take("refuse", CARRIER, reason="no such change") == ()
    assert life.transfer(SHIPPER, BANK) == ()
    assert rules(life.take("surrender", BANK, purpose="delivery")) == ["TI004"]
    assert rules(life.take("surrender", BANK, purpose="amendment")) == ["TI004"]
    assert life.transfer(BANK, BUYER) == ()
    assert life.take("surrender", BUYER, purpose="delivery") == ()


def test_a_refused_surrender_gives_control_back_to_whoever_had_it() -> None:
    life = Life(bill("bearer"), to=BANK)
    life.take("surrender", BANK, purpose="delivery")
    assert rules(life.take("refuse", CARRIER)) == ["TI007"]  # without a reason
    assert life.take("refuse", CARRIER, reason="the ship is at sea") == ()
    assert (held(life), life.now.holder_key) == (("circulating", BANK, ""), key(BANK))


def test_an_answer_fits_its_surrender_and_comes_from_the_issuer() -> None:
    life = Life(bill("bearer"), to=BANK)
    life.take("surrender", BANK, purpose="delivery")
    assert rules(life.take("to_paper", CARRIER, paper="P-1")) == ["TI002"]
    assert rules(life.take("amend", CARRIER)) == ["TI002"]
    assert "TI010" in rules(life.take("accept", BANK))
    assert "TI002" in rules(life.transfer(CARRIER, BUYER))


def test_paper_takes_over_at_the_moment_of_the_step_and_only_that_paper_comes_back() -> None:
    life = Life(bill("bearer"), to=BANK)
    life.take("surrender", BANK, purpose="paper")
    assert life.take("to_paper", CARRIER, paper="P-1") == ()
    assert held(life) == ("on_paper", "", "")
    assert "TI002" in rules(life.transfer(BANK, BUYER))
    assert "TI010" in rules(life.take("from_paper", BANK, paper="P-1", to=BANK, to_key=key(BANK)))
    assert rules(life.take("from_paper", CARRIER, paper="P-2", to=BANK, to_key=key(BANK))) == ["TI012"]
    assert life.take("from_paper", CARRIER, paper="P-1", to=BUYER, to_key=key(BUYER)) == ()
    assert held(life) == ("circulating", BUYER, "")


def test_an_amendment_is_the_issuers_on_surrender_and_gives_control_back() -> None:
    life = Life(bill("bearer"), to=BANK)
    before = life.now.content
    assert "TI002" in rules(life.take("amend", CARRIER, content=life.amended(discharge_port="CNYIC")))
    life.take("surrender", BANK, purpose="amendment")
    assert rules(life.take("amend", CARRIER)) == ["TI006"]
    assert rules(life.take("amend", CARRIER, content=life.amended(form="order"))) == ["TI006"]
    assert rules(life.take("amend", CARRIER, content="0" * 64)) == ["TI006"]
    assert life.take("amend", CARRIER, content=life.amended(discharge_port="CNYIC")) == ()
    assert held(life) == ("circulating", BANK, "")
    assert life.now.content != before


def test_a_receipt_is_split_without_remainder() -> None:
    life = Life(receipt(goods("1", "1000", "t"), goods("2", "0.5", "t")))
    life.take("surrender", SHIPPER, purpose="split")
    short = life.parts({"1": "600", "2": "0.5"}, {"1": "399"})
    assert rules(life.take("split", CARRIER, parts=short)) == ["TI011"]
    over = life.parts({"1": "600", "2": "0.5"}, {"1": "400", "2": "0.000001"})
    assert rules(life.take("split", CARRIER, parts=over)) == ["TI011"]
    twice = life.parts({"1": "600", "2": "0.5"}, {"1": "400"}, names=("P", "P"))
    assert rules(life.take("split", CARRIER, parts=twice)) == ["TI007"]
    own = life.parts({"1": "600", "2": "0.5"}, {"1": "400"}, names=("P", "T1"))
    assert rules(life.take("split", CARRIER, parts=own)) == ["TI007"]
    nothing = life.parts({"1": "1000", "2": "0.5"}, {"1": "0"})
    assert rules(life.take("split", CARRIER, parts=nothing)) == ["TI007"]
    even = life.parts({"1": "600", "2": "0.5"}, {"1": "400"})
    forged = (msgspec.structs.replace(even[0], content="0" * 64), even[1])
    assert rules(life.take("split", CARRIER, parts=forged)) == ["TI006"]
    assert life.take("split", CARRIER, parts=even) == ()
    assert life.now.state == "split"
    part = part_document(life.documents[life.now.content], life.now, 1, {"1": Decimal(600)})
    assert (part.number, part.part_of, part.order_of, part.goods[0].quantity) == ("B-7/1", "T1", SHIPPER, Decimal(600))


def test_a_bill_is_split_before_it_is_endorsed_and_not_after() -> None:
    life = Life(bill())
    assert life.take("surrender", SHIPPER, purpose="split") == ()
    life.take("refuse", CARRIER, reason="wait")
    life.take("endorse_blank", SHIPPER)
    assert rules(life.take("surrender", SHIPPER, purpose="split")) == ["TI013"]


def test_the_issuer_voids_what_it_holds_and_nothing_else() -> None:
    life = Life(bill("bearer"), to=BANK)
    assert rules(life.take("void", CARRIER, reason="by mistake")) == ["TI014"]
    assert "TI010" in rules(life.take("void", BANK, reason="mine"))
    life.transfer(BANK, CARRIER)
    assert life.take("void", CARRIER, reason="by mistake") == ()
    assert life.now.state == "void"


@pytest.mark.parametrize(
    ("forged", "rule"),
    [
        ({"signer": BUYER}, "TI005"),
        ({"previous": "0" * 64}, "TI001"),
        ({"number": 3}, "TI001"),
        ({"title": "T2"}, "TI001"),
        ({"at": "2026-06-20T07:59:59.000Z"}, "TI008"),
        ({"at": "2026-06-20"}, "TI008"),
        ({"at": "9"}, "TI008"),
        ({"content": "0" * 64}, "TI006"),
        ({"purpose": "delivery"}, "TI007"),
        ({"to": ""}, "TI007"),
        ({"to_key": "did:web:example.org"}, "TI007"),
        ({"to_key": key(SHIPPER)}, "TI007"),
        ({"proof": None}, "TI005"),
        ({"paper": "P"}, "TI007"),
        ({"onward": False}, "TI007"),
        ({"parent": "T0"}, "TI007"),
    ],
)
def test_a_forged_transfer_is_refused(forged: dict[str, Any], rule: str) -> None:
    life = Life(bill())
    assert rule in rules(life.transfer(SHIPPER, BANK, **forged) if "to" not in forged and "to_key" not in forged
                         else life.take("transfer", SHIPPER, **({"to": BANK, "to_key": key(BANK)} | forged)))  # fmt: skip
    assert held(life)[1] == SHIPPER


@pytest.mark.parametrize(
    "face",
    [
        {"form": "straight", "consignee": None},
        {"goods": ()},
        {"goods": (goods("1", "0"),)},
        {"goods": (goods("1"), goods("1"))},
        {"issued_on": None},
        {"number": ""},
        {"form": "bearer", "order_of": BANK},
        {"part_of": "T0"},
    ],
)
def test_a_title_with_a_bad_face_is_not_issued(face: dict[str, Any]) -> None:
    with pytest.raises(AssertionError):
        Life(bill(**face))


def test_only_the_issuer_on_the_face_issues() -> None:
    with pytest.raises(AssertionError):
        Life(bill(issuer=TitleParty("Somebody else", "somebody-else")))
