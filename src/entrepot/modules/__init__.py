"""The list of modules: one explicit line each. What is not here is not on the platform."""

from functools import cache

from entrepot.kernel.module import Module, Registry
from entrepot.kernel.vocabulary import SHARED
from entrepot.modules.certificate.module import MODULE as CERTIFICATE
from entrepot.modules.classification.module import MODULE as CLASSIFICATION
from entrepot.modules.consistency.module import MODULES as CONSISTENCY
from entrepot.modules.declaration.module import MODULES as DECLARATION
from entrepot.modules.documents.module import MODULES as DOCUMENTS
from entrepot.modules.duty.module import MODULES as DUTY
from entrepot.modules.ecommerce.module import MODULES as ECOMMERCE
from entrepot.modules.evidence.module import MODULES as EVIDENCE
from entrepot.modules.licensing.module import MODULE as LICENSING
from entrepot.modules.origin.module import MODULE as ORIGIN
from entrepot.modules.preference.module import MODULES as PREFERENCE
from entrepot.modules.procurement.module import MODULES as PROCUREMENT
from entrepot.modules.rebate.module import MODULES as REBATE
from entrepot.modules.screening.module import MODULE as SCREENING
from entrepot.modules.titles.module import MODULES as TITLES

MODULES: tuple[Module, ...] = (
    CLASSIFICATION,
    *DECLARATION,
    ORIGIN,
    *DUTY,
    *PREFERENCE,
    CERTIFICATE,
    *REBATE,
    *EVIDENCE,
    LICENSING,
    SCREENING,
    *PROCUREMENT,
    *ECOMMERCE,
    *CONSISTENCY,
    *DOCUMENTS,
    *TITLES,
)


@cache
def registry(links: tuple[Module, ...] = ()) -> Registry:
    """The modules, with the links of the region before them, wired and sorted."""
    return Registry((*links, *MODULES), SHARED)
