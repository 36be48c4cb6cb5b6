"""iCalendar (RFC 5545): days as events of a whole day, for the calendar program of whoever subscribed."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

from msgspec import Struct

MEDIA_TYPE = "text/calendar; charset=utf-8"
_OCTETS = 75  # of a line, RFC 5545, 3.1
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


class Event(Struct, frozen=True):
    """A day: `name` tells it from all others of the calendar and stays the same when the day moves."""

    name: str
    on: date
    summary: str
    description: str = ""
    address: str = ""


def calendar(title: str, origin: str, events: Iterable[Event], now: datetime) -> str:
    """The calendar as text, its lines folded and ended as the standard asks."""
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Entrepot//Calendar of deadlines//EN", "CALSCALE:GREGORIAN",
             "METHOD:PUBLISH", f"NAME:{_text(title)}", f"X-WR-CALNAME:{_text(title)}",
             "REFRESH-INTERVAL;VALUE=DURATION:PT6H"]  # fmt: skip
    for one in events:
        uid = sha256(f"{origin}\0{one.name}".encode()).hexdigest()[:32]
        lines += [
            "BEGIN:VEVENT",
            f"UID:{uid}@{_host(origin)}",
            f"DTSTAMP:{stamp}",
            f"DTSTART;VALUE=DATE:{one.on:%Y%m%d}",
            f"DTEND;VALUE=DATE:{one.on + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{_text(one.summary)}",
            *([f"DESCRIPTION:{_text(one.description)}"] if one.description else []),
            *([f"URL:{one.address}"] if one.address else []),
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    return "".join(f"{part}\r\n" for line in [*lines, "END:VCALENDAR"] for part in folded(line))


def folded(line: str) -> list[str]:
    """A line in parts of at most 75 octets, no character cut; each part but the first begins with a space."""
    parts, part, size = list[str](), "", 0
    for one in line:
        octets = len(one.encode())
        if size + octets > _OCTETS:
            parts.append(part)
            part, size = " ", 1
        part, size = part + one, size + octets
    return [*parts, part]


def _text(text: str) -> str:
    """A text value, RFC 5545, 3.3.11; control characters are left out."""
    kept = "".join(one for one in text.replace("\r\n", "\n") if one == "\n" or one.isprintable())
    return kept.translate(_ESCAPED)


def _host(origin: str) -> str:
    return "".join(one for one in origin if one.isascii() and (one.isalnum() or one in ".-")) or "entrepot"
