"""R078: purchase documents against the declaration, in words that give no price, amount or supplier away."""

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entrepot.kernel.access import Speaker, may_read_finding
from tests.modules.consistency.shipment import ROOMS, drawn, finding

OWNER = {"name": "Example Jingmen Canning Co., Ltd.", "name_zh": "示例荆门罐头有限公司", "uscc": "91420800MA49EX0115"}
EXPORTER = {"name": "Example Jingmen Trading Co., Ltd.", "uscc": "91420800MA49EX0014"}
LINE = {"description_zh": "香菇罐头", "quantity": "20400", "unit": "kg"}
LOT = {"line": "1", "document": "special_vat_invoice", "number": "EX-1", "supplier": OWNER["uscc"], "base": "CNY 500000.00",
       "vat_rate": "0.13", "quantity": "20400", "invoiced_quantity": "20400", "unit": "kg", "issued_on": "2026-05-10",
       "goods": "香菇罐头"}  # fmt: skip


def chain(facts: dict[str, Any] | None = None, **lot: Any) -> Any:
    said = {
        "trade.party/owner": OWNER,
        "trade.party/exporter": EXPORTER,
        "goods.line/1": LINE,
        "transport.plan": {"loading_on": "2026-06-01"},
    }
    papers = {"purchase_invoice.p": {"goods.cost/1": LOT | lot}}
    return finding(papers, said | (facts or {}), "consistency.purchase").value


def test_r078_a_purchase_that_leads_to_the_goods_and_their_owner_is_told_nothing() -> None:
    assert (chain().owner_named, chain().problems) == (True, ())


@pytest.mark.parametrize(
    ("lot", "named"),
    [
        ({"supplier": "91420100MA49EX9991"}, False),
        ({"supplier": "示例荆门罐头有限责任公司"}, True),
        ({"supplier": "示例峡江化工有限公司"}, False),
        ({"supplier": "Example Jingmen Canning Company Limited"}, True),
        ({"supplier": "91420100MA49EX9991", "buyer": OWNER["uscc"]}, True),
    ],
)
def test_r078_the_owner_is_seller_or_buyer_on_the_document(lot: dict[str, Any], named: bool) -> None:
    found = chain(**lot)
    assert found.owner_named is named
    assert [p.where for p in found.problems] == ([] if named else ["header.owner"])


def test_r078_what_cannot_be_compared_is_not_known_and_not_told() -> None:
    chinese = {"trade.party/owner": {"name_zh": OWNER["name_zh"]}}
    for supplier in (OWNER["uscc"], "Sample Riverside Foods Ltd.", ""):
        found = chain(chinese, supplier=supplier)
        assert (found.owner_named, found.problems) == (None, ())


def test_r078_a_trading_company_may_own_what_it_bought() -> None:
    facts = {"trade.party/owner": EXPORTER, "exporter.standing": {"kind": "trading"}}
    assert chain(facts).owner_named is True
    assert chain(facts | {"exporter.standing": {"kind": "production"}}).owner_named is False
    assert chain(facts, buyer="91420100MA49EX9991").owner_named is False


@pytest.mark.parametrize(
    ("lot", "where"),
    [
        ({"quantity": "20000"}, "line/1.deal_qty"),
        ({"quantity": "20.4", "unit": "t"}, ""),
        ({"quantity": "20400", "unit": "t"}, "line/1.deal_qty"),
        ({"unit": "箱"}, "line/1.deal_unit"),
        ({"goods": "*蔬菜制品*香菇罐头"}, ""),
        ({"goods": "男式衬衫"}, "line/1.description_zh"),
        ({"goods": "Mushrooms"}, ""),  # in another language: not to be compared
        ({"issued_on": "2026-06-02"}, "header.loading_on"),
    ],
)
def test_r078_goods_units_quantities_and_days_fit(lot: dict[str, Any], where: str) -> None:
    problems = chain(**lot).problems
    assert [p.where for p in problems] == ([where] if where else [])
    assert all((p.rule, p.severity) == ("R078", "W") for p in problems)
    assert all(p.documents == ("purchase_invoice.p goods.cost/1",) for p in problems)


def test_r078_nobody_is_told_anything_where_no_purchase_document_is_there() -> None:
    assert drawn({}, {"goods.line/1": LINE}).finding("consistency.purchase") is None


def test_the_buyer_reads_what_fits_but_not_what_it_rests_on() -> None:
    sheet = drawn({"purchase_invoice.p": {"goods.cost/1": LOT}}, {"goods.line/1": LINE})
    buyer, topics = Speaker("bob", "buyer", frozenset({"importer"})), ROOMS.topics
    found = sheet.finding("consistency.purchase")
    assert found is not None
    assert may_read_finding(topics, found, buyer)
    papers = drawn({"invoice.a": {"goods.line/1": LINE}, "packing_list.b": {"goods.line/1": LINE}}).finding(
        "consistency.papers"
    )
    assert papers is not None
    assert "goods.cost" not in {look.topic for look in papers.looks}


@settings(max_examples=80, deadline=None)
@given(
    base=st.integers(10**10, 10**12),
    rate=st.sampled_from(["0.137", "0.0917"]),
    quantity=st.integers(1, 999),
    unit=st.sampled_from(["kg", "t", "箱"]),
    goods=st.sampled_from(["香菇罐头", "男式衬衫", ""]),
    supplier=st.sampled_from(["91420100MA49EX9991", "示例秘密供应有限公司", "Sample Secret Supply Ltd."]),
)
def test_no_text_of_the_finding_tells_a_price_an_amount_or_a_supplier(
    base: int, rate: str, quantity: int, unit: str, goods: str, supplier: str
) -> None:
    amount = f"{base // 100}.{base % 100:02d}"
    found = chain(
        base=f"CNY {amount}", vat_rate=rate, quantity=str(quantity), unit=unit, goods=goods, supplier=supplier
    )
    told = msgspec.json.encode(found).decode()
    assert all(
        secret not in told
        for secret in (amount, f"{base}", f"{base // 100}", f"{base // 100:,}", rate, supplier, "CNY", 'EX-1"')
    )
    assert [p.rule for p in found.problems if p.where == "header.owner"] == ["R078"]
