"""The room's rules: pure functions, and `assess` that puts them together."""

from entrepot.kernel.case import Case
from entrepot.kernel.findings import Answer, not_applicable
from entrepot.kernel.text import Text


def assess(case: Case) -> Answer:
    """Answer for one case."""
    return not_applicable(Text("Cross-border e-commerce: no rule speaks here", "跨境电商：无适用规则"))
