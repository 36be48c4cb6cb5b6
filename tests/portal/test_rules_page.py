"""The rules as a page, a list and Markdown: read off the code, in both languages."""

from typing import Any

import msgspec
import pytest

from entrepot.modules.declaration.rules.assess import catalogue
from entrepot.portal.desk import Desk
from entrepot.portal.laboratory import show_rules
from entrepot.portal.rulebook import markdown, rulebook
from tests.portal.web import client_of

ELSEWHERE = {"R065", "R066", "R067", "R076"}  # they only pass on what other rooms found


def test_every_rule_is_in_the_book_with_its_places_and_its_messages() -> None:
    pages = {page.card.id: page for page in rulebook()}
    assert list(pages) == [card.id for card in catalogue()]
    assert {id for id, page in pages.items() if not page.told} == ELSEWHERE
    assert all(page.where for page in pages.values())
    for page in pages.values():
        for told in page.told:
            assert all((told.what.en, told.fix.en)), page.card.id
            for text in (told.what, told.fix):
                assert any("一" <= letter <= "鿿" or letter == "{" for letter in text.zh), text


@pytest.mark.parametrize(
    ("id", "place", "says"),
    [
        ("R001", "header.owner.uscc", "unified code {code} is not valid: its check character should be {due}"),
        ("R021", "header.net_kg", "net weight {net} kg exceeds gross weight {gross} kg"),
        ("R034", "header.freight", "{term} {flow}: {field} is missing"),
        ("R048", "line/{no}.qty1", "{value} has {decimals} decimals"),
    ],
)
def test_messages_stand_as_their_code_has_them_with_names_for_values(id: str, place: str, says: str) -> None:
    (page,) = [page for page in rulebook() if page.card.id == id]
    assert place in page.where
    assert says in [told.what.en for told in page.told]


def shown(opened: Desk, query: str = "", language: str = "en") -> str:
    answer: Any = client_of(opened).get(f"/rules{query}", headers={"accept-language": language})
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_page_shows_all_rules_in_the_readers_language(opened: Desk) -> None:
    page = shown(opened)
    assert page.count('<article id="R') == 80
    assert "The net weight is not above the gross weight." in page
    assert "净重不得大于毛重" in shown(opened, language="zh-CN")


@pytest.mark.parametrize(
    ("query", "there", "absent"),
    [
        ("?flow=I", "R029", "R033"),
        ("?flow=E", "R033", "R029"),
        ("?severity=W", "R022", "R021"),
        ("?words=ippc+WOOD", "", "R073"),
        ("?words=wooden+PACKING", "R073", "R021"),
        ("?words=1039", "R065", "R066"),
        ("?flow=X&severity=Y", "R001", ""),
    ],
)
def test_rules_are_found_by_flow_severity_and_words(opened: Desk, query: str, there: str, absent: str) -> None:
    page = shown(opened, query)
    assert not there or f'id="{there}"' in page
    assert not absent or f'id="{absent}"' not in page


def test_what_is_searched_for_is_escaped(opened: Desk) -> None:
    assert "<script>alert" not in shown(opened, "?words=<script>alert(1)</script>")


def test_the_command_prints_markdown_and_json(capsys: pytest.CaptureFixture[str]) -> None:
    show_rules(json=False, markdown=True)
    assert capsys.readouterr().out.startswith("# Rules of the declaration")
    show_rules(json=True, markdown=False)
    listed = msgspec.json.decode(capsys.readouterr().out)
    assert [one["card"]["id"] for one in listed][:2] == ["R001", "R002"]
    assert listed[20]["told"][0]["fix"]["en"] == "check the packing list and swap or correct them"


def test_markdown_has_a_heading_for_each_rule() -> None:
    text = markdown()
    assert text.count("\n## R") == 80
    assert "- element: 128" in text
