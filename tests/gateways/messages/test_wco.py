"""WCO Data Model XML: a declaration and responses of our own, field by field."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from entrepot.gateways.extract import Extract
from entrepot.gateways.papers import read_paper
from entrepot.kernel.intake import Refusal
from entrepot.kernel.money import Money
from entrepot.kernel.topics import Rejected
from entrepot.kernel.vocabulary.answers import Acceptance, CarrierEvent, Query, Release
from entrepot.kernel.vocabulary.clearance import Decided, Notice, WithdrawalRequest
from entrepot.kernel.vocabulary.customs import Attachment, Particulars
from entrepot.kernel.vocabulary.goods import GoodsLine
from entrepot.kernel.vocabulary.trade import Charge, Charges, Container, Leg, Packing, Party, Terms, Transport
from tests.gateways.messages.made_wco import CANCELLATION, EXPORT, ITEM, response, wco

DAY = date(2026, 11, 22)
NUMBER = "26GB0000000000001"


def read(data: bytes) -> Extract:
    return read_paper("message.xml", data, today=DAY)


def said(extract: Extract) -> dict[str, Any]:
    return {f"{one.topic}/{one.key}".rstrip("/"): one.value for one in extract.statements}


@pytest.fixture(scope="module")
def export() -> Extract:
    return read(wco(EXPORT))


def test_a_declaration_is_known_by_its_namespace(export: Extract) -> None:
    assert (export.format, export.kind, export.media_type) == ("WCO XML", "customs_declaration", "application/xml")
    assert export.problems == ()
    assert export.unread == ()


def test_the_head_becomes_particulars_terms_and_carriage(export: Extract) -> None:
    facts = said(export)
    assert facts["declaration.particulars"] == Particulars(
        flow="E", type_code="EXD", reference="REF-1", declared_on=date(2026, 6, 18), customs_master="GB000060",
        exit_customs="GB000040", royalty=False, supervision_mode="1040", additional_procedures=("C07",), levy_nature="100",
        goods_location="GBAUHULHULHUL",
    )  # fmt: skip
    assert facts["trade.terms"] == Terms(
        contract_no="CONTRACT-5",
        invoice_no="INV-9",
        incoterm="CIF",
        place="JPOSA",
        currency="USD",
        total=Money(1236000, "USD"),
    )
    assert facts["transport.plan"] == Transport(
        mode="2", conveyance="EVER WIDE", nationality="PAN", bill_no="BL-77", loading_port="GBHUL", destination_country="JPN",
        export_country="GBR", legs=(Leg("", "KOR"),),
    )  # fmt: skip
    assert facts["transport.charges"] == Charges(freight=Charge("3", Decimal(800), "USD"))
    assert facts["packing.totals"] == Packing(packages=20, gross_kg=Decimal(24480))
    assert facts["transport.container/CSQU3054383"] == Container(seals=("S-1",), lines=("1",))


def test_parties_stand_by_their_part_and_by_the_code_that_parts_them(export: Extract) -> None:
    facts = said(export)
    assert facts["trade.party/exporter"] == Party(
        "Humber Acids Ltd", country="GBR", address="1 Dock Road, Hull, HU1 1AA"
    )
    assert facts["trade.party/importer"] == Party(
        "Osaka Chemicals K.K.", country="JPN"
    )  # a consignee, and nobody else buys
    assert facts["trade.party/declarant"] == Party(number="GB111")
    assert facts["trade.party/agent.2"] == Party(number="GB111")
    assert facts["trade.party/authorisation_holder.CGU"] == Party(number="GB222")


def test_an_item_becomes_a_line_and_its_documents_name_it(export: Extract) -> None:
    facts = said(export)
    assert facts["goods.line/1"] == GoodsLine(
        description="Phosphoric acid", hs="2809200019", amount=Money(1236000, "USD"), net_kg=Decimal("24000.5"),
        gross_kg=Decimal(24480), packages=20, package_type="CN", origin="CHN", un_number="1805", final_country="JPN",
        marks="YC 1-20", quantity1=Decimal(24000), unit1="KGM", statistical_value=Money(90000, "GBP"),
    )  # fmt: skip
    assert facts["declaration.attachment/C644"] == Attachment("LIC-7", lines=("1",))
    assert facts["declaration.attachment/previous:ZDCR"] == Attachment("6GB111-REF1")


def test_every_field_has_its_place(export: Extract) -> None:
    line = next(one for one in export.statements if one.topic == "goods.line")
    assert line.places["net_kg"] == (
        "/MetaData/Declaration/GoodsShipment/GovernmentAgencyGoodsItem/Commodity/GoodsMeasure/NetNetWeightMeasure"
    )
    assert line.places.keys() >= {"hs", "amount", "origin"}


def test_what_no_field_holds_is_listed_with_path_and_value() -> None:
    extract = read(
        wco(EXPORT.replace("<Agent>", "<SpecificCircumstancesCodeCode>A20</SpecificCircumstancesCodeCode><Agent>"))
    )
    assert [text.en for text in extract.unread] == ["/MetaData/Declaration/SpecificCircumstancesCodeCode: A20"]


def test_where_lines_differ_none_speaks_for_the_whole() -> None:
    second = ITEM.replace("<SequenceNumeric>1</SequenceNumeric>\n", "<SequenceNumeric>2</SequenceNumeric>\n", 1)
    body = EXPORT.replace(ITEM, ITEM + second.replace("<CurrentCode>10<", "<CurrentCode>23<"))
    extract = read(wco(body.replace("<GoodsItemQuantity>1<", "<GoodsItemQuantity>2<")))
    assert said(extract)["declaration.particulars"].supervision_mode == ""
    listed = [text.en for text in extract.unread]
    assert (
        "/MetaData/Declaration/GoodsShipment/GovernmentAgencyGoodsItem[2]/GovernmentProcedure[1]/CurrentCode: 23"
        in listed
    )


def test_a_consignee_beside_an_importer_is_a_party_of_its_own() -> None:
    body = EXPORT.replace("<GoodsShipment>", "<GoodsShipment><Importer><Name>Kobe Trading K.K.</Name></Importer>")
    facts = said(read(wco(body)))
    assert (facts["trade.party/importer"].name, facts["trade.party/consignee"].name) == (
        "Kobe Trading K.K.",
        "Osaka Chemicals K.K.",
    )


@pytest.mark.parametrize(
    ("old", "new", "rule", "place"),
    [
        pytest.param("<TypeCode>EXD</TypeCode>", "", "P024", "TypeCode", id="neither import nor export"),
        pytest.param("<GoodsItemQuantity>1<", "<GoodsItemQuantity>7<", "P026", "GoodsItemQuantity", id="lines missing"),
        pytest.param(">24480</GrossMass", ">heavy</GrossMass", "P012", "GrossMassMeasure", id="no weight"),
        pytest.param('"USD">12360.00</Item', '"ZZZ">12360.00</Item', "P012", "ItemChargeAmount", id="no currency"),
        pytest.param("<CountryCode>CN<", "<CountryCode>Nowhere<", "P012", "CountryCode", id="no country"),
        pytest.param("20260618080000+01", "20261318080000+01", "P012", "DateTimeString", id="no day"),
        pytest.param("<ConditionCode>CIF<", "<ConditionCode>XXX<", "P014", "ConditionCode", id="no Incoterm"),
        pytest.param("CSQU3054383", "CSQU3054384", "P017", "ID", id="check digit"),
        pytest.param(
            "Numeric>1</SequenceNumeric>\n <Stat", "Numeric>x</SequenceNumeric>\n <Stat", "P027", "Item", id="no number"
        ),
    ],
)
def test_a_wrong_value_is_a_problem_at_its_place(old: str, new: str, rule: str, place: str) -> None:
    assert old in EXPORT
    problems = read(wco(EXPORT.replace(old, new))).problems
    assert [(problem.rule, problem.where.rpartition("/")[2].endswith(place)) for problem in problems] == [
        (rule, True)
    ] * len(problems)
    assert problems


def test_a_cancellation_without_a_day_is_of_the_day_it_is_read_and_says_so() -> None:
    extract = read(wco(CANCELLATION))
    assert extract.kind == "customs_cancellation"
    assert said(extract)["declaration.withdrawal"] == WithdrawalRequest(
        "cancel", DAY, "Sold in the home market", NUMBER
    )
    assert [(problem.rule, problem.severity) for problem in extract.problems] == [("P025", "W")]


def test_an_amendment_is_known_by_function_and_type_and_names_the_declaration() -> None:
    body = (
        EXPORT.replace("<FunctionCode>9<", "<FunctionCode>13<")
        .replace("EXD", "COR")
        .replace("<TypeCode>", f"<ID>{NUMBER}</ID><TypeCode>", 1)
    )
    extract = read(wco(body))
    assert extract.kind == "customs_amendment"
    assert said(extract)["declaration.particulars"].declaration_no == NUMBER


@pytest.mark.parametrize(
    ("function", "topic", "value"),
    [
        ("01", f"customs.acceptance/{NUMBER}", Acceptance(date(2026, 6, 20), "REF-1")),
        ("09", f"customs.release/{NUMBER}", Release(date(2026, 6, 20))),
        ("10", f"customs.cancellation/{NUMBER}", Decided(date(2026, 6, 20), True, message="REF-1")),
        ("07", f"customs.amendment/{NUMBER}", Decided(date(2026, 6, 20), True, message="REF-1")),
        (
            "05",
            "customs.notice/answer-05",
            Notice(date(2026, 6, 20), "inspection", "the declaration is under control", NUMBER),
        ),
        ("99", "customs.notice/answer-99", Notice(date(2026, 6, 20), "other", "response of kind 99", NUMBER)),
    ],
)
def test_a_response_becomes_the_answer_it_is(function: str, topic: str, value: Any) -> None:
    extract = read(response(function, ""))
    assert extract.kind == "customs_answer"
    assert said(extract) == {topic: value}


def _pointers(*parts: tuple[str, str, str]) -> str:
    return "".join(
        f"<Pointer><SequenceNumeric>{at}</SequenceNumeric><DocumentSectionCode>{code}</DocumentSectionCode>"
        f"{f'<TagID>{tag}</TagID>' if tag else ''}</Pointer>"
        for code, at, tag in parts
    )


FAULTS = (
    f"<Error><ValidationCode>X1</ValidationCode>{_pointers(('42A', '1', '023'))}</Error>"
    f"<Error><Description>no such code</Description><ValidationCode>X2</ValidationCode>"
    f"{_pointers(('42A', '1', ''), ('67A', '1', ''), ('68A', '2', ''), ('23A', '1', ''), ('21A', '1', '145'))}</Error>"
    f"<Error><ValidationCode>X2</ValidationCode>{_pointers(('42A', '1', ''), ('67A', '1', ''), ('68A', '3', ''))}</Error>"
    f"<Error><ValidationCode>X3</ValidationCode>{_pointers(('42A', '1', ''), ('12B', '2', 'Z9'))}</Error>"
)


def test_a_rejection_names_the_message_and_our_field_of_each_fault() -> None:
    facts = said(read(response("03", FAULTS, own="0196f0a000007000800000000000000a")))
    assert facts == {
        "declaration.form.rejected/0196f0a0-0000-7000-8000-00000000000a": Rejected(
            "X1 at header.declared_on; X2 no such code at line/2.hs10; X2 at line/3; X3 at header (42A/12B[2]/Z9)",
            "customs",
            ("X1", "X2", "X3"),
        )
    }


def test_doubts_about_what_was_accepted_are_a_question() -> None:
    where = _pointers(("42A", "1", ""), ("68A", "1", "112"))
    fault = f"<Error><Description>value too high</Description><ValidationCode>X9</ValidationCode>{where}</Error>"
    facts = said(read(response("01", fault)))
    assert facts[f"customs.query/{NUMBER}"] == Query(
        date(2026, 6, 20), "X9 value too high at line/1.total", "line/1.total"
    )


def test_taxes_are_told_by_kind_and_currency() -> None:
    fee = "<DutyTaxFee><TypeCode>{}</TypeCode><Payment><PaymentAmount currencyID='GBP'>{}</PaymentAmount></Payment></DutyTaxFee>"
    item = "<GovernmentAgencyGoodsItem><SequenceNumeric>{}</SequenceNumeric><Commodity>{}</Commodity></GovernmentAgencyGoodsItem>"
    items = item.format(1, fee.format("A00", "780.00")) + item.format(
        2, fee.format("A00", "20.00") + fee.format("B00", "5.10")
    )
    body = response("13", "").replace(b"</VersionID>", f"</VersionID><GoodsShipment>{items}</GoodsShipment>".encode())
    notice = said(read(body))["customs.notice/answer-13"]
    assert (notice.kind, notice.text) == ("tax", "duties and taxes; A00 GBP 800, B00 GBP 5.1")


def test_a_response_without_day_or_declaration_is_refused_and_says_which_is_missing() -> None:
    bare = (
        response("01", "")
        .replace(b"<ID>26GB0000000000001</ID>", b"")
        .replace(b"<FunctionalReferenceID>REF-1</FunctionalReferenceID>", b"")
    )
    for data in (bare, response("01", "").replace(b"IssueDateTime>", b"Other>")):
        with pytest.raises(Refusal) as refused:
            read(data)
        assert refused.value.problems[0].rule == "P028"


def test_an_arrival_at_a_port_is_an_event() -> None:
    space = "http://gov.uk/customs/inventoryLinking/v1"
    extract = read(
        f'<i:inventoryLinkingMovementRequest xmlns:i="{space}"><i:messageCode>EDL</i:messageCode><i:ucrBlock><i:ucr>6GB1</i:ucr>'
        "</i:ucrBlock><i:goodsLocation>GBAUHUL</i:goodsLocation><i:goodsDepartureDateTime>2026-06-21T09:00:00Z"
        "</i:goodsDepartureDateTime></i:inventoryLinkingMovementRequest>".encode()
    )
    assert said(extract) == {"carrier.event/6GB1": CarrierEvent("departure", date(2026, 6, 21), "GBAUHUL")}
