"""The act of evidence: what the demonstration promises comes out, the pages then show it, and nothing is left running."""

import io
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from rich.console import Console

from entrepot.channels.online import Voice
from entrepot.gateways.sd_jwt import disclosable
from entrepot.kernel.text import Text
from entrepot.portal import issuing_afterwards, setting, titles, titles_read
from entrepot.portal.demonstration import offline, proving, watchers
from entrepot.portal.demonstration.evidence import NOTIFIED, SALE, Evidence, Line
from entrepot.portal.demonstration.story import Story
from entrepot.portal.desk import Desk
from entrepot.store.policy import Policy
from entrepot_verify.log import check_folder, read_key
from tests.portal.web import client_of

OPERATOR = Voice("officer", "example-region", frozenset({"operator"}))


def staged(folder: Path) -> Desk:
    """A desk on which the two trades of the act were entered, and nothing was declared."""
    desk = setting.open_desk(f"sqlite:///{folder / 'evidence.sqlite3'}", "sandbox")
    story = Story(desk)
    for corridor in (SALE, NOTIFIED):
        story.open(corridor)
    assert list(story.hand_in(SALE))
    return desk


@pytest.fixture(scope="module")
def played(installed: Path) -> Iterator[tuple[Desk, Path, str]]:
    """A desk on which the act was played, its folder, and what stood on the terminal."""
    desk = staged(installed)
    told = io.StringIO()
    assert proving.play(Console(file=told, width=160), desk, installed)
    yield desk, installed / proving.FOLDER, told.getvalue()
    desk.store.close()


def test_every_scene_is_told_briefly_with_why_it_matters(played: tuple[Desk, Path, str]) -> None:
    told = played[2]
    assert len(told.splitlines()) <= 60
    for title, why, _ in proving.SCENES:
        assert title.en in told
        assert title.zh in told
        assert why.en in told
    assert "NOT AS PROMISED" not in told


def test_each_rejection_names_its_reason(played: tuple[Desk, Path, str]) -> None:
    rejected = [line for line in played[2].splitlines() if line.startswith("  ✗")]
    reasons = (
        "the credential was altered",
        "the file was changed after it was signed",
        "step 3 does not follow",
        "refuse it (422)",
    )
    assert [reason in line for reason, line in zip(reasons, rejected, strict=True)] == [True] * 4


def test_the_invoice_stands_and_the_bank_was_given_parties_and_amounts(played: tuple[Desk, Path, str]) -> None:
    desk, folder, _ = played
    voice = Story(desk).exporter(SALE)
    (card,) = issuing_afterwards.cards(desk, SALE.dossier, voice)
    assert (card.state, card.number, card.printed is not None) == ("issued", "EX-INV-2605", True)
    fields = {"/".join(map(str, path)) for path in disclosable((folder / "for-the-bank.sd-jwt").read_text())}
    assert {"grandTotal", "sellerParty/name", "buyerParty/name"} <= fields
    assert not {field for field in fields if field.endswith(("description", "netPrice", "billedQuantity"))}


def test_the_bill_went_to_the_buyer_by_way_of_the_bank(played: tuple[Desk, Path, str]) -> None:
    desk = played[0]
    (card,) = titles_read.mine(desk, Story(desk).importer(SALE)).titles
    steps = titles.opened(desk, OPERATOR, card.id).chain.steps
    assert [(one.action, one.to) for one in steps] == [
        ("issue", "example-jingmen"), ("endorse_blank", ""), ("transfer", "example-bank"), ("transfer", "example-yokohama"),
    ]  # fmt: skip
    assert titles_read.read(desk, OPERATOR, card.id).effect == "found"


def test_the_log_has_a_new_key_two_cosignatures_and_a_whole_copy(played: tuple[Desk, Path, str]) -> None:
    desk, folder, _ = played
    standing = desk.store.log_standing()
    assert [one.until is None for one in standing.keys] == [False, True]
    assert [(one.name, one.size) for one in standing.witnesses] == [
        (f"witness.{name}.example/w1", standing.size) for name in watchers.NAMES
    ]
    assert check_folder(folder / "log", [read_key(desk.store.log_key)]).size == standing.size


def test_the_copy_that_lied_is_gone_and_its_proof_is_kept(played: tuple[Desk, Path, str]) -> None:
    folder = played[1]
    assert not list(folder.glob("copy.sqlite3*"))
    assert {path.parts[-3] for path in folder.glob("witnesses/*/forks/*.json")} == set(watchers.NAMES)


def test_no_file_of_the_act_holds_a_key_of_the_installation(played: tuple[Desk, Path, str]) -> None:
    folder = played[1]
    secrets = [path.read_bytes() for path in (setting.home() / "keys").rglob("*") if path.is_file()]
    assert secrets
    kept = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert not [one for one in secrets if one in kept]


@pytest.mark.parametrize(("language", "html"), [("en", "en"), ("zh", "zh-Hans")])
def test_the_pages_show_what_was_made(played: tuple[Desk, Path, str], language: str, html: str) -> None:
    desk = played[0]
    client = client_of(desk)
    client.cookies["entrepot_language"], client.cookies["entrepot_role"] = language, "operator"
    (card,) = titles_read.mine(desk, OPERATOR).titles
    for place, words in {
        f"/d/{SALE.dossier}/documents": "EX-INV-2605", "/titles": card.number, f"/titles/{card.id}": "example-bank",
        "/log": "witness.chamber.example/w1", f"/d/{NOTIFIED.dossier}/erasing": "PIPL Art. 47(3)", "/verify": "",
    }.items():  # fmt: skip
        answer = client.get(place)
        assert answer.status_code == 200, place
        assert f'<html lang="{html}"' in answer.content.decode(), place
        assert words in answer.content.decode(), place
    client.cookies["entrepot_role"] = "exporter"
    assert ("the operator of the platform" in client.get("/titles").content.decode()) is (language == "en")


# -- the ways to play it ---------------------------------------------------------------------------------------------------


def test_the_verifier_has_neither_the_platform_nor_a_network(tmp_path: Path) -> None:
    for line, why in {
        "import entrepot.kernel": "No module named 'entrepot",
        "import socket; socket.create_connection(('127.0.0.1', 9))": "there is no network here",
    }.items():
        (tmp_path / "curious.py").write_text(line, encoding="utf-8")
        with pytest.raises(RuntimeError, match=why):
            offline.ask(tmp_path / "curious.py")
    (tmp_path / "fine.py").write_text("import cryptography; print('{\"accepted\": true}')", encoding="utf-8")
    assert offline.ask(tmp_path / "fine.py").accepted


def test_witnesses_end_with_the_scene_also_where_it_fails(tmp_path: Path, played: tuple[Desk, Path, str]) -> None:
    addresses = []

    def scene() -> None:
        with watchers.witnesses(tmp_path, played[0].store.log_key) as text:
            for one in Policy.parse(text.encode()).witnesses:
                addresses.append((urlsplit(one.url).hostname, urlsplit(one.url).port))
                socket.create_connection(addresses[-1], 5).close()
            raise KeyError

    with pytest.raises(KeyError):
        scene()
    assert len(addresses) == 2
    for address in addresses:
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(address, 5)


def test_what_does_not_come_out_as_promised_ends_the_main_job_badly(
    played: tuple[Desk, Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Evidence) -> tuple[Line, ...]:
        raise RuntimeError("no port is free")

    def forged(_: Evidence) -> tuple[Line, ...]:
        return (Line(Text("a forged invoice", "伪造发票"), accepted=True, promised=False),)

    why = Text("It matters.", "重要。")
    for scene, words in ((broken, "no port is free"), (forged, "NOT AS PROMISED")):
        told = io.StringIO()
        monkeypatch.setattr(proving, "SCENES", ((Text("scene", "一幕"), why, scene),))
        assert not proving.play(Console(file=told, width=160), played[0], tmp_path)
        assert words in told.getvalue()
