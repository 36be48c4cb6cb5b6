"""Amounts in another currency: by the rates of customs, else by an indicative cross rate, else not at all."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from entrepot.kernel.case import Case
from entrepot.kernel.exchange import Exchanged, exchanged
from entrepot.kernel.findings import Answer, found
from entrepot.kernel.law import TableSpec
from entrepot.kernel.module import Module
from entrepot.kernel.money import Money
from entrepot.kernel.text import Text
from entrepot.kernel.topics import found as found_topic
from tests.making import sheet, small_law

DAY = date(2026, 10, 10)
RATE = TableSpec(("currency",), {"rate": "decimal"})
LAW = small_law(
    {
        "CN/customs_rates": (RATE, [{"currency": "USD", "rate": "6.7628"}]),
        "ecb/rates": (
            RATE,
            [{"currency": "CNY", "rate": "8"}, {"currency": "USD", "rate": "1.25"}, {"currency": "GBP", "rate": "0.8"}],
        ),
    }
)


def worth(amount: Money, to: str) -> Exchanged | None:
    seen: list[Exchanged | None] = []

    def assess(case: Case) -> Answer:
        seen.append(exchanged(case, amount, to, DAY, "CN", "CNY"))
        return found(1)

    topic: Any = found_topic("worth.amount", int, label=Text("worth", "价值"), doc="For a test.")
    sheet([Module("worth", Text("worth", "价值"), assess, gives=(topic,))], {}, DAY, LAW)
    return seen[0]


@pytest.mark.parametrize(
    ("amount", "to", "expected"),
    [
        (Money(101_442_000, "CNY"), "USD", Exchanged(Decimal(150_000))),
        (Money(100, "USD"), "CNY", Exchanged(Decimal("6.7628"))),
        (Money(100, "USD"), "USD", Exchanged(Decimal(1))),
        (Money(80, "GBP"), "USD", Exchanged(Decimal("1.25"), True)),
        (Money(100, "EUR"), "CNY", Exchanged(Decimal(8), True)),
        (Money(1, "XAU"), "CNY", None),
    ],
)
def test_an_amount_by_the_best_rate_on_file(amount: Money, to: str, expected: Exchanged | None) -> None:
    assert worth(amount, to) == expected
