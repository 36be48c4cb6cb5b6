"""Whether the law of a title takes an electronic record for paper: a row of law, or none."""

from entrepot.kernel.case import Case
from entrepot.kernel.findings import Answer, found, no_law
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.titles import DOCUMENT
from entrepot.modules.titles.facts import CONTROL, Effect

ACTS = "titles/acts"


def assess_effect(case: Case) -> Answer:
    """The act under which an electronic title counts as paper (MLETR Art. 8 to 11 as enacted), on the day it was issued."""
    control = case[CONTROL]
    document = case[DOCUMENT][control.content]
    if not document.law or document.issued_on is None:
        return no_law(
            Text(
                "the title does not say which country's law rules it, so nobody knows whether it counts as paper",
                "凭证未载明适用法律，无法判断其是否等同于纸质凭证",
            )
        )
    row = case.read(ACTS, document.issued_on, country=document.law, kind=document.kind)
    if row is None:
        return no_law(
            Text(
                f"no act of {document.law} on electronic titles of this kind is on file for {document.issued_on}",
                f"尚无 {document.law} 在 {document.issued_on} 关于此类电子凭证的法律资料",
            )
        )
    return found(Effect(document.law, row["act"], row["ground"]))
