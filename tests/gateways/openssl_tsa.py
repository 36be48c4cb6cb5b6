"""OpenSSL's own authority of time, with keys and certificates made for the test."""

import subprocess
from pathlib import Path

from entrepot.gateways.timestamps import read_certificates

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
