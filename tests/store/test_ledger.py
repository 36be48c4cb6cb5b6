"""The ledger of scarce things: what one takes no other can, what is withdrawn comes back, and the sums always hold."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entrepot.kernel.submissions import Submission
from entrepot.store.ledger import Balance
from entrepot.store.store import Store
from tests.store.saying import NOON, REGISTRY, asked, gone, line, lot, opened, raw, rules

INVOICE = "invoice S N1"


def balance(held: str, taken: str) -> list[Balance]:
    return [Balance(INVOICE, "kg", Decimal(held), Decimal(taken))]


def check(url: str) -> None:
    """Each transfer moves as much as it brings, each balance is the sum of its own entries, and none that may not is below zero."""
    entries: dict[tuple[str, str, str], int] = {}
    for resource, unit, side, amount in asked(url, "SELECT resource, unit, side, amount FROM entry"):
        entries[resource, unit, side] = entries.get((resource, unit, side), 0) + amount
    balances = {(r, u, s): b for r, u, s, b in asked(url, "SELECT resource, unit, side, balance FROM account")}
    assert entries == balances
    assert sum(entries.values()) == 0
    assert asked(url, "SELECT number FROM entry GROUP BY number HAVING sum(amount) <> 0") == []
    assert all(b >= 0 for (_, _, side), b in balances.items() if side != "outside")


def test_what_one_export_takes_no_other_can(store: Store, url: str) -> None:
    store.submit_many([[opened()], [opened("d2")]])
    assert store.submit([lot("60")]).ok
    outcome = store.submit([lot("40.000001", dossier="d2")])
    assert rules(outcome.problems) == ["S009"]
    assert outcome.problems[0].what.en == "invoice S N1: 40.000001 kg asked, 40 kg left"
    assert INVOICE in outcome.problems[0].what.zh
    assert store.submit([lot("40", dossier="d2")]).ok
    assert store.balances(INVOICE) == balance("0", "100")
    check(url)


def test_what_is_withdrawn_comes_back_once(store: Store, url: str) -> None:
    store.submit([opened(), lot("60", id="a"), lot("30", id="b", key="2")])
    assert store.submit([gone("goods.cost", "1", "a")]).ok
    assert store.balances(INVOICE) == balance("70", "30")
    assert store.submit([gone("goods.cost", "1", "a")]).ok
    assert store.balances(INVOICE) == balance("70", "30")
    assert store.submit([gone("goods.cost", "2", "b")]).ok
    assert store.balances(INVOICE) == []
    check(url)


def test_a_replacement_gives_back_before_it_takes(store: Store, url: str) -> None:
    store.submit([opened(), lot("100", id="a")])
    assert store.submit([lot("90", id="b", replaces=("a",))]).ok
    assert store.balances(INVOICE) == balance("10", "90")
    both = [lot("50", id="c"), lot("50", id="d", key="2", replaces=("b",))]
    assert store.submit(both).ok
    assert store.balances(INVOICE) == balance("0", "100")
    check(url)


def test_a_replacement_within_one_batch_takes_once(store: Store, url: str) -> None:
    assert store.submit([opened(), lot("70", id="a"), lot("80", id="b", replaces=("a",))]).ok
    assert store.balances(INVOICE) == balance("20", "80")
    outcomes = store.submit_many([[lot("90", id="c", replaces=("b",))], [lot("95", id="d", replaces=("c",))]])
    assert all(outcome.ok for outcome in outcomes)
    assert store.balances(INVOICE) == balance("5", "95")
    check(url)


def test_a_refused_batch_leaves_no_trace_in_the_ledger(store: Store, url: str) -> None:
    store.submit([opened(), lot("60", id="a")])
    outcomes = store.submit_many(
        [[lot("50", id="b", replaces=("a",)), lot("60", key="2")], [lot("40", key="3")], [lot("1", key="4", replaces=("b",))]]
    )
    assert [rules(outcome.problems) for outcome in outcomes] == [["S009"], [], ["S009"]]
    assert store.balances(INVOICE) == balance("0", "100")
    check(url)


def test_nobody_frees_what_another_dossier_took(store: Store, url: str) -> None:
    store.submit_many([[opened()], [opened("d2")]])
    store.submit([lot("60", id="a")])
    assert store.submit([gone("goods.cost", "1", "a", dossier="d2"), lot("1", dossier="d2", key="2", replaces=("a",))]).ok
    assert store.balances(INVOICE) == balance("39", "61")
    check(url)


def test_a_whole_stated_otherwise_is_refused_while_something_rests_on_it(store: Store, url: str) -> None:
    store.submit([opened(), lot("60", id="a")])
    outcome = store.submit([lot("10", of="120", key="2")])
    assert rules(outcome.problems) == ["S010"]
    assert "100 kg" in outcome.problems[0].what.en
    assert store.submit([lot("60", of="80", id="b", replaces=("a",))]).ok
    assert store.balances(INVOICE) == balance("20", "60")
    assert store.submit([lot("60", of="61.5", id="c", replaces=("b",))]).ok
    assert store.balances(INVOICE) == balance("1.5", "60")
    check(url)


def test_units_of_one_resource_are_kept_apart(store: Store, url: str) -> None:
    pieces = lot("5", key="2")
    body = msgspec.Raw(bytes(pieces.body).replace(b'"kg"', b'"piece"'))
    assert store.submit([opened(), lot("60"), msgspec.structs.replace(pieces, body=body)]).ok
    assert [(b.unit, b.held) for b in store.balances(INVOICE)] == [("kg", Decimal(40)), ("piece", Decimal(95))]
    check(url)


def test_a_lot_of_nothing_takes_nothing(store: Store, url: str) -> None:
    assert store.submit([opened(), lot("0")]).ok
    assert store.balances(INVOICE) == []
    check(url)


def test_bulk_takes_from_one_stock_in_order(store: Store, url: str) -> None:
    outcomes = store.submit_many([[opened(f"d{n}"), lot("30", dossier=f"d{n}"), line(1, f"d{n}")] for n in range(6)])
    assert [outcome.ok for outcome in outcomes] == [True] * 3 + [False] * 3
    assert store.balances(INVOICE) == balance("10", "90")
    check(url)


def test_the_check_finds_a_balance_that_is_not_the_sum_of_its_entries(store: Store, url: str) -> None:
    store.submit([opened(), lot("60")])
    run, close = raw(url)
    run("UPDATE account SET balance = balance + 1 WHERE side = 'held'")
    run("UPDATE account SET balance = balance - 1 WHERE side = 'taken'")
    close()
    with pytest.raises(AssertionError):
        check(url)


# -- any order of delivery --------------------------------------------------------------------------------------------

Plan = list[tuple[str, int, int, tuple[int, ...]]]


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Statements on a dossier: (what, key, figure, the earlier or later ones it replaces or withdraws)."""
    count = draw(st.integers(2, 9))
    what = st.sampled_from(["line", "lot", "member", "gone"])
    others = st.lists(st.integers(0, count - 1), max_size=2, unique=True).map(tuple)
    return [(draw(what), draw(st.integers(1, 2)), draw(st.integers(1, 11)), draw(others)) for _ in range(count)]


def statements(plan: Plan) -> list[Submission]:
    """Every lot together fits its invoice, so that no order refuses any."""
    made = []
    for number, (what, key, figure, others) in enumerate(plan):
        ids = tuple(f"p{other}" for other in others if other != number)
        fields: dict[str, Any] = {"id": f"p{number}", "replaces": ids}
        if what == "line":
            made.append(line(key, hs=f"28{figure:04}", **fields))
        elif what == "lot":
            made.append(lot(str(figure), key=str(key), number=f"N{figure % 2}", **fields))
        elif what == "member" or not ids:
            made.append(opened(reference=f"PO-{figure}", **fields))
        else:
            made.append(gone("goods.line", str(key), *ids, id=f"p{number}"))
    return made


def outcome_of(url: str, deliveries: list[list[Submission]], first: Submission) -> object:
    """Heads, standing values and balances after the deliveries."""
    with Store.open(url, REGISTRY, clock=lambda: NOON) as store:
        assert store.submit([first]).ok
        for delivery in deliveries:
            assert store.submit(delivery).ok
        record = store.record("d1")
        assert store.heads("d1") == record.heads()
        standing = {
            topic: {key: (s.value, [x.id for x in s.statements]) for key, s in sorted(record.standing(topic).items())}
            for topic in ("dossier.opened", "goods.line", "goods.cost")
        }
        left = [store.balances(f"invoice S N{n}") for n in (0, 1)]
    check(url)
    return record.heads(), standing, left


def deliveries_differ(fresh: Callable[[int], str], plan: Plan, order: list[int], cuts: list[int]) -> None:
    said = statements(plan)
    first = opened(id="first")
    straight = outcome_of(fresh(0), [[one] for one in said], first)
    shuffled = [said[place % len(said)] for place in order] + said
    batches, rest = [], shuffled
    for cut in cuts:
        batches.append(rest[:cut])
        rest = rest[cut:]
    assert outcome_of(fresh(1), [batch for batch in [*batches, rest] if batch], first) == straight


ORDERS = {
    "plan": plans(),
    "order": st.lists(st.integers(0, 20), max_size=12),
    "cuts": st.lists(st.integers(1, 4), max_size=5),
}


@settings(max_examples=40)
@given(**ORDERS)
def test_any_order_and_repetition_leads_to_the_same_record_and_ledger(plan: Plan, order: list[int], cuts: list[int]) -> None:
    with TemporaryDirectory() as folder:
        deliveries_differ(lambda n: f"sqlite:///{Path(folder)}/{n}.db", plan, order, cuts)


@pytest.mark.postgres
def test_any_order_and_repetition_on_postgresql(new_postgres_database: Callable[[], str]) -> None:
    urls = [new_postgres_database(), new_postgres_database()]

    def emptied(number: int) -> str:
        asked(urls[number], "DROP SCHEMA public CASCADE")
        asked(urls[number], "CREATE SCHEMA public")
        return urls[number]

    @settings(max_examples=10)
    @given(**ORDERS)
    def check_orders(plan: Plan, order: list[int], cuts: list[int]) -> None:
        deliveries_differ(emptied, plan, order, cuts)

    check_orders()
