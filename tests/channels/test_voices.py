"""Who speaks: tokens, roles in a dossier, footing, mandates."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from entrepot.channels import mandates, online, window
from entrepot.channels.online import GRANTED, LICENSED, OFFICES, Voice
from entrepot.kernel.access import Speaker
from entrepot.kernel.cases import facts_on_record
from entrepot.kernel.module import Registry
from entrepot.kernel.record import Record
from entrepot.kernel.topics import ROLES
from entrepot.kernel.vocabulary import SHARED
from entrepot.kernel.vocabulary.answers import BANK_RECEIPT, RELEASE
from entrepot.kernel.vocabulary.customs import ENTERPRISE
from entrepot.kernel.vocabulary.trade import TERMS, Mandate, Membership
from entrepot.store.database import StoreError
from entrepot.store.store import Store
from entrepot.store.tokens import list_tokens, new_token, revoke_token

REGISTRY = Registry((), SHARED)
NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)
DAY = date(2026, 4, 1)


def record(*roles: str, **facts: object) -> Record:
    made, _ = facts_on_record({"dossier.member/acme": {"roles": list(roles)}, **facts}, "trade", REGISTRY)
    return made


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path}/s.sqlite3" if sqlite else str(request.getfixturevalue("fresh_postgres_url"))
    with Store.open(url, REGISTRY, nature="sandbox", keys=tmp_path / "keys", clock=lambda: NOON) as store:
        yield store


def test_a_token_proves_its_voice_until_it_ends_or_is_revoked(store: Store) -> None:
    secret = new_token(store, "ann", "acme", ("customs",), "gateway", NOON + timedelta(days=1))
    voice = online.voice_of(store, secret)
    assert voice is not None
    assert (voice.person, voice.organisation, voice.standing, voice.channel) == (
        "ann",
        "acme",
        frozenset({"customs"}),
        "gateway",
    )
    store.clock = lambda: NOON + timedelta(days=2)
    assert online.voice_of(store, secret) is None
    store.clock = lambda: NOON
    revoke_token(store, voice.token)
    assert online.voice_of(store, secret) is None
    assert list_tokens(store)[0].revoked_at


def test_a_token_is_random_and_never_kept(store: Store, tmp_path: Path) -> None:
    secrets = {new_token(store, "ann", "acme") for _ in range(20)}
    assert len(secrets) == 20
    assert all(len(secret) >= 9 + 43 for secret in secrets)
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("s.sqlite3*"))
    assert not any(secret.encode() in kept for secret in secrets)
    assert online.voice_of(store, next(iter(secrets)) + "x") is None
    assert online.voice_of(store, "\ud800") is None
    with pytest.raises(StoreError):
        revoke_token(store, "none")


def test_offices_are_never_made_by_a_members_word() -> None:
    assert online.roles_in(record(*ROLES), Voice("ann", "acme")) == GRANTED - LICENSED
    assert set() == GRANTED & OFFICES


@pytest.mark.parametrize("role", sorted(OFFICES))
def test_an_office_has_its_role_everywhere_by_its_token(role: str) -> None:
    assert online.roles_in(record(), Voice("o", "office", frozenset({role}))) == {role}


@pytest.mark.parametrize("role", sorted(LICENSED))
def test_a_licence_counts_only_where_the_dossier_names_its_holder(role: str) -> None:
    licensed = Voice("b", "acme", frozenset({role}))
    assert online.roles_in(record(role), licensed) == {role}
    assert online.roles_in(record(), licensed) == set()
    assert online.roles_in(record(role), Voice("b", "acme")) == set()


def test_nobody_is_a_member_of_no_organisation() -> None:
    made, _ = facts_on_record({"dossier.member/acme": {"roles": ["exporter"]}}, "trade", REGISTRY)
    assert online.roles_in(made, Voice("x", "")) == set()


@pytest.mark.parametrize(
    ("topic", "roles", "claimed", "footing"),
    [
        (RELEASE, {"customs"}, "", "office"),
        (RELEASE, {"customs"}, "own word", "own word"),
        (RELEASE, {"broker"}, "", "transcript"),
        (RELEASE, {"broker"}, "office", "transcript"),
        (BANK_RECEIPT, {"bank"}, "", "office"),
        (BANK_RECEIPT, {"exporter"}, "own word", "transcript"),
        (ENTERPRISE, {"tax"}, "", "office"),
        (ENTERPRISE, {"exporter"}, "", "own word"),
        (ENTERPRISE, {"exporter"}, "office", "own word"),
        (TERMS, {"exporter"}, "transcript", "transcript"),
    ],
)
def test_one_claims_no_more_footing_than_one_has(topic: object, roles: set[str], claimed: str, footing: str) -> None:
    speaker = Speaker("p", "o", frozenset(roles))
    assert online.authority(topic, speaker, Voice("p", "o"), claimed) == footing  # type: ignore[arg-type]


def test_a_machine_of_an_office_speaks_as_a_gateway() -> None:
    speaker = Speaker("p", "o", frozenset({"customs"}))
    assert online.authority(RELEASE, speaker, Voice("p", "o", channel="gateway")) == "gateway"


def test_whoever_opens_is_what_it_names_itself_but_no_office() -> None:
    assert online.opening(Voice("a", "acme"), frozenset()) == {"exporter"}
    assert online.opening(Voice("a", "acme"), frozenset({"importer", "customs"})) == {"importer"}
    assert online.opening(Voice("a", "acme"), frozenset({"bank"})) == set()


def test_those_who_see_costs_are_named_by_those_who_do() -> None:
    asked = Membership(("exporter",))
    assert online.membership_problems(Speaker("p", "o", frozenset({"broker"})), asked, "x", first=False)
    assert not online.membership_problems(Speaker("p", "o", frozenset({"exporter"})), asked, "x", first=False)
    assert not online.membership_problems(Speaker("p", "o", frozenset({"importer"})), asked, "x", first=True)


CLERK = window.under(Voice("cho", "desk-1", frozenset({"clerk"}), "window", counter="desk-1"), "M-1", "acme")
MANDATE = Mandate("acme", "desk-1", DAY - timedelta(days=10), DAY + timedelta(days=10))


@pytest.mark.parametrize(
    ("mandate", "day", "runs"),
    [
        (MANDATE, DAY, True),
        (MANDATE, DAY + timedelta(days=10), True),
        (MANDATE, DAY + timedelta(days=11), False),
        (MANDATE, DAY - timedelta(days=11), False),
        (msgspec.structs.replace(MANDATE, valid_until=None), DAY + timedelta(days=9999), True),
        (msgspec.structs.replace(MANDATE, principal="other"), DAY, False),
        (msgspec.structs.replace(MANDATE, counter="desk-2"), DAY, False),
    ],
)
def test_a_mandate_runs_between_its_days_for_its_two_sides(mandate: Mandate, day: date, runs: bool) -> None:
    assert (window.mandate_problems(CLERK, [mandate], day) == ()) is runs


def test_a_clerk_speaks_as_a_clerk_and_for_the_principal() -> None:
    body = msgspec.to_builtins(MANDATE)
    made, _ = facts_on_record(
        {"dossier.member/desk-1": {"roles": ["clerk"]}, "dossier.mandate/M-1": body}, "trade", REGISTRY
    )
    speaker, problems = window.speaker(made, CLERK, DAY)
    assert (speaker.organisation, speaker.roles, problems) == ("acme", frozenset({"clerk"}), ())
    unlicensed = msgspec.structs.replace(CLERK, standing=frozenset[str]())
    assert window.speaker(made, unlicensed, DAY)[0].roles == set()


def test_how_an_organisation_stands_is_the_same_asked_once_or_remembered(store: Store) -> None:
    assert mandates.states_of(store, ["acme", "other"]) == {"acme": "admitted", "other": "admitted"}
    with mandates.remembering_states():
        assert mandates.states_of(store, ["acme"]) == {"acme": "admitted"}
        assert mandates.states_of(store, ["acme", "other"]) == {"acme": "admitted", "other": "admitted"}
