"""The page `/d/ID/questions`: what is left of a draft declaration, asked on one page and said in one go. It works without script."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from msgspec import Struct

from entrepot.kernel.intake import Refusal
from entrepot.kernel.text import Problem, Text
from entrepot.modules.declaration.facts import QUESTIONS, AnswerChoice, Blank, DraftQuestion
from entrepot.modules.declaration.rules.choices import LISTED
from entrepot.portal.drafting import answer, found_in, per_line, questions_in
from entrepot.portal.pages import DO, READ, only, page, reader_of
from entrepot.portal.reading import Reading
from entrepot.portal.web import desk_of
from entrepot.portal.words import WORDS

TOPIC = QUESTIONS.name
LONGEST = 500
# So many choices are ticked off; more are a list to choose from.
TICKED = 6


class Entry(Struct, frozen=True):
    """A place to fill in: its name in the form, its label, the goods of the line it is for, what was filled in before, what may
    stand there, and the first of that as a hint."""

    name: str
    label: Text
    goods: str
    filled: str
    options: tuple[tuple[str, AnswerChoice], ...] = ()
    numeric: bool = False
    hint: Text | None = None


class Card(Struct, frozen=True):
    """A question as the page shows it; `place` numbers it, `chosen` is the choice that was ticked."""

    place: int
    question: DraftQuestion
    choices: tuple[AnswerChoice, ...]
    entries: tuple[Entry, ...]
    chosen: str = ""


def questions(request: HttpRequest, id: str) -> HttpResponseBase:
    """The questions; filled-in answers are said together, and what is wrong with them is told beside them."""
    voice, desk = reader_of(request), desk_of(request)
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        try:
            answer(desk, id, voice, _filled(request.POST, questions_in(desk.read(id, voice))))
            return HttpResponseRedirect(f"/d/{quote(id, safe='')}/questions?done=said")
        except Refusal as refusal:
            problems = refusal.problems
    reading = desk.read(id, voice)
    asked = questions_in(reading)
    goods = _goods(reading)
    cards = [_card(place, question, goods, request.POST) for place, question in enumerate(asked, 1)]
    return page(
        request, "questions.html", 422 if problems else 200, voice=voice, reading=reading, cards=cards, problems=problems,
        fields=sum(question.fields for question in asked), found=found_in(reading), done=request.GET.get("done") == "said",
    )  # fmt: skip


def _card(place: int, question: DraftQuestion, goods: Mapping[str, str], post: Mapping[str, str]) -> Card:
    single = len(question.blanks) == 1 and not question.blanks[0].each
    ticked = question.choices if len(question.choices) <= TICKED or not single else question.choices[:TICKED]
    entries = []
    for blank in question.blanks:
        options = _options(blank, question if single else None)
        hint = next((choice.label for _, choice in options if choice.reason != LISTED), None) if not single else None
        for name, line in per_line(blank):
            filled = str(post.get(f"v{place}.{name}", ""))[:LONGEST]
            called = f"{line} {goods.get(line, '')}".strip()
            numeric = blank.kind in ("number", "count")
            entries.append(Entry(f"v{place}.{name}", blank.label, called, filled, options, numeric, hint))
    return Card(place, question, ticked, tuple(entries), str(post.get(f"c{place}", "")))


def _options(blank: Blank, single: DraftQuestion | None) -> tuple[tuple[str, AnswerChoice], ...]:
    """What may stand in a blank, with its value; a question of one blank shows the first of them as ticks."""
    listed = blank.options if single is None else single.choices[TICKED:]
    return tuple((next(iter(choice.values.values())), choice) for choice in listed)


def _filled(post: Any, asked: tuple[DraftQuestion, ...]) -> dict[str, dict[str, str]]:
    """The answers by the ids that the form was made of: the choice ticked, and over it what was written."""
    known = {question.id: question for question in asked}
    answers: dict[str, dict[str, str]] = {}
    for name, id in post.items():
        if not (name.startswith("id") and name[2:].isdecimal()):
            continue
        place, question = name[2:], known.get(id)
        chosen = post.get(f"c{place}", "")
        values: dict[str, str] = {}
        if (
            question is not None
            and chosen.isdecimal()
            and len(chosen) < 4
            and 1 <= int(chosen) <= len(question.choices)
        ):
            values |= question.choices[int(chosen) - 1].values
        start = f"v{place}."
        values |= {
            key[len(start) :]: text[:LONGEST] for key, text in post.items() if key.startswith(start) and text.strip()
        }
        answers[id] = values
    return answers


def _goods(reading: Reading) -> dict[str, str]:
    """What the lines are called, to tell them apart."""
    facts = (fact for fact in reading.facts if fact.topic == "goods.line" and fact.value)
    return {fact.key: fact.value.get("description_zh") or fact.value.get("description", "") for fact in facts}


def outcome(value: Mapping[str, Any], language: str, dossier: str) -> SafeString:
    """The questions on the sheet: what is asked, and the way to the page that takes the answers."""
    asked = value.get("questions", ())
    if not asked:
        return SafeString("")
    items = format_html_join("", "<li>{}</li>", ((one["ask"][language],) for one in asked))
    told = WORDS["questions_answer"].in_language(language)
    return format_html(
        '<ol class="plain lines">{}</ol><p><a href="/d/{}/questions">{}</a></p>', items, quote(dossier, safe=""), told
    )


URLS: list[URLPattern] = [path("d/<str:id>/questions", only(questions, *READ, *DO))]
