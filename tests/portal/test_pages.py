"""The pages: the sheet in both languages, why under every number, nobody's secrets, no inline script, no other host."""

import gzip
import re
from html.parser import HTMLParser
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from django.test import Client

from entrepot.kernel.money import Money, Price
from entrepot.kernel.text import Text
from entrepot.portal import setting, web, words
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.portal.reading import problems_of
from entrepot.portal.sheet_page import ALIKE, LINES
from entrepot.store.tokens import new_token
from tests.portal.stage import ANN, OPENING, open_desk
from tests.portal.web import client_of

TERMS = Draft("trade.terms", {"contract_no": "C-1", "payment": "T/T"})


class Unread(BytesIO):
    """A body that nobody should read."""

    def read(self, size: int | None = -1) -> bytes:
        raise AssertionError("the form was read")


class Page(HTMLParser):
    """What a page is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: text or "" for name, text in attrs}))

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.fixture
def client(opened: Desk) -> Client:
    return client_of(opened)


def test_the_sheet_shows_what_was_said_found_and_waited_for(client: Client) -> None:
    text = text_of(client.get("/d/D1"))
    assert "USD 12,767.88" in text
    assert "waits for whom" in text
    assert "SANDBOX" in text
    assert "/d/D1/say/goods.cost" in text
    assert "Say: " in text  # the next step
    assert 'id="said-goods.line/1"' in text_of(client.get("/d/D1/said"))


def test_the_sheet_is_in_chinese_for_whoever_asks_for_it(client: Client) -> None:
    text = text_of(client.get("/d/D1", headers={"Accept-Language": "zh-CN,zh;q=0.9"}))
    assert '<html lang="zh-Hans">' in text
    for word in ("等待事项", "到岸总价", "沙箱", "商品编码"):
        assert word in text
    kept = client.post("/language", {"language": "zh", "next": "/d/D1"})
    assert kept["Location"] == "/d/D1"
    assert "认定结果" in text_of(client.get("/d/D1", headers={"Accept-Language": "en"}))


def test_every_number_of_a_finding_opens_into_its_why(client: Client) -> None:
    page = Page(text_of(client.get("/d/D1")))
    links = {a["href"] for a in page.all("a") if a.get("class") == "why"}
    assert {
        "/d/D1/why/price.total/1?field=amount",
        "/d/D1/why/price.total/1?field=rate",
        "/d/D1/why/price.total/1",
    } <= links
    for link in links:
        assert client.get(link).status_code == 200
    whole, part = (text_of(client.get(f"/d/D1/why/price.total/1?field=rate{more}")) for more in ("", "&part=1"))
    assert "ZZ-2026" in whole
    assert "ZZ-2026" in part
    assert "<html" not in part


def test_a_problem_leads_to_the_place_that_it_is_about(opened: Desk, client: Client) -> None:
    opened.say("D1", [Draft("goods.line", {"hs": "28092019"}, "2")], ANN)
    page = Page(text_of(client.get("/d/D1")))
    jumps = [a["href"] for a in page.all("a") if "#said" in a["href"]]
    assert jumps == ["/d/D1/said/goods.line?at=2#said-goods.line%2F2"]
    there = Page(text_of(client.get(jumps[0])))
    assert "said-goods.line/2" in {attributes.get("id") for _, attributes in there.tags}
    assert [a["href"] for a in page.all("a") if a.get("class") == "mend"] == [
        "/d/D1/say/goods.line/2?field=amount#f-amount"
    ]
    client.post("/look-as", {"role": "customs", "next": "/"})
    assert [a for a in Page(text_of(client.get("/d/D1"))).all("a") if a.get("class") == "mend"] == []


def test_a_problem_told_by_two_findings_is_shown_once(opened: Desk) -> None:
    opened.say("D1", [Draft("goods.line", {"hs": "28092019"}, "2")], ANN)
    reading = opened.read("D1", ANN)
    twice = msgspec.structs.replace(reading, findings=(*reading.findings, *reading.findings))
    assert [problem.rule for problem, _ in problems_of(twice)] == ["T001"]


def test_a_contradiction_is_seen(opened: Desk, client: Client) -> None:
    opened.say("D1", [Draft("goods.line", {"hs": "20039010"}, "1")], ANN)
    assert "Contradiction" in text_of(client.get("/d/D1"))


def test_whoever_looks_in_another_role_sees_what_that_role_may(opened: Desk, client: Client) -> None:
    cost = {"line": "1", "document": "none", "number": "7", "supplier": "secret supplier", "base": "CNY 9.00", "vat_rate": "0.13",
            "quantity": "1", "invoiced_quantity": "1", "unit": "t"}  # fmt: skip
    opened.say("D1", [Draft("goods.cost", cost, "1")], ANN)
    assert "secret supplier" in text_of(client.get("/d/D1/said"))
    client.post("/look-as", {"role": "importer", "next": "/d/D1"})
    for address in ("/d/D1", "/d/D1/said", "/d/D1/timeline"):
        assert "secret supplier" not in text_of(client.get(address))
    assert "may not see: margin" in text_of(client.get("/d/D1"))
    assert client.get("/d/D1/said/goods.cost").status_code == 404
    assert client.get("/d/D1/found/price.margin").status_code == 404
    assert client.get("/d/D1/why/goods.cost/1").status_code == 404


def test_what_people_write_is_shown_and_never_run(opened: Desk, client: Client) -> None:
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7|add:1 }}"
    opened.say(
        "D1",
        [Draft("goods.line", {"description": evil}, evil[:25]), Draft("trade.party", {"name": evil}, "exporter")],
        ANN,
    )
    for address in ("/d/D1/said", "/d/D1/timeline", "/d/D1/why/trade.party/exporter"):
        text = text_of(client.get(address))
        assert "<script>alert" not in text
        assert "<img" not in text
        assert "&lt;script&gt;alert" in text


def test_a_finding_is_sent_by_the_form_and_refused_when_it_moved(opened: Desk, client: Client) -> None:
    opened.say("D1", [TERMS], ANN)
    page = Page(text_of(client.get("/d/D1")))
    digest = next(tag["value"] for tag in page.all("input") if tag.get("name") == "digest")
    refused = client.post("/d/D1/send/declaration.form", {"digest": "0" * 64})
    assert (refused.status_code, "D033" in text_of(refused)) == (409, True)
    sent = client.post("/d/D1/send/declaration.form", {"digest": digest})
    assert sent["Location"] == "/d/D1?done=sent"
    assert "Waiting for its release" in text_of(client.get("/d/D1"))
    assert "customs.acceptance" in text_of(client.get("/d/D1/said"))


def test_forms_that_come_from_elsewhere_are_refused(opened: Desk) -> None:
    strict = client_of(opened)
    strict.handler.enforce_csrf_checks = True
    for path in ("/language", "/look-as", "/sign-in", "/d/D1/papers", "/d/D1/send/declaration.form"):
        assert strict.post(path, {}).status_code == 403


def test_nobody_is_sent_to_another_site(client: Client) -> None:
    for address in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        assert client.post("/language", {"language": "zh", "next": address})["Location"] == "/"


def test_a_live_store_asks_for_a_token_and_keeps_it_from_scripts(tmp_path: Path) -> None:
    desk = open_desk(tmp_path, "live")
    try:
        desk.say("D1", OPENING, ANN)
        client = client_of(desk)
        assert client.get("/d/D1")["Location"] == "/sign-in?next=%2Fd%2FD1"
        assert client.post("/sign-in?by=token", {"token": "wrong"}).status_code == 403
        secret = new_token(desk.store, "ann", "acme")
        answer = client.post("/sign-in?by=token", {"token": secret, "next": "/d/D1"})
        cookie = answer.cookies["entrepot_token"]
        assert (answer["Location"], cookie["httponly"], cookie["samesite"]) == ("/d/D1", True, "Strict")
        text = text_of(client.get("/d/D1"))
        assert "SANDBOX" not in text
        assert "look-as" not in text
        client.post("/sign-out")
        assert client.get("/d/D1").status_code == 302
    finally:
        desk.store.close()


def test_nothing_comes_from_another_host_and_no_script_is_inline(client: Client) -> None:
    for address in ("/", "/d/D1", "/d/D1/why/price.total/1", "/sign-in?by=token", "/d/none"):
        answer = client.get(address)
        page = Page(text_of(answer))
        policy = answer["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert not any(re.search(r"https?:|^//", tag.get("src", tag.get("href", ""))) for _, tag in page.tags)
        assert not any(name.startswith("on") or name == "style" for _, tag in page.tags for name in tag)
        assert all("src" in tag for tag in page.all("script"))
        assert answer["X-Content-Type-Options"] == "nosniff"


def test_style_and_script_are_served_and_may_be_kept(client: Client) -> None:
    page = Page(text_of(client.get("/")))
    addresses = [tag["href"] for tag in page.all("link") if tag["rel"] == "stylesheet"] + [
        tag["src"] for tag in page.all("script")
    ]
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer["Cache-Control"]
    assert client.get("/static/x/settings.py").status_code == 404


def test_every_field_has_a_label_every_heading_its_order_and_ids_are_once(client: Client) -> None:
    for address in ("/", "/d/D1", "/d/D1/said", "/d/D1/papers", "/d/D1/timeline", "/sign-in?by=token"):
        page = Page(text_of(client.get(address)))
        labels = {tag.get("for") for tag in page.all("label")}
        fields = [tag for tag in (*page.all("input"), *page.all("select")) if tag.get("type") != "hidden"]
        assert all(tag.get("id") in labels for tag in fields)
        levels = [int(name[1]) for name, _ in page.tags if re.fullmatch(r"h[1-6]", name)]
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))
        ids = [tag["id"] for _, tag in page.tags if "id" in tag]
        assert len(ids) == len(set(ids))


def test_every_word_is_in_both_languages() -> None:
    for table in (words.WORDS, words.KINDS, words.CHANNELS, words.FOOTINGS, words.GRADES, words.FIELDS):
        assert all(text.en and text.zh for text in table.values())


def test_every_word_that_a_template_asks_for_is_there() -> None:
    folder = Path(words.__file__).parent / "templates"
    asked = {
        name for path in folder.glob("*.html") for name in re.findall(r"{% t ['\"](\w+)['\"] %}", path.read_text())
    }
    assert asked <= words.WORDS.keys()


GROUNDS = {
    "--ink": ("--ground", "--paper", "--raised", "--found-tint", "--review-tint", "--refused-tint", "--marked"),
    "--soft": ("--ground", "--paper", "--raised", "--found-tint"),
    "--link": ("--ground", "--paper", "--found-tint", "--review-tint"),
    "--found": ("--paper", "--ground", "--found-tint"),
    "--review": ("--paper", "--ground", "--review-tint"),
    "--nolaw": ("--paper", "--nolaw-tint"),
    "--refused": ("--paper", "--ground", "--refused-tint"),
    "--waits": ("--paper", "--ground", "--waits-tint"),
    "--na": ("--paper",),
    "--paper": ("--refused", "--review"),  # the number of a rule
    "--on-accent": ("--accent",),
    "--on-bar": ("--bar",),
    "--on-stripe": ("--stripe", "--stripe-2"),
}


def colours_of(scheme: str, rehearsal: bool) -> dict[str, str]:
    """The colours of the style sheet, by light or dark, in a sandbox or not."""
    style = (Path(words.__file__).parent / "static" / "style.css").read_text()
    light, _, rest = style.partition("@media (prefers-color-scheme: dark) {")
    chosen = [light, rest.partition("\n}\n")[0]] if scheme == "dark" else [light]
    colours: dict[str, str] = {}
    for part in chosen:
        for selector, body in re.findall(r"(:root|\.rehearsal) \{([^}]*)\}", part):
            if selector == ":root" or rehearsal:
                colours |= dict(re.findall(r"(--[\w-]+): (#[0-9a-f]{6})", body))
    return colours


@pytest.mark.parametrize("rehearsal", [False, True])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(scheme: str, rehearsal: bool) -> None:
    """WCAG 2.2 AA: 4.5 to 1 for text, 3 to 1 for the edge of a field and what shows the focus."""
    colours = colours_of(scheme, rehearsal)

    def light(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    def contrast(one: str, other: str) -> float:
        low, high = sorted((light(colours[one]), light(colours[other])))
        return (high + 0.05) / (low + 0.05)

    weak = {(ink, ground): contrast(ink, ground) for ink, grounds in GROUNDS.items() for ground in grounds}
    edges = {
        (edge, ground): contrast(edge, ground) * 1.5
        for edge in ("--field", "--focus")
        for ground in ("--paper", "--ground")
    }
    assert {pair: value for pair, value in (weak | edges).items() if value < 4.5} == {}


def test_the_page_of_a_long_dossier_is_bounded_and_counts_what_it_leaves_out(opened: Desk, client: Client) -> None:
    opened.say("D1", [Draft("goods.line", {"hs": "28092019"}, str(line)) for line in range(2, 1002)], ANN)
    first, said = text_of(client.get("/d/D1")), text_of(client.get("/d/D1/said"))
    assert len(gzip.compress(first.encode())) < 50_000
    assert said.count('id="said-goods.line/') == ALIKE
    assert f"{1001 - ALIKE} more" in said
    page = Page(text_of(client.get("/d/D1/said/goods.line?at=777")))
    ids = [tag["id"] for _, tag in page.tags if tag.get("id", "").startswith("said-goods.line/")]
    assert ids == [f"said-goods.line/{line}" for line in range(751, 801)]
    part = text_of(client.get("/d/D1/found/price.total?status=refused&part=1"))
    assert (part.count("<article"), "<html" in part, "(1000)" in part) == (LINES, False, True)


def test_a_form_larger_than_any_paper_is_refused_before_it_is_read(client: Client) -> None:
    headers: dict[str, Any] = {"CONTENT_LENGTH": str(web.LARGEST_FORM + 1), "wsgi.input": Unread()}
    assert client.generic("POST", "/d/D1/papers", **headers).status_code == 413
    small: dict[str, Any] = {"CONTENT_LENGTH": "0"}
    assert client.generic("POST", "/d/D1/papers", **small).status_code == 302


def fields_of(kind: Any, seen: set[Any]) -> set[str]:
    """The names of the fields under a type that a page may have to show."""
    names = {name for part in get_args(kind) for name in fields_of(part, seen)}
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind not in seen | {Text, Money, Price}:
        seen.add(kind)
        for one in msgspec.structs.fields(kind):
            names |= {one.name} | fields_of(one.type, seen)
    return names


def test_every_field_of_every_topic_has_a_chinese_name() -> None:
    seen: set[Any] = set()
    named = {name for topic in setting.registry().topics.values() for name in fields_of(topic.type, seen)}
    assert sorted(named - words.FIELDS.keys()) == []
