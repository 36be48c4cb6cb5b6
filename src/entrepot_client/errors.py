"""What goes wrong, as exceptions."""

from collections.abc import Mapping
from typing import Any

import msgspec

from entrepot_client.answers import Problem, Text


class ApiError(Exception):
    """An answer that says no (RFC 9457): its status, its title in both languages, and every problem at once. `request` names the
    request to the operator where something broke on the platform's side; `retry_after` are the seconds it asked to wait."""

    def __init__(
        self, status: int, title: Text, detail: str, problems: tuple[Problem, ...], request: str, retry_after: int
    ) -> None:
        self.status, self.title, self.detail, self.problems = status, title, detail, problems
        self.request, self.retry_after = request, retry_after
        super().__init__(self.told("en"))

    def told(self, language: str = "en") -> str:
        """All of it in `en` or `zh`: a line for each problem, with where it is and how to mend it."""
        chinese = language == "zh"
        lines = [
            f"{self.status} {self.title.zh if chinese else self.title.en}" + (f": {self.detail}" if self.detail else "")
        ]
        for one in self.problems:
            what, fix = (one.what.zh, one.fix.zh) if chinese else (one.what.en, one.fix.en)
            lines.append(f"  {one.rule} | {one.where} | {what} | {fix}")
        return "\n".join(lines)

    @property
    def rules(self) -> tuple[str, ...]:
        """The codes of the problems, for programs."""
        return tuple(one.rule for one in self.problems)


class Unreachable(Exception):
    """No answer came, or it broke off, as often as it was tried."""


class _Told(msgspec.Struct):
    title: str = ""
    title_zh: str = ""
    detail: str = ""
    problems: tuple[Problem, ...] = ()
    request: str = ""


def error_of(status: int, headers: Mapping[str, str], content: bytes) -> ApiError:
    """The exception of an answer; what is no problem document (that of a proxy, perhaps) is told by its status."""
    told = _Told()
    if headers.get("content-type", "").partition(";")[0] == "application/problem+json":
        try:
            told = msgspec.json.decode(content, type=_Told)
        except msgspec.MsgspecError:
            told = _Told(detail=content[:200].decode(errors="replace"))
    title = Text(en=told.title or "refused", zh=told.title_zh or "被拒绝")
    return ApiError(status, title, told.detail, told.problems, told.request, seconds(headers))


def seconds(headers: Mapping[str, str]) -> int:
    """What `Retry-After` asks to wait; 0 where it says nothing in seconds."""
    text: Any = headers.get("retry-after", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0
