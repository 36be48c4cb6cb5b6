"""The labels of the duty room."""

from entrepot.kernel.module import Module
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.customs import ENTRY, ENTRY_LINE, FORMALITIES, PROOF, STATED_RATES
from entrepot.kernel.vocabulary.decisions import AGREEMENTS, BILL, LANDED, OFFER, ORIGIN
from entrepot.kernel.vocabulary.goods import LINE
from entrepot.kernel.vocabulary.trade import CHARGES, COSTS, PARTY, TERMS, TRANSPORT
from entrepot.modules.duty.facts import EXPORT_DUTY, EXPORT_RATES, ORDER, ORDER_TAX, PARCEL, PARCEL_TAX
from entrepot.modules.duty.rules import assess, assess_bill, assess_export, assess_landed, assess_order, assess_parcel

MODULE = Module(
    "duty",
    Text("Duty at the destination", "目的国关税"),
    assess,
    gives=(OFFER,),
    needs=(LINE, ENTRY, ENTRY_LINE),
    uses=(TERMS, CHARGES, ORIGIN, AGREEMENTS, PROOF, TRANSPORT, STATED_RATES, PARTY),
    each=LINE,
)
BILL_MODULE = Module(
    "duty_bill",
    Text("Duty and taxes of the import entry", "进口税费"),
    assess_bill,
    gives=(BILL,),
    needs=(FORMALITIES, ENTRY, ENTRY_LINE, OFFER),
    uses=(LINE, STATED_RATES, TRANSPORT),
)
LANDED_MODULE = Module(
    "landed",
    Text("Landed cost", "到门成本"),
    assess_landed,
    gives=(LANDED,),
    needs=(ENTRY, ENTRY_LINE, OFFER, TERMS),
    uses=(COSTS, FORMALITIES, LINE, CHARGES, STATED_RATES, TRANSPORT),
)
EXPORT_MODULE = Module(
    "duty_export",
    Text("Export duty", "出口关税"),
    assess_export,
    gives=(EXPORT_DUTY,),
    needs=(LINE, TERMS),
    uses=(CHARGES,),
    hears=(EXPORT_RATES,),
    each=EXPORT_RATES,
)
ORDER_MODULE = Module(
    "duty_order",
    Text("Tax of retail imports", "跨境电商零售进口税"),
    assess_order,
    gives=(ORDER_TAX,),
    hears=(ORDER,),
    each=ORDER,
)
PARCEL_MODULE = Module(
    "duty_parcel",
    Text("Tax of parcels", "进境物品进口税"),
    assess_parcel,
    gives=(PARCEL_TAX,),
    hears=(PARCEL,),
    each=PARCEL,
)
MODULES: tuple[Module, ...] = (MODULE, BILL_MODULE, LANDED_MODULE, EXPORT_MODULE, ORDER_MODULE, PARCEL_MODULE)
