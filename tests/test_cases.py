"""Every case that the packs carry, run against the whole platform: the tests that lawyers write."""

import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from entrepot.kernel.cases import Expected, read_cases, run_case
from entrepot.kernel.module import Registry
from entrepot.portal import setting
from tests.making import ROOT, law


def _cases() -> list[tuple[Path, Expected]]:
    found = []
    for path in sorted((ROOT / "packs").glob("*/*/cases*.toml")):
        data = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
        found += [(path, case) for case in read_cases(data)]
    return found


@pytest.fixture(scope="module")
def registry() -> Registry:
    return setting.registry()


@pytest.mark.parametrize(("path", "case"), [pytest.param(p, c, id=f"{p.parent.name}: {c.name}") for p, c in _cases()])
def test_case(path: Path, case: Expected, registry: Registry) -> None:
    verdict = run_case(case, registry, law())
    assert not verdict.faults, "\n".join(verdict.faults)
