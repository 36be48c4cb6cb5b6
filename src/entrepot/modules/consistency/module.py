"""The room's label: what it needs, gives and hears."""

from entrepot.kernel.module import Module
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.clearance import CONSISTENCY, PURCHASE_CHAIN
from entrepot.modules.consistency.rules import assess

MODULE = Module(
    "consistency",
    Text("Agreement of the papers", "单证一致性"),
    assess,
    gives=(
        CONSISTENCY,
        PURCHASE_CHAIN,
    ),
)
