"""Sight: what a dossier is shown of earlier ones, over who opened it, for whom, and who reads along; on both databases."""

from collections.abc import Iterator
from datetime import date
from itertools import product
from random import Random
from typing import Any

import pytest
from msgspec import Struct

from entrepot.channels.online import rehearsing
from entrepot.kernel.submissions import Submission
from entrepot.kernel.topics import TRADERS
from entrepot.kernel.vocabulary.clearance import HISTORY, PROFILE
from entrepot.store.sight import Sight, about_itself, by_itself_or_agents, by_the_same, seen
from entrepot.store.store import Store
from entrepot.store.views import Views
from tests.store.saying import gone, opened, said
from tests.store.test_views import filed, submit

DAY = date(2026, 6, 20)
Roles = dict[str, list[str]]


class Trade(Struct, kw_only=True):
    """A dossier: for whom it was opened, under which counter's mandate, who has which roles in it by whose word, and what of
    this no longer stands."""

    name: str
    opener: str
    roles: Roles
    counter: str = ""
    named_by: str = ""
    withdrawn: tuple[str, ...] = ()
    revoked: bool = False
    until: str = ""
    flow: str = ""

    def holds(self, organisation: str) -> set[str]:
        return set() if organisation in self.withdrawn else set(self.roles.get(organisation, ()))


def said_of(one: Trade, *, accepted: bool = True) -> list[Submission]:
    """A trade's statements, filed and accepted; what does not stand was withdrawn."""
    mandate = f"M-{one.name}" if one.counter else ""
    by: dict[str, Any] = {"for_": one.opener, "mandate": mandate}
    first, _, *rest = filed(one.name, one.opener, mandate=mandate)
    found = [first]
    for organisation, roles in one.roles.items():
        word: dict[str, Any] = {**by, "for_": one.named_by or one.opener}
        found.append(
            said(one.name, "dossier.member", {"roles": roles}, organisation, f"b-{one.name}-{organisation}", **word)
        )
    if one.counter:
        body = {"principal": one.opener, "counter": one.counter, "signed_on": "2026-01-01"}
        found.append(
            said(
                one.name,
                "dossier.mandate",
                body | ({"valid_until": one.until} if one.until else {}),
                mandate,
                f"n-{one.name}",
                **by,
            )
        )
    if one.flow:
        found.append(said(one.name, "declaration.particulars", {"flow": one.flow}, **by))
    found += rest if accepted else []
    found += [gone("dossier.member", name, f"b-{one.name}-{name}", dossier=one.name) for name in one.withdrawn]
    if one.revoked:
        found.append(gone("dossier.mandate", mandate, f"n-{one.name}", dossier=one.name))
    return found


def shown(store: Store, name: str) -> set[str]:
    """The other dossiers of which one is shown the declarations."""
    found = Views(store, lambda: DAY)(HISTORY, store.record(name))
    return set() if found is None else {one.dossier for one in found.declarations} - {name}


def by_broker(name: str, broker: str = "broker", client: str = "acme", **fields: Any) -> Trade:
    members = {broker: ["broker"], client: ["exporter"], **fields.pop("more", {})}
    return Trade(name=name, opener=broker, roles=members, **fields)


def by_counter(name: str, counter: str = "counter", client: str = "acme", **fields: Any) -> Trade:
    return Trade(name=name, opener=client, roles={client: ["exporter"], counter: ["clerk"]}, counter=counter, **fields)


def alone(name: str, firm: str = "acme", **more: list[str]) -> Trade:
    return Trade(name=name, opener=firm, roles={firm: ["exporter"], **more})


BUYER: Roles = {"buyer": ["importer"]}
TWO: Roles = {"bolt": ["exporter"]}
PAIRS: dict[str, tuple[Trade, Trade, bool]] = {
    "the same broker, the same client": (by_broker("d"), by_broker("e"), True),
    "another broker": (by_broker("d"), by_broker("e", "rival"), False),
    "another client": (by_broker("d"), by_broker("e", client="bolt"), False),
    "the broker's membership withdrawn": (by_broker("d"), by_broker("e", withdrawn=("broker",)), False),
    "the client's membership withdrawn": (by_broker("d"), by_broker("e", withdrawn=("acme",)), False),
    "the client no more in the dossier at hand": (by_broker("d", withdrawn=("acme",)), by_broker("e"), False),
    "the exporter is named by party and is no member": (by_broker("d", withdrawn=("acme",)), by_broker("e", withdrawn=("acme",)), False),
    "two exporters: whose it is is not clear": (by_broker("d", more=TWO), by_broker("e", more=TWO), False),
    "a buyer in both reads no more for it": (by_broker("d", more=BUYER), by_broker("e", more=BUYER), True),
    "a buyer in both is not the client": (by_broker("d", client="bolt", more=BUYER), by_broker("e", more=BUYER), False),
    "another broker reads along": (by_broker("d", more={"rival": ["broker"]}), by_broker("e"), False),
    "another broker reads along in both": (by_broker("d", more={"rival": ["broker"]}), by_broker("e", more={"rival": ["broker"]}), True),
    "a carrier reads along": (by_broker("d", more={"ship": ["carrier"]}), by_broker("e"), True),
    "the client was the buyer there": (by_broker("d"), by_broker("e", client="bolt", more={"acme": ["importer"]}), False),
    "imports of one importer": (
        Trade(name="d", opener="broker", roles={"broker": ["broker"], "acme": ["importer"]}, flow="I"),
        Trade(name="e", opener="broker", roles={"broker": ["broker"], "acme": ["importer"]}, flow="I"), True,
    ),
    "imports from one seller of two importers": (
        Trade(name="d", opener="broker", roles={"broker": ["broker"], "bolt": ["importer"], "far": ["exporter"]}, flow="I"),
        Trade(name="e", opener="broker", roles={"broker": ["broker"], "acme": ["importer"], "far": ["exporter"]}, flow="I"), False,
    ),
    "what the client opened itself": (by_broker("d"), alone("e", broker=["broker"]), False),
    "the same counter": (by_counter("d"), by_counter("e"), True),
    "another counter": (by_counter("d"), by_counter("e", "bureau"), False),
    "another client of the counter": (by_counter("d"), by_counter("e", client="bolt"), False),
    "the counter's membership withdrawn": (by_counter("d"), by_counter("e", withdrawn=("counter",)), False),
    "the mandate revoked": (by_counter("d", revoked=True), by_counter("e"), False),
    "the mandate ended": (by_counter("d", until=str(date(2026, 6, 19))), by_counter("e"), False),
    "the mandate runs to this day": (by_counter("d", until=str(DAY)), by_counter("e"), True),
    "the earlier mandate revoked": (by_counter("d"), by_counter("e", revoked=True), False),
    "a broker is no counter": (by_broker("d"), by_counter("e", "broker"), False),
    "one's own": (alone("d"), alone("e"), True),
    "one's own, filed by a broker": (alone("d"), by_broker("e"), True),
    "one's own, filed by a broker, the membership withdrawn": (alone("d"), by_broker("e", withdrawn=("acme",)), False),
    "one's own, filed by a broker that is here": (alone("d", broker=["broker"]), by_broker("e"), True),
    "one's own, filed by a broker, another is here": (alone("d", rival=["broker"]), by_broker("e"), False),
    "one's own, at a counter": (alone("d"), by_counter("e"), True),
    "one's own before a broker that one let in": (alone("d", broker=["broker"]), alone("e"), True),
    "one's own before another exporter": (alone("d", bolt=["exporter"]), alone("e"), False),
    "one's own before a broker that somebody else let in": (
        Trade(name="d", opener="acme", roles={"acme": ["exporter"], "rival": ["broker"]}, named_by="bolt"), alone("e"), False,
    ),
    "one's own as importer": (
        Trade(name="d", opener="acme", roles={"acme": ["importer"]}), Trade(name="e", opener="acme", roles={"acme": ["importer"]}), True,
    ),
    "one's own as importer before a new seller": (
        Trade(name="d", opener="acme", roles={"acme": ["importer"], "far": ["exporter"]}),
        Trade(name="e", opener="acme", roles={"acme": ["importer"], "near": ["exporter"]}), False,
    ),
    "planted by an exporter that calls itself broker too": (
        alone("d"), Trade(name="e", opener="eve", roles={"eve": ["exporter", "broker"], "acme": ["exporter"]}), False,
    ),
    "planted by an exporter": (alone("d"), Trade(name="e", opener="eve", roles={"eve": ["exporter"], "acme": ["exporter"]}), False),
}  # fmt: skip


@pytest.mark.parametrize("case", PAIRS)
def test_what_a_dossier_is_shown_of_an_earlier_one(store: Store, case: str) -> None:
    here, earlier, is_shown = PAIRS[case]
    submit(store, said_of(earlier))
    submit(store, said_of(here, accepted=False))
    assert shown(store, "d") == ({"e"} if is_shown else set())


# -- a whole world of dossiers, against the rule said once more -------------------------------------------------------

BROKERS, CLIENTS, COUNTERS = ("broker", "rival"), ("acme", "bolt"), ("counter", "bureau")


def world(dice: Random) -> Iterator[Trade]:
    """Every way to open a dossier, with others who read along and with what no longer stands."""
    kinds = product(range(6), ("broker", "counter", "alone"))
    for number, (_, kind) in enumerate(kinds):
        client, name = dice.choice(CLIENTS), f"t{number}"
        more = {dice.choice(BROKERS): ["broker"], "buyer": [dice.choice(["importer", "exporter"])], "ship": ["carrier"]}
        extra: Roles = {one: more[one] for one in more if dice.random() < 0.25}
        if kind == "broker":
            one = by_broker(name, dice.choice(BROKERS), client, more=extra)
        elif kind == "counter":
            one = by_counter(name, dice.choice(COUNTERS), client, revoked=dice.random() < 0.2)
        else:
            one = alone(name, client, **extra)
        one.withdrawn = tuple(org for org in one.roles if dice.random() < 0.08)
        yield one


def expected(here: Trade, earlier: Trade) -> bool:
    """The rule, said of a model: whose, by whose hands, and before whom."""
    broker = "broker" in here.holds(here.opener) and not here.counter
    clients = [one for one in here.roles if "exporter" in here.holds(one)] if broker else [here.opener]
    if len(clients) != 1 or "exporter" not in here.holds(clients[0]) & earlier.holds(clients[0]):
        return False
    (client,) = clients
    agent = here.opener if broker else here.counter
    if here.counter and ("clerk" not in here.holds(agent) or here.revoked or earlier.revoked):
        return False
    by_the_same = (earlier.opener, earlier.counter) == (here.opener, here.counter)
    in_its_name = not agent and earlier.opener == client
    by_its_broker = not agent and earlier.opener in BROKERS and "broker" in earlier.holds(earlier.opener)
    along = {(one, role) for one in here.roles if one != client for role in here.holds(one) & TRADERS}
    if in_its_name:
        along -= {(one, role) for one, role in along if role in ("broker", "clerk")}
    return (by_the_same or in_its_name or by_its_broker) and all(role in earlier.holds(one) for one, role in along)


@pytest.mark.parametrize("seed", range(3))
def test_no_dossier_of_a_whole_world_is_shown_more_or_less_than_the_rule_says(store: Store, seed: int) -> None:
    trades = list(world(Random(seed)))
    for one in trades:
        submit(store, said_of(one))
    found = {one.name: shown(store, one.name) for one in trades}
    wanted = {
        here.name: {other.name for other in trades if other is not here and expected(here, other)} for here in trades
    }
    assert found == wanted
    assert any(wanted.values())


def test_whoever_plays_a_role_opens_nobodys_dossiers(store: Store) -> None:
    submit(store, said_of(by_broker("e")))
    visitor = rehearsing("broker")
    submit(store, said_of(by_broker("d", visitor.organisation), accepted=False))
    assert shown(store, "d") == set()


def test_a_membership_withdrawn_or_a_mandate_revoked_counts_at_once(store: Store) -> None:
    for one in (by_broker("e"), by_counter("w")):
        submit(store, said_of(one))
    for one in (by_broker("d"), by_counter("v")):
        submit(store, said_of(one, accepted=False))
    views = Views(store, lambda: DAY)
    for name, earlier in (("d", "e"), ("v", "w")):
        assert [one.dossier for one in views(HISTORY, store.record(name)).declarations] == [earlier]
    submit(store, [gone("dossier.member", "broker", "b-e-broker", dossier="e", for_="broker")])
    submit(store, [gone("dossier.mandate", "M-w", "n-w", dossier="w", for_="acme")])
    for name in ("d", "v"):
        assert views(HISTORY, store.record(name)).declarations == ()


# -- the dossier that an enterprise keeps of itself -------------------------------------------------------------------


def kept(name: str, opener: str, uscc: str, **roles: list[str]) -> list[Submission]:
    """A dossier of acme itself."""
    return [
        opened(name, kind="enterprise", id=f"o-{name}", for_=opener),
        *(said(name, "dossier.member", {"roles": r}, one, f"b-{name}-{one}", for_=opener) for one, r in roles.items()),
        said(name, "trade.party", {"name": "Acme", "uscc": uscc}, "exporter", for_=opener),
    ]


def profile(store: Store, name: str) -> str:
    found = Views(store, lambda: DAY)(PROFILE, store.record(name))
    return "" if found is None else str(found.parties["exporter"].uscc)


def test_a_broker_sees_its_clients_own_dossier_only_as_a_member_of_it(store: Store) -> None:
    submit(store, kept("own", "acme", "OWN", acme=["exporter"], broker=["broker"]))
    for name, broker in (("d", "broker"), ("r", "rival")):
        submit(store, said_of(by_broker(name, broker), accepted=False))
    assert (profile(store, "d"), profile(store, "r")) == ("OWN", "")
    submit(store, [gone("dossier.member", "broker", "b-own-broker", dossier="own", for_="acme")])
    assert profile(store, "d") == ""


def test_a_broker_sees_what_it_opened_of_its_client_where_the_client_lets_it_in_nowhere(store: Store) -> None:
    submit(store, kept("theirs", "broker", "BY BROKER", acme=["exporter"], broker=["broker"]))
    for one in (by_broker("d"), by_broker("r", "rival"), by_broker("o", client="bolt"), alone("a")):
        submit(store, said_of(one, accepted=False))
    assert [profile(store, name) for name in "droa"] == ["BY BROKER", "", "", ""]
    submit(store, kept("own", "acme", "OWN", acme=["exporter"], broker=["broker"]))
    submit(store, kept("later", "broker", "LATER", acme=["exporter"], broker=["broker"]))
    assert [profile(store, name) for name in "droa"] == ["OWN", "", "", "OWN"]


def test_a_counter_sees_its_principals_own_dossier_as_a_clerk_of_it(store: Store) -> None:
    submit(store, kept("own", "acme", "OWN", acme=["exporter"], counter=["clerk"]))
    for one in (by_counter("d"), by_counter("b", "bureau"), by_counter("x", revoked=True)):
        submit(store, said_of(one, accepted=False))
    assert [profile(store, name) for name in "dbx"] == ["OWN", "", ""]


# -- how it is found --------------------------------------------------------------------------------------------------


def test_the_enterprise_leads_the_query_and_nothing_is_gone_through(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    if store.database.dialect != "sqlite":
        pytest.skip("the plan of PostgreSQL follows from what its tables hold")
    told: list[tuple[str, tuple[Any, ...]]] = []

    def noted(sql: str, *parameters: Any) -> list[Any]:
        told.append((sql, parameters))
        return [("d", 1, "acme", "M-1")] if "submission y" in sql else []

    with store.database.session() as session:
        monkeypatch.setattr(session, "all", noted)
        for sight in (Sight("acme"), Sight("acme", agent="broker"), Sight("acme", agent="counter", window=True)):
            for clause in (by_the_same(sight), by_itself_or_agents(sight), about_itself(sight)):
                seen(store.database, session, sight, clause)
        monkeypatch.undo()
        assert {sql.count("submission y") for sql, _ in told} == {0, 1}
        for sql, parameters in told:
            plan = [row[3] for row in session.all(f"EXPLAIN QUERY PLAN {sql}", *parameters)]
            assert not [step for step in plan if step.startswith("SCAN") and "json_each" not in step], plan
            if "submission y" in sql:
                assert plan[0].startswith("SEARCH y USING INDEX submission_member (key=?)"), plan
