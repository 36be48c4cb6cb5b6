"""What the operator tells everybody, at the head of every page. Asked of the accounts' database every few seconds, not at every page."""

import threading
import time
from datetime import datetime
from pathlib import Path

from django.apps import apps
from django.db import DatabaseError, connection
from django.utils import timezone
from msgspec import Struct

from entrepot.kernel.text import Text

KEPT_SECONDS = 15.0
_lock = threading.Lock()
_kept: dict[str, tuple[float, "list[Announced]"]] = {}  # by the database: a process may serve several


class Announced(Struct, frozen=True):
    """What is announced, from a moment until another (UTC)."""

    id: int
    text: Text
    since: datetime
    until: datetime


def running() -> list[Announced]:
    """The announcements that hold now, the oldest first; none where there are no accounts."""
    name, clock = str(connection.settings_dict["NAME"]), time.monotonic()
    with _lock:
        kept = _kept.get(name)
    if kept is None or clock > kept[0] + KEPT_SECONDS:
        kept = (clock, _read())
        with _lock:
            _kept[name] = kept
    now = timezone.now()
    return [one for one in kept[1] if one.since <= now < one.until]


def forget() -> None:
    """Read them anew at the next page: one was made, or taken down."""
    with _lock:
        _kept.clear()


def _read() -> list[Announced]:
    """All that hold now or later."""
    if not apps.ready or (connection.vendor == "sqlite" and not Path(str(connection.settings_dict["NAME"])).exists()):
        return []
    from entrepot.store.accounts.models import Announcement

    try:
        rows = list(Announcement.objects.filter(ended_at=None, until__gt=timezone.now()).order_by("since", "id")[:20])
    except DatabaseError:  # no accounts were made here yet, or they cannot be reached: the page itself can be shown
        return []
    return [Announced(one.id, Text(one.en, one.zh), one.since, one.until) for one in rows]
