"""The draft: what is derived and from what, where fields come from, what is never guessed, and the list of rules."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entrepot.kernel.module import Registry
from entrepot.kernel.money import Money
from entrepot.kernel.record import Record
from entrepot.kernel.sheet import Sheet
from entrepot.kernel.submissions import Evidence, Submission
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary import SHARED
from entrepot.kernel.vocabulary.decisions import Declaration, RegionProfile
from entrepot.modules.declaration.module import MODULES
from entrepot.modules.declaration.rules.assess import FORM_RULES, LINE_RULES, catalogue
from tests import making
from tests.modules.declaration.paperwork import DAY, Facts, arrival, export, form, law, sheet, told, with_lines


def draft(facts: Facts, **more: Any) -> Declaration:
    finding = sheet(facts, **more).finding("declaration.draft")
    assert finding is not None
    assert finding.status == "found", finding
    assert isinstance(finding.value, Declaration)
    return finding.value


def test_the_draft_carries_what_follows_from_what_was_said() -> None:
    made = draft(export())
    line = made.lines[0]
    assert (made.trade_term, made.derived["header.trade_term"]) == ("1", "Incoterm CIF")
    assert (made.transport.destination_country, made.derived["header.destination_country"]) == (
        "JPN",
        "port of discharge JPOSA",
    )
    assert (made.particulars.duty_mode, made.derived["header.duty_mode"]) == (
        "1",
        "the only one for mode 0110 and levy 101",
    )
    assert (made.transport.trade_country, line.final_country, line.duty_mode) == ("JPN", "JPN", "1")
    assert (line.deal_qty, line.deal_unit, line.qty1, line.unit1) == (Decimal(24), "070", Decimal(24000), "035")
    assert made.owner == made.domestic_party == made.declarant
    assert made.derived["header.owner"] == "exporter"


def test_the_levy_follows_from_a_mode_that_has_one_only() -> None:
    facts = export()
    facts["declaration.particulars"] |= {"supervision_mode": "0615", "levy_nature": "", "record_no": "B47010000001"}
    made = draft(facts)
    assert (made.particulars.levy_nature, made.particulars.duty_mode) == ("503", "3")
    assert made.derived["header.levy_nature"] == "the only one for mode 0615"
    facts["declaration.particulars"]["supervision_mode"] = "0110"
    assert draft(facts).particulars.levy_nature == ""


def test_the_only_region_of_a_region_pack_is_taken_and_of_several_none() -> None:
    facts = export()
    facts["declaration.particulars"]["domestic_region"] = ""
    one = RegionProfile("yichang", Text("Yichang", "宜昌"), "420500", ("42052",))
    assert draft(facts, given={"region.profile": one}).lines[0].domestic_region == "42052"
    two = msgspec.structs.replace(one, domestic_regions=("42052", "42059"))
    assert draft(facts, given={"region.profile": two}).lines[0].domestic_region == ""


def test_price_total_and_net_weight_are_worked_out_from_each_other() -> None:
    facts = export()
    facts["goods.line/1"] |= {"amount": None, "net_kg": None}
    line = draft(facts).lines[0]
    assert (line.total, line.net_kg) == (Money(1236000, "USD"), Decimal(24000))
    assert told(facts) == set()
    facts = export()
    facts["goods.line/1"]["price"] = None
    line = draft(facts).lines[0]
    assert line.unit_price is not None
    assert str(line.unit_price.amount) == "515.0000"
    assert told(facts) == set()


def test_every_derivation_stands_in_the_working() -> None:
    facts = export()
    facts["goods.line/1"] |= {"amount": None, "net_kg": None}
    drawn = sheet(facts)
    of_line = drawn.finding("declaration.line", "1")
    of_head = drawn.finding("declaration.header")
    assert of_line is not None
    assert of_head is not None
    assert {step.name.en: step.value for step in of_line.working} == {
        "net weight of the line": "24000",
        "line total": "USD 12,360.00",
        "first statutory quantity": "24000",
    }
    assert {step.name.en: step.value for step in of_head.working} == {
        "country of destination": "JPN",
        "duty mode": "1",
        "trade term code": "1",
    }
    assert dict(of_line.working[0].inputs) == {"quantity": "24", "factor": "1000"}


def test_nothing_is_guessed() -> None:
    facts = with_lines(2)
    for number in ("1", "2"):
        facts[f"goods.line/{number}"] |= {"net_kg": None, "unit": "PCS", "origin": "", "price": "USD 400.00/PCS"}
    lines = draft(facts).lines
    assert [(line.net_kg, line.qty1, line.origin_country) for line in lines] == [(None, None, "")] * 2


def test_a_bare_dossier_shows_a_draft_and_every_gap() -> None:
    facts = {"trade.terms": {"incoterm": "FOB"}, "goods.line/1": {"description": "acid"}}
    drawn = sheet(facts)
    shown, refused = drawn.finding("declaration.draft"), drawn.finding("declaration.form")
    assert shown is not None
    assert refused is not None
    assert (shown.status, refused.status) == ("found", "refused")
    assert "contract_no" in shown.reasons[0].en
    assert len({p.rule for p in refused.problems}) >= 18


def test_without_lines_or_terms_the_declaration_waits() -> None:
    bare = form({"trade.terms": {"incoterm": "FOB"}})
    assert (bare.status, bare.waits[0].topic) == ("waits", "goods.line")
    nothing = form({"dossier.opened": {"kind": "trade", "reference": "x"}})
    assert (nothing.status, nothing.waits[0].topic) == ("waits", "declaration.header")


# -- where fields come from -------------------------------------------------------------------------------------------


def stated(number: int, topic: str, key: str, body: dict[str, Any], paper: str, places: dict[str, str]) -> Submission:
    from entrepot.kernel.intake import convert

    registry = wired()
    raw = msgspec.Raw(msgspec.json.encode(convert(body, registry.topics[topic].type)))
    evidence = (Evidence(f"{number:064d}", paper, places),)
    return Submission(f"{number:04d}", "d", topic, raw, key, evidence=evidence, for_="exporter")


def wired() -> Registry:
    return Registry([*MODULES, *making._stand_ins(MODULES)], SHARED)


def test_fields_and_problems_name_the_paper_and_the_place() -> None:
    registry = wired()
    facts = export()
    record = Record("d", "trade", registry.topics)
    for number, (place, body) in enumerate(facts.items()):
        topic, _, key = place.partition("/")
        if topic != "packing.totals":
            record.add(stated(number, topic, key, body, "invoice.xlsx", dict.fromkeys(body, f"B{number}")))
    packing = facts["packing.totals"]
    record.add(stated(90, "packing.totals", "", packing, "packing.xlsx", {"packages": "D4", "gross_kg": "D5"}))
    record.add(stated(91, "packing.totals", "", {"packages": 961}, "bill.xml", {"packages": "/Bill/Packages"}))
    drawn = Sheet(registry, record, law(), DAY).assess()
    made, refused = drawn.finding("declaration.draft"), drawn.finding("declaration.form")
    assert made is not None
    assert refused is not None
    assert made.value.provenance["header.gross_kg"] == "packing.xlsx D5"
    assert made.value.provenance["line/1.total"].startswith("invoice.xlsx B")
    (problem,) = refused.problems
    assert problem.documents == ("packing.xlsx D4", "bill.xml /Bill/Packages")
    assert problem.what.en == "papers disagree on packages: packing.xlsx D4 says 960; bill.xml /Bill/Packages says 961"
    assert "961" in problem.what.zh


def test_a_wrong_field_names_its_paper() -> None:
    registry = wired()
    facts = export()
    facts["packing.totals"]["gross_kg"] = "23000"
    record = Record("d", "trade", registry.topics)
    for number, (place, body) in enumerate(facts.items()):
        topic, _, key = place.partition("/")
        record.add(stated(number, topic, key, body, "papers.xlsx", {"net_kg": "F9"}))
    refused = Sheet(registry, record, law(), DAY).assess().finding("declaration.form")
    assert refused is not None
    assert [(p.rule, p.documents) for p in refused.problems] == [("R021", ("papers.xlsx F9",))]


# -- one line of many -------------------------------------------------------------------------------------------------


def test_a_changed_line_redraws_itself_and_the_form_alone() -> None:
    registry = wired()
    record = Record("d", "trade", registry.topics)
    for number, (place, body) in enumerate(with_lines(20).items()):
        topic, _, key = place.partition("/")
        record.add(stated(number, topic, key, body, "a.xlsx", {}))
    drawn = Sheet(registry, record, law(), DAY).assess()
    (old,) = (s.id for s in record.submissions.values() if (s.topic, s.key) == ("goods.line", "7"))
    changed = with_lines(20)["goods.line/7"] | {"origin": "DEU"}
    record.add(msgspec.structs.replace(stated(99, "goods.line", "7", changed, "b.xlsx", {}), replaces=(old,)))
    assert drawn.assess().assessed == 3, "the line, the form, and the questions that are left"
    finding = drawn.finding("declaration.form")
    assert finding is not None
    assert [(p.rule, p.where) for p in finding.problems] == [("R051", "line/7.origin_country")]


# -- properties -------------------------------------------------------------------------------------------------------


@settings(max_examples=25)
@given(st.data())
def test_the_order_and_the_parting_of_papers_do_not_matter(data: st.DataObject) -> None:
    facts = export()
    parted: Facts = {}
    for place, body in facts.items():
        fields = data.draw(st.permutations(list(body.items())), label=place)
        cut = data.draw(st.integers(0, len(fields)))
        halves = [dict(part) for part in (fields[:cut], fields[cut:]) if part]
        parted[place] = halves if place.partition("/")[0] != "declaration.attachment" else body
    shuffled = dict(data.draw(st.permutations(list(parted.items()))))
    one, other = form(facts), form(shuffled)
    assert (one.status, one.problems) == (other.status, other.problems)

    def bare(value: Declaration) -> Declaration:
        return msgspec.structs.replace(value, provenance={})

    assert bare(one.value) == bare(other.value)


@settings(max_examples=25)
@given(
    st.sampled_from(["contract_no", "invoice_no"]),
    st.text("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789-/", min_size=1, max_size=32),
    st.text("ABCDEFGH ", min_size=1, max_size=30).filter(str.strip),
)
def test_a_clean_declaration_stays_clean_under_other_names(field: str, number: str, name: str) -> None:
    facts = export()
    facts["trade.terms"][field] = number
    facts["trade.party/importer"]["name"] = name
    facts["transport.plan"] |= {"conveyance": name, "voyage": number[:10]}
    assert told(facts) == set()


@settings(max_examples=25)
@given(st.integers(1, 6), st.randoms(use_true_random=False))
def test_lines_said_in_any_order_give_the_same_form(count: int, chance: Any) -> None:
    facts = with_lines(count)
    places = list(facts)
    chance.shuffle(places)
    one, other = form(facts), form({place: facts[place] for place in places})
    assert [line.no for line in other.value.lines] == list(range(1, count + 1))
    assert one.value.lines == other.value.lines
    assert other.problems == ()


@settings(max_examples=25)
@given(st.decimals("0.001", "999", places=3), st.decimals("0.01", "9999", places=2))
def test_tonnes_and_kilograms_declare_the_same(tonnes: Decimal, price: Decimal) -> None:
    total = Money(int((tonnes * price * 100).to_integral_value("ROUND_HALF_UP")), "USD")
    shown = f"USD {total.amount}"

    def declared(quantity: Decimal, unit: str) -> Declaration:
        facts = export()
        facts["goods.line/1"] |= {
            "quantity": f"{quantity:f}", "unit": unit, "price": f"USD {price}/t", "amount": shown, "net_kg": None,
        }  # fmt: skip
        facts["trade.terms"]["total"] = shown
        assert not {p.rule for p in form(facts).problems} & {"R040", "R046", "R047"}
        return draft(facts)

    one, other = declared(tonnes, "t").lines[0], declared(tonnes * 1000, "KGS").lines[0]
    assert (one.qty1, one.net_kg, one.total) == (other.qty1, other.net_kg, other.total)


# -- the list of rules ------------------------------------------------------------------------------------------------


def test_every_rule_has_its_card_in_both_languages() -> None:
    cards = catalogue()
    assert [card.id for card in cards] == [f"R{number:03d}" for number in range(1, 81)]
    assert len(cards) == len(LINE_RULES) + len(FORM_RULES) + 1  # R043 is assessed apart
    for card in cards:
        assert card.severity in ("E", "W")
        assert card.text.en.endswith("."), card
        assert any("一" <= letter <= "鿿" for letter in card.text.zh), card
        assert card.element
        assert card.source
        assert card.flow in ("", "E", "I")


def test_every_rule_has_a_test_of_its_name() -> None:
    import inspect
    import re

    from tests.modules.declaration import (
        test_carriage,
        test_compared,
        test_elsewhere,
        test_lines,
        test_money,
        test_parties_and_particulars,
        test_usual_prices,
        test_weights,
    )

    files = (
        test_compared,
        test_carriage,
        test_elsewhere,
        test_lines,
        test_money,
        test_parties_and_particulars,
        test_usual_prices,
        test_weights,
    )
    names = " ".join(name for file in files for name, _ in inspect.getmembers(file, inspect.isfunction))
    for first, last in re.findall(r"test_r(\d\d\d)_to_r(\d\d\d)", names):
        names += " " + " ".join(f"test_r{number:03d}_" for number in range(int(first), int(last) + 1))
    for first, last in re.findall(r"test_r(\d\d\d)_and_r(\d\d\d)", names):
        names += f" test_r{first}_ test_r{last}_"
    ids = [card.id for card in catalogue()]
    assert [id for id in ids if f"test_{id.lower()}_" not in names] == []
    assert {f"R{number}" for number in re.findall(r"test_r(\d\d\d)_", names)} <= set(ids)


@pytest.mark.parametrize("facts", [export(), arrival()])
def test_each_finding_says_what_it_rests_on(facts: Facts) -> None:
    finding = form(facts)
    assert {look.topic for look in finding.looks} >= {"declaration.line", "packing.totals", "trade.terms"}
    assert {row.table for row in finding.law} >= {"CN/mode_levy", "CN/limits", "CN/package_types"}


@pytest.mark.parametrize(
    ("changed", "drawn"),
    [
        ({}, False),
        ({"trade.party/exporter": {"country": "HKG"}, "transport.plan": {"loading_port": "CNWUH"}}, True),
        ({"trade.party/exporter": {"country": "CHN"}}, True),
        ({"trade.party/importer": {"country": "CHN"}}, True),
        ({"transport.plan": {"loading_port": ""}}, True),
    ],
)
def test_goods_that_neither_leave_nor_enter_china_need_no_declaration_there(changed: Facts, drawn: bool) -> None:
    facts = export()
    del facts["declaration.particulars"]
    facts["trade.party/exporter"] |= {"country": "VNM", **changed.get("trade.party/exporter", {})}
    facts["trade.party/importer"] |= {"country": "JPN", **changed.get("trade.party/importer", {})}
    facts["transport.plan"] |= {"loading_port": "VNHPH", **changed.get("transport.plan", {})}
    finding = sheet(facts).finding("declaration.form")
    assert finding is not None
    assert (finding.status != "not_applicable") is drawn
