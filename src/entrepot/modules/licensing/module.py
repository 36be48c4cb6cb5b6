"""The room's label: what it needs, gives and hears."""

from entrepot.kernel.module import Module
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.clearance import CONTROLS
from entrepot.kernel.vocabulary.customs import ATTACHMENT, PARTICULARS, STATEMENT
from entrepot.kernel.vocabulary.decisions import HEADER, TRAITS
from entrepot.kernel.vocabulary.goods import LINE
from entrepot.kernel.vocabulary.trade import PACKING, TRANSPORT
from entrepot.modules.licensing.rules.assess import assess

MODULE = Module(
    "licensing",
    Text("Licences and controls", "许可与监管"),
    assess,
    gives=(CONTROLS,),
    needs=(HEADER,),
    uses=(TRAITS, PARTICULARS, TRANSPORT, PACKING, ATTACHMENT, STATEMENT),
    each=LINE,
)
