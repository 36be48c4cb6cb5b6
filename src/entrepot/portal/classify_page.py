"""The page `/classify`: a description in, candidates out, the one question as buttons. It works without script."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from entrepot.kernel.intake import Refusal
from entrepot.kernel.law import PackCard
from entrepot.modules.classification.rules.suggest import UNKNOWN
from entrepot.portal.classifying import Classified, asked_from, classify
from entrepot.portal.pages import DO, READ, only, page, reader_of
from entrepot.portal.web import desk_of

ANSWER, LONGEST = "answer", 20_000
EXAMPLES = (
    ("men's cotton T-shirt, knitted", "男式针织纯棉T恤"),
    ("frozen tilapia fillets", "冷冻罗非鱼片"),
    ("lithium-ion battery pack for e-bike", "电动自行车锂离子电池组"),
)


def classify_page(request: HttpRequest) -> HttpResponseBase:
    """The form, and what was found for what was filled in."""
    voice, desk = reader_of(request), desk_of(request)
    text = request.POST.get("text", "").strip()
    countries = [_country(card) for card in desk.law.packs if f"{card.name}/tariff" in desk.law.tables]
    to = request.POST.get("to", "")
    to = to if to in dict(countries) else ""
    given = dict(one.split("=", 1) for one in request.POST.getlist(ANSWER) if "=" in one)
    found: Classified | None = None
    problems: tuple[Any, ...] = ()
    if request.method == "POST":
        try:
            found = classify(desk, voice, asked_from({"text": text[:LONGEST], "answers": given, "to": to}))
            problems = found.problems
        except Refusal as refusal:
            problems = refusal.problems
    return page(
        request, "classify.html", voice=voice, text=text[:LONGEST], to=to, countries=countries, examples=EXAMPLES, found=found,
        problems=problems, suggestion=found.suggestion if found else None, answers=[f"{a}={v}" for a, v in given.items()],
        unknown=UNKNOWN,
    )  # fmt: skip


def _country(card: PackCard) -> tuple[str, dict[str, str]]:
    """A country with a tariff on file, by its alpha-3 code, with its name in both languages."""
    names = {language: title.split(":")[0].split("：")[0] for language, title in card.title.items()}
    return str(card.applies.get("alpha3", "")), names


URLS: list[URLPattern] = [path("classify", only(classify_page, *READ, *DO))]
