"""The room's rules: pure functions, and `assess` that puts them together."""

from typing import Any

from entrepot.kernel.case import Case
from entrepot.kernel.findings import Answer, not_applicable
from entrepot.kernel.text import Text
from entrepot.kernel.topics import Topic
from entrepot.kernel.vocabulary.clearance import CONSISTENCY, PURCHASE_CHAIN


def assess(case: Case) -> dict[Topic[Any], Answer]:
    """Answer for one case."""
    answer = not_applicable(Text("Agreement of the papers: no rule speaks here", "单证一致性：无适用规则"))
    return {CONSISTENCY: answer, PURCHASE_CHAIN: answer}
