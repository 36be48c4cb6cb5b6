"""Disclosing in part: what is shown is signed, what is not shown stays hidden, and who was given what is on record."""

from base64 import urlsafe_b64decode
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from entrepot.kernel.intake import Refusal
from entrepot.kernel.why import NoSuchPlace
from entrepot.portal.desk import Desk
from entrepot.portal.disclosing import checked, choices, disclose, picked
from entrepot.portal.issuing import issue
from entrepot.portal.issuing_afterwards import change
from tests.portal.issuing_stage import amend, digest, issuing_desk, sold
from tests.portal.stage import ANN, BOB


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, str]]:
    folder: Path = tmp_path_factory.mktemp("disclosing")
    desk = sold(issuing_desk(folder))
    yield desk, issue(desk, "D1", "documents.invoice", digest(desk), ANN).document
    desk.store.close()


def rules(refusal: pytest.ExceptionInfo[Refusal]) -> list[str]:
    return [problem.rule for problem in refusal.value.problems]


def words_of(text: str) -> str:
    """All that a reader can decode of a presentation: the signed part and every disclosure."""
    token, *disclosed, _ = text.split("~")
    parts = [*token.split(".")[:2], *disclosed]
    return "\n".join(urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode() for part in parts)


def test_a_bank_sees_amounts_and_terms_and_no_goods(issued: tuple[Desk, str]) -> None:
    desk, document = issued
    made = disclose(desk, "D1", document, ANN, preset="bank")
    assert made.says["grandTotal"] == {"amount": "12360.00", "currency": "USD"}
    assert made.says["sellerParty"]["name"] == "Yichang Acid Co., Ltd."
    readable = words_of(made.text)
    for hidden in ("phosphoric", "28092019", "磷酸"):
        assert hidden not in readable


def test_a_buyer_sees_goods_and_quantities_and_no_amounts(issued: tuple[Desk, str]) -> None:
    desk, document = issued
    made = disclose(desk, "D1", document, ANN, preset="buyer")
    assert made.says["lineItems"][0]["description"] == "phosphoric acid"
    readable = words_of(made.text)
    for hidden in ("12360", "515.00", "T/T", "Osaka"):
        assert hidden not in readable
    assert "grandTotal" not in made.says


def test_what_is_shown_holds_and_one_letter_changed_does_not(issued: tuple[Desk, str]) -> None:
    desk, document = issued
    text = disclose(desk, "D1", document, ANN, preset="buyer").text
    assert checked(desk, text).accepted
    token, first, *rest = text.split("~")
    other = first[:-1] + ("A" if first[-1] != "A" else "B")
    for forged in (
        "~".join([token, other, *rest]),
        "~".join([token, first, first, *rest]),
        "~".join([token[:-4] + "AAAA", first, *rest]),
    ):
        assert not checked(desk, forged).accepted


def test_a_revoked_document_is_rejected_in_part_too(tmp_path: Path) -> None:
    desk = sold(issuing_desk(tmp_path))
    document = issue(desk, "D1", "documents.invoice", digest(desk), ANN).document
    text = disclose(desk, "D1", document, ANN, preset="bank").text
    change(desk, "D1", document, "revoked", "a slip", ANN)
    assert not checked(desk, text).accepted
    with pytest.raises(Refusal) as refusal:
        disclose(desk, "D1", document, ANN, preset="bank", to="Bank of Yichang")
    assert rules(refusal) == ["IS11"]
    desk.store.close()


def test_of_a_document_that_was_corrected_nothing_more_is_given(tmp_path: Path) -> None:
    desk = sold(issuing_desk(tmp_path))
    document = issue(desk, "D1", "documents.invoice", digest(desk), ANN).document
    amend(desk)
    issue(desk, "D1", "documents.invoice", digest(desk), ANN, replaces=document)
    with pytest.raises(Refusal) as refusal:
        disclose(desk, "D1", document, ANN, preset="bank", to="Bank of Yichang")
    assert rules(refusal) == ["IS11"]
    desk.store.close()


def test_a_preview_says_nothing_and_a_gift_is_on_record(issued: tuple[Desk, str]) -> None:
    desk, document = issued

    def told() -> list[tuple[str, str]]:
        facts = desk.read("D1", ANN).facts
        return [(f.value["to"], f.value["document"]) for f in facts if f.topic == "document.disclosed" and f.value]

    before = told()
    disclose(desk, "D1", document, ANN, preset="bank")
    assert told() == before
    given = disclose(desk, "D1", document, ANN, preset="bank", to="Bank of Yichang")
    disclose(desk, "D1", document, ANN, preset="bank", to="Bank of Yichang")
    assert given.given
    assert told() == [*before, ("Bank of Yichang", document)], "the same to the same is said once"
    content = desk.store.content(given.digest)
    assert content is not None
    assert content.data.decode() == given.text
    assert "document.disclosed" not in {fact.topic for fact in desk.read("D1", BOB).facts}


@given(data=st.data())
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_picked_that_and_no_more_is_shown(issued: tuple[Desk, str], data: st.DataObject) -> None:
    desk, document = issued
    every = choices(desk, "D1", document, ANN)
    fields = data.draw(st.lists(st.sampled_from(["/".join(map(str, path)) for path in every]), min_size=1, max_size=4))
    made = disclose(desk, "D1", document, ANN, fields=fields)
    wanted = [tuple(map(str, path)) for path in picked(every, "", fields)]
    above = {path[:length] for path in wanted for length in range(1, len(path) + 1)}
    shown = {tuple(field.split("/")) for field in made.fields}
    assert {path[:1] for path in shown} == {path[:1] for path in above}
    assert len(shown) == len({tuple(map(str, path)) for path in every} & above)
    assert checked(desk, made.text).accepted


@pytest.mark.parametrize(
    "choice", [{"preset": ["friends"]}, {"fields": ["price"]}, {"fields": ["lineItems/9"]}, {}, {"fields": ["iss"]}]
)
def test_what_cannot_be_chosen_is_told(issued: tuple[Desk, str], choice: dict[str, list[str]]) -> None:
    desk, document = issued
    with pytest.raises(Refusal) as refusal:
        disclose(desk, "D1", document, ANN, preset=choice.get("preset", [""])[0], fields=choice.get("fields", []))
    assert rules(refusal) == ["IS13"]


def test_who_may_not_have_a_document_discloses_nothing_of_it(issued: tuple[Desk, str]) -> None:
    desk, _ = issued
    with pytest.raises(NoSuchPlace):
        disclose(desk, "D1", "019d4732-ba00-8000-8000-000000000000", ANN, preset="bank")


def test_the_head_tells_who_issued_what_and_where_its_status_stands(issued: tuple[Desk, str]) -> None:
    desk, document = issued
    made = disclose(desk, "D1", document, ANN, fields=["invoiceId"])
    assert made.says["id"] == f"urn:uuid:{document}"
    assert made.says["invoiceId"] == "INV-7"
    assert {one["statusPurpose"] for one in made.says["credentialStatus"]} == {"revocation", "suspension"}
    assert msgspec.json.encode(made.says)
