"""What a server does behind for the pages over many dossiers: cards and the index of search are kept, reminders go out."""

import time
from collections.abc import Callable

from django.db import close_old_connections

from entrepot.portal.desk import Desk
from entrepot.portal.work import mine
from entrepot.portal.work.reminding import remind
from entrepot.store import search

ROUND_SECONDS = 600  # between two looks at who is to be reminded


def works(desk: Desk, stopping: Callable[[], bool]) -> dict[str, Callable[[], int]]:
    """The works by name; each is done again and again."""
    looked = [-float(ROUND_SECONDS)]

    def index() -> int:
        taken = 0
        while not stopping() and (more := search.catch_up(desk.store)):
            taken += more
        return taken

    def reminders() -> int:
        if time.monotonic() < looked[0] + ROUND_SECONDS:
            return 0
        try:
            return remind(desk)
        finally:
            looked[0] = time.monotonic()
            close_old_connections()  # no request ends here, at which Django would do so

    return {"cards": lambda: mine.draw(desk, stopping=stopping), "index": index, "reminders": reminders}
