"""The form that statements make by themselves, and what of them it has no place for."""

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from entrepot.gateways.extract import Stated
from entrepot.gateways.messages.form import declaration_of, dropped
from entrepot.kernel.money import Money
from entrepot.kernel.vocabulary.clearance import Elements
from entrepot.kernel.vocabulary.customs import Attachment, Particulars
from entrepot.kernel.vocabulary.goods import GoodsLine
from entrepot.kernel.vocabulary.trade import Container, Party, Terms


def stated(topic: str, value: Any, key: str = "") -> Stated:
    fields = {name: f"/{name}" for name in value.__struct_fields__ if getattr(value, name) not in ("", None, (), {})}
    return Stated(topic, key, value, fields)


def test_on_an_import_the_importer_is_at_home() -> None:
    parties = [stated("trade.party", Party(part), part) for part in ("exporter", "importer", "carrier")]
    form = declaration_of([stated("declaration.particulars", Particulars(flow="I")), *parties])
    assert (form.flow, form.domestic_party.name, form.overseas_party.name) == ("I", "importer", "exporter")
    assert form.other_parties == {"carrier": Party("carrier")}


def test_lines_keep_their_numbers_and_know_their_containers() -> None:
    lines = [stated("goods.line", GoodsLine(hs="280920", quantity=Decimal(2)), key) for key in ("7", "x")]
    box = stated("transport.container", Container(lines=("7",)), "CSQU3054383")
    form = declaration_of([*lines, box])
    assert [(line.no, line.hs10, line.deal_qty, line.containers) for line in form.lines] == [
        (7, "280920", Decimal(2), ("CSQU3054383",)),
        (2, "280920", Decimal(2), ()),
    ]


def test_the_chinese_name_stands_and_the_other_is_told_as_dropped() -> None:
    line = stated("goods.line", GoodsLine(description="Acid", description_zh="磷酸", brand="Y"), "1")
    assert declaration_of([line]).lines[0].name == "磷酸"
    assert {text.en for text in dropped([line])} == {"goods.line/1.description: Acid", "goods.line/1.brand: Y"}


def test_the_price_basis_stands_as_the_paper_gives_it() -> None:
    assert declaration_of([stated("trade.terms", Terms(incoterm="DAP", place="Osaka"))]).trade_term == "DAP"
    assert declaration_of([stated("declaration.particulars", Particulars(trade_term="3"))]).trade_term == "3"


def test_a_currency_goes_with_its_total() -> None:
    with_total = stated("trade.terms", Terms(currency="USD", total=Money(100, "USD")))
    alone = stated("trade.terms", Terms(currency="USD"))
    assert dropped([with_total]) == ()
    assert [text.en for text in dropped([alone])] == ["trade.terms.currency: USD"]


def test_a_topic_that_the_form_does_not_know_is_dropped_whole() -> None:
    elements = stated("goods.elements", Elements({"0": "1"}), "1")
    assert [text.en.partition(":")[0] for text in dropped([elements])] == ["goods.elements/1"]


@given(st.dictionaries(st.sampled_from(("A", "B", "N935.2")), st.sampled_from((("1",), ())), max_size=3))
def test_documents_keep_their_numbers_and_lines(lines: dict[str, tuple[str, ...]]) -> None:
    form = declaration_of(
        [stated("declaration.attachment", Attachment(f"no-{code}", lines=on), code) for code, on in lines.items()]
    )
    assert form.attachments == {code: f"no-{code}" for code in lines}
    assert form.attachment_lines == {code: on for code, on in lines.items() if on}
