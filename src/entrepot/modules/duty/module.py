"""The label of the duty room."""

from entrepot.kernel.module import Module
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.customs import ENTRY, ENTRY_LINE, PROOF, STATED_RATES
from entrepot.kernel.vocabulary.decisions import OFFER, ORIGIN
from entrepot.kernel.vocabulary.goods import LINE
from entrepot.kernel.vocabulary.trade import CHARGES, PARTY, TERMS, TRANSPORT
from entrepot.modules.duty.rules import assess

MODULE = Module(
    "duty",
    Text("Duty at the destination", "目的国关税"),
    assess,
    gives=(OFFER,),
    needs=(LINE, ENTRY, ENTRY_LINE),
    uses=(TERMS, CHARGES, ORIGIN, PROOF, TRANSPORT, STATED_RATES, PARTY),
    each=LINE,
)
