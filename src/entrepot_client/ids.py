"""Ids made by the speaker: UUIDv7 (RFC 9562, section 5.7), in the order of time."""

import secrets
import threading
import time

_mutex = threading.Lock()
_last = 0


def new_id() -> str:
    """A UUIDv7. Ids of one process come in the order in which they were asked for, also within a millisecond."""
    global _last
    with _mutex:
        # 48 bits of milliseconds and 12 of their fraction; never the same twice, and never back.
        tick = (time.time_ns() * 4096) // 1_000_000
        _last = tick = max(tick, _last + 1)
    milliseconds, fraction = divmod(tick, 4096)
    number = milliseconds << 80 | 0x7 << 76 | fraction << 64 | 0b10 << 62 | secrets.randbits(62)
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
