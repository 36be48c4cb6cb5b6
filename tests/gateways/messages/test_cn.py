"""The single window's declaration: what it says, that it comes back, and that nothing broken goes through."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from entrepot.gateways.messages.cn import fields
from entrepot.gateways.messages.cn.writing import ChinaFormat, client_number
from entrepot.gateways.messages.message import Envelope
from entrepot.gateways.messages.xml import leaves, read_tree
from entrepot.kernel.intake import Refusal
from entrepot.kernel.money import Money
from entrepot.kernel.vocabulary.clearance import Cancellation
from entrepot.kernel.vocabulary.decisions import Declaration
from tests.gateways.messages.made_cn import EXAMPLES, EXPORT, EXPORT_HEAD, IMPORT, LINE_ONE, wrapped
from tests.gateways.messages.made_forms import declarations
from tests.gateways.messages.rounds import DAY, ENVELOPE, differences, form, read, said, written


def test_on_an_export_the_element_called_origin_holds_the_destination() -> None:
    line = said(read(EXPORT))["goods.line", "1"]
    assert (line.origin, line.final_country) == ("CHN", "JPN")
    line = said(read(IMPORT))["goods.line", "1"]
    assert (line.origin, line.final_country) == ("JPN", "CHN")


def test_head_parties_lines_containers_and_documents_are_stated() -> None:
    facts = said(read(EXPORT))
    assert facts["declaration.particulars", ""].supervision_mode == "0110"
    assert (facts["declaration.particulars", ""].price_effect, facts["declaration.particulars", ""].royalty) == (
        True,
        False,
    )
    assert facts["declaration.particulars", ""].trade_term == "1"
    assert facts["trade.party", "exporter"].name_zh == "湖北示例磷化有限公司"
    assert facts["trade.party", "importer"].aeo == "JP1234567890123"
    assert facts["goods.line", "2"].amount == Money(600000, "USD")
    assert facts["goods.line", "1"].elements == ("0", "0", "工业用", "H3PO4 85%", "无品牌")
    assert facts["transport.charges", ""].insurance.value == Decimal("0.3")
    assert facts["transport.container", "CSQU3054383"].lines == ("1", "2")
    assert facts["declaration.attachment", "B"].number == "126000000000012345"


def test_a_proof_of_origin_goes_with_its_lines() -> None:
    proof = said(read(IMPORT))["declaration.attachment", "Y"]
    assert (proof.number, proof.lines) == ("<22>C2026000123", ("1",))


def test_a_place_is_an_xpath() -> None:
    extract = read(EXPORT)
    line = next(one for one in extract.statements if (one.topic, one.key) == ("goods.line", "2"))
    assert line.places["hs"] == "/DecMessage/DecLists/DecList[2]/CodeTS"


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_text_of_a_message_is_stated_or_listed(name: str) -> None:
    extract = read(EXAMPLES[name])
    listed = " ".join(text.en for text in extract.unread)
    places = {place for one in extract.statements for place in one.places.values()}
    companions = (
        "TradeCurr",
        "FeeMark",
        "FeeCurr",
        "InsurMark",
        "DocuCode",
        "CertCode",
        "CertType",
        "EcoCertNo",
        "DecGNo",
    )
    common = ("DutyMode", "DistrictCode", "DestCode")
    for leaf in leaves(read_tree(EXAMPLES[name])):
        assert leaf.path in places or f"{leaf.path}: " in listed or leaf.name in (*companions, *common), leaf.path


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_was_read_and_written_is_read_again(name: str) -> None:
    extract = read(EXAMPLES[name])
    out = written("cn", form(extract))
    assert out.lost == ()
    assert said(read(out.data)) == said(extract)


@settings(max_examples=25, deadline=None)
@given(declarations())
def test_a_form_comes_back_but_for_what_is_named_as_lost(declaration: Declaration) -> None:
    out = written("cn", declaration)
    after = form(read(out.data))
    lost = "\n".join(text.en for text in out.lost)
    # The window's codes: a rule of Incoterms becomes its code; what is nowhere but in a line stays with the line.
    found = differences(declaration, after, lost)
    found = {
        path: pair for path, pair in found.items() if path != "trade_term" or pair[1] != fields.TRADE_TERMS[pair[0]]
    }
    assert {path for path in found if "size_type" not in path} == set()
    assert written("cn", after).data == written("cn", form(read(written("cn", after).data))).data


def test_what_the_format_has_no_place_for_is_named_with_its_value() -> None:
    declaration = form(read(EXPORT))
    lacking = replace(declaration, invoice_no="INV-7", transport=replace(declaration.transport, discharge_port="JPOSA"))
    lost = [text.en for text in written("cn", lacking).lost]
    assert lost == ["invoice_no: INV-7", "transport.discharge_port: JPOSA"]


def test_a_value_longer_than_its_field_is_named() -> None:
    declaration = replace(form(read(EXPORT)), contract_no="X" * 33)
    assert [text.en[:31] for text in written("cn", declaration).lost] == ["ContrNo: longer than 32 charact"]


def test_an_amendment_names_the_number_and_the_window_keeps_it_for_signing() -> None:
    envelope = Envelope("m-1", "amend", declaration="470520260000000017")
    data = written("cn", form(read(EXPORT)), envelope).data
    assert said(read(data))["declaration.particulars", ""].declaration_no == "470520260000000017"
    assert b"<OperType>G</OperType>" in data


def test_a_withdrawal_names_the_declaration_and_the_reason() -> None:
    asked = Cancellation("withdraw", "重复申报 & twice", DAY, "470520260000000017")
    tree = read_tree(ChinaFormat().write_cancellation(asked, ENVELOPE).data)
    assert {node.name: node.text for node in tree.children} == {
        "DecModType": "2", "EntryId": "470520260000000017", "DecModNote": "重复申报 & twice", "OperType": "G",
        "SignTime": "2026-04-01T10:00:00Z",
    }  # fmt: skip


def test_the_declarants_number_has_eighteen_characters_at_most() -> None:
    number = client_number(ENVELOPE.message)
    assert (len(number), number.isdigit(), client_number("A1")) == (18, True, "A1")
    assert number != client_number(ENVELOPE.message[:-1] + "2")


def test_without_a_flow_nobody_is_taken_for_the_exporter() -> None:
    extract = read(EXPORT.replace(b"<IEFlag>E</IEFlag>", b""))
    parties = {key for topic, key in said(extract) if topic == "trade.party"}
    assert parties == {"domestic", "overseas", "owner", "declarant"}
    assert "P012" in {problem.rule for problem in extract.problems}
    assert said(extract)["goods.line", "1"].origin == ""


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        (b"<FeeMark>3</FeeMark>", b"", "FeeMark"),
        (b"<DeclTotal>6000.00", b"<DeclTotal>6.000,00", "number"),
        (b"<DeclTotal>6000.00", b"<DeclTotal>-1", "negative"),
        (b"<GrossWet>24500", b"<GrossWet>1e999", "digits"),
        (b"<PackNo>960", b"<PackNo>9.5", "whole"),
        (b"<PromiseItmes>010", b"<PromiseItmes>0X0", "marks"),
        (b"<GNo>2</GNo>", b"<GNo>1</GNo>", "line 1"),
        (b"<GNo>2</GNo>", b"", "line number"),
        (b"<TradeCurr>USD", b"<TradeCurr>ZZZ", "currency"),
        (b"<TradeCountry>JPN", b"<TradeCountry>116", "country"),
        (b"CSQU3054383", b"CSQU305", "container"),
        (b"<CodeTS>2809201900", b"<CodeTS>28O9201900", "goods code"),
    ],
)
def test_a_wrong_value_is_a_problem_with_its_place(old: bytes, new: bytes, word: str) -> None:
    assert old in EXPORT
    extract = read(EXPORT.replace(old, new))
    assert [
        problem for problem in extract.problems if word in problem.what.en and problem.where.startswith("/DecMessage")
    ]


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (EXPORT[:600], "P006"),
        (wrapped("<DecLists/>"), "P008"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]>' + EXPORT.partition(b"?>")[2], "P002"),
        (EXPORT.replace(b'encoding="UTF-8"', b'encoding="UTF-7"'), "P002"),
        (wrapped("<a>" * 70 + "</a>" * 70), "P003"),
    ],
)
def test_what_is_no_whole_message_is_refused_with_its_reason(data: bytes, rule: str) -> None:
    with pytest.raises(Refusal) as refused:
        read(data)
    assert [problem.rule for problem in refused.value.problems] == [rule]


def test_ten_thousand_lines_are_read_and_more_than_a_message_has_are_refused() -> None:
    lines = "".join(f"<DecList><CodeTS>31053000</CodeTS><GNo>{number}</GNo></DecList>" for number in range(1, 10_001))
    assert (
        sum(topic == "goods.line" for topic, _ in said(read(wrapped(EXPORT_HEAD + f"<DecLists>{lines}</DecLists>"))))
        == 10_000
    )
    with pytest.raises(Refusal) as refused:
        read(wrapped(EXPORT_HEAD + f"<DecLists>{LINE_ONE * 16_000}</DecLists>"))
    assert [problem.rule for problem in refused.value.problems] == ["P003"]
