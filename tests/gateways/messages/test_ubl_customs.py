"""UBL customs declarations: read beyond goods and parties, written, and read again."""

from datetime import date
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings

from entrepot.gateways.messages.formats import FORMATS
from entrepot.gateways.messages.message import Envelope
from entrepot.gateways.papers import read_paper
from entrepot.kernel.intake import Refusal
from entrepot.kernel.vocabulary.clearance import Cancellation
from entrepot.kernel.vocabulary.customs import Attachment
from entrepot.kernel.vocabulary.decisions import Declaration
from entrepot.kernel.vocabulary.trade import Container
from tests.gateways.messages.made_forms import declarations
from tests.gateways.messages.made_wco import EXPORT, wco
from tests.gateways.messages.rounds import DAY, ENVELOPE, differences, form, read, said, written

UBL = FORMATS["ubl"]
SPACE = "urn:oasis:names:specification:ubl:schema:xsd:"
IMPORT = """<cbc:ID>IMP-1</cbc:ID><cbc:IssueDate>2026-06-18</cbc:IssueDate><cbc:TypeCode>A</cbc:TypeCode>
<cbc:SubTypeCode>IM</cbc:SubTypeCode>
<cac:ImporterParty><cac:PartyIdentification><cbc:ID>FI77</cbc:ID></cac:PartyIdentification>
<cac:PartyName><cbc:Name>Turku Lannoite Oy</cbc:Name>
</cac:PartyName><cac:AgentParty><cac:PartyName><cbc:Name>Satama Huolinta Oy</cbc:Name></cac:PartyName></cac:AgentParty></cac:ImporterParty>
<cac:ConsignorParty><cac:PartyName><cbc:Name>Yichang Acids Co., Ltd</cbc:Name></cac:PartyName></cac:ConsignorParty>
<cac:Shipment><cbc:ID>1</cbc:ID><cac:Consignment><cbc:ID>1</cbc:ID><cbc:TotalPackagesQuantity>20</cbc:TotalPackagesQuantity>
<cac:CustomsDeclaration><cbc:ID>26FI1</cbc:ID></cac:CustomsDeclaration></cac:Consignment>
<cac:GoodsItem><cbc:SequenceNumberID>1</cbc:SequenceNumberID><cbc:CustomsProcedureCode>4000</cbc:CustomsProcedureCode>
<cbc:CustomsTariffQuantity unitCode="KGM">24000</cbc:CustomsTariffQuantity>
<cac:Item><cbc:Description>Phosphoric acid</cbc:Description><cac:CommodityClassification>
<cbc:ItemClassificationCode>2809200000</cbc:ItemClassificationCode></cac:CommodityClassification></cac:Item>
<cac:GoodsItemContainer><cbc:ID>CSQU3054383</cbc:ID><cac:TransportEquipment><cbc:ID>CSQU3054383</cbc:ID></cac:TransportEquipment>
</cac:GoodsItemContainer>
<cac:AdditionalDocumentReference><cbc:ID>L-5</cbc:ID><cbc:DocumentTypeCode>C644</cbc:DocumentTypeCode></cac:AdditionalDocumentReference>
</cac:GoodsItem></cac:Shipment>
<cac:AdditionalDocumentReference><cbc:ID>BL-77</cbc:ID><cbc:IssueDate>2026-06-01</cbc:IssueDate><cbc:DocumentTypeCode>N705</cbc:DocumentTypeCode>
</cac:AdditionalDocumentReference><cac:AdditionalDocumentReference><cbc:ID>loose</cbc:ID></cac:AdditionalDocumentReference>"""


def ubl(name: str, body: str) -> bytes:
    aggregate, basic = f"{SPACE}CommonAggregateComponents-2", f"{SPACE}CommonBasicComponents-2"
    return f'<{name} xmlns="{SPACE}{name}-2" xmlns:cac="{aggregate}" xmlns:cbc="{basic}">{body}</{name}>'.encode()


def test_an_import_declaration_says_flow_procedure_documents_and_who_declares() -> None:
    extract = read(ubl("ImportCustomsDeclaration", IMPORT))
    facts = {f"{topic}/{key}".rstrip("/"): value for (topic, key), value in said(extract).items()}
    particulars = facts["declaration.particulars"]
    assert extract.kind == "import_customs_declaration"
    assert (particulars.flow, particulars.reference, particulars.declaration_no) == ("I", "IMP-1", "26FI1")
    assert (particulars.supervision_mode, particulars.type_code, particulars.declared_on) == (
        "4000",
        "IMA",
        date(2026, 6, 18),
    )
    assert (facts["transport.plan"].bill_no, facts["transport.plan"].bill_date) == ("BL-77", date(2026, 6, 1))
    assert facts["declaration.attachment/C644"] == Attachment("L-5", lines=("1",))
    assert facts["transport.container/CSQU3054383"] == Container(lines=("1",))
    assert facts["trade.party/declarant"].name == "Satama Huolinta Oy"
    assert (facts["trade.party/importer"].name, facts["trade.party/importer"].number) == ("Turku Lannoite Oy", "FI77")
    assert (facts["goods.line/1"].hs, str(facts["goods.line/1"].quantity1), facts["packing.totals"].packages) == (
        "2809200000",
        "24000",
        20,
    )


def test_a_document_without_a_type_is_listed() -> None:
    listed = [text.en for text in read(ubl("ImportCustomsDeclaration", IMPORT)).unread]
    assert "/ImportCustomsDeclaration/cac:AdditionalDocumentReference[2]/cbc:ID: loose" in listed


@settings(max_examples=60)
@given(declarations())
def test_a_form_comes_back_but_for_what_is_named_as_lost(declaration: Declaration) -> None:
    message = written("ubl", declaration)
    told = "".join(text.en + "\n" for text in message.lost)
    missed = differences(declaration, form(read(message.data)), told)
    assert not {path for path in missed if path != "trade_term" and not path.startswith("owner.")}


def test_a_wco_declaration_becomes_ubl_and_names_what_is_lost() -> None:
    declaration = form(read(wco(EXPORT)))
    message = UBL.write(declaration, Envelope("REF-1"))
    lost = {text.en.partition(":")[0] for text in message.lost}
    assert lost == {
        "particulars.additional_procedures", "particulars.royalty", "line/1.marks", "line/1.final_country",
        "party/agent.2.number", "party/authorisation_holder.CGU.number",
    }  # fmt: skip
    again = form(read(message.data))
    assert again.lines[0] == msgspec.structs.replace(declaration.lines[0], marks="", final_country="")
    assert again.transport == declaration.transport


def test_an_amended_export_says_so_and_an_import_cannot() -> None:
    declaration = form(read(wco(EXPORT)))
    message = UBL.write(declaration, Envelope("REF-2", "amend", declaration="26GB1"))
    assert b"FunctionCode>5<" in message.data
    assert form(read(message.data)).particulars.declaration_no == "26GB1"
    imported = msgspec.structs.replace(
        declaration, flow="I", particulars=msgspec.structs.replace(declaration.particulars, flow="I", type_code="IMA")
    )
    other = UBL.write(imported, Envelope("REF-2", "amend", declaration="26GB1"))
    assert "function: amend" in [text.en for text in other.lost]
    assert form(read(other.data)).particulars.declaration_no == "26GB1"


def test_there_is_no_cancellation() -> None:
    with pytest.raises(Refusal, match="P030"):
        UBL.write_cancellation(Cancellation("cancel", "", DAY), ENVELOPE)


def test_every_text_of_the_real_examples_is_stated_or_listed_and_they_come_back(shared_data: Path) -> None:
    files = sorted((shared_data / "documents" / "ubl" / "xml").glob("*CustomsDeclaration*"))
    assert files
    for file in files:
        extract = read_paper(file.name, file.read_bytes(), today=DAY)
        declaration = form(extract)
        message = UBL.write(declaration, Envelope(declaration.particulars.reference))
        told = "".join(text.en + "\n" for text in message.lost)
        assert not differences(declaration, form(read(message.data)), told), file.name
