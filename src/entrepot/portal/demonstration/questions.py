"""The first act: what every trader asks before selling anything - what is it, what will it cost there, which agreement is worth using."""

from typing import Any

from rich.console import Console
from rich.rule import Rule

from entrepot.kernel.text import Text
from entrepot.portal import choosing, setting
from entrepot.portal.classifying import Asked, Classified, classify
from entrepot.portal.demonstration import show
from entrepot.portal.demonstration.story import ASKED_ON, MATTRESSES, STEERING, Corridor, Story, found
from entrepot.portal.reading import Reading

WHAT = Text("What is it?", "这是什么商品？")
COST = Text("What will it cost there?", "到那里要花多少钱？")
WHICH = Text("Which agreement is worth using?", "用哪个协定最划算？")
# To whom it is asked, and how: in English, in Chinese, and too vague for anybody.
DESCRIPTIONS = (("women's dresses", "en"), ("香菇罐头", "zh"), ("spare parts", "en"))
CONFIRMED = "the proofs of the Chinese cores were seen: each names RCEP and these goods"


def play(console: Console, story: Story) -> None:
    """The three questions, each on one screen."""
    console.print(Rule(f"{WHAT.en} · {WHAT.zh}", align="left"))
    _what_is_it(console, story)
    planning = story.as_of(ASKED_ON)
    _cost(console, planning, MATTRESSES)
    _cost(console, planning, STEERING)
    _agreement(console, planning, MATTRESSES)


def _what_is_it(console: Console, story: Story) -> None:
    """Descriptions without a code; one is answered further, to show what an answer does."""
    if setting.trained_classifier(None) is None:
        console.print(f"  [dim]{show.UNTRAINED.en}[/dim]\n  [dim]{show.UNTRAINED.zh}[/dim]")
        return
    voice, answered = story.exporter(MATTRESSES), False
    for text, language in DESCRIPTIONS:
        asked = Asked(text, top=3)
        suggested = classify(story.desk, voice, asked)
        show.suggested(console, text, suggested, language)
        if not answered and suggested.status != "refused":
            answered = _answer(console, story, asked, suggested, language)


def _answer(console: Console, story: Story, asked: Asked, suggested: Classified, language: str) -> bool:
    """Answer the question, if there is one, by something else than what was taken for granted."""
    suggestion = suggested.suggestion
    if suggestion is None or suggestion.question is None:
        return False
    question = suggestion.question
    choice = next((one for one in question.choices if one.label not in suggestion.assumes), question.choices[0])
    again = classify(story.desk, story.exporter(MATTRESSES), Asked(asked.text, {question.attribute: choice.value}, top=1))
    show.answered(console, choice.label, again, language)
    return True


def _cost(console: Console, story: Story, corridor: Corridor) -> None:
    """The papers go in, the buyer says what it pays on the way; what the goods cost at its door is found."""
    console.print(Rule(f"{COST.en} · {COST.zh} — {corridor.title.en} · {corridor.title.zh}", align="left"))
    story.open(corridor)
    for name, taken in story.hand_in(corridor):
        show.paper(console, name, taken, story.reading(corridor))
    story.plan_entry(corridor)
    reading = story.buyers_reading(corridor)
    show.landed(console, found(reading, "landed.cost"), f"entered {corridor.entry['day']}")
    for line in corridor.codes:
        offer = found(reading, "duty.offer", line)
        if offer.value:
            why = story.desk.why(corridor.dossier, f"duty.offer/{line}", story.importer(corridor))
            show.measures(console, offer.value, why.law)


def _agreement(console: Console, story: Story, corridor: Corridor) -> None:
    """Which agreement, what stands in the way of the others, and the certificate that makes the choice true."""
    console.print(Rule(f"{WHICH.en} · {WHICH.zh} — {corridor.title.en} · {corridor.title.zh}", align="left"))
    before = story.buyers_reading(corridor)
    show.ways(console, found(before, choosing.LINE, "1"))
    _what_would_do(console, story.reading(corridor), before)
    draft = story.draft_certificate(corridor)
    show.certificate(console, draft)
    number = story.certify(corridor, draft, CONFIRMED)
    if not number:
        show.sent_back(console)
        return
    advice = choosing.text_of(found(story.buyers_reading(corridor), choosing.LINE, "1").value["advice"])
    show.certified(console, number, advice)


def _what_would_do(console: Console, makers: Reading, buyers: Reading) -> None:
    """Under each agreement that is not met, the single changes after which the goods qualify: for the producer's eyes."""
    decided: list[dict[str, Any]] = found(makers, "origin.agreements", "1").value["decisions"]
    margin = found(makers, "origin.margin", "1")
    for one in decided:
        if one["outcome"] == "not_originating":
            remedies = margin.value["agreements"][one["agreement"]].get("remedies", ())
            show.remedies(console, one, remedies, margin.label, found(buyers, margin.topic, margin.key) is None)
