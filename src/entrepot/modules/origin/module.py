"""The label of the origin room."""

from entrepot.kernel.module import Module
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.certificates import REQUEST
from entrepot.kernel.vocabulary.customs import ENTRY, PROOF
from entrepot.kernel.vocabulary.decisions import AGREEMENTS, ORIGIN
from entrepot.kernel.vocabulary.goods import BOM, LINE
from entrepot.kernel.vocabulary.trade import PARTY, TERMS, TRANSPORT
from entrepot.modules.origin.facts import MARGIN
from entrepot.modules.origin.rules.assess import assess

# The bill of materials is asked for by the rules, not by the label: goods bound outside the Agreement need none.
MODULE = Module(
    "origin",
    Text("Origin under trade agreements", "自贸协定原产地判定"),
    assess,
    gives=(ORIGIN, AGREEMENTS, MARGIN),
    needs=(LINE,),
    uses=(BOM, PROOF, TRANSPORT, ENTRY, PARTY, TERMS, REQUEST),
    each=LINE,
)
