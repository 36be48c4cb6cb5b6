"""Cross Industry Invoices: what becomes of a small one, of its faults, and of the examples at hand."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from entrepot.gateways.extract import Extract
from entrepot.gateways.papers import read_paper
from entrepot.kernel.intake import Refusal
from entrepot.kernel.money import Money, Price
from entrepot.kernel.vocabulary.goods import GoodsLine
from entrepot.kernel.vocabulary.trade import Charge, Charges, Party, Terms, Transport

TODAY = date(2026, 11, 22)
SPACES = "urn:un:unece:uncefact:data:standard:"
INVOICE = f"""<?xml version="1.0" encoding="UTF-8"?>
<rsm:CrossIndustryInvoice xmlns:rsm="{SPACES}CrossIndustryInvoice:100"
  xmlns:ram="{SPACES}ReusableAggregateBusinessInformationEntity:100" xmlns:udt="{SPACES}UnqualifiedDataType:100">
 <rsm:ExchangedDocument><ram:ID>HC-7</ram:ID><ram:TypeCode>380</ram:TypeCode>
  <ram:IssueDateTime><udt:DateTimeString format="102">20260320</udt:DateTimeString></ram:IssueDateTime></rsm:ExchangedDocument>
 <rsm:SupplyChainTradeTransaction>
  <ram:IncludedSupplyChainTradeLineItem>
   <ram:AssociatedDocumentLineDocument><ram:LineID>1</ram:LineID></ram:AssociatedDocumentLineDocument>
   <ram:SpecifiedTradeProduct><ram:SellerAssignedID>PA-85</ram:SellerAssignedID><ram:Name>Phosphoric acid</ram:Name>
    <ram:DesignatedProductClassification><ram:ClassCode listID="HS">28092011</ram:ClassCode></ram:DesignatedProductClassification>
    <ram:OriginTradeCountry><ram:ID>CN</ram:ID></ram:OriginTradeCountry></ram:SpecifiedTradeProduct>
   <ram:SpecifiedLineTradeAgreement><ram:NetPriceProductTradePrice><ram:ChargeAmount>515.10</ram:ChargeAmount>
     <ram:BasisQuantity unitCode="TNE">1</ram:BasisQuantity></ram:NetPriceProductTradePrice></ram:SpecifiedLineTradeAgreement>
   <ram:SpecifiedLineTradeDelivery><ram:BilledQuantity unitCode="TNE">20.5</ram:BilledQuantity></ram:SpecifiedLineTradeDelivery>
   <ram:SpecifiedLineTradeSettlement><ram:SpecifiedTradeSettlementLineMonetarySummation>
     <ram:LineTotalAmount>10559.55</ram:LineTotalAmount></ram:SpecifiedTradeSettlementLineMonetarySummation>
   </ram:SpecifiedLineTradeSettlement>
  </ram:IncludedSupplyChainTradeLineItem>
  <ram:ApplicableHeaderTradeAgreement>
   <ram:SellerTradeParty><ram:Name>Hubei Chem Co., Ltd.</ram:Name><ram:PostalTradeAddress><ram:LineOne>12 River Road</ram:LineOne>
     <ram:CityName>Yichang</ram:CityName><ram:CountryID>CN</ram:CountryID></ram:PostalTradeAddress></ram:SellerTradeParty>
   <ram:BuyerTradeParty><ram:Name>Osaka Kagaku KK</ram:Name></ram:BuyerTradeParty>
   <ram:ApplicableTradeDeliveryTerms><ram:DeliveryTypeCode>CIF</ram:DeliveryTypeCode>
     <ram:RelevantTradeLocation><ram:Name>Osaka</ram:Name></ram:RelevantTradeLocation></ram:ApplicableTradeDeliveryTerms>
   <ram:ContractReferencedDocument><ram:IssuerAssignedID>SC-77</ram:IssuerAssignedID></ram:ContractReferencedDocument>
  </ram:ApplicableHeaderTradeAgreement>
  <ram:ApplicableHeaderTradeDelivery><ram:RelatedSupplyChainConsignment><ram:SpecifiedLogisticsTransportMovement>
    <ram:ModeCode>1</ram:ModeCode></ram:SpecifiedLogisticsTransportMovement></ram:RelatedSupplyChainConsignment>
  </ram:ApplicableHeaderTradeDelivery>
  <ram:ApplicableHeaderTradeSettlement>
   <ram:InvoiceCurrencyCode>USD</ram:InvoiceCurrencyCode>
   <ram:SpecifiedLogisticsServiceCharge><ram:Description>Ocean freight</ram:Description>
     <ram:AppliedAmount>900.00</ram:AppliedAmount></ram:SpecifiedLogisticsServiceCharge>
   <ram:SpecifiedTradeSettlementHeaderMonetarySummation><ram:LineTotalAmount>10559.55</ram:LineTotalAmount>
     <ram:GrandTotalAmount>10559.55</ram:GrandTotalAmount><ram:DuePayableAmount>10559.55</ram:DuePayableAmount>
   </ram:SpecifiedTradeSettlementHeaderMonetarySummation>
  </ram:ApplicableHeaderTradeSettlement>
 </rsm:SupplyChainTradeTransaction>
</rsm:CrossIndustryInvoice>"""


def read(text: str) -> Extract:
    return read_paper("invoice.xml", text.encode(), today=TODAY)


def facts(extract: Extract) -> dict[tuple[str, str], Any]:
    return {(stated.topic, stated.key): stated.value for stated in extract.statements}


def test_everything_an_export_needs_is_stated_with_its_place() -> None:
    extract = read(INVOICE)
    assert (extract.kind, extract.format, extract.problems, extract.unread) == ("invoice", "CII XML", (), ())
    assert facts(extract) == {
        ("trade.party", "exporter"): Party("Hubei Chem Co., Ltd.", country="CHN", address="12 River Road, Yichang"),
        ("trade.party", "importer"): Party("Osaka Kagaku KK"),
        ("trade.terms", ""): Terms(
            contract_no="SC-77",
            invoice_no="HC-7",
            invoice_date=date(2026, 3, 20),
            incoterm="CIF",
            place="Osaka",
            currency="USD",
            total=Money(1055955, "USD"),
        ),
        ("transport.charges", ""): Charges(freight=Charge("3", Decimal("900"), "USD")),
        ("transport.plan", ""): Transport(mode="2"),
        ("goods.line", "1"): GoodsLine(
            description="Phosphoric acid",
            item_code="PA-85",
            hs="28092011",
            quantity=Decimal("20.5"),
            unit="TNE",
            price=Price(Decimal("515.10"), "USD", "TNE"),
            amount=Money(1055955, "USD"),
            origin="CHN",
        ),
    }
    (amount,) = [one.places["amount"] for one in extract.statements if one.topic == "goods.line"]
    assert amount.startswith("/rsm:CrossIndustryInvoice/rsm:SupplyChainTradeTransaction/ram:Included")


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (">10559.55</ram:LineTotalAmount>\n     <ram:Gr", ">1</ram:LineTotalAmount><ram:Gr", "P015"),
        ("CIF", "DAF", "P014"),
        (">20.5<", ">-20.5<", "P012"),
        (">10559.55</ram:LineTotalAmount></ram", ">10559.555</ram:LineTotalAmount></ram", "P012"),
        ("20260320", "20260345", "P012"),
        (">CN<", ">XQ<", "P012"),
    ],
)  # fmt: skip
def test_a_fault_is_told_at_its_place_and_loses_nothing_else(old: str, new: str, rule: str) -> None:
    assert old in INVOICE
    extract = read(INVOICE.replace(old, new))
    told = [problem for problem in extract.problems if problem.rule == rule]
    assert told
    assert all(problem.where.startswith("/rsm:") and problem.what.zh for problem in told)
    assert ("trade.party", "importer") in facts(extract)


@pytest.mark.parametrize(("code", "kind"), [("380", "invoice"), ("381", "credit_note"), ("325", "proforma_invoice")])
def test_the_kind_is_that_of_its_code(code: str, kind: str) -> None:
    extract = read(INVOICE.replace(">380<", f">{code}<"))
    assert extract.kind == kind
    assert (facts(extract)["trade.terms", ""].invoice_no != "") == (kind == "invoice")


def test_an_invoice_that_says_nothing_is_refused() -> None:
    empty = re.sub(r"<rsm:Supply.*</rsm:SupplyChainTradeTransaction>", "", INVOICE, flags=re.DOTALL)
    with pytest.raises(Refusal) as refusal:
        read(re.sub(r"<rsm:Exch.*</rsm:ExchangedDocument>", "", empty, flags=re.DOTALL))
    assert refusal.value.problems[0].rule == "P008"


def test_every_example_at_hand_becomes_facts(shared_data: Path) -> None:
    files = sorted((shared_data / "documents" / "en16931" / "cii").glob("*.xml"))
    assert files
    for file in files:
        extract = read_paper(file.name, file.read_bytes(), today=TODAY)
        assert extract.format == "CII XML"
        assert {"trade.party", "trade.terms", "goods.line"} <= {stated.topic for stated in extract.statements}
