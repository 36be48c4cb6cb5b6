"""The documents do not lie: examples run, links lead somewhere, and every command that is named is there."""

import re
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from entrepot.kernel.cases import read_cases, run_case
from entrepot.portal import setting
from tests.making import ROOT, law

PAGES = sorted(
    path for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("src/**/*.md")) if path.is_file()
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_to_files_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    targets = [target for target in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in target]
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_the_example_of_the_page_on_cases_runs() -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", (ROOT / "docs/cases.md").read_text(encoding="utf-8"), re.DOTALL)
    for case in read_cases(tomllib.loads(example, parse_float=Decimal)):
        assert run_case(case, setting.registry(), law()).faults == ()


def test_every_command_of_the_readme_is_there() -> None:
    from typer.main import get_command

    from entrepot.portal.cli import app

    known = set(getattr(get_command(app), "commands", {})) | {"test"}
    named = set(re.findall(r"python3 run\.py ([a-z]+)", (ROOT / "README.md").read_text(encoding="utf-8")))
    assert named
    assert named <= known
