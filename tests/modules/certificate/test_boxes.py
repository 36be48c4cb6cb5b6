"""Every element of the annex is on the form, with the words of the dossier and where they come from."""

from datetime import date

import pytest
from msgspec.structs import replace

from entrepot.kernel.cases import facts_on_record
from entrepot.kernel.money import Money
from entrepot.kernel.sheet import Sheet
from entrepot.kernel.submissions import Evidence
from entrepot.portal import setting
from tests.making import law
from tests.modules.certificate.making_certificate import (
    DAY,
    FACTS,
    ORIGINATING,
    box,
    certificate,
    changed,
    decided,
    draft,
    rules,
)

ANNEX_3B = {
    "certificate": (
        "a exporter|b producer|c consignee|d goods|d hs6|e number|f criterion|g declaration|h certification|i origin"
        "|j transport|j invoice|k fob|l quantity|m original"
    ),
    "declaration": (
        "a exporter|b producer|c consignee|d goods|d hs6|e authorisation|f reference|g criterion|h declaration|i origin"
        "|j fob|k quantity|l original"
    ),
}


@pytest.mark.parametrize("form", ANNEX_3B)
def test_every_letter_of_annex_3b_has_its_box(form: str) -> None:
    found = law("certificates").read("certificates/forms", date(2026, 6, 1), {"agreement": "RCEP", "form": form})
    assert found is not None
    rows = law("certificates").rows("certificates/boxes", date(2026, 6, 1), {"id": found["id"]})
    here = {f"{row['place']} {row.keys['element']}" for row in rows}
    assert set(ANNEX_3B[form].split("|")) - here == set()


def test_a_whole_certificate_is_found_and_every_filled_box_says_where_from() -> None:
    finding = draft(changed())
    assert (finding.status, finding.problems) == ("found", ())
    drawn = certificate(finding)
    assert (drawn.name.en, drawn.issuer.en) == ("Certificate of origin, Form RCEP", "China Customs (GACC) or CCPIT")
    boxes = [*drawn.boxes, *(one for line in drawn.lines for one in line.boxes)]
    assert [one.element for one in boxes if one.value and not one.source] == []
    assert all(one.label.en and one.label.zh for one in boxes)
    assert [one.no for one in drawn.boxes] == ["", "1", "2", "3", "4", "5", "13", "14", "14", "15", "16", "17"]


def test_the_words_are_those_of_the_dossier() -> None:
    finding = draft(changed())
    assert box(finding, "exporter").value == "Example Gorges Co. (fictitious), 1 River Road, Yichang, China"
    assert box(finding, "transport").value == "departure 2026-06-15; vessel or flight EXAMPLE STAR 118N; port of discharge Osaka"
    assert box(finding, "hs6", 1).value == "280920"
    assert (box(finding, "criterion", 1).value, box(finding, "criterion", 1).source) == ("CTC", "origin.agreements/1.criterion")
    assert box(finding, "origin", 1).value == "China"
    assert box(finding, "quantity", 1).value == "25200 kg gross"
    assert box(finding, "declaration").value == "Japan, Yichang, 2026-06-10, Export desk"


def test_a_field_that_was_read_from_a_paper_names_the_paper_and_the_place() -> None:
    registry = setting.registry()
    record, given = facts_on_record({**FACTS, **ORIGINATING}, "trade", registry)
    (terms,) = record.standing("trade.terms")[""].statements
    read = Evidence("ab" * 32, "invoice.xlsx", {"invoice_no": "B3"})
    record.add(replace(terms, id="paper", replaces=(terms.id,), evidence=(read,)))
    finding = Sheet(registry, record, law("certificates", "RCEP", "CN", "unlocode"), DAY, given).assess().finding("certificate.draft")
    assert finding is not None
    assert box(finding, "invoice").paper == "invoice.xlsx B3"


def test_the_producer_is_confidential_where_the_exporter_says_so_and_not_available_where_nobody_said() -> None:
    assert box(draft(changed(request={"producer_confidential": True})), "producer").value == "CONFIDENTIAL"
    assert box(draft(changed(producer=None)), "producer").value == "NOT AVAILABLE"


@pytest.mark.parametrize(
    ("incoterm", "charges", "expected"),
    [
        ("FOB", {}, Money(2280000, "USD")),
        ("CFR", {"freight": {"mark": "3", "value": "800", "currency": "USD"}}, Money(2200000, "USD")),
        (
            "CIF",
            {"freight": {"mark": "3", "value": "800", "currency": "USD"}, "insurance": {"mark": "3", "value": "50", "currency": "USD"}},
            Money(2195000, "USD"),
        ),
    ],
)
def test_the_fob_value_follows_from_the_trade_term(incoterm: str, charges: dict[str, object], expected: Money) -> None:
    facts = {**changed(terms={"incoterm": incoterm}), **decided(criterion="RVC"), "transport.charges": charges}
    finding = draft(facts)
    assert certificate(finding).lines[0].fob == expected
    assert box(finding, "fob", 1).value == str(expected)


@pytest.mark.parametrize("incoterm", ["EXW", "FCA", "DAP", "CIF"])
def test_a_fob_value_that_the_price_does_not_say_is_asked_for_and_never_guessed(incoterm: str) -> None:
    facts = {**changed(terms={"incoterm": incoterm}), **decided(criterion="RVC")}
    assert rules(draft(facts)) == ["CO06"]
    stated = {**facts, "certificate.request": {**FACTS["certificate.request"], "fob": {"1": "USD 22000.00"}}}
    finding = draft(stated)
    assert (finding.status, certificate(finding).lines[0].fob) == ("found", Money(2200000, "USD"))


def test_no_fob_value_stands_on_a_certificate_whose_criterion_does_not_rest_on_value() -> None:
    finding = draft(changed(request={"fob": {"1": "USD 22000.00"}}))
    assert certificate(finding).lines[0].fob is None
    assert "fob" not in {one.element for one in certificate(finding).lines[0].boxes}


def test_form_e_has_its_own_boxes_and_says_what_was_made_where() -> None:
    facts = {**changed(request={"agreement": "ACFTA"}, importer={"country": "THA"}, entry=None), **decided("1", "ACFTA")}
    finding = draft(facts)
    drawn = certificate(finding)
    assert (finding.status, drawn.name.en, drawn.importing) == ("found", "Certificate of origin, Form E", "THA")
    assert [one.no for one in drawn.lines[0].boxes] == ["5", "6", "7", "7", "8", "9"]
    assert box(finding, "made_in").value == "China"
    assert drawn.issuer.en == "China Customs (GACC)"


def test_a_statement_on_origin_writes_the_criterion_in_its_own_codes_and_is_not_issued_by_anybody() -> None:
    facts = {**changed(request={"agreement": "GB-JAPAN", "form": "declaration"}), **decided("1", "GB-JAPAN", criterion="CTC DMI")}
    finding = draft(facts)
    assert box(finding, "criterion", 1).value == "C1 E"
    assert certificate(finding).self_made
    assert finding.status == "needs_review", "its elements are known from the sister agreement only"


def test_the_nine_elements_of_the_cptpp_stand_in_their_order() -> None:
    request = {"agreement": "CPTPP", "form": "declaration", "period_from": "2026-06-10", "period_until": "2027-06-09"}
    facts = {**changed(request=request), **decided("1", "CPTPP")}
    drawn = certificate(draft(facts))
    assert sorted({one.no for one in (*drawn.boxes, *drawn.lines[0].boxes)}) == [str(number) for number in range(1, 10)]
    assert next(one.value for one in drawn.boxes if one.element == "period") == "from 2026-06-10 to 2027-06-09"
