"""List and count: no card, page or total tells of what its reader may not see; and the scope of a mandate x dossier x door."""

from collections.abc import Iterator
from typing import Any

import pytest

from entrepot.channels.online import Voice
from entrepot.portal.access import giving
from entrepot.portal.access.listing import LOOKED_AT
from entrepot.portal.desk import Desk, Page
from entrepot.portal.drafts import Draft
from entrepot.store.tokens import new_token
from tests.portal.access.stage import BEA, BOSS, mandate, trade
from tests.portal.matrix_stage import OWN, PEOPLE, TRADE, made, organisation, parted, voice
from tests.portal.web import client_of


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    made_ = made(tmp_path_factory.mktemp("counts"))
    yield made_
    made_.store.close()


def cards(desk: Desk, role: str) -> dict[str, tuple[int, str]]:
    return {card.id: (card.said, card.heard_at) for card in desk.dossiers(voice(role)).dossiers}


@pytest.mark.parametrize("role", PEOPLE)
def test_a_card_counts_no_more_than_its_reader_may_read(full: Desk, role: str) -> None:
    seen, _ = parted(full, role)
    listed = cards(full, role)
    assert listed
    with full.store.holding(TRADE) as record:
        readable = sum(1 for said in record.submissions if said in seen)
    if TRADE in listed:
        assert 0 < listed[TRADE][0] <= readable


def test_a_note_of_one_house_moves_nobody_elses_count(full: Desk) -> None:
    before = {role: cards(full, role) for role in PEOPLE}
    full.say(TRADE, [Draft("dossier.note", {"text": "margin is thin"}, "n-9")], voice("exporter"))
    after = {role: cards(full, role) for role in PEOPLE}
    assert after["exporter"] != before["exporter"]
    others = [role for role in PEOPLE if organisation(role) != organisation("exporter")]
    assert {role: after[role] for role in others} == {role: before[role] for role in others}


def test_the_own_dossier_of_an_enterprise_is_listed_for_it_and_for_offices(full: Desk) -> None:
    assert OWN in cards(full, "exporter")
    assert OWN in cards(full, "customs")
    assert full.dossiers(Voice("eve", "elsewhere")).dossiers == ()


# -- paging -----------------------------------------------------------------------------------------------------------


def pages(desk: Desk, reader: Voice, limit: int) -> list[Page]:
    found = [desk.dossiers(reader, None, limit)]
    while (cursor := found[-1].next) is not None:
        found.append(desk.dossiers(reader, cursor, limit))
    return found


def test_pages_are_full_and_the_last_has_no_next(desk: Desk) -> None:
    """What is not for the reader leaves no gap: neither short pages nor an empty one at the end."""
    for number in range(9):
        trade(desk, f"D{number}", "1039" if number % 2 else "0110")
    giving.give(desk, BOSS, mandate(modes=("1039",)), "1")
    found = pages(desk, BEA, 2)
    assert [len(page.dossiers) for page in found] == [2, 2]
    assert [card.id for page in found for card in page.dossiers] == ["D7", "D5", "D3", "D1"]
    assert LOOKED_AT > 9
    everyone = pages(desk, BOSS, 5)
    assert [len(page.dossiers) for page in everyone] == [5, 5], "nine trades and its own dossier"


# -- the scope of a mandate x dossier x door --------------------------------------------------------------------------

SCOPES: dict[str, tuple[dict[str, Any], set[str]]] = {
    "all": ({}, {"D1", "D2", "D3"}),
    "listed": ({"dossiers": ("D2",)}, {"D2"}),
    "mode": ({"modes": ("1039",)}, {"D3"}),
    "listed and mode": ({"dossiers": ("D1",), "modes": ("1039",)}, {"D1", "D3"}),
    "nowhere": ({"dossiers": ("B1",)}, set[str]()),
}


@pytest.mark.parametrize("scope", SCOPES)
def test_a_mandate_opens_its_dossiers_at_every_door(desk: Desk, scope: str) -> None:
    for dossier, mode in (("D1", ""), ("D2", "0110"), ("D3", "1039")):
        trade(desk, dossier, mode)
    desk.say("B1", [Draft("dossier.opened", {"kind": "trade", "reference": "B"})], Voice("ben", "beta"))
    fields, expected = SCOPES[scope]
    giving.give(desk, BOSS, mandate(**fields), "1")
    secret = new_token(desk.store, "bea", "agency")
    client, mine = client_of(desk), {"Authorization": f"Bearer {secret}"}
    client.cookies["entrepot_token"] = secret
    every = ("D1", "D2", "D3", "B1", "enterprise:acme")
    assert {card.id for card in desk.dossiers(BEA).dossiers} == expected
    told = client.get("/api/v1/dossiers", headers=mine).json()
    assert {card["id"] for card in told["dossiers"]} == expected
    assert {
        name for name in every if client.get(f"/api/v1/dossiers/{name}", headers=mine).status_code == 200
    } == expected
    assert {name for name in every if client.get(f"/d/{name}").status_code == 200} == expected
    whole = {
        name
        for name in every
        if client.get(f"/api/v1/dossiers/{name}/why/goods.line/1", headers=mine).status_code == 200
    }
    assert whole == expected
    line = {"topic": "goods.line", "key": "8", "body": {"hs": "28092019", "quantity": "1", "unit": "t"}}
    said = {
        name for name in every
        if client.post("/api/v1/submissions", {**line, "dossier": name}, content_type="application/json", headers=mine).status_code == 201
    }  # fmt: skip
    assert said == expected
