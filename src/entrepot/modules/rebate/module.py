"""The labels of the rebate room: who exports, the lots behind the lines, the refund line by line, the deadlines, the total."""

from entrepot.kernel.module import Module
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.answers import BANK_RECEIPT, CLAIM, RELEASE
from entrepot.kernel.vocabulary.clearance import PROFILE
from entrepot.kernel.vocabulary.customs import ENTERPRISE, PARTICULARS
from entrepot.kernel.vocabulary.goods import LINE, LOT
from entrepot.kernel.vocabulary.trade import TERMS
from entrepot.modules.rebate.facts import DEADLINES, PURCHASES, REFUND, ROUTE, STANDING, TOTAL
from entrepot.modules.rebate.rules.deadlines import assess_deadlines
from entrepot.modules.rebate.rules.purchases import assess_purchases
from entrepot.modules.rebate.rules.refund import assess_line
from entrepot.modules.rebate.rules.standing import assess_standing
from entrepot.modules.rebate.rules.total import assess_total

STANDING_MODULE = Module(
    "rebate_standing",
    Text("Who exports", "出口企业身份"),
    assess_standing,
    gives=(STANDING,),
    uses=(ENTERPRISE, PROFILE),
)
PURCHASES_MODULE = Module(
    "rebate_purchases",
    Text("Purchases behind the lines", "商品项对应的进货"),
    assess_purchases,
    gives=(PURCHASES,),
    needs=(LOT,),
)
LINE_MODULE = Module(
    "rebate",
    Text("Export refund", "出口退税"),
    assess_line,
    gives=(ROUTE, REFUND),
    needs=(RELEASE, STANDING),
    uses=(LOT, PURCHASES, BANK_RECEIPT, PARTICULARS, TERMS, CLAIM),
    each=LINE,
)
DEADLINES_MODULE = Module(
    "rebate_deadlines",
    Text("Refund deadlines", "退税期限"),
    assess_deadlines,
    gives=(DEADLINES,),
    needs=(RELEASE,),
    uses=(CLAIM,),
)
TOTAL_MODULE = Module(
    "rebate_total",
    Text("Total refund", "退税合计"),
    assess_total,
    gives=(TOTAL,),
    needs=(RELEASE, STANDING),
    uses=(LINE, ROUTE, REFUND),
)
MODULES = (STANDING_MODULE, PURCHASES_MODULE, LINE_MODULE, DEADLINES_MODULE, TOTAL_MODULE)
