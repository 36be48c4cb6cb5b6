"""Bodies: topics of documents. Written by `entrepot client types`; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Required, TypedDict

from entrepot_client.topic import Topic

if TYPE_CHECKING:
    from entrepot_client.topics.shared import (
        CertificateLine,
        Container,
        GoodsLine,
        InspectedLine,
        LineDraft,
        Money,
        Packing,
        Particulars,
        Party,
        Text,
        Transport,
    )


class TradeParty(TypedDict, total=False):
    """A party as a document names it. `registered_id` is the unified social credit code or another official
    number; `country_id` alpha-3.
    """

    name: Required[str]
    name_zh: str
    registered_id: str
    postal_address: str
    country_id: str


class DeliveryTerms(TypedDict, total=False):
    """How the goods are delivered: the Incoterms 2020 rule and its place; ports as UN/LOCODE, the mode as
    customs codes it.
    """

    delivery_type_code: Required[str]
    delivery_location: str
    transport_mode: str
    loading_location: str
    unloading_location: str
    destination_country: str


class CommercialInvoice(TypedDict, total=False):
    """A commercial invoice, its lines as in a contract. `invoicing_party` is named where somebody other than
    the seller invoices.
    """

    invoice_id: Required[str]
    seller_party: Required[TradeParty]
    buyer_party: Required[TradeParty]
    grand_total: Required[Money]
    delivery_terms: Required[DeliveryTerms]
    line_items: Required[dict[str, GoodsLine]]
    issue_date: str | None
    contract_id: str
    payment_terms: str
    conveyance_id: str
    transport_document_id: str
    invoicing_party: TradeParty | None


DOCUMENTS_INVOICE: Topic[CommercialInvoice] = Topic("documents.invoice")
"""The commercial invoice as it can be signed; drawn once the invoice has a number. (商业发票)"""


class SalesContract(TypedDict, total=False):
    """A contract of sale. The total is that of the contract, which may be delivered in parts. The lines of
    goods stand as they were said; `rules.sale.trade_line_items` puts them into the document's words.
    """

    contract_id: Required[str]
    seller_party: Required[TradeParty]
    buyer_party: Required[TradeParty]
    grand_total: Required[Money]
    delivery_terms: Required[DeliveryTerms]
    line_items: Required[dict[str, GoodsLine]]
    contract_date: str | None
    payment_terms: str


DOCUMENTS_CONTRACT: Topic[SalesContract] = Topic("documents.contract")
"""The contract of sale as it can be signed; drawn once the contract has a number. (销售合同)"""


class PackingList(TypedDict, total=False):
    """A packing list; it names no price. `package_quantity` and the weights (kg) are those of the whole
    shipment. Lines and containers stand as they were said; `rules.packing` puts them into the document's
    words.
    """

    packing_list_id: Required[str]
    seller_party: Required[TradeParty]
    buyer_party: Required[TradeParty]
    package_quantity: Required[int]
    gross_weight: Required[str]
    line_items: Required[dict[str, GoodsLine]]
    net_weight: str | None
    package_type_code: str
    issue_date: str | None
    invoice_id: str
    contract_id: str
    conveyance_id: str
    loading_location: str
    unloading_location: str
    shipping_marks: str
    container_items: dict[str, Container]


DOCUMENTS_PACKING: Topic[PackingList] = Topic("documents.packing")
"""The packing list as it can be signed; drawn once the packing is said of a trade with an invoice or a
contract. (装箱单)
"""


class FormBox(TypedDict, total=False):
    """A box of a form as it is filled in."""

    no: Required[str]
    element: Required[str]
    label: Required[Text]
    value: Required[str]


class OriginCertificate(TypedDict, total=False):
    """A certificate of origin as it is to be issued: the agreement, the form, who issues it, and the form box
    by box.
    """

    agreement: Required[str]
    form: Required[str]
    document_name: Required[Text]
    issuing_body: Required[Text]
    application_date: Required[str]
    importing_country: Required[str]
    boxes: Required[list[FormBox]]
    line_items: Required[list[CertificateLine]]
    shipment_date: str | None
    issued_retroactively: bool
    third_party_invoicing: bool
    original_certificate_id: str
    valid_until: str | None
    self_made: bool


DOCUMENTS_ORIGIN: Topic[OriginCertificate] = Topic("documents.origin")
"""The certificate of origin as it can be issued; drawn from the draft. (原产地证书)"""


class CustomsDeclaration(TypedDict, total=False):
    """A declaration that customs took in under its number: as it was sent. `sandbox`: rehearsed, no customs
    saw it.
    """

    declaration_id: Required[str]
    acceptance_date: Required[str]
    flow: Required[str]
    domestic_party: Required[Party]
    overseas_party: Required[Party]
    owner: Required[Party]
    declarant: Required[Party]
    contract_id: Required[str]
    invoice_id: Required[str]
    trade_term: Required[str]
    transport: Required[Transport]
    packing: Required[Packing]
    particulars: Required[Particulars]
    line_items: Required[list[LineDraft]]
    invoice_total: Money | None
    release_date: str | None
    sandbox: bool


DOCUMENTS_DECLARATION: Topic[CustomsDeclaration] = Topic("documents.declaration")
"""The declaration that customs took in, with its number. (已接受报关单)"""


class InspectionCertificate(TypedDict, total=False):
    """What an inspector reports of the goods."""

    report_id: Required[str]
    inspection_date: Required[str]
    inspection_location: Required[str]
    inspecting_party: Required[str]
    conclusion: Required[str]
    inspected_items: Required[list[InspectedLine]]
    sampling_method: str
    container_ids: list[str]
    remarks: str


DOCUMENTS_INSPECTION: Topic[InspectionCertificate] = Topic("documents.inspection", keyed="report")
"""An inspection report as it can be signed. (检验证书)"""


class ReceivedPaper(TypedDict, total=False):
    """A paper that was taken in: its SHA-256, name, kind and size in bytes."""

    digest: Required[str]
    name: Required[str]
    kind: Required[str]
    size: int


class ReceivedStatements(TypedDict, total=False):
    """On one topic, of how many things something stands (lines, parties, containers). What exactly was said is
    proven by the digest of all these statements that goes with the document when it is issued.
    """

    topic: Required[str]
    count: Required[int]


class IntakeReceipt(TypedDict, total=False):
    """What the platform or the counter took in: every paper, and topic by topic the statements that stand."""

    papers: Required[list[ReceivedPaper]]
    statements: Required[list[ReceivedStatements]]


DOCUMENTS_RECEIPT: Topic[IntakeReceipt] = Topic("documents.receipt")
"""What was taken in: papers and statements by their digests. (收件回执)"""


class PaymentReceipt(TypedDict, total=False):
    """Money received, as the bank said it."""

    payment_id: Required[str]
    amount: Required[Money]
    receipt_date: Required[str]
    payer: str
    declaration_id: str


DOCUMENTS_PAYMENT: Topic[PaymentReceipt] = Topic("documents.payment", keyed="receipt")
"""Money received for this trade; for those alone who may see the bank's word. (收款回执)"""


class Ruling_CommercialInvoice_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: CommercialInvoice | None


DOCUMENTS_INVOICE_RULING: Topic[Ruling_CommercialInvoice_] = Topic("documents.invoice.ruling")
"""a person's ruling of `documents.invoice`, made by the kernel. (商业发票：人工裁定)"""


class Ruling_SalesContract_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: SalesContract | None


DOCUMENTS_CONTRACT_RULING: Topic[Ruling_SalesContract_] = Topic("documents.contract.ruling")
"""a person's ruling of `documents.contract`, made by the kernel. (销售合同：人工裁定)"""


class Ruling_PackingList_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: PackingList | None


DOCUMENTS_PACKING_RULING: Topic[Ruling_PackingList_] = Topic("documents.packing.ruling")
"""a person's ruling of `documents.packing`, made by the kernel. (装箱单：人工裁定)"""


class Ruling_OriginCertificate_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: OriginCertificate | None


DOCUMENTS_ORIGIN_RULING: Topic[Ruling_OriginCertificate_] = Topic("documents.origin.ruling")
"""a person's ruling of `documents.origin`, made by the kernel. (原产地证书：人工裁定)"""


class Ruling_CustomsDeclaration_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: CustomsDeclaration | None


DOCUMENTS_DECLARATION_RULING: Topic[Ruling_CustomsDeclaration_] = Topic("documents.declaration.ruling")
"""a person's ruling of `documents.declaration`, made by the kernel. (已接受报关单：人工裁定)"""


class Ruling_InspectionCertificate_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: InspectionCertificate | None


DOCUMENTS_INSPECTION_RULING: Topic[Ruling_InspectionCertificate_] = Topic("documents.inspection.ruling", keyed="report")
"""a person's ruling of `documents.inspection`, made by the kernel. (检验证书：人工裁定)"""


class Ruling_IntakeReceipt_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: IntakeReceipt | None


DOCUMENTS_RECEIPT_RULING: Topic[Ruling_IntakeReceipt_] = Topic("documents.receipt.ruling")
"""a person's ruling of `documents.receipt`, made by the kernel. (收件回执：人工裁定)"""


class Ruling_PaymentReceipt_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: PaymentReceipt | None


DOCUMENTS_PAYMENT_RULING: Topic[Ruling_PaymentReceipt_] = Topic("documents.payment.ruling", keyed="receipt")
"""a person's ruling of `documents.payment`, made by the kernel. (收款回执：人工裁定)"""
