"""The doors to screening: a dossier's hits and the form that decides them, a name by page, API and command, screening again."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.test import Client
from typer.testing import CliRunner

from entrepot.channels.online import Voice
from entrepot.kernel.intake import Refusal
from entrepot.kernel.module import Registry
from entrepot.kernel.vocabulary import SHARED
from entrepot.modules.screening.module import MODULE
from entrepot.portal import cli, setting
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.portal.rescreening import changes, kept, remember
from entrepot.portal.screening import Screener, name_from, screen, screen_each
from entrepot.store.store import Store
from entrepot.store.tokens import new_token
from tests.making import law
from tests.modules.screening.made import DAY, HARBOUR, KARIM, SHIP, lists
from tests.portal.stage import ANN, BOB, NOON, OPENING
from tests.portal.web import client_of

LAW = lists(HARBOUR, KARIM, SHIP)
BUYER = Draft("trade.party", {"name": "Harbor Light Minerals", "country": "COD"}, "importer")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk with the screening room alone, and two dossiers of acme with the same buyer."""
    registry = Registry((MODULE,), SHARED)
    store = Store.open(
        f"sqlite:///{tmp_path / 's.sqlite3'}", registry, nature="sandbox", keys=tmp_path / "keys", clock=lambda: NOON
    )
    desk = Desk(store, LAW, registry)
    for dossier in ("D1", "D2"):
        desk.say(dossier, [*OPENING, BUYER], ANN)
    yield desk
    store.close()


@pytest.fixture
def client(desk: Desk) -> Client:
    return client_of(desk)


def alerts(desk: Desk, dossier: str, voice: Voice = ANN) -> Any:
    """How many hits are open or confirmed, apart from the lists that this small law does not hold."""
    value = next(one.value for one in desk.read(dossier, voice).findings if one.topic == "screening.alerts")
    return {name: count for name, count in value.items() if name != "unscreened"}


def hit_of(desk: Desk, dossier: str = "D1") -> str:
    (found,) = [one for one in desk.read(dossier, ANN).findings if one.topic == "screening.result"]
    return str(found.value["hits"][0]["id"])


def token(desk: Desk, person: str = "ann", organisation: str = "acme") -> dict[str, str]:
    return {"Authorization": f"Bearer {new_token(desk.store, person, organisation)}"}


def signed_in(client: Client, desk: Desk, person: str, organisation: str) -> Client:
    client.post("/sign-in", {"token": new_token(desk.store, person, organisation), "next": "/"})
    return client


# -- a dossier's hits -------------------------------------------------------------------------------------------------


def test_hits_stand_beside_what_was_said_and_a_decision_clears_them_in_all_dossiers(desk: Desk, client: Client) -> None:
    signed_in(client, desk, "ann", "acme")
    page = client.get("/d/D1/screening").content.decode()
    for text in (
        "Harbor Light Minerals",
        "HARBOUR LIGHT MINERALS",
        "harbor is spelled like harbour",
        "COD",
        "it is not them",
    ):
        assert text in page
    assert (alerts(desk, "D1"), alerts(desk, "D2")) == ({"open": 1}, {"open": 1})
    form = {"decision": "not_them", "reason": "registered elsewhere", "until": "2026-12-31"}
    assert client.post(f"/d/D1/screening/{hit_of(desk)}", form).status_code == 302
    assert (alerts(desk, "D1"), alerts(desk, "D2")) == ({}, {})
    assert "decided by ann" in client.get("/d/D2/screening").content.decode()


def test_the_last_decision_of_ones_own_takes_the_place_of_the_one_before(desk: Desk, client: Client) -> None:
    signed_in(client, desk, "ann", "acme")
    for decision in ("not_them", "is_them"):
        client.post(f"/d/D1/screening/{hit_of(desk)}", {"decision": decision, "reason": "seen"})
    assert alerts(desk, "D1") == {"confirmed": 1}
    assert alerts(desk, "D2") == {"confirmed": 1}


def test_the_importer_sees_how_many_alerts_are_open_and_neither_hits_nor_the_page(desk: Desk, client: Client) -> None:
    reading = desk.read("D1", BOB)
    assert [one.topic for one in reading.findings] == ["screening.alerts"]
    assert b"Harb" not in msgspec.json.encode(list(reading.findings))
    signed_in(client, desk, "bob", "buyer")
    assert client.get("/d/D1/screening").status_code == 404
    with pytest.raises(Refusal):
        desk.say(
            "D1",
            [Draft("screening.decision", {"decision": "not_them", "reason": "me", "decided_on": "2026-04-01"}, "x")],
            BOB,
        )


def test_a_decision_of_another_enterprise_counts_for_nobody_else(desk: Desk) -> None:
    other = Voice("eve", "rival")
    desk.say("R1", [Draft("dossier.opened", {"kind": "trade", "reference": "R"}), BUYER], other)
    decision = Draft(
        "screening.decision", {"decision": "not_them", "reason": "mine", "decided_on": "2026-04-01"}, hit_of(desk)
    )
    desk.say("R1", [decision], other)
    assert alerts(desk, "R1", other) == {}
    assert alerts(desk, "D1") == {"open": 1}


def test_a_decision_taken_back_opens_the_alert_again(desk: Desk) -> None:
    decision = Draft(
        "screening.decision", {"decision": "not_them", "reason": "seen", "decided_on": "2026-04-01"}, hit_of(desk)
    )
    (said,) = desk.say("D1", [decision], ANN).said
    assert alerts(desk, "D2") == {}
    desk.say("D1", [Draft("screening.decision", None, decision.key, withdraws=(said,))], ANN)
    assert (alerts(desk, "D1"), alerts(desk, "D2")) == ({"open": 1}, {"open": 1})


def test_the_page_is_in_chinese_for_who_asks_so(desk: Desk, client: Client) -> None:
    signed_in(client, desk, "ann", "acme")
    page = client.get("/d/D1/screening", headers={"Accept-Language": "zh-CN"}).content.decode()
    assert "harbor 与 harbour 拼写相近" in page
    assert "并非同一主体" in page


# -- a name -----------------------------------------------------------------------------------------------------------


def test_the_api_answers_whoever_proves_who_is_asking(desk: Desk, client: Client) -> None:
    assert client.get("/api/v1/screen", {"name": "Karim Orbeliani"}).status_code == 401
    answer = client.get("/api/v1/screen", {"name": "Karim Daud Orbeliani", "born": "1961"}, headers=token(desk)).json()
    (found,) = answer["found"]
    assert (found["entry"], found["foreign"], found["countries"]) == ("P1", False, ["SYR"])
    assert any("born 1961" in reason["en"] for reason in found["reasons"])
    assert answer["lists"][0]["pack"] == "zz_list"
    assert client.get("/api/v1/screen", headers=token(desk)).status_code == 422
    assert (
        client.get("/api/v1/screen", {"number": "IMO:9074729"}, headers=token(desk)).json()["found"][0]["entry"] == "V1"
    )


def test_the_page_shows_what_is_like_a_name_and_why(desk: Desk, client: Client) -> None:
    assert "Screen a name" in client.get("/screen").content.decode()
    page = client.post("/screen", {"name": "Karim Daoud Orbeliani <b>", "country": "SYR"}).content.decode()
    assert "ORBELIANI, Karim Daoud" in page
    assert "<b>" not in page.partition("<h2")[2]
    assert "Nothing on the lists" in client.post("/screen", {"name": "Sunny Meadow Tea"}).content.decode()
    assert "cannot be this" in client.post("/screen", {"name": "Karim", "country": "x"}).content.decode()


@pytest.mark.parametrize(
    "data", [{}, {"name": "x" * 301}, {"name": "a", "country": "syr"}, {"name": "a", "born": "soon"}, {"nom": "a"}]
)
def test_a_question_that_is_none_is_refused_with_its_problems(data: Any) -> None:
    with pytest.raises(Refusal):
        name_from(data)


def test_a_bad_record_stops_no_other(desk: Desk) -> None:
    found = list(
        screen_each(
            desk,
            ANN,
            enumerate(
                [{"name": "Grey Heron", "kind": "vessel", "id": "7"}, {"name": ""}, 5, "Karim Daoud Orbeliani"], 1
            ),
        )
    )
    assert [(one.line, one.id, len(one.found), bool(one.problems)) for one in found] == [
        (1, "7", 1, False), (2, "", 0, True), (3, "", 0, True), (4, "", 1, False),
    ]  # fmt: skip


def test_a_live_store_screens_for_nobody_without_a_token(tmp_path: Path) -> None:
    registry = Registry((MODULE,), SHARED)
    store = Store.open(f"sqlite:///{tmp_path / 'live.sqlite3'}", registry, nature="live", keys=tmp_path / "keys")
    with pytest.raises(Refusal):
        screen(Desk(store, LAW, registry), Voice("v", "acme", rehearsal=True), name_from("Grey Heron"))
    store.close()


def test_without_lists_a_name_is_not_held_to_be_unlisted() -> None:
    found = Screener(law("screening", "romanisation"), DAY).screen(name_from("Grey Heron"))
    assert [problem.rule for problem in found.problems] == ["SC11"]


# -- screening again --------------------------------------------------------------------------------------------------


def test_after_a_new_list_the_dossiers_whose_hits_changed_are_told(desk: Desk, tmp_path: Path) -> None:
    place = tmp_path / "screening.json"

    def again() -> dict[str, tuple[int, int, int]]:
        before = kept(place)
        found = list(changes(desk, ANN, before))
        remember(place, before, found)
        return {one.dossier: (len(one.appeared), len(one.gone), len(one.decided)) for one in found}

    assert again() == {"D1": (1, 0, 0), "D2": (1, 0, 0)}
    assert again() == {"D1": (0, 0, 0), "D2": (0, 0, 0)}
    assert b"arbo" not in place.read_bytes()
    desk.say(
        "D1",
        [Draft("screening.decision", {"decision": "is_them", "reason": "r", "decided_on": "2026-04-01"}, hit_of(desk))],
        ANN,
    )
    assert again() == {"D1": (0, 0, 1), "D2": (0, 0, 1)}
    started = Desk(desk.store, lists(KARIM), desk.registry)  # the platform started again with another edition
    found = {one.dossier: one for one in changes(started, ANN, kept(place))}
    assert [len(found[name].gone) for name in ("D1", "D2")] == [1, 1]
    place.write_bytes(b"{")
    assert kept(place) == {}


# -- the command ------------------------------------------------------------------------------------------------------


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("ENTREPOT_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(setting, "law", lambda: LAW)
    return lambda *arguments: CliRunner().invoke(cli.app, [*map(str, arguments)])


def test_the_command_prints_hits_with_reasons_and_ends_with_1(run: Any) -> None:
    done = run("screen", "Harbor Light Minerals", "Sunny Meadow Tea")
    assert done.exit_code == 1, done.output
    assert "HARBOUR LIGHT MINERALS" in done.output
    assert "nothing like it" in done.output
    assert "拼写相近" in run("screen", "Harbuor Light Minerals", "--lang", "zh").output
    assert run("screen", "Sunny Meadow Tea").exit_code == 0
    (found,) = msgspec.json.decode(run("screen", "Grey Heron", "--json").stdout)
    assert found["found"][0]["entry"] == "V1"


def test_a_file_of_names_becomes_a_guarded_table_whatever_is_in_it(run: Any, tmp_path: Path) -> None:
    file, out = tmp_path / "names.csv", tmp_path / "hits.csv"
    file.write_bytes(
        '\ufeffid,name,country\n=1+1,Harbor Light Minerals,COD\n2,,\n3,"Gr\x00ey Heron"\n'.encode()
        + b"4,\xff\xfe Tea,xx\n"
    )
    done = run("screen", "--file", file, "--out", out)
    assert done.exit_code == 1, done.output
    lines = out.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("id,line,name,score")
    assert lines[1].startswith("'=1+1,2,Harbor Light Minerals,")
    assert "name cannot be this" in lines[2]
    assert "GREY HERON" in lines[3]
    assert lines[4].startswith(",5,")
    assert "codec" in lines[4]
    assert run("screen", "--file", tmp_path / "none.csv").exit_code != 0
    assert run("screen").exit_code != 0


@pytest.mark.parametrize("bad", [0, 1, 2])
def test_in_a_file_in_gb_18030_a_bad_record_stops_nothing_and_no_name_is_cut(
    run: Any, tmp_path: Path, bad: int
) -> None:
    file, out = tmp_path / "names.csv", tmp_path / "hits.csv"
    names = ["Harbour Light Minerals,COD,港光矿业", "Grey Heron,,灰鹭"]
    names.insert(bad, "Heron, Grey,COD,灰鹭")
    file.write_bytes("\n".join(["name,country,备注", *names, ""]).encode("gb18030"))
    assert run("screen", "--file", file, "--out", out).exit_code == 1
    lines = out.read_text(encoding="utf-8").splitlines()[1:]
    assert sum("HARBOUR LIGHT MINERALS" in line or "GREY HERON" in line for line in lines) == 2
    (refused,) = [line for line in lines if line.startswith(f",{bad + 2},,")]
    assert "more cells than headings" in refused


@pytest.mark.parametrize("name", ["...", "\u202e", "\0", "🙂"])
def test_what_holds_no_letter_is_not_held_to_be_unlisted(name: str) -> None:
    with pytest.raises(Refusal):
        name_from(name)


def test_a_decision_that_cannot_be_read_is_refused_and_never_taken_for_another(desk: Desk, client: Client) -> None:
    signed_in(client, desk, "ann", "acme")
    for form in (
        {"reason": "r"},
        {"decision": "maybe", "reason": "r"},
        {"decision": "not_them", "reason": "r", "until": "2026-02-30"},
    ):
        assert client.post(f"/d/D1/screening/{hit_of(desk)}", form).status_code == 422
    assert alerts(desk, "D1") == {"open": 1}


def test_screening_again_tells_the_dossiers_that_changed(run: Any) -> None:
    assert run("say", "D9", "dossier.opened", '{"kind": "trade", "reference": "9"}', "--for", "acme").exit_code == 0
    said = run("say", "D9", "trade.party/importer", '{"name": "Harbour Light Minerals"}', "--for", "acme")
    assert said.exit_code == 0, said.output
    assert "D9: 1 new" in run("screening", "again", "--for", "acme").output
    assert "0 changed" in run("screening", "again", "--for", "acme").output
