"""One number is one title, and one split is one split, however often and however much at once they are asked for."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import pytest

from entrepot.kernel.intake import Refusal
from entrepot.portal import titles
from entrepot.portal.desk import Desk
from tests.portal.title_stage import BANK, BUYER, CARRIER, SHIPPER, bill, issued, receipt, staged, voice


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = staged(tmp_path)
    yield desk
    desk.store.close()


def issued_or_rule(desk: Desk, to: str = SHIPPER) -> str:
    try:
        return issued(desk, to=to)
    except Refusal as refusal:
        return refusal.problems[0].rule


def test_a_bill_issued_twice_is_one_bill(desk: Desk) -> None:
    first = issued(desk)
    assert issued_or_rule(desk) == issued_or_rule(desk, BUYER) == "TI045"
    assert issued(desk, bill(number="EXBL119")) != first
    assert issued(desk, receipt()) != first, "another kind has numbers of its own"


def test_of_many_who_issue_one_number_at_once_one_does(desk: Desk) -> None:
    with ThreadPoolExecutor(6) as pool:
        outcomes = sorted(pool.map(lambda to: issued_or_rule(desk, to), [SHIPPER, BUYER, BANK] * 2))
    assert len([one for one in outcomes if not one.startswith("TI0")]) == 1, outcomes


def test_a_number_is_free_again_once_its_title_is_void(desk: Desk) -> None:
    first = issued(desk, to=CARRIER)
    titles.take(desk, voice(CARRIER), first, "void", reason="a slip")
    second = issued(desk)
    assert second != first
    assert issued_or_rule(desk) == "TI045"


def test_who_asks_for_another_split_of_what_is_split_is_told(desk: Desk) -> None:
    title = issued(desk, receipt(), BANK)
    titles.take(desk, voice(BANK), title, "surrender", purpose="split")
    made = titles.divide(desk, voice(CARRIER), title, [{"1": Decimal(600)}, {"1": Decimal(400)}])
    with pytest.raises(Refusal) as caught:
        titles.divide(desk, voice(CARRIER), title, [{"1": Decimal(500)}, {"1": Decimal(500)}])
    assert caught.value.problems[0].rule == "TI044"
    again = titles.divide(desk, voice(CARRIER), title, [{"1": Decimal("600.0")}, {"1": Decimal(400)}])
    assert [one.title for one in again] == [one.title for one in made]
