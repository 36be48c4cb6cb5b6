"""A trade begun as a copy of another, and a trade declared in parts."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from entrepot.channels.online import Voice
from entrepot.kernel.intake import Refusal
from entrepot.portal import setting
from entrepot.portal.broker.copying import copy
from entrepot.portal.broker.parting import part
from entrepot.portal.desk import Desk, NoSuchDossier
from entrepot.portal.drafts import Draft
from entrepot.portal.reading import Reading

GORGES, OTHER = Voice("export desk", "example-gorges"), Voice("somebody", "example-other")


@pytest.fixture(scope="module")
def desk(installed: Path) -> Iterator[Desk]:
    desk = setting.open_desk(f"sqlite:///{installed / 'broker.sqlite3'}", "sandbox")
    yield desk
    desk.store.close()


def line(number: int) -> Draft:
    body = {
        "description": f"bracket type {number}", "hs": "87089991", "quantity": "10", "unit": "kg", "amount": "USD 50.00",
        "price": "USD 5.00/kg", "net_kg": "10", "gross_kg": "11", "packages": 1, "origin": "CHN",
    }  # fmt: skip
    return Draft("goods.line", body, str(number))


def trade(desk: Desk, name: str, lines: int, *more: Draft) -> None:
    drafts = [
        Draft("dossier.opened", {"kind": "trade", "reference": name, "title": "Brackets"}),
        Draft("dossier.member", {"roles": ["exporter"]}, "example-gorges"),
        Draft("dossier.member", {"roles": ["importer"]}, "example-kansai"),
        Draft("trade.party", {"name": "Example Gorges", "country": "CHN"}, "exporter"),
        Draft(
            "trade.terms", {"contract_no": "C-7", "incoterm": "CIF", "place": "Osaka", "total": f"USD {50 * lines}.00"}
        ),
        Draft("declaration.particulars", {"flow": "E", "supervision_mode": "0110", "declared_on": "2026-04-01"}),
        Draft(
            "packing.totals",
            {"packages": lines, "package_type": "22", "gross_kg": str(11 * lines), "net_kg": str(10 * lines)},
        ),
        Draft("transport.charges", {"freight": {"mark": "3", "value": "100.00", "currency": "USD"}}),
        *(line(number) for number in range(1, lines + 1)),
        *more,
    ]
    desk.say(name, drafts, GORGES)


def value(reading: Reading, topic: str, key: str = "") -> Any:
    return next((fact.value for fact in reading.facts if (fact.topic, fact.key) == (topic, key)), None)


def test_what_recurs_is_copied_and_what_is_new_each_time_is_left(desk: Desk) -> None:
    trade(desk, "C1", 2)
    copied = copy(desk, "C1", "C1-again", GORGES)
    new = desk.read("C1-again", GORGES)
    assert value(new, "dossier.opened")["copied_from"] == "C1"
    assert value(new, "trade.terms")["incoterm"] == "CIF"
    assert value(new, "trade.terms").keys().isdisjoint({"contract_no", "total"})
    assert (value(new, "goods.line", "2")["hs"], value(new, "goods.line", "2").get("quantity")) == ("87089991", None)
    assert value(new, "goods.line", "2").get("price") is None
    assert value(new, "dossier.member", "example-kansai")["roles"] == ("importer",)
    assert "transport.charges" in copied.left
    assert value(new, "declaration.particulars").get("declared_on") is None


def test_prices_go_along_when_asked(desk: Desk) -> None:
    trade(desk, "C2", 1)
    copy(desk, "C2", "C2-again", GORGES, prices=True)
    assert value(desk.read("C2-again", GORGES), "goods.line", "1")["price"] is not None


def test_a_copy_goes_into_no_dossier_that_is_there(desk: Desk) -> None:
    trade(desk, "C3", 1)
    with pytest.raises(Refusal):
        copy(desk, "C3", "C3", GORGES)


def test_nobody_copies_or_parts_what_is_not_theirs(desk: Desk) -> None:
    trade(desk, "C4", 1)
    for attempt in (lambda: copy(desk, "C4", "stolen", OTHER), lambda: part(desk, "C4", OTHER)):
        with pytest.raises(NoSuchDossier):
            attempt()


def test_fifty_lines_are_not_parted(desk: Desk) -> None:
    trade(desk, "P0", 50)
    with pytest.raises(Refusal) as refusal:
        part(desk, "P0", GORGES)
    assert refusal.value.problems[0].rule == "W020"


LOT = {
    "line": "51", "document": "special_vat_invoice", "number": "12345678", "supplier": "Example Foundry", "base": "CNY 300.00",
    "vat_rate": "0.13", "quantity": "10", "invoiced_quantity": "10", "unit": "kg", "goods": "bracket",
}  # fmt: skip


def test_a_trade_of_fifty_one_lines_is_declared_in_two(desk: Desk) -> None:
    more = [
        Draft("goods.cost", LOT, "lot-51"),
        Draft("declaration.attachment", {"number": "L-1", "lines": ["51"]}, "4"),
        Draft("declaration.attachment", {"number": "Y-1", "lines": ["1"]}, "Y"),
        Draft("transport.container", {"lines": ["51"], "size_type": "22G1", "gross_kg": "11"}, "CSQU3054383"),
    ]
    trade(desk, "P1", 51, *more)
    paper = desk.keep_paper("P1", "photo.png", b"\x89PNG a photograph", GORGES)
    parted = part(desk, "P1", GORGES)
    assert parted.dossiers == ("P1-1", "P1-2")
    first, second = (desk.read(name, GORGES) for name in parted.dossiers)
    assert len([fact for fact in first.facts if fact.topic == "goods.line"]) == 49 + 1
    assert (
        value(second, "goods.line", "1")["description"] == "bracket type 51"
        or value(first, "goods.line", "1") is not None
    )
    lot = value(second, "goods.cost", "lot-51") or value(first, "goods.cost", "lot-51")
    assert lot is not None
    assert value(desk.read("P1", GORGES), "goods.cost", "lot-51") is None
    shares = [value(one, "transport.charges")["freight"]["value"] for one in (first, second)]
    assert sum(map(Decimal, shares)) == 100
    assert [value(one, "packing.totals")["packages"] for one in (first, second)] == [50, 1]
    holding = [one for one in (first, second) if value(one, "transport.container", "CSQU3054383")]
    assert len(holding) == 1
    assert value(holding[0], "declaration.attachment", "4")["number"] == "L-1"
    assert all(desk.document(name, paper.digest, GORGES)[1].data for name in parted.dossiers)
    whole = {found.topic: found.status for found in desk.read("P1", GORGES).findings}
    assert whole["declaration.header"] == "not_applicable"


def test_parting_again_after_an_interruption_changes_nothing(desk: Desk) -> None:
    trade(desk, "P2", 51, Draft("goods.cost", {**LOT, "number": "999"}, "lot-51"))
    once = part(desk, "P2", GORGES)
    heads = [desk.read(name, GORGES).heads for name in once.dossiers]
    assert part(desk, "P2", GORGES).dossiers == once.dossiers
    assert [desk.read(name, GORGES).heads for name in once.dossiers] == heads


def test_what_lines_do_not_say_is_told_and_left_to_be_said(desk: Desk) -> None:
    trade(desk, "P3", 50, Draft("goods.line", {"description": "loose part", "quantity": "1", "unit": "kg"}, "51"))
    parted = part(desk, "P3", GORGES)
    assert any("gross_kg" in text.en for text in parted.left)
    assert value(desk.read(parted.dossiers[1], GORGES), "packing.totals").get("gross_kg") is None


def test_a_strange_dossier_under_the_name_of_a_part_stops_the_parting(desk: Desk) -> None:
    trade(desk, "P4", 51)
    trade(desk, "P4-1", 1)
    with pytest.raises(Refusal) as refusal:
        part(desk, "P4", GORGES)
    assert refusal.value.problems[0].rule == "W021"


def test_two_who_part_a_trade_at_once_make_the_same_parts(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    trade(desk, "TWICE", 51)
    say = desk.say

    def late(*words: Any, **more: Any) -> Any:
        monkeypatch.setattr(desk, "say", say)
        part(desk, "TWICE", GORGES)
        return say(*words, **more)

    monkeypatch.setattr(desk, "say", late)
    assert part(desk, "TWICE", GORGES).dossiers == ("TWICE-1", "TWICE-2")
    lines = [
        len([fact for fact in desk.read(f"TWICE-{n}", GORGES).facts if fact.topic == "goods.line"]) for n in (1, 2)
    ]
    assert lines == [50, 1]
    assert all(len(fact.statements) == 1 for fact in desk.read("TWICE-1", GORGES).facts)
