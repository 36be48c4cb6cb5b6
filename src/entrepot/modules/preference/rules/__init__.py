"""The rules of the preference room."""

from entrepot.modules.preference.rules.line import assess_line
from entrepot.modules.preference.rules.total import assess_total

__all__ = ["assess_line", "assess_total"]
