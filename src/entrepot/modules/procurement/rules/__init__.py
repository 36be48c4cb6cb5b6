"""The rules of market procurement trade (GACC Announcement 2019 No. 221): lines, splitting, trace, and the checks M01-M15."""

from entrepot.modules.procurement.rules.check import assess
from entrepot.modules.procurement.rules.lines import assess_lines
from entrepot.modules.procurement.rules.split import assess_split
from entrepot.modules.procurement.rules.trace import assess_trace

__all__ = ["assess", "assess_lines", "assess_split", "assess_trace"]
