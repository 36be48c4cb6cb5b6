"""Finding names among many: none is lost that is like enough, whatever road leads to it."""

import random
from collections.abc import Iterator
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from entrepot.modules.screening.rules.compare import word_likeness
from entrepot.modules.screening.rules.index import AIRCRAFT, PARTIES, VESSELS, Index
from entrepot.modules.screening.rules.names import skeleton
from tests.modules.screening.made import HARBOUR, KARIM, SHIP, lists

ANYTHING = PARTIES | VESSELS | AIRCRAFT
SYLLABLES = ["ba", "ko", "di", "ru", "me", "sha", "ti", "no", "ga", "lu", "ve", "ro", "ki", "sta"]


def _many() -> Iterator[dict[str, str]]:
    chance = random.Random(7)
    for number in range(400):
        words = ["".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))) for _ in range(chance.randint(1, 4))]
        yield {"entry": str(number), "kind": "person", "name": " ".join(words)}


MANY = Index(lists(*_many()))
NAMES = [named.text for named in MANY.names]
sound = cache(skeleton)


def found(index: Index, name: str, groups: int = ANYTHING, least: int = 850) -> set[str]:
    return {
        index.entries[match.entry].row.keys["entry"]
        for match in index.search(index.writing.spelled(name), groups, least)
    }


def test_every_listed_name_finds_itself() -> None:
    lost = [named.text for named in MANY.names if str(named.entry) not in found(MANY, named.text)]
    assert lost == []


@settings(max_examples=150)
@given(st.sampled_from(NAMES), st.data())
def test_the_index_finds_what_comparing_with_all_names_finds(name: str, data: st.DataObject) -> None:
    """One letter is changed, lost, doubled or moved: what brute force holds alike, the index gives."""
    place = data.draw(st.integers(0, len(name) - 1))
    changed = data.draw(
        st.sampled_from([name[:place] + name[place + 1 :], name[:place] + name[place] * 2 + name[place + 1 :]])
    )
    said = MANY.writing.spelled(changed)
    whole = {
        str(named.entry)
        for named in MANY.names
        if MANY.likeness(said, named.spelled, lambda a, b: word_likeness(a, b, sound)).score >= 880
    }
    assert whole <= found(MANY, changed)


def test_ships_are_found_for_ships_and_people_for_parties() -> None:
    index = Index(lists(HARBOUR, KARIM, SHIP))
    assert found(index, "Grey Heron", VESSELS) == {"V1"}
    assert found(index, "Grey Heron", PARTIES) == set()
    assert found(index, "Karim Daoud Orbeliani", VESSELS) == set()


def test_a_name_in_brackets_and_one_behind_a_semicolon_are_names_too() -> None:
    index = Index(lists({"entry": "1", "kind": "entity", "name": "OLD PIER COMPANY (OPC) ; SUMMER QUAY LINES"}))
    assert found(index, "Old Pier Company") == found(index, "Summer Quay Lines") == {"1"}


def test_a_chinese_name_is_found_by_its_characters_and_by_its_reading() -> None:
    index = Index(
        lists(
            {"entry": "1", "kind": "person", "name": "OUYANG Zhenhai", "original": "歐陽振海"},
            {"entry": "2", "kind": "person", "name": "ZHENG Baoguo"},
        )
    )
    assert found(index, "欧阳振海") == {"1"}
    assert found(index, "郑保国") == {"2"}
    (match,) = index.search(index.writing.spelled("郑保国"), ANYTHING, 850)
    assert match.by_sound


def test_nothing_is_found_for_a_name_of_no_letters() -> None:
    assert found(MANY, "!!!") == found(MANY, "") == set()
