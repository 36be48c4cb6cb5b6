"""Keys of organisations in the platform's custody: a file each, for the platform's eyes alone; and where an organisation keeps the
dossier of itself, in which its public keys stand.

    keys = OrganisationKeys(home / "keys" / "organisations")
    keys.document_key("acme")          32 bytes, an Ed25519 seed (RFC 8032); made on first use
    keys.document_key("acme", 2)       the next one, after a rotation
    keys.seed_of("acme", public)       the seed of a public key, None where the platform does not keep it
    keys.pdf_key("acme")               a P-256 key as PEM, with the certificate kept beside it, if one was
    keys.operator_key()                the operator's own seed: it vouches for keys and signs status lists
"""

from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from msgspec import Struct

from entrepot.store.database import Session, StoreError
from entrepot.store.keys import KEY_BYTES, key_bytes, make_key, read_key, write_key

MOST_GENERATIONS = 1000


class PdfKey(Struct, frozen=True):
    """A key for signing PDF files: its secret half as PEM (PKCS #8), and its X.509 certificate as PEM, empty where none is kept."""

    private: bytes
    certificate: bytes = b""


class OrganisationKeys:
    """The folder of keys. Two processes that make a key at once end with the same one: the first stays."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def document_key(self, organisation: str, generation: int = 1) -> bytes:
        """The seed with which the organisation's documents and titles are signed; the `generation` counts rotations from 1."""
        if not 1 <= generation <= MOST_GENERATIONS:
            raise StoreError(
                f"an organisation has no {generation}th key: up to {MOST_GENERATIONS:,} rotations are kept",
                f"密钥轮换次数须为 1 至 {MOST_GENERATIONS}",
            )
        return self._seed(self._path(organisation, f"documents-{generation}.key"))

    def seed_of(self, organisation: str, public: bytes) -> bytes | None:
        """The seed whose public half (32 bytes) this is, among those kept for the organisation."""
        for path in sorted(self._path(organisation, "").glob("documents-*.key")):  # one that is lost hides no other
            seed = self._seed(path)
            if Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw() == public:
                return seed
        return None

    def operator_key(self) -> bytes:
        """The operator's seed; made on first use."""
        return self._seed(self._folder / "operator.key")

    def pdf_key(self, organisation: str) -> PdfKey:
        """The organisation's key for PDF files; made on first use, without a certificate until one is kept."""
        path = self._path(organisation, "pdf.pem")
        if not path.exists():
            key = ec.generate_private_key(ec.SECP256R1())
            write_key(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        certificate = path.with_name("pdf.crt")
        return PdfKey(read_key(path), key_bytes(certificate) if certificate.exists() else b"")

    def keep_pdf_certificate(self, organisation: str, certificate: bytes) -> bytes:
        """Keep the certificate (PEM) of the organisation's PDF key; gives the one that is kept, the first."""
        path = self._path(organisation, "pdf.crt")
        if not path.exists():
            write_key(path, certificate)
        return key_bytes(path)

    def authority(self) -> bytes:
        """The authority that issues certificates for PDF keys, as it was kept (PEM: key, certificate); empty where none was."""
        path = self._folder / "authority.pem"
        return read_key(path) if path.exists() else b""

    def keep_authority(self, pem: bytes) -> bytes:
        """Keep the authority; gives the one that is kept, the first."""
        write_key(self._folder / "authority.pem", pem)
        return self.authority()

    def _path(self, organisation: str, name: str) -> Path:
        # An organisation's id is text from outside, and no name of a file.
        return self._folder / sha256(organisation.encode()).hexdigest()[:40] / name

    def _seed(self, path: Path) -> bytes:
        if not path.exists():
            make_key(path)
        seed = read_key(path)
        if len(seed) != KEY_BYTES:
            raise StoreError(f"{path.name} holds no key of {KEY_BYTES} bytes", f"{path.name} 不是有效的密钥")
        return seed


def own_dossiers(session: Session, organisation: str) -> tuple[str, ...]:
    """The dossiers that an organisation keeps of itself (kind enterprise, opened in its name), the one opened last first."""
    rows = session.all(
        "SELECT d.id FROM submission s JOIN dossier d ON d.id = s.dossier WHERE s.topic = 'dossier.opened'"
        " AND s.for_organisation = ? AND d.kind = 'enterprise' AND d.opened = s.seq ORDER BY d.opened DESC",
        organisation,
    )
    return tuple(row[0] for row in rows)
