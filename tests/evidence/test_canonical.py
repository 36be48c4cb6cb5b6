"""The canonical form: equal to RFC 8785 on what may be hashed, and clear about what may not."""

from datetime import date
from decimal import Decimal
from enum import IntEnum
from itertools import count
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from entrepot.kernel.canonical import DEPTH_LIMIT, CanonicalError, canonical, from_canonical

names = st.text(st.characters(max_codepoint=127), max_size=8)
texts = st.text(st.characters(exclude_categories=["Cs"]))
integers = st.integers(-(2**53) + 1, 2**53 - 1)
hashable = st.recursive(
    st.booleans() | integers | texts, lambda inner: st.lists(inner) | st.dictionaries(names, inner), max_leaves=10
)


@given(hashable)
def test_it_is_rfc_8785(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@given(hashable)
def test_it_reads_back_to_the_same_value(value: Any) -> None:
    assert from_canonical(canonical(value)) == value


@given(st.dictionaries(names, hashable, max_size=4))
def test_the_order_in_which_fields_were_given_does_not_matter(value: dict[str, Any]) -> None:
    assert canonical(dict(reversed(value.items()))) == canonical(value)


@pytest.mark.parametrize(
    ("value", "data"),
    [
        ("\x00\x1f\b\t\n\f\r\"\\/\x7f", rb'"\u0000\u001f\b\t\n\f\r\"\\/' + b'\x7f"'),
        ("\u2028€😀", '"\u2028€😀"'.encode()),
        ({"b": [], "a": {}, "A": True, "": 0, "a.": ""}, b'{"":0,"A":true,"a":{},"a.":"","b":[]}'),
        ((1, (2,)), b"[1,[2]]"),
        (2**53 - 1, b"9007199254740991"),
        (1 - 2**53, b"-9007199254740991"),
    ],
)
def test_its_bytes(value: Any, data: bytes) -> None:
    assert canonical(value) == data


class Grade(IntEnum):
    PRIMARY = 1


class Word(str):
    pass


@pytest.mark.parametrize(
    ("value", "path", "reason"),
    [
        (None, "", "null"),
        ({"lines": [{}, {"price": 1.5}]}, "lines[1].price", "float"),
        ({"a": {"b": None}}, "a.b", "null"),
        ([[1, 2**53]], "[0][1]", "2^53"),
        ({"a": -(2**53)}, "a", "2^53"),
        ({"n": 10**400}, "n", "2^53"),
        ({"a": Decimal("1.0")}, "a", "Decimal"),
        ({"a": date(2026, 1, 1)}, "a", "date"),
        ({"a": b"x"}, "a", "bytes"),
        ({"a": {1, 2}}, "a", "set"),
        ({"a": Grade.PRIMARY}, "a", "Grade"),
        ({"a": ["x", Word("y")]}, "a[1]", "Word"),
        ({"a": {"é": 1}}, "a", "'\\xe9'"),
        ({"a": [{7: 1}]}, "a[0]", "7"),
        ({"a": ["x", "\ud800"]}, "a[1]", "surrogate"),
        ("\udc00", "", "surrogate"),
        ({"a": {"\ud800": 1}}, "a", "ASCII"),
    ],
)
def test_what_may_not_be_hashed_is_refused_with_its_place(value: Any, path: str, reason: str) -> None:
    with pytest.raises(CanonicalError) as refused:
        canonical(value)
    assert refused.value.path == path
    assert reason in refused.value.what
    assert (path or "the value") in str(refused.value)


anything = st.recursive(
    st.none() | st.floats() | integers | texts, lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=6
)


@given(anything)
def test_whatever_the_value_it_is_either_rfc_8785_or_refused(value: Any) -> None:
    try:
        data = canonical(value)
    except CanonicalError:
        return
    assert data == rfc8785.dumps(value)


def nested(depth: int) -> Any:
    value: Any = []
    for _ in range(depth - 1):
        value = [value]
    return value


def test_a_value_nested_too_deeply_or_into_itself_is_refused() -> None:
    assert from_canonical(canonical(nested(DEPTH_LIMIT))) == nested(DEPTH_LIMIT)
    circle: list[Any] = []
    circle.append(circle)
    for value in (nested(DEPTH_LIMIT + 1), circle):
        with pytest.raises(CanonicalError, match="nested deeper"):
            canonical(value)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"{", b'{"a": 1}', b'{"b":1,"a":2}', b'{"a":1,"a":1}', b'"\\u0041"', b'"\\/"', b"1.0", b"-0", b"null", b"1 ",
        b'"\\ud800"', b'"\xff"', b"\xef\xbb\xbf1", b"9007199254740992", b"1" * 400, b"[" * 100_000,
    ],
    ids=count(),
)  # fmt: skip
def test_bytes_in_any_other_form_are_refused(data: bytes) -> None:
    with pytest.raises(CanonicalError):
        from_canonical(data)
