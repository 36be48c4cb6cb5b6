"""The first act: what every trader asks first, as it is answered; nothing in it is told but what was found."""

import io
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from entrepot.kernel.text import Text
from entrepot.modules.classification.facts import Candidate, Choice, Match, Question, Suggestion
from entrepot.portal import setting
from entrepot.portal.brief import money
from entrepot.portal.classifying import Classified
from entrepot.portal.demonstration import questions, show
from entrepot.portal.demonstration.story import ASKED_ON, MATTRESSES, STEERING, Story, found
from entrepot.portal.desk import Desk
from entrepot.portal.reading import Reading


@pytest.fixture(scope="module")
def played(installed: Path) -> Iterator[tuple[Desk, str]]:
    """A desk on which the act was played, and what stood on the terminal."""
    desk = setting.open_desk(f"sqlite:///{installed / 'questions.sqlite3'}", "sandbox")
    told = io.StringIO()
    questions.play(Console(file=told, width=400), Story(desk))
    yield desk, told.getvalue()
    desk.store.close()


def buyers(desk: Desk, corridor: Any) -> Reading:
    return Story(desk).as_of(ASKED_ON).buyers_reading(corridor)


def treatment(value: dict[str, Any], code: str) -> dict[str, Any]:
    return next(one for one in value["treatments"] if one["code"] == code)


def test_rcep_and_cptpp_differ_in_rate_and_in_outcome(played: tuple[Desk, str]) -> None:
    desk, _ = played
    reading = buyers(desk, MATTRESSES)
    outcomes = {one["agreement"]: one["outcome"] for one in found(reading, "origin.agreements", "1").value["decisions"]}
    assert outcomes["RCEP"] in ("originating", "conditional")
    assert outcomes["CPTPP"] == "not_originating"
    offer = found(reading, "duty.offer", "1").value
    assert [treatment(offer, code)["rate"] for code in ("wto", "rcep_asean_au_nz", "cptpp")] == ["3.8%", "2.4%", "free"]


def test_the_landed_cost_leaves_nothing_unsaid(played: tuple[Desk, str]) -> None:
    desk, told = played
    for corridor in (MATTRESSES, STEERING):
        value = found(buyers(desk, corridor), "landed.cost").value
        assert not value.get("missing")
        best = treatment(value, value["best"])
        assert not best["at_least"]
        assert money(best["total"]) in told


def test_goods_of_china_bear_section_301_on_top_of_the_ordinary_duty(played: tuple[Desk, str]) -> None:
    desk, told = played
    best = treatment(found(buyers(desk, STEERING), "duty.offer", "1").value, "ntr")
    assert (best["rate"], money(best["duty"])) == ("2.5%", "USD 1,050.00")
    added = {one["measure"]: money(one["duty"]) for one in best["measures"]}
    assert added["section_301_list_3"] == "USD 10,500.00"
    assert "Section 301, list 3 301条款清单3: 25% = USD 10,500.00" in told
    assert "US/measures 87089475 since 2024-11-01" in told
    assert "which codes is not on file" in told


def test_what_would_make_the_other_agreement_work_is_the_producers_alone(played: tuple[Desk, str]) -> None:
    desk, told = played
    story = Story(desk).as_of(ASKED_ON)
    margin = found(story.reading(MATTRESSES), "origin.margin", "1").value["agreements"]["CPTPP"]
    first = margin["remedies"][0]["what"]
    assert f"{first['en']} {first['zh']}" in told
    reading = buyers(desk, MATTRESSES)
    topics = {fact.topic for fact in reading.facts} | {one.topic for one in reading.findings}
    assert not topics & {"origin.margin", "goods.bom"}
    assert first["en"] not in str(reading)


def test_the_certificate_was_issued_as_drafted_and_makes_rcep_the_best_way_in(played: tuple[Desk, str]) -> None:
    desk, told = played
    reading = Story(desk).as_of(ASKED_ON).reading(MATTRESSES)
    facts = {fact.topic: fact for fact in reading.facts}
    assert facts["certificate.draft.sent"].value["value"]["agreement"] == "RCEP"
    proof = facts["origin.proof"]
    assert proof.key.startswith("SANDBOX")
    assert proof.key in told
    assert (proof.value["issued_on"], proof.value["agreement"]) == (str(ASKED_ON), "RCEP")
    line = found(buyers(desk, MATTRESSES), "preference.line", "1").value
    assert line["best"] == "rcep_asean_au_nz"
    assert "Use RCEP" in told


def test_every_box_that_stands_names_where_it_comes_from(played: tuple[Desk, str]) -> None:
    desk, _ = played
    draft = found(Story(desk).as_of(ASKED_ON).reading(MATTRESSES), "certificate.draft").value
    boxes = [box for box in (*draft["boxes"], *draft["lines"][0]["boxes"]) if box["value"]]
    assert len(boxes) > 10
    assert all(box.get("source") for box in boxes)


def test_where_the_classifier_is_not_trained_one_line_says_how(played: tuple[Desk, str]) -> None:
    assert show.UNTRAINED.en in played[1]
    assert show.UNTRAINED.zh in played[1]


def test_an_answer_other_than_what_was_taken_for_granted_is_tried(played: tuple[Desk, str], monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, str]] = []
    cotton, synthetic = Text("cotton", "棉"), Text("synthetic", "合成纤维")
    question = Question("material", Text("Which?", "哪种？"), (Choice("cotton", cotton), Choice("synthetic", synthetic)), Decimal(1))
    shirt = Candidate("620520", Decimal("0.6"), Text("Shirts", "衬衫"), Text("Clothes", "服装"), evidence=(Match("term", "shirt", cotton),))

    def classify(_desk: object, _voice: object, one: Any) -> Classified:
        asked.append(one.answers)
        vague = one.text == "spare parts"
        suggestion = Suggestion(one.text, "HS 2022", (shirt,), question=question, assumes=(cotton,))
        return Classified("refused" if vague else "needs_review", suggestion)

    monkeypatch.setattr(questions, "classify", classify)
    monkeypatch.setattr(setting, "trained_classifier", lambda say: object())
    told = io.StringIO()
    questions._what_is_it(Console(file=told, width=400), Story(played[0]))
    assert asked == [{}, {"material": "synthetic"}, {}, {}]
    assert "synthetic 合成纤维: 620520 60.0 % Shirts" in told.getvalue()
    assert all(text in told.getvalue() for text, _ in questions.DESCRIPTIONS)
