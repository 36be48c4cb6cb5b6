"""The label of the classification room."""

from entrepot.kernel.module import Module
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.customs import ENTRY
from entrepot.kernel.vocabulary.goods import LINE
from entrepot.kernel.vocabulary.trade import TRANSPORT
from entrepot.modules.classification.facts import INQUIRY, MEMORY, SUGGESTION
from entrepot.modules.classification.rules.suggest import applies, assess

MODULE = Module(
    "classification",
    Text("Classification of goods", "商品归类"),
    assess,
    gives=(SUGGESTION,),
    uses=(TRANSPORT, ENTRY, MEMORY),
    hears=(INQUIRY,),
    each=LINE,
    applies=applies,
)
