"""What a server does behind for those who subscribed: a thread each, so that drawing and mailing hold up no delivery."""

from collections.abc import Callable

from django.db import close_old_connections

from entrepot.portal.desk import Desk
from entrepot.portal.push import finder, mails
from entrepot.portal.push.pushing import Pushing


def works(desk: Desk, stopping: Callable[[], bool]) -> dict[str, Callable[[], int]]:
    """Its works by name. That of webhooks goes on until it is told to stop; the others are done again and again."""

    def done_with_accounts(work: Callable[[], int]) -> Callable[[], int]:
        def done() -> int:
            try:
                return work()
            finally:
                close_old_connections()  # no request ends here, at which Django would do so

        return done

    return {
        "push": lambda: Pushing(desk).run(stopping, close_old_connections),
        "finder": done_with_accounts(lambda: finder.look(desk)),
        "mailer": done_with_accounts(lambda: mails.step(desk)),
    }
