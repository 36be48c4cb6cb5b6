"""The sheet in a real browser: why opens in place, nothing is fetched from elsewhere, a telephone needs no sideways scrolling."""

import shutil
import threading
from collections.abc import Iterator
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from entrepot.portal.desk import Desk
from tests.portal.web import client_of

pytestmark = pytest.mark.browser
FLAGS = "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync --no-first-run --disable-quic"


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def address(opened: Desk) -> Iterator[str]:
    from entrepot.portal.wsgi import application_on

    client_of(opened)  # settles the environment that Django reads
    server = make_server("127.0.0.1", 0, application_on(opened), handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS.split())
        yield browser
        browser.close()


def test_why_opens_under_the_number_and_closes_again(browser: Any, address: str) -> None:
    page = browser.new_context(locale="en-GB").new_page()
    faults: list[str] = []
    hosts: set[str] = set()
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda request: hosts.add(request.url.partition("/d/")[0].partition("/static")[0]))
    page.goto(f"{address}/d/D1")
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


def test_without_script_the_same_link_leads_to_a_page(browser: Any, address: str) -> None:
    page = browser.new_context(locale="zh-CN", java_script_enabled=False).new_page()
    page.goto(f"{address}/d/D1")
    page.locator("article[id='found-price.total/1'] > a.why").click()
    assert "ZZ-2026" in page.content()
    assert page.locator("html").get_attribute("lang") == "zh-Hans"


@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
def test_a_telephone_scrolls_down_only(browser: Any, address: str, locale: str) -> None:
    page = browser.new_context(locale=locale, viewport={"width": 360, "height": 740}).new_page()
    for path in ("/", "/d/D1", "/d/D1/why/price.total/1", "/sign-in"):
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
    assert {"A", "BUTTON", "SELECT", "SUMMARY"} <= seen
