"""The page `/api`: every call of the API by its group, with what it takes, and how to begin."""

from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from msgspec import Struct

from entrepot.kernel.module import Registry
from entrepot.kernel.text import Text
from entrepot.portal import setting, versions
from entrepot.portal.openapi import plain
from entrepot.portal.openapi_verbs import GROUPS
from entrepot.portal.pages import READ, only, page, reader_of
from entrepot.portal.web import Unproven, desk_of


class Shown(Struct, frozen=True):
    """A call as the page shows it: what one may ask (`?limit`), what it takes and gives, whether anybody may."""

    method: str
    path: str
    summary: str
    asks: tuple[str, ...]
    takes: tuple[str, ...]
    gives: tuple[str, ...]
    open: bool


@lru_cache(maxsize=4)
def shown(registry: Registry) -> tuple[tuple[Text, tuple[Shown, ...]], ...]:
    """Every call, by its group, in the order of the groups."""
    groups: dict[str, list[Shown]] = {name: [] for name in GROUPS}
    for address, verbs in sorted(plain(registry)["paths"].items()):
        for method, verb in verbs.items():
            groups[verb["tags"][0]].append(_shown(method, address, verb))
    return tuple((_title(name), tuple(calls)) for name, calls in groups.items() if calls)


def _title(name: str) -> Text:
    return Text(name, GROUPS[name].rpartition(" · ")[2])


def _shown(method: str, address: str, verb: dict[str, Any]) -> Shown:
    asks = tuple(one["name"] for one in verb.get("parameters", ()) if one["in"] == "query")
    gives = {
        media for code, told in verb["responses"].items() if code.startswith("2") for media in told.get("content", ())
    }
    takes = tuple(verb.get("requestBody", {}).get("content", ()))
    return Shown(
        method.upper(), address, verb["summary"], asks, takes, tuple(sorted(gives)), verb.get("security") == []
    )


def api(request: HttpRequest) -> HttpResponseBase:
    """Every call of the API, for anybody."""
    desk = desk_of(request)
    try:
        voice = reader_of(request)
    except Unproven:  # nobody need be known to see this page
        voice = None
    listed = versions.listed(desk.today())
    return page(
        request, "api.html", voice=voice, groups=shown(desk.registry), versions=listed.versions,
        edition=listed.edition, base=setting.address(), sandbox=desk.store.nature == "sandbox",
    )  # fmt: skip


URLS: list[URLPattern] = [path("api", only(api, *READ))]
