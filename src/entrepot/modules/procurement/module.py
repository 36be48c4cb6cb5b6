"""The labels of the market: lines out of records, exports that belong together, the trace, and the checks."""

from entrepot.kernel.module import Module
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.answers import BANK_RECEIPT
from entrepot.kernel.vocabulary.clearance import ALERTS, CONTROLS, PROCUREMENT_CHECK
from entrepot.kernel.vocabulary.customs import PARTICULARS
from entrepot.kernel.vocabulary.goods import LINE
from entrepot.kernel.vocabulary.trade import CONTAINER, PACKING, PARTY, TRANSPORT
from entrepot.modules.procurement.facts import (
    EXPORTS,
    LINE_RECORDS,
    LINES,
    RECORD,
    REGISTRATION,
    SETTLEMENT,
    SPLIT,
    TRACE,
)
from entrepot.modules.procurement.rules import assess, assess_lines, assess_split, assess_trace
from entrepot.modules.procurement.rules.law import market_export, with_records

LINES_MODULE = Module(
    "procurement_lines",
    Text("Lines of the market declaration", "市场采购申报商品项"),
    assess_lines,
    gives=(LINES,),
    uses=(RECORD, PARTICULARS),
    applies=with_records,
)
SPLIT_MODULE = Module(
    "procurement_split",
    Text("Exports that belong together", "拆分申报核查"),
    assess_split,
    gives=(SPLIT,),
    uses=(PARTICULARS, LINE, PARTY, TRANSPORT, CONTAINER, EXPORTS),
    applies=market_export,
)
TRACE_MODULE = Module(
    "procurement_trace",
    Text("Trace of market goods", "市场采购货物追溯"),
    assess_trace,
    gives=(TRACE,),
    uses=(RECORD, PARTICULARS, LINE, CONTAINER, BANK_RECEIPT),
    hears=(LINE_RECORDS, SETTLEMENT),
    applies=with_records,
)
MODULE = Module(
    "procurement",
    Text("Market procurement trade", "市场采购贸易"),
    assess,
    gives=(PROCUREMENT_CHECK,),
    uses=(
        PARTICULARS,
        LINE,
        RECORD,
        LINE_RECORDS,
        LINES,
        SPLIT,
        PARTY,
        TRANSPORT,
        PACKING,
        BANK_RECEIPT,
        SETTLEMENT,
        ALERTS,
        CONTROLS,
    ),
    hears=(REGISTRATION,),
    applies=market_export,
)
MODULES: tuple[Module, ...] = (LINES_MODULE, SPLIT_MODULE, TRACE_MODULE, MODULE)
