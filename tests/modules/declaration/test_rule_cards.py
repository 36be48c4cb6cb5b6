"""Which rules there are, whether they block or ask, and where they apply: pinned, so that none changes sides in silence."""

from entrepot.modules.declaration.rules.assess import catalogue

ASK = {5, 6, 17, 22, 25, 37, 38, 43, 51, 71, 73, 78, 80}
EXPORT = {6, 33, 34, 51, 52, 64, 78, 79, 80}
IMPORT = {5, 29, 30, 31, 32, 68}
MODES = {13: {"0110"}, 65: {"1039"}, 66: {"1210", "1239", "9610"}, 67: {"9710", "9810"}}


def number(id: str) -> int:
    return int(id.removeprefix("R"))


def test_there_are_the_rules_r001_to_r080() -> None:
    assert [card.id for card in catalogue()] == [f"R{place:03}" for place in range(1, 81)]


def test_rules_ask_where_a_person_may_confirm_and_block_otherwise() -> None:
    assert {number(card.id) for card in catalogue() if card.severity == "W"} == ASK
    assert {card.severity for card in catalogue()} == {"E", "W"}


def test_rules_apply_to_the_flow_and_the_modes_that_they_speak_of() -> None:
    assert {number(card.id) for card in catalogue() if card.flow == "E"} == EXPORT
    assert {number(card.id) for card in catalogue() if card.flow == "I"} == IMPORT
    assert {number(card.id): set(card.modes) for card in catalogue() if card.modes} == MODES


def test_a_code_of_a_party_is_looked_at_where_codes_of_parties_stand() -> None:
    elements = {card.id: card.element for card in catalogue()}
    assert elements["R001"] == elements["R002"] == "R032"
    assert elements["R018"] == elements["R017"] == "L010"
    assert all(elements.values())
