"""Mails to people, in the words they read."""

from django.core.mail import EmailMessage

from entrepot.kernel.text import Text
from entrepot.portal import setting
from entrepot.store.accounts.models import Person


def send_mail(address: str, subject: Text, body: Text, language: str = "") -> None:
    """One mail to one address; in both languages where the reader's is not known."""
    text = body.in_language(language) if language else f"{body.en}\n\n--\n\n{body.zh}"
    title = subject.in_language(language) if language else f"{subject.en} | {subject.zh}"
    EmailMessage(f"Entrepôt: {' '.join(title.split())}", f"{text}\n\n{setting.address()}\n", None, [address]).send()


def send_mail_to(person: Person, subject: Text, body: Text, language: str = "") -> bool:
    """A mail to somebody's own address, if it was verified or mails go to files alone; whether it left."""
    from allauth.account.models import EmailAddress
    from django.conf import settings

    verified = EmailAddress.objects.filter(user=person, verified=True).order_by("-primary").first()
    if verified is None and (settings.EMAIL_HOST or not person.email):
        return False
    send_mail(verified.email if verified else person.email, subject, body, language)
    return True
