"""The room's rules: pure functions, and `assess` that puts them together."""

from typing import Any

from entrepot.kernel.case import Case
from entrepot.kernel.findings import Answer, not_applicable
from entrepot.kernel.text import Text
from entrepot.kernel.topics import Topic
from entrepot.kernel.vocabulary.clearance import ALERTS, SCREENING


def assess(case: Case) -> dict[Topic[Any], Answer]:
    """Answer for one case."""
    answer = not_applicable(Text("Screening: no rule speaks here", "名单筛查：无适用规则"))
    return {SCREENING: answer, ALERTS: answer}
