"""The sheet in a real browser: why opens in place, nothing is fetched from elsewhere, a telephone needs no sideways scrolling; what
moved comes by itself and disturbs nobody who reads or writes."""

from collections.abc import Iterator
from typing import Any

import pytest

from entrepot.portal import live
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from tests.portal.browsing import browsing, program, served
from tests.portal.stage import ANN

pytestmark = pytest.mark.browser


@pytest.fixture
def address(opened: Desk) -> Iterator[str]:
    with served(opened) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if program() is None:
        pytest.skip("no Chromium on this machine")
    with browsing() as browser:
        yield browser


def test_why_opens_under_the_number_and_closes_again(browser: Any, address: str) -> None:
    page = browser.new_context(locale="en-GB").new_page()
    faults: list[str] = []
    hosts: set[str] = set()
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda request: hosts.add("/".join(request.url.split("/")[:3])))
    page.goto(f"{address}/d/D1")
    page.locator("details.room").first.locator("summary").first.click()
    finding = page.locator("article[id='found-price.total/1']")
    finding.locator("summary").first.click()
    number = finding.get_by_role("link", name="0.033")
    number.click()
    page.wait_for_selector(".asked")
    assert "ZZ-2026" in finding.locator(".asked").inner_text()
    assert number.get_attribute("aria-expanded") == "true"
    number.click()
    assert finding.locator(".asked").count() == 0
    assert (faults, hosts) == ([], {address})


def test_the_keyboard_leads_to_why_and_back(browser: Any, address: str) -> None:
    page = browser.new_context(locale="en-GB", reduced_motion="reduce").new_page()
    page.goto(f"{address}/d/D1")
    page.locator("details.room summary").first.focus()
    page.keyboard.press("Enter")
    link = page.locator("article[id='found-price.total/1'] > a.why")
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".asked")
    assert page.evaluate("document.activeElement.className") == "asked"
    page.keyboard.press("Escape")
    assert page.locator(".asked").count() == 0
    assert link.evaluate("(one) => one === document.activeElement")


def test_a_link_to_a_folded_answer_unfolds_it(browser: Any, address: str) -> None:
    page = browser.new_context(locale="en-GB").new_page()
    page.goto(f"{address}/d/D1#found-price.total%2F1")
    assert page.locator("article[id='found-price.total/1'] dl").first.is_visible()


def test_lines_alike_are_fetched_when_they_are_opened(browser: Any, opened: Desk, address: str) -> None:
    lines = [Draft("goods.line", {"hs": "28092019", "amount": "USD 1.00"}, str(line)) for line in range(2, 9)]
    opened.say("D1", lines, ANN)
    page = browser.new_context(locale="en-GB").new_page()
    page.goto(f"{address}/d/D1")
    assert page.locator("article[id='found-price.total/7']").count() == 0
    page.locator("details.room summary").first.click()
    page.locator("details.many summary").first.click()
    page.wait_for_selector("article[id='found-price.total/7']")
    assert page.locator("details.many article").count() == 8


def test_without_script_the_same_link_leads_to_a_page(browser: Any, address: str) -> None:
    page = browser.new_context(locale="zh-CN", java_script_enabled=False).new_page()
    page.goto(f"{address}/d/D1")
    page.locator("details.room summary").first.click()
    page.locator("article[id='found-price.total/1'] > a.why").click()
    assert "ZZ-2026" in page.content()
    assert page.locator("html").get_attribute("lang") == "zh-Hans"


@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
def test_a_telephone_scrolls_down_only(browser: Any, address: str, locale: str) -> None:
    page = browser.new_context(locale=locale, viewport={"width": 360, "height": 740}).new_page()
    for path in ("/", "/d/D1", "/d/D1/said", "/d/D1/timeline", "/d/D1/why/price.total/1", "/sign-in?by=token"):
        page.goto(address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_keyboard_reaches_everything(browser: Any, address: str) -> None:
    page = browser.new_context(locale="en-GB").new_page()
    page.goto(f"{address}/d/D1")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    seen = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("document.activeElement.tagName"))
    assert {"A", "BUTTON", "SUMMARY", "INPUT"} <= seen


@pytest.fixture
def lively(opened: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server that holds no stream and is asked again after a moment."""
    monkeypatch.setattr(live, "AGAIN_MILLISECONDS", 100)
    opened.say("D1", [Draft("trade.terms", {"contract_no": "C-1"})], ANN)
    opened.store.integrate()
    with served(opened) as address:
        yield address


def moved(desk: Desk) -> None:
    desk.say("D1", [Draft("goods.line", {"hs": "28092019"}, "2")], ANN)
    desk.store.integrate()


def test_what_moved_comes_by_itself_and_what_is_open_stays_open(browser: Any, opened: Desk, lively: str) -> None:
    page = browser.new_context(locale="en-GB").new_page()
    with page.expect_response("**/live?dossier=D1"):
        page.goto(f"{lively}/d/D1")
    page.locator("details.room summary").first.click()
    page.locator("article[id='found-price.total/1'] > a.why").click()
    page.wait_for_selector("article[id='found-price.total/1'] .asked")
    page.locator("details.room summary").first.focus()
    moved(opened)
    page.wait_for_selector("#problems .rule")
    assert "T001" in page.locator("#problems").inner_text()
    assert page.locator("details.room").first.evaluate("(one) => one.open")
    assert page.locator("article[id='found-price.total/1'] .asked").count() == 1
    assert page.locator("details.room summary").first.evaluate("(one) => one === document.activeElement")
    assert "changed" in page.locator("body > p[role=status]").inner_text()


def test_what_somebody_writes_is_never_swapped_away(browser: Any, opened: Desk, lively: str) -> None:
    page = browser.new_context(locale="en-GB").new_page()
    with page.expect_response("**/live?dossier=D1"):
        page.goto(f"{lively}/d/D1")
    reason = page.locator("input[name=confirm]")
    reason.fill("compared with the contract")
    moved(opened)
    page.wait_for_selector("#problems .rule")
    assert reason.input_value() == "compared with the contract"


def test_nothing_is_asked_where_nothing_is_live(browser: Any, address: str) -> None:
    page = browser.new_context(locale="en-GB").new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/d/D1/said")
    page.goto(f"{address}/log")
    assert [url for url in asked if "/live" in url.rpartition("/static/")[2] and not url.endswith("live.js")] == []
