"""`/fees`, for anybody, signed in or not."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from entrepot.kernel.text import Text
from entrepot.portal.office.drawing import spell
from entrepot.portal.office.services import FEWEST, WITHIN, Level, published
from entrepot.portal.pages import READ, only, page
from entrepot.portal.web import desk_of

STYLES = ("office.css",)


def fees(request: HttpRequest) -> HttpResponseBase:
    """What services cost, how long they take by promise, and how long they took."""
    found = published(desk_of(request))
    longest = max((one.measured.p95 for one in found.levels if one.measured and one.measured.p95), default=0.0)
    return page(
        request, "office/fees.html", styles=STYLES, day=found.day, fewest=FEWEST, days=WITHIN.days,
        ours=[one for one in found.fees if one.payee == "platform"], others=[one for one in found.fees if one.payee != "platform"],
        levels=[(one, *_times(one), _bars(one, longest)) for one in found.levels],
    )  # fmt: skip


def _times(one: Level) -> tuple[Text | None, Text | None, Text | None]:
    promise = None if one.promised_hours is None else spell(float(one.promised_hours * 3600))
    if one.measured is None or one.measured.median is None or one.measured.p95 is None:
        return promise, None, None
    return promise, spell(one.measured.median), spell(one.measured.p95)


def _bars(one: Level, longest: float) -> tuple[int, int] | None:
    """The widths of the two bars of a hundred, by the square root: minutes and weeks stand in one picture."""
    if not longest or one.measured is None or one.measured.median is None or one.measured.p95 is None:
        return None
    return round(100 * (one.measured.median / longest) ** 0.5), round(100 * (one.measured.p95 / longest) ** 0.5)


URLS: list[URLPattern] = [path("fees", only(fees, *READ))]
