"""Keys of organisations: made once, read by their owner alone, told apart by organisation and generation."""

import errno
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from entrepot.store.database import StoreError
from entrepot.store.organisation_keys import OrganisationKeys


@pytest.fixture
def keys(tmp_path: Path) -> OrganisationKeys:
    return OrganisationKeys(tmp_path / "keys")


def public(seed: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def test_a_key_is_made_once_and_stays(keys: OrganisationKeys, tmp_path: Path) -> None:
    seed = keys.document_key("acme")
    assert len(seed) == 32
    assert OrganisationKeys(tmp_path / "keys").document_key("acme") == seed


def test_organisations_generations_and_the_operator_have_keys_of_their_own(keys: OrganisationKeys) -> None:
    seeds = {keys.document_key("acme"), keys.document_key("acme", 2), keys.document_key("buyer"), keys.operator_key()}
    assert len(seeds) == 4


def test_whatever_an_organisation_is_called_its_keys_stay_in_the_folder(keys: OrganisationKeys, tmp_path: Path) -> None:
    for name in ("../../etc", "operator.key", "", "宜昌化工", "a/b", "x" * 300):
        keys.document_key(name)
    assert {path.name for path in tmp_path.iterdir()} == {"keys"}
    assert len(list((tmp_path / "keys").iterdir())) == 6


def test_many_who_make_a_key_at_once_get_the_same(keys: OrganisationKeys) -> None:
    with ThreadPoolExecutor(8) as pool:
        seeds = set(pool.map(lambda _: keys.document_key("acme"), range(16)))
        pdf = set(pool.map(lambda _: keys.pdf_key("acme").private, range(16)))
    assert len(seeds) == len(pdf) == 1


def test_a_seed_is_found_by_its_public_key_among_all_generations(keys: OrganisationKeys) -> None:
    first, second = keys.document_key("acme"), keys.document_key("acme", 2)
    assert keys.seed_of("acme", public(second)) == second
    assert keys.seed_of("acme", public(first)) == first
    assert keys.seed_of("buyer", public(first)) is None, "another's key is not ours to sign with"
    assert keys.seed_of("acme", bytes(32)) is None


def test_a_key_that_is_lost_hides_no_later_one(keys: OrganisationKeys, tmp_path: Path) -> None:
    first, second = keys.document_key("acme"), keys.document_key("acme", 2)
    next((tmp_path / "keys").rglob("documents-1.key")).unlink()
    assert keys.seed_of("acme", public(second)) == second
    assert keys.seed_of("acme", public(first)) is None


def test_a_disk_that_is_full_leaves_nothing_and_does_not_stand_in_the_way_later(
    keys: OrganisationKeys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", full)
        with pytest.raises(OSError, match="No space left"):
            keys.document_key("acme")
    assert not [path for path in (tmp_path / "keys").rglob("*") if path.is_file()]
    assert len(keys.document_key("acme")) == 32


def test_a_key_that_others_can_read_is_refused(keys: OrganisationKeys, tmp_path: Path) -> None:
    keys.document_key("acme")
    keys.pdf_key("acme")
    for path in (tmp_path / "keys").rglob("*.*"):
        assert path.stat().st_mode & 0o077 == 0
    for mode in (0o640, 0o604, 0o601):
        for path in (tmp_path / "keys").rglob("*.*"):
            path.chmod(mode)
        for make in (keys.document_key, keys.pdf_key):
            with pytest.raises(StoreError, match="read by others"):
                make("acme")


def test_a_file_that_is_no_key_and_a_generation_out_of_bounds_are_refused(
    keys: OrganisationKeys, tmp_path: Path
) -> None:
    keys.operator_key()
    path = tmp_path / "keys" / "operator.key"
    path.write_bytes(b"short")
    with pytest.raises(StoreError, match="holds no key"):
        keys.operator_key()
    for generation in (0, 1001):
        with pytest.raises(StoreError, match="rotations"):
            keys.document_key("acme", generation)


def test_the_key_for_pdf_is_p256_and_its_first_certificate_stays(keys: OrganisationKeys) -> None:
    made = keys.pdf_key("acme")
    key = load_pem_private_key(made.private, None)
    assert isinstance(key, EllipticCurvePrivateKey)
    assert isinstance(key.curve, SECP256R1)
    assert made.certificate == b""
    assert keys.keep_pdf_certificate("acme", b"first") == keys.keep_pdf_certificate("acme", b"second") == b"first"
    assert keys.pdf_key("acme").certificate == b"first"
