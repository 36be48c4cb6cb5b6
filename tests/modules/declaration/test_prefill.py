"""What the enterprise's own dossier and its earlier declarations fill in: never over what is said, nothing where they differ."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from entrepot.kernel.module import Registry
from entrepot.kernel.sheet import Sheet
from entrepot.kernel.vocabulary import SHARED
from entrepot.kernel.vocabulary.clearance import (
    HISTORY,
    PROFILE,
    EarlierDeclaration,
    EarlierLine,
    History,
    Profile,
    named,
)
from entrepot.kernel.vocabulary.customs import Enterprise, Particulars
from entrepot.kernel.vocabulary.decisions import Declaration
from entrepot.kernel.vocabulary.trade import Party, Transport
from entrepot.modules.declaration.facts import DraftQuestion, DraftQuestions
from entrepot.modules.declaration.module import MODULES
from entrepot.modules.declaration.rules.earlier import same_firm
from tests import making
from tests.making import _stand_ins
from tests.modules.declaration.paperwork import DAY, Facts, export, law

REGISTRY = Registry([*MODULES, *_stand_ins(MODULES)], SHARED)
BEFORE = DAY - timedelta(days=30)


def earlier(number: str = "9000", day: date = BEFORE, **changes: Any) -> EarlierDeclaration:
    """The clean export as it was declared before."""
    facts = export()
    line = facts["goods.line/1"]
    made = EarlierDeclaration(
        number,
        day,
        f"dossier-{number}",
        "E",
        overseas=Party(**facts["trade.party/importer"]),
        owner=Party(name="Works", uscc="91420500MA49EX002P"),
        declarant=Party(name="Broker", uscc="91420500MA49EX010J"),
        particulars=msgspec.convert(facts["declaration.particulars"], Particulars, strict=False),
        transport=Transport(mode="2", loading_port="CNSHG", discharge_port="JPOSA", destination_country="JPN"),
        package_type="06",
        lines=(
            EarlierLine(
                1,
                (line["description"], line["description_zh"]),
                line["hs"],
                line["description_zh"],
                tuple(line["elements"]),
                origin="CHN",
            ),
        ),
    )
    return replace(made, **changes)


def drawn(facts: Facts, *before: EarlierDeclaration, profile: Profile | None = None, day: date = DAY) -> Sheet:
    """The declaration's sheet beside these earlier declarations."""
    from entrepot.kernel.cases import facts_on_record

    record, _ = facts_on_record(facts, "trade", REGISTRY)
    shown = {HISTORY.name: History(before), PROFILE.name: profile}
    return Sheet(REGISTRY, record, law(), day, views=lambda topic, record: shown.get(topic.name)).assess()


def form_of(sheet: Sheet) -> Declaration:
    finding = sheet.finding("declaration.draft")
    assert finding is not None
    form: Declaration = finding.value
    return form


def questions_of(sheet: Sheet) -> tuple[DraftQuestion, ...]:
    finding = sheet.finding("declaration.questions")
    assert finding is not None
    asked: DraftQuestions = finding.value
    return asked.questions


def papers_only() -> Facts:
    """What invoice, packing list and bill say; nothing that only the declarant decides."""
    facts = export()
    del facts["declaration.particulars"]
    facts["packing.totals"].pop("package_type")
    facts["transport.plan"] = {
        k: v for k, v in facts["transport.plan"].items() if k in ("conveyance", "voyage", "bill_no", "loading_on")
    }
    facts["goods.line/1"] = {
        k: v
        for k, v in facts["goods.line/1"].items()
        if k in ("description", "quantity", "unit", "price", "amount", "net_kg")
    }
    return facts


def test_a_second_shipment_to_the_same_buyer_is_drafted_like_the_first_and_says_from_where() -> None:
    form = form_of(drawn(papers_only(), earlier()))
    first = form_of(drawn(export()))
    for part, fields in {
        "particulars": ("supervision_mode", "levy_nature", "duty_mode", "customs_master", "exit_customs", "exit_point", "domestic_region"),
        "transport": ("mode", "loading_port", "discharge_port", "destination_country"), "packing": ("package_type",),
    }.items():  # fmt: skip
        for field in fields:
            assert getattr(getattr(form, part), field) == getattr(getattr(first, part), field), field
    line, before = form.lines[0], first.lines[0]
    assert (line.hs10, line.name, line.elements, line.origin_country) == (
        before.hs10, before.name, before.elements, before.origin_country,
    )  # fmt: skip
    told = f"as in declaration 9000 accepted on {BEFORE}"
    for path in (
        "header.exit_customs",
        "header.transport_mode",
        "header.package_type",
        "line/1.hs10",
        "line/1.elements",
        "line/1.name",
    ):
        assert form.derived[path].startswith(told), path
    assert form.derived["header.exit_customs"].endswith("same overseas party")
    assert form.derived["header.owner"].startswith(told)


def test_what_is_said_is_never_overridden() -> None:
    facts = export()
    other = earlier(
        particulars=Particulars(exit_customs="5301", customs_master="5301", supervision_mode="3010", domestic_region="44039"),
        transport=Transport(mode="5", loading_port="CNCAN", discharge_port="JPOSA", destination_country="JPN"),
        package_type="93",
        lines=(
            EarlierLine(1, earlier().lines[0].called, "2835269000", "别名", ("1",), origin="DEU"),
        ),
    )  # fmt: skip
    said, beside = form_of(drawn(facts)), form_of(drawn(facts, other))
    assert msgspec.structs.replace(beside, derived={}, owner=said.owner, declarant=said.declarant) == replace(
        said, derived={}
    )


def test_where_earlier_declarations_differ_nothing_is_taken_and_both_are_offered_newest_first() -> None:
    newer = earlier("9001", BEFORE + timedelta(days=9), particulars=replace(earlier().particulars, exit_customs="5301"))
    sheet = drawn(papers_only(), newer, earlier())
    assert form_of(sheet).particulars.exit_customs == ""
    (asked,) = [one for one in questions_of(sheet) if one.id == "customs"]
    assert [choice.values["exit_customs"] for choice in asked.choices] == ["5301", earlier().particulars.exit_customs]
    assert asked.choices[0].reason.en.startswith("as in declaration 9001")


def test_goods_under_different_codes_before_are_asked_about_once() -> None:
    line = earlier().lines[0]
    other = earlier("9001", BEFORE + timedelta(days=9), lines=(replace(line, hs10="2835269000"),))
    sheet = drawn(papers_only(), other, earlier())
    assert form_of(sheet).lines[0].hs10 == ""
    (asked,) = [one for one in questions_of(sheet) if one.id == "codes"]
    assert [choice.values["hs"] for choice in asked.choices] == ["2835269000", line.hs10]


def test_a_declaration_follows_neither_itself_nor_what_came_later() -> None:
    assert form_of(drawn(papers_only(), earlier(day=DAY))).particulars.exit_customs == ""
    assert form_of(drawn(papers_only(), earlier(day=DAY + timedelta(days=1)))).particulars.exit_customs == ""
    facts = papers_only() | {"customs.acceptance/9100": {"accepted_on": BEFORE.isoformat()}}
    assert form_of(drawn(facts, earlier(), day=DAY)).particulars.exit_customs == ""


def test_another_buyer_and_destination_give_the_enterprises_own_office_alone() -> None:
    facts = papers_only()
    facts["trade.party/importer"] = {"name": "Somebody Else", "country": "KOR"}
    form = form_of(drawn(facts, earlier()))
    assert form.particulars.customs_master == earlier().particulars.customs_master
    assert (form.particulars.exit_customs, form.transport.mode, form.transport.discharge_port) == ("", "", "")


def test_what_was_carried_otherwise_is_no_habit() -> None:
    facts = papers_only()
    facts["transport.plan"]["mode"] = "5"
    form = form_of(drawn(facts, earlier()))
    assert (form.particulars.exit_customs, form.transport.loading_port) == ("", "")


def test_papers_in_dispute_are_not_settled_by_habit() -> None:
    facts = papers_only()
    facts["transport.plan"] = [facts["transport.plan"] | {"loading_port": port} for port in ("CNNGB", "CNCAN")]
    sheet = drawn(facts, earlier())
    assert form_of(sheet).transport.loading_port == ""
    assert not any(blank.field == "loading_port" for one in questions_of(sheet) for blank in one.blanks)


PROFILED = Profile(
    "self",
    {
        "exporter": Party(
            name="YICHANG Sample Phosphates", uscc="91420500MA49XY123X", customs_code="4205961234", name_zh="宜昌示例磷化",
            country="CHN",
        )
    },
    Enterprise("trading"),
    Particulars(customs_master="4701", self_assess=True),
)  # fmt: skip


def test_the_enterprises_own_dossier_fills_in_its_numbers_where_the_papers_name_it() -> None:
    facts = papers_only()
    facts["trade.party/exporter"] = {"name": "Yichang Sample Phosphates"}
    form = form_of(drawn(facts, profile=PROFILED))
    assert (form.domestic_party.uscc, form.domestic_party.customs_code) == ("91420500MA49XY123X", "4205961234")
    assert form.domestic_party.name == "Yichang Sample Phosphates"
    assert form.particulars.customs_master == "4701"
    assert form.derived["header.domestic_party.uscc"] == "as in the enterprise's own dossier"
    assert form.derived["header.customs_master"] == "as in the enterprise's own dossier"


def test_a_paper_that_names_another_seller_keeps_the_dossiers_numbers_off_it() -> None:
    facts = papers_only()
    facts["trade.party/exporter"] = {"name": "Another Seller"}
    assert form_of(drawn(facts, profile=PROFILED)).domestic_party.uscc == ""


def test_a_code_taken_over_leaves_the_form_for_review_and_is_asked_to_be_said() -> None:
    facts = export()
    facts["goods.line/1"].pop("hs")
    sheet = drawn(facts, earlier())
    form = sheet.finding("declaration.form")
    assert form is not None
    assert form.status == "needs_review"
    assert any("taken from earlier declarations" in reason.en for reason in form.reasons)
    (confirming,) = [one for one in questions_of(sheet) if one.confirms]
    assert confirming.choices[0].values == {"hs": "2835259000"}


def test_a_sum_stands_in_for_the_weight_of_the_whole_only_where_every_line_has_its_own() -> None:
    facts = export()
    facts["packing.totals"].pop("net_kg")
    form = form_of(drawn(facts))
    assert (form.packing.net_kg, form.derived["header.net_kg"]) == (Decimal(24000), "sum of the lines")
    facts["packing.totals"].pop("gross_kg")
    assert form_of(drawn(facts)).packing.gross_kg is None


def test_the_law_gives_the_nature_of_levy_where_no_condition_is_put_on_one_alone() -> None:
    facts = export()
    facts["declaration.particulars"].pop("levy_nature", None)
    whole = making.law("CN", "incoterms", "units", "unlocode", "hs")
    form = making.sheet(MODULES, facts, DAY, whole).finding("declaration.draft")
    assert form is not None
    assert form.value.particulars.levy_nature == "101"


@given(st.text(), st.text())
def test_names_of_goods_are_equal_but_for_case_and_spaces(one: str, other: str) -> None:
    assert (named(one) == named(other)) == (one.casefold().split() == other.casefold().split())
    assert named(f"  {one} ") == named(one)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Party(name="A. B. Ltd"), Party(name="a b LTD"), True),
        (Party(name="A"), Party(name="B"), False),
        (Party(), Party(), False),
        (Party(name="A", uscc="1"), Party(name="A", uscc="2"), False),
        (Party(name="A", uscc="1"), Party(name="B", uscc="1"), True),
        (Party(name_zh="甲"), Party(name="Jia", name_zh="甲"), True),
    ],
)
def test_a_firm_is_known_by_its_number_or_its_name(one: Party, other: Party, same: bool) -> None:
    assert same_firm(one, other) is same
    assert same_firm(other, one) is same
