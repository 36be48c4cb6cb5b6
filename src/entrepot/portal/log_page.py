"""The page of the log `/log`, for anybody: how it stands, its keys, who cosigned it, and how to verify it oneself."""

from datetime import UTC, datetime

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString

from entrepot.portal.pages import READ, language_of, only, page, reader_of
from entrepot.portal.web import Unproven, desk_of
from entrepot.portal.words import word
from entrepot.store.tiles import TilePath

WIDTH, HEIGHT, EDGE = 720, 160, 8


def log(request: HttpRequest) -> HttpResponseBase:
    """How the log stands."""
    desk = desk_of(request)
    standing, now = desk.store.log_standing(), desk.store.clock()
    try:
        voice = reader_of(request)
    except Unproven:  # nobody need be known to see this page
        voice = None
    return page(
        request, "log.html", voice=voice, log=standing, size=f"{standing.size:,}", age=_age(standing.signed_at, now, language_of(request)),
        witnesses=[(one, _moment(one.signed_at)) for one in standing.witnesses],
        authorities=[(one, _moment(one.signed_at)) for one in standing.authorities],
        growth=_drawing(standing.growth, language_of(request)), first_tiles=[f"/log/{tile}" for tile in _first_tiles(standing.size)],
        address=request.build_absolute_uri("/log"),
    )  # fmt: skip


def _first_tiles(size: int) -> list[str]:
    """The first bundle of entries and the first tile of hashes, as the tree of this size has them."""
    width = min(size, 256)
    return [str(TilePath(level, 0, width)) for level in (None, 0)] if width else []


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _age(signed_at: str, now: datetime, language: str) -> str:
    """How long ago something was, in the largest unit of which there is more than one."""
    if not signed_at:
        return ""
    seconds = max(0, int((now - datetime.fromisoformat(signed_at)).total_seconds()))
    for unit, length in (("log_days", 86_400), ("log_hours", 3_600), ("log_minutes", 60)):
        if seconds >= 2 * length:
            return word(unit, language).format(seconds // length)
    return word("log_seconds", language).format(seconds)


def _drawing(growth: tuple[tuple[str, int], ...], language: str) -> SafeString:
    """Size over time; nothing before there are two points at two times."""
    moments = [datetime.fromisoformat(when).timestamp() for when, _ in growth]
    if len(growth) < 2 or moments[0] == moments[-1]:
        return SafeString("")
    across, most = (WIDTH - 2 * EDGE) / (moments[-1] - moments[0]), growth[-1][1]
    points = " ".join(
        f"{EDGE + (moment - moments[0]) * across:.1f},{HEIGHT - EDGE - size / most * (HEIGHT - 3 * EDGE):.1f}"
        for moment, (_, size) in zip(moments, growth, strict=True)
    )
    told = word("log_growth_told", language).format(growth[0][0][:10], growth[0][1], growth[-1][0][:10], most)
    return format_html(
        '<svg class="growth" viewBox="0 0 {} {}" role="img" aria-label="{}"><polyline points="{}"/></svg><p class="quiet">{}</p>',
        WIDTH, HEIGHT, told, points, told,
    )  # fmt: skip


URLS: list[URLPattern] = [path("log", only(log, *READ))]
