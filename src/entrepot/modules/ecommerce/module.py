"""The labels of e-commerce: the mode of a plan, the match of three documents, the checks, the advice."""

from entrepot.kernel.module import Module
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.clearance import CONTROLS, ECOMMERCE_CHECK
from entrepot.kernel.vocabulary.customs import PARTICULARS
from entrepot.kernel.vocabulary.goods import LINE
from entrepot.modules.ecommerce.facts import ADVICE, MATCHES, ORDER, PAYMENT, PLAN, ROUTE, WAYBILL
from entrepot.modules.ecommerce.rules import assess, assess_advice, assess_match, assess_route
from entrepot.modules.ecommerce.rules.law import by_ecommerce, planned
from entrepot.modules.ecommerce.rules.match import papers_there

ROUTE_MODULE = Module(
    "ecommerce_route",
    Text("Mode of the trade", "适用监管方式"),
    assess_route,
    gives=(ROUTE,),
    uses=(PARTICULARS,),
    hears=(PLAN,),
    applies=planned,
)
MATCH_MODULE = Module(
    "ecommerce_match",
    Text("Order, payment and waybill", "三单比对"),
    assess_match,
    gives=(MATCHES,),
    uses=(PARTICULARS, PLAN),
    hears=(ORDER, PAYMENT, WAYBILL),
    applies=papers_there,
)
ADVICE_MODULE = Module(
    "ecommerce_advice",
    Text("Modes compared", "监管方式比较"),
    assess_advice,
    gives=(ADVICE,),
    uses=(PLAN, ROUTE, PARTICULARS, LINE),
    applies=planned,
)
MODULE = Module(
    "ecommerce",
    Text("Cross-border e-commerce", "跨境电商"),
    assess,
    gives=(ECOMMERCE_CHECK,),
    uses=(PARTICULARS, PLAN, ORDER, MATCHES, LINE, CONTROLS),
    applies=by_ecommerce,
)
MODULES: tuple[Module, ...] = (ROUTE_MODULE, MATCH_MODULE, ADVICE_MODULE, MODULE)
