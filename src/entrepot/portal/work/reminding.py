"""Reminders: a mail so many days before a day that is to be kept, once for each, to whoever wants it."""

import logging
from collections.abc import Callable, Sequence
from datetime import timedelta

from django.core.mail import EmailMessage

from entrepot.kernel.text import Text
from entrepot.portal import setting
from entrepot.portal.desk import Desk
from entrepot.portal.push.voices import voice_now
from entrepot.portal.work import mine
from entrepot.portal.work.dates import Entry, entries
from entrepot.store import calendars
from entrepot.store.calendars import Reminder

Send = Callable[[EmailMessage], object]
_SUBJECT = Text("{count} day(s) to keep", "{count} 个期限提醒")
_END = Text("All deadlines, and how to end these mails:", "全部期限及退订提醒：")


def send_mail(message: EmailMessage) -> object:
    return message.send()


def remind(desk: Desk, send: Send = send_mail) -> int:
    """Mail what is due to be told; gives how many mails went out. A day that moved is told anew."""
    today, sent = desk.today(), 0
    for one in calendars.reminders(desk.store):
        voice = voice_now(desk, one)
        if voice is None:
            continue
        soon = [
            entry
            for entry in entries(mine.look(desk, voice).dossiers, one.person)
            if today <= entry.on <= today + timedelta(days=one.days)
        ]
        days = {(entry.name, entry.on.isoformat()): entry for entry in soon}
        new = calendars.to_tell(desk.store, one, days, desk.store.clock())
        if not new:
            continue
        try:
            send(mail(one, [days[name] for name in sorted(new, key=lambda name: (name[1], name[0]))]))
            sent += 1
        except OSError:  # SMTP's faults are OSErrors: the server may be away for a while
            logging.getLogger(__name__).warning("a reminder could not be sent", exc_info=True)
            calendars.not_told(desk.store, one, new)
    return sent


def mail(reminder: Reminder, days: Sequence[Entry]) -> EmailMessage:
    """The mail: what is to be done by when, and where - nothing of what was said."""
    base = setting.address()
    language = reminder.language
    lines = [f"{entry.on.isoformat()}  {entry.text.in_language(language)}\n{base}{entry.address}\n" for entry in days]
    text = "\n".join([*lines, "-- ", _END.in_language(language), f"{base}/calendar#reminders"])
    subject = _SUBJECT.in_language(language).replace("{count}", str(len(days)))
    return EmailMessage(f"Entrepôt: {subject}", text, to=[reminder.email])
