"""OpenSSL's own authority of time as the peer: it answers our requests, we take its tokens, and it takes what we take."""

import shutil
from datetime import UTC, datetime, timedelta
from hashlib import sha256, sha512

import pytest

from entrepot.gateways.timestamps import read_certificates, request_for, token_in, verify_token
from entrepot.gateways.verdict import Verdict
from entrepot_verify.timestamp import Rejected, check_token
from tests.gateways.openssl_tsa import Authority

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the openssl command")

DATA = b"a checkpoint\n"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa"))


def verdict_on(token: bytes, root: bytes, nonce: int = 7, data: bytes = DATA) -> Verdict:
    return verify_token(token, sha256(data).digest(), (root,), now=datetime.now(UTC), nonce=nonce)


@pytest.mark.parametrize("chain", ["chain.pem", "middle.pem"])
def test_an_answer_with_several_certificates_holds_here_and_there(authority: Authority, chain: str) -> None:
    request = request_for(sha256(DATA).digest(), 7)
    answer = authority.answer(request, chain=chain)
    token = token_in(answer)
    verdict = verdict_on(token, authority.root)
    assert verdict.accepted, verdict
    assert (verdict.issuer, verdict.says["policy"], verdict.says["ordering"]) == ("CN=signer", "1.2.3.4.1", True)
    assert abs(check_token(token, DATA, authority.root)[0] - datetime.now(UTC).timestamp()) < 300
    told = authority.run(
        "ts", "-verify", "-in", "answer", "-queryfile", "query", "-CAfile", "root.pem", "-untrusted", "middle.pem"
    )
    assert "Verification: OK" in told


def test_another_digest_nonce_and_root_are_refused(authority: Authority) -> None:
    token = token_in(authority.answer(request_for(sha256(DATA).digest(), 7)))
    assert not verdict_on(token, authority.root, data=b"another\n").accepted
    assert not verdict_on(token, authority.root, nonce=8).accepted
    [middle] = read_certificates((authority.folder / "middle.pem").read_bytes())
    [signer] = read_certificates((authority.folder / "signer.pem").read_bytes())
    assert not verdict_on(token, signer).accepted
    assert verdict_on(token, middle).accepted  # whoever trusts the one below the root may
    with pytest.raises(Rejected):
        check_token(token, b"another\n", authority.root)


def test_a_token_from_the_time_to_come_is_refused(authority: Authority) -> None:
    token = token_in(authority.answer(request_for(sha256(DATA).digest(), 7)))
    early = verify_token(token, sha256(DATA).digest(), (authority.root,), now=datetime.now(UTC) - timedelta(hours=1))
    assert not early.accepted


def test_a_digest_of_sha_512_holds(authority: Authority) -> None:
    token = token_in(authority.answer(request_for(sha512(DATA).digest(), 7)))
    assert verify_token(token, sha512(DATA).digest(), (authority.root,), now=datetime.now(UTC)).accepted
    assert check_token(token, DATA, authority.root)


def test_what_openssl_refuses_is_told_with_its_reason(authority: Authority) -> None:
    with pytest.raises(ValueError, match=r"rejection.*bad_alg"):
        token_in(authority.answer(request_for(bytes(48), 7)))


def test_a_token_that_names_its_certificate_by_sha_1_as_older_authorities_do_holds(authority: Authority) -> None:
    token = token_in(authority.answer(request_for(sha256(DATA).digest(), 7), ess="sha1"))
    assert verdict_on(token, authority.root).accepted
    assert check_token(token, DATA, authority.root)
