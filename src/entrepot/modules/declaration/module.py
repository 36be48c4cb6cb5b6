"""The labels of the declaration room: the head, each line, the form."""

from entrepot.kernel.module import Module
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.answers import ACCEPTANCE, RELEASE
from entrepot.kernel.vocabulary.clearance import (
    ALERTS,
    CANCELLATION,
    CANCELLED,
    CONSISTENCY,
    CONTROLS,
    ECOMMERCE_CHECK,
    ELEMENTS,
    HISTORY,
    PROCUREMENT_CHECK,
    PROFILE,
    PURCHASE_CHAIN,
    WITHDRAWAL,
)
from entrepot.kernel.vocabulary.customs import ATTACHMENT, ENTRY, PARTICULARS, PROOF, STATEMENT
from entrepot.kernel.vocabulary.decisions import DRAFT, FORM, HEADER, REGION, TRAITS
from entrepot.kernel.vocabulary.goods import LINE
from entrepot.kernel.vocabulary.trade import CHARGES, CONTAINER, PACKING, PARTS, PARTY, TERMS, TRANSPORT
from entrepot.modules.declaration.facts import CHECKED, PRICES, QUESTIONS, SPLIT
from entrepot.modules.declaration.rules.assess import assess_form, assess_line
from entrepot.modules.declaration.rules.header import assess_header
from entrepot.modules.declaration.rules.questions import assess_questions
from entrepot.modules.declaration.rules.splitting import applies, assess_split
from entrepot.modules.declaration.rules.usual_prices import assess_prices
from entrepot.modules.declaration.rules.withdrawal import assess_withdrawal

HEADER_MODULE = Module(
    name="declaration_header",
    title=Text("Declaration: head", "报关单：表头"),
    assess=assess_header,
    gives=(HEADER,),
    uses=(PARTICULARS, PARTY, TERMS, TRANSPORT, PACKING, ENTRY, REGION, PARTS, LINE, ACCEPTANCE, PROFILE, HISTORY),
    hears=(PARTICULARS,),
)
LINE_MODULE = Module(
    name="declaration_line",
    title=Text("Declaration: lines", "报关单：商品项"),
    assess=assess_line,
    each=LINE,
    gives=(CHECKED,),
    needs=(HEADER,),
    uses=(TRAITS, CONTROLS, STATEMENT, CONTAINER, PROOF, ELEMENTS, HISTORY),
)
FORM_MODULE = Module(
    name="declaration",
    title=Text("Customs declaration", "报关单"),
    assess=assess_form,
    gives=(DRAFT, FORM),
    needs=(HEADER,),
    uses=(
        LINE,
        CHECKED,
        PARTICULARS,
        PARTY,
        TERMS,
        TRANSPORT,
        CHARGES,
        PACKING,
        CONTAINER,
        ATTACHMENT,
        STATEMENT,
        PROOF,
        TRAITS,
        CONTROLS,
        ELEMENTS,
        CONSISTENCY,
        PURCHASE_CHAIN,
        ALERTS,
        PROCUREMENT_CHECK,
        ECOMMERCE_CHECK,
    ),
    hears=(ATTACHMENT, STATEMENT),
)
WITHDRAWAL_MODULE = Module(
    name="declaration_withdrawal",
    title=Text("Withdrawal of a declaration", "报关单撤销"),
    assess=assess_withdrawal,
    gives=(CANCELLATION,),
    uses=(ACCEPTANCE, RELEASE, CANCELLED),
    hears=(WITHDRAWAL,),
    applies=lambda case: case.get(WITHDRAWAL) is not None,
)
SPLIT_MODULE = Module(
    name="declaration_split",
    title=Text("Several declarations", "分单申报"),
    assess=assess_split,
    gives=(SPLIT,),
    uses=(HEADER, LINE, CONTAINER),
    applies=applies,
)
PRICES_MODULE = Module(
    name="declaration_prices",
    title=Text("Usual prices", "惯常单价"),
    assess=assess_prices,
    gives=(PRICES,),
    needs=(HEADER,),
    uses=(LINE, STATEMENT, HISTORY),
)
QUESTIONS_MODULE = Module(
    name="declaration_questions",
    title=Text("Questions that are left", "待补充的问题"),
    assess=assess_questions,
    gives=(QUESTIONS,),
    needs=(DRAFT,),
    uses=(CHECKED, PARTICULARS, TERMS, TRANSPORT, CHARGES, PACKING, PARTY, LINE, REGION, PROFILE, HISTORY),
    hears=(ELEMENTS,),
)
MODULES = (HEADER_MODULE, LINE_MODULE, FORM_MODULE, PRICES_MODULE, WITHDRAWAL_MODULE, SPLIT_MODULE, QUESTIONS_MODULE)
