"""Keys whose files were lost, and a disk that is full: told as what they are, and nothing is put in their place."""

import errno
from collections.abc import Iterator
from pathlib import Path

import pytest

from entrepot.gateways.credentials.verifying import verify_credential
from entrepot.gateways.signed_pdf.verifying import verify_pdf
from entrepot.kernel.intake import Refusal
from entrepot.portal.desk import Desk
from entrepot.portal.issuing import issue
from entrepot.portal.issuing_afterwards import bytes_of, pdf_authority
from entrepot.portal.issuing_keys import challenge, make_key, operator_key
from entrepot.portal.web import status_of
from entrepot.store.database import StoreError
from entrepot.store.problems import not_kept
from entrepot_verify import credential
from tests.portal.issuing_stage import digest, issuing_desk, sold
from tests.portal.stage import ANN, BOB
from tests.portal.web import client_of


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = sold(issuing_desk(tmp_path))
    yield desk
    desk.store.close()


def test_another_operators_key_is_never_taken_for_one_that_was_lost(desk: Desk, tmp_path: Path) -> None:
    was, file = operator_key(desk).did, tmp_path / "keys" / "organisations" / "operator.key"
    kept = file.read_bytes()
    file.unlink()
    for _ in range(2):
        with pytest.raises(StoreError, match="put it back"):
            operator_key(desk)
    with pytest.raises(StoreError, match=r"operator\.key"):
        issue(desk, "D1", "documents.invoice", "", ANN)
    file.write_bytes(kept)
    assert operator_key(desk).did == was


def test_a_lost_key_in_custody_is_told_as_lost_and_not_as_kept_at_home(desk: Desk, tmp_path: Path) -> None:
    seen = digest(desk)
    next((tmp_path / "keys").rglob("documents-1.key")).unlink()
    with pytest.raises(StoreError, match="put it back"):
        issue(desk, "D1", "documents.invoice", seen, ANN)


def test_another_root_of_pdf_files_is_never_taken_for_one_that_was_lost(desk: Desk, tmp_path: Path) -> None:
    was, file = pdf_authority(desk), tmp_path / "keys" / "organisations" / "authority.pem"
    kept = file.read_bytes()
    file.unlink()
    with pytest.raises(StoreError, match="put it back"):
        pdf_authority(desk)
    file.write_bytes(kept)
    assert pdf_authority(desk) == was


def test_anybody_may_have_the_root_of_pdf_files_and_nothing_else_of_it(desk: Desk) -> None:
    document = issue(desk, "D1", "documents.invoice", digest(desk), ANN).document
    pdf = bytes_of(desk, "D1", document, "pdf", ANN).data
    answer = client_of(desk).get("/status/root.pem")
    assert answer.status_code == 200
    assert b"PRIVATE" not in answer.content
    checks = verify_pdf(pdf, now=desk.store.clock(), roots=[answer.content]).checks
    assert "holds" in {one.result for one in checks if one.name.en.startswith("certificate issued")}


@pytest.mark.parametrize(
    "name", ["Yich\u0430ng Acid", "Acme\u200b Ltd", "\u0410\u0421\u041c\u0415", "Acme\uff08China\uff09"]
)
def test_a_name_that_looks_like_another_gets_no_key(desk: Desk, name: str) -> None:
    with pytest.raises(Refusal, match=r"IS2[14]"):
        make_key(desk, BOB, name)


def test_a_chinese_firm_with_full_width_brackets_signs_what_holds(desk: Desk) -> None:
    make_key(desk, ANN, "\u6e56\u5317\uff08\u5b9c\u660c\uff09\u5316\u5de5\u6709\u9650\u516c\u53f8")
    document = issue(desk, "D1", "documents.invoice", digest(desk), ANN).document
    data = bytes_of(desk, "D1", document, "credential", ANN).data
    assert verify_credential(data, now=desk.store.clock()).accepted
    assert credential.verify(data, now=desk.store.clock()).accepted


def test_a_code_is_plain_letters_and_digits(desk: Desk) -> None:
    with pytest.raises(Refusal, match="IS22"):
        make_key(desk, BOB, "Osaka Kagaku K.K.", "9142050\uff10MA4ABCDE0X")


def test_nobody_is_asked_to_sign_words_of_somebody_elses_choice(desk: Desk) -> None:
    for text in ("", "a\r\nb", "z" * 5000, "did:key:z6Mk"):
        with pytest.raises(Refusal, match="no key"):
            challenge(desk, ANN, text)


def test_a_full_disk_is_no_fault_of_the_caller() -> None:
    assert status_of(OSError(errno.ENOSPC, "No space left on device"))[0] == 503
    assert status_of(OSError(errno.EINVAL, "anything else"))[0] == 500
    assert status_of(Refusal((not_kept("D1", "database or disk is full"),)))[0] == 503
