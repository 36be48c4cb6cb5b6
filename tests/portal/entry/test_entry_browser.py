"""Forms in a real browser: by the keyboard alone, with the connection cut, pasted from a spreadsheet, readable by assistive technology."""

import shutil
import socketserver
import threading
from collections.abc import Iterator
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

from entrepot.portal.desk import Desk
from entrepot.store.tokens import new_token
from tests.portal.stage import ANN
from tests.portal.web import client_of

pytestmark = pytest.mark.browser
FLAGS = "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync --no-first-run --disable-quic"
PAGES = ("/new", "/new/export", "/d/D1/say", "/d/D1/say/trade.terms", "/d/D1/say/transport.plan", "/d/D1/say/goods.line/1", "/d/D1/lines",
         "/new/D1/papers", "/new/D1/questions", "/new/D1/check", "/offline")  # fmt: skip


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


class Threaded(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True


@pytest.fixture
def address(opened: Desk) -> Iterator[str]:
    from entrepot.portal.wsgi import application_on

    client_of(opened)  # settles the environment that Django reads
    server = make_server("127.0.0.1", 0, application_on(opened), server_class=Threaded, handler_class=Quiet)
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


@pytest.fixture
def context(browser: Any, address: str, opened: Desk) -> Iterator[Any]:
    context = browser.new_context(locale="en-GB")
    context.add_cookies([{"name": "entrepot_token", "value": new_token(opened.store, "ann", "acme"), "url": address}])
    yield context
    context.close()


def until(page: Any, told: str) -> None:
    """Wait for what the page's script tells; the page's own policy forbids to hand it such text to try."""
    for _ in range(200):
        if page.evaluate(told):
            return
        page.wait_for_timeout(50)
    raise AssertionError(told)


def said(desk: Desk, topic: str, key: str = "") -> Any:
    return next((fact for fact in desk.read("D1", ANN).facts if (fact.topic, fact.key) == (topic, key)), None)


def test_a_form_is_filled_in_and_said_by_the_keyboard_alone(context: Any, address: str, opened: Desk) -> None:
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{address}/d/D1/say/trade.terms#f-contract_no")
    page.keyboard.type("C-2026-7")
    page.keyboard.press("Enter")
    page.keyboard.type("2026年4月1日")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/say?done=said")
    assert said(opened, "trade.terms").value["contract_no"] == "C-2026-7"
    assert str(said(opened, "trade.terms").value["contract_date"]) == "2026-04-01"
    assert faults == []


def test_what_is_wrong_is_shown_in_place_with_a_jump_to_its_field(context: Any, address: str, opened: Desk) -> None:
    page = context.new_page()
    page.goto(f"{address}/d/D1/say/trade.terms")
    page.fill("#f-invoice_date", "06/07/2026")
    page.click("button.main")
    page.wait_for_selector("#problems")
    page.click("#problems a")
    assert page.evaluate("document.activeElement.id") == "f-invoice_date"
    assert page.input_value("#f-invoice_date") == "06/07/2026"
    assert said(opened, "trade.terms") is None


def test_rows_are_added_where_they_stand_and_said(context: Any, address: str, opened: Desk) -> None:
    page = context.new_page()
    page.goto(f"{address}/d/D1/say/transport.plan?field=legs")
    page.fill("[name='f.legs.1.place']", "Shanghai")
    page.fill("[name='f.legs.1.country']", "CHN")
    page.click("[data-rows='f.legs'] > .entry-more")
    page.fill("[name='f.legs.2.place']", "Busan")
    page.fill("[name='f.legs.2.country']", "韩国")
    page.click("button.main")
    page.wait_for_url("**/say?done=said")
    assert [leg["country"] for leg in said(opened, "transport.plan").value["legs"]] == ["CHN", "KOR"]


def test_what_is_typed_without_a_connection_is_kept_and_said_once(context: Any, address: str, opened: Desk) -> None:
    page = context.new_page()
    page.goto(f"{address}/d/D1/say/trade.terms")
    until(page, "navigator.serviceWorker.ready.then(() => caches.match('/offline')).then(Boolean)")
    page.fill("#f-invoice_no", "INV-9")
    until(page, "Object.keys(localStorage).some((key) => key.startsWith('entrepot-kept'))")
    context.set_offline(True)
    page.click("button.main")
    until(page, "Object.keys(localStorage).some((key) => key.startsWith('entrepot-waits'))")
    assert "connection" in page.inner_text("[data-note]")
    page.reload()
    assert page.inner_text("h1") == "No connection"
    assert page.locator("#kept").inner_text().count("terms of trade") >= 1
    assert said(opened, "trade.terms") is None
    context.set_offline(False)
    until(page, "!Object.keys(localStorage).some((key) => key.startsWith('entrepot-waits'))")
    page.goto(f"{address}/d/D1/say/trade.terms")
    fact = said(opened, "trade.terms")
    assert fact.value["invoice_no"] == "INV-9"
    assert len(fact.statements) == 1
    assert page.evaluate("Object.keys(localStorage).filter((key) => key !== 'entrepot-who').length") == 0


def test_an_answer_that_was_lost_on_its_way_is_not_said_twice(context: Any, address: str, opened: Desk) -> None:
    page = context.new_page()
    page.goto(f"{address}/d/D1/say/trade.terms")
    lost = {"on": True}

    def lose(route: Any) -> None:
        if route.request.method == "POST" and lost["on"]:
            route.fetch(max_redirects=0)
            lost["on"] = False
            route.abort()
        else:
            route.continue_()

    page.route("**/say/trade.terms", lose)
    page.fill("#f-invoice_no", "INV-9")
    page.click("button.main")
    until(page, "Object.keys(localStorage).some((key) => key.startsWith('entrepot-waits'))")
    assert said(opened, "trade.terms") is not None
    page.reload()
    until(page, "!Object.keys(localStorage).some((key) => key.startsWith('entrepot-waits'))")
    assert len(said(opened, "trade.terms").statements) == 1


def test_a_draft_comes_back_and_another_person_at_the_machine_finds_none(
    context: Any, address: str, opened: Desk
) -> None:
    page = context.new_page()
    page.goto(f"{address}/d/D1/say/trade.terms")
    page.fill("#f-payment", "T/T 30 days")
    until(page, "Object.keys(localStorage).some((key) => key.startsWith('entrepot-kept'))")
    page.reload()
    assert page.input_value("#f-payment") == "T/T 30 days"
    context.add_cookies([{"name": "entrepot_token", "value": new_token(opened.store, "bob", "buyer"), "url": address}])
    page.goto(f"{address}/d/D1/say/trade.terms")
    assert page.input_value("#f-payment") == ""
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('entrepot-kept')).length") == 0


def test_signing_out_leaves_nothing_on_the_device(context: Any, address: str) -> None:
    page = context.new_page()
    page.goto(f"{address}/d/D1/say/trade.terms")
    page.fill("#f-payment", "T/T 30 days")
    until(page, "Object.keys(localStorage).some((key) => key.startsWith('entrepot-kept'))")
    page.goto(f"{address}/d/D1")
    with page.expect_navigation():
        page.evaluate(
            "() => { setTimeout(() => document.querySelector('form[action=\"/sign-out\"]').requestSubmit(), 0); }"
        )
    until(page, "Object.keys(localStorage).length === 0")


def test_cells_are_pasted_from_a_spreadsheet(context: Any, address: str, opened: Desk) -> None:
    page = context.new_page()
    page.goto(f"{address}/d/D1/lines")
    page.locator("[name='c.2.description']").focus()
    page.evaluate(
        """() => { const data = new DataTransfer();
        data.setData("text/plain", "salt\\t盐\\t250100\\t5\\tt\\r\\nsoda\\t碱\\t283620\\t7\\tt\\r\\n");
        document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })); }"""
    )
    assert page.input_value("[name='c.3.description_zh']") == "碱"
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/lines?done=2*")
    assert said(opened, "goods.line", "3").value["hs"] == "283620"


@pytest.mark.parametrize(("locale", "width"), [pytest.param("en-GB", 1280, marks=pytest.mark.full), ("zh-CN", 390)])
def test_pages_fit_the_screen_and_assistive_technology_finds_its_way(
    context: Any, browser: Any, address: str, locale: str, width: int
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    here = browser.new_context(locale=locale, viewport={"width": width, "height": 844}, service_workers="block")
    here.add_cookies(context.cookies())
    page = here.new_page()
    found = {}
    for path in PAGES:
        page.goto(address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        if wrong := [(one["id"], one["nodes"][0]["html"][:200]) for one in Axe().run(page).response["violations"]]:
            found[path] = wrong
    here.close()
    assert found == {}
