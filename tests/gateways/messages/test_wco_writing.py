"""WCO Data Model XML written: valid by its schemas, read again as it was, and what has no place named."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from lxml import etree

from entrepot.gateways.messages.form import declaration_of, dropped
from entrepot.gateways.messages.formats import FORMATS
from entrepot.gateways.messages.message import Envelope
from entrepot.gateways.messages.wco.names import message_of, reference_of
from entrepot.gateways.messages.wco.schemas import WcoSchemas
from entrepot.kernel.intake import Refusal
from entrepot.kernel.vocabulary.clearance import Cancellation
from entrepot.kernel.vocabulary.decisions import Declaration, LineDraft
from entrepot.kernel.vocabulary.trade import Leg, Party
from tests.gateways.messages.made_forms import declarations
from tests.gateways.messages.made_wco import CANCELLATION, EXPORT, wco
from tests.gateways.messages.rounds import ENVELOPE, differences, form, read, said, written

WCO = FORMATS["wco"]
NUMBER = "26GB0000000000001"


@pytest.fixture(scope="session")
def schemas(shared_data: Path) -> WcoSchemas:
    return WcoSchemas(shared_data / "documents" / "hmrc-wco" / "schemas")


def small(**fields: object) -> Declaration:
    return msgspec.structs.replace(form(read(wco(EXPORT))), **fields)


def test_what_was_read_is_written_and_read_again_without_a_loss() -> None:
    first = read(wco(EXPORT))
    message = WCO.write(form(first), Envelope("REF-1"))
    assert message.lost == ()
    assert dropped(first.statements) == ()
    assert said(read(message.data)) == said(first)


@settings(max_examples=60)
@given(declarations())
def test_a_form_comes_back_but_for_what_is_named_as_lost(declaration: Declaration) -> None:
    message = written("wco", declaration)
    told = "".join(text.en + "\n" for text in message.lost)
    missed = differences(declaration, form(read(message.data)), told)
    # The customs code of a price basis goes as the Incoterm it stands for; who is not named apart is the one behind.
    missed = {path: sides for path, sides in missed.items() if path != "trade_term" and not path.startswith("owner.")}
    assert not missed


@settings(max_examples=25)
@given(declarations())
def test_a_form_is_valid_by_the_schemas(schemas: WcoSchemas, declaration: Declaration) -> None:
    data = written("wco", declaration).data
    assert schemas.valid(data), schemas.declaration.error_log


def test_an_amendment_carries_function_number_and_reason(schemas: WcoSchemas) -> None:
    message = WCO.write(small(), Envelope("REF-2", "amend", declaration=NUMBER))
    extract = read(message.data)
    assert (extract.kind, form(extract).particulars.declaration_no) == ("customs_amendment", NUMBER)
    assert b"<TypeCode>COR</TypeCode>" in message.data
    assert "flow: E" in [text.en for text in message.lost]
    assert schemas.valid(message.data)


def test_a_cancellation_carries_number_and_reason_and_names_what_it_cannot(schemas: WcoSchemas) -> None:
    asked = Cancellation("withdraw", "typing error in line 2", date(2026, 6, 20), NUMBER)
    message = WCO.write_cancellation(asked, Envelope("REF-3", "cancel", sender="GB111"))
    extract = read(message.data)
    value = said(extract)["declaration.withdrawal", ""]
    assert (extract.kind, value.declaration, value.reason) == ("customs_cancellation", NUMBER, "typing error in line 2")
    assert [text.en for text in message.lost] == ["asked_on: 2026-06-20", "kind: withdraw"]
    assert schemas.valid(message.data)
    assert schemas.cancellation.validate(etree.fromstring(message.data))
    assert schemas.valid(wco(CANCELLATION))


@pytest.mark.parametrize(
    ("field", "value", "lost"),
    [
        pytest.param("place", "x" * 257, "place: " + "x" * 257, id="too long"),
        pytest.param("contract_no", "a\x01b", "contract_no: a\x01b", id="no XML"),
        pytest.param("trade_term", "5", "trade_term: 5", id="no Incoterm"),
    ],
)
def test_a_value_that_does_not_fit_is_lost_whole_and_named(field: str, value: str, lost: str) -> None:
    message = WCO.write(small(**{field: value}), ENVELOPE)
    assert lost in [text.en for text in message.lost]
    assert f">{value}<".encode() not in message.data


def test_weights_of_more_than_sixteen_digits_or_six_decimals_are_lost() -> None:
    for weight in (Decimal("0.0000001"), Decimal(10) ** 17):
        line = msgspec.structs.replace(small().lines[0], net_kg=weight)
        message = WCO.write(small(lines=(line,)), ENVELOPE)
        assert any(text.en.startswith("line/1.net_kg: ") for text in message.lost)


def test_a_route_of_which_more_than_countries_is_said_does_not_go_half() -> None:
    route = (Leg("", "KOR"), Leg("Busan", "KOR"))
    transport = msgspec.structs.replace(small().transport, legs=route)
    message = WCO.write(small(transport=transport), ENVELOPE)
    assert b"Itinerary" not in message.data
    assert any(text.en.startswith("transport.legs: ") for text in message.lost)


def test_a_credit_code_has_no_place_and_the_customs_record_takes_the_number() -> None:
    party = Party("Yichang Acids Co., Ltd", uscc="91420500MA49XY123X", customs_code="4205910001", country="CHN")
    message = WCO.write(small(domestic_party=party, owner=party), ENVELOPE)
    assert [text.en for text in message.lost if "party" in text.en] == ["domestic_party.uscc: 91420500MA49XY123X"]
    assert form(read(message.data)).domestic_party == msgspec.structs.replace(party, uscc="")


@pytest.mark.parametrize(("hs", "types"), [("280920", ["HS"]), ("28092019", ["TSP"]), ("2809201900", ["TSP", "TRC"])])
def test_a_goods_code_is_parted_as_the_tariff_parts_it(hs: str, types: list[str]) -> None:
    message = WCO.write(small(lines=(LineDraft(1, hs10=hs),)), ENVELOPE)
    found = etree.fromstring(message.data).findall(".//{*}Classification/{*}IdentificationTypeCode")
    assert [element.text for element in found] == types
    assert form(read(message.data)).lines[0].hs10 == hs


def test_more_lines_than_the_format_holds_are_refused() -> None:
    lines = tuple(LineDraft(number) for number in range(1, 1001))
    with pytest.raises(Refusal, match="P029"):
        WCO.write(small(lines=lines), ENVELOPE)


def test_an_id_of_36_characters_goes_as_32_and_comes_back() -> None:
    id = "0196f0a0-0000-7000-8000-00000000000a"
    assert len(reference_of(id)) == 32
    assert message_of(reference_of(id)) == id
    assert message_of("REF-1") == "REF-1"


def test_the_form_of_statements_derives_nothing() -> None:
    made = declaration_of(read(wco(EXPORT)).statements)
    assert (made.owner, made.derived, made.provenance) == (Party(), {}, {})
    assert made.attachment_lines == {"C644": ("1",)}
    assert made.lines[0].containers == ("CSQU3054383",)
