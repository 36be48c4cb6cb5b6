"""Classifying without a dossier: one description in, a suggestion out, by the same room that draws it on a sheet.

The room is assessed on a sheet that nobody keeps; of other dossiers it sees what the asking organisation declared itself.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import msgspec
from msgspec import Struct

from entrepot.channels.online import Voice
from entrepot.kernel.cases import facts_on_record
from entrepot.kernel.intake import Refusal, convert
from entrepot.kernel.module import Registry
from entrepot.kernel.sheet import Sheet
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.vocabulary import SHARED
from entrepot.modules.classification.facts import SUGGESTION, Suggestion
from entrepot.modules.classification.module import MODULE
from entrepot.modules.classification.rules.suggest import SHOWN
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import decoded, problem
from entrepot.store.sight import Sight

LONGEST_TEXT = 200_000


class Asked(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What is asked: a description, the answers so far by attribute, `to` where the goods go and `origin` (both alpha-3),
    how many candidates at most, and the asker's own `id` of it, which is given back."""

    text: str
    answers: dict[str, str] = {}
    to: str = ""
    origin: str = ""
    top: int = SHOWN
    id: str = ""


class Classified(Struct, frozen=True, omit_defaults=True):
    """What was found: the status as on a sheet, the suggestion, why it needs review, and what is wrong with the text."""

    status: str
    suggestion: Suggestion | None = None
    reasons: tuple[Text, ...] = ()
    problems: tuple[Problem, ...] = ()
    id: str = ""
    line: int = 0


@cache
def _registry() -> Registry:
    return Registry((MODULE,), SHARED)


def asked_from(data: object) -> Asked:
    """A question as decoded from JSON; Refusal with every problem."""
    asked: Asked = convert({"text": data} if isinstance(data, str) else data, Asked)
    problems = []
    if not 1 <= asked.top <= SHOWN:
        problems.append(_bad("top", f"between 1 and {SHOWN}", f"1 至 {SHOWN} 之间"))
    for name in ("to", "origin"):
        country = getattr(asked, name)
        if country and not (len(country) == 3 and country.isascii() and country.isupper()):
            problems.append(_bad(name, "three capital letters, as JPN", "三个大写字母，如 JPN"))
    if len(asked.text) > LONGEST_TEXT:
        problems.append(_bad("text", f"no more than {LONGEST_TEXT:,} characters", f"不超过 {LONGEST_TEXT:,} 个字符"))
    if problems:
        raise Refusal(tuple(problems))
    return asked


def _bad(where: str, en: str, zh: str) -> Problem:
    return problem("CL10", where, f"{where} cannot be this", f"{where} 填写有误", f"give {en}", f"请填写{zh}")


def classify(desk: Desk, voice: Voice, asked: Asked) -> Classified:
    """The suggestion for one description, for whoever is asking."""
    desk.admit(voice, "read")
    facts: dict[str, Any] = {
        "goods.line/1": {"description": asked.text, "origin": asked.origin},
        "classification.question/1": {"answers": asked.answers},
    }
    if asked.to:
        facts["transport.plan"] = {"destination_country": asked.to}
    record, _ = facts_on_record(facts, "trade", _registry())
    # A clerk asks at a counter for whoever comes: nobody's memory is opened there.
    own = "" if voice.counter or voice.mandate else voice.organisation
    views = (lambda *_: desk.views.memory(Sight(own))) if own else None
    sheet = Sheet(_registry(), record, desk.law, desk.today(), views=views).assess()
    finding = sheet.finding(SUGGESTION.name, "1")
    assert finding is not None  # a question is asked, so the room applies
    suggestion = finding.value
    if suggestion is not None:
        suggestion = msgspec.structs.replace(suggestion, candidates=suggestion.candidates[: asked.top])
    return Classified(finding.status, suggestion, finding.reasons, finding.problems, asked.id)


def classify_lines(desk: Desk, voice: Voice, lines: Iterable[bytes | None]) -> Iterator[Classified]:
    """A question a line, an answer a line, in their order; a bad line is refused and stops nothing."""
    desk.admit(voice, "read")
    for number, line in enumerate(lines, 1):
        if line is not None and not line.strip():
            continue
        try:
            if line is None:
                raise Refusal((_bad("line", "shorter lines", "较短的行"),))
            found = classify(desk, voice, asked_from(decoded(line)))
        except Refusal as refusal:
            found = Classified("refused", problems=refusal.problems)
        yield msgspec.structs.replace(found, line=number)
