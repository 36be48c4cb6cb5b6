"""When to try again, and after how long."""

import secrets
from typing import Any

from entrepot_client.calls import Call

OVERLOADED = frozenset({502, 503, 504})
FIRST, LONGEST = 0.25, 30.0  # seconds
MOST = 300  # seconds that an answer may ask to wait; the caller decides about more


def pause(call: Call[Any], attempt: int, status: int, retry_after: int) -> float | None:
    """Seconds to wait before the next attempt, None where there is none to be. `status` is 0 where no answer came. 429 was not
    looked at and may always be tried again; what may have been done is tried again only where doing it twice is doing it once."""
    if retry_after > MOST:
        return None
    if status == 429 or (call.safe and (status == 0 or status in OVERLOADED)):
        backoff: float = min(LONGEST, FIRST * 2**attempt)
        return max(float(retry_after), backoff * (0.5 + secrets.randbelow(500) / 1000))
    return None
