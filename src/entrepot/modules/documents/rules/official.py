"""Certificates of origin and declarations: as they were drafted and as customs took them in."""

from msgspec.structs import replace

from entrepot.kernel.case import Case
from entrepot.kernel.findings import Answer, found, needs_review, not_applicable
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.answers import ACCEPTANCE, RELEASE
from entrepot.kernel.vocabulary.certificates import CERTIFICATE
from entrepot.kernel.vocabulary.clearance import CANCELLED
from entrepot.kernel.vocabulary.decisions import FORM
from entrepot.modules.documents.facts import CustomsDeclaration, FormBox, OriginCertificate


def assess_origin(case: Case) -> Answer:
    """The certificate as drafted, without the notes on where each box comes from."""
    draft = case[CERTIFICATE]
    return found(
        OriginCertificate(
            draft.agreement,
            draft.form,
            draft.name,
            draft.issuer,
            draft.applied_on,
            draft.importing,
            tuple(FormBox(box.no, box.element, box.label, box.value) for box in draft.boxes),
            tuple(
                replace(line, boxes=tuple(replace(b, source="", paper="") for b in line.boxes)) for line in draft.lines
            ),
            draft.shipped_on,
            draft.retroactive,
            draft.third_party,
            draft.original,
            draft.valid_until,
            draft.self_made,
        )
    )


def is_accepted(case: Case) -> bool:
    """Nobody waits for the document of a declaration that customs has not taken in."""
    return bool(case.keys(ACCEPTANCE))


def assess_declaration(case: Case) -> Answer:
    """The declaration that stands with customs; for review where more than one number does."""
    form, accepted = case[FORM], case[ACCEPTANCE]
    given_up = {number for number, decided in (case.get(CANCELLED) or {}).items() if decided.allowed}
    standing = sorted((one.accepted_on, number) for number, one in accepted.items() if number not in given_up)
    if not standing:
        return not_applicable(Text("the declaration was given up", "报关单已撤销"))
    day, number = standing[-1]
    release = (case.get(RELEASE) or {}).get(number)
    document = CustomsDeclaration(
        number,
        day,
        form.flow,
        form.domestic_party,
        form.overseas_party,
        form.owner,
        form.declarant,
        form.contract_no,
        form.invoice_no,
        form.trade_term,
        form.transport,
        form.packing,
        form.particulars,
        form.lines,
        form.invoice_total,
        None if release is None else release.released_on,
        accepted[number].sandbox,
    )
    if len(standing) == 1:
        return found(document)
    others = ", ".join(other for _, other in standing[:-1])
    return needs_review(
        document,
        Text(f"customs took in others too: {others}", f"海关另接受了：{others}"),
    )
