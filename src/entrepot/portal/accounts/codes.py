"""The code under which an organisation is known: checked before anybody is let in under it."""

import re

import pycountry

from entrepot.kernel.checkdigits import uscc_check
from entrepot.kernel.text import Problem
from entrepot.portal.drafts import problem

FOREIGN = re.compile(r"[A-Z0-9][A-Z0-9.-]{2,39}")
CUSTOMS_CODE = re.compile(r"[0-9A-Z]{10}")


def organisation_code(country: str, number: str) -> str:
    """The id in statements: a Chinese enterprise's credit code as it is, any other as `COUNTRY-NUMBER` (ISO 3166 alpha-3)."""
    number = number.strip().upper()
    return number if country == "CHN" else f"{country}-{number}"


def code_problems(country: str, number: str) -> tuple[Problem, ...]:
    """What is wrong with the country and the number in its register; the check character is that of GB 32100."""
    number = number.strip().upper()
    if pycountry.countries.get(alpha_3=country) is None:
        return (
            problem("AU01", "country", f"{country!r} is no country", f"{country!r} 不是国家代码", "choose one of the list",
                    "请从列表中选择"),
        )  # fmt: skip
    if country != "CHN":
        if FOREIGN.fullmatch(number):
            return ()
        return (
            problem("AU02", "number", f"{number!r} is no number of a register", f"{number!r} 不是有效的登记号",
                    "3 to 40 capital letters, digits, points and hyphens", "请填写 3 至 40 位大写字母、数字、点或连字符"),
        )  # fmt: skip
    expected = uscc_check(number)
    if len(number) != 18 or expected is None:
        return (
            problem("AU03", "number", "a unified social credit code has 18 characters: digits, and capital letters without I, O, S, V, Z",
                    "统一社会信用代码为 18 位数字或大写字母（不含 I、O、S、V、Z）",
                    "copy it from the business licence", "请按营业执照填写"),
        )  # fmt: skip
    if number[17] != expected:
        return (
            problem("AU04", "number", "the check character of the credit code does not fit: a character is wrong, or two are swapped",
                    "统一社会信用代码校验位不符：有字符写错或颠倒",
                    "compare it with the business licence, character by character", "请与营业执照逐位核对"),
        )  # fmt: skip
    return ()


def customs_code_problems(code: str) -> tuple[Problem, ...]:
    """What is wrong with a customs record's code; none is fine."""
    if not code or CUSTOMS_CODE.fullmatch(code):
        return ()
    return (
        problem("AU05", "customs_code", f"{code!r} is no customs code", f"{code!r} 不是海关编码",
                "10 digits or capital letters, or leave it empty", "海关编码为 10 位数字或大写字母，可留空"),
    )  # fmt: skip
