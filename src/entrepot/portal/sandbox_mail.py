"""Mails from a sandbox say so, in subject and first line, whoever wrote them."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.module_loading import import_string

from entrepot.kernel.text import Text
from entrepot.portal import setting

SUBJECT = "[SANDBOX · 演练]"
FIRST = Text(
    "REHEARSAL: this mail is about a sandbox. Nothing in it is real.", "演练：本邮件来自沙盒，其中内容均不真实。"
)


class Marking(BaseEmailBackend):
    """Hands mails on to the backend that the installation is set to (ENTREPOT_MAIL_BACKEND of Django's settings), marked where
    they come from a sandbox."""

    def __init__(self, fail_silently: bool = False, **options: Any) -> None:
        super().__init__(fail_silently=fail_silently)
        self._inner = import_string(settings.ENTREPOT_MAIL_BACKEND)(fail_silently=fail_silently, **options)

    def open(self) -> bool | None:
        opened: bool | None = self._inner.open()
        return opened

    def close(self) -> None:
        self._inner.close()

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Send them; gives how many went out."""
        for message in email_messages if setting.rehearsing() else ():
            mark(message)
        return int(self._inner.send_messages(email_messages) or 0)


def mark(message: EmailMessage) -> None:
    """The mail as one of a sandbox; marked twice it is marked once."""
    if str(message.subject).startswith(SUBJECT):
        return
    message.subject = f"{SUBJECT} {message.subject}"
    message.body = f"{FIRST.en}\n{FIRST.zh}\n\n{message.body}"
    message.extra_headers["X-Entrepot-Rehearsal"] = "true"
