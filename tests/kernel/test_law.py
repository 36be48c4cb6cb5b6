"""Law as rows: what loads, what is refused, and what a read gives."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.kernel.law import LawError, TableSpec, compile_table
from tests.making import small_law

SPEC = TableSpec(
    keys=("code", "treatment"),
    values={"rate": "rate", "tags": "list"},
    goods_code="code",
    known_through=date(2026, 12, 31),
)
ROW = {"code": "2809", "treatment": "wto", "rate": "0.033", "tags": "a|b"}
LAW = small_law(
    {
        "T/t": (
            SPEC,
            [
                {**ROW, "until": "2026-03-31"},
                {**ROW, "since": "2026-04-01", "rate": "0.015"},
                {**ROW, "code": "280920", "treatment": "rcep"},
                {**ROW, "code": "", "treatment": "default", "rate": "0.5"},
            ],
        )
    }
)


def rate(day: date, code: str, treatment: str) -> Decimal | None:
    row = LAW.read("T/t", day, {"code": code, "treatment": treatment})
    return None if row is None else row["rate"]


def test_a_row_holds_from_its_first_to_its_last_day_inclusive() -> None:
    assert rate(date(2026, 3, 31), "2809200000", "wto") == Decimal("0.033")
    assert rate(date(2026, 4, 1), "2809200000", "wto") == Decimal("0.015")
    assert rate(date(2019, 12, 31), "2809200000", "wto") is None


def test_a_goods_code_matches_by_its_longest_prefix_other_keys_exactly() -> None:
    assert rate(date(2026, 1, 1), "28092010", "rcep") == Decimal("0.033")
    assert rate(date(2026, 1, 1), "280910", "rcep") is None
    assert rate(date(2026, 1, 1), "2809", "WTO") is None
    assert rate(date(2026, 1, 1), "99", "default") == Decimal("0.5")


def test_a_goods_code_matches_by_its_longest_prefix_that_holds_on_the_day() -> None:
    law = small_law(
        {
            "T/t": (
                SPEC,
                [
                    {**ROW, "code": "28", "rate": "0.09"},
                    {**ROW, "code": "2809", "since": "2026-02-01", "until": "2026-02-28"},
                    {**ROW, "code": "28092019", "until": "2025-12-31", "rate": "0.13"},
                ],
            )
        }
    )
    for day, expected in ((date(2025, 12, 31), "0.13"), (date(2026, 1, 1), "0.09"), (date(2026, 2, 28), "0.033")):
        row = law.read("T/t", day, {"code": "2809201900", "treatment": "wto"})
        assert row is not None
        assert row["rate"] == Decimal(expected)
        assert law.rows("T/t", day, {"code": "2809201900", "treatment": "wto"}) == (row,)
    assert law.read("T/t", date(2026, 1, 1), {"code": "99", "treatment": "wto"}) is None


def test_a_read_beyond_the_days_known_is_marked() -> None:
    row = LAW.read("T/t", date(2027, 1, 1), {"code": "2809", "treatment": "wto"})
    assert row is not None
    assert row.beyond


def test_what_is_not_on_file_is_none_and_not_zero() -> None:
    assert LAW.read("T/none", date(2026, 1, 1), {}) is None
    assert LAW.rows("T/none", date(2026, 1, 1), {}) == ()


def test_rows_gives_all_that_hold_together() -> None:
    rows = LAW.rows("T/t", date(2026, 5, 1), {"treatment": "wto"})
    assert [row["rate"] for row in rows] == [Decimal("0.015")]
    assert {row.keys["treatment"] for row in LAW.rows("T/t", date(2026, 5, 1), {})} == {"wto", "rcep", "default"}
    assert [r.keys["treatment"] for r in LAW.rows("T/t", date(2026, 5, 1), {"code": "280920000"})] == ["rcep"]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ({"since": ""}, "no since"),
        ({"source": ""}, "no source"),
        ({"evidence": ""}, "no evidence"),
        ({"evidence": "hearsay"}, "is none of"),
        ({"rate": "three"}, "is not a rate"),
        ({"since": "2026-02-30"}, "day is out of range"),
        ({"since": "2026-02-03", "until": "2026-02-01"}, "before it begins"),
    ],
)
def test_a_row_that_is_no_law_does_not_load(row: dict[str, str], fault: str) -> None:
    with pytest.raises(LawError, match=fault):
        small_law({"T/t": (SPEC, [{**ROW, **row}])})


def test_two_rows_for_one_key_and_day_do_not_load_and_all_faults_are_told_at_once() -> None:
    with pytest.raises(LawError) as error:
        small_law({"T/t": (SPEC, [ROW, {**ROW, "rate": "0.2"}, {**ROW, "code": "1", "source": ""}])})
    assert len(str(error.value).splitlines()) == 2


@given(
    st.lists(st.dates(date(2020, 1, 1), date(2025, 12, 31)), min_size=1, max_size=6, unique=True),
    st.dates(date(2019, 1, 1), date(2026, 12, 31)),
)
def test_on_any_day_the_row_that_began_last_holds(starts: list[date], day: date) -> None:
    starts = sorted(starts)
    rows = [
        {
            "k": "x",
            "v": str(n),
            "since": start.isoformat(),
            "until": str(date.fromordinal(after.toordinal() - 1)) if after else "",
        }
        for n, (start, after) in enumerate(zip(starts, [*starts[1:], None], strict=True))
    ]
    law = small_law({"T/d": (TableSpec(keys=("k",), values={"v": "integer"}), rows)})
    row = law.read("T/d", day, {"k": "x"})
    begun = [n for n, start in enumerate(starts) if start <= day]
    assert (row["v"] if row else None) == (begun[-1] if begun else None)


def test_the_digest_moves_with_any_row() -> None:
    def digest(rate: str) -> str:
        row = {**ROW, "rate": rate, "since": "2020-01-01", "until": "", "source": "s", "evidence": "primary"}
        return compile_table("T/t", SPEC, [("1", row)]).digest

    assert digest("0.1") != digest("0.2")
