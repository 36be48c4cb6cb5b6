"""OpenSSL's own authority of time as the peer: it answers our requests, we take its tokens, and it takes what we take."""

import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from hashlib import sha256, sha512
from pathlib import Path

import pytest

from entrepot.gateways.timestamps import read_certificates, request_for, token_in, verify_token
from entrepot.gateways.verdict import Verdict
from entrepot_verify.timestamp import Rejected, check_token

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the openssl command")

CONFIG = """
[req]
distinguished_name = dn
[dn]
[tsa]
default_tsa = time
[time]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ordering = yes
ess_cert_id_chain = yes
ess_cert_id_alg = {ess}
[ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[signer]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
"""
DATA = b"a checkpoint\n"
CURVE = ("ec", "-pkeyopt", "ec_paramgen_curve:P-256")


class Authority:
    """OpenSSL with a root, an authority below it, and a signer of time below that."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "serial").write_text("01\n")
        for ess in ("sha256", "sha1"):
            (folder / f"{ess}.cnf").write_text(CONFIG.format(ess=ess))
        made = ("-newkey", *CURVE, "-nodes", "-config", "sha256.cnf")
        self.run(
            "req", "-x509", *made, "-keyout", "root.key", "-out", "root.pem", "-subj", "/CN=Root", "-extensions", "ca"
        )
        for name, above, kind in (("middle", "root", "ca"), ("signer", "middle", "signer")):
            self.run("req", *made, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}")
            self.run(
                "x509", "-req", "-in", f"{name}.csr", "-CA", f"{above}.pem", "-CAkey", f"{above}.key", "-CAcreateserial",
                "-days", "2", "-extfile", "sha256.cnf", "-extensions", kind, "-out", f"{name}.pem",
            )  # fmt: skip
        (folder / "chain.pem").write_bytes((folder / "middle.pem").read_bytes() + (folder / "root.pem").read_bytes())

    def run(self, *arguments: str, code: int = 0) -> str:
        done = subprocess.run(["openssl", *arguments], cwd=self.folder, capture_output=True, check=False, text=True)
        assert done.returncode == code, done.stderr
        return done.stdout + done.stderr

    def answer(self, request: bytes, *, chain: str = "chain.pem", ess: str = "sha256") -> bytes:
        (self.folder / "query").write_bytes(request)
        self.run(
            "ts", "-reply", "-config", f"{ess}.cnf", "-section", "time", "-queryfile", "query", "-inkey", "signer.key",
            "-signer", "signer.pem", "-chain", chain, "-out", "answer",
        )  # fmt: skip
        return (self.folder / "answer").read_bytes()

    @property
    def root(self) -> bytes:
        [one] = read_certificates((self.folder / "root.pem").read_bytes())
        return one


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


def test_a_token_that_names_its_certificate_by_sha_1_is_refused(authority: Authority) -> None:
    token = token_in(authority.answer(request_for(sha256(DATA).digest(), 7), ess="sha1"))
    assert not verdict_on(token, authority.root).accepted
    with pytest.raises(Rejected):
        check_token(token, DATA, authority.root)
