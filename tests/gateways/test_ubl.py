"""UBL documents become statements: every real example, and small documents written here field by field."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.gateways.extract import Extract
from entrepot.gateways.papers import read_paper, survey, survey_table
from entrepot.kernel.intake import Refusal
from entrepot.kernel.money import Money, Price, minor_digits
from entrepot.kernel.vocabulary.goods import GoodsLine
from entrepot.kernel.vocabulary.trade import Charge, Container, Packing, Party, Terms, Transport

TODAY = date(2026, 11, 22)
SPACE = "urn:oasis:names:specification:ubl:schema:xsd:"
# Real examples that say nothing of goods, parties or money: a bare signature, and a status without cargo or party.
SILENT = {
    "xml/UBL-Invoice-2.0-Detached-Signature.xml",
    "xml/UBL-TransportationStatus-2.1-Example.xml",
    "json/UBL-TransportationStatus-2.1-Example.json",
}


def document(name: str, inside: str) -> bytes:
    """A document whose elements are written without prefixes; those with children are aggregates."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><{name} xmlns="{SPACE}{name}-2" '
        f'xmlns:cac="{SPACE}CommonAggregateComponents-2" xmlns:cbc="{SPACE}CommonBasicComponents-2">{inside}</{name}>'
    ).encode()


def read(name: str, inside: str) -> Extract:
    return read_paper("paper.xml", document(name, inside), today=TODAY)


def value(extract: Extract, topic: str, key: str = "") -> Any:
    """The one value stated under a topic and key."""
    (found,) = [stated.value for stated in extract.statements if (stated.topic, stated.key) == (topic, key)]
    return found


def place(extract: Extract, topic: str, key: str, field: str) -> str:
    (found,) = [stated.places[field] for stated in extract.statements if (stated.topic, stated.key) == (topic, key)]
    return found


def rules(extract: Extract) -> set[str]:
    return {problem.rule for problem in extract.problems}


# -- the real examples ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def examples(shared_data: Path) -> Path:
    folder = shared_data / "documents" / "ubl"
    if not folder.is_dir():
        pytest.skip("the UBL examples are not there")
    return folder


def test_every_example_that_carries_goods_parties_or_money_becomes_facts(examples: Path) -> None:
    outcomes = [o for o in survey(examples, today=TODAY) if o.file.startswith(("xml/", "json/"))]
    assert len(outcomes) >= 90
    assert {o.file for o in outcomes if o.refused} == SILENT
    assert all(sum(o.statements.values()) for o in outcomes if not o.refused)
    kinds = {o.kind for o in outcomes if not o.refused}
    assert {"invoice", "order", "despatch_advice", "waybill", "goods_certificate", "manifest", "quotation"} <= kinds
    read = sum(not o.refused for o in outcomes)
    carrying = sum(o.file not in SILENT for o in outcomes)
    assert read / carrying >= 0.95
    assert len(survey_table(tuple(outcomes)).splitlines()) == len(outcomes) + 2


@pytest.mark.parametrize(("part", "least"), [("trade.party", 84), ("goods.line", 54)])
def test_the_examples_give_parties_and_lines(examples: Path, part: str, least: int) -> None:
    outcomes = survey(examples / "xml", today=TODAY) + survey(examples / "json", today=TODAY)
    assert sum(part in o.statements for o in outcomes) >= least


def test_the_two_forms_of_one_document_say_the_same(examples: Path) -> None:
    pairs = 0
    for path in sorted((examples / "json").glob("*.json")):
        other = examples / "xml" / f"{path.stem}.xml"
        if not other.exists() or f"xml/{other.name}" in SILENT:
            continue
        one, two = (read_paper(p.name, p.read_bytes(), today=TODAY) for p in (path, other))
        ours = {(s.topic, s.key): s.value for s in one.statements}
        theirs = {(s.topic, s.key): s.value for s in two.statements}
        assert ours == theirs, path.name
        pairs += 1
    assert pairs >= 40


def test_every_statement_of_an_example_has_the_place_of_each_field(examples: Path) -> None:
    extract = read_paper("x", (examples / "xml" / "UBL-Invoice-2.0-Example.xml").read_bytes(), today=TODAY)
    line = value(extract, "goods.line", "1")
    assert line.quantity == Decimal(100)
    assert line.price == Price(Decimal("1.00"), "GBP", "KGM", Decimal(1))
    assert line.amount == Money(10000, "GBP")
    assert place(extract, "goods.line", "1", "amount") == "/Invoice/cac:InvoiceLine/cbc:LineExtensionAmount"
    assert value(extract, "trade.terms").total == Money(10750, "GBP")
    assert value(extract, "trade.party", "exporter").country == "GBR"
    for stated in extract.statements:
        given = {f for f in stated.value.__struct_fields__ if getattr(stated.value, f) not in (None, "", (), False)}
        assert given <= stated.places.keys()
    assert any("TaxAmount" in text.en for text in extract.unread)


# -- a whole invoice written here -------------------------------------------------------------------------------------

PARTY = """<cac:{name}><cac:Party><cac:PartyName><cbc:Name>{who}</cbc:Name></cac:PartyName>
<cac:PostalAddress><cbc:CityName>{city}</cbc:CityName><cac:Country><cbc:IdentificationCode>{country}</cbc:IdentificationCode>
</cac:Country></cac:PostalAddress><cac:PartyLegalEntity><cbc:CompanyID>{number}</cbc:CompanyID></cac:PartyLegalEntity>
</cac:Party></cac:{name}>"""
SELLER = PARTY.format(
    name="AccountingSupplierParty", who="湖北化工有限公司", city="宜昌", country="CN", number="91350100M000100Y43"
)
BUYER = PARTY.format(name="AccountingCustomerParty", who="Osaka Kagaku", city="Osaka", country="JP", number="9")
LINE = """<cac:InvoiceLine><cbc:ID>{id}</cbc:ID><cbc:InvoicedQuantity unitCode="TNE">20.5</cbc:InvoicedQuantity>
<cbc:LineExtensionAmount currencyID="USD">{amount}</cbc:LineExtensionAmount><cac:Item><cbc:Name>Phosphoric acid</cbc:Name>
<cbc:BrandName>Sanxia</cbc:BrandName><cac:SellersItemIdentification><cbc:ID>PA-85</cbc:ID></cac:SellersItemIdentification>
<cac:OriginCountry><cbc:IdentificationCode>CN</cbc:IdentificationCode></cac:OriginCountry><cac:CommodityClassification>
<cbc:ItemClassificationCode listID="{list}">2809.20 11.00</cbc:ItemClassificationCode></cac:CommodityClassification></cac:Item>
<cac:Price><cbc:PriceAmount currencyID="USD">51.51</cbc:PriceAmount><cbc:BaseQuantity unitCode="KGM">100</cbc:BaseQuantity>
</cac:Price></cac:InvoiceLine>"""
TOTAL = """<cac:LegalMonetaryTotal><cbc:LineExtensionAmount currencyID="USD">{}</cbc:LineExtensionAmount>
<cbc:PayableAmount currencyID="USD">{}</cbc:PayableAmount></cac:LegalMonetaryTotal>"""
DELIVERY = """<cac:DeliveryTerms><cbc:ID>CIF</cbc:ID><cac:DeliveryLocation><cbc:Name>Osaka</cbc:Name></cac:DeliveryLocation>
</cac:DeliveryTerms>"""
CHARGE = """<cac:AllowanceCharge><cbc:ChargeIndicator>{}</cbc:ChargeIndicator>
<cbc:AllowanceChargeReason>{}</cbc:AllowanceChargeReason><cbc:Amount currencyID="USD">{}</cbc:Amount></cac:AllowanceCharge>"""


def invoice(lines: str, total: str = "", more: str = "") -> Extract:
    head = (
        "<cbc:ID>INV-1</cbc:ID><cbc:IssueDate>2026-03-20</cbc:IssueDate><cbc:DocumentCurrencyCode>USD</cbc:DocumentCurrencyCode>"
        "<cac:OrderReference><cbc:ID>SC-7</cbc:ID><cbc:IssueDate>2026-03-01+08:00</cbc:IssueDate></cac:OrderReference>"
    )
    return read("Invoice", head + SELLER + BUYER + more + total + lines)


def test_an_invoice_is_read_field_by_field() -> None:
    extract = invoice(LINE.format(id="1", amount="10559.55", list="HS"), TOTAL.format("10559.55", "10559.55"), DELIVERY)
    assert (extract.kind, extract.format, extract.problems) == ("invoice", "UBL XML", ())
    assert value(extract, "trade.party", "exporter") == Party(
        name_zh="湖北化工有限公司", uscc="91350100M000100Y43", country="CHN", address="宜昌"
    )
    assert value(extract, "trade.party", "importer") == Party(name="Osaka Kagaku", country="JPN", address="Osaka")
    assert value(extract, "trade.terms") == Terms(
        contract_no="SC-7",
        contract_date=date(2026, 3, 1),
        invoice_no="INV-1",
        invoice_date=date(2026, 3, 20),
        incoterm="CIF",
        place="Osaka",
        currency="USD",
        total=Money(1055955, "USD"),
    )
    assert value(extract, "goods.line", "1") == GoodsLine(
        description="Phosphoric acid",
        item_code="PA-85",
        hs="2809201100",
        quantity=Decimal("20.5"),
        unit="TNE",
        price=Price(Decimal("51.51"), "USD", "KGM", Decimal(100)),
        amount=Money(1055955, "USD"),
        origin="CHN",
        brand="Sanxia",
    )
    assert [text.en for text in extract.unread] == [
        "/Invoice/cac:AccountingCustomerParty/cac:Party/cac:PartyLegalEntity/cbc:CompanyID: 9",
    ]


def test_of_a_foreign_goods_code_only_the_digits_of_the_harmonized_system_are_taken() -> None:
    assert value(invoice(LINE.format(id="1", amount="1", list="CN")), "goods.line", "1").hs == "280920"
    assert value(invoice(LINE.format(id="1", amount="1", list="TARIC")), "goods.line", "1").hs == "280920"


def test_a_code_of_an_unnamed_list_is_no_goods_code_but_is_mentioned() -> None:
    extract = invoice(LINE.format(id="1", amount="1", list="UNSPSC"))
    assert value(extract, "goods.line", "1").hs == ""
    assert any("2809.20 11.00" in text.en for text in extract.unread)


def test_lines_keep_their_numbers_or_are_counted() -> None:
    numbered = invoice("".join(LINE.format(id=name, amount="1", list="HS") for name in ("20", "010")))
    lettered = invoice("".join(LINE.format(id=name, amount="1", list="HS") for name in ("A", "B")))
    twice = invoice("".join(LINE.format(id=name, amount="1", list="HS") for name in ("1", "1")))
    keys = [[s.key for s in extract.statements if s.topic == "goods.line"] for extract in (numbered, lettered, twice)]
    assert keys == [["20", "10"], ["1", "2"], ["1", "2"]]


def test_the_order_of_numbered_lines_does_not_matter() -> None:
    lines = [LINE.format(id=name, amount=name, list="HS") for name in ("1", "2", "3")]
    facts = [{(s.topic, s.key): s.value for s in invoice("".join(order)).statements} for order in (lines, lines[::-1])]
    assert facts[0] == facts[1]


@pytest.mark.parametrize(
    ("amount", "rule"),
    [("10.001", "P012"), ("-5", "P012"), ("ten", "P012"), ("1e99999999", "P012"), ("9" * 25, "P012"), ("1,5", "P012")],
)
def test_an_amount_that_is_none_is_a_problem_at_its_place_and_loses_nothing_else(amount: str, rule: str) -> None:
    extract = invoice(LINE.format(id="1", amount=amount, list="HS") + LINE.format(id="2", amount="7", list="HS"))
    (problem,) = extract.problems
    assert (problem.rule, problem.where) == (rule, "/Invoice/cac:InvoiceLine[1]/cbc:LineExtensionAmount")
    assert value(extract, "goods.line", "1").amount is None
    assert value(extract, "goods.line", "1").quantity == Decimal("20.5")
    assert value(extract, "goods.line", "2").amount == Money(700, "USD")


def test_an_unknown_currency_is_a_problem() -> None:
    extract = invoice(LINE.format(id="1", amount="7", list="HS").replace('currencyID="USD">7', 'currencyID="XXQ">7'))
    assert [problem.rule for problem in extract.problems] == ["P012"]


@given(st.integers(0, 10**15), st.sampled_from(["USD", "JPY", "CNY", "KWD"]))
def test_every_amount_comes_through_unchanged(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    line = LINE.format(id="1", amount=f"{money.amount:.{minor_digits(currency)}f}", list="HS")
    extract = invoice(
        line.replace('<cbc:LineExtensionAmount currencyID="USD">', f'<cbc:LineExtensionAmount currencyID="{currency}">')
    )
    assert value(extract, "goods.line", "1").amount == money


def test_a_total_that_differs_from_its_lines_is_a_problem_and_names_both() -> None:
    extract = invoice(LINE.format(id="1", amount="7.00", list="HS"), TOTAL.format("8.00", "8.00"))
    (problem,) = extract.problems
    assert problem.rule == "P015"
    assert "USD 7.00" in problem.what.en
    assert "USD 8.00" in problem.what.zh


def test_an_invoice_partly_prepaid_keeps_its_whole_total() -> None:
    total = (
        '<cac:LegalMonetaryTotal><cbc:TaxInclusiveAmount currencyID="USD">7.00</cbc:TaxInclusiveAmount><cbc:PrepaidAmount '
        'currencyID="USD">5.00</cbc:PrepaidAmount><cbc:PayableAmount currencyID="USD">2.00</cbc:PayableAmount></cac:LegalMonetaryTotal>'
    )
    extract = invoice(LINE.format(id="1", amount="7.00", list="HS"), total)
    assert value(extract, "trade.terms").total == Money(700, "USD")
    assert any("PayableAmount: 2.00 USD" in text.en for text in extract.unread)


def test_freight_and_insurance_become_charges_and_other_charges_are_mentioned() -> None:
    more = CHARGE.format("true", "Ocean freight", "254.00") + CHARGE.format("true", "Insurance", "3.1")
    extract = invoice(
        LINE.format(id="1", amount="7", list="HS"), more=more + CHARGE.format("false", "Freight rebate", "1")
    )
    charges = value(extract, "transport.charges")
    assert (charges.freight, charges.insurance) == (
        Charge("3", Decimal("254.00"), "USD"),
        Charge("3", Decimal("3.10"), "USD"),
    )
    assert any("1 USD" in text.en for text in extract.unread)
    twice = invoice(
        LINE.format(id="1", amount="7", list="HS"), more=more + CHARGE.format("true", "Inland freight", "9")
    )
    assert value(twice, "transport.charges").freight is None


def test_a_rule_of_delivery_that_is_no_incoterm_is_asked_about() -> None:
    extract = invoice(
        LINE.format(id="1", amount="7", list="HS"), more="<cac:DeliveryTerms><cbc:ID>FOT</cbc:ID></cac:DeliveryTerms>"
    )
    assert rules(extract) == {"P014"}
    assert value(extract, "trade.terms").incoterm == ""


def test_a_day_far_off_is_asked_about() -> None:
    assert rules(read("Invoice", "<cbc:ID>1</cbc:ID><cbc:IssueDate>2226-01-01</cbc:IssueDate>")) == {"P023"}
    assert rules(read("Invoice", "<cbc:ID>1</cbc:ID><cbc:IssueDate>2026-02-30</cbc:IssueDate>")) == {"P012"}


# -- parties, transport, packing --------------------------------------------------------------------------------------


def named(element: str, who: str) -> str:
    return f"<cac:{element}><cac:PartyName><cbc:Name>{who}</cbc:Name></cac:PartyName></cac:{element}>"


def test_two_parties_of_one_part_are_both_kept_under_their_own_names() -> None:
    extract = read("Waybill", named("ExporterParty", "A") + named("ConsignorParty", "B") + named("CarrierParty", "C"))
    assert {s.key: s.value.name for s in extract.statements if s.topic == "trade.party"} == {
        "exporter": "A", "consignor": "B", "carrier": "C",
    }  # fmt: skip


def test_a_third_party_of_one_part_is_kept_and_asked_about() -> None:
    extract = read(
        "Waybill", named("ConsignorParty", "A") + named("ConsignorParty", "B") + named("ConsignorParty", "C")
    )
    names = {s.key: s.value.name for s in extract.statements if s.topic == "trade.party"}
    assert names == {"exporter": "A", "consignor": "B", "consignor_2": "C"}
    assert rules(extract) == {"P013"}


def test_a_party_known_by_number_takes_the_name_that_the_paper_gives_the_number_elsewhere() -> None:
    number = "<cac:PartyIdentification><cbc:ID schemeID='GLN'>5790000436057</cbc:ID></cac:PartyIdentification>"
    seller = f"<cac:SellerSupplierParty><cac:Party>{number}</cac:Party></cac:SellerSupplierParty>"
    alone = read("Order", f"<cbc:ID>1</cbc:ID>{seller}")
    assert value(alone, "trade.party", "exporter") == Party(number="GLN 5790000436057")
    sender = f"<cac:SenderParty>{number}<cac:PartyName><cbc:Name>A</cbc:Name></cac:PartyName></cac:SenderParty>"
    both = read("Order", f"<cbc:ID>1</cbc:ID>{seller}{sender}")
    assert value(both, "trade.party", "exporter") == Party(name="A")
    assert place(both, "trade.party", "exporter", "name") == "/Order/cac:SenderParty/cac:PartyName/cbc:Name"


SHIPMENT = """<cbc:ID>BL-9</cbc:ID><cbc:IssueDate>2026-04-02</cbc:IssueDate><cac:Shipment><cbc:ID>1</cbc:ID>
<cbc:GrossWeightMeasure unitCode="TNE">21.5</cbc:GrossWeightMeasure><cbc:NetWeightMeasure unitCode="KGM">20500.0</cbc:NetWeightMeasure>
<cbc:TotalTransportHandlingUnitQuantity>20</cbc:TotalTransportHandlingUnitQuantity>
<cac:Consignment><cbc:ID>1</cbc:ID><cbc:GrossWeightMeasure unitCode="KGM">21500</cbc:GrossWeightMeasure>
<cac:FinalDestinationCountry><cbc:IdentificationCode>JP</cbc:IdentificationCode></cac:FinalDestinationCountry></cac:Consignment>
<cac:ShipmentStage><cbc:TransportModeCode>8</cbc:TransportModeCode><cbc:PreCarriageIndicator>true</cbc:PreCarriageIndicator></cac:ShipmentStage>
<cac:ShipmentStage><cbc:TransportModeCode>1</cbc:TransportModeCode><cac:TransitPeriod><cbc:StartDate>2026-04-03</cbc:StartDate></cac:TransitPeriod>
<cac:TransportMeans><cbc:JourneyID>012E</cbc:JourneyID><cac:MaritimeTransport>
<cbc:VesselName>HAI FENG</cbc:VesselName></cac:MaritimeTransport></cac:TransportMeans>
<cac:LoadingPortLocation><cbc:ID>CNSHA</cbc:ID></cac:LoadingPortLocation><cac:UnloadingPortLocation><cbc:Name>Osaka</cbc:Name></cac:UnloadingPortLocation></cac:ShipmentStage>
<cac:TransportHandlingUnit><cbc:ShippingMarks>N/M</cbc:ShippingMarks><cac:TransportEquipment><cbc:ID>{container}</cbc:ID>
<cbc:SizeTypeCode>22G1</cbc:SizeTypeCode><cac:TransportEquipmentSeal><cbc:ID>S1</cbc:ID></cac:TransportEquipmentSeal></cac:TransportEquipment></cac:TransportHandlingUnit></cac:Shipment>"""


def test_a_bill_of_lading_gives_transport_containers_and_packing() -> None:
    extract = read("BillOfLading", SHIPMENT.format(container="CSQU3054383"))
    assert value(extract, "transport.plan") == Transport(
        mode="2",
        conveyance="HAI FENG",
        voyage="012E",
        bill_no="BL-9",
        bill_date=date(2026, 4, 2),
        loading_port="CNSHA",
        destination_country="JPN",
        loading_on=date(2026, 4, 3),
    )
    assert value(extract, "transport.container", "CSQU3054383") == Container(size_type="22G1", seals=("S1",))
    assert value(extract, "packing.totals") == Packing(
        packages=20, gross_kg=Decimal(21500), net_kg=Decimal(20500), marks="N/M"
    )
    assert any("Osaka" in text.en for text in extract.unread)
    assert extract.problems == ()


def test_a_container_number_with_a_wrong_check_digit_is_kept_and_asked_about() -> None:
    extract = read("BillOfLading", SHIPMENT.format(container="CSQU3054384"))
    assert value(extract, "transport.container", "CSQU3054384").size_type == "22G1"
    assert rules(extract) == {"P017"}


# -- the JSON form, refusals ------------------------------------------------------------------------------------------


def test_the_json_form_is_read_with_pointers_as_places() -> None:
    body = {"ID": [{"_": "INV-1"}], "IssueDate": [{"_": "2026-03-20"}], "LegalMonetaryTotal": [
        {"PayableAmount": [{"_": 10559.55, "currencyID": "USD"}]}
    ]}  # fmt: skip
    data = json.dumps({"_D": f"{SPACE}Invoice-2", "_B": "b", "Invoice": [body]}).encode()
    extract = read_paper("x", data, today=TODAY)
    assert extract.format == "UBL JSON"
    assert value(extract, "trade.terms").total == Money(1055955, "USD")
    assert place(extract, "trade.terms", "", "total") == "/Invoice/0/LegalMonetaryTotal/0/PayableAmount/0"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"<html><body/></html>", "html is not a UBL or CII document"),
        (b'<a:x xmlns:a="urn:other"/>', "{urn:other}x is not a UBL or CII document"),
        (document("Invoice", "<cbc:ID>"), "not well-formed"),
        (document("TransportationStatus", "<cbc:ID>1</cbc:ID>"), "no goods, named party or money"),
        (b'{"_D": "urn:other:Invoice", "Invoice": [{}]}', "urn:other:Invoice is not a UBL or CII document"),
    ],
)
def test_what_says_nothing_of_a_trade_is_refused_with_the_reason(data: bytes, said: str) -> None:
    with pytest.raises(Refusal, match=said.replace("{", r"\{").replace("}", r"\}")):
        read_paper("x", data, today=TODAY)
