"""What pages, API and command line of this part ask for alike: moments and days as they are written, and a file by parts."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from entrepot.kernel.intake import Refusal
from entrepot.portal.audit.exports import ExportCard
from entrepot.portal.desk import COUNTING_OFFICE
from entrepot.portal.drafts import problem

PIECE = 256 * 1024
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


def moment_of(text: str, where: str = "at") -> datetime:
    """A moment as written: `2026-04-01T12:00:00Z`, without a zone in the counting office's time; a day alone is its end."""
    try:
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), time(), COUNTING_OFFICE) + timedelta(
                days=1, microseconds=-1
            )
        moment = datetime.fromisoformat(text)
        # A plus sign that was not escaped in an address arrives as a space.
        moment = moment if moment.tzinfo else moment.replace(tzinfo=COUNTING_OFFICE)
        for zone in (UTC, COUNTING_OFFICE):  # the calendar ends somewhere
            moment.astimezone(zone)
        return moment
    except (ValueError, OverflowError):
        raise _no_moment(text, where) from None


def day_of(text: str, where: str) -> date | None:
    """A day as written; None where none is."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise _no_moment(text, where) from None


def _no_moment(text: str, where: str) -> Refusal:
    return Refusal(
        (
            problem(
                "AD05", where, f"{text[:40]!a} is no moment", f"{text[:40]!a} 不是时间",
                "write it as 2026-04-01 or 2026-04-01T12:00:00Z", "格式：2026-04-01 或 2026-04-01T12:00:00Z",
            ),
        )
    )  # fmt: skip


def file_response(request: HttpRequest, path: Path, card: ExportCard) -> HttpResponseBase:
    """A file that is ready, whole or the one part asked for (RFC 9110, section 14), so that a download that broke off goes on."""
    start, end, status = 0, card.size - 1, 200
    tag = f'"{card.digest}"'
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    if asked and request.headers.get("If-Range", tag) == tag:
        first, last = asked.groups()
        if first:
            start, end, status = int(first), min(int(last), end) if last else end, 206
        elif last:
            start, status = max(0, card.size - int(last)), 206
        if not 0 <= start <= end:
            response = HttpResponse(status=416)
            response["Content-Range"] = f"bytes */{card.size}"
            return response
    body = b"" if request.method == "HEAD" else _pieces(path, start, end)
    answer = StreamingHttpResponse(body, status=status, content_type="application/zip")
    answer["Content-Length"] = str(end - start + 1)
    if status == 206:
        answer["Content-Range"] = f"bytes {start}-{end}/{card.size}"
    answer["Accept-Ranges"], answer["ETag"] = "bytes", tag
    answer["Content-Disposition"] = f'attachment; filename="entrepot-{card.kind}-{card.id}.zip"'
    answer["Content-Security-Policy"] = "sandbox"
    return answer


def _pieces(path: Path, start: int, end: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        left = end - start + 1
        while left > 0 and (piece := file.read(min(PIECE, left))):
            left -= len(piece)
            yield piece
