"""The contents of documents, in the words of the UN/CEFACT buy-ship-pay model, and the findings that hold them."""

from datetime import date
from decimal import Decimal

from msgspec import Struct

from entrepot.kernel.money import Money, Price
from entrepot.kernel.text import Text
from entrepot.kernel.topics import found, found_each
from entrepot.kernel.vocabulary.answers import BANK_RECEIPT
from entrepot.kernel.vocabulary.certificates import CertificateLine
from entrepot.kernel.vocabulary.customs import Particulars
from entrepot.kernel.vocabulary.decisions import LineDraft
from entrepot.kernel.vocabulary.evidence import InspectedLine
from entrepot.kernel.vocabulary.goods import GoodsLine
from entrepot.kernel.vocabulary.trade import SHIPPERS, Container, Packing, Party, Transport


class TradeParty(Struct, frozen=True, omit_defaults=True):
    """A party as a document names it. `registered_id` is the unified social credit code or another official number;
    `country_id` alpha-3."""

    name: str
    name_zh: str = ""
    registered_id: str = ""
    postal_address: str = ""
    country_id: str = ""


class TradeLineItem(Struct, frozen=True, omit_defaults=True):
    """A line of goods on a contract or an invoice. `classification` is the goods code, `origin_country` alpha-3; weights in kg."""

    line_id: str
    description: str
    billed_quantity: Decimal
    unit_code: str
    line_total: Money
    description_zh: str = ""
    net_price: Price | None = None
    classification: str = ""
    origin_country: str = ""
    net_weight: Decimal | None = None
    gross_weight: Decimal | None = None
    package_quantity: int | None = None
    brand_name: str = ""
    shipping_marks: str = ""


class DeliveryTerms(Struct, frozen=True, omit_defaults=True):
    """How the goods are delivered: the Incoterms 2020 rule and its place; ports as UN/LOCODE, the mode as customs codes it."""

    delivery_type_code: str
    delivery_location: str = ""
    transport_mode: str = ""
    loading_location: str = ""
    unloading_location: str = ""
    destination_country: str = ""


class SalesContract(Struct, frozen=True, omit_defaults=True):
    """A contract of sale. The total is that of the contract, which may be delivered in parts. The lines of goods stand as they were said;
    `rules.sale.trade_line_items` puts them into the document's words."""

    contract_id: str
    seller_party: TradeParty
    buyer_party: TradeParty
    grand_total: Money
    delivery_terms: DeliveryTerms
    line_items: dict[str, GoodsLine]
    contract_date: date | None = None
    payment_terms: str = ""


class CommercialInvoice(Struct, frozen=True, omit_defaults=True):
    """A commercial invoice, its lines as in a contract. `invoicing_party` is named where somebody other than the seller invoices."""

    invoice_id: str
    seller_party: TradeParty
    buyer_party: TradeParty
    grand_total: Money
    delivery_terms: DeliveryTerms
    line_items: dict[str, GoodsLine]
    issue_date: date | None = None
    contract_id: str = ""
    payment_terms: str = ""
    conveyance_id: str = ""
    transport_document_id: str = ""
    invoicing_party: TradeParty | None = None


class PackedItem(Struct, frozen=True, omit_defaults=True):
    """A line of goods on a packing list: how many packages of which kind, how heavy (kg), under which marks."""

    line_id: str
    description: str
    packed_quantity: Decimal | None = None
    unit_code: str = ""
    description_zh: str = ""
    package_quantity: int | None = None
    package_type_code: str = ""
    net_weight: Decimal | None = None
    gross_weight: Decimal | None = None
    shipping_marks: str = ""


class PackedContainer(Struct, frozen=True, omit_defaults=True):
    """A container on a packing list: ISO 6346 number, size and type, seals, cargo weight in kg, and the lines it holds."""

    container_id: str
    size_type_code: str = ""
    seal_ids: tuple[str, ...] = ()
    gross_weight: Decimal | None = None
    packed_lines: tuple[str, ...] = ()


class PackingList(Struct, frozen=True, omit_defaults=True):
    """A packing list; it names no price. `package_quantity` and the weights (kg) are those of the whole shipment. Lines and containers
    stand as they were said; `rules.packing` puts them into the document's words."""

    packing_list_id: str
    seller_party: TradeParty
    buyer_party: TradeParty
    package_quantity: int
    gross_weight: Decimal
    line_items: dict[str, GoodsLine]
    net_weight: Decimal | None = None
    package_type_code: str = ""
    issue_date: date | None = None
    invoice_id: str = ""
    contract_id: str = ""
    conveyance_id: str = ""
    loading_location: str = ""
    unloading_location: str = ""
    shipping_marks: str = ""
    container_items: dict[str, Container] = {}


class FormBox(Struct, frozen=True, omit_defaults=True):
    """A box of a form as it is filled in."""

    no: str
    element: str
    label: Text
    value: str


class OriginCertificate(Struct, frozen=True, omit_defaults=True):
    """A certificate of origin as it is to be issued: the agreement, the form, who issues it, and the form box by box."""

    agreement: str
    form: str
    document_name: Text
    issuing_body: Text
    application_date: date
    importing_country: str
    boxes: tuple[FormBox, ...]
    line_items: tuple[CertificateLine, ...]
    shipment_date: date | None = None
    issued_retroactively: bool = False
    third_party_invoicing: bool = False
    original_certificate_id: str = ""
    valid_until: date | None = None
    self_made: bool = False


class InspectionCertificate(Struct, frozen=True, omit_defaults=True):
    """What an inspector reports of the goods."""

    report_id: str
    inspection_date: date
    inspection_location: str
    inspecting_party: str
    conclusion: str
    inspected_items: tuple[InspectedLine, ...]
    sampling_method: str = ""
    container_ids: tuple[str, ...] = ()
    remarks: str = ""


class CustomsDeclaration(Struct, frozen=True, omit_defaults=True):
    """A declaration that customs took in under its number: as it was sent. `sandbox`: rehearsed, no customs saw it."""

    declaration_id: str
    acceptance_date: date
    flow: str
    domestic_party: Party
    overseas_party: Party
    owner: Party
    declarant: Party
    contract_id: str
    invoice_id: str
    trade_term: str
    transport: Transport
    packing: Packing
    particulars: Particulars
    line_items: tuple[LineDraft, ...]
    invoice_total: Money | None = None
    release_date: date | None = None
    sandbox: bool = False


class ReceivedPaper(Struct, frozen=True, omit_defaults=True):
    """A paper that was taken in: its SHA-256, name, kind and size in bytes."""

    digest: str
    name: str
    kind: str
    size: int = 0


class ReceivedStatements(Struct, frozen=True, omit_defaults=True):
    """On one topic, of how many things something stands (lines, parties, containers). What exactly was said is proven by the digest of
    all these statements that goes with the document when it is issued."""

    topic: str
    count: int


class IntakeReceipt(Struct, frozen=True, omit_defaults=True):
    """What the platform or the counter took in: every paper, and topic by topic the statements that stand."""

    papers: tuple[ReceivedPaper, ...]
    statements: tuple[ReceivedStatements, ...]


class PaymentReceipt(Struct, frozen=True, omit_defaults=True):
    """Money received, as the bank said it."""

    payment_id: str
    amount: Money
    receipt_date: date
    payer: str = ""
    declaration_id: str = ""


CONTRACT = found(
    "documents.contract",
    SalesContract,
    read=SHIPPERS | {"bank"},
    label=Text("sales contract", "销售合同"),
    doc="The contract of sale as it can be signed; drawn once the contract has a number.",
)
INVOICE = found(
    "documents.invoice",
    CommercialInvoice,
    read=SHIPPERS | {"bank"},
    label=Text("commercial invoice", "商业发票"),
    doc="The commercial invoice as it can be signed; drawn once the invoice has a number.",
)
PACKING_LIST = found(
    "documents.packing",
    PackingList,
    read=SHIPPERS | {"bank"},
    label=Text("packing list", "装箱单"),
    doc="The packing list as it can be signed; drawn once the packing is said of a trade with an invoice or a contract.",
)
ORIGIN_CERTIFICATE = found(
    "documents.origin",
    OriginCertificate,
    read=SHIPPERS,
    label=Text("certificate of origin", "原产地证书"),
    doc="The certificate of origin as it can be issued; drawn from the draft.",
)
INSPECTION_CERTIFICATE = found_each(
    "documents.inspection",
    InspectionCertificate,
    "report",
    read=SHIPPERS | {"producer"},
    label=Text("inspection certificate", "检验证书"),
    doc="An inspection report as it can be signed.",
)
DECLARED = found(
    "documents.declaration",
    CustomsDeclaration,
    read=SHIPPERS,
    label=Text("declaration as accepted", "已接受报关单"),
    doc="The declaration that customs took in, with its number.",
)
INTAKE = found(
    "documents.receipt",
    IntakeReceipt,
    read=SHIPPERS,
    label=Text("receipt of papers and statements", "收件回执"),
    doc="What was taken in: papers and statements by their digests.",
)
PAYMENT = found_each(
    "documents.payment",
    PaymentReceipt,
    "receipt",
    read=BANK_RECEIPT.read,
    label=Text("receipt of money", "收款回执"),
    doc="Money received for this trade; for those alone who may see the bank's word.",
)
