"""COVERAGE.md is what `entrepot pack coverage` writes of the packs as they are."""

from entrepot.portal.coverage import page
from tests.making import ROOT, law


def test_the_coverage_page_is_up_to_date() -> None:
    assert (ROOT / "COVERAGE.md").read_text(encoding="utf-8") == page(law()), "run: python3 run.py pack coverage"
