"""Who exports: as said in the trade, else as the enterprise says it of itself once and for all."""

from entrepot.kernel.case import Case
from entrepot.kernel.findings import Answer, found
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.clearance import PROFILE
from entrepot.kernel.vocabulary.customs import ENTERPRISE


def assess_standing(case: Case) -> Answer:
    """The exporter's standing; waits where neither the trade nor the enterprise's own dossier gives it, or papers dispute it."""
    if case.get(ENTERPRISE) is None and not case.conflicts(ENTERPRISE):
        profile = case.get(PROFILE)
        if profile is not None and profile.standing is not None:
            case.step(
                Text("exporter's standing", "出口企业身份"), "as in the enterprise's own dossier", profile.standing.kind,
                vat=profile.standing.vat, refund_category=profile.standing.refund_category,
            )  # fmt: skip
            return found(profile.standing)
    return found(case[ENTERPRISE])
