"""The room's label: what it needs, gives and hears."""

from entrepot.kernel.module import Module
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.clearance import PROCUREMENT_CHECK
from entrepot.modules.procurement.rules import assess

MODULE = Module("procurement", Text("Market procurement trade", "市场采购贸易"), assess, gives=(PROCUREMENT_CHECK,))
