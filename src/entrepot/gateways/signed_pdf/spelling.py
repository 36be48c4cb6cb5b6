"""How the value of a signature is written: in one way only, so that no byte of it can be changed unseen.

A CMS signature (RFC 5652) has fields that nothing signs: versions, a list of digest algorithms, attributes added afterwards.
They must be what the signed parts make them, or the same signature could be written in many ways.
"""

from typing import Any

from asn1crypto import cms

from entrepot.gateways.credentials.reading import Unfit
from entrepot.gateways.timestamps.der import check_der

_V1, _V3 = b"\x02\x01\x01", b"\x02\x01\x03"
_STAMP = "signature_time_stamp_token"


def is_strict(value: bytes, signed_data: Any, signer: Any) -> bool:
    """Whether a value is DER followed by nothing but zeros, with nothing in it that is neither signed nor a stamp of time."""
    whole = cms.ContentInfo.load(value)
    der = whole.dump()
    try:
        check_der(der, len(value))
    except Unfit:
        return False
    return not value[len(der) :].strip(b"\0") and _whole(whole) and _plain(signed_data, signer)


def _plain(signed_data: Any, signer: Any) -> bool:
    """One signer; versions and algorithms as RFC 5652 (5.1, 5.3) has them; stamps alone among what was added."""
    named = signer["sid"].name == "issuer_and_serial_number"
    data = signed_data["encap_content_info"]["content_type"].native == "data"
    added = list(signer["unsigned_attrs"])
    return (
        signer["version"].dump() == (_V1 if named else _V3)
        and signed_data["version"].dump() == (_V1 if named and data else _V3)
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
