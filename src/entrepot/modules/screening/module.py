"""The room's label: what it needs, gives and hears."""

from entrepot.kernel.module import Module
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.clearance import ALERTS, SCREENING
from entrepot.modules.screening.rules import assess

MODULE = Module(
    "screening",
    Text("Screening", "名单筛查"),
    assess,
    gives=(
        SCREENING,
        ALERTS,
    ),
)
