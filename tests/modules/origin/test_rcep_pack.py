"""The RCEP pack: who is a Party when, what is known how well, and that every text is in both languages."""

from datetime import date

import pytest

from tests.making import law

DAY = date(2026, 6, 20)


def evidence(hs: str) -> str | None:
    row = law("RCEP").read("RCEP/product_rules", DAY, {"hs": hs})
    return None if row is None else f"{row['rule']} [{row.evidence}]"


def test_all_fifteen_are_parties_since_the_last_joined() -> None:
    parties = law("RCEP").rows("RCEP/parties", date(2023, 6, 2), {})
    assert len(parties) == 15
    assert len(law("RCEP").rows("RCEP/parties", date(2023, 6, 1), {})) == 14
    assert len(law("RCEP").rows("RCEP/parties", date(2022, 1, 1), {})) == 10
    assert law("RCEP").rows("RCEP/parties", date(2021, 12, 31), {}) == ()


@pytest.mark.parametrize(
    ("hs", "rule"),
    [
        ("070190", "WO [primary]"),
        ("070959", "WO [unverified]"),
        ("071231", "CC [unverified]"),
        ("130219", "CC except from subheading 1211.20 [primary]"),
        ("140190", "CC [primary]"),
        ("280110", "CTH or RVC40 [primary]"),
        ("280120", "CTSH or RVC40 [primary]"),
        ("280470", "CTH or RVC40 [unverified]"),
        ("280920", "CTH or RVC40 [unverified]"),
        ("283526", "CTH or RVC40 [unverified]"),
        ("310530", "CTH or RVC40 [unverified]"),
        ("620462", "CC [unverified]"),
        ("870323", "RVC40 [secondary]"),
        ("940360", "CTH or RVC40 [primary]"),
        ("200390", None),
        ("080510", None),
        ("090210", None),
        ("251020", None),
        ("870899", None),
    ],
)
def test_a_rule_is_as_good_as_its_source(hs: str, rule: str | None) -> None:
    assert evidence(hs) == rule


@pytest.mark.parametrize(
    ("name", "value"),
    [("rvc_percent", 40), ("de_minimis_percent", 10), ("de_minimis_weight_percent", 10), ("dv_percent", 20),
     ("waiver_usd", 200), ("proof_months", 12), ("record_years", 3), ("retroactive_months", 12)],
)  # fmt: skip
def test_the_limits(name: str, value: int) -> None:
    row = law("RCEP").read("RCEP/limits", DAY, {"name": name})
    assert row is not None
    assert (row["value"], row.evidence) == (value, "primary")


def test_every_text_is_in_both_languages() -> None:
    for name, table in law("RCEP").tables.items():
        for row in table.everything():
            bare = {column[:-3] for column in row.values if column.endswith(("_en", "_zh")) and not row[column]}
            # Cumulation without a condition of its own says nothing of one, in either language.
            none = {"condition"} if not row.values.get("condition_en") and not row.values.get("condition_zh") else set()
            assert bare <= (none if name == "RCEP/cumulation" else set()), f"{name} {row.keys}: {bare}"
