"""Order, payment and waybill: every reason by itself, none where all agree."""

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.kernel.checkdigits import identity_check
from entrepot.kernel.intake import Refusal, convert
from entrepot.kernel.money import Money
from entrepot.modules.ecommerce.facts import Payment, PlatformOrder, Waybill, order_postings
from entrepot.modules.ecommerce.rules.match import REASONS, match_all, match_order

DAY = date(2026, 10, 5)
ANN, BOB = "a" * 64, "b" * 64
ORDER = PlatformOrder(ANN, Money(60_000, "CNY"), DAY, BOB, Decimal("1.0"))
PAID = Payment("N1", ANN, Money(60_000, "CNY"), DAY)
SENT = Waybill("N1", BOB, Decimal("1.2"))


def order(**changes: Any) -> PlatformOrder:
    return msgspec.structs.replace(ORDER, **changes)


def paid(**changes: Any) -> Payment:
    return msgspec.structs.replace(PAID, **changes)


def sent(**changes: Any) -> Waybill:
    return msgspec.structs.replace(SENT, **changes)


def test_what_agrees_has_no_reason() -> None:
    assert match_order(ORDER, [PAID], [SENT], True) == []


def test_several_payments_and_parcels_of_one_order_are_added_up() -> None:
    parts = [paid(amount=Money(59_999, "CNY")), paid(amount=Money(1, "CNY"))]
    assert match_order(ORDER, parts, [sent(gross_kg=Decimal("0.6")), sent(gross_kg=Decimal("0.4"))], True) == []


@pytest.mark.parametrize(
    ("one", "payments", "waybills", "reasons"),
    [
        (order(), [], [SENT], ["no_payment"]),
        (order(), [PAID], [], ["no_waybill"]),
        (order(buyer=""), [PAID], [SENT], ["no_buyer"]),
        (order(), [paid(payer=BOB)], [SENT], ["payer_not_buyer"]),
        (order(), [paid(payer="")], [SENT], ["payer_unknown"]),
        (order(), [paid(amount=Money(60_001, "CNY"))], [SENT], ["amount_differs"]),
        (order(), [paid(amount=Money(60_000, "USD"))], [SENT], ["currency_differs"]),
        (order(), [paid(paid_on=date(2026, 10, 4))], [SENT], ["paid_before_order"]),
        (order(), [PAID], [sent(consignee=ANN)], ["consignee_differs"]),
        (order(), [PAID], [sent(gross_kg=Decimal("0.9"))], ["lighter_than_goods"]),
        (order(real_name=False), [PAID], [SENT], ["not_real_name"]),
        (order(), [paid(payer=BOB, amount=Money(1, "CNY"))], [], ["payer_not_buyer", "amount_differs", "no_waybill"]),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, list) and value and isinstance(value[0], str) else None,
)
def test_each_reason(one: PlatformOrder, payments: list[Payment], waybills: list[Waybill], reasons: list[str]) -> None:
    assert match_order(one, payments, waybills, True) == reasons


def test_an_export_does_not_compare_persons_who_are_not_named() -> None:
    assert match_order(order(buyer="", consignee=""), [paid(payer="")], [SENT], False) == []
    assert match_order(order(), [paid(payer=BOB)], [SENT], False) == ["payer_not_buyer"]


def test_what_is_not_said_is_not_called_different() -> None:
    assert match_order(order(net_kg=None, consignee=""), [PAID], [sent(gross_kg=None, consignee="")], True) == []
    assert match_order(order(), [PAID], [sent(gross_kg=None)], True) == []


def test_papers_of_no_order_are_strays() -> None:
    matches = match_all({"N1": ORDER}, {"P1": PAID, "P2": paid(order="N2")}, {"W1": SENT, "W2": sent(order="")}, True)
    assert [one.reason for one in matches.strays] == ["payment_stray", "waybill_stray"]
    assert matches.agreeing == 1
    assert matches.orders["N1"].payments == ("P1",)


@given(
    st.lists(st.sampled_from(("N1", "N2", "N3")), max_size=6), st.lists(st.sampled_from(("N1", "N2", "N9")), max_size=6)
)
def test_every_paper_is_either_matched_or_a_stray(of_payments: list[str], of_waybills: list[str]) -> None:
    payments = {f"P{n}": paid(order=name) for n, name in enumerate(of_payments)}
    waybills = {f"W{n}": sent(order=name) for n, name in enumerate(of_waybills)}
    matches = match_all({"N1": ORDER, "N2": ORDER}, payments, waybills, True)
    matched = sum(len(one.payments) + len(one.waybills) for one in matches.orders.values())
    assert matched + len(matches.strays) == len(payments) + len(waybills)


def test_every_reason_is_told_in_both_languages() -> None:
    assert all(text.en and text.zh for text in REASONS.values())


def test_a_retail_import_takes_of_the_buyers_year() -> None:
    (taken,) = order_postings(order(year_limit=Money(2_600_000, "CNY")))
    assert (taken.unit, taken.amount, taken.opens) == ("CNY", Decimal(600), Decimal(26_000))
    assert taken.resource == f"retail import of {ANN} in 2026"
    assert order_postings(order()) == ()
    assert order_postings(order(buyer="", year_limit=Money(2_600_000, "CNY"))) == ()


def test_an_identity_number_in_clear_is_no_buyer() -> None:
    body = {"buyer": "11010519491231002X", "total": "CNY 600.00", "ordered_on": "2026-10-05"}
    with pytest.raises(Refusal):
        convert(body, PlatformOrder)


@pytest.mark.parametrize(
    ("number", "check"), [("11010519491231002X", "X"), ("440524188001010014", "4"), ("1101051949123100", None)]
)
def test_the_check_digit_of_identity_numbers(number: str, check: str | None) -> None:
    assert identity_check(number) == check


@given(st.text("0123456789", min_size=17, max_size=17), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_changes_the_check_digit(body: str, place: int, more: int) -> None:
    other = body[:place] + str((int(body[place]) + more) % 10) + body[place + 1 :]
    assert identity_check(body + "0") != identity_check(other + "0")
