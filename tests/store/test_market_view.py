"""The market exports of an enterprise: its own open ones, never another's; on both databases."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from entrepot.kernel.money import Money
from entrepot.kernel.submissions import Submission
from entrepot.links import LINKS
from entrepot.modules import registry
from entrepot.modules.procurement.facts import MarketExports
from entrepot.store.market_view import market_exports
from entrepot.store.sight import Sight
from entrepot.store.store import Store
from tests.store.saying import NOON, gone, member, opened, rules, said

SHARE = {"record": "R", "market": "M", "quantity": "1", "recorded": "1", "unit": "piece"}
USD = {"minor": 9_000_000, "currency": "USD"}


@pytest.fixture
def market_store(url: str, tmp_path: Path) -> Iterator[Store]:
    """A store that knows the topics of the rooms."""
    with Store.open(url, registry(LINKS), keys=tmp_path / "keys", clock=lambda: NOON) as store:
        yield store


def export(dossier: str, firm: str = "acme", mode: str = "1039", **fields: Any) -> list[Submission]:
    """A dossier with a market export of one line worth USD 90,000."""
    record = {**SHARE, "record": f"R-{dossier}"}
    particulars = {"supervision_mode": mode, "declared_on": "2026-10-10"}
    return [
        opened(dossier, id=f"o-{dossier}", for_=firm, **fields),
        member(firm, dossier, for_=firm),
        said(dossier, "declaration.particulars", particulars, for_=firm),
        said(dossier, "trade.party", {"name": "Acme", "uscc": "U1"}, "exporter", for_=firm),
        said(dossier, "trade.party", {"name": "Lagos Ltd."}, "importer", for_=firm),
        said(dossier, "transport.plan", {"bill_no": "BL1"}, for_=firm),
        said(dossier, "transport.container", {"lines": ["1"]}, "CSQU3054383", for_=firm),
        said(dossier, "goods.line", {"amount": USD}, "1", id=f"l-{dossier}", for_=firm),
        said(dossier, "procurement.source", {"records": [record]}, "1", for_=firm),
    ]


def submit(store: Store, statements: list[Submission]) -> None:
    outcome = store.submit(statements)
    assert outcome.ok, outcome.problems


def seen(store: Store, firm: str = "acme", but: str = "d0") -> list[str]:
    return [one.dossier for one in market_exports(store, Sight(firm), but).exports]


def test_an_export_is_shown_with_what_ties_it_to_others(market_store: Store) -> None:
    submit(market_store, export("d1"))
    (one,) = market_exports(market_store, Sight("acme"), "d0").exports
    assert (one.operator, one.consignee, one.bill_no, one.containers) == ("U1", "lagosltd", "BL1", ("CSQU3054383",))
    assert (one.declared_on, one.amounts, one.unpriced) == (date(2026, 10, 10), (Money(9_000_000, "USD"),), 0)


def test_the_dossier_at_hand_is_not_among_them_and_the_newest_comes_first(market_store: Store) -> None:
    for name in ("d1", "d2", "d3"):
        submit(market_store, export(name))
    assert seen(market_store, but="d2") == ["d3", "d1"]


def test_nobody_sees_anothers(market_store: Store) -> None:
    submit(market_store, export("d1"))
    submit(market_store, export("d2", "rival"))
    assert (seen(market_store), seen(market_store, "rival")) == (["d1"], ["d2"])
    for stranger in ("", "acm", "%", "platform"):
        assert market_exports(market_store, Sight(stranger), "d0") == MarketExports()


def test_an_agent_sees_what_it_opened_for_the_same_operator_and_the_operator_only_its_own(market_store: Store) -> None:
    for name, agent, operator in (("d1", "agent", "acme"), ("d2", "agent", "bolt"), ("d3", "rival", "acme")):
        statements = [one for one in export(name, agent) if one.topic != "dossier.member"]
        roles = {"roles": ["broker"]}
        submit(market_store, [*statements, said(name, "dossier.member", roles, agent, for_=agent), member(operator, name)])
    submit(market_store, export("d4"))
    pair = Sight("acme", agent="agent", readers=frozenset({("agent", "broker")}))
    assert [one.dossier for one in market_exports(market_store, pair, "d0").exports] == ["d1"]
    assert seen(market_store) == ["d4"]


def test_other_modes_and_lost_memberships_do_not_count(market_store: Store) -> None:
    submit(market_store, export("d1", mode="0110"))
    statements = export("d2")
    submit(market_store, [one for one in statements if one.topic != "dossier.member"])
    assert seen(market_store) == []


def test_a_line_that_was_withdrawn_or_has_no_amount_is_not_added(market_store: Store) -> None:
    submit(market_store, export("d1"))
    submit(market_store, [gone("goods.line", "1", "l-d1", dossier="d1", for_="acme")])
    submit(market_store, [said("d1", "goods.line", {"hs": "9503"}, "2", for_="acme")])
    (one,) = market_exports(market_store, Sight("acme"), "d0").exports
    assert (one.amounts, one.unpriced) == ((), 1)


def test_a_record_that_another_export_used_is_refused(market_store: Store) -> None:
    submit(market_store, export("d1"))
    again = [
        msgspec.structs.replace(one, body=msgspec.Raw(msgspec.json.encode({"records": [{**SHARE, "record": "R-d1"}]})))
        if one.topic == "procurement.source"
        else one
        for one in export("d2")
    ]
    outcome = market_store.submit(again)
    assert set(rules(outcome.problems)) == {"S009"}
