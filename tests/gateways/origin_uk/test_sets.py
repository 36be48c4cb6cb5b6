"""Sets of published rules as rows: ranges of codes, joints, descriptions, and the packs written from them."""

import csv
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.gateways.origin_uk.packs import import_origin
from entrepot.gateways.origin_uk.schemes import SchemeError, countries_of
from entrepot.gateways.origin_uk.sets import cover, read_sets, shown, words_of
from entrepot.gateways.origin_uk.texts import word_text
from entrepot.store.packs import load_pack

CTH = "Manufacture from materials of any heading, except that of the product."


def rule(text: str, no: int = 1, *, operator: str | None = None, **others: Any) -> dict[str, Any]:
    given = {
        "set": 1, "rule_no": no, "heading": "0403", "subdivision": "", "min": "0403000000", "max": "0403999999",
        "rule_plain": text, "classes": [], "operator": operator, "quota": False, "applies_import": True,
        "applies_export": True, "valid": True,
    }  # fmt: skip
    return {**given, **others}


def test_a_range_of_codes_is_covered_by_its_shortest_list() -> None:
    assert cover("0403000000", "0403999999") == ("0403",)
    assert cover("8400000000", "8499999999") == ("84",)
    assert cover("2812000000", "2832999999") == tuple(f"28{heading}" for heading in (*range(12, 20), 2, *range(30, 33)))
    assert cover("0402211100", "0402211999") == ("04022111", "04022112", "04022113", "04022114", "04022115", "04022116",
                                                 "04022117", "04022118", "04022119")  # fmt: skip


@given(
    st.integers(min_value=0, max_value=10**10 - 1),
    st.integers(min_value=0, max_value=10**6),
    st.integers(min_value=0, max_value=10**10 - 1),
)
def test_a_code_is_covered_when_it_is_in_the_range_and_only_then(low: int, more: int, code: int) -> None:
    high = min(low + more, 10**10 - 1)
    codes = cover(str(low).zfill(10), str(high).zfill(10))
    for one in (code, low, high, max(low - 1, 0), min(high + 1, 10**10 - 1)):
        assert any(str(one).zfill(10).startswith(prefix) for prefix in codes) == (low <= one <= high)


def test_a_rule_whose_joint_is_not_published_says_so() -> None:
    _, rules = read_sets([rule(CTH), rule("Manufacture from yarn", 2)])
    assert [(one.joint, one.rule) for one in rules] == [("", "CTH"), ("unstated", "Process from_yarn")]


def test_a_list_whose_last_item_says_or_is_of_alternatives() -> None:
    listed = [rule(CTH), rule("Manufacture from yarn", 2), rule("Manufacture from paper", 3, operator="or")]
    assert [one.joint for one in read_sets(listed)[1]] == ["", "or", "or"]
    then_more = [*listed, rule("Manufacture from paper", 4)]
    assert [one.joint for one in read_sets(then_more)[1]] == ["", "unstated", "or", "unstated"]
    not_read = [rule(CTH), rule("However, hulls that nobody describes are another matter.", 2), listed[2]]
    assert [one.joint for one in read_sets(not_read)[1]] == ["", "unstated", "or"]


def test_an_item_of_a_list_of_value_contents_is_an_alternative_of_its_list() -> None:
    first = (
        "No change in tariff classification required for a good of heading 8481, provided there is a regional value content of"
        " not less than:\n\n- a) **35%** under the build-up method"
    )
    _, rules = read_sets([rule(first), rule("- b) **45%** under the build-down method.", 2)])
    assert [(one.joint, one.rule, one.goods) for one in rules] == [
        ("", "RVC35 build-up", "8481"),
        ("or", "RVC45 build-down", "8481"),
    ]


def test_a_rule_for_some_years_holds_in_those_years_only() -> None:
    share = "A maximum of **{}%** of the ex-works price (EXW) is made up of non-originating parts (MAXNOM) ({})."
    _, rules = read_sets(
        [rule(share.format(50, "1st Jan 2023 to 31st Dec 2025")), rule(share.format(45, "1st Jan 2026 onwards"), 2)]
    )
    assert [(one.rule, one.since, one.until) for one in rules] == [
        ("MaxNOM50 EXW", "2023-01-01", "2025-12-31"),
        ("MaxNOM45 EXW", "2026-01-01", ""),
    ]


def test_an_item_without_its_list_is_kept_as_text() -> None:
    _, rules = read_sets([rule("- b) **45%** under the build-down method.")])
    assert (rules[0].rule, rules[0].tags) == ("", ("unread: other wording",))


def test_a_rule_that_is_not_valid_is_left_out() -> None:
    assert read_sets([rule(CTH, valid=False)]) == ([], [])


def test_a_title_of_a_whole_heading_does_not_narrow_it_but_that_of_a_part_does() -> None:
    whole, part, chapter = (
        read_sets([rule(CTH, heading=heading, subdivision="Buttermilk")])[0][0].subdivision
        for heading in ("0403", "ex 0403", "ex Chapter 4")
    )
    assert (whole, part, chapter) == ("", "Buttermilk", "")


def test_a_title_that_bounds_its_rules_to_a_quota_is_a_description_of_part() -> None:
    titles = ("**Within the annual quotas per country**<br>Buttermilk", "Buttermilk (*Quota for exports*)")
    sets = [read_sets([rule(CTH, subdivision=title)])[0][0] for title in titles]
    assert [one.subdivision for one in sets] == [
        "Within the annual quotas per country Buttermilk",
        "Buttermilk (Quota for exports)",
    ]


def test_what_is_said_of_each_case_holds_for_the_case_that_was_cut_off() -> None:
    spun, drawn = "Spinning of natural or man-made staple fibres.", "Extrusion of man-made filament yarn"
    tied = f"{drawn}, in each case accompanied by weaving."
    _, rules = read_sets([rule(spun), rule(tied, 2, operator="or")])
    assert [one.rule for one in rules] == ["Process spinning + weaving", "Process extrusion + weaving"]
    _, apart = read_sets([rule(spun), rule(f"{drawn} accompanied by weaving.", 2, operator="or")])
    assert [one.rule for one in apart] == ["Process spinning", "Process extrusion + weaving"]
    _, whole = read_sets([rule(CTH), rule(tied, 2, operator="or")])
    assert whole[0].rule == "CTH"


def test_sets_of_one_range_are_told_apart_by_their_descriptions() -> None:
    sets, _ = read_sets(
        [
            rule(CTH, subdivision="Women's"),
            rule(CTH, set=2, subdivision="Others"),
            rule(CTH, set=3, subdivision="Heading 0403"),
        ]
    )
    assert [one.subdivision for one in sets] == ["Women's", "Others", ""]


def test_a_text_is_shown_on_one_line_without_marks() -> None:
    assert shown("Manufacture:\n\n- from **x**\n\n- from <abbr title='y'>z</abbr>") == "Manufacture: • from x • from z"


def test_words_say_what_they_ask_in_both_languages_and_the_rest_says_nothing() -> None:
    assert word_text("from_natural_fibres_or_textile_pulp") == (
        "made from natural fibres or chemical materials or textile pulp, or from materials at an earlier stage",
        "由天然纤维或化学原料或纺织浆料或更早加工阶段的材料制成",
    )
    assert word_text("unprinted_fabric_within_47_5_exw") == (
        "non-originating unprinted fabric at most 47.5 % of the ex-works price",
        "非原产未印花织物不超过出厂价的47.5%",
    )
    assert word_text("from_moon_dust") is None
    assert word_text("knitting_on_the_moon") is None


def test_groups_are_their_members_and_codes_of_no_standard_are_known() -> None:
    found = {one.code for one in countries_of(["EU", "XK", "XS", "andean", "GB"])}
    assert len(found) == 27 + 2
    assert {"FRA", "XKX", "SRB"} <= found
    with pytest.raises(SchemeError):
        countries_of(["QQ"])


def test_a_folder_without_published_rules_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SchemeError):
        import_origin(tmp_path, tmp_path, lambda _: None)


@pytest.fixture(scope="module")
def japan(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Packs written from the published files of one agreement."""
    folder, packs = tmp_path_factory.mktemp("published"), tmp_path_factory.mktemp("packs")
    source = shared_data / "origin" / "uk"
    for name in ("schemes_uk.json", "scheme_texts.jsonl.gz", "rules_japan.jsonl.gz"):
        (folder / name).symlink_to(source / name)
    lines = (source / "rule_files.csv").read_text(encoding="utf-8").splitlines()
    (folder / "rule_files.csv").write_text(
        "\n".join(line for line in lines if line.startswith(("scheme,", "japan,"))) + "\n"
    )
    import_origin(folder, packs, lambda _: None)
    return packs


def test_the_pack_of_an_agreement_is_the_one_in_the_repository(japan: Path) -> None:
    landed = Path(__file__).resolve().parents[3] / "packs" / "agreements" / "GB-JAPAN"
    for file in landed.iterdir():
        if file.name.startswith("cases"):
            continue  # written by hand
        assert (japan / "agreements" / "GB-JAPAN" / file.name).read_bytes() == file.read_bytes(), file.name


def test_the_pack_of_an_agreement_loads_and_its_words_are_all_explained(japan: Path) -> None:
    card, tables = load_pack(japan / "agreements" / "GB-JAPAN")
    assert {"parties", "rule_sets", "set_rules", "tolerances", "minimal_operations", "proofs", "cumulation"} <= set(
        tables
    )
    assert card.applies["countries"] == ["GBR", "JPN"]
    with (japan / "standards" / "origin_processes" / "words.csv").open(encoding="utf-8", newline="") as stream:
        words = {row["word"] for row in csv.DictReader(stream)}
    with (japan / "agreements" / "GB-JAPAN" / "set_rules.csv").open(encoding="utf-8", newline="") as stream:
        assert {word for row in csv.DictReader(stream) for word in words_of(row["rule"])} == words
