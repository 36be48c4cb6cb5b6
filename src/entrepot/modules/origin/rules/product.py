"""A product rule as a whole: every alternative is tried and reported; any one will do (RCEP Annex 3A, headnotes 4 and 8)."""

from collections.abc import Iterable

from entrepot.kernel.text import Text
from entrepot.modules.origin.facts import (
    BalanceTest,
    ChangeTest,
    ContentTest,
    MaterialsTest,
    ObtainedTest,
    OnlyTest,
    ProcessTest,
    ReactionTest,
    Result,
    RuleSet,
    SetRule,
    ShareTest,
    Test,
    Verdict,
)
from entrepot.modules.origin.rules.agreement import Agreement
from entrepot.modules.origin.rules.tell import Teller
from entrepot.modules.origin.rules.weigh import all_of, any_of, joined, parted

_NAMES: dict[type, str] = {
    ObtainedTest: "wholly_obtained",
    ChangeTest: "classification_change",
    OnlyTest: "classification_change",
    MaterialsTest: "classification_change",
    ContentTest: "value_content",
    ShareTest: "value_content",
    BalanceTest: "value_content",
    ProcessTest: "processing",
    ReactionTest: "chemical_reaction",
}
Tried = list[list[tuple[Test, Result]]]


def judge(law: Agreement, teller: Teller, sets: tuple[RuleSet, ...]) -> Verdict:
    """Whether the good meets its product rules. Where several sets may be meant, all must come out alike."""
    verdicts = [_judge_set(law, teller, one) for one in sets]
    if len(verdicts) == 1:
        return verdicts[0]
    outcomes = {verdict.passed for verdict in verdicts}
    tests = tuple(test for verdict in verdicts for test in verdict.tests)
    rule = " | ".join(one.text for one in sets)
    conditions = tuple(dict.fromkeys(text for verdict in verdicts for text in verdict.conditions))
    changes = tuple(dict.fromkeys(text for verdict in verdicts for text in verdict.changes))
    missing = tuple(dict.fromkeys(text for verdict in verdicts for text in verdict.missing))
    if len(outcomes) == 1 and verdicts[0].passed is not None:
        return Verdict(verdicts[0].passed, verdicts[0].criterion, tests, missing, changes, conditions, rule)
    labels = "; ".join(f"“{one.described or one.label}”" for one in sets)
    which = Text(
        f"which of these descriptions fits the goods, for their rules come out differently: {labels}",
        f"货物符合下列哪一描述（各自规则的结论不同）：{labels}",
    )
    return Verdict(None, "", tests, (which, *(text for text in missing if None in outcomes)), changes, conditions, rule)


def _judge_set(law: Agreement, teller: Teller, rules: RuleSet) -> Verdict:
    tried = [_tried(teller, one) for one in rules.rules]
    outcomes = [_outcome(one) for one in tried]
    passed = joined(rules.rules, outcomes)
    every = [result for one in tried for alternative in one or [] for _, result in alternative]
    # What was found on WO stands before the product rule already.
    tests = tuple(result.test for result in every if result.test is not teller.whole)
    if passed:
        used = [pair for one in _that_pass(rules, outcomes, tried) for pair in one]
        names = dict.fromkeys(law.criterion(_NAMES[type(test)]) for test, _ in used)
        extra = {
            "de_minimis": any(result.leeway for _, result in used),
            "accumulation": any(item.cumulated for item in teller.ground.making.originating),
        }
        criterion = " ".join([*names, *(law.criterion(name) for name, counts in extra.items() if counts)])
        conditions = tuple(dict.fromkeys(text for _, result in used for text in result.conditions))
        return Verdict(True, criterion, tests, conditions=(*conditions, *rules.conditions), rule=rules.text)
    changes = tuple(dict.fromkeys(text for result in every for text in result.nearly))
    unread = tuple(one.text for one in rules.rules if one.rule is None)
    missing = (_unmet(rules, passed is False),) if passed is False or not unread else _for_a_person(unread)
    return Verdict(passed, "", tests, missing, changes, rules.conditions, rules.text)


def _tried(teller: Teller, one: SetRule) -> Tried | None:
    if one.rule is None:
        return None
    return [[(test, teller.result(test)) for test in alternative] for alternative in one.rule.alternatives]


def _outcome(tried: Tried | None) -> bool | None:
    if tried is None:
        return None
    return any_of(all_of(result.test.passed for _, result in alternative) for alternative in tried)


def _that_pass(
    rules: RuleSet, outcomes: list[bool | None], tried: list[Tried | None]
) -> Iterable[list[tuple[Test, Result]]]:
    """The first passing alternative of each rule that carries the pass: of every part between joints that are not stated the
    first run that passes, for these suffice however the joints are read, and fewer do not."""
    for part in parted(rules.rules):
        run = next(run for run in part if all(outcomes[place] for place in run))
        for place in run:
            for alternative in tried[place] or []:
                if all(result.test.passed for _, result in alternative):
                    yield alternative
                    break


def _unmet(rules: RuleSet, closed: bool) -> Text:
    """What the buyer may know of a rule that was not passed; by how much is the margin's to say."""
    if closed:
        return Text(f"the product rule {rules.text} is not met", f"不符合产品特定原产地规则 {rules.text}")
    return Text(
        f"whether the product rule {rules.text} is met cannot be told from the bill of materials as it stands",
        f"现有物料清单尚不足以判定是否符合产品特定原产地规则 {rules.text}",
    )


def _for_a_person(texts: tuple[str, ...]) -> tuple[Text, ...]:
    return tuple(
        Text(f"this product rule must be read by a person: {text}", f"该产品规则须人工解读：{text}") for text in texts
    )
