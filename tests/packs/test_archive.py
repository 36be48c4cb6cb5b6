"""A pack's files as they are kept with what was filed under them."""

import shutil
from pathlib import Path

import msgspec
import pytest

from entrepot.kernel.law import LawError
from entrepot.store.packs import archive, load_law
from tests.making import ROOT


def test_the_same_files_make_the_same_archive_and_changed_ones_none(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "packs" / "agreements" / "RCEP", tmp_path / "agreements" / "RCEP")
    (card,) = load_law(tmp_path).packs
    assert archive(tmp_path, card) == archive(tmp_path, card)
    limits = tmp_path / "agreements" / "RCEP" / "limits.csv"
    limits.write_text(limits.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    with pytest.raises(LawError, match="has changed"):
        archive(tmp_path, card)
    assert archive(tmp_path, msgspec.structs.replace(card, digest=load_law(tmp_path).packs[0].digest))
