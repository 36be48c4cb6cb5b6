"""The chain of a title's steps: folded into who has control, with every step that was refused; who may see how much of it."""

from collections.abc import Iterable, Mapping

import msgspec
from msgspec import Struct

from entrepot.kernel.case import Case
from entrepot.kernel.findings import Answer, found, needs_review, refused
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.vocabulary.titles import DOCUMENT, STEP, TitleStep
from entrepot.modules.titles.facts import Control, RefusedStep
from entrepot.modules.titles.rules import problems
from entrepot.modules.titles.rules.control import Documents, applied


class Chain(Struct, frozen=True):
    """A folded chain: the title as it stands (None before it is issued), the steps that stand, in order, and the others."""

    control: Control | None
    steps: tuple[TitleStep, ...]
    refused: tuple[RefusedStep, ...] = ()
    problems: tuple[Problem, ...] = ()


def folded(steps: Mapping[str, TitleStep], documents: Documents, title: str = "") -> Chain:
    """Fold the steps, by their keys, in the order of their numbers. A step that does not follow changes nothing and is told.

    `title` is the dossier that they stand in: steps of another title are refused.
    """
    control: Control | None = None
    standing, refusals, told = list[TitleStep](), list[RefusedStep](), list[Problem]()
    for key, step in sorted(steps.items(), key=lambda item: (item[1].number, item[0])):
        after, objections = applied(control, step, documents)
        if key != str(step.number) or (title and step.title != title):
            objections = (*objections, problems.off_chain(step.number, control.number + 1 if control else 1))
        if objections:
            told += [msgspec.structs.replace(one, where=f"step {key}: {one.where}") for one in objections]
            refusals.append(RefusedStep(key, step.action, tuple(one.what for one in objections)))
        else:
            control = after
            standing.append(step)
    if control is not None and refusals:
        control = msgspec.structs.replace(control, refused=tuple(refusals))
    return Chain(control, tuple(standing), tuple(refusals), tuple(told))


def assess_control(case: Case) -> Answer:
    """Who has control of the title (MLETR Art. 11), by its steps alone."""
    chain = folded(case[STEP], case[DOCUMENT])
    if chain.control is None:
        return refused(chain.problems)
    for step in chain.steps:
        case.step(
            Text(f"step {step.number}", f"第 {step.number} 步"), step.action, step.to or step.by,
            by=step.by, at=step.at, previous=step.previous or "-",
        )  # fmt: skip
    if chain.refused:
        reasons = [
            Text(f"step {one.step} was refused: {text.en}", f"第 {one.step} 步不成立：{text.zh}")
            for one in chain.refused
            for text in one.reasons
        ]
        return needs_review(chain.control, *reasons)
    return found(chain.control)


def parties(steps: Iterable[TitleStep]) -> dict[str, int]:
    """The organisations concerned by steps, each with the number of the last one: by which it acted or received, or that answered
    what it had surrendered."""
    named: dict[str, int] = {}
    asked = ""
    for step in steps:
        for organisation in (step.by, step.to, asked):
            if organisation:
                named[organisation] = step.number
        asked = step.by if step.action == "surrender" else ""
    return named


def sight(chain: Chain, organisation: str) -> int:
    """How many of the steps an organisation may see. Issuer, holder and endorsee see all; whoever was in it before sees up to the
    last step that concerns it, and nothing of what came later; others see nothing."""
    control = chain.control
    if control is None or not organisation:
        return 0
    if organisation in (control.issuer, control.holder, control.endorsee, control.back):
        return control.number
    return parties(chain.steps).get(organisation, 0)
