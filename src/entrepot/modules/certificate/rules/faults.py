"""How the room words what is wrong: one function for all of its rules (CO01 to CO25)."""

from entrepot.kernel.text import Problem, Text


def fault(rule: str, where: str, what: tuple[str, str], fix: tuple[str, str], severity: str = "E") -> Problem:
    """A problem; `what` and `fix` in English and Chinese."""
    return Problem(rule, where, Text(*what), Text(*fix), severity)
