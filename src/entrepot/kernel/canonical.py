"""The one form of a value that is hashed: JSON as RFC 8785 orders and escapes it, of a narrow set of values.

What may be hashed: objects with ASCII field names, arrays, strings, booleans, and integers of magnitude below 2^53.
Not: null (leave the field out), floats and Decimals (write decimals as text, in their topic's scale), dates (as text).
On this set RFC 8785 comes down to: no white space, fields in the order of their bytes, the shortest escapes, UTF-8.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

INTEGER_LIMIT = 2**53  # from here on, readers that keep numbers as doubles lose the last digit
DEPTH_LIMIT = 64

_MOST = INTEGER_LIMIT - 1
_LEAST = -_MOST
_PLAIN = frozenset({str, bool})
_encode = msgspec.json.Encoder(order="sorted").encode


class CanonicalError(ValueError):
    """A value that cannot be hashed: `path` (`lines[3].price`, empty for the whole) and `what` is wrong there."""

    def __init__(self, path: str, what: str) -> None:
        super().__init__(f"{path or 'the value'}: {what}")
        self.path, self.what = path, what


def canonical(value: Any) -> bytes:
    """The bytes to hash. Equal values give equal bytes, on every machine and in every language."""
    try:
        if _fits(value, DEPTH_LIMIT):
            return _encode(value)
    except (TypeError, UnicodeEncodeError):  # a field name that is no text, half a surrogate pair
        pass
    raise next(_faults(value, "", DEPTH_LIMIT))


def from_canonical(data: bytes) -> Any:
    """The value of bytes in canonical form; any other bytes, even of equal meaning, are refused."""
    try:
        value = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise CanonicalError("", f"not JSON: {error}") from None
    if canonical(value) != data:
        raise CanonicalError("", "JSON, but not in canonical form")
    return value


def _fits(value: Any, room: int) -> bool:
    """Whether a value may be hashed, as fast as can be told: every statement passes here. `_faults` says why not."""
    kind = type(value)
    if kind is dict:
        if not (room and all(map(str.isascii, value))):
            return False
        items = value.values()
    elif kind is list or kind is tuple:
        if not room:
            return False
        items = value
    else:
        return kind in _PLAIN or (kind is int and _LEAST <= value <= _MOST)
    for item in items:
        kind = type(item)
        if kind in _PLAIN:
            continue
        if kind is int:
            if not _LEAST <= item <= _MOST:
                return False
        elif not _fits(item, room - 1):
            return False
    return True


def _faults(value: Any, path: str, room: int) -> Iterator[CanonicalError]:
    """Everything that keeps a value from being hashed; looked for only once it is known that there is something."""
    if isinstance(value, str):
        if not _is_text(value):
            yield CanonicalError(path, "half of a surrogate pair is not text")
        elif type(value) is not str:
            yield CanonicalError(path, f"a value of type {type(value).__name__} cannot be hashed: give plain text")
    elif type(value) is int:
        if not _LEAST <= value <= _MOST:
            yield CanonicalError(path, "an integer of 2^53 or more cannot be hashed: write it as text")
    elif type(value) in (dict, list, tuple):
        if not room:
            yield CanonicalError("", f"nested deeper than {DEPTH_LIMIT} levels")
            return
        named = isinstance(value, dict)
        for place, item in value.items() if named else enumerate(value):
            if named and not (isinstance(place, str) and place.isascii()):
                yield CanonicalError(path, f"the field name {place!a} is not plain ASCII text")
            else:
                inner = f"{path}.{place}".removeprefix(".") if named else f"{path}[{place}]"
                yield from _faults(item, inner, room - 1)
    elif type(value) is not bool:
        yield CanonicalError(path, _reason(value))


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _reason(value: Any) -> str:
    if value is None:
        return "null cannot be hashed: leave the field out"
    if isinstance(value, float):
        return "a float cannot be hashed: write decimals as text"
    return f"a value of type {type(value).__name__} cannot be hashed"
