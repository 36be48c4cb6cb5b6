"""Every page by axe: WCAG 2.2 A and AA, in both languages, in the light and in the dark."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.portal.addresses import PAGES
from tests.portal.browsing import browsing, program, served
from tests.portal.rich import rich_desk

pytestmark = pytest.mark.browser
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, str, str]]:
    """A browser, the address of the portal, and the dossier on which the pages are looked at."""
    if program() is None:
        pytest.skip("no Chromium on this machine")
    with rich_desk(tmp_path_factory.mktemp("rich")) as (desk, dossier), served(desk) as address, browsing() as browser:
        yield browser, address, dossier


def faults(page: Any, name: str) -> list[str]:
    """What axe finds wrong with the page, each with the first place."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{name}: {one['id']} {one['nodes'][0]['html'][:160]}" for one in found]


@pytest.mark.parametrize(
    ("locale", "scheme"), [("en-GB", "light"), pytest.param("zh-CN", "dark", marks=pytest.mark.full)]
)
def test_no_page_shuts_anybody_out(pages: tuple[Any, str, str], locale: str, scheme: str) -> None:
    browser, address, dossier = pages
    context = browser.new_context(locale=locale, color_scheme=scheme, reduced_motion="reduce")
    page, told = context.new_page(), []
    for name, path in PAGES.items():
        page.goto(address + path.format(dossier=dossier))
        language = page.evaluate("document.documentElement.lang")
        if language != ("zh-Hans" if locale == "zh-CN" else "en") and name != "verify":
            told.append(f"{name}: in {language}")
        told += faults(page, name)
    context.close()
    assert told == []


def test_a_page_enlarged_four_times_scrolls_down_only(pages: tuple[Any, str, str]) -> None:
    """WCAG 1.4.10: 1280 points at 400 % are 320."""
    browser, address, dossier = pages
    page = browser.new_context(locale="en-GB", viewport={"width": 320, "height": 256}).new_page()
    wide = {}
    for name, path in PAGES.items():
        page.goto(address + path.format(dossier=dossier))
        wide[name] = page.evaluate("document.documentElement.scrollWidth")
    assert {name: width for name, width in wide.items() if width > 320} == {}


def test_what_a_finger_hits_is_large_enough(pages: tuple[Any, str, str]) -> None:
    """WCAG 2.5.8 asks for 24 points; buttons and fields have 44 where fingers point."""
    browser, address, dossier = pages
    context = browser.new_context(
        locale="en-GB", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    small = []
    for name in ("sheet", "said", "worklist", "classify", "papers"):
        page.goto(address + PAGES[name].format(dossier=dossier))
        small += page.evaluate(
            """(name) => [...document.querySelectorAll("button, select, input:not([type=hidden], [type=checkbox], [type=radio])")]
                .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 44)
                .map((one) => `${name}: ${one.outerHTML.slice(0, 120)}`)""",
            name,
        )
    context.close()
    assert small == []


def test_pictures_are_taken(pages: tuple[Any, str, str], tmp_path: Path) -> None:
    from tests.portal import shots

    browser, address, dossier = pages
    told = shots.take(
        browser, address, shots.asked([str(tmp_path), "--dossier", dossier, "--only", "sheet"]), 390, "zh"
    )
    assert (told, [one.name for one in tmp_path.iterdir()]) == ([], ["sheet-zh-390.png"])
