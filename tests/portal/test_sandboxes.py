"""A sandbox beside a live store: nothing of the one is seen, heard or proven in the other, whatever the door."""

import os
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.test import Client, override_settings

from entrepot.channels import online
from entrepot.channels.online import Voice
from entrepot.gateways.sandbox.certifier import SandboxCertifier
from entrepot.gateways.sandbox.customs import SandboxCustoms
from entrepot.kernel.intake import Refusal
from entrepot.kernel.why import NoSuchPlace
from entrepot.portal import sandbox_playing, sandboxes, setting
from entrepot.portal.desk import Desk, NoSuchDossier
from entrepot.portal.drafts import Draft
from entrepot.portal.push.events import events_for, trial
from entrepot.portal.sandboxes import Beside
from entrepot.portal.setting import Here
from entrepot.store.database import StoreError
from entrepot.store.store import Store
from entrepot.store.tokens import new_token
from tests.portal.addresses import PAGES
from tests.portal.stage import ANN, BOB, NOON, OPENING, open_desk, stage_law, stage_registry
from tests.portal.web import client_of, place_nobody

LIVE, SANDBOX = "localhost", "sandbox.localhost"
WORDS = {LIVE: "LIVEWORD", SANDBOX: "PLAYWORD"}
API = ("dossiers", "dossiers/D1", "dossiers/D1/why/goods.line/1", "events", "search?q=WORD", "worklist")


class Two:
    """A live desk and the sandbox beside it, with the same dossier in both, and browsers at either."""

    def __init__(self, live: Desk, other: Beside) -> None:
        self.live, self.other = live, other
        self.chosen = sandboxes.choosing(live, other)

    def desk(self, host: str) -> Desk:
        return self.other.desk if host == SANDBOX else self.live

    def browser(self, host: str, **more: Any) -> Client:
        environ: dict[str, Any] = {"HTTP_HOST": host}
        self.chosen(environ)
        return client_of(self.desk(host), **{**environ, **more})


BOTH = pytest.mark.parametrize("two", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)


@pytest.fixture
def two(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Two]:
    """Two stores with the dossier D1 of acme and buyer in each; the live one on either database."""
    (tmp_path / "live").mkdir()
    registry = stage_registry()
    if getattr(request, "param", "sqlite") == "sqlite":
        live = open_desk(tmp_path / "live", "live")
    else:
        url = str(request.getfixturevalue("fresh_postgres_url"))
        store = Store.open(url, registry, nature="live", keys=tmp_path / "live" / "keys", clock=lambda: NOON)
        live = Desk(store, stage_law(), registry)
    sandbox = Store.open(
        f"sqlite:///{tmp_path / 'sandbox.sqlite3'}",
        live.registry,
        nature="sandbox",
        keys=tmp_path / "keys",
        clock=lambda: NOON,
    )
    both = Two(live, sandboxes.beside(live, sandbox, frozenset({SANDBOX}), f"http://{SANDBOX}:8000"))
    for host, word in WORDS.items():
        line = Draft(
            "goods.line",
            {"description": word, "hs": "28092019", "quantity": "1", "unit": "t", "amount": "USD 1.00"},
            "1",
        )
        both.desk(host).say("D1", [*OPENING, line], ANN)
    with override_settings(ALLOWED_HOSTS=[LIVE, SANDBOX]) if os.environ.get("DJANGO_SETTINGS_MODULE") else _ready(both):
        yield both
    live.store.close()
    sandbox.close()


def _ready(both: Two) -> Any:
    client_of(both.live)
    return override_settings(ALLOWED_HOSTS=[LIVE, SANDBOX])


# -- which of the two ------------------------------------------------------------------------------------------------------


HOSTS = {
    "sandbox.localhost": True, "SANDBOX.localhost:8000": True, "sandbox.localhost.": True, "localhost": False,
    "a.sandbox.localhost": False, "sandbox.localhost.example": False, "sandbox.localhost@localhost": False, "": False,
    "localhost, sandbox.localhost": False,
}  # fmt: skip


def test_the_host_says_which_store_is_asked(two: Two) -> None:
    for host, sandbox in HOSTS.items():
        environ: dict[str, Any] = {
            "HTTP_HOST": host,
            "SERVER_NAME": "localhost",
            "HTTP_X_FORWARDED_HOST": SANDBOX,
            "QUERY_STRING": f"host={SANDBOX}",
        }
        here = two.chosen(environ)
        assert (environ["entrepot.desk"] is two.other.desk) is sandbox
        assert here == (Here(two.other.address, True) if sandbox else Here())


def test_a_server_answers_for_either_store_and_says_what_is_rehearsal(two: Two) -> None:
    for host, nature, said in ((LIVE, "live", None), (SANDBOX, "sandbox", "true")):
        answer = two.browser(host).get("/health")
        assert (answer.json()["nature"], answer.headers.get("Entrepot-Rehearsal")) == (nature, said)


def test_what_is_done_at_the_sandbox_bears_its_address_and_nothing_else_does(two: Two) -> None:
    from entrepot.portal.wsgi import application_on

    seen = []
    application = application_on(two.live, two.other)
    for host in (SANDBOX, LIVE):
        environ = {
            "REQUEST_METHOD": "GET", "PATH_INFO": "/api/v1/openapi.json", "HTTP_HOST": host, "SERVER_NAME": host, "SERVER_PORT": "80",
            "wsgi.input": BytesIO(), "wsgi.url_scheme": "http",
        }  # fmt: skip
        list(application(environ, lambda status, headers: seen.append(status)))
        assert not setting.rehearsing()
    with setting.working(two.chosen({"HTTP_HOST": SANDBOX})):
        assert (setting.address(), setting.rehearsing()) == (f"http://{SANDBOX}:8000", True)
    assert setting.address() != f"http://{SANDBOX}:8000"
    assert seen == ["200 OK", "200 OK"]


# -- every door ------------------------------------------------------------------------------------------------------------


@BOTH
def test_no_door_of_one_store_shows_a_word_of_the_other(two: Two) -> None:
    for host, own in WORDS.items():
        other = next(word for word in WORDS.values() if word != own)
        client = two.browser(host)
        client.cookies["entrepot_token"] = token = new_token(two.desk(host).store, "ann", "acme")
        shown = 0
        asked = [
            *(page.format(dossier="D1") for page in PAGES.values() if not page.startswith("/accounts")),
            f"/search?q={own}",
        ]
        for address in asked:
            text = client.get(address).content.decode()
            assert other not in text.replace(f'value="{other}"', ""), (host, address)
            shown += own in text
        machine = two.browser(host, HTTP_AUTHORIZATION=f"Bearer {token}")
        for name in API:
            text = machine.get(f"/api/v1/{name.replace('WORD', other)}").content.decode()
            assert other not in text.replace(f'"query":"{other}"', ""), (host, name)
            shown += own in text
        assert shown >= 3


@BOTH
def test_a_token_of_one_store_opens_nothing_of_the_other(two: Two) -> None:
    secrets = {host: new_token(two.desk(host).store, "ann", "acme", ("customs",)) for host in WORDS}
    assert secrets[SANDBOX].startswith("entrepot_sandbox_")
    assert not secrets[LIVE].startswith("entrepot_sandbox_")
    for host, other in ((LIVE, SANDBOX), (SANDBOX, LIVE)):
        assert (
            two.browser(host, HTTP_AUTHORIZATION=f"Bearer {secrets[host]}").get("/api/v1/dossiers").status_code == 200
        )
        stranger = two.browser(host, HTTP_AUTHORIZATION=f"Bearer {secrets[other]}")
        for name in API:
            assert stranger.get(f"/api/v1/{name}").status_code == 401, (host, name)
        body = {"dossier": "D9", "topic": "dossier.opened", "body": {"kind": "trade", "reference": "x"}}
        assert stranger.post("/api/v1/submissions", body, "application/json").status_code == 401
        page = two.browser(host)
        page.cookies["entrepot_token"] = secrets[other]
        assert page.get("/d/D1").status_code == 302


@BOTH
def test_even_with_its_row_copied_over_a_live_store_takes_no_token_of_a_sandbox(two: Two) -> None:
    secret = new_token(two.other.desk.store, "ann", "acme")
    with two.other.desk.store.database.session() as session:
        row = session.all(
            "SELECT digest, id, person, organisation, roles, channel, made_at, ends_at, revoked_at, name FROM token"
        )
    names = ("digest", "id", "person", "organisation", "roles", "channel", "made_at", "ends_at", "revoked_at", "name")
    with two.live.store.database.session() as session, session.writing():
        session.insert("token", names, row)
    assert online.voice_of(two.live.store, secret) is None


@pytest.mark.parametrize("opened", [False, True])
def test_nobody_plays_a_role_by_a_word_unless_the_operator_opened_the_sandbox(two: Two, opened: bool) -> None:
    two.other.desk.private = not opened
    for host in WORDS:
        expected = 200 if opened and host == SANDBOX else 401
        assert two.browser(host, HTTP_ENTREPOT_AS="customs").get("/api/v1/dossiers").status_code == expected
        page = two.browser(host)
        page.cookies["entrepot_role"] = "customs"
        assert page.get("/d/D1").status_code == (200 if expected == 200 else 302)
        assert page.get("/live", {"dossier": "D1"}).status_code == expected


# -- people ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def people(two: Two, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Two]:
    """Ann of acme and Carl of customs, who sign in with one password at either host."""
    monkeypatch.setenv("ENTREPOT_HOME", str(tmp_path))
    from django.db import connections

    place_nobody(tmp_path)
    from entrepot.portal.access import giving
    from entrepot.store.accounts.models import DUTIES, Employment, Organisation, Person

    operator = Voice("olga", "operator", frozenset({"operator"}))
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        for person, code, standing in (("ann", "acme", []), ("carl", "harbour-customs", ["customs"])):
            who = Person.objects.create_user(person, f"{person}@example.org", "nine green teapots")
            where = Organisation.objects.create(code=code, name=code, standing=standing)
            Employment.objects.create(person=who, organisation=where, duties=list(DUTIES))
            giving.admit(two.live, operator, code, "admitted", "by the test")
        monkeypatch.setenv("ENTREPOT_SECOND_FACTOR", "0")
        yield two
    connections["default"].close()


def _signed_in(two: Two, host: str, person: str = "ann") -> Client:
    client = two.browser(host)
    answer = client.post("/accounts/login/", {"login": person, "password": "nine green teapots"})
    assert answer.status_code == 302, answer.content
    return client


@BOTH
def test_one_password_at_both_hosts_but_a_session_of_one_is_none_of_the_other(people: Two) -> None:
    for host, other in ((LIVE, SANDBOX), (SANDBOX, LIVE)):
        client = _signed_in(people, host)
        assert client.get("/d/D1").status_code == 200
        cookie = client.cookies["entrepot_session"]
        assert (cookie["domain"], cookie["path"], bool(cookie["httponly"])) == ("", "/", True)
        thief = people.browser(other)
        thief.cookies["entrepot_session"] = cookie.value
        assert thief.get("/d/D1").status_code == 302
        assert thief.get("/live", {"dossier": "D1"}).status_code == 401
        assert client.get("/d/D1").status_code == 200


def test_accounts_are_changed_at_the_live_store_alone_and_no_partner_signs_in_by_the_sandbox(people: Two) -> None:
    client = _signed_in(people, SANDBOX)
    for address in ("/enterprise/people/1", "/enterprise/invitations", "/accounts/register", "/identity/o/api/token"):
        answer = client.post(address)
        assert answer.status_code == 403
        assert people.other.live_address in answer.content.decode()
    assert client.get("/.well-known/openid-configuration").status_code == 403
    assert client.get("/enterprise/people").status_code == 200
    assert people.browser(LIVE).get("/.well-known/openid-configuration").status_code == 200


def test_whoever_works_at_a_real_office_sees_nobodys_rehearsal(people: Two) -> None:
    assert _signed_in(people, LIVE, "carl").get("/d/D1").status_code == 200
    assert _signed_in(people, SANDBOX, "carl").get("/d/D1").status_code == 404


def test_the_rehearsal_looks_different_and_leads_back(people: Two) -> None:
    page = _signed_in(people, SANDBOX).get("/rehearsal").content.decode()
    assert 'class="rehearsal"' in page
    assert people.other.live_address in page
    live = _signed_in(people, LIVE).get("/rehearsal").content.decode()
    assert 'class="rehearsal"' not in live
    assert f"{people.other.address}/rehearsal" in live


# -- playing ---------------------------------------------------------------------------------------------------------------


def test_no_voice_that_plays_is_ever_heard_by_a_live_store(two: Two) -> None:
    for role in sorted(online.GRANTED | online.OFFICES):
        with pytest.raises((Refusal, NoSuchDossier)):
            two.live.say("D1", [Draft("customs.release", {"released_on": "2026-04-01"}, "1")], online.rehearsing(role))
        with pytest.raises((Refusal, NoSuchDossier)):
            two.live.read("D1", online.rehearsing(role))
    with pytest.raises(NoSuchPlace):
        sandbox_playing.stage(two.live, "D1", ANN)
    with pytest.raises(NoSuchPlace):
        sandbox_playing.begin_example(two.live, "acid", ANN)
    with pytest.raises(NoSuchPlace):
        sandbox_playing.play(two.live, "D1", "release", ANN)
    with pytest.raises(Refusal):
        sandbox_playing.begin_anew(two.live, ANN)


def test_the_sandbox_has_offices_that_only_play_wherever_the_live_ones_are(
    two: Two, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ENTREPOT_CUSTOMS_FOLDER", str(tmp_path / "outside"))
    other = sandboxes.beside(two.live, two.other.desk.store, frozenset(), "")
    assert {type(one) for one in other.desk.offices.values()} == {SandboxCustoms, SandboxCertifier}
    with pytest.raises(ValueError, match="does not answer in a live store"):
        Desk(two.live.store, two.live.law, two.live.registry, offices=[SandboxCustoms()])


def test_a_trader_plays_in_its_own_dossiers_only(two: Two) -> None:
    desk = two.other.desk
    for stranger in (Voice("eve", "elsewhere"), Voice("tess", "bank", frozenset({"bank"}))):
        with pytest.raises(NoSuchDossier):
            sandbox_playing.play(desk, "D1", "release", stranger)
    with pytest.raises(NoSuchPlace):
        sandbox_playing.play(desk, "D1", "release", ANN)  # nothing was declared yet
    desk.say("D1", [Draft("customs.acceptance", {"accepted_on": "2026-04-01"}, "N1")], online.rehearsing("customs"))
    sandbox_playing.play(desk, "D1", "release", BOB)
    (said,) = [fact for fact in desk.read("D1", ANN).facts if fact.topic == "customs.release"]
    assert said.value["sandbox"] is True
    assert said.statements[0].organisation == "sandbox-customs"


def test_whoever_begins_anew_sees_nothing_of_before_and_others_keep_theirs(two: Two) -> None:
    desk = two.other.desk
    boss = Voice("ann", "acme", duties=online.WORKING | {online.ADMINISTER})
    with pytest.raises(Refusal):
        sandbox_playing.begin_anew(desk, ANN)
    before = desk.store.queues().placed + desk.store.queues().unplaced
    assert sandbox_playing.begin_anew(desk, boss) == 1
    assert desk.store.queues().placed + desk.store.queues().unplaced == before + 1
    assert [card.id for card in desk.dossiers(boss).dossiers] == []
    assert [card.id for card in desk.dossiers(BOB).dossiers] == ["D1"]
    assert sandbox_playing.begin_anew(desk, boss) == 0


@BOTH
def test_a_live_dossier_is_copied_over_by_its_member_alone_and_for_it_alone(two: Two) -> None:
    with pytest.raises(NoSuchDossier):
        sandbox_playing.copy_over(two.live, two.other, "D1", Voice("eve", "elsewhere"))
    heads = two.live.read("D1", ANN).heads
    new = sandbox_playing.copy_over(two.live, two.other, "D1", ANN)
    copy = two.other.desk.read(new, ANN)
    assert next(fact.value for fact in copy.facts if fact.topic == "dossier.opened")["copied_from"] == "live:D1"
    assert next(fact.value for fact in copy.facts if fact.topic == "goods.line")["description"] == WORDS[LIVE]
    for nobody in (BOB, Voice("carl", "harbour-customs")):
        with pytest.raises(NoSuchDossier):
            two.other.desk.read(new, nobody)
    assert two.live.read("D1", ANN).heads == heads
    with pytest.raises(NoSuchDossier):
        two.live.read(new, ANN)


def test_an_example_is_walked_to_its_refund(installed: Path) -> None:
    desk = setting.open_desk(f"sqlite:///{installed / 'walk.sqlite3'}", "sandbox")
    desk.private, desk.beside = True, True
    voice = Voice("ann", "firm-a", duties=online.WORKING | {online.ADMINISTER})
    try:
        ids = [sandbox_playing.begin_example(desk, "mushrooms", one) for one in (voice, Voice("bo", "firm-b"))]
        sandbox_playing.ask_customs(desk, ids[0], "inspection", voice)
        sandbox_playing.ask_customs(desk, ids[0], "query", voice)
        form = next(one for one in desk.read(ids[0], voice).findings if one.topic == "declaration.form")
        sent = desk.send(ids[0], "declaration.form", form.digest, voice, "checked")
        assert [place.partition("/")[0] for place in sent.answers] == ["customs.acceptance", "customs.query"]
        for part in ("release", "loaded", "paid"):
            sandbox_playing.play(desk, ids[0], part, voice)
        desk.say(ids[0], [Draft("rebate.claim", {"claimed_on": desk.today().isoformat()})], voice)
        total = next(one for one in desk.read(ids[0], voice).findings if one.topic == "rebate.total")
        assert total.value is not None
        assert total.value["refund"]["minor"] > 0
        assert [card.id for card in desk.dossiers(voice).dossiers] == ids[:1]
        with pytest.raises(NoSuchDossier):
            desk.read(ids[1], voice)
    finally:
        desk.store.close()


# -- what leaves ------------------------------------------------------------------------------------------------------------


def test_what_leaves_a_sandbox_says_so(two: Two, tmp_path: Path) -> None:
    for host, rehearsed in ((LIVE, False), (SANDBOX, True)):
        two.desk(host).store.integrate()
        events = events_for(two.desk(host), ANN).events
        assert {event.rehearsal for event in events} == {rehearsed}
        assert trial("acme", NOON, rehearsed).rehearsal is rehearsed
    backend = {
        "EMAIL_BACKEND": "entrepot.portal.sandbox_mail.Marking",
        "ENTREPOT_MAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
    }
    with override_settings(**backend, EMAIL_FILE_PATH=tmp_path / "mail"):
        for here in (Here("http://x", True), Here()):
            with setting.working(here):
                EmailMessage("Entrepôt: hello", "body", to=["a@example.org"]).send()
    texts = sorted((path.read_text() for path in (tmp_path / "mail").iterdir()), key=len)
    assert ["X-Entrepot-Rehearsal: true" in text for text in texts] == [False, True]
    assert "REHEARSAL" in texts[1]


# -- how it is set ----------------------------------------------------------------------------------------------------------


def test_a_sandbox_has_keys_of_its_own_and_stands_beside_a_live_store_alone(
    two: Two, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENTREPOT_HOME", str(tmp_path / "home"))
    assert sandboxes.open_beside(two.live) is None
    monkeypatch.setenv("ENTREPOT_SANDBOX_DATABASE", f"sqlite:///{tmp_path / 'own.sqlite3'}")
    monkeypatch.setenv("ENTREPOT_HOSTS", "trade.example.org,*,.example.net")
    monkeypatch.setenv("ENTREPOT_ADDRESS", "https://trade.example.org:8443")
    other = sandboxes.open_beside(two.live)
    assert other is not None
    assert other.hosts == {"sandbox.trade.example.org", "sandbox.example.net", SANDBOX}
    assert other.address == "https://sandbox.trade.example.org:8443"
    assert other.desk.store.keys == tmp_path / "home" / "sandbox" / "keys"
    assert other.desk.store.log_key != two.live.store.log_key
    with pytest.raises(StoreError, match="beside a live store"):
        sandboxes.open_beside(other.desk)
    other.desk.store.close()
    monkeypatch.delenv("ENTREPOT_ADDRESS")
    monkeypatch.delenv("ENTREPOT_HOSTS")
    monkeypatch.setenv("ENTREPOT_URL", "http://127.0.0.1:8031")
    assert sandboxes.sandbox_address() == f"http://{SANDBOX}:8031"
    monkeypatch.setenv("ENTREPOT_URL", "http://0.0.0.0:8031")  # where it listens, no address that links lead to
    assert setting.address() == "http://127.0.0.1:8031"
    monkeypatch.setenv("ENTREPOT_SANDBOX_HOSTS", "trade.example.org")
    monkeypatch.setenv("ENTREPOT_HOSTS", "trade.example.org")
    with pytest.raises(StoreError, match="cannot lead to both"):
        sandboxes.open_beside(two.live)


def test_one_store_is_never_both(two: Two, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENTREPOT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ENTREPOT_SANDBOX_DATABASE", f"sqlite:///{tmp_path / 'live' / 'store.sqlite3'}")
    with pytest.raises(StoreError, match="cannot be opened as"):
        sandboxes.open_beside(two.live)


def test_forms_of_the_sandbox_are_none_of_the_live_store(tmp_path: Path) -> None:
    environ = os.environ | {
        "ENTREPOT_HOME": str(tmp_path), "ENTREPOT_SECRET": "for tests alone", "ENTREPOT_HTTPS": "1", "ENTREPOT_HOSTS": "trade.example.org",
        "ENTREPOT_SANDBOX_DATABASE": "sqlite:///x",
    }  # fmt: skip
    code = "from entrepot.portal import settings as s; print(s.CSRF_TRUSTED_ORIGINS, s.ALLOWED_HOSTS, s.SESSION_COOKIE_NAME)"
    told = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True).stdout
    trusted, _, allowed = told.partition("] ")
    assert "sandbox." not in trusted
    assert "'sandbox.trade.example.org'" in allowed
    assert "__Host-" in allowed
