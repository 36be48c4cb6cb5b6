"""Memory: the same words, nearly the same words, and words that contradict each other."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as some

from entrepot.modules.classification.facts import AcceptedLine, Memory
from entrepot.modules.classification.rules.memory import groups, plain, recall
from tests.modules.classification.made import lexicon

D = date(2026, 3, 1)


def memory(*lines: tuple[str, str]) -> Memory:
    return Memory(tuple(AcceptedLine(text, code, D, f"D{n}", "1") for n, (text, code) in enumerate(lines, 1)))


def codes(there: Memory, text: str) -> list[tuple[str, Decimal]]:
    return [(hit.line.code, hit.alike) for hit in recall(there, text, lexicon())]


def test_the_same_words_are_found_whatever_case_width_and_signs() -> None:
    there = memory(("Yellow phosphorus, 99.9 %", "2804701000"))
    assert codes(there, "ＹELLOW  phosphorus 99.9") == [("2804701000", Decimal(1))]
    assert codes(memory(("男式针织T恤", "6109100010")), "男式 针织 T恤") == [("6109100010", Decimal(1))]


def test_nearly_the_same_words_are_found_but_trusted_less() -> None:
    there = memory(("stainless steel vacuum flask 500 ml with cup", "9617009000"))
    ((code, alike),) = codes(there, "stainless steel vacuum flask 750 ml with cup")
    assert code == "9617009000"
    assert Decimal("0.7") <= alike < 1


def test_words_that_contradict_each_other_are_other_goods() -> None:
    there = memory(("men's knitted cotton polo shirt with pocket", "6105100000"))
    assert codes(there, "women's knitted cotton polo shirt with pocket") == []
    assert codes(memory(("男式针织棉制衬衫长袖", "6105100000")), "女式针织棉制衬衫长袖") == []


def test_other_words_are_not_found() -> None:
    there = memory(("yellow phosphorus", "2804701000"))
    assert codes(there, "red lamp") == []
    assert codes(there, "") == []
    assert codes(Memory(), "yellow phosphorus") == []


def test_the_newest_comes_first_and_each_code_once() -> None:
    there = memory(("tea cup", "6912001000"), ("tea cup", "6911101900"), ("tea cup", "6912001000"))
    assert codes(there, "tea cup") == [("6912001000", Decimal(1)), ("6911101900", Decimal(1))]


@given(some.text(max_size=60))
def test_a_text_that_has_letter_groups_finds_itself(text: str) -> None:
    found = codes(memory((text, "1")), text)
    assert found == ([("1", Decimal(1))] if groups(plain(text)) else [])
