"""The simplified declaration: nothing is lost, nothing is counted twice, whatever the records."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from entrepot.kernel.money import Money
from entrepot.modules.procurement.facts import MarketRecord
from entrepot.modules.procurement.rules.kinds import kinds_of, market_lines

CODES = ("6302600090", "3924100000", "9503008900", "6911101900", "8205510000", "3926909090", "3923100000", "6912001000")


def made(number: int, code: str, minor: int, unit: str, kg: int | None) -> MarketRecord:
    return MarketRecord(
        "M", f"S{number}", "Stall", "Buyer", code, code, Decimal(number + 1), unit, Money(minor, "USD"), date(2026, 10, 1), "locked",
        net_kg=None if kg is None else Decimal(kg),
    )  # fmt: skip


RECORDS = st.lists(
    st.tuples(
        st.sampled_from(CODES),
        st.integers(1, 10**9),
        st.sampled_from(("piece", "set", "kg")),
        st.none() | st.integers(1, 999),
    ),
    min_size=1,
    max_size=24,
).map(lambda rows: {f"R{n:02}": made(n, *row) for n, row in enumerate(rows)})


@given(RECORDS, st.sets(st.sampled_from(CODES)))
def test_every_record_stands_in_one_line_and_the_sum_is_kept(
    records: dict[str, MarketRecord], singly: set[str]
) -> None:
    lines = market_lines(records, 5, singly, ())
    assert sorted(number for line in lines for number in line.records) == sorted(records)
    assert sum(line.value.minor for line in lines) == sum(one.total.minor for one in records.values())


@given(RECORDS, st.sets(st.sampled_from(CODES)))
def test_no_more_than_five_free_kinds_stand_singly_and_merged_lines_hold_one_chapter(
    records: dict[str, MarketRecord], singly: set[str]
) -> None:
    lines = market_lines(records, 5, singly, ())
    kinds = kinds_of(records)
    merged = [line for line in lines if line.merged]
    if len(kinds) <= 5:
        assert not merged
        assert len(lines) == len(kinds)
        return
    alone = [line for line in lines if not line.merged and line.hs not in singly]
    assert len(alone) == min(5, len(kinds.keys() - singly))
    for line in merged:
        codes = {records[number].hs for number in line.records}
        assert {code[:2] for code in codes} == {line.hs[:2]}
        assert not codes & singly
        assert line.value.minor <= min(one.value.minor for one in alone) * len(codes)
    assert [line.value.minor for line in alone] == sorted((line.value.minor for line in alone), reverse=True)


@given(RECORDS)
def test_the_order_of_the_records_changes_nothing(records: dict[str, MarketRecord]) -> None:
    assert market_lines(records, 5, (), ()) == market_lines(dict(reversed(records.items())), 5, (), ())


def test_the_code_of_a_merged_line_is_that_of_the_most_valuable_kind_not_record() -> None:
    values = [("A", 9), ("B", 8), ("C", 7), ("D", 6), ("E", 5)]
    records = {
        name: made(0, code, minor * 1000, "piece", 1) for (name, minor), code in zip(values, CODES[:5], strict=True)
    }
    records |= {
        "F": made(0, "3926909090", 30, "piece", 1),
        "G1": made(0, "3923100000", 20, "piece", 1),
        "G2": made(0, "3923100000", 15, "piece", 1),
    }
    last = market_lines(records, 5, (), ())[-1]
    assert (last.hs, last.records, last.value.minor) == ("3923100000", ("G1", "G2", "F"), 65)


def test_goods_that_the_tariff_weighs_are_counted_in_kilograms() -> None:
    records = {"A": made(3, "3924100000", 10, "piece", 40)}
    (line,) = market_lines(records, 5, (), ("3924100000",))
    assert (line.quantity, line.unit) == (Decimal(40), "kg")


def test_what_has_no_common_unit_and_no_weight_has_no_quantity() -> None:
    records = {"A": made(3, "3924100000", 10, "piece", None), "B": made(3, "3924100000", 10, "set", 5)}
    (line,) = market_lines(records, 5, (), ())
    assert line.quantity is None


def test_five_kinds_stand_by_value_those_under_inspection_among_them() -> None:
    records = {f"R{n}": made(n, code, 9 - n, "piece", 1) for n, code in enumerate(CODES[:5])}
    lines = market_lines(records, 5, {CODES[1]}, ())
    assert [line.hs for line in lines] == list(CODES[:5])
    six = records | {"R5": made(5, CODES[5], 1, "piece", 1)}
    assert [line.hs for line in market_lines(six, 5, {CODES[1]}, ())] == [
        CODES[0], *CODES[2:6], CODES[1],
    ]  # fmt: skip
