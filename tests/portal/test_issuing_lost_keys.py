"""Keys whose files were lost, and a disk that is full: told as what they are, and nothing is put in their place."""

import errno
from collections.abc import Iterator
from pathlib import Path

import pytest

from entrepot.kernel.intake import Refusal
from entrepot.portal.desk import Desk
from entrepot.portal.issuing import issue
from entrepot.portal.issuing_keys import challenge, operator_key
from entrepot.portal.web import status_of
from entrepot.store.database import StoreError
from entrepot.store.problems import not_kept
from tests.portal.issuing_stage import digest, issuing_desk, sold
from tests.portal.stage import ANN


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


def test_nobody_is_asked_to_sign_words_of_somebody_elses_choice(desk: Desk) -> None:
    for text in ("", "a\r\nb", "z" * 5000, "did:key:z6Mk"):
        with pytest.raises(Refusal, match="no key"):
            challenge(desk, ANN, text)


def test_a_full_disk_is_no_fault_of_the_caller() -> None:
    assert status_of(OSError(errno.ENOSPC, "No space left on device"))[0] == 503
    assert status_of(OSError(errno.EINVAL, "anything else"))[0] == 500
    assert status_of(Refusal((not_kept("D1", "database or disk is full"),)))[0] == 503
