"""The labels of the evidence room: the index of the evidence in three parts, and the refund's filing documents."""

from entrepot.kernel.module import Module
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.answers import PAPER, RELEASE
from entrepot.kernel.vocabulary.customs import PARTICULARS
from entrepot.kernel.vocabulary.trade import PARTY
from entrepot.modules.evidence.facts import COSTS, FILING, INDEX, MAKING, RETENTION
from entrepot.modules.evidence.rules.index import (
    COST_FACTS,
    MAKING_FACTS,
    SHARED_FACTS,
    assess_costs,
    assess_filing,
    assess_index,
    assess_making,
)
from entrepot.modules.evidence.rules.retention import assess_retention

INDEX_MODULE = Module(
    "evidence",
    Text("Evidence", "证据"),
    assess_index,
    gives=(INDEX,),
    uses=SHARED_FACTS,
    hears=(PAPER,),
)
MAKING_MODULE = Module(
    "evidence_making",
    Text("Evidence of the making", "生产情况证据"),
    assess_making,
    gives=(MAKING,),
    uses=(*MAKING_FACTS, PAPER),
)
COSTS_MODULE = Module(
    "evidence_costs",
    Text("Evidence of cost and refund", "成本与退税证据"),
    assess_costs,
    gives=(COSTS,),
    uses=(*COST_FACTS, PAPER),
)
FILING_MODULE = Module(
    "evidence_filing",
    Text("Filing documents", "备案单证"),
    assess_filing,
    gives=(FILING,),
    needs=(PARTICULARS,),
    uses=(PAPER, PARTY, RELEASE),
)
RETENTION_MODULE = Module(
    "evidence_retention",
    Text("Duties to keep", "保存义务"),
    assess_retention,
    gives=(RETENTION,),
    uses=(PARTICULARS, RELEASE),
)
MODULES = (INDEX_MODULE, MAKING_MODULE, COSTS_MODULE, FILING_MODULE, RETENTION_MODULE)
