"""The label of the screening room."""

from entrepot.kernel.module import Module
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.clearance import ALERTS, SCREENING
from entrepot.kernel.vocabulary.trade import COSTS, PARTY, TRANSPORT
from entrepot.modules.screening.facts import DECISION, DECISIONS
from entrepot.modules.screening.rules.assess import assess

MODULE = Module(
    "screening",
    Text("Screening", "名单筛查"),
    assess,
    gives=(SCREENING, ALERTS),
    uses=(PARTY, TRANSPORT, COSTS, DECISIONS),
    hears=(DECISION,),
    kinds=("trade", "enterprise"),
)
