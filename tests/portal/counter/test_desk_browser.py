"""The clerk's journey in a real browser, by the keyboard, with the portal gone: a trade off paper, a receipt that holds, and all of it on
the web once there is a portal again. And the window's pages by axe, in both languages and three widths."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from entrepot.channels.online import Voice
from entrepot.gateways import sync_client
from entrepot.portal.counter import sync_exchange, sync_page
from entrepot.store import sync, window
from entrepot.store.tokens import new_token
from entrepot_verify.receipt import verify
from tests.portal.browsing import browsing, program, served
from tests.portal.counter.sync_stage import HALL, CounterHall, Portal
from tests.portal.counter.test_desk_pages import FIRM
from tests.portal.test_accessible import faults

pytestmark = pytest.mark.browser
TRADE = ("磷酸", "28092019", "日本", "Tokyo Foods K.K.", "24", "t", "USD 12,360", "", "HT-1")
KEYS_OF_A_SIMPLE_TRADE = 12  # beside what is typed into fields


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if program() is None:
        pytest.skip("no Chromium on this machine")
    with browsing() as browser:
        yield browser


@pytest.fixture
def portal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Portal]:
    monkeypatch.setenv("ENTREPOT_HOME", str(tmp_path))
    monkeypatch.setattr(sync_client, "FIRST_PAUSE", 0.01)
    one = Portal(tmp_path)
    yield one
    one.store.close()


@pytest.fixture
def hall(portal: Portal, tmp_path: Path) -> Iterator[CounterHall]:
    one = CounterHall(portal, tmp_path, "one", clerk="wang.li")
    sync.set_place(one.store, sync_exchange.TOKEN, one.token)
    yield one
    one.store.close()


class Keys:
    """A keyboard that counts its strokes apart from the text that is typed."""

    def __init__(self, page: Any) -> None:
        self.page, self.count = page, 0

    def press(self, key: str, to: str = "") -> None:
        self.count += 1
        if to:
            with self.page.expect_navigation(url=to):
                self.page.keyboard.press(key)
        else:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)


def signed_in(browser: Any, hall: CounterHall, address: str, **more: Any) -> Any:
    context = browser.new_context(**({"locale": "en-GB", "viewport": {"width": 1024, "height": 768}} | more))
    token = new_token(hall.store, "wang.li", HALL, ("clerk",), "window")
    context.add_cookies([{"name": "entrepot_token", "value": token, "url": address}])
    return context.new_page()


def take_in(page: Any, address: str) -> None:
    """Give a number, call it, and take the firm in off its papers."""
    page.goto(f"{address}/counter")
    page.get_by_role("button", name="Enter a trade").click()
    page.wait_for_url("**/counter?made=*")
    page.locator("button.cw-call").press("Enter")
    page.wait_for_url("**/counter/serve")
    page.wait_for_function("document.activeElement?.id === 'q'")
    page.keyboard.type(FIRM)
    page.keyboard.press("Enter")
    page.wait_for_selector("#name_zh")
    page.keyboard.type("宜昌磷化有限公司")
    page.set_input_files(
        "#signed", files=[{"name": "m.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 signed"}]
    )
    page.get_by_role("button", name="Put on record").press("Enter")
    page.wait_for_selector("#goods")


def test_a_clerk_serves_without_the_portal_and_the_exporter_finds_it_on_the_web(
    browser: Any, portal: Portal, hall: CounterHall
) -> None:
    with served(portal.desk) as there:  # once there was a network
        sync.set_place(hall.store, sync.PORTAL_URL, there)
        met = sync_page.hand_over(hall.desk)
        assert met is not None
        assert met.whole
    with served(hall.desk) as address:  # and then there is none
        page = signed_in(browser, hall, address)
        take_in(page, address)
        page.locator("#outcome").focus()
        page.get_by_role("button", name="End", exact=True).press("Enter")
        page.wait_for_url("**/counter?ended=*")
        page.get_by_role("button", name="Enter a trade").click()
        page.wait_for_url("**/counter?made=*")
        page.wait_for_function("document.activeElement?.classList.contains('cw-call')")
        keys = Keys(page)
        keys.press("Enter", "**/counter/serve")  # the next number
        page.wait_for_function("document.activeElement?.id === 'q'")
        keys.type("磷化")
        keys.press("Enter", "**/counter/serve")  # the only one of that name
        page.wait_for_function("document.activeElement?.id === 'goods'")
        for at, text in enumerate(TRADE):
            keys.type(text)
            keys.press(
                "Enter" if at + 1 < len(TRADE) else "Control+Enter", "" if at + 1 < len(TRADE) else "**/counter/serve*"
            )
        assert "磷酸" in page.locator("#now").inner_text()
        one = window.in_hand(hall.store, HALL, "wang.li")
        assert one is not None
        page.goto(f"{address}/counter/tickets/{one.id}/receipt")
        proof = page.locator("pre.cw-fine").first.inner_text()
        proven = verify(proof.encode(), hall.store.log_key or "").statement
        assert proven is not None
        assert proven["dossier"] == one.dossier
        page.goto(f"{address}/counter/serve")
        page.get_by_role("button", name="End", exact=True).focus()
        keys.press("Enter", "**/counter?ended=*")
        assert keys.count <= KEYS_OF_A_SIMPLE_TRADE
        page.goto(f"{address}/counter/sync")
        page.get_by_role("button", name="Hand over now").press("Enter")
        page.wait_for_selector("text=You can go on", timeout=20_000)
        assert str(sync_exchange.standing(hall.store).waiting) in page.locator("#cw-sync .big").inner_text()
        with served(portal.desk) as there:
            sync.set_place(hall.store, sync.PORTAL_URL, there)
            page.goto(f"{address}/counter/sync")
            page.get_by_role("button", name="Hand over now").press("Enter")
            page.wait_for_selector("text=Everything is handed over", timeout=20_000)
            owner = browser.new_context(locale="en-GB").new_page()
            token = new_token(portal.store, "boss", FIRM)
            owner.context.add_cookies([{"name": "entrepot_token", "value": token, "url": there}])
            owner.goto(f"{there}/d/{one.dossier}/said/goods.line")
            assert "磷酸" in owner.locator("main").inner_text()
            owner.goto(f"{there}/d/{one.dossier}/timeline")
            assert "window" in owner.locator("main").inner_text().lower()
            owner.context.close()
        page.context.close()
    said = {fact.topic: fact for fact in portal.desk.read(one.dossier, Voice("boss", FIRM)).facts}
    assert said["window.served"].value["outcome"] == "done"
    assert {word.channel for word in said["goods.line"].statements} == {"window"}


@pytest.mark.parametrize(
    ("locale", "width", "axe"),
    [
        ("zh-CN", 390, True),
        pytest.param("en-GB", 1280, True, marks=pytest.mark.full),
        pytest.param("en-GB", 1024, False, marks=pytest.mark.full),
    ],
)
def test_the_windows_pages_shut_nobody_out(browser: Any, hall: CounterHall, locale: str, width: int, axe: bool) -> None:
    told: list[str] = []
    with served(hall.desk) as address:
        page = signed_in(browser, hall, address)
        take_in(page, address)
        one = window.in_hand(hall.store, HALL, "wang.li")
        assert one is not None
        page.context.close()
        pages = [
            "/counter", "/counter/serve", "/counter/screen", "/counter/entered", "/counter/shift", "/counter/sync", "/counter/mandate-form",
            f"/counter/tickets/{one.id}/receipt", f"/counter/tickets/{one.id}/receipt?slip=1", f"/counter/tickets/{one.id}/number",
        ]  # fmt: skip
        page = signed_in(browser, hall, address, locale=locale, viewport={"width": width, "height": 768})
        for path in pages:
            page.goto(address + path)
            told += faults(page, f"{path} {width}") if axe else []
            wide = page.evaluate("document.documentElement.scrollWidth")
            told += [f"{path}: {wide} of {width}"] if wide > width else []
        page.context.close()
    assert told == []
