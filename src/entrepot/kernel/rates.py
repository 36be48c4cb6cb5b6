"""Duty expressions: what a tariff line charges, as a value, as text, and as an amount with its working.

The grammar (ASCII; single spaces are written, any run of spaces is read)::

    duty  = term { "+" term }                                  all of them together
    term  = "free"
          | number "%"                                         of the customs value
          | money "/" unit                                     of the quantity
          | [ ratio "*" ] "(" money "-" [ ratio ] "value" ")" "/" unit
                                                               a gap to a fixed price, see `ValueGap`
          | "max" "(" duty { "," duty } ")"                    the greatest: "whichever is the greater", a floor
          | "min" "(" duty { "," duty } ")"                    the least: "whichever is the less", a ceiling
    money = currency number          e.g. JPY 4800             (ISO 4217)
    unit  = [ number ] name          e.g. kg, 1000 no          (lower-case name; the number defaults to 1)
    ratio = number [ "/" number ]    e.g. 0.6, 3/11

Examples: ``free``, ``3.3%``, ``JPY 10/kg``, ``12% + JPY 5/kg``, ``max(17%, JPY 30/kg)``,
``max(min(21.3%, JPY 156.8/l), JPY 93/l)``, ``min(2.4%, 0.8 * (JPY 500 - value)/kg)``.

A percentage is kept as a fraction (3.3% is Decimal("0.033")). No name here stands for a rounding: amounts are
unrounded, and the caller's row of law says how to round them.
"""

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache
from typing import NoReturn

import msgspec

_TEXT_LIMIT = 1000
_DIGITS_LIMIT = 18
_ONE = Decimal(1)
_ZERO = Decimal(0)
# Own context: the working must not depend on a precision that somebody set elsewhere in the process. Products of real
# rates, prices and quantities fit in 50 digits exactly; only a ratio such as 3/11 is cut there.
_CONTEXT = Context(prec=50, rounding=ROUND_HALF_EVEN)


class DutyError(ValueError):
    """A duty that cannot be read, or cannot be charged on what is known."""


class MalformedDuty(DutyError):
    """The text or the parts are no duty of this grammar."""


class MissingQuantity(DutyError):
    """The duty is charged on a unit whose quantity was not given."""

    def __init__(self, unit: str) -> None:
        super().__init__(f"the duty needs a quantity in {unit}")
        self.unit = unit


class OtherCurrency(DutyError):
    """The duty names one currency and the customs value is in another; exchange is the caller's rule, not ours."""

    def __init__(self, duty_currency: str, value_currency: str) -> None:
        super().__init__(f"the duty is in {duty_currency}, the value in {value_currency}")
        self.duty_currency = duty_currency
        self.value_currency = value_currency


def _number(value: Decimal, what: str, *, positive: bool = False) -> None:
    if not value.is_finite() or value.is_signed():
        raise MalformedDuty(f"{what} must be a number of zero or more")
    exponent = value.as_tuple().exponent
    if value.adjusted() > _DIGITS_LIMIT or (isinstance(exponent, int) and exponent < -_DIGITS_LIMIT):
        raise MalformedDuty(f"{what} has more than {_DIGITS_LIMIT} digits on one side of the point")
    if positive and not value:
        raise MalformedDuty(f"{what} must be above zero")


def _names(currency: str, unit: str) -> None:
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise MalformedDuty(f"{currency!r} is no ISO 4217 code")
    if not re.fullmatch(r"[a-z][a-z0-9]{0,11}", unit) or unit in _KEYWORDS:
        raise MalformedDuty(f"{unit!r} is no name of a unit")


_KEYWORDS = frozenset({"free", "max", "min", "value"})


class Ratio(msgspec.Struct, frozen=True):
    """A quotient kept as printed (3/11 has no exact decimal form); `under` is above zero."""

    over: Decimal
    under: Decimal = _ONE

    def __post_init__(self) -> None:
        _number(self.over, "a ratio")
        _number(self.under, "the lower part of a ratio", positive=True)


_WHOLE = Ratio(_ONE)


class Free(msgspec.Struct, frozen=True, tag="free"):
    """No duty."""


class AdValorem(msgspec.Struct, frozen=True, tag="ad_valorem"):
    """A fraction of the customs value (0.033 for 3.3%)."""

    rate: Decimal

    def __post_init__(self) -> None:
        _number(self.rate, "a rate")


class Specific(msgspec.Struct, frozen=True, tag="specific"):
    """`amount` of `currency` (major units) for every `per` of `unit`."""

    amount: Decimal
    currency: str
    unit: str
    per: Decimal = _ONE

    def __post_init__(self) -> None:
        _number(self.amount, "an amount")
        _number(self.per, "the quantity an amount is for", positive=True)
        _names(self.currency, self.unit)


class ValueGap(msgspec.Struct, frozen=True, tag="value_gap"):
    """What the customs value per unit lacks to a fixed price: scale x (price - share x value per unit), for each unit.

    Worth nothing, never less, where the value already reaches the price.
    """

    price: Decimal
    currency: str
    unit: str
    per: Decimal = _ONE
    share: Ratio = _WHOLE
    scale: Ratio = _WHOLE

    def __post_init__(self) -> None:
        _number(self.price, "a price")
        _number(self.per, "the quantity a price is for", positive=True)
        _names(self.currency, self.unit)


class Sum(msgspec.Struct, frozen=True, tag="sum"):
    """All terms together; at least two, none of them a sum itself."""

    terms: tuple["Term", ...]

    def __post_init__(self) -> None:
        if len(self.terms) < 2 or any(isinstance(term, Sum) for term in self.terms):
            raise MalformedDuty("a sum has at least two terms, none of them a sum")


class Greatest(msgspec.Struct, frozen=True, tag="greatest"):
    """Whichever is the greatest; with a specific amount as last choice, a floor."""

    choices: tuple["Duty", ...]

    def __post_init__(self) -> None:
        if len(self.choices) < 2:
            raise MalformedDuty("max needs at least two choices")


class Least(msgspec.Struct, frozen=True, tag="least"):
    """Whichever is the least; with a rate as last choice, a ceiling."""

    choices: tuple["Duty", ...]

    def __post_init__(self) -> None:
        if len(self.choices) < 2:
            raise MalformedDuty("min needs at least two choices")


Term = Free | AdValorem | Specific | ValueGap | Greatest | Least
Duty = Free | AdValorem | Specific | ValueGap | Sum | Greatest | Least


class Charge(msgspec.Struct, frozen=True):
    """One step of the working: the formula as `write_duty` writes it, what went in, and the unrounded amount.

    Inputs are ``value`` and the unit's name for a single term; each part's formula with its amount for the others.
    """

    formula: str
    inputs: tuple[tuple[str, Decimal], ...]
    amount: Decimal


_TOKEN = re.compile(
    r" *(?:(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<currency>[A-Z]{3})|(?P<word>[a-z][a-z0-9]*)|(?P<sign>[-%/+*(),]))"
)


class _Reader:
    """Recursive descent over the tokens of one text, one method per line of the grammar."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[tuple[str, str]] = []
        self.position = 0
        at, end = 0, len(text.rstrip(" "))
        while at < end:
            match = _TOKEN.match(text, at, end)
            if match is None or match.lastgroup is None:
                raise MalformedDuty(f"cannot read {text!r} from character {at + 1}")
            self.tokens.append((match.lastgroup, match[match.lastgroup]))
            at = match.end()

    def fail(self, wanted: str) -> NoReturn:
        found = self.tokens[self.position][1] if self.position < len(self.tokens) else "the end"
        raise MalformedDuty(f"in {self.text!r}: {wanted} was expected, not {found}")

    def accept(self, sign: str) -> bool:
        if self.position < len(self.tokens) and self.tokens[self.position][1] == sign:
            self.position += 1
            return True
        return False

    def expect(self, sign: str) -> None:
        if not self.accept(sign):
            self.fail(sign)

    def take(self, kind: str) -> str:
        if self.position >= len(self.tokens) or self.tokens[self.position][0] != kind:
            self.fail(f"a {kind}")
        self.position += 1
        return self.tokens[self.position - 1][1]

    def whole(self) -> Duty:
        duty = self.duty()
        if self.position < len(self.tokens):
            self.fail("the end")
        return duty

    def duty(self) -> Duty:
        terms = [self.term()]
        while self.accept("+"):
            terms.append(self.term())
        return terms[0] if len(terms) == 1 else Sum(tuple(terms))

    def term(self) -> Term:
        kind = self.tokens[self.position][0] if self.position < len(self.tokens) else ""
        if self.accept("free"):
            return Free()
        if self.accept("max"):
            return Greatest(self.choices())
        if self.accept("min"):
            return Least(self.choices())
        if kind == "currency":
            currency, amount = self.money()
            return Specific(amount, currency, *self.unit())
        if kind == "number":
            first = Decimal(self.take("number"))
            if self.accept("%"):
                return AdValorem(_shifted(first, -2))
            scale = Ratio(first, self.lower())
            self.expect("*")
            return self.gap(scale)
        return self.gap(_WHOLE)

    def gap(self, scale: Ratio) -> ValueGap:
        self.expect("(")
        currency, price = self.money()
        self.expect("-")
        share = _WHOLE
        if self.position < len(self.tokens) and self.tokens[self.position][0] == "number":
            share = Ratio(Decimal(self.take("number")), self.lower())
        self.expect("value")
        self.expect(")")
        return ValueGap(price, currency, *self.unit(), share=share, scale=scale)

    def lower(self) -> Decimal:
        return Decimal(self.take("number")) if self.accept("/") else _ONE

    def money(self) -> tuple[str, Decimal]:
        return self.take("currency"), Decimal(self.take("number"))

    def unit(self) -> tuple[str, Decimal]:
        self.expect("/")
        per = _ONE
        if self.position < len(self.tokens) and self.tokens[self.position][0] == "number":
            per = Decimal(self.take("number"))
        return self.take("word"), per

    def choices(self) -> tuple[Duty, ...]:
        self.expect("(")
        choices = [self.duty()]
        while self.accept(","):
            choices.append(self.duty())
        self.expect(")")
        return tuple(choices)


def _shifted(number: Decimal, places: int) -> Decimal:
    """The number times ten to the `places`, exactly and without asking any context."""
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)
    return Decimal((0, number.as_tuple().digits, exponent + places))


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _ratio(ratio: Ratio) -> str:
    return _plain(ratio.over) if ratio.under == _ONE else f"{_plain(ratio.over)}/{_plain(ratio.under)}"


def _unit(unit: str, per: Decimal) -> str:
    return f"/{unit}" if per == _ONE else f"/{_plain(per)} {unit}"


@lru_cache(maxsize=16_384)
def parse_duty(text: str) -> Duty:
    """Read a duty expression; raises `MalformedDuty` saying where the text leaves the grammar."""
    if len(text) > _TEXT_LIMIT:
        raise MalformedDuty(f"a duty is at most {_TEXT_LIMIT} characters long")
    return _Reader(text).whole()


@lru_cache(maxsize=16_384)
def write_duty(duty: Duty) -> str:
    """The one spelling of a duty; `parse_duty` of it gives an equal duty back."""
    match duty:
        case Free():
            return "free"
        case AdValorem(rate):
            return f"{_plain(_shifted(rate, 2))}%"
        case Specific(amount, currency, unit, per):
            return f"{currency} {_plain(amount)}{_unit(unit, per)}"
        case ValueGap(price, currency, unit, per, share, scale):
            scaled = "" if scale == _WHOLE else f"{_ratio(scale)} * "
            shared = "" if share == _WHOLE else f"{_ratio(share)} "
            return f"{scaled}({currency} {_plain(price)} - {shared}value){_unit(unit, per)}"
        case Sum(terms):
            return " + ".join(map(write_duty, terms))
        case Greatest(choices):
            return f"max({', '.join(map(write_duty, choices))})"
        case Least(choices):
            return f"min({', '.join(map(write_duty, choices))})"


def charge(
    duty: Duty, value: Decimal, currency: str, quantities: Mapping[str, Decimal], whole: Decimal | None = None
) -> tuple[Decimal, tuple[Charge, ...]]:
    """The unrounded duty on one lot of goods, and how it came about.

    `value` is the customs value in major units of `currency`; where the base of rates is cut to whole steps, `value` is
    that base, and `whole` the value before, which a value gap is reckoned on. `quantities` are by unit name, as in the
    duty. The amount is in `currency`, exact but for ratios such as 3/11 (cut at 50 digits). A value gap is never negative. Steps are
    in the order they are worked out, the last one gives the amount. Raises `MissingQuantity` for a unit that was not
    given (even where another choice might have decided), `OtherCurrency` for an amount in any other currency.
    """
    if not value.is_finite() or value < 0:
        raise DutyError("the customs value must be a number of zero or more")
    steps: list[Charge] = []
    amount = _charge(duty, value, currency, quantities, steps, value if whole is None else whole)
    return amount, tuple(steps)


def _charge(
    duty: Duty, value: Decimal, currency: str, quantities: Mapping[str, Decimal], steps: list[Charge], whole: Decimal
) -> Decimal:
    inputs: tuple[tuple[str, Decimal], ...]
    match duty:
        case AdValorem(rate):
            amount, inputs = _CONTEXT.multiply(value, rate), (("value", value),)
        case Specific(price, own_currency, unit, per):
            quantity = _quantity(unit, own_currency, currency, quantities)
            amount, inputs = _CONTEXT.multiply(price, quantity), ((unit, quantity),)
            if per != _ONE:
                amount = _CONTEXT.divide(amount, per)
        case ValueGap():
            quantity = _quantity(duty.unit, duty.currency, currency, quantities)
            amount, inputs = _gap(duty, whole, quantity), (("value", whole), (duty.unit, quantity))
        case Free():
            amount, inputs = _ZERO, ()
        case Sum(parts) | Greatest(parts) | Least(parts):
            amounts = [_charge(part, value, currency, quantities, steps, whole) for part in parts]
            inputs = tuple(zip(map(write_duty, parts), amounts, strict=True))
            if isinstance(duty, Sum):
                amount = _ZERO
                for each in amounts:
                    amount = _CONTEXT.add(amount, each)
            else:
                amount = max(amounts) if isinstance(duty, Greatest) else min(amounts)
    steps.append(Charge(write_duty(duty), inputs, amount))
    return amount


def _quantity(unit: str, duty_currency: str, value_currency: str, quantities: Mapping[str, Decimal]) -> Decimal:
    if duty_currency != value_currency:
        raise OtherCurrency(duty_currency, value_currency)
    quantity = quantities.get(unit)
    if quantity is None:
        raise MissingQuantity(unit)
    if not quantity.is_finite() or quantity < 0:
        raise DutyError(f"the quantity in {unit} must be a number of zero or more")
    return quantity


def _gap(gap: ValueGap, value: Decimal, quantity: Decimal) -> Decimal:
    # Over the whole lot, scale x (price x quantity / per - share x value); one division at the end keeps it exact
    # as long as it can be.
    multiply = _CONTEXT.multiply
    reached = multiply(multiply(gap.share.over, value), gap.per)
    lacking = _CONTEXT.subtract(multiply(multiply(gap.price, quantity), gap.share.under), reached)
    if lacking <= 0:
        return _ZERO
    under = multiply(multiply(gap.scale.under, gap.share.under), gap.per)
    return _CONTEXT.divide(multiply(lacking, gap.scale.over), under)
