"""The labels of the titles room: control and effect of a title, and the draft of one in a trade."""

from entrepot.kernel.module import Module
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.goods import LINE
from entrepot.kernel.vocabulary.titles import DOCUMENT, SEEN, STEP, TITLE_ISSUED
from entrepot.kernel.vocabulary.trade import CONTAINER, PACKING, PARTY, TERMS, TRANSPORT
from entrepot.modules.titles.facts import CONTROL, DRAFT, EFFECT
from entrepot.modules.titles.rules.chain import assess_control
from entrepot.modules.titles.rules.drafting import assess_draft, goes_by_water
from entrepot.modules.titles.rules.effect import assess_effect

CONTROL_MODULE = Module(
    "titles",
    Text("Titles", "权利凭证"),
    assess_control,
    gives=(CONTROL,),
    needs=(STEP, DOCUMENT),
    hears=(SEEN,),
    kinds=("title",),
)
EFFECT_MODULE = Module(
    "titles_effect",
    Text("Titles: effect in law", "权利凭证：法律效力"),
    assess_effect,
    gives=(EFFECT,),
    needs=(CONTROL, DOCUMENT),
    kinds=("title",),
)
DRAFT_MODULE = Module(
    "titles_draft",
    Text("Titles: draft bill of lading", "权利凭证：提单草稿"),
    assess_draft,
    gives=(DRAFT,),
    needs=(TRANSPORT, LINE),
    uses=(PARTY, TERMS, PACKING, CONTAINER),
    hears=(TITLE_ISSUED,),
    applies=goes_by_water,
)
MODULES = (CONTROL_MODULE, EFFECT_MODULE, DRAFT_MODULE)
