"""Bytes from outside to one JSON object, strictly: what two readers could take in two ways is refused before anything is checked."""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from entrepot.gateways.bounds import MAX_DIGITS, check_size, load_json
from entrepot.kernel.intake import Refusal
from entrepot.kernel.text import Text

MAX_CREDENTIAL = 4 << 20  # bytes
MAX_VALUES = 100_000  # each proof costs one canonical form of all of them
_EXACT = 2**53 - 1  # integers beyond it are not the same in every reader of JSON
_BASE64URL = re.compile(r"[A-Za-z0-9_-]*")
_CHINESE = {
    "P001": "文件为空或过大",
    "P003": "嵌套过深或内容过多",
    "P005": "不是规范的 JSON（UTF-8，名称不重复，数值不超出精度）",
}


class Unfit(ValueError):
    """What was given cannot hold, with the reason in both languages."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.reason = Text(en, zh)


def read_object(data: bytes, limit: int = MAX_CREDENTIAL) -> dict[str, Any]:
    """The JSON object in the bytes. Raises Unfit for what is larger than `limit`, not UTF-8, no object, nested deeper than 64
    levels or of more than 100,000 values, names a member twice, holds half a surrogate pair or a number that readers of JSON do
    not keep exactly."""
    try:
        check_size(data, limit)
        if data.count(b",") + data.count(b"[") + data.count(b"{") > MAX_VALUES:
            raise Unfit(f"more than {MAX_VALUES:,} values", f"数值个数超过 {MAX_VALUES:,}")
        value = load_json(data, _number)
        json.dumps(value, ensure_ascii=False).encode()
    except Refusal as error:
        problem = error.problems[0]
        raise Unfit(problem.what.en, f"{_CHINESE.get(problem.rule, '无法读取')}：{problem.what.zh}") from error
    except UnicodeEncodeError as error:
        raise Unfit("half a surrogate pair stands in it", "含有不成对的代理字符") from error
    if not isinstance(value, dict):
        raise Unfit("it is no JSON object", "不是 JSON 对象")
    return value


def _number(text: str) -> int | float:
    """A number that every reader keeps: an integer up to 2^53 - 1, or a double written with at most 20 digits."""
    if len(text) > MAX_DIGITS + 8:
        raise ValueError("a number has more than 20 digits")
    if text.lstrip("-").isdigit():
        if abs(int(text)) > _EXACT:
            raise ValueError(f"the number {text} is beyond 2^53 - 1")
        return int(text)
    value = float(text)
    if value in (float("inf"), float("-inf")) or (value == 0 and re.search("[1-9]", re.split("[eE]", text)[0])):
        raise ValueError(f"the number {text} is too large or too small")
    return value


def from_base64url(text: str) -> bytes:
    """The bytes of base64url without padding, in its one spelling; ValueError otherwise."""
    fits = _BASE64URL.fullmatch(text) and len(text) % 4 != 1
    data = urlsafe_b64decode(text + "=" * (-len(text) % 4)) if fits else b""
    if base64url(data) != text:
        raise ValueError("not base64url without padding")
    return data


def base64url(data: bytes) -> str:
    """Bytes in base64url without padding (RFC 4648, section 5)."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()
