"""Check digits: worked examples, other people's implementations, and every slip of one character is caught."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iso6346
from stdnum.cn import uscc

from entrepot.kernel.checkdigits import container_check, uscc_check, waybill_check


def test_worked_examples() -> None:
    assert uscc_check("91420500MA49XY123X") == "X"
    assert container_check("CSQU3054383") == "3"
    assert waybill_check("999-12345675") == "5"


@pytest.mark.parametrize("bad", ["", "91420500MA49XY12", "91420500MI49XY123X", "９１４２０５００MA49XY123X"])
def test_what_is_no_code_has_no_check_digit(bad: str) -> None:
    assert uscc_check(bad) is None
    assert container_check(bad) is None


@given(st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=17, max_size=17))
def test_unified_codes_agree_with_another_implementation(body: str) -> None:
    assert uscc_check(body) == uscc.calc_check_digit(body)


@given(
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=3, max_size=3),
    st.sampled_from("UJZ"),
    st.text("0123456789", min_size=6, max_size=6),
)
def test_container_numbers_agree_with_another_implementation(owner: str, kind: str, serial: str) -> None:
    assert container_check(owner + kind + serial) == iso6346.calc_check_digit(owner + kind + serial)


@given(st.integers(0, 16), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_one_wrong_character_moves_the_check_digit(place: int, letter: str) -> None:
    code = "91420500MA49XY123"
    if code[place] != letter:
        assert uscc_check(code[:place] + letter + code[place + 1 :]) != "X"
