"""Turns in asking somebody elsewhere: one at a time, and after a failure a pause that doubles."""

import threading
import time

from entrepot.kernel.text import Text

FIRST_WAIT = 2.0  # seconds
LONGEST_WAIT = 600.0


class Turn:
    """What one process knows of asking one witness or authority. Whoever asks holds the `lock`."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.trouble: Text | None = None
        self._failures, self._due = 0, 0.0

    @property
    def resting(self) -> bool:
        """Whether it is left alone for a while."""
        return time.monotonic() < self._due

    def failed(self, trouble: Text) -> None:
        """It did not do what was asked, and why."""
        self.trouble, self._failures = trouble, self._failures + 1
        self._due = time.monotonic() + min(FIRST_WAIT * 2 ** min(self._failures - 1, 30), LONGEST_WAIT)

    def went_well(self) -> None:
        """It did, or there was nothing to ask."""
        self.trouble, self._failures, self._due = None, 0, 0.0
