"""The room's labels: the papers of the shipment, and the purchase documents behind it, which are secret and apart."""

from entrepot.kernel.module import Module
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.answers import PAPER, RELEASE
from entrepot.kernel.vocabulary.clearance import CONSISTENCY, CONTRACT_LINE, PURCHASE_CHAIN
from entrepot.kernel.vocabulary.customs import ENTERPRISE, PARTICULARS
from entrepot.kernel.vocabulary.goods import LINE, LOT
from entrepot.kernel.vocabulary.trade import PARTY, TRANSPORT
from entrepot.modules.consistency.facts import COMPARED
from entrepot.modules.consistency.rules.assess import assess
from entrepot.modules.consistency.rules.purchase import assess_purchase, bought

PAPERS_MODULE = Module(
    "consistency",
    Text("Agreement of the papers", "单证一致性"),
    assess,
    gives=(CONSISTENCY,),
    uses=(*COMPARED, CONTRACT_LINE, PAPER),
)
PURCHASE_MODULE = Module(
    "consistency_purchase",
    Text("Purchase documents against the declaration", "进货凭证与报关单核对"),
    assess_purchase,
    gives=(PURCHASE_CHAIN,),
    uses=(LOT, LINE, PARTY, PARTICULARS, TRANSPORT, ENTERPRISE, RELEASE, PAPER),
    applies=bought,
)
MODULES = (PAPERS_MODULE, PURCHASE_MODULE)
