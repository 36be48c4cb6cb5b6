"""Lists by pages: `limit` bounds a page, `cursor` says where it begins, and `Link` (RFC 8288) leads to the next.

A cursor names the last entry of the page before, not a number of entries: what comes in meanwhile moves nothing. Where a list is a
body of its own, `Link` alone tells of the next page; elsewhere `next` in the body holds its cursor too.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from entrepot.kernel.intake import Refusal
from entrepot.portal.drafts import problem
from entrepot.portal.web import json_response

MOST, USUAL, LONGEST_CURSOR = 200, 50, 1_000
T = TypeVar("T")


def limit_of(request: HttpRequest, usual: int = USUAL, most: int = MOST) -> int:
    """How many entries a page shall have, from 1 to `most`."""
    return min(max(number_of(request, "limit", usual) or 0, 1), most)


def number_of(request: HttpRequest, name: str, default: int | None = None) -> int | None:
    """A whole number of a request; Refusal where it is none."""
    text = request.GET.get(name, "")
    if not text:
        return default
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise _refused(name, text, "give a whole number", "请填写整数")
    return int(text)


def cursor_of(request: HttpRequest) -> str:
    """The cursor of a request as it was given out; empty for the first page."""
    text = request.GET.get("cursor", "")
    if len(text) > LONGEST_CURSOR or not text.isprintable():
        raise unknown(text)
    return text


def unknown(cursor: str) -> Refusal:
    """The refusal of a cursor that no page gave out."""
    return _refused("cursor", cursor, "give back `next` of the page before, or none", "请原样回传上一页的 next，或不填")


def _refused(name: str, text: str, en: str, zh: str) -> Refusal:
    shown = ascii(text[:40])
    return Refusal((problem("D044", name, f"{shown} does not fit here", f"{shown} 填写有误", en, zh),))


def behind(
    items: Sequence[T], name: Callable[[T], str], request: HttpRequest, most: int = MOST
) -> tuple[tuple[T, ...], str]:
    """The page of a list from which nothing is ever taken away, and the next cursor: it begins behind the entry that it names."""
    cursor, limit = cursor_of(request), limit_of(request, USUAL, most)
    start = 0
    if cursor:
        start = next((place for place, one in enumerate(items, 1) if name(one) == cursor), -1)
        if start < 0:
            raise unknown(cursor)
    page = tuple(items[start : start + limit])
    return page, name(page[-1]) if start + limit < len(items) else ""


def past(
    items: Sequence[T], rank: Callable[[T], str], request: HttpRequest, usual: int = USUAL
) -> tuple[tuple[T, ...], str]:
    """The page of a list in which entries move and vanish, sorted by its `rank`, and the next cursor: it begins past that rank."""
    cursor, limit = cursor_of(request), limit_of(request, usual)
    left = [one for one in sorted(items, key=rank) if rank(one) > cursor]
    page = tuple(left[:limit])
    return page, rank(page[-1]) if limit < len(left) else ""


def listed(request: HttpRequest, value: Any, following: str | int | None) -> HttpResponseBase:
    """The answer of a page, with `Link` to the one that follows."""
    response = json_response(value)
    if following:
        kept = [(name, one) for name, all_ in request.GET.lists() for one in all_ if name != "cursor"]
        response["Link"] = f'<{request.path}?{urlencode([*kept, ("cursor", following)])}>; rel="next"'
    return response


def parameters(at: Callable[..., dict[str, Any]], most: int = MOST, number: bool = False) -> tuple[dict[str, Any], ...]:
    """`limit` and `cursor`, for the description; `number` where the cursor is one."""
    cursor: dict[str, Any] = (
        {"type": "integer", "minimum": 0} if number else {"type": "string", "maxLength": LONGEST_CURSOR}
    )
    return at("cursor", "query", cursor), at("limit", "query", {"type": "integer", "minimum": 1, "maximum": most})
