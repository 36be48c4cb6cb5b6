"""What papers write for money, weights, days, countries and numbers, as exact values. ValueError says why it cannot be."""

import gettext
import re
import unicodedata
from datetime import date
from decimal import Decimal
from functools import cache

import pycountry

from entrepot.gateways.bounds import plain_decimal
from entrepot.kernel.checkdigits import uscc_check
from entrepot.kernel.money import Money, minor_digits, money, round_to

INCOTERMS = frozenset({"EXW", "FCA", "CPT", "CIP", "DAP", "DPU", "DDP", "FAS", "FOB", "CFR", "CIF"})

# How many kilograms one unit is (exact by definition); words as papers write them and UN/ECE Recommendation 20 codes.
_KG: dict[str, Decimal] = {
    **dict.fromkeys(("kg", "kgs", "kgm", "kilo", "kilos", "kilogram", "kilograms", "公斤", "千克"), Decimal(1)),
    **dict.fromkeys(("t", "mt", "mts", "tne", "tonne", "tonnes", "吨", "公吨"), Decimal(1000)),
    **dict.fromkeys(("g", "grm", "gram", "grams", "克"), Decimal("0.001")),
    **dict.fromkeys(("lb", "lbs", "lbr", "pound", "pounds", "磅"), Decimal("0.45359237")),
}
_SIGNS = {
    "US$": "USD", "€": "EUR", "£": "GBP", "RMB": "CNY", "CN¥": "CNY", "JP¥": "JPY", "HK$": "HKD",
    "美元": "USD", "美金": "USD", "人民币": "CNY", "日元": "JPY", "日圆": "JPY", "欧元": "EUR", "英镑": "GBP",
    "港币": "HKD", "港元": "HKD", "韩元": "KRW", "澳元": "AUD", "加元": "CAD",
}  # fmt: skip
# Signs that several currencies share: they name none.
_SHARED_SIGNS = ("$", "¥", "元")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ZH_DIGITS = {digit: str(value) for value, digit in enumerate("〇一二三四五六七八九")} | {"零": "0"}
_POINT = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?")
_COMMA = re.compile(r"[+-]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?")


@cache
def currencies() -> frozenset[str]:
    """The ISO 4217 codes."""
    return frozenset(currency.alpha_3 for currency in pycountry.currencies)


def currency_code(text: str) -> str:
    """The ISO 4217 code that a word or sign stands for."""
    word = unicodedata.normalize("NFKC", text).strip().upper()
    code = _SIGNS.get(word, word)
    if word in _SHARED_SIGNS:
        raise ValueError(f"{word} is the sign of several currencies")
    if code not in currencies():
        raise ValueError(f"{word[:20]!r} is not an ISO 4217 currency")
    return code


def exact_money(amount: Decimal, currency: str) -> Money:
    """An amount in whole minor units; ValueError where it has more decimals than the currency has."""
    digits = minor_digits(currency)
    if amount != round_to(amount, digits):
        raise ValueError(f"{amount} has more decimals than {currency} has ({digits})")
    return money(amount, currency)


def in_kg(amount: Decimal, unit: str) -> Decimal:
    """A weight in kilograms, exactly."""
    factor = _KG.get(unit.strip().rstrip(".").lower())
    if factor is None:
        raise ValueError(f"{unit[:20]!r} is not a unit of weight that is known here")
    return plain(amount * factor)


def is_weight(unit: str) -> bool:
    """Whether a word is a unit of weight."""
    return unit.strip().rstrip(".").lower() in _KG


def plain(value: Decimal) -> Decimal:
    """The same number without trailing zeros or exponent: 774.14400 and 774.144 are one weight, and compare alike in JSON."""
    bare = value.normalize()
    return bare.quantize(Decimal(1)) if bare.as_tuple().exponent > 0 else bare  # type: ignore[operator]


def written_number(text: str, decimal_comma: bool = False) -> Decimal:
    """A number as people write it: `1,234.50`, `1 234.50`, `(12.00)`; with `decimal_comma`, `1.234,50`."""
    bare = re.sub(r"(?<=\d)[ '’](?=\d{3})", "", unicodedata.normalize("NFKC", text).strip())
    if bare.startswith("(") and bare.endswith(")"):
        bare = f"-{bare[1:-1]}"
    if not (_COMMA if decimal_comma else _POINT).fullmatch(bare):
        raise ValueError(f"{text[:40]!r} is not a number")
    bare = bare.replace(".", "").replace(",", ".") if decimal_comma else bare.replace(",", "")
    return plain_decimal(bare)


def written_date(text: str) -> date:
    """A day as people write it: 2026-06-20, 2026/6/20, 2026年6月20日, 20 June 2026, June 20, 2026, 二〇二六年六月二十日.

    ValueError where day and month could be exchanged (06/07/2026): that is not for us to guess.
    """
    bare = unicodedata.normalize("NFKC", text).strip()
    if match := re.fullmatch(r"(\d{4})(-|/|\.)(\d{1,2})\2(\d{1,2})(?:[T ].*|Z|[+-]\d\d:\d\d)?", bare):
        return date(int(match[1]), int(match[3]), int(match[4]))
    if match := re.fullmatch(r"(\d{4})(\d{2})(\d{2})", bare):
        return date(int(match[1]), int(match[2]), int(match[3]))
    if match := re.fullmatch(r"(.{4}) ?年 ?(.{1,3}) ?月 ?(.{1,3}) ?[日号]", bare):
        year = "".join(_ZH_DIGITS.get(digit, digit) for digit in match[1])
        return date(int(year), _zh_number(match[2]), _zh_number(match[3]))
    words = [word.lower() for word in re.findall(r"[A-Za-z]+|\d+", bare)]
    names = [word for word in words if word[:3] in _MONTHS]
    numbers = [word for word in words if word.isdigit()]
    if len(names) == 1 and len(numbers) == 2 and len(numbers[1]) == 4 and len(numbers[0]) <= 2:
        return date(int(numbers[1]), _MONTHS.index(names[0][:3]) + 1, int(numbers[0]))
    if match := re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", bare):
        one, two, last = int(match[1]), int(match[2]), int(match[3])
        if one != two and one <= 12 and two <= 12:
            raise ValueError(f"{bare}: which is the month?")
        return date(last, one, two) if two > 12 else date(last, two, one)
    raise ValueError(f"{text[:40]!r} is not a day")


def _zh_number(text: str) -> int:
    """A Chinese number to 99, or digits."""
    bare = text.strip()
    if bare.isdigit():
        return int(bare)
    tens, ten, ones = bare.rpartition("十")
    if any(digit not in _ZH_DIGITS for digit in (tens, ones) if digit):
        raise ValueError(f"{text!r} is not a number of a day or month")
    digits = _ZH_DIGITS.get(tens, "1" if ten else "0") + _ZH_DIGITS.get(ones, "0")
    return int(digits)


@cache
def _countries() -> dict[str, str]:
    """Alpha-2, alpha-3 and names in English and Chinese -> alpha-3 (ISO 3166 as pycountry carries it)."""
    chinese = gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=["zh_CN"], fallback=True)
    known = {
        "uk": "GBR",
        "u.k.": "GBR",
        "u.s.a.": "USA",
        "korea": "KOR",
        "south korea": "KOR",
        "韩国": "KOR",
        "pr china": "CHN",
    }
    known |= {"p.r. china": "CHN", "p.r.china": "CHN", "the people's republic of china": "CHN", "中华人民共和国": "CHN"}
    for country in pycountry.countries:
        names = (country.alpha_2, country.alpha_3, country.name, getattr(country, "common_name", ""))
        for name in (*names, getattr(country, "official_name", ""), chinese.gettext(country.name)):
            known.setdefault(name.lower(), country.alpha_3)
    known.pop("", None)
    return known


def country_code(text: str) -> str:
    """The ISO 3166 alpha-3 code of a country given by code or by name in English or Chinese."""
    code = _countries().get(text.strip().rstrip(".").lower()) or _countries().get(text.strip().lower())
    if code is None:
        raise ValueError(f"{text[:40]!r} is not a country of ISO 3166")
    return code


def hs_code(text: str) -> str:
    """A goods code of 6, 8 or 10 digits without points and spaces."""
    digits = re.sub(r"[\s.·-]", "", unicodedata.normalize("NFKC", text))
    if not (digits.isascii() and digits.isdigit() and len(digits) in (6, 8, 10)):
        raise ValueError(f"{text[:40]!r} is not a goods code of 6, 8 or 10 digits")
    return digits


def is_locode(text: str) -> bool:
    """Whether a word has the form of a UN/LOCODE of a country that exists."""
    return bool(re.fullmatch(r"[A-Z]{2}[A-Z2-9]{3}", text)) and pycountry.countries.get(alpha_2=text[:2]) is not None


def is_uscc(text: str) -> bool:
    """Whether a word is a unified social credit code, by its check character."""
    return len(text) == 18 and uscc_check(text) == text[17]


def is_chinese(text: str) -> bool:
    """Whether a text has Chinese characters."""
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)
