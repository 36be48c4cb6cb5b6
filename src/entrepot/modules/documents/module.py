"""The labels of the documents room: one for each kind of document."""

from entrepot.kernel.module import Module
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.answers import ACCEPTANCE, BANK_RECEIPT, PAPER, RELEASE
from entrepot.kernel.vocabulary.certificates import CERTIFICATE
from entrepot.kernel.vocabulary.clearance import CANCELLED
from entrepot.kernel.vocabulary.decisions import FORM
from entrepot.kernel.vocabulary.evidence import INSPECTION
from entrepot.kernel.vocabulary.goods import LINE
from entrepot.kernel.vocabulary.trade import CONTAINER, PACKING, PARTY, TERMS, TRANSPORT
from entrepot.modules.documents.facts import (
    CONTRACT,
    DECLARED,
    INSPECTION_CERTIFICATE,
    INTAKE,
    INVOICE,
    ORIGIN_CERTIFICATE,
    PACKING_LIST,
    PAYMENT,
)
from entrepot.modules.documents.rules.intake import (
    RECEIPTED,
    assess_inspection,
    assess_payment,
    assess_receipt,
    has_papers,
)
from entrepot.modules.documents.rules.official import assess_declaration, assess_origin, is_accepted
from entrepot.modules.documents.rules.packing import assess_packing, is_packed
from entrepot.modules.documents.rules.sale import assess, is_numbered

MODULES = (
    Module(
        "documents",
        Text("Contract and invoice", "合同与发票"),
        assess,
        gives=(INVOICE, CONTRACT),
        uses=(PARTY, LINE, TRANSPORT),
        hears=(TERMS,),
        applies=is_numbered,
    ),
    Module(
        "documents_packing",
        Text("Packing list", "装箱单"),
        assess_packing,
        gives=(PACKING_LIST,),
        uses=(PARTY, LINE, TRANSPORT, CONTAINER),
        hears=(PACKING, TERMS),
        applies=is_packed,
    ),
    Module(
        "documents_origin",
        Text("Certificate of origin to issue", "待签发原产地证书"),
        assess_origin,
        gives=(ORIGIN_CERTIFICATE,),
        uses=(CERTIFICATE,),
        applies=lambda case: case.get(CERTIFICATE) is not None,
    ),
    Module(
        "documents_declaration",
        Text("Declaration as accepted", "已接受报关单"),
        assess_declaration,
        gives=(DECLARED,),
        uses=(FORM, CANCELLED, RELEASE),
        hears=(ACCEPTANCE,),
        applies=is_accepted,
    ),
    Module(
        "documents_inspection",
        Text("Inspection certificate", "检验证书"),
        assess_inspection,
        gives=(INSPECTION_CERTIFICATE,),
        each=INSPECTION,
    ),
    Module(
        "documents_receipt",
        Text("Receipt of papers and statements", "收件回执"),
        assess_receipt,
        gives=(INTAKE,),
        uses=RECEIPTED,
        hears=(PAPER,),
        applies=has_papers,
    ),
    Module(
        "documents_payment",
        Text("Receipt of money", "收款回执"),
        assess_payment,
        gives=(PAYMENT,),
        each=BANK_RECEIPT,
    ),
)
