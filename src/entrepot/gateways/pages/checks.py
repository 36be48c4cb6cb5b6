"""Which readings stand: what a sum, a product or a check digit bears out; else how sure the reading was. The rest is asked."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from entrepot.gateways import paper_values as values
from entrepot.gateways.extract import Found
from entrepot.kernel.checkdigits import container_check
from entrepot.kernel.money import Money, Price, money
from entrepot.kernel.text import Text
from entrepot.kernel.topics import Topic
from entrepot.kernel.vocabulary.goods import LINE
from entrepot.kernel.vocabulary.trade import CONTAINER, PACKING, PARTY, TERMS

At = tuple[str, str, str]  # topic, key, field

# How sure a reading must be to stand by itself: words, which people see to be wrong, and figures, which nobody sees.
SURE_WORDS = Decimal("0.55")
SURE_FIGURES = Decimal("0.70")
# What a sum or a product bears out may be read less surely: two errors that cancel out are rare.
BORNE_OUT = Decimal("0.30")

_WEAK = Text("the picture is hard to read here", "此处图像不清")
_PRODUCT = Text("quantity x unit price is not the amount", "数量乘以单价不等于金额")
_SUM = Text("the lines do not add up to the total", "各项之和与合计不符")
_DIGIT = Text("the check digit does not fit", "校验码不符")
_WEIGHTS = Text("the net weight is above the gross weight", "净重大于毛重")
_DAY = Text("the day is far off", "日期相差过远")
_YEARS = 3
_SUMS = (
    ("amount", TERMS, "total"),
    ("packages", PACKING, "packages"),
    ("net_kg", PACKING, "net_kg"),
    ("gross_kg", PACKING, "gross_kg"),
)
_FIGURES = frozenset(
    {
        "contract_no",
        "invoice_no",
        "bill_no",
        "hs",
        "item_code",
        "uscc",
        "un_number",
        "voyage",
        "number",
        "currency",
        "key",
    }
)


def withhold_doubtful(found: Found, pictured: bool) -> None:
    """Take back what does not stand; `pictured` says that pages were read off a picture."""
    borne: set[At] = set()
    failed: dict[At, Text] = {}
    for key in found.keys(LINE):
        _check_product(found, key, borne, failed)
    for field, topic, total in _SUMS:
        _check_sum(found, field, topic, total, borne, failed)
    for at, fits in _identifiers(found):
        failed |= {} if fits else {at: _DIGIT}
        borne |= {at} if fits else set()
    failed |= dict(_weights(found))
    if pictured:
        failed |= dict(_days(found))
    for topic, key, field in sorted(found.stated(), key=lambda at: at[2] != "key"):
        at = (topic.name, key, field)
        if (topic, key, field) not in found:
            continue  # it was taken back with its key
        if at in failed and at not in borne:
            found.withhold(topic, key, field, failed[at])
        elif not _sure(found, topic, key, field, at in borne):
            found.withhold(topic, key, field, _WEAK)


def _sure(found: Found, topic: Topic[Any], key: str, field: str, borne: bool) -> bool:
    sure = found.sure(found.place(topic, key, field))
    if sure is None:
        return True
    value = found.get(topic, key, field)
    figures = field in _FIGURES or not isinstance(value, str)
    return sure >= (BORNE_OUT if borne else SURE_FIGURES if figures else SURE_WORDS)


def _check_product(found: Found, key: str, borne: set[At], failed: dict[At, Text]) -> None:
    """Quantity times unit price against the amount of a line, where the price is for the unit of the quantity."""
    quantity, price, amount = (found.get(LINE, key, field) for field in ("quantity", "price", "amount"))
    if not (isinstance(quantity, Decimal) and isinstance(price, Price) and isinstance(amount, Money)):
        return
    unit = found.get(LINE, key, "unit") or ""
    if price.currency != amount.currency or (price.unit and unit and price.unit.casefold() != unit.casefold()):
        return
    fields = [(LINE.name, key, field) for field in ("quantity", "price", "amount")]
    exact = money(quantity * price.amount / price.per, amount.currency)
    if abs(exact.minor - amount.minor) <= 1:  # a rounding either way
        borne.update(fields)
    else:
        failed.update(dict.fromkeys(fields, _PRODUCT))


def _check_sum(found: Found, field: str, topic: Topic[Any], total: str, borne: set[At], failed: dict[At, Text]) -> None:
    """The lines of a column against its total."""
    keys = found.keys(LINE)
    parts = [found.get(LINE, key, field) for key in keys]
    stated = found.get(topic, "", total)
    if stated is None or not parts or None in parts:
        return
    if isinstance(stated, Money):
        if {part.currency for part in parts} != {stated.currency}:
            return
        equal = sum(part.minor for part in parts) == stated.minor
    else:
        equal = sum(parts) == stated
    lines = [(LINE.name, key, field) for key in keys]
    if equal:
        borne.update([*lines, (topic.name, "", total)])
        for at in lines:
            failed.pop(at, None)
    else:
        failed.update({at: _SUM for at in [*lines, (topic.name, "", total)] if at not in borne})


def _identifiers(found: Found) -> Iterator[tuple[At, bool]]:
    """Numbers with a check digit, and whether it fits."""
    for key in found.keys(PARTY):
        code = found.get(PARTY, key, "uscc")
        if code is not None:
            yield (PARTY.name, key, "uscc"), values.is_uscc(code)
    for key in found.keys(CONTAINER):
        yield (CONTAINER.name, key, "key"), container_check(key) == key[10:]


def _weights(found: Found) -> Iterator[tuple[At, Text]]:
    for topic, keys in ((LINE, found.keys(LINE)), (PACKING, found.keys(PACKING))):
        for key in keys:
            net, gross = found.get(topic, key, "net_kg"), found.get(topic, key, "gross_kg")
            if net is not None and gross is not None and net > gross:
                yield (topic.name, key, "net_kg"), _WEIGHTS
                yield (topic.name, key, "gross_kg"), _WEIGHTS


def _days(found: Found) -> Iterator[tuple[At, Text]]:
    """Days that lie years off: in a picture more likely a figure misread."""
    for topic, key, field in found.stated():
        value = found.get(topic, key, field)
        if isinstance(value, date) and abs(value.year - found.today.year) >= _YEARS:
            yield (topic.name, key, field), _DAY
