"""Comparisons: the same rows in the terminal and on the page, in both languages, every amount with its why."""

import re
from html import unescape
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from entrepot.kernel.why import builtins
from entrepot.portal import comparison
from entrepot.portal.brief import in_brief
from entrepot.portal.comparison_page import page_of
from entrepot.portal.reading import Found
from tests.modules.duty.making_duty import ORIGINATING, PROVEN, changed
from tests.modules.duty.test_landed import FOB, landed, value

SECOND = {"goods.line/2": {"amount": "JPY 1000000", "origin": "CHN"}, "import.line/2": {"code": "222222222"}}


def plain(facts: dict[str, Any], **more: Any) -> dict[str, Any]:
    given: dict[str, Any] = builtins(value(facts, **more))
    return given


def page(given: dict[str, Any], language: str = "en") -> str:
    return str(page_of("landed.cost", given, language, lambda path: f"/why?field={path}"))


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def printed(table: Any) -> str:
    out = StringIO()
    Console(file=out, width=200).print(table)
    return out.getvalue()


def test_the_best_comes_first_and_is_marked_and_what_cannot_be_had_says_what_it_takes() -> None:
    ways = comparison.ways("landed.cost", plain(changed()))
    assert [(way.name.en, way.best, way.available) for way in ways] == [
        ("wto", True, True), ("general", False, True), ("pact", False, False),
    ]  # fmt: skip
    assert "a decision on origin under PACT" in [text.en for text in ways[2].takes]


def test_a_treatment_that_can_be_had_names_its_papers() -> None:
    ways = comparison.ways("landed.cost", plain(changed(), **{**ORIGINATING, **PROVEN}))
    assert ways[0].name.en == "pact"
    assert ways[0].takes[0].zh.startswith("PACT 原产地证书或原产地声明")


def test_every_amount_that_is_known_opens_its_why() -> None:
    html = page(plain(changed(terms=FOB, entry={"freight": "JPY 50000"}), **SECOND))
    places = re.findall(r'href="/why\?field=([^"]+)"', html)
    assert {"treatments/1.total", "treatments/1.taxes", "treatments/2.dearer", "treatments/1.lines.2"} <= set(places)


@pytest.mark.parametrize(("language", "told"), [("en", "at least"), ("zh", "至少")])
def test_the_page_speaks_one_language_and_names_what_is_in_no_total(language: str, told: str) -> None:
    text = words(page(plain(changed(terms=FOB)), language))
    assert told in text
    assert ("freight" in text) == (language == "en")
    assert ("运费" in text) == (language == "zh")


def test_what_the_seller_bears_is_shown_as_in_the_price() -> None:
    costs = {cost.name.en: cost for cost in comparison.costs(plain(changed(entry={"freight": "JPY 50000"})))}
    assert (costs["freight"].payer.en, costs["freight"].amount) == ("seller", "JPY 50,000")
    assert costs["freight"].note is not None
    assert costs["delivery to the buyer"].amount == ""


def test_nothing_said_is_taken_for_markup() -> None:
    given = plain(changed())
    given["treatments"][0]["name"] = {"en": "<b>x</b>", "zh": "<script>"}
    assert "<b>x</b>" not in page(given)
    assert "<script>" not in page(given, "zh")


def test_the_terminal_shows_both_languages() -> None:
    given = plain(changed())
    text = printed(comparison.table_of("landed.cost", given, "title")) + printed(comparison.costs_table(given))
    for told in ("at the buyer's door", "到门成本", "import clearance", "进口清关代理", "JPY 1,030,000"):
        assert told in text


def test_in_brief_the_total_is_a_lower_bound_while_costs_are_unsaid() -> None:
    finding = landed(changed())
    found = Found(finding.topic, "", finding.status, finding.status, "landed", builtins(finding.value))  # type: ignore[arg-type]
    brief = in_brief(found)
    assert brief is not None
    assert brief.en.startswith("at least JPY 1,030,000 under wto; ")
    assert brief.zh.startswith("wto：至少 JPY 1,030,000")


def test_an_offer_is_compared_too_with_its_measures() -> None:
    free, extra = {"minor": 0, "currency": "USD"}, {"minor": 2500, "currency": "USD"}
    measure = {"measure": "m", "kind": "other", "name": {"en": "extra", "zh": "加"}, "rate": "25%", "duty": extra}
    treatment = {
        "code": "ntr", "name": {"en": "general", "zh": "一般"}, "rate": "free", "duty": free, "available": True, "measures": [measure],
    }  # fmt: skip
    given = {
        "country": "USA", "day": "2024-11-20", "code": "1", "value": {"minor": 10000, "currency": "USD"}, "best": "ntr",
        "treatments": [treatment],
    }  # fmt: skip
    text = words(str(page_of("duty.offer", given, "zh", lambda path: path)))
    assert "免税" in text
    assert "加 25% USD 25.00" in text
