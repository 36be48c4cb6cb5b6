"""Every pack in the repository: it loads, and each of its rows says from when, from where and how well it is known."""

import csv
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from entrepot.kernel.law import EVIDENCE, PackTable
from tests.making import ROOT, law

FOLDERS = sorted(path.parent for path in (ROOT / "packs").glob("*/*/pack.toml"))
NAMES = [folder.name for folder in FOLDERS]
packs = pytest.mark.parametrize("folder", FOLDERS, ids=NAMES)


@packs
def test_it_loads_with_a_card_in_two_languages(folder: Path) -> None:
    (card,) = law(folder.name).packs
    assert (card.kind, card.name) == (folder.parent.name, folder.name)
    assert set(card.title) == {"en", "zh"}
    assert all((card.publisher, card.licence, card.digest, *card.title.values()))


@packs
def test_every_row_is_dated_sourced_and_graded(folder: Path) -> None:
    for name, table in law(folder.name).tables.items():
        if not isinstance(table, PackTable):
            continue  # served by a package; its own tests read it against the package's file
        rows = 0
        for row in table.everything():
            rows += 1
            assert row.evidence in EVIDENCE, row.cited()
            assert row.source.strip(), row.cited()
            assert row.until is None or row.since <= row.until, row.cited()
            assert set(row.keys) == set(table.spec.keys), row.cited()
        assert rows, f"{name} is empty"


@packs
def test_every_short_source_is_spelt_out(folder: Path) -> None:
    declared = set(tomllib.loads((folder / "pack.toml").read_text(encoding="utf-8")).get("sources", {}))
    if not declared:
        pytest.skip("its rows cite in full")
    cited: Counter[str] = Counter()
    for path in folder.rglob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            cited.update(line["source"] for line in csv.DictReader(file) if " " not in line["source"])
    assert set(cited) <= declared


def test_no_two_packs_share_a_name() -> None:
    assert len(NAMES) == len(set(NAMES))


def test_every_file_of_a_pack_belongs_to_a_table() -> None:
    for folder in FOLDERS:
        specs = tomllib.loads((folder / "pack.toml").read_text(encoding="utf-8")).get("tables", {})
        patterns = [p for name, spec in specs.items() for p in spec.get("files", [f"{name}.csv"])]
        read = {path for pattern in patterns for path in folder.glob(pattern)}
        assert set(folder.rglob("*.csv")) <= read, folder.name
