"""Topic x role x verb x door: nothing is said or read but by the roles that the topic names. The lists come from the topics."""

from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.test import Client
from typer.testing import CliRunner

from entrepot.channels.online import LICENSED, OFFICES, Voice
from entrepot.channels.window import under
from entrepot.kernel.access import Speaker, may_read_finding
from entrepot.kernel.intake import Refusal
from entrepot.kernel.law import Law
from entrepot.kernel.module import Registry
from entrepot.kernel.topics import ROLES
from entrepot.portal import cli, setting
from entrepot.portal.desk import Desk, NoSuchDossier
from entrepot.portal.drafts import Draft
from entrepot.portal.examples import example
from entrepot.store.store import Store
from entrepot.store.tokens import new_token
from tests.portal.stage import NOON
from tests.portal.web import client_of

REAL: Registry = setting.registry()
SAYABLE = sorted(name for name, topic in REAL.topics.items() if topic.kind == "said")
PEOPLE = sorted(ROLES.keys() - {"platform"})
SCAN = b"%PDF-1.7 a paper that says nothing yet"
FIRST = ("dossier.opened", "dossier.member", "dossier.mandate")


def organisation(role: str) -> str:
    return "principal" if role == "clerk" else f"org-{role}"


def voice(role: str) -> Voice:
    """Somebody who is in the role by the ordinary way: membership, licence or office; nobody plays."""
    standing = frozenset({role}) & (LICENSED | OFFICES)
    if role == "clerk":
        return under(Voice("p-clerk", "org-clerk", standing, "window", counter="org-clerk"), "M-1", "principal")
    return Voice(f"p-{role}", organisation(role), standing)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A dossier with a member in every role, in which everything has been said by somebody who may."""
    folder: Path = tmp_path_factory.mktemp("matrix")
    url = f"sqlite:///{folder / 'store.sqlite3'}"
    with Store.open(url, REAL, nature="sandbox", keys=folder / "keys", clock=lambda: NOON) as store:
        desk = Desk(store, Law([], {}), REAL)
        exporter = voice("exporter")
        members = [Draft("dossier.member", {"roles": [role]}, f"org-{role}") for role in PEOPLE if role not in OFFICES]
        mandate = {"principal": "principal", "counter": "org-clerk", "signed_on": "2026-01-01"}
        opening = Draft("dossier.opened", {"kind": "trade", "reference": "R"})
        desk.say("D1", [opening, *members, Draft("dossier.mandate", mandate, "M-1")], exporter)
        for name in SAYABLE:
            topic = REAL.topics[name]
            for role in sorted(topic.say - {"platform"}) if name not in FIRST else ():
                key = "1" if topic.keyed else ""
                with suppress(Refusal):  # scarce things are taken by the first who says so
                    desk.say("D1", [Draft(name, example(topic, whole=False), key)], voice(role))
        desk.keep_paper("D1", "scan.pdf", SCAN, exporter)
        yield desk


def allowed_to_say(name: str, role: str) -> bool:
    return role in REAL.topics[name].say


@pytest.mark.parametrize("role", PEOPLE)
def test_at_the_desk_a_topic_is_said_by_its_roles_alone(desk: Desk, role: str) -> None:
    wrong = []
    for name in SAYABLE:
        topic = REAL.topics[name]
        draft = Draft(name, example(topic, whole=False), "other" if topic.keyed else "", id="never said")
        try:
            desk.say("D1", [draft], voice(role))
        except Refusal as refusal:
            refused = bool({p.rule for p in refusal.problems} & {"D019"})
        if refused == allowed_to_say(name, role):
            wrong.append(name)
    assert wrong == []


@pytest.mark.parametrize("role", PEOPLE)
def test_at_the_desk_a_topic_is_read_by_its_roles_alone(desk: Desk, role: str) -> None:
    reading = desk.read("D1", voice(role))
    told = {fact.topic for fact in reading.facts} | {found.topic for found in reading.findings}
    told |= {name for name in SAYABLE if told_why(desk, name, role)}
    own = {name for name in SAYABLE if "speaker" in REAL.topics[name].read and allowed_to_say(name, role)}
    assert {name for name in told - own if role not in REAL.topics[name].read} == set()
    open_to_role = {name for name in SAYABLE if role in REAL.topics[name].read and not REAL.topics[name].opens}
    said = {name for name in SAYABLE if REAL.topics[name].say - {"platform"}}
    assert (open_to_role & said) - told == set()


def told_why(desk: Desk, name: str, role: str) -> bool:
    from entrepot.kernel.why import NoSuchPlace

    keys = {"dossier.member": "org-exporter", "dossier.mandate": "M-1", "paper.received": sha256(SCAN).hexdigest()}
    key = keys.get(name, "1" if REAL.topics[name].keyed else "")
    try:
        desk.why("D1", f"{name}/{key}" if key else name, voice(role))
    except NoSuchPlace:
        return False
    return True


@pytest.mark.parametrize("role", PEOPLE)
def test_findings_are_shown_by_the_rule_of_all_they_rest_on(desk: Desk, role: str) -> None:
    speaker = Speaker("p", organisation(role), frozenset({role}))
    with desk.store.holding("D1") as record:
        every = list(desk.sheet(record).findings())
    expected = {(f.topic, f.key) for f in every if may_read_finding(REAL.topics, f, speaker)}
    assert {(f.topic, f.key) for f in desk.read("D1", voice(role)).findings} == expected


def test_a_stranger_says_and_reads_nothing(desk: Desk) -> None:
    eve = Voice("eve", "elsewhere")
    for name in SAYABLE:
        topic = REAL.topics[name]
        with pytest.raises((Refusal, NoSuchDossier)):
            desk.say("D1", [Draft(name, example(topic), "1" if topic.keyed else "")], eve)
    with pytest.raises(NoSuchDossier):
        desk.read("D1", eve)


# -- the same at the other doors --------------------------------------------------------------------------------------


def secret(desk: Desk, role: str) -> str:
    who = voice(role)
    channel = "window" if role == "clerk" else "online"
    home = who.counter or who.organisation
    return new_token(desk.store, who.person, home, tuple(who.standing), channel)  # type: ignore[arg-type]


def headers(desk: Desk, role: str) -> dict[str, str]:
    mandate = {"Entrepot-Mandate": "M-1", "Entrepot-For": "principal"} if role == "clerk" else {}
    return {"Authorization": f"Bearer {secret(desk, role)}", **mandate}


@pytest.mark.parametrize("role", PEOPLE)
def test_through_the_api_it_is_the_same(desk: Desk, role: str) -> None:
    client: Client = client_of(desk)
    mine = headers(desk, role)
    wrong = []
    for name in SAYABLE:
        topic = REAL.topics[name]
        body = {"dossier": "D1", "topic": name, "body": example(topic, whole=False), "id": "never said"}
        if topic.keyed:
            body["key"] = "other"
        answer = client.post("/api/v1/submissions", body, content_type="application/json", headers=mine)
        rules = {problem["rule"] for problem in answer.json().get("problems", [])}
        if ("D019" in rules) == allowed_to_say(name, role):
            wrong.append((name, answer.status_code, rules))
    assert wrong == []
    reading = client.get("/api/v1/dossiers/D1", headers=mine).json()
    assert seen(reading) == seen(msgspec.to_builtins(desk.read("D1", voice(role))))


@pytest.mark.parametrize("role", PEOPLE)
def test_through_the_bulk_door_it_is_the_same(desk: Desk, role: str) -> None:
    lines = []
    for name in SAYABLE:
        topic = REAL.topics[name]
        key = {"key": "other"} if topic.keyed else {}
        lines.append(
            msgspec.json.encode(
                {"dossier": "D1", "topic": name, "body": example(topic, whole=False), "id": "never said", **key}
            )
        )
    answer = client_of(desk).post(
        "/api/v1/bulk", b"\n".join(lines), content_type="application/x-ndjson", headers=headers(desk, role)
    )
    results = [msgspec.json.decode(line) for line in b"".join(answer).splitlines()]
    denied = {
        name for name, result in zip(SAYABLE, results, strict=True)
        if {problem["rule"] for problem in result.get("problems", [])} & {"D019"}
    }  # fmt: skip
    assert denied == {name for name in SAYABLE if not allowed_to_say(name, role)}


@pytest.mark.parametrize("role", PEOPLE)
def test_what_the_command_line_exports_is_the_same(
    desk: Desk, role: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ENTREPOT_HOME", str(tmp_path))
    monkeypatch.setattr(setting, "law", lambda: desk.law)
    token = secret(desk, role)
    arguments = ["read", "D1", "--json", "--store", desk.store.database.url, "--token", token]
    arguments += ["--mandate", "M-1", "--for", "principal"] if role == "clerk" else []
    keys = Path(desk.store.database.url.removeprefix("sqlite:///")).parent / "keys"
    (tmp_path / "keys").symlink_to(keys)
    result = CliRunner().invoke(cli.app, [*arguments, "--day", str(desk.today())])
    assert result.exit_code == 0, result.output
    expected = desk.read("D1", voice(role))
    assert seen(msgspec.json.decode(result.stdout)) == seen(msgspec.to_builtins(expected))


def seen(reading: Any) -> tuple[set[tuple[str, str]], set[tuple[str, str, str]]]:
    facts = {(fact["topic"], fact["key"]) for fact in reading["facts"]}
    return facts, {(f["topic"], f["key"], f["status"]) for f in reading["findings"]}
