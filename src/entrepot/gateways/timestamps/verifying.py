"""Checking a token: what it is over, who signed it, and when (RFC 3161, with RFC 5816 and the signatures of RFC 5652).

SHA-256, SHA-384 and SHA-512; RSA (PKCS #1 v1.5 and PSS) of 2,048 bits and more, ECDSA over the curves of NIST, Ed25519. A token is
DER, has one signer, and its signature names the certificate. Older authorities name it by SHA-1 alone (`signingCertificate`), which
is read: to deceive, a second certificate of the same key with the same digest would have to lead to the root.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from asn1crypto import cms, tsp
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from msgspec import Struct

from entrepot.gateways.credentials.reading import Unfit
from entrepot.gateways.timestamps.der import check_der, reading
from entrepot.gateways.timestamps.roots import MAX_CERTIFICATES, check_chain, check_purpose
from entrepot.gateways.verdict import Check, Verdict, fails, holds, not_checked
from entrepot.kernel.text import Text

MAX_TOKEN = 32_768  # bytes: a chain of large keys has 8,000
CLOCKS_APART = timedelta(minutes=5)

_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_MOMENT = re.compile(rb"[0-9]{14}(\.[0-9]*[1-9])?Z")
_ATTRIBUTES = {"content_type", "message_digest"}
_NAMES = ("signing_certificate", "signing_certificate_v2")  # of the signer's certificate: RFC 2634, RFC 5816
_RSA_BITS = 2048

_KIND = Text("timestamp (RFC 3161)", "时间戳（RFC 3161）")
_FORM, _DIGEST, _NONCE = (
    Text("form", "格式"),
    Text("what it is over", "所盖内容"),
    Text("answer to this request", "对应请求"),
)
_SIGNATURE, _AUTHORITY = Text("signature", "签名"), Text("authority", "时间戳机构")
_REVOKED, _CLOCK = Text("revocation", "吊销"), Text("time", "时间")


class Timestamp(Struct, frozen=True):
    """What a token says: the time (UTC) and how far off it may be (None: not said), the policy under which it was given, its number,
    whether tokens of this authority stand in the order of their times, and the signer's name."""

    time: datetime
    accuracy: timedelta | None
    policy: str
    serial: str
    ordering: bool
    signer: str

    @property
    def says(self) -> dict[str, Any]:
        """The same in plain values."""
        off = None if self.accuracy is None else self.accuracy.total_seconds()
        return {
            "time": self.time.isoformat().replace("+00:00", "Z"), "accuracy_seconds": off, "policy": self.policy,
            "serial": self.serial, "ordering": self.ordering, "signer": self.signer,
        }  # fmt: skip


class _Token(Struct, frozen=True):
    """A token taken apart, nothing of it verified."""

    info: Any  # tsp.TSTInfo
    content: bytes
    signer: Any  # cms.SignerInfo
    attributes: dict[str, Any]
    certificate: bytes
    others: tuple[bytes, ...]


def verify_token(
    token: bytes,
    digest: bytes,
    roots: Sequence[bytes],
    *,
    now: datetime,
    nonce: int | None = None,
    said_at: datetime | None = None,
    crls: Sequence[bytes] = (),
) -> Verdict:
    """Every check of a token (DER) over a digest; `says` is what it says once its signature holds.

    `roots` are the certificates (DER) trusted for time; without any the authority is told as not checked. `nonce` is that of the
    request, where the token answers one. A token from before `said_at`, when what it is over was said, contradicts that statement.
    `crls` are lists of revoked certificates (DER).
    """
    try:
        parsed = _parsed(token, roots)
        with reading("its certificate"):
            certificate = x509.load_der_x509_certificate(parsed.certificate)
        stamp = _stamp(parsed.info, certificate)
        checks = [_digest(parsed, digest), *_nonce(parsed, nonce), _signature(parsed, certificate)]
    except Unfit as error:
        return Verdict(_KIND, (fails(_FORM, error.reason),))
    if checks[-1].result == "fails":
        return Verdict(_KIND, tuple(checks))
    checks += [*_authority(parsed, certificate, roots, stamp.time, crls), _clock(stamp, now, said_at)]
    return Verdict(_KIND, tuple(checks), stamp.signer, stamp.says)


def imprint_algorithm(token: bytes, roots: Sequence[bytes] = ()) -> str:
    """The digest that a token is over, `sha256`, `sha384` or `sha512`; nothing of it is verified. Raises Unfit."""
    info = _parsed(token, roots).info
    with reading("the imprint"):
        algorithm = str(info["message_imprint"]["hash_algorithm"]["algorithm"].native)
    if algorithm not in _HASHES:
        raise Unfit(f"the digest is {algorithm}, which is not accepted", f"不接受 {algorithm} 摘要")
    return algorithm


# -- its parts --------------------------------------------------------------------------------------------------------


def _parsed(token: bytes, given: Sequence[bytes]) -> _Token:
    """The parts of a token, which may leave its certificates to whoever asked for it without (RFC 3161, 2.4.1: certReq)."""
    check_der(token, MAX_TOKEN)
    with reading("the token"):
        whole = cms.ContentInfo.load(token, strict=True)
        if whole["content_type"].native != "signed_data":
            raise Unfit("it is no signed token", "不是已签署的令牌")
        data = whole["content"]
        held = data["encap_content_info"]
        if held["content_type"].native != "tst_info" or len(data["signer_infos"]) != 1:
            raise Unfit("it is no timestamp with one signer", "不是由一方签署的时间戳")
        content = bytes(held["content"])
        check_der(content, MAX_TOKEN)
        info = tsp.TSTInfo.load(content, strict=True)
        signer = data["signer_infos"][0]
        attributes = _attributes(signer)
        certificates = _certificates(data["certificates"]) or list(given)[:MAX_CERTIFICATES]
        named = _named(attributes, signer["sid"], certificates)
        others = tuple(one for one in certificates if one != named)
        return _Token(info, content, signer, attributes, named, others)


def _attributes(signer: Any) -> dict[str, Any]:
    """The signed attributes that matter, each there once with one value."""
    found: dict[str, Any] = {}
    for attribute in signer["signed_attrs"]:
        name = attribute["type"].native
        if name in _ATTRIBUTES or name in _NAMES:
            if name in found or len(attribute["values"]) != 1:
                raise Unfit(f"the signed attribute {name} is there twice", f"签名属性 {name} 重复")
            found[name] = attribute["values"][0]
    missing = sorted(_ATTRIBUTES - set(found)) + ([] if set(_NAMES) & set(found) else [_NAMES[-1]])
    if missing:
        raise Unfit(f"its signature does not cover {', '.join(missing)}", f"签名未涵盖 {'、'.join(missing)}")
    return found


def _certificates(listed: Any) -> list[bytes]:
    if len(listed) > MAX_CERTIFICATES:
        raise Unfit("it holds too many certificates", "证书过多")
    if any(one.name != "certificate" for one in listed):
        raise Unfit("it holds certificates of an outdated kind", "含有过时类型的证书")
    return [one.chosen.dump() for one in listed]


def _named(attributes: Mapping[str, Any], sid: Any, certificates: Sequence[bytes]) -> bytes:
    """The certificate that the signature names: by its digest or digests, by its issuer and number, and as the signer."""
    found, serials = list(certificates), []
    for name in _NAMES:
        if name not in attributes:
            continue
        first = attributes[name]["certs"][0]
        algorithm = "sha1" if name == _NAMES[0] else first["hash_algorithm"]["algorithm"].native
        if name != _NAMES[0] and algorithm not in _HASHES:
            raise Unfit(f"it names its certificate by {algorithm}", f"以 {algorithm} 指明其证书")
        found = [one for one in found if hashlib.new(algorithm, one).digest() == first["cert_hash"].native]
        if first["issuer_serial"].native is not None:
            serials.append(first["issuer_serial"]["serial_number"].native)
    if not found:
        raise Unfit("the certificate that its signature names is not in it (nor given)", "不含且未提供签名所指明的证书")
    own = x509.load_der_x509_certificate(found[0])
    if sid.name == "issuer_and_serial_number":
        serials.append(sid.chosen["serial_number"].native)
        same = sid.chosen["issuer"].dump() == own.issuer.public_bytes()
    else:
        key_id = own.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
        same = sid.chosen.native == key_id
    if not same or any(serial != own.serial_number for serial in serials):
        raise Unfit("its signer is another than the certificate that it names", "签名人与所指明的证书不符")
    return found[0]


def _stamp(info: Any, certificate: x509.Certificate) -> Timestamp:
    with reading("what was signed"):
        if info["version"].native != "v1":
            raise Unfit("it is of a version that is not known", "版本未知")
        if not _MOMENT.fullmatch(info["gen_time"].contents):
            raise Unfit("its time is not in UTC in its one spelling", "时间不是规范的 UTC 写法")
        if any(extension["critical"].native for extension in info["extensions"] or ()):
            raise Unfit("it bears critical extensions that are not known", "含有未知的关键扩展")
        accuracy = None
        if info["accuracy"].native is not None:
            parts = info["accuracy"].native
            seconds, millis, micros = (parts[name] or 0 for name in ("seconds", "millis", "micros"))
            if not (0 <= seconds < 1 << 31 and 0 <= millis < 1000 and 0 <= micros < 1000):
                raise Unfit("its accuracy is out of bounds", "精度超出范围")
            accuracy = timedelta(seconds=seconds, milliseconds=millis, microseconds=micros)
        serial, policy = format(info["serial_number"].native, "x"), info["policy"].dotted
        moment, ordering = info["gen_time"].native, info["ordering"].native
    return Timestamp(moment, accuracy, policy, serial, ordering, certificate.subject.rfc4514_string())


# -- the checks -------------------------------------------------------------------------------------------------------


def _digest(parsed: _Token, digest: bytes) -> Check:
    with reading("the imprint"):
        imprint = parsed.info["message_imprint"]
        algorithm = imprint["hash_algorithm"]["algorithm"].native
        over = imprint["hashed_message"].native
    if algorithm not in _HASHES:
        return fails(_DIGEST, Text(f"the digest is {algorithm}, which is not accepted", f"不接受 {algorithm} 摘要"))
    if _HASHES[algorithm].digest_size != len(digest) or over != digest:
        return fails(_DIGEST, Text("it is over something else", "时间戳所盖的是其他内容"))
    return holds(_DIGEST, Text(f"it is over the digest given ({algorithm})", f"与所给摘要相符（{algorithm}）"))


def _nonce(parsed: _Token, nonce: int | None) -> list[Check]:
    if nonce is None:
        return []
    with reading("the nonce"):
        same = parsed.info["nonce"].native == nonce
    if not same:
        return [fails(_NONCE, Text("its nonce is not that of the request: it answers another", "随机数与请求不符"))]
    return [holds(_NONCE, Text("it bears the nonce of the request", "随机数与请求一致"))]


def _signature(parsed: _Token, certificate: x509.Certificate) -> Check:
    try:
        with reading("the signature"):
            algorithm = parsed.signer["digest_algorithm"]["algorithm"].native
            if algorithm not in _HASHES:
                raise Unfit(f"it is signed with {algorithm}, which is not accepted", f"不接受以 {algorithm} 签名")
            if parsed.attributes["content_type"].native != "tst_info":
                raise Unfit("the type that was signed is another", "已签署的类型不符")
            if parsed.attributes["message_digest"].native != hashlib.new(algorithm, parsed.content).digest():
                raise Unfit("what it says is not what was signed", "内容与签署时不符")
            # Signed is the set itself, not the field that holds it (RFC 5652, 5.4).
            signed = b"\x31" + parsed.signer["signed_attrs"].dump()[1:]
            _verify(
                certificate, parsed.signer["signature_algorithm"], algorithm, parsed.signer["signature"].native, signed
            )
    except InvalidSignature:
        return fails(_SIGNATURE, Text("the signature is false", "签名不真实"))
    except Unfit as error:
        return fails(_SIGNATURE, error.reason)
    name = certificate.subject.rfc4514_string()
    return holds(_SIGNATURE, Text(f"signed by {name}", f"由 {name} 签署"))


def _verify(certificate: x509.Certificate, said: Any, digest: str, signature: bytes, data: bytes) -> None:
    """Raise InvalidSignature where the certificate's key did not sign the data, Unfit where key and algorithm do not fit."""
    key, kind, hashed = certificate.public_key(), said.signature_algo, _HASHES[digest]
    if kind != "ed25519" and said["algorithm"].native != "rsassa_pkcs1v15" and said.hash_algo != digest:
        raise Unfit("the algorithms of digest and signature differ", "摘要算法与签名算法不一致")
    match key:
        case rsa.RSAPublicKey() if key.key_size < _RSA_BITS:
            raise Unfit(f"its key has {key.key_size} bits: too few", f"密钥仅 {key.key_size} 位，过短")
        case rsa.RSAPublicKey() if kind == "rsassa_pkcs1v15":
            key.verify(signature, data, padding.PKCS1v15(), hashed)
        case rsa.RSAPublicKey() if kind == "rsassa_pss":
            parameters = said["parameters"]
            if parameters["mask_gen_algorithm"]["parameters"]["algorithm"].native != digest:
                raise Unfit("the parameters of its signature differ from its digest", "签名参数与摘要算法不一致")
            salt = parameters["salt_length"].native
            key.verify(signature, data, padding.PSS(padding.MGF1(hashed), salt), hashed)
        case ec.EllipticCurvePublicKey(curve=ec.SECP256R1() | ec.SECP384R1() | ec.SECP521R1()) if kind == "ecdsa":
            key.verify(signature, data, ec.ECDSA(hashed))
        case ed25519.Ed25519PublicKey() if kind == "ed25519":
            key.verify(signature, data)
        case _:
            raise Unfit(f"its key and its algorithm {kind} do not fit", f"密钥与算法 {kind} 不符")


def _authority(
    parsed: _Token, certificate: x509.Certificate, roots: Sequence[bytes], at: datetime, crls: Sequence[bytes]
) -> list[Check]:
    try:
        check_purpose(certificate)
        if not roots:
            told = Text("no root was given that is trusted for time", "未提供受信任的时间戳根证书")
            return [not_checked(_AUTHORITY, told)]
        with reading("a certificate"):
            root = check_chain(parsed.certificate, parsed.others, roots, at, crls)
    except Unfit as error:
        return [fails(_AUTHORITY, error.reason)]
    under = holds(_AUTHORITY, Text(f"under the root {root}, at that time", f"签署时属于根证书 {root}"))
    if not crls:
        told = Text("no lists of revoked certificates were given", "未提供证书吊销列表")
        return [under, not_checked(_REVOKED, told)]
    return [under, holds(_REVOKED, Text("not revoked by the lists given", "所给吊销列表中未吊销"))]


def _clock(stamp: Timestamp, now: datetime, said_at: datetime | None) -> Check:
    off, day = stamp.accuracy or timedelta(), f"{stamp.time:%Y-%m-%d %H:%M:%S} UTC"
    if stamp.time - off > now + CLOCKS_APART:
        return fails(_CLOCK, Text(f"{day} is later than now: a clock is wrong", f"{day} 晚于现在：时钟有误"))
    if said_at is not None and stamp.time + off + CLOCKS_APART < said_at:
        reason = Text(
            f"it was there on {day}, before it is said to have been made ({said_at:%Y-%m-%d %H:%M:%S} UTC)",
            f"{day} 时已存在，早于其自称的作出时间（{said_at:%Y-%m-%d %H:%M:%S} UTC）",
        )
        return fails(_CLOCK, reason)
    told = "" if stamp.accuracy is None else f" (± {stamp.accuracy.total_seconds():g} s)"
    return holds(_CLOCK, Text(f"it was there on {day}{told}", f"{day}{told} 时已存在"))
