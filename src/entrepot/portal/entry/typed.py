"""What people type, read strictly but as they write it: full-width digits, Chinese punctuation, thousands, days and countries by name.

Each reader takes a text that is not blank and gives plain JSON; ValueError carries how it is to be written, in both languages.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from entrepot.gateways.paper_values import INCOTERMS, country_code, currency_code, hs_code, written_date, written_number
from entrepot.kernel.intake import Refusal
from entrepot.kernel.money import Price, money_from_text, price_from_text, quantity_from_text
from entrepot.kernel.text import Text
from entrepot.portal.drafts import decoded

_PUNCTUATION = str.maketrans({"。": ".", "、": ",", "．": ".", "﹐": ",", "－": "-", "―": "-", "−": "-", "\u3000": " "})
_SPACED_CODE = re.compile(r"([A-Z0-9]{1,12}) [–-] .+", re.DOTALL)
YES, NO = "yes", "no"
Reader = Callable[[str], Any]


class Unread(ValueError):
    """A text that cannot be read; `how` says how it is to be written."""

    def __init__(self, how: Text) -> None:
        super().__init__(how.en)
        self.how = how


def folded(text: str) -> str:
    """A number or a code as typed, in plain digits and stops."""
    return unicodedata.normalize("NFKC", text.translate(_PUNCTUATION)).strip()


def number(text: str) -> str:
    """A number as its plain decimal text."""
    try:
        return f"{written_number(folded(text)):f}"
    except (ValueError, Refusal):
        raise Unread(Text("a number, such as 12,360.50", "数字，如 12,360.50")) from None


def rate(text: str) -> str:
    """A rate: 0.13, or 13 %."""
    bare = folded(text)
    if not bare.endswith("%"):
        return number(bare)
    return f"{Decimal(number(bare[:-1])).scaleb(-2):f}"


def count(text: str) -> int:
    """A whole number."""
    value = Decimal(number(text))
    if value != value.to_integral_value():
        raise Unread(Text("a whole number, such as 12", "整数，如 12"))
    return int(value)


def day(text: str) -> str:
    """A day as 2026-04-01."""
    try:
        return written_date(text).isoformat()
    except ValueError:
        how = Text("a day as 2026-04-01, with the year first", "日期，如 2026-04-01，年份在前")
        raise Unread(how) from None


def yes_no(text: str) -> bool:
    """Yes or no, by the values of the choice."""
    if text not in (YES, NO):
        raise Unread(Text("yes or no", "是或否"))
    return text == YES


def anything(text: str) -> Any:
    """JSON, for what has no form of its own."""
    try:
        return decoded(text)
    except Refusal:
        raise Unread(Text("JSON", "JSON")) from None


def code(text: str) -> str:
    """A code as it stands at the head of what a list offers: `CNSHA – Shanghai` is CNSHA."""
    bare = folded(text)
    listed = _SPACED_CODE.fullmatch(bare)
    if listed:
        return listed[1]
    return bare if bare.isascii() and bare.isalnum() else text  # what is no code stands as it was written


def country(text: str) -> str:
    """A country by its three letters or its name."""
    try:
        return country_code(code(text))
    except ValueError:
        raise Unread(
            Text("a country by name or three letters, such as Japan or JPN", "国家名称或三位字母代码，如 日本 或 JPN")
        ) from None


def currency(text: str) -> str:
    """A currency by its three letters, its sign or its Chinese name."""
    try:
        return currency_code(code(text))
    except ValueError:
        raise Unread(Text("the three letters of a currency, such as USD", "三位字母货币代码，如 USD")) from None


def goods_code(text: str) -> str:
    """A code of goods without points and spaces."""
    try:
        return hs_code(code(text))
    except ValueError:
        raise Unread(Text("6, 8 or 10 digits, such as 2809.20", "6、8 或 10 位数字，如 2809.20")) from None


def incoterm(text: str) -> str:
    """An Incoterms 2020 rule by its three letters."""
    bare = code(text).upper()
    if bare not in INCOTERMS:
        raise Unread(Text("one of the Incoterms 2020, such as FOB", "Incoterms 2020 术语之一，如 FOB"))
    return bare


def money(text: str, currency: str) -> dict[str, Any]:
    """An amount and its currency, typed apart or together in the first of them; whole minor units, never rounded."""
    bare = folded(text)
    if not currency and re.search(r"[^\d\s.,()+'’-]", bare):
        sign = re.fullmatch(
            r"(?P<a>[^\d\s.,()+'’-]+)\s*(?P<n>[\d.,()+'’ -]+)|(?P<m>[\d.,()+'’ -]+?)\s*(?P<b>[^\d\s.,()+'’-]+)", bare
        )
        if sign is None:
            raise Unread(_MONEY)
        bare, currency = (sign["n"] or sign["m"]).strip(), sign["a"] or sign["b"]
    if not currency:
        raise Unread(Text("the amount with its currency, such as USD", "金额与货币，如 USD"))
    if not bare:
        raise Unread(Text("the amount, not the currency alone", "金额，不能只填货币"))
    try:
        made = money_from_text(f"{_currency(currency)} {number(bare)}")
    except ValueError as error:
        raise error if isinstance(error, Unread) else Unread(_MONEY) from None
    return {"minor": made.minor, "currency": made.currency}


def together(cls: type, text: str) -> dict[str, Any]:
    """A price or a quantity typed in one: `USD 515/t`, `24,000 kg`."""
    try:
        made = price_from_text(folded(text)) if cls is Price else quantity_from_text(folded(text))
    except ValueError:
        how = Text("the price with its currency, such as USD 515.00/t", "单价与货币，如 USD 515.00/t")
        raise Unread(
            how if cls is Price else Text("a quantity with its unit, such as 24 t", "数量与单位，如 24 t")
        ) from None
    if isinstance(made, Price) and made.currency != currency(made.currency):
        raise Unread(_MONEY)
    return {
        name: value if isinstance(value, str) else f"{value:f}" for name, value in msgspec.structs.asdict(made).items()
    }


_MONEY = Text(
    "an amount with no more decimals than its currency has, such as 12,360.00",
    "金额，小数位数不得多于该货币，如 12,360.00",
)
_currency = currency


# By the names of fields, what kind of thing they hold where their type does not say it. The lists of codes of choices.py bear
# the same names.
NAMED: Mapping[str, str] = {
    **dict.fromkeys(
        ("country", "origin", "trade_country", "destination_country", "nationality", "export_country", "final_country",
         "producer_country", "origin_country", "original_origin"), "country",
    ),
    "currency": "currency", "incoterm": "incoterm", "hs": "goods_code",
    **dict.fromkeys(("loading_port", "discharge_port"), "port"),
    **dict.fromkeys(("unit", "unit1", "unit2"), "unit"),
    "supervision_mode": "supervision_mode", "levy_nature": "levy_nature", "duty_mode": "duty_mode",
    "package_type": "package_type", "inland_mode": "transport_mode", "domestic_region": "domestic_region",
    **dict.fromkeys(("customs_master", "exit_customs"), "customs_office"), "admin_region": "division",
    "size_type": "container_type", "roles": "role", "transport.plan.mode": "transport_mode",
}  # fmt: skip


def named(topic: str, field: str) -> str:
    """Which list of codes a field is out of; empty for none."""
    return NAMED.get(f"{topic}.{field}") or NAMED.get(field, "")


READERS: Mapping[str, Reader] = {
    "country": country, "currency": currency, "incoterm": incoterm, "goods_code": goods_code,
    **dict.fromkeys(
        ("port", "unit", "supervision_mode", "levy_nature", "duty_mode", "package_type", "transport_mode", "domestic_region",
         "customs_office", "division", "container_type", "role"), code,
    ),
}  # fmt: skip
