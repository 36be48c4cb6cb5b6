"""Bytes of ASN.1 from outside: bounded and in DER before they are parsed, and read without any other error than Unfit."""

from collections.abc import Iterator
from contextlib import contextmanager

from cryptography.exceptions import InvalidSignature

from entrepot.gateways.credentials.reading import Unfit

MAX_DEPTH = 32
MAX_VALUES = 20_000

_CONSTRUCTED, _LONG_TAG = 0x20, 0x1F


def check_der(data: bytes, limit: int) -> None:
    """Raise Unfit where the bytes are not one value in DER (definite, shortest lengths; the order within sets is not looked at)."""
    if len(data) > limit:
        raise Unfit(f"it has more than {limit:,} bytes", f"超过 {limit:,} 字节")
    ends = [len(data)]
    at = count = 0
    while ends:
        if at == ends[-1]:
            ends.pop()
            if len(ends) == 1 and at < len(data):
                raise Unfit("bytes follow its end", "其后另有内容")
            continue
        count += 1
        if count > MAX_VALUES or len(ends) > MAX_DEPTH:
            raise Unfit("it is nested too deeply or holds too many values", "嵌套过深或内容过多")
        constructed = data[at] & _CONSTRUCTED
        at, length = _head(data, at, ends[-1])
        if constructed:
            ends.append(at + length)
        else:
            at += length
        if not constructed and len(ends) == 1:
            if at < len(data):
                raise Unfit("bytes follow its end", "其后另有内容")
            break
    if not count:
        raise Unfit("it is empty", "内容为空")


def _head(data: bytes, at: int, end: int) -> tuple[int, int]:
    """Where a value begins, and its length."""
    if data[at] == 0 or data[at] & _LONG_TAG == _LONG_TAG or at + 1 >= end:  # 0 ends values of open length alone
        raise Unfit("it is cut short, or no DER", "内容不完整，或不是 DER")
    length, at = data[at + 1], at + 2
    if length & 0x80:
        width = length & 0x7F
        if not 0 < width <= 4 or at + width > end:
            raise Unfit("a length is left open or cut short: it is no DER", "长度未定或不完整：不是 DER")
        length, at = int.from_bytes(data[at : at + width], "big"), at + width
        if length < 0x80 or length >> (8 * (width - 1)) == 0:
            raise Unfit("a length is not in its shortest form: it is no DER", "长度非最短形式：不是 DER")
    if length > end - at:
        raise Unfit("it is cut short", "内容不完整")
    return at, length


@contextmanager
def reading(what: str) -> Iterator[None]:
    """Whatever a parser raises on hostile bytes becomes Unfit; that a signature is false stays what it is."""
    try:
        yield
    except (Unfit, InvalidSignature):
        raise
    except Exception as error:  # three libraries read here, each with errors of its own
        raise Unfit(f"{what} is malformed: {str(error)[:200]!a}", "格式不符") from error
