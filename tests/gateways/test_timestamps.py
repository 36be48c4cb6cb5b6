"""Timestamps: a right token holds for whoever checks it, the platform or the verifier that stands alone; a wrong one for neither."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from hashlib import sha1, sha256
from typing import Any

import pytest
from asn1crypto import cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given, settings
from hypothesis import strategies as st

from entrepot.gateways.timestamps import read_certificates, request_for, token_in, verify_token
from entrepot.gateways.verdict import Verdict
from entrepot_verify.timestamp import Rejected, check_token
from tests.gateways.tsa_stage import DIGEST, MIDDLE, ROOT, SIGNER, T0, TIME, Holder, attribute, info, token

RIGHT = token()
OTHER_ROOT = Holder("Other root", ca=True)


def verdict_on(data: bytes, **told: Any) -> Verdict:
    given: dict[str, Any] = {"roots": (ROOT.der,), "now": T0, "nonce": 99} | told
    return verify_token(data, DIGEST, **given)


def failure(verdict: Verdict) -> str:
    """The one check that fails, with its reason."""
    assert not verdict.accepted
    [check] = [check for check in verdict.checks if check.result == "fails"]
    return f"{check.name.en}: {check.reason.en}"


def test_a_right_token_says_when_and_by_whom() -> None:
    verdict = verdict_on(RIGHT)
    assert verdict.accepted
    assert verdict.issuer == "CN=Signer of time"
    assert verdict.says == {
        "time": "2026-04-01T04:00:00Z", "accuracy_seconds": 1.5, "policy": "1.2.3.4.1", "serial": "7", "ordering": False,
        "signer": "CN=Signer of time",
    }  # fmt: skip
    assert check_token(RIGHT, b"hello\n", ROOT.der) == (int(T0.timestamp()), "CN=Signer of time")


KEYS: dict[str, Callable[[], Any]] = {
    "P-384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "Ed25519": ed25519.Ed25519PrivateKey.generate,
    "RSA": lambda: rsa.generate_private_key(65537, 2048),
}


@pytest.mark.parametrize(("kind", "digest", "pss"), [
    ("P-384", "sha384", False), ("Ed25519", "sha512", False), ("RSA", "sha256", False), ("RSA", "sha512", True),
])  # fmt: skip
def test_keys_and_digests_of_every_accepted_kind_hold(kind: str, digest: str, pss: bool) -> None:
    data = token(by=Holder("Signer", MIDDLE, key=KEYS[kind]()), digest=digest, pss=pss)
    assert verdict_on(data).accepted
    assert check_token(data, b"hello\n", ROOT.der)


def test_a_chain_in_any_order_and_with_more_than_it_needs_holds() -> None:
    data = token(others=(OTHER_ROOT, ROOT, MIDDLE))
    assert verdict_on(data).accepted
    assert check_token(data, b"hello\n", ROOT.der)


def test_a_certificate_named_in_the_older_way_by_sha_1_or_in_both_ways_holds() -> None:
    older = token(change=lambda told: [*dropped("signing_certificate_v2")(told), by_sha1(SIGNER)])
    for data in (older, token(change=lambda told: [*told, by_sha1(SIGNER)])):
        assert verdict_on(data).accepted
        assert check_token(data, b"hello\n", ROOT.der)


def test_a_certificate_named_by_its_number_as_well_holds() -> None:
    assert verdict_on(token(change=with_the_number_of(SIGNER))).accepted


def test_what_leads_to_the_root_may_come_with_it() -> None:
    data = token(others=())
    assert check_token(data, b"hello\n", ROOT.der, [MIDDLE.der])
    assert verdict_on(data, roots=(ROOT.der, MIDDLE.der)).accepted


def test_a_certificate_that_has_expired_since_stays_good_for_its_time() -> None:
    brief = Holder("Brief", MIDDLE, last=timedelta(days=1))
    data = token(by=brief)
    assert verdict_on(data, now=T0 + timedelta(days=500)).accepted
    assert check_token(data, b"hello\n", ROOT.der)


def dropped(kind: str) -> Callable[[list[cms.CMSAttribute]], list[cms.CMSAttribute]]:
    return lambda told: [one for one in told if one["type"].native != kind]


def with_other_digest(told: list[cms.CMSAttribute]) -> list[cms.CMSAttribute]:
    return [*dropped("message_digest")(told), attribute("message_digest", bytes(32))]


def by_sha1(whose: Holder) -> cms.CMSAttribute:
    own = tsp.ESSCertID({"cert_hash": sha1(whose.der).digest()})
    return attribute("signing_certificate", tsp.SigningCertificate({"certs": [own]}))


def two_digests(told: list[cms.CMSAttribute]) -> list[cms.CMSAttribute]:
    own = next(one for one in told if one["type"].native == "message_digest")["values"][0].native
    return [*dropped("message_digest")(told), attribute("message_digest", own, bytes(32))]


def with_the_number_of(whose: Holder) -> Callable[[list[cms.CMSAttribute]], list[cms.CMSAttribute]]:
    """The certificate named by its own digest, and by the number of another."""
    issuer = asn1_x509.GeneralName("directory_name", asn1_x509.Name.load(MIDDLE.certificate.subject.public_bytes()))
    own = tsp.ESSCertIDv2({
        "hash_algorithm": {"algorithm": "sha256"}, "cert_hash": sha256(SIGNER.der).digest(),
        "issuer_serial": {"issuer": [issuer], "serial_number": whose.certificate.serial_number},
    })  # fmt: skip
    named = attribute("signing_certificate_v2", tsp.SigningCertificateV2({"certs": [own]}))
    return lambda told: [*dropped("signing_certificate_v2")(told), named]


def critical() -> tsp.TSTInfo:
    return info(extensions=[{"extn_id": "1.2.3.4.9", "critical": True, "extn_value": b"\x05\x00"}])


def no_certificates(data: cms.SignedData) -> None:
    data["certificates"] = cms.CertificateSet([])


def second_signer(data: cms.SignedData) -> None:
    data["signer_infos"].append(data["signer_infos"][0].copy())


def other_content(data: cms.SignedData) -> None:
    data["encap_content_info"]["content"] = core.ParsableOctetString(info(gen_time=T0 - timedelta(days=9)).dump())


BY_SHA1 = {"hash_algorithm": {"algorithm": "sha1"}, "hashed_message": bytes(20)}

# What is wrong: how the token is made, the reason of the platform, and whether the verifier that stands alone refuses it too.
# It looks at no nonce, and leaves what a token says beside its time to others.
WRONG: list[tuple[str, dict[str, Any], str, bool]] = [
    ("over something else", {"what": info(bytes(32))}, "what it is over: it is over something else", True),
    ("digest of SHA-1", {"what": info(message_imprint=BY_SHA1)}, "sha1", True),
    ("another nonce", {"what": info(nonce=98)}, "answers another", False),
    ("no nonce", {"what": info(nonce=None)}, "answers another", False),
    ("another version", {"what": info(version=2)}, "version", False),
    ("a critical extension", {"what": critical()}, "critical extensions", False),
    ("accuracy out of bounds", {"what": info(accuracy={"millis": 1000})}, "out of bounds", False),
    ("later than now", {"what": info(gen_time=T0 + timedelta(hours=1))}, "time: ", False),
    ("a false signature", {"signed": lambda data: data + b"!"}, "signature: the signature is false", True),
    ("another content than was signed", {"forge": other_content}, "not what was signed", True),
    ("another digest than was signed", {"change": with_other_digest}, "not what was signed", True),
    ("no digest signed", {"change": dropped("message_digest")}, "does not cover message_digest", True),
    ("no type signed", {"change": dropped("content_type")}, "does not cover content_type", True),
    ("no certificate named", {"change": dropped("signing_certificate_v2")}, "does not cover signing_certificate_v2", True),
    ("the certificate named by SHA-1 in the newer way", {"ess": "sha1"}, "by sha1", True),
    ("another certificate named in the older way", {"change": lambda told: [*told, by_sha1(MIDDLE)]}, "is not in it", True),
    ("an attribute twice", {"change": lambda told: [*told, told[1]]}, "twice", True),
    ("an attribute of two values", {"change": two_digests}, "twice", True),
    ("another number named", {"change": with_the_number_of(MIDDLE)}, "another than the certificate", False),
    ("another certificate named", {"named": MIDDLE}, "another than the certificate", True),
    ("another signer named", {"sid": MIDDLE}, "another than the certificate", False),
    ("a certificate that is not there", {"named": OTHER_ROOT}, "is not in it", True),
    ("no certificates", {"forge": no_certificates}, "nor given", True),
    ("two signers", {"forge": second_signer}, "one signer", True),
    ("signed with SHA-1", {"digest": "sha1"}, "signed with sha1", True),
    ("a short key", {"by": Holder("Short", MIDDLE, key=rsa.generate_private_key(65537, 1024))}, "too few", True),
    ("a curve that is not accepted", {"by": Holder("Odd", MIDDLE, key=ec.generate_private_key(ec.SECP256K1()))}, "do not fit", False),
    ("not for timestamps", {"by": Holder("Mail", MIDDLE, usage=(ExtendedKeyUsageOID.EMAIL_PROTECTION,))}, "alone", True),
    ("for timestamps and more", {"by": Holder("Both", MIDDLE, usage=(TIME, ExtendedKeyUsageOID.CODE_SIGNING))}, "alone", True),
    ("for timestamps, but not critically", {"by": Holder("Soft", MIDDLE, critical=False)}, "alone", True),
    ("for nothing in particular", {"by": Holder("Any", MIDDLE, usage=())}, "not for timestamps", True),
    ("expired by then", {"by": Holder("Old", MIDDLE, last=timedelta(days=-1))}, "as of 2026-04-01", True),
    ("not valid yet", {"by": Holder("New", MIDDLE, first=timedelta(days=1))}, "as of 2026-04-01", True),
    ("under another root", {"by": Holder("Elsewhere", OTHER_ROOT), "others": (OTHER_ROOT,)}, "no root", True),
    ("without what leads to the root", {"others": ()}, "no root", True),
    ("under a signer that is no authority", {"by": Holder("Below", SIGNER), "others": (SIGNER, MIDDLE)}, "no root", True),
    ("one level too deep", {"by": Holder("Deep", Holder("Sub", MIDDLE, ca=True))}, "no root", True),
]  # fmt: skip


@pytest.mark.parametrize(("made", "reason", "by_both"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_a_wrong_token_is_refused_with_its_reason(made: dict[str, Any], reason: str, by_both: bool) -> None:
    data = token(**made)
    assert reason in failure(verdict_on(data))
    if by_both:
        with pytest.raises(Rejected):
            check_token(data, b"hello\n", ROOT.der)


def test_one_level_too_deep_is_refused_with_all_its_certificates() -> None:
    sub = Holder("Sub", MIDDLE, ca=True)
    data = token(by=Holder("Deep", sub), others=(sub, MIDDLE))
    assert "no root" in failure(verdict_on(data))
    with pytest.raises(Rejected):
        check_token(data, b"hello\n", ROOT.der)


def test_a_chain_given_whole_with_its_signer_is_trusted_from_its_issuers_on() -> None:
    assert verdict_on(RIGHT, roots=(SIGNER.der, MIDDLE.der, ROOT.der)).accepted


def test_a_token_without_certificates_holds_by_those_given() -> None:
    bare = token(forge=no_certificates)
    assert verdict_on(bare, roots=(SIGNER.der, MIDDLE.der, ROOT.der)).accepted
    assert "no root" in failure(verdict_on(bare, roots=(SIGNER.der, OTHER_ROOT.der)))


def test_a_root_that_signs_by_itself_is_refused() -> None:
    alone = Holder("Alone")
    assert "itself a root" in failure(verdict_on(token(by=alone, others=()), roots=(alone.der,)))
    with pytest.raises(Rejected):
        check_token(token(by=alone, others=()), b"hello\n", alone.der)


def test_without_a_root_the_authority_is_told_as_not_checked() -> None:
    checks = {check.name.en: check.result for check in verdict_on(RIGHT, roots=()).checks}
    assert checks["authority"] == "not checked"


def test_a_token_from_before_the_statement_contradicts_it() -> None:
    assert verdict_on(RIGHT, said_at=T0 + timedelta(minutes=5)).accepted
    assert "before it is said" in failure(
        verdict_on(RIGHT, now=T0 + timedelta(days=1), said_at=T0 + timedelta(minutes=6))
    )


LATER, EARLIER = T0 + timedelta(days=1), T0 - timedelta(days=1)


@pytest.mark.parametrize(("when", "reason", "stays"), [
    (LATER, x509.ReasonFlags.superseded, True),
    (LATER, x509.ReasonFlags.cessation_of_operation, True),
    (EARLIER, x509.ReasonFlags.superseded, False),
    (LATER, x509.ReasonFlags.key_compromise, False),
    (LATER, None, False),
])  # fmt: skip
def test_a_revocation_reaches_back_unless_its_reason_says_not(when: Any, reason: Any, stays: bool) -> None:
    verdict = verdict_on(RIGHT, crls=(MIDDLE.crl(SIGNER, when, reason),))
    assert verdict.accepted is stays
    if not stays:
        assert "was revoked" in failure(verdict)


def test_a_list_of_revocations_that_another_signed_revokes_nothing() -> None:
    forged = Holder("Middle of time", ca=True)
    assert verdict_on(RIGHT, crls=(forged.crl(SIGNER, EARLIER, None),)).accepted
    assert "was revoked" in failure(verdict_on(RIGHT, crls=(ROOT.crl(MIDDLE, EARLIER, None),)))


@pytest.mark.parametrize(("data", "reason"), [
    (b"", "empty"),
    (RIGHT[:-1], "cut short"),
    (RIGHT + b"\x00", "bytes follow"),
    (RIGHT + RIGHT, "bytes follow"),
    (b"\x05\x00", "malformed"),
    (b"\x04\x01aa", "bytes follow"),
    (b"\x30\x80" + RIGHT[4:] + b"\x00\x00", "no DER"),
    (b"\x30\x81\x01\x00", "no DER"),
    (b"\x30\x84\xff\xff\xff\xff", "cut short"),
    (b"\x1f\x81\x01\x00", "no DER"),
    (bytes(40_000), "more than 32,768 bytes"),
    (b"\x30\x82\x7f\xfc" + b"\x30\x00" * 16382, "malformed"),
    (b"\x30\x82\x7f\xfc" + b"\x05\x00" * 16382, "malformed"),
])  # fmt: skip
def test_what_is_no_token_is_refused_with_its_reason(data: bytes, reason: str) -> None:
    assert reason in failure(verdict_on(data))
    with pytest.raises(Rejected):
        check_token(data, b"hello\n", ROOT.der)


def test_what_is_nested_without_end_is_refused_before_it_is_parsed() -> None:
    data = b""
    for _ in range(40):
        data = b"\x30" + (bytes([len(data)]) if len(data) < 128 else b"\x81" + bytes([len(data)])) + data
    assert "nested too deeply" in failure(verdict_on(data))


@settings(max_examples=60)
@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_token_with_a_byte_altered_holds_for_neither_or_says_the_same(place: int, change: int) -> None:
    data = bytearray(RIGHT)
    data[place % len(data)] ^= change
    verdict = verdict_on(bytes(data))
    # Signed is what it says; of the frame around it a few bytes carry no meaning (a version, an absent parameter).
    assert not verdict.accepted or verdict.says == verdict_on(RIGHT).says
    with suppress(Rejected):
        assert check_token(bytes(data), b"hello\n", ROOT.der) == check_token(RIGHT, b"hello\n", ROOT.der)


def test_a_request_is_what_rfc_3161_asks_for() -> None:
    asked = tsp.TimeStampReq.load(request_for(DIGEST, 99), strict=True)
    assert (asked["version"].native, asked["nonce"].native, asked["cert_req"].native) == ("v1", 99, True)
    assert asked["message_imprint"]["hashed_message"].native == DIGEST
    for digest, nonce in ((bytes(20), 1), (DIGEST, 0), (DIGEST, 1 << 64)):
        with pytest.raises(ValueError, match=r"has|is"):
            request_for(digest, nonce)


def answer(status: int, *more: bytes) -> bytes:
    parts = b"\x30\x03\x02\x01" + bytes([status]) + b"".join(more)
    length = bytes([len(parts)]) if len(parts) < 128 else b"\x82" + len(parts).to_bytes(2)
    return b"\x30" + length + parts


def test_only_a_granted_token_is_taken_from_an_answer() -> None:
    assert token_in(answer(0, RIGHT)) == RIGHT
    for data, reason in (
        (answer(2), "rejection"), (answer(1, RIGHT), "granted_with_mods"), (answer(0), "gives no token"),
        (answer(0, RIGHT, RIGHT), "gives no token"), (answer(9), "malformed|did not grant"), (b"\x30\x00", "malformed"),
        (answer(0, RIGHT) + b"\x00", "bytes follow"), (answer(0, RIGHT)[:-1], "cut short"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=reason):
            token_in(data)


def test_certificates_are_read_from_pem_and_der() -> None:
    from cryptography.hazmat.primitives.serialization import Encoding

    pem = ROOT.certificate.public_bytes(Encoding.PEM) + MIDDLE.certificate.public_bytes(Encoding.PEM)
    assert read_certificates(pem) == (ROOT.der, MIDDLE.der)
    assert read_certificates(ROOT.der) == (ROOT.der,)
    with pytest.raises(ValueError, match="no certificates"):
        read_certificates(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
