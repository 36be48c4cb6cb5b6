"""For whom a subscription listens: the voice that made it, as it stands at the moment of delivery, or nobody's any more."""

from typing import TYPE_CHECKING, Protocol

import msgspec
from django.apps import apps
from msgspec import Struct

from entrepot.channels.online import Voice
from entrepot.kernel.submissions import Channel
from entrepot.portal.desk import Desk
from entrepot.portal.sandboxes import heard_at
from entrepot.store.tokens import token_holds

if TYPE_CHECKING:  # models are there once Django is set up
    from entrepot.store.accounts.models import Employment, Person


class Listener(Protocol):
    """Whoever is told of things later: a person of an organisation, and what is kept of the voice (`held`)."""

    @property
    def person(self) -> str: ...

    @property
    def organisation(self) -> str: ...

    @property
    def voice(self) -> str: ...


class Held(Struct, frozen=True, omit_defaults=True):
    """What is kept of the voice: of a token its id and what it licenses; of a person nothing, for accounts know better."""

    token: str = ""
    standing: tuple[str, ...] = ()
    channel: Channel = "online"


def held(voice: Voice) -> str:
    """What is kept of the voice that makes a subscription."""
    kept = Held(voice.token, tuple(sorted(voice.standing)), voice.channel) if voice.token else Held()
    return msgspec.json.encode(kept).decode()


def voice_now(desk: Desk, subscription: Listener) -> Voice | None:
    """The voice as it stands now; None where the token ended or the person no longer acts for the organisation."""
    kept = msgspec.json.decode(subscription.voice, type=Held)
    if kept.token:
        if not token_holds(desk.store, kept.token, subscription.organisation):
            return None
        counter = subscription.organisation if kept.channel == "window" else ""
        return Voice(
            subscription.person, subscription.organisation, frozenset(kept.standing), kept.channel, counter=counter, token=kept.token
        )  # fmt: skip
    employment = _employment(desk, subscription)
    if employment is None:
        return None
    from entrepot.portal.accounts.session import voice_of_employment

    return heard_at(desk, voice_of_employment(employment))


def _employment(desk: Desk, subscription: Listener) -> "Employment | None":
    if not apps.ready:
        return None
    from entrepot.store.accounts.models import Employment

    found = Employment.objects.filter(
        person__username=subscription.person,
        person__is_active=True,
        organisation__code=subscription.organisation,
        ended_at=None,
    ).select_related("organisation", "person")
    employment = found.first()
    if employment is None or "read" not in employment.duties:
        return None
    from entrepot.portal.accounts.admission import READING, admission

    return employment if admission(desk.store, employment.organisation) in READING else None


def person_of(username: str) -> "Person | None":
    """Somebody who signs in, by the name that statements bear."""
    if not apps.ready:
        return None
    from entrepot.store.accounts.models import Person

    return Person.objects.filter(username=username, is_active=True).first()


def mail_of(username: str) -> str:
    """Where a person verifiedly reads mail; empty where nowhere."""
    if not apps.ready:
        return ""
    from allauth.account.models import EmailAddress

    found = EmailAddress.objects.filter(user__username=username, user__is_active=True, verified=True).order_by(
        "-primary"
    )
    return next((str(one.email) for one in found[:1]), "")
