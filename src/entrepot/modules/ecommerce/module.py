"""The room's label: what it needs, gives and hears."""

from entrepot.kernel.module import Module
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.clearance import ECOMMERCE_CHECK
from entrepot.modules.ecommerce.rules import assess

MODULE = Module("ecommerce", Text("Cross-border e-commerce", "跨境电商"), assess, gives=(ECOMMERCE_CHECK,))
