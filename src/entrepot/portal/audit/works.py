"""What a server does behind for this part: exports are made, and reads go when the days for which they are kept are over."""

import os
import time
from collections.abc import Callable
from datetime import timedelta

from django.db import close_old_connections

from entrepot.portal.audit import exports
from entrepot.portal.desk import Desk
from entrepot.store import reads

# How long it is known who read what: as long as an offence may be looked into, and no longer than it serves that.
DAYS, SETTING = 1_095, "ENTREPOT_READS_DAYS"
ROUND_SECONDS = 3_600


def kept_days() -> int:
    """For how many days reads are kept: ENTREPOT_READS_DAYS, at least 180, else three years."""
    given = os.environ.get(SETTING, "")
    return max(180, int(given)) if given.isdecimal() and len(given) < 6 else DAYS


def works(desk: Desk, stopping: Callable[[], bool]) -> dict[str, Callable[[], int]]:
    """Its works by name; each is done again and again."""
    looked = [-float(ROUND_SECONDS)]

    def made() -> int:
        try:
            return exports.work_off(desk, stopping)
        finally:
            close_old_connections()  # no request ends here, at which Django would do so

    def forgotten() -> int:
        if time.monotonic() < looked[0] + ROUND_SECONDS:
            return 0
        looked[0] = time.monotonic()
        return forget_old(desk)

    return {"exporter": made, "reads": forgotten}


def forget_old(desk: Desk) -> int:
    """Let go of the reads that are kept no longer: how many."""
    now = desk.store.clock()
    upto = now - timedelta(days=kept_days())
    if not reads.reads_before(desk.store.database, upto):
        return 0
    return reads.forget(desk.store.write, upto, "platform", now)
