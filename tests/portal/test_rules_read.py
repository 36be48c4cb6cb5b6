"""How many published rules are read, as the coverage page counts them."""

from decimal import Decimal

import pytest

from entrepot.kernel.law import TableSpec
from entrepot.modules.origin.rules.grammar import parse_rule, write_rule
from entrepot.portal.coverage import RulesRead, rules_read
from tests.making import law, small_law


@pytest.fixture(scope="module")
def counted() -> dict[str, RulesRead]:
    tables = law().tables
    return {name.split("/")[0]: rules_read(table) for name, table in tables.items() if name.endswith("/set_rules")}


def share(part: int, whole: int) -> Decimal:
    return Decimal(part) / whole


def test_nine_of_ten_rules_are_read_and_nearly_all_plain_ones(counted: dict[str, RulesRead]) -> None:
    every = list(counted.values())
    assert sum(one.rules for one in every) == 41255
    assert share(sum(one.read for one in every), sum(one.rules for one in every)) >= Decimal("0.95")
    assert share(sum(one.plain_read for one in every), sum(one.plain for one in every)) >= Decimal("0.98")


def test_what_is_kept_as_text_is_counted_by_reason(counted: dict[str, RulesRead]) -> None:
    for name, one in counted.items():
        assert sum(one.reasons.values()) == one.rules - one.read, name
        assert one.stated_only <= one.stated <= one.read


def test_every_rule_of_every_pack_is_canonical_and_its_words_are_explained() -> None:
    found = law()
    words = {row.keys["word"] for row in found.tables["origin_processes/words"].everything()}
    for name, table in found.tables.items():
        if name.endswith("/set_rules"):
            for rule in {row["rule"] for row in table.everything() if row["rule"]}:
                parsed = parse_rule(rule)
                assert write_rule(parsed) == rule
                used = {word for tests in parsed.alternatives for test in tests for word in getattr(test, "words", ())}
                assert used <= words, rule


def test_a_rule_counts_by_what_its_alternatives_rest_on() -> None:
    spec = TableSpec(keys=("set", "no"), values={"rule": "text", "tags": "list"}, goods_code="set")
    rows = [
        {"set": "1", "no": "1", "rule": "CTH or Process weaving", "tags": "CTH"},
        {"set": "1", "no": "2", "rule": "Process weaving + dyeing", "tags": "PROCESSING"},
        {"set": "2", "no": "1", "rule": "", "tags": "CTH|unread: other wording"},
    ]
    table = small_law({"X/set_rules": (spec, rows)}).tables["X/set_rules"]
    assert rules_read(table) == RulesRead(2, 3, 2, 2, 1, 2, 1, {"other wording": 1})
