"""The bill of an import entry: taxes one on another, small sums, deadlines, what being late costs."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.kernel.case import Case
from entrepot.kernel.findings import Finding
from entrepot.kernel.money import Money
from entrepot.modules.duty.module import BILL_MODULE, MODULE, ORDER_MODULE, PARCEL_MODULE
from entrepot.modules.duty.rules.consumer import in_full, reduced
from entrepot.modules.duty.rules.deadlines import interest, late_fee, surcharge
from entrepot.modules.duty.rules.exchange import rate_day, working_day
from entrepot.modules.duty.rules.export import base_without_duty
from tests.making import law, sheet

D = Decimal
DAY = date(2026, 6, 22)
CHINA = law("CN")


def entry(*amounts: str, rates: str = "5%", **fields: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "trade.terms": {"incoterm": "CIF", "currency": "CNY"},
        "import.entry": {"country": "CHN", "day": DAY, **fields.pop("entry", {})},
        "import.formalities": fields.pop("formalities", {}),
    }
    for number, amount in enumerate(amounts, 1):
        facts[f"goods.line/{number}"] = {"amount": f"CNY {amount}", "origin": "DEU", "net_kg": "10"}
        facts[f"import.line/{number}"] = {"code": "39269090"}
        facts[f"import.rates/{number}"] = {
            "source": "book", "rates": [{"treatment": "mfn", "duty": rates}], "consumption_tax": "free", "vat": "0.13", **fields,
        }  # fmt: skip
    return facts


def bill(facts: dict[str, Any]) -> Finding:
    finding = sheet([MODULE, BILL_MODULE], facts, DAY, CHINA).finding("duty.bill")
    assert finding is not None
    return finding


def paid(finding: Finding) -> dict[str, int | None]:
    return {tax.tax: tax.payable.minor if tax.payable else None for tax in finding.value.taxes}


def test_the_bill_is_not_drawn_before_the_importer_says_how_it_pays() -> None:
    facts = entry("1000.00")
    del facts["import.formalities"]
    finding = bill(facts)
    assert (finding.status, [wait.topic for wait in finding.waits]) == ("waits", ["import.formalities"])


def test_a_bill_waits_for_the_offer_of_every_line() -> None:
    facts = entry("1000.00", "2000.00")
    del facts["import.rates/2"]
    finding = bill(facts)
    assert (finding.status, [(wait.topic, wait.key) for wait in finding.waits]) == ("waits", [("duty.offer", "2")])


def test_taxes_are_charged_one_on_another_and_sums_are_sums_of_rounded_amounts() -> None:
    finding = bill(entry("3333.33", "3333.33", "3333.33", consumption_tax="15%"))
    # each line: duty 166.67; base (3333.33 + 166.67) / 0.85 = 4117.65; tax 617.65; VAT of 4117.65 is 535.29
    assert paid(finding) == {"duty": 50_001, "consumption_tax": 185_295, "vat": 160_587}
    assert finding.value.total == Money(50_001 + 185_295 + 160_587, "CNY")


def test_what_is_not_known_of_one_tax_leaves_no_total_but_the_other_amounts() -> None:
    facts = entry("10000.00")
    facts["import.rates/1"].pop("consumption_tax")
    facts["import.line/1"] = {"code": "85071000"}
    finding = bill(facts)
    assert paid(finding) == {"duty": 50_000, "consumption_tax": None, "vat": None}
    assert finding.value.total is None
    assert any("depends on the goods" in reason.en for reason in finding.reasons)


def test_every_bill_speaks_both_languages() -> None:
    finding = bill(entry("10000.00", formalities={"bonded_from": date(2026, 1, 1)}))
    assert finding.reasons
    assert all(reason.en and reason.zh for reason in finding.reasons)


@given(st.lists(st.integers(1, 200_000), min_size=1, max_size=4), st.integers(0, 40))
def test_a_sum_is_waived_up_to_fifty_yuan_and_never_above(fen: list[int], percent: int) -> None:
    finding = bill(entry(*(f"{one // 100}.{one % 100:02d}" for one in fen), rates=f"{percent}%" if percent else "free"))
    for tax in finding.value.taxes:
        assert tax.waived == (0 < tax.computed.minor <= 5000), tax
        assert tax.payable.minor == (0 if tax.waived else tax.computed.minor)
    assert finding.value.total.minor == sum(tax.payable.minor for tax in finding.value.taxes)


@pytest.mark.parametrize(
    ("declared_on", "expected"),
    [
        pytest.param(date(2026, 10, 3), date(2026, 9, 16), id="W1.1"),
        pytest.param(date(2026, 1, 5), date(2025, 12, 17), id="W1.2 over the new year"),
        pytest.param(date(2026, 11, 22), date(2026, 10, 21), id="W1.3"),
        pytest.param(date(2027, 3, 3), date(2027, 2, 17), id="W1.4"),
        pytest.param(date(2026, 3, 1), date(2026, 2, 24), id="Spring Festival, first of a month: the next trading day"),
        pytest.param(date(2024, 10, 15), date(2024, 9, 18), id="old rule, a trading day"),
        pytest.param(date(2024, 6, 30), date(2024, 5, 15), id="old rule, in May"),
    ],
)
def test_the_day_of_the_customs_exchange_rate(declared_on: date, expected: date) -> None:
    assert rate_day(_case(), CHINA.packs[0], declared_on) == expected


def test_before_order_272_a_holiday_gave_way_to_the_fourth_wednesday() -> None:
    holiday = date(2024, 9, 18)

    class Closed(Case):
        def read(self, table: str, day: date, **keys: str) -> Any:
            return {"kind": "holiday"} if keys.get("date") == holiday.isoformat() else None

    case = Closed.__new__(Closed)
    assert rate_day(case, CHINA.packs[0], date(2024, 10, 15)) == date(2024, 9, 25)


def test_a_rest_day_gives_way_to_the_next_working_day_and_an_unknown_year_is_told() -> None:
    told: list[Any] = []
    assert working_day(_case(), "CN", date(2026, 10, 1), told) == date(2026, 10, 8)
    assert working_day(_case(), "CN", date(2026, 10, 10), told) == date(2026, 10, 10)  # a Saturday that is worked
    assert not told
    assert working_day(_case(), "CN", date(2027, 10, 2), told) == date(2027, 10, 4)
    assert [text.en for text in told] == [
        "the calendar of holidays of 2027 is not on file: only weekends count as rest days"
    ]


def _case() -> Case:
    """A case that can read the law and nothing else."""
    drawn = sheet([MODULE], {}, DAY, CHINA)
    return Case(drawn, MODULE, "", frozenset())


def test_late_fees_surcharges_and_interest() -> None:
    assert late_fee(D("740615.20"), D("0.0005"), 5, D(50)) == 1851  # W1.23
    assert late_fee(D("740615.20"), D("0.0005"), 0, D(50)) == 0
    assert late_fee(D("19999.99"), D("0.0005"), 5, D(50)) == 0  # 49.99, cut off below the least
    assert surcharge(Money(15_067_816, "CNY"), D("0.0005"), 7, D(50)) == Money(52_737, "CNY")  # W1.22
    assert surcharge(Money(1_000_000, "CNY"), D("0.0005"), 9, D(50)) == Money(0, "CNY")
    assert surcharge(Money(1_000_000, "CNY"), D("0.0005"), 10, D(50)) == Money(5_000, "CNY")
    assert interest(Money(1_000_000, "CNY"), D("0.002"), 90) == Money(500, "CNY")
    assert base_without_duty(Money(120_000_000, "CNY"), D("0.2")) == Money(100_000_000, "CNY")  # W1.21


def test_retail_taxes_are_not_rounded_before_they_are_reduced() -> None:
    tax, vat = reduced(D(1000), D("0.15"), D("0.13"), D("0.7"))
    assert (round(tax, 2), round(vat, 2)) == (D("123.53"), D("107.06"))  # W1.25
    assert in_full(D(6200), D("0.1"), D(0), D("0.13")) == (D(620), D(0), D("886.6"))  # W1.26


@pytest.mark.parametrize(
    ("topic", "fact", "found"),
    [
        ("import.order", {"mode": "9610", "items": []}, "refused"),
        ("import.order", {"mode": "9610", "items": [{"name": "toy", "code": "9503", "value": "USD 5.00"}]}, "refused"),
        ("import.order", {"mode": "9610", "country": "JPN", "items": []}, "no_law"),
        ("import.parcel", {"sent_from": "USA", "items": [{"name": "x", "kind": "?", "value": "CNY 5.00"}]}, "no_law"),
        ("import.parcel", {"sent_from": "USA", "items": [{"name": "x", "kind": "toy", "value": "CNY -5.00"}]}, "refused"),
    ],
)
def test_bad_orders_and_parcels_get_no_number(topic: str, fact: dict[str, Any], found: str) -> None:
    facts = {f"{topic}/1": {"country": "CHN", "day": DAY, **fact}}
    finding = sheet([ORDER_MODULE, PARCEL_MODULE], facts, DAY, CHINA).finding(topic.replace("import", "duty"), "1")
    assert finding is not None
    assert (finding.status, finding.value) == (found, None)


@pytest.mark.parametrize(
    ("place", "field", "value", "rule"),
    [
        ("import.line/1", "quota_quantity", "NaN", "D023"),
        ("import.line/1", "quota_quantity", "-1", "D023"),
        ("import.entry", "rates", {"USD": "1E+30"}, "D005"),
        ("import.entry", "price_influenced", True, "D011"),
        ("import.entry", "adjustments", [{"kind": "royalty", "amount": "CNY -1.00"}], "D004"),
        ("transport.charges", "misc", {"mark": "1", "value": "Infinity"}, "D004"),
        ("import.rates/1", "vat", "NaN", "D017"),
    ],
)
def test_nonsense_at_the_door_is_refused_and_no_room_breaks(place: str, field: str, value: Any, rule: str) -> None:
    facts = entry("1000.00")
    facts[place] = {**facts.get(place, {}), field: value}
    finding = sheet([MODULE], facts, DAY, CHINA).finding("duty.offer", "1")
    assert finding is not None
    assert (finding.status, [problem.rule for problem in finding.problems]) == ("refused", [rule])


@pytest.mark.parametrize("formalities", [{"deferral_rate": "NaN"}, {"deferral_rate": "35"}, {"bonded_from": date(2026, 6, 23)}])
def test_interest_needs_a_rate_and_a_first_day_before_the_last(formalities: dict[str, Any]) -> None:
    finding = bill(entry("1000.00", formalities=formalities))
    assert (finding.status, [problem.rule for problem in finding.problems]) == ("refused", ["D024"])


def test_a_line_that_is_not_entered_is_named_and_never_left_out_in_silence() -> None:
    facts = entry("1000.00", "2000.00")
    del facts["import.line/2"]
    finding = bill(facts)
    assert finding.status == "needs_review"
    assert "line 2 is not in the bill: its code for the import is not said" in [text.en for text in finding.reasons]


def test_taxes_are_not_paid_before_the_entry() -> None:
    assert [one.where for one in bill(entry("1000.00", formalities={"paid_on": date(2026, 6, 21)})).problems] == ["formalities.paid_on"]


def test_a_rate_that_cannot_be_charged_is_told_as_such_and_not_as_an_unknown_treatment() -> None:
    finding = bill(entry("1000.00", rates="CNY 3/m2"))
    assert [problem.rule for problem in finding.problems] == ["D028"]
    assert "m2" in finding.problems[0].what.en


def test_stated_rates_that_are_not_open_to_the_origin_are_not_asked_for_again() -> None:
    facts = entry("1000.00")
    del facts["goods.line/1"]["origin"]
    finding = sheet([MODULE, BILL_MODULE], facts, DAY, CHINA).finding("duty.offer", "1")
    assert finding is not None
    assert [text.en for text in finding.reasons] == ["no rate of 39269090 on file or stated is open to goods of origin not said"]
