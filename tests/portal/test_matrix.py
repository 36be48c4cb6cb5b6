"""Topic x role x verb x door: nothing is said or read but by the roles that the topic names. The lists come from the topics."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.test import Client
from typer.testing import CliRunner

from entrepot.channels.online import Voice
from entrepot.kernel.access import Speaker, may_read_finding
from entrepot.kernel.intake import Refusal
from entrepot.kernel.topics import TRADERS
from entrepot.kernel.why import NoSuchPlace
from entrepot.portal import cli, setting
from entrepot.portal.desk import Desk, NoSuchDossier
from entrepot.portal.drafts import Draft
from tests.portal.matrix_stage import (
    DOORS,
    OWN,
    PEOPLE,
    REAL,
    SAYABLE,
    SCAN,
    TRADE,
    WHOLE,
    body_of,
    headers,
    key_of,
    made,
    organisation,
    parted,
    place_of,
    secret,
    voice,
)
from tests.portal.web import client_of


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    made_ = made(tmp_path_factory.mktemp("matrix"))
    yield made_
    made_.store.close()


def allowed_to_say(name: str, role: str) -> bool:
    return role in REAL.topics[name].say


# -- say --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", PEOPLE)
def test_at_the_desk_a_topic_is_said_by_its_roles_alone(desk: Desk, role: str) -> None:
    wrong = []
    for name in SAYABLE:
        draft = Draft(name, body_of(name, "other"), key_of(name, "other"), id="never said")
        try:
            desk.say(place_of(name), [draft], voice(role, place_of(name)))
        except Refusal as refusal:
            refused = bool({p.rule for p in refusal.problems} & {"D019"})
        if refused == allowed_to_say(name, role):
            wrong.append(name)
    assert wrong == []


@pytest.mark.parametrize("role", PEOPLE)
def test_through_the_api_it_is_the_same(desk: Desk, role: str) -> None:
    client: Client = client_of(desk)
    mine = {dossier: headers(desk, role, dossier) for dossier in (TRADE, OWN)}
    wrong = []
    for name in SAYABLE:
        dossier = place_of(name)
        body = {"dossier": dossier, "topic": name, "body": body_of(name, "other"), "id": "never said"}
        if key := key_of(name, "other"):
            body["key"] = key
        answer = client.post("/api/v1/submissions", body, content_type="application/json", headers=mine[dossier])
        rules = {problem["rule"] for problem in answer.json().get("problems", [])}
        if ("D019" in rules) == allowed_to_say(name, role):
            wrong.append((name, answer.status_code, rules))
    assert wrong == []


@pytest.mark.parametrize("role", PEOPLE)
def test_through_the_bulk_door_it_is_the_same(desk: Desk, role: str) -> None:
    denied = set()
    for dossier in (TRADE, OWN):
        names = [name for name in SAYABLE if place_of(name) == dossier]
        lines = []
        for name in names:
            key = {"key": key_of(name, "other")} if REAL.topics[name].keyed else {}
            said = {"dossier": dossier, "topic": name, "body": body_of(name, "other"), "id": "never said", **key}
            lines.append(msgspec.json.encode(said))
        answer = client_of(desk).post(
            "/api/v1/bulk", b"\n".join(lines), content_type="application/x-ndjson", headers=headers(desk, role, dossier)
        )
        results = [msgspec.json.decode(line) for line in b"".join(answer).splitlines()]
        for name, result in zip(names, results, strict=True):
            if {problem["rule"] for problem in result.get("problems", [])} & {"D019"}:
                denied.add(name)
    assert denied == {name for name in SAYABLE if not allowed_to_say(name, role)}


# -- read and why -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", PEOPLE)
@pytest.mark.parametrize("door", DOORS)
def test_no_door_tells_of_a_statement_that_the_role_may_not_read(desk: Desk, role: str, door: str) -> None:
    told = DOORS[door](desk, role)
    seen, hidden = parted(desk, role)
    assert {said for said in hidden if said.encode() in told} == set()
    if door in WHOLE:
        assert {said for said in seen if said.encode() not in told} == set()


@pytest.mark.parametrize("role", PEOPLE)
def test_at_the_desk_a_topic_is_read_by_its_roles_alone(desk: Desk, role: str) -> None:
    told = set()
    for dossier in (TRADE, OWN):
        reading = desk.read(dossier, voice(role, dossier))
        told |= {fact.topic for fact in reading.facts} | {found.topic for found in reading.findings}
    told |= {name for name in SAYABLE if told_why(desk, name, role)}
    own = {name for name in SAYABLE if {"speaker", "named"} & REAL.topics[name].read and allowed_to_say(name, role)}
    assert {name for name in told - own if role not in REAL.topics[name].read} == set()
    open_to_role = {name for name in SAYABLE if role in REAL.topics[name].read and not REAL.topics[name].opens}
    said = {name for name in SAYABLE if REAL.topics[name].say - {"platform"}}
    assert (open_to_role & said) - told == set()


def told_why(desk: Desk, name: str, role: str) -> bool:
    keys = {"dossier.member": "org-exporter", "dossier.mandate": "M-1", "paper.received": sha256(SCAN).hexdigest()}
    key = keys.get(name, key_of(name))
    try:
        desk.why(place_of(name), f"{name}/{key}" if key else name, voice(role, place_of(name)))
    except NoSuchPlace:
        return False
    return True


@pytest.mark.parametrize("role", PEOPLE)
def test_findings_are_shown_by_the_rule_of_all_they_rest_on(desk: Desk, role: str) -> None:
    speaker = Speaker("p", organisation(role), frozenset({role}))
    with desk.store.holding(TRADE) as record:
        every = list(desk.sheet(record).findings())
    expected = {(f.topic, f.key) for f in every if may_read_finding(REAL.topics, f, speaker)}
    assert {(f.topic, f.key) for f in desk.read(TRADE, voice(role)).findings} == expected


@pytest.mark.parametrize("role", PEOPLE)
def test_what_the_command_line_exports_is_the_same(
    desk: Desk, role: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ENTREPOT_HOME", str(tmp_path))
    monkeypatch.setattr(setting, "law", lambda: desk.law)
    token = secret(desk, role)
    arguments = ["read", TRADE, "--json", "--store", desk.store.database.url, "--token", token]
    arguments += ["--mandate", "M-1", "--for", "principal"] if role == "clerk" else []
    keys = Path(desk.store.database.url.removeprefix("sqlite:///")).parent / "keys"
    (tmp_path / "keys").symlink_to(keys)
    result = CliRunner().invoke(cli.app, [*arguments, "--day", str(desk.today())])
    assert result.exit_code == 0, result.output
    expected = desk.read(TRADE, voice(role))
    assert facts_and_findings(msgspec.json.decode(result.stdout)) == facts_and_findings(msgspec.to_builtins(expected))


def facts_and_findings(reading: Any) -> tuple[set[tuple[str, str]], set[tuple[str, str, str]]]:
    facts = {(fact["topic"], fact["key"]) for fact in reading["facts"]}
    return facts, {(f["topic"], f["key"], f["status"]) for f in reading["findings"]}


# -- send -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", PEOPLE)
def test_only_traders_send_and_only_what_they_read(desk: Desk, role: str) -> None:
    denied = set()
    sendable = {name for name, topic in REAL.topics.items() if topic.sends}
    for name in sendable:
        try:
            desk.send(TRADE, name, "0" * 64, voice(role))
        except NoSuchPlace:
            denied.add(name)
        except Refusal as refusal:
            denied |= {name} if "D030" in {one.rule for one in refusal.problems} else set()
    unread = {name for name in sendable if role not in REAL.topics[name].read}
    assert denied >= (sendable if role not in TRADERS else unread)


# -- strangers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dossier", [TRADE, OWN])
def test_a_stranger_says_and_reads_nothing(desk: Desk, dossier: str) -> None:
    eve = Voice("eve", "elsewhere")
    for name in SAYABLE:
        with pytest.raises((Refusal, NoSuchDossier)):
            desk.say(dossier, [Draft(name, body_of(name), key_of(name))], eve)
    with pytest.raises(NoSuchDossier):
        desk.read(dossier, eve)
    assert desk.dossiers(eve).dossiers == ()
