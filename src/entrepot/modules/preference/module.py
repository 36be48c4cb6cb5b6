"""The labels of the preference room: each line, and the consignment."""

from entrepot.kernel.case import Case
from entrepot.kernel.module import Module
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.customs import STATED_RATES
from entrepot.kernel.vocabulary.decisions import AGREEMENTS, OFFER
from entrepot.kernel.vocabulary.goods import LINE
from entrepot.kernel.vocabulary.trade import TRANSPORT
from entrepot.modules.preference.facts import CHOICE, TOTAL
from entrepot.modules.preference.rules import assess_line, assess_total

# A consignment is read as a whole up to here; beyond it the lines speak for themselves.
MOST_LINES = 200


def is_offered(case: Case) -> bool:
    """Where no import is planned there is nothing to choose, and nobody need wait."""
    return case.at(OFFER) is not None


def is_consignment(case: Case) -> bool:
    """One line needs no total."""
    lines = case.get(CHOICE)
    return lines is not None and 1 < len(lines) <= MOST_LINES


LINE_MODULE = Module(
    "preference",
    Text("Cheapest legal way in", "最省合法进口方案"),
    assess_line,
    gives=(CHOICE,),
    uses=(OFFER, AGREEMENTS, TRANSPORT, STATED_RATES),
    each=LINE,
    applies=is_offered,
)
TOTAL_MODULE = Module(
    "preference_total",
    Text("Cheapest legal way in: all lines", "整票最省合法进口方案"),
    assess_total,
    gives=(TOTAL,),
    uses=(CHOICE,),
    applies=is_consignment,
)
MODULES = (LINE_MODULE, TOTAL_MODULE)
