"""Who speaks in a session: a person, signed in, and the organisation that he or she acts for just now."""

import os
from contextlib import suppress
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest

from entrepot.channels.online import LICENSED, OFFICES, Duty, Voice
from entrepot.portal.accounts.admission import READING, admission, admissions
from entrepot.portal.web import Unproven, desk_of

if TYPE_CHECKING:  # models are there once Django is set up, pages are imported before
    from entrepot.store.accounts.models import Employment, Person

ACTS_FOR = "acts_for"  # in the session: the employment chosen
# Whoever decides over others or sees what others do not must sign in with two factors.
GUARDED = OFFICES | {"bank"}
SECOND_FACTOR = "ENTREPOT_SECOND_FACTOR"
SECOND_STEP = "/accounts/2fa/"  # where it is set up


class Unready(Unproven):
    """Somebody is signed in, but one step is missing before he or she may act: it is done at `where`."""

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.where = where


def signed_in(request: HttpRequest) -> "Person | None":
    """The person of this session; without a session's cookie no database is asked."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not hasattr(request, "user"):
        return None
    person = cast("Person", request.user)
    return person if person.is_authenticated and person.is_active else None


def name_signed_in(request: HttpRequest) -> str:
    """The login name of this session; empty where nobody is signed in or the accounts cannot be asked, so that any page can tell."""
    with suppress(DatabaseError):
        person = signed_in(request)
        return person.username if person else ""
    return ""


def lacks_factor(request: HttpRequest) -> bool:
    """Whether whoever is signed in has to set up a second factor before anything else."""
    try:
        voice_of_session(request)
    except Unready as step:
        return step.where == SECOND_STEP
    return False


def employments_of(person: "Person") -> "list[Employment]":
    """For whom a person works now, in the order in which it began, however these organisations stand."""
    from entrepot.store.accounts.models import Employment

    held = Employment.objects.filter(person=person, ended_at=None).select_related("organisation")
    return list(held.order_by("id"))


def employment_of(request: HttpRequest, person: "Person") -> "Employment | None":
    """The employment that this session acts in: as chosen, else the first of an organisation that is admitted, else the first."""
    held, chosen = employments_of(person), request.session.get(ACTS_FOR)
    if len(held) < 2 or any(one.id == chosen for one in held):
        return next((one for one in held if one.id == chosen), held[0] if held else None)
    stand = admissions(desk_of(request).store, [one.organisation for one in held])
    return next((one for one in held if stand[one.organisation.code] == "admitted"), held[0])


def voice_of_session(request: HttpRequest) -> Voice | None:
    """Who speaks in this session; None where nobody is signed in. Raises Unready where a step is missing."""
    person = signed_in(request)
    if person is None:
        return None
    employment = employment_of(request, person)
    if employment is None:
        raise Unready("/accounts/organisations")
    if admission(desk_of(request).store, employment.organisation) not in READING:
        # Nobody reads what names a code only because he was the first to type it.
        raise Unready("/enterprise")
    voice = voice_of_employment(employment)
    check_factors(request, person, voice)
    return voice


def check_factors(request: HttpRequest, person: "Person", voice: Voice) -> None:
    """Unready for whoever must sign in with two factors and has one."""
    if voice.standing & GUARDED and second_factor_needed(request) and not has_second_factor(person):
        raise Unready(SECOND_STEP)


def voice_of_employment(employment: "Employment") -> Voice:
    """The voice of a person in an organisation. A clerk's is that of the window."""
    organisation = employment.organisation
    standing = frozenset(organisation.standing) & (OFFICES | LICENSED)
    clerk = "clerk" in standing
    return Voice(
        employment.person.username,
        organisation.code,
        standing,
        "window" if clerk else "online",
        counter=organisation.code if clerk else "",
        duties=frozenset(cast("list[Duty]", employment.duties)),
    )


def second_factor_needed(request: HttpRequest) -> bool:
    """Whether offices, banks, operator and auditors must have two factors: as set, else where nobody plays them; beside a live store,
    whose accounts these are, as there."""
    given = os.environ.get(SECOND_FACTOR)
    desk = desk_of(request)
    return given == "1" if given in ("0", "1") else desk.beside or not desk.visitors


def has_second_factor(person: "Person") -> bool:
    """Whether a person signs in with an authenticator or a passkey."""
    from allauth.mfa.models import Authenticator

    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    return bool(Authenticator.objects.filter(user=person, type__in=kinds).exists())
