"""Who is at a page of accounts: somebody signed in, and for its own organisation's pages somebody whom it employs."""

from functools import partial

from django.http import HttpRequest

from entrepot.channels.online import Duty, Voice
from entrepot.portal.accounts.employing import EndTokens
from entrepot.portal.accounts.session import Unready, check_factors, employment_of, signed_in, voice_of_employment
from entrepot.portal.desk import Desk, NoSuchDossier
from entrepot.portal.web import Unproven
from entrepot.store.accounts.models import Employment, Person
from entrepot.store.tokens import revoke_tokens


def person_of(request: HttpRequest) -> Person:
    """Whoever is signed in; Unproven otherwise."""
    person = signed_in(request)
    if person is None:
        raise Unproven
    return person


def acting(request: HttpRequest, *duties: Duty) -> tuple[Employment, Voice]:
    """The employment in which the person acts, with its voice. Nobody is told of pages for which he or she lacks the duty."""
    employment = employment_of(request, person_of(request))
    if employment is None:
        raise Unready("/accounts/organisations")
    if set(duties) - set(employment.duties):
        raise NoSuchDossier("a page of administrators")
    voice = voice_of_employment(employment)
    check_factors(request, employment.person, voice)  # who comes with less makes no token that asks for none
    return employment, voice


def ending_tokens(desk: Desk) -> EndTokens:
    """What ends the tokens of an organisation, or of one person in it."""
    return partial(revoke_tokens, desk.store)
