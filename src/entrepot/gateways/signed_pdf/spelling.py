"""How the value of a signature is written: in one way only, so that no byte of it can be changed unseen.

A CMS signature (RFC 5652) has fields that nothing signs: versions, a list of digest algorithms, attributes added afterwards.
They must be what the signed parts make them, or the same signature could be written in many ways.
"""

from typing import Any

_MAX_DER = 40  # levels of a signature's value
_STAMP = "signature_time_stamp_token"


def is_strict(value: bytes, signed_data: Any, signer: Any) -> bool:
    """Whether a value is DER followed by nothing but zeros, with nothing in it that is neither signed nor a stamp of time."""
    length = der_length(value)
    return length is not None and not value[length:].strip(b"\0") and _plain(signed_data, signer)


def _plain(signed_data: Any, signer: Any) -> bool:
    """One signer; versions and algorithms as RFC 5652 (5.1, 5.3) has them; stamps alone among what was added."""
    named = signer["sid"].name == "issuer_and_serial_number"
    data = signed_data["encap_content_info"]["content_type"].native == "data"
    added = list(signer["unsigned_attrs"])
    return (
        signer["version"].native == ("v1" if named else "v3")
        and signed_data["version"].native == ("v1" if named and data else "v3")
        and len(signed_data["signer_infos"]) == 1
        and [item.dump() for item in signed_data["digest_algorithms"]] == [signer["digest_algorithm"].dump()]
        and _whole(signer)
        and _whole(signed_data)
        and all(item["type"].native == _STAMP and len(item["values"]) == 1 for item in added)
        and all(_is_plain_stamp(item["values"][0]) for item in added)
    )


def _is_plain_stamp(token: Any) -> bool:
    inner = token["content"]
    return len(inner["signer_infos"]) == 1 and _plain(inner, inner["signer_infos"][0])


def _whole(record: Any) -> bool:
    """Whether the fields that are known make up all of a record: none of another kind stands between or behind them."""
    return sum(len(record[name].dump()) for name in record) == len(record.contents)


def der_length(value: bytes) -> int | None:
    """How many bytes the first value of some DER takes (X.690, chapter 10); None where it is not spelled in that one way.

    Lengths are definite and as short as can be, integers too, and truth is 0 or 255.
    """
    ends: list[int] = []
    at, total = 0, None
    while total is None or at < total:
        while ends and at == ends[-1]:
            ends.pop()
        header = _header(value, at)
        if header is None or len(ends) > _MAX_DER:
            return None
        begin, end = header
        if end > (ends[-1] if ends else len(value)):
            return None
        total = total if total is not None else end
        tag = value[at]
        if not _is_short(tag, value[begin:end]):
            return None
        at = begin if tag & 0x20 else end
        if tag & 0x20:
            ends.append(end)
    return total


def _header(value: bytes, at: int) -> tuple[int, int] | None:
    """Where the contents begin and end of what stands at a place."""
    if at + 2 > len(value) or value[at] == 0 or value[at] & 0x1F == 0x1F:
        return None
    first = value[at + 1]
    if first < 0x80:
        return at + 2, at + 2 + first
    count = first & 0x7F
    size = int.from_bytes(value[at + 2 : at + 2 + count], "big")
    if not 0 < count <= 4 or size < 0x80 or size.bit_length() <= 8 * (count - 1):
        return None
    return at + 2 + count, at + 2 + count + size


def _is_short(tag: int, contents: bytes) -> bool:
    if tag == 0x01:
        return contents in (b"\x00", b"\xff")
    if tag == 0x02:
        return len(contents) == 1 or (len(contents) > 1 and contents[0] + (contents[1] >> 7) not in (0, 0x100))
    return True
