"""The packing list: what it says, what it lacks, where its lines do not come to its totals."""

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from entrepot.kernel.access import Speaker, may_read_finding
from entrepot.kernel.findings import Finding
from entrepot.kernel.topics import ROLES
from entrepot.kernel.vocabulary.goods import GoodsLine
from entrepot.modules.documents.module import MODULES
from entrepot.modules.documents.rules.packing import packed_containers, packed_items, summed
from entrepot.portal.issuing_content import subject_of
from tests.making import sheet

DAY = date(2026, 4, 10)
FACTS: dict[str, Any] = {
    "trade.party/exporter": {"name": "Yichang Acid Co., Ltd.", "country": "CHN"},
    "trade.party/importer": {"name": "Osaka Kagaku K.K.", "country": "JPN"},
    "trade.terms": {"invoice_no": "INV-7", "contract_no": "C-7", "invoice_date": "2026-04-10"},
    "goods.line/1": {"description": "phosphoric acid", "packages": 15, "gross_kg": "22500", "net_kg": "21000"},
    "goods.line/2": {"description": "citric acid", "packages": 5, "gross_kg": "5100", "net_kg": "5000"},
    "packing.totals": {"packages": 20, "gross_kg": "27600", "package_type": "drum", "marks": "N/M"},
    "transport.container/MSKU0000001": {"size_type": "22G1", "seals": ["S1"], "gross_kg": "27600", "lines": ["1", "2"]},
}


def drawn(facts: dict[str, Any]) -> Finding | None:
    return sheet(MODULES, facts, DAY).finding("documents.packing")


def test_a_packing_list_says_packages_weights_marks_and_containers_and_no_price() -> None:
    finding = drawn(FACTS)
    assert finding is not None
    assert finding.status == "found"
    value = finding.value
    assert (value.package_quantity, value.gross_weight, value.net_weight) == (20, Decimal(27600), Decimal(26000))
    assert [item.package_quantity for item in packed_items(value.line_items)] == [15, 5]
    assert packed_containers(value.container_items)[0].seal_ids == ("S1",)
    priced = drawn({**FACTS, "goods.line/1": {**FACTS["goods.line/1"], "amount": "USD 12360.00", "price": "USD 515.00/t"}})
    assert priced is not None
    assert "USD" not in str(subject_of(priced.value))


def test_totals_that_the_lines_do_not_come_to_need_review() -> None:
    finding = drawn({**FACTS, "packing.totals": {"packages": 21, "gross_kg": "25000"}})
    assert finding is not None
    assert finding.status == "needs_review"
    told = " ".join(reason.en for reason in finding.reasons)
    assert "come to 20, the total says 21" in told
    assert "net weight 26000 kg is above gross weight 25000 kg" in told


def test_a_total_left_out_is_the_sum_only_where_every_line_says_it() -> None:
    summed_up = drawn({**FACTS, "packing.totals": {"marks": "N/M"}})
    assert summed_up is not None
    assert (summed_up.status, summed_up.value.package_quantity) == ("found", 20)
    lacking = drawn({**FACTS, "packing.totals": {"marks": "N/M"}, "goods.line/2": {"packages": 5, "net_kg": "1"}})
    assert lacking is not None
    assert lacking.status == "refused"
    assert {(one.rule, one.where) for one in lacking.problems} == {
        ("DC08", "packing.totals.gross_kg"),
        ("DC09", "goods.line/2.description"),
    }


def test_without_packing_or_number_nobody_waits_for_it() -> None:
    for gone in ("packing.totals", "trade.terms"):
        assert drawn({name: value for name, value in FACTS.items() if name != gone}) is None


def test_it_is_read_by_those_in_the_shipment_and_by_no_stranger() -> None:
    made = sheet(MODULES, FACTS, DAY)
    finding = made.finding("documents.packing")
    assert finding is not None
    readers = {
        role for role in ROLES if may_read_finding(made.registry.topics, finding, Speaker("p", "o", frozenset({role})))
    }
    assert {"exporter", "importer", "carrier", "customs"} <= readers
    assert "producer" not in readers


weights = st.decimals("0", "1000000", places=3)
lines = st.dictionaries(
    st.integers(1, 99).map(str),
    st.builds(GoodsLine, packages=st.none() | st.integers(0, 999), gross_kg=st.none() | weights, net_kg=weights),
    max_size=8,
)


@given(lines)
def test_sums_are_those_of_all_lines_or_none(lines: dict[str, GoodsLine]) -> None:
    sums = summed(lines)
    for name in ("packages", "gross_kg", "net_kg"):
        values = [getattr(line, name) for line in lines.values()]
        expected = sum(values) if values and None not in values else None
        assert getattr(sums, name) == expected
