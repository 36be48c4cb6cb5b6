"""Which papers a treatment takes: what it is called, who gives it, how long it is good for."""

from collections.abc import Iterator, Sequence
from datetime import date

from entrepot.kernel.case import Case
from entrepot.kernel.law import Row
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.trade import TRANSPORT
from entrepot.modules.preference.facts import Document

CERTIFICATE = "certificate"
FORMS = {
    CERTIFICATE: Text("a certificate of origin", "原产地证书"),
    "approved_exporter_declaration": Text("a declaration by an approved exporter", "经核准出口商原产地声明"),
    "declaration": Text("a declaration of origin", "原产地声明"),
}
_WHO = {
    CERTIFICATE: Text("the issuing body of the exporting country", "出口国签证机构"),
    "approved_exporter_declaration": Text("the approved exporter itself", "经核准出口商自行出具"),
    "declaration": Text("the exporter or producer itself", "出口商或生产商自行出具"),
}
_ANY_FORM = ("certificate", "approved_exporter_declaration", "declaration")


def documents(
    case: Case, treatment: Row | None, agreement: str, made_in: str, ends: frozenset[str], quota: bool, day: date
) -> Iterator[Document]:
    """The papers of one way in. `ends` are the countries of making and of entry: a call elsewhere asks for evidence of transit."""
    if quota:
        share = Text("a share of the tariff quota", "关税配额证明")
        yield Document("quota", share, Text("the authority of the destination", "目的国主管机关"))
    if not agreement:
        return
    forms = _ANY_FORM if treatment is None else tuple(treatment["proof"])
    months = None if treatment is None else treatment["proof_months"]
    if forms:
        yield case.by_law(_proof, agreement, forms, months, made_in, day)
    if _passes_elsewhere(case, ends):
        yield Document(
            "transit",
            Text("evidence of direct carriage: a through bill, or customs control on the way", "直接运输证明：联运提单或途中海关监管证明"),
            Text("the carrier, or customs on the way", "承运人或途经地海关"),
        )


def _proof(case: Case, agreement: str, forms: tuple[str, ...], months: int | None, made_in: str, day: date) -> Document:
    """The proof that an agreement asks for: the same for every line of goods."""
    givers = [_giver(case, agreement, form, made_in, day) for form in forms]
    return Document("proof", _either([FORMS.get(form, Text(form, form)) for form in forms]), _either(givers), months)


def _either(texts: Sequence[Text]) -> Text:
    return Text(" or ".join(text.en for text in texts), "或".join(text.zh for text in texts))


def _giver(case: Case, agreement: str, form: str, made_in: str, day: date) -> Text:
    """Who gives a proof in that country, as closely as it is on file."""
    if form == CERTIFICATE and made_in and case.knows("certificates/issuers"):
        row = case.read("certificates/issuers", day, agreement=agreement, country=made_in)
        if row is not None:
            return Text(row["name_en"], row["name_zh"])
    return _WHO.get(form, _WHO["declaration"])


def _passes_elsewhere(case: Case, ends: frozenset[str]) -> bool:
    """Whether the goods call at a country that is neither where they were made nor where they go, as far as that is said."""
    plan = case.get(TRANSPORT)
    return plan is not None and any(leg.country and leg.country not in ends for leg in plan.legs)
