"""The page `/rules`: every rule of the declaration, generated from its code, to look through by flow, severity and words."""

import re

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from entrepot.portal.pages import READ, only, page, reader_of
from entrepot.portal.rulebook import RulePage, applies, rulebook

_ANYWHERE = re.compile(r"\{\w+\}")
LONGEST = 100


def rules(request: HttpRequest) -> HttpResponseBase:
    """The rules that are asked for; all where nothing is asked."""
    flow, severity = request.GET.get("flow", ""), request.GET.get("severity", "")
    words = request.GET.get("words", "").strip()[:LONGEST]
    found = [one for one in rulebook() if _fits(one, flow, severity, words)]
    voice = reader_of(request)
    return page(
        request, "rules.html", voice=voice, flow=flow, severity=severity, words=words, count=len(found),
        total=len(rulebook()),
        rules=[
            {
                "card": one.card,
                "applies": {language: applies(one.card, language) for language in ("en", "zh")},
                "where": [place for place in one.where if not _ANYWHERE.fullmatch(place)],
                "told": one.told,
            }
            for one in found
        ],
    )  # fmt: skip


def _fits(one: RulePage, flow: str, severity: str, words: str) -> bool:
    card = one.card
    if flow in ("E", "I") and card.flow not in ("", flow):
        return False
    if severity in ("E", "W") and card.severity != severity:
        return False
    texts = [card.text, *(text for told in one.told for text in (told.what, told.fix))]
    said = " ".join([card.id, card.element, card.source, *card.modes, *one.where, *(f"{t.en} {t.zh}" for t in texts)])
    return all(word in said.casefold() for word in words.casefold().split())


URLS: list[URLPattern] = [path("rules", only(rules, *READ))]
