"""A room made by command is a room like any other: it passes the checks of the project without a touch."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from entrepot.portal.new_module import NotMade, new_module

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for folder in ("src", "tests", "packs"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "run.py"):
        shutil.copy(ROOT / file, tmp_path)
    return tmp_path


def test_a_new_room_passes_the_anatomy_test_and_its_own(checkout: Path) -> None:
    made = new_module(checkout, "vacant")
    assert checkout / "src/entrepot/modules/vacant/rules.py" in made
    compiled = Path(".entrepot") / "packs"
    if (ROOT / compiled).is_dir():
        shutil.copytree(ROOT / compiled, checkout / compiled)
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "tests/test_anatomy.py",
            "tests/modules/vacant",
        ],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": "src:."},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_new_room_passes_the_type_checker_and_the_linter(checkout: Path) -> None:
    new_module(checkout, "vacant")
    for command in (["ruff", "check", "src/entrepot/modules"], ["mypy", "src/entrepot/modules/vacant"]):
        done = subprocess.run(
            [sys.executable, "-m", *command], cwd=checkout, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", ["", "Two Words", "class", "1st", "../up", "a-b"])
def test_a_name_that_is_none_is_refused_and_nothing_is_written(checkout: Path, name: str) -> None:
    with pytest.raises(NotMade, match="no name for a room"):
        new_module(checkout, name)


def test_a_room_is_not_made_twice_nor_outside_a_checkout(
    checkout: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    new_module(checkout, "vacant")
    with pytest.raises(NotMade, match="already"):
        new_module(checkout, "vacant")
    with pytest.raises(NotMade, match="no checkout"):
        new_module(tmp_path_factory.mktemp("empty"), "vacant")
