"""Asking an authority for the time: the request, the way there over HTTP (RFC 3161, section 3.4), and the token in its answer.

Nothing of the token is verified here.
"""

from asn1crypto import core, tsp

from entrepot.gateways.credentials.reading import Unfit
from entrepot.gateways.posting import ANSWER_LIMIT, NoAnswerError, post
from entrepot.gateways.timestamps.der import check_der, reading

NONCE_BITS = 64

_HASHES = {32: "sha256", 48: "sha384", 64: "sha512"}
_ASKED, _ANSWERED = "application/timestamp-query", "application/timestamp-reply"
_GRANTED = "granted"


class NoTimestampError(Exception):
    """The authority did not answer, or with nothing that can be understood."""


def request_for(digest: bytes, nonce: int) -> bytes:
    """A request (DER) for a token over a digest of SHA-256, SHA-384 or SHA-512, with the authority's certificates in it."""
    if len(digest) not in _HASHES:
        raise ValueError(f"a digest has 32, 48 or 64 bytes, not {len(digest)}")
    if not 0 < nonce < 1 << NONCE_BITS:
        raise ValueError(f"a nonce is a positive number of at most {NONCE_BITS} bits")
    imprint = {"hash_algorithm": {"algorithm": _HASHES[len(digest)]}, "hashed_message": digest}
    request = tsp.TimeStampReq({"version": 1, "message_imprint": imprint, "nonce": nonce, "cert_req": True})
    data: bytes = request.dump()
    return data


def token_in(answer: bytes) -> bytes:
    """The token (DER) in an authority's answer. Raises Unfit where there is none, with the authority's reason."""
    check_der(answer, ANSWER_LIMIT)
    with reading("the answer"):
        parts = core.SequenceOf.load(answer, strict=True, spec=core.Any)
        info = tsp.PKIStatusInfo.load(parts[0].dump(), strict=True)
        status = info["status"].native
        words = " ".join(info["status_string"].native or ())[:200]
        failure = ", ".join(sorted(info["fail_info"].native or ()))
        token: bytes = parts[1].dump() if len(parts) == 2 else b""
    if status != _GRANTED:
        told = "; ".join(part for part in (str(status), failure, words) if part)
        raise Unfit(f"the authority did not grant it: {told}", f"时间戳机构未予签发：{told}")
    if not token:
        raise Unfit("the authority says that it granted it, and gives no token", "时间戳机构称已签发，但答复中没有令牌")
    return token


def ask(url: str, request: bytes) -> bytes:
    """An authority's answer (DER) to a request. NoTimestampError where none can be had."""
    try:
        answer = post(url, request, _ASKED, _ANSWERED)
    except NoAnswerError as error:
        raise NoTimestampError(str(error)) from error
    if answer.status != 200 or answer.media != _ANSWERED:
        raise NoTimestampError(f"status {answer.status}, {answer.media[:80] or 'no media type'}")
    return answer.data
