"""The room's label: what it needs, gives and hears."""

from entrepot.kernel.module import Module
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.clearance import CONTROLS
from entrepot.kernel.vocabulary.goods import LINE
from entrepot.modules.licensing.rules import assess

MODULE = Module("licensing", Text("Licences and controls", "许可与监管"), assess, gives=(CONTROLS,), each=LINE)
