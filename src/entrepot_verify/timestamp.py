"""Check the timestamp in a receipt or checkpoint of Entrepôt, without Entrepôt: when an authority of time saw what the log signed.

    python timestamp.py FILE --name NAME --root CERTIFICATE.pem

Needs this one file, Python 3.9 or newer and the package `cryptography`; asks nobody over the network. Whether the log signed the
checkpoint is checked by receipt.py. Get the authority's root certificate by a way you trust, not from whoever gave you the receipt.
Ends with 0 when the timestamp holds, 1 when it does not, 2 when something could not be read.

    — NAME BASE64   a signature line of the checkpoint: 4 bytes of key id, then a token of RFC 3161 in DER over the SHA-256 of its text
    key id = SHA-256(NAME || 0x0A || 0xff || "rfc3161-timestamp/v1" || root certificate in DER), the first 4 bytes
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import time
from base64 import b64decode, b64encode
from calendar import timegm
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

SIZE_LIMIT, CERTIFICATES_LIMIT = 1_048_576, 20
CLOCKS_APART = 300  # seconds that clocks may differ
SIGNATURE_TYPE = b"\xff" + b"rfc3161-timestamp/v1"

_SIGNED_DATA, _TIMESTAMP = "2a864886f70d010702", "2a864886f70d0109100104"
_CONTENT_TYPE, _DIGEST = "2a864886f70d010903", "2a864886f70d010904"
_NAMED, _NAMED_V2 = "2a864886f70d010910020c", "2a864886f70d010910022f"  # the signer's certificate: RFC 2634, RFC 5816
_HASHES = {f"60864801650304020{n}": name for n, name in ((1, "sha256"), (2, "sha384"), (3, "sha512"))}
_RSA, _PSS, _ED25519 = "2a864886f70d010101", "2a864886f70d01010a", "2b6570"
_WITH_RSA = {f"2a864886f70d01010{n}": name for n, name in (("b", "sha256"), ("c", "sha384"), ("d", "sha512"))}
_WITH_EC = {f"2a8648ce3d04030{n}": name for n, name in ((2, "sha256"), (3, "sha384"), (4, "sha512"))}
_OBJECTS = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}
_TIME = re.compile(rb"([0-9]{14})(\.[0-9]*[1-9])?Z")


class Rejected(Exception):
    """The timestamp does not hold. The reason, in English and Chinese."""

    def __init__(self, en: str, zh: str = "时间戳不成立") -> None:
        super().__init__(f"{en} | {zh}")
        self.en, self.zh = en, zh


class Value(NamedTuple):
    """One value in DER: its tag, its content, and both with the length as they stand."""

    tag: int
    content: bytes
    whole: bytes


def timestamps_of(note: str, name: str, root: bytes, others: Sequence[bytes] = ()) -> list[tuple[int, str]]:
    """Time (seconds since 1970) and signer of each timestamp of the authority on a checkpoint; Rejected where none or one is false."""
    body, gap, tail = note.rpartition("\n\n")
    own = hashlib.sha256(name.encode() + b"\n" + SIGNATURE_TYPE + root).digest()[:4]
    found = []
    for line in tail.splitlines() if gap else ():
        dash, _, rest = line.partition(" ")
        named, _, encoded = rest.partition(" ")
        if (dash, named) == ("—", name):
            try:
                data = b64decode(encoded, validate=True)
            except ValueError:
                data = b""
            if b64encode(data).decode() != encoded:
                raise Rejected("a line of the authority is not in base64", "时间戳行不是 base64")
            if data[:4] == own:
                found.append(check_token(data[4:], f"{body}\n".encode(), root, others))
    if not found:
        raise Rejected("it bears no timestamp of this name under this root", "没有该名称与根证书下的时间戳")
    return found


def check_token(token: bytes, data: bytes, root: bytes, others: Sequence[bytes] = ()) -> tuple[int, str]:
    """Time (seconds since 1970) and signer of a token over the data, under the root certificate (both DER); Rejected otherwise."""
    try:
        return _check_token(token, data, root, others)
    except Rejected:
        raise
    except Exception as error:  # reading hostile certificates brings up errors of many kinds
        raise Rejected(f"the token is malformed: {str(error)[:100]!a}", "令牌格式不符") from error


def check_clock(at: int, receipt: str, now: float) -> None:
    """Rejected where a timestamp is later than now, or earlier than the statement in the receipt says that it was made."""
    if at > now + CLOCKS_APART:
        raise Rejected("it is later than now: a clock is wrong", "时间晚于现在：时钟有误")
    extra = receipt.split("\n", 2)[1:2] if receipt.startswith("c2sp.org/tlog-proof") else []
    if not extra or not extra[0].startswith("extra "):
        return
    try:
        said = json.loads(b64decode(extra[0][6:], validate=True))["statement"].get("said_at", "")
        said_at = datetime.fromisoformat(said.replace("Z", "+00:00")).timestamp() if said else at
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise Rejected("the statement in the receipt cannot be read", "无法读取凭证中的陈述") from None
    if at + CLOCKS_APART < said_at:
        raise Rejected(
            f"it is from before the statement says that it was made ({said})", f"早于陈述自称的作出时间（{said}）"
        )


def _check_token(token: bytes, data: bytes, root: bytes, others: Sequence[bytes]) -> tuple[int, str]:
    kind, wrapped = _values(_one(_values(token), 0x30))
    parts = _values(_one(_values(_one([wrapped], 0xA0)), 0x30))
    held_kind, held = _values(parts[2].content)
    info = _one(_values(_one([held], 0xA0)), 0x04)
    if (kind.content.hex(), held_kind.content.hex()) != (_SIGNED_DATA, _TIMESTAMP):
        raise Rejected("it is no token of RFC 3161", "不是 RFC 3161 令牌")
    listed = [one.whole for one in _values(_one([parts[3]], 0xA0))][:CERTIFICATES_LIMIT]
    signer = _values(_one(_values(_one(parts[-1:], 0x31)), 0x30))
    hash_name = _hash(_values(signer[2].content)[0])
    signed = {}
    for attribute in _values(_one([signer[3]], 0xA0)):
        oid, values = _values(attribute.content)
        if oid.content.hex() in signed:
            raise Rejected("a signed attribute is there twice", "签名属性重复")
        signed[oid.content.hex()] = _values(values.content)
    if _one(signed.get(_CONTENT_TYPE, []), 0x06).hex() != _TIMESTAMP:
        raise Rejected("another type was signed", "已签署的类型不符")
    if _one(signed.get(_DIGEST, []), 0x04) != hashlib.new(hash_name, info).digest():
        raise Rejected("what it says is not what was signed", "内容与签署时不符")
    certificate = _named(signed, listed)
    told = _values(_one(_values(info), 0x30))
    algorithm, imprint = _values(told[2].content)
    if hashlib.new(_hash(_values(algorithm.content)[0]), data).digest() != imprint.content:
        raise Rejected("it is over something else", "时间戳所盖的是其他内容")
    match = _TIME.fullmatch(_one([told[4]], 0x18))
    if match is None:
        raise Rejected("its time is not in UTC", "时间不是 UTC")
    at = timegm(time.strptime(match[1].decode(), "%Y%m%d%H%M%S"))
    _check_signature(certificate, signer[4], hash_name, signer[5].content, b"\x31" + signer[3].whole[1:])
    top, *between = (x509.load_der_x509_certificate(one) for one in (root, *listed, *others))
    _check_chain(certificate, between, top, at)
    return at, certificate.subject.rfc4514_string()


def _named(signed: dict[str, list[Value]], listed: list[bytes]) -> x509.Certificate:
    """The certificate that the signature names by its digest: by SHA-2, by SHA-1 in the older way, or both."""
    found = listed if signed.keys() & {_NAMED, _NAMED_V2} else []
    for oid in signed.keys() & {_NAMED, _NAMED_V2}:
        first = _values(_values(_values(_one(signed[oid], 0x30))[0].content)[0].content)
        name = "sha1" if oid == _NAMED else "sha256"
        if oid == _NAMED_V2 and first[0].tag == 0x30:
            name = _hash(_values(first.pop(0).content)[0])
        found = [one for one in found if hashlib.new(name, one).digest() == first[0].content]
    if not found:
        raise Rejected("the certificate that its signature names is not in it", "不含签名所指明的证书")
    return x509.load_der_x509_certificate(found[0])


def _check_signature(certificate: x509.Certificate, said: Value, name: str, signature: bytes, data: bytes) -> None:
    oid, key, hashed = _values(said.content)[0].content.hex(), certificate.public_key(), _OBJECTS[name]
    try:
        if isinstance(key, rsa.RSAPublicKey) and key.key_size >= 2048 and (oid == _RSA or _WITH_RSA.get(oid) == name):
            key.verify(signature, data, padding.PKCS1v15(), hashed)
        elif isinstance(key, rsa.RSAPublicKey) and key.key_size >= 2048 and oid == _PSS:
            key.verify(signature, data, padding.PSS(padding.MGF1(hashed), padding.PSS.AUTO), hashed)
        elif isinstance(key, ec.EllipticCurvePublicKey) and _WITH_EC.get(oid) == name:
            key.verify(signature, data, ec.ECDSA(hashed))
        elif isinstance(key, ed25519.Ed25519PublicKey) and oid == _ED25519:
            key.verify(signature, data)
        else:
            raise Rejected("its key or algorithm is not accepted", "不接受该密钥或算法")
    except InvalidSignature:
        raise Rejected("its signature is false", "签名不真实") from None


def _check_chain(signer: x509.Certificate, others: list[x509.Certificate], root: x509.Certificate, at: int) -> None:
    """From the signer's certificate up to the root, each valid at that time; the signer's for timestamps alone (RFC 3161, 2.3)."""
    usage = signer.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    if list(usage.value) != [ExtendedKeyUsageOID.TIME_STAMPING] or not usage.critical or signer == root:
        raise Rejected("its certificate is not for timestamps alone", "其证书并非仅用于时间戳")
    current, below = signer, 0
    while _valid(current, at) and below <= CERTIFICATES_LIMIT:
        above = [one for one in (root, *others) if _valid(one, at) and _issued(current, one, below)]
        if above[:1] == [root]:
            return
        if not above:
            break
        current, below = above[0], below + 1
    raise Rejected(
        "its certificate does not lead to the root given, valid at that time", "其证书在签署时不能连至所给根证书"
    )


def _valid(certificate: x509.Certificate, at: int) -> bool:
    return certificate.not_valid_before_utc.timestamp() <= at <= certificate.not_valid_after_utc.timestamp()


def _issued(certificate: x509.Certificate, issuer: x509.Certificate, below: int) -> bool:
    """Whether the issuer, an authority that may have so many authorities below it, signed the certificate."""
    try:
        certificate.verify_directly_issued_by(issuer)
        basic = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value
        may_sign = issuer.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    except Exception:  # whatever it is: this certificate did not issue that one
        return False
    return basic.ca and may_sign and (basic.path_length is None or basic.path_length >= below)


def _values(data: bytes) -> list[Value]:
    """The values in DER, one behind the other: lengths definite and in their shortest form."""
    found, at = [], 0
    while at < len(data):
        if at + 2 > len(data) or data[at] & 0x1F == 0x1F:
            raise Rejected("the token is cut short, or no DER", "令牌不完整，或不是 DER")
        length, start = data[at + 1], at + 2
        if length & 0x80:
            width = length & 0x7F
            length, start = int.from_bytes(data[start : start + width], "big"), start + width
            if not 0 < width <= 4 or length < 0x80 or length >> (8 * (width - 1)) == 0:
                raise Rejected("the token is no DER", "令牌不是 DER")
        if start + length > len(data):
            raise Rejected("the token is cut short", "令牌不完整")
        found.append(Value(data[at], data[start : start + length], data[at : start + length]))
        at = start + length
    return found


def _one(values: list[Value], tag: int) -> bytes:
    """The content of the only value, which has this tag."""
    if len(values) != 1 or values[0].tag != tag:
        raise Rejected("the token is not made as RFC 3161 demands", "令牌结构不符合 RFC 3161")
    return values[0].content


def _hash(oid: Value) -> str:
    if oid.content.hex() not in _HASHES:
        raise Rejected("a digest is neither SHA-256, SHA-384 nor SHA-512", "摘要算法不是 SHA-256/384/512")
    return _HASHES[oid.content.hex()]


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        prog="timestamp.py", description="Check the timestamp of a receipt. 核验凭证的时间戳。"
    )
    parser.add_argument("file", metavar="FILE", help="the receipt or checkpoint | 凭证或检查点文件")
    parser.add_argument("--name", required=True, help="the authority's name in it | 时间戳机构名称")
    parser.add_argument(
        "--root",
        required=True,
        metavar="FILE",
        help="the certificate trusted for it, PEM; more behind it lead to it | 受信任的根证书",
    )
    options = parser.parse_args(arguments)
    try:
        with open(options.file, "rb") as file:
            text = file.read(SIZE_LIMIT).decode()
        given = x509.load_pem_x509_certificates(Path(options.root).read_bytes())
        root, *others = (one.public_bytes(Encoding.DER) for one in given)
    except (OSError, ValueError) as error:
        print(f"a file cannot be read | 无法读取文件: {error}", file=sys.stderr)
        return 2
    note = text.partition("\n\n")[2] if text.startswith("c2sp.org/tlog-proof") else text
    try:
        found = timestamps_of(note, options.name, root, others)
        for at, _ in found:
            check_clock(at, text, time.time())
    except Rejected as error:
        print(f"REJECTED: {error.en}\n不予采信：{error.zh}")
        return 1
    for at, signer in found:
        day = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(at))
        print(f"It was there on {day}, signed by {signer}\n{day} 时已存在，由 {signer} 签署")
    return 0


if __name__ == "__main__":
    sys.exit(main())
