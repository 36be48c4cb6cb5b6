"""Writing declarations, amendments and cancellations in the WCO Data Model, as the schemas of HMRC's profile have them."""

import re

from entrepot.gateways import paper_values as values
from entrepot.gateways.extract import refusal
from entrepot.gateways.messages.fitting import Fitting, alpha_2, fits, is_short
from entrepot.gateways.messages.markup import branch, document, leaf
from entrepot.gateways.messages.message import Envelope, Written
from entrepot.gateways.messages.taking import Taking, plain_number
from entrepot.gateways.messages.wco.building import amount, day
from entrepot.gateways.messages.wco.names import (
    BILL_OF_MODE,
    DECLARATION,
    DECLARATION_TYPES,
    LICENCES,
    META,
    ORIGINAL,
    REC19,
    REQUEST,
    STATEMENTS,
    VERSION,
    reference_of,
)
from entrepot.gateways.messages.wco.writing_items import MOST_ITEMS, documents, items
from entrepot.gateways.messages.wco.writing_parties import aeo_parties, party, role_parties
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.clearance import Cancellation
from entrepot.kernel.vocabulary.decisions import Declaration
from entrepot.kernel.vocabulary.trade import Charge, Leg

# Codes of the customs form for what Incoterms name too.
_TERMS = {"1": "CIF", "2": "CFR", "3": "FOB", "7": "EXW"}
# Country, kind of place and kind of name in front of the name of a place.
_LOCATION = re.compile("([A-Z]{2})([A-Z])([A-Z])(.{1,256})")
_AMENDED, _CANCELLED = "32", "1"


class WcoFormat:
    """Declarations as WCO Data Model XML."""

    name = "wco"
    media_type = "application/xml"
    extension = "xml"

    def write(self, declaration: Declaration, envelope: Envelope) -> Written:
        """The declaration as a message; as an amendment, the whole of it anew under the number that customs gave it."""
        if len(declaration.lines) > MOST_ITEMS:
            raise refusal(
                "P029",
                "lines",
                Text(
                    f"{len(declaration.lines)} lines; the format holds {MOST_ITEMS}",
                    f"共 {len(declaration.lines)} 项，超过 {MOST_ITEMS} 项",
                ),
                Text("split the declaration", "请拆分报关单"),
            )
        take = Taking(declaration)
        data = _message(_declaration(Fitting(take), declaration, envelope))
        return Written(data, self.media_type, take.lost())

    def write_cancellation(self, cancellation: Cancellation, envelope: Envelope) -> Written:
        """The request to give a declaration up. The format has no day and no difference between withdrawing and cancelling."""
        reason = cancellation.reason.strip()[:512]
        parts = (
            leaf("FunctionCode", REQUEST),
            leaf("FunctionalReferenceID", reference_of(envelope.message)),
            leaf("ID", cancellation.declaration or envelope.declaration),
            leaf("TypeCode", "INV"),
            branch("Submitter", leaf("ID", envelope.sender[:17])),
            _reason(reason or cancellation.kind),
            branch("Amendment", leaf("ChangeReasonCode", _CANCELLED)),
        )
        lost = [Text(f"asked_on: {cancellation.asked_on}", f"asked_on：{cancellation.asked_on}")]
        lost.append(Text(f"kind: {cancellation.kind}", f"kind：{cancellation.kind}"))
        if reason != cancellation.reason:
            lost.append(Text(f"reason: {cancellation.reason}", f"reason：{cancellation.reason}"))
        return Written(_message(branch("Declaration", *parts)), self.media_type, tuple(lost))


def _message(body: str) -> bytes:
    spaces = f'xmlns:md="{META}" xmlns="{DECLARATION}" xmlns:ds="{DECLARATION_TYPES}"'
    head = leaf("md:WCODataModelVersionCode", VERSION) + leaf("md:WCOTypeName", "DEC")
    return document("md:MetaData", spaces, head, body)


def _declaration(fitting: Fitting, declaration: Declaration, envelope: Envelope) -> str:
    """The declaration in the order of its schema."""
    take, amends = fitting.take, envelope.function == "amend"
    exporter = "domestic_party" if declaration.flow == "E" else "overseas_party"
    number = envelope.declaration or take.look("particulars.declaration_no")
    if number == take.look("particulars.declaration_no"):
        take("particulars.declaration_no")
    if take.look("particulars.reference") == envelope.message:
        take("particulars.reference")
    return branch(
        "Declaration",
        day("AcceptanceDateTime", fitting.day("particulars.declared_on")),
        leaf("FunctionCode", REQUEST if amends else ORIGINAL),
        leaf("FunctionalReferenceID", reference_of(envelope.message)),
        leaf("ID", number),
        leaf("TypeCode", "COR" if amends else _type(fitting, declaration.flow)),
        leaf("GoodsItemQuantity", str(len(declaration.lines)) if declaration.lines else ""),
        leaf("DeclarationOfficeID", fitting.text("particulars.customs_master", 17)),
        amount("InvoiceAmount", fitting.money("invoice_total")),
        leaf("TotalGrossMassMeasure", fitting.number("packing.gross_kg")),
        leaf("TotalPackageQuantity", fitting.number("packing.packages", 8, 0)),
        party(fitting, "Submitter", "party/submitter"),
        documents(fitting, declaration, ""),
        _bill_and_licence(fitting, declaration),
        _statements(fitting),
        _reason("amended") if amends else "",
        role_parties(fitting, declaration, "Agent"),
        _amendment() if amends else "",
        role_parties(fitting, declaration, "AuthorisationHolder", 4),
        _border(fitting),
        branch("Consignment", party(fitting, "Carrier", "party/carrier"), _itinerary(fitting)),
        party(fitting, "Declarant", "declarant"),
        branch("ExitOffice", leaf("ID", fitting.text("particulars.exit_customs", 17))),
        party(fitting, "Exporter", exporter),
        _shipment(fitting, declaration),
    )


def _type(fitting: Fitting, flow: str) -> str:
    """`IM` or `EX` (D013), with what an office codes behind it."""
    fitting.take("flow"), fitting.take("particulars.flow")
    plain = "IM" if flow == "I" else "EX"
    return fitting.text("particulars.type_code", 3, f"{plain}.?") or plain


def _bill_and_licence(fitting: Fitting, declaration: Declaration) -> str:
    bill = fitting.text("transport.bill_no", 70)
    kind = BILL_OF_MODE.get(declaration.transport.mode, BILL_OF_MODE["2"])
    made = branch("AdditionalDocument", *_document("N", bill, kind))
    licence = fitting.text("particulars.licence_no", 70)
    return made + branch("AdditionalDocument", *_document("N", licence, LICENCES[declaration.flow]))


def _document(category: str, number: str, kind: str) -> tuple[str, ...]:
    return (leaf("CategoryCode", category), leaf("ID", number), leaf("TypeCode", kind)) if number else ()


def _statements(fitting: Fitting) -> str:
    """Remarks, and the particulars that the model has no element for but additional statements by code."""
    made = branch("AdditionalInformation", leaf("StatementDescription", fitting.text("particulars.remarks", 512)))
    for code, field in STATEMENTS.items():
        value = fitting.take.look(f"particulars.{field}", None)
        if isinstance(value, bool):
            text = "Y" if fitting.take(f"particulars.{field}") else "N"
        else:
            text = fitting.text(f"particulars.{field}", 512)
        if text:
            made += branch("AdditionalInformation", leaf("StatementCode", code), leaf("StatementDescription", text))
    return made


def _reason(text: str) -> str:
    """The reason of a request, pointing to the declaration and to the change it is for."""
    pointers = [
        branch("Pointer", leaf("SequenceNumeric", "1"), leaf("DocumentSectionCode", code)) for code in ("42A", "06A")
    ]
    return branch(
        "AdditionalInformation", leaf("StatementDescription", text), leaf("StatementTypeCode", "AES"), *pointers
    )


def _amendment() -> str:
    """The change: of the whole declaration, for which no closer reason is coded."""
    pointer = branch("Pointer", leaf("SequenceNumeric", "1"), leaf("DocumentSectionCode", "42A"))
    return branch("Amendment", leaf("ChangeReasonCode", _AMENDED), pointer)


def _border(fitting: Fitting) -> str:
    return branch(
        "BorderTransportMeans",
        leaf("ID", fitting.text("transport.conveyance", 35)),
        leaf("RegistrationNationalityCode", fitting.country("transport.nationality")),
        leaf("ModeCode", _mode(fitting, "transport.mode")),
    )


def _mode(fitting: Fitting, path: str) -> str:
    code = REC19.get(fitting.take.look(path), "")
    if code:
        fitting.take(path)
    return code


def _itinerary(fitting: Fitting) -> str:
    """The countries of the route; a route of which more is said goes not at all, so that nothing is half said."""
    legs: tuple[Leg, ...] = fitting.take.look("transport.legs", ())
    if not all(leg == Leg("", leg.country) and alpha_2(leg.country) for leg in legs):
        return ""
    made = ""
    for place, leg in enumerate(fitting.take("transport.legs", ()), 1):
        country = leaf("RoutingCountryCode", alpha_2(leg.country))
        made += branch("Itinerary", leaf("SequenceNumeric", str(place)), country)
    return made


def _shipment(fitting: Fitting, declaration: Declaration) -> str:
    exports = declaration.flow == "E"
    importer = "overseas_party" if exports else "domestic_party"
    # On an export the party abroad is its consignee, unless another consignee is named beside it.
    as_consignee = exports and "consignee" not in declaration.other_parties
    paths = {
        "exporter": "domestic_party" if exports else "overseas_party",
        "importer": importer,
        "declarant": "declarant",
    }
    if declaration.owner == declaration.domestic_party:
        # Who is not named apart is the one behind.
        for field in declaration.owner.__struct_fields__:
            fitting.take(f"owner.{field}")
    terms = _trade_terms(fitting)
    return branch(
        "GoodsShipment",
        aeo_parties(fitting, paths),
        party(fitting, "Buyer", "party/buyer"),
        party(fitting, "Consignee", importer if as_consignee else "party/consignee"),
        _consignment(fitting, declaration),
        party(fitting, "Consignor", "party/consignor"),
        branch("CustomsValuation", _freight(fitting)),
        branch(
            "Destination",
            leaf("CountryCode", fitting.country("transport.destination_country")),
            leaf("RegionID", fitting.text("particulars.domestic_region", 9)),
        ),
        branch("DomesticDutyTaxParty", leaf("ID", fitting.text("owner.number", 17))),
        role_parties(fitting, declaration, "DomesticDutyTaxParty"),
        branch("ExportCountry", leaf("ID", fitting.country("transport.export_country"))),
        items(fitting, declaration),
        "" if as_consignee else party(fitting, "Importer", importer),
        branch("Invoice", leaf("ID", fitting.text("invoice_no", 70))),
        party(fitting, "Payer", "party/payer"),
        documents(fitting, declaration, "", previous=True),
        party(fitting, "Seller", "party/seller"),
        party(fitting, "Surety", "party/surety"),
        terms,
        branch("UCR", leaf("TraderAssignedReferenceID", fitting.text("contract_no", 35))),
    )


def _consignment(fitting: Fitting, declaration: Declaration) -> str:
    boxes = ""
    for place, number in enumerate(declaration.containers, 1):
        if not fits(number, 17):
            continue
        seals = fitting.take.look(f"container/{number}.seals", ())
        if all(fits(seal, 35) for seal in seals):
            fitting.take(f"container/{number}.seals", ())
        else:
            seals = ()
        sealed = [
            branch("Seal", leaf("SequenceNumeric", str(at)), leaf("ID", seal)) for at, seal in enumerate(seals, 1)
        ]
        boxes += branch("TransportEquipment", leaf("SequenceNumeric", str(place)), leaf("ID", number), *sealed)
    inland = "DepartureTransportMeans" if declaration.flow == "E" else "ArrivalTransportMeans"
    return branch(
        "Consignment",
        leaf("ContainerCode", "1" if boxes else ""),
        branch(inland, leaf("ModeCode", _mode(fitting, "transport.inland_mode"))),
        _location(fitting),
        branch("LoadingLocation", leaf("ID", fitting.text("transport.loading_port", 17, "[A-Z]{2}[A-Z2-9]{3}"))),
        boxes,
    )


def _location(fitting: Fitting) -> str:
    """Where the goods are; a code of country, kind of place, kind of name and name is taken apart again."""
    name = fitting.text("particulars.goods_location", 256)
    parts = _LOCATION.fullmatch(name)
    identified = leaf("ID", fitting.text("particulars.exit_point", 17))
    if parts is None or not fits(parts[4], 256):
        return branch("GoodsLocation", leaf("Name", name), identified)
    address = branch("Address", leaf("TypeCode", parts[3]), leaf("CountryCode", parts[1]))
    return branch("GoodsLocation", leaf("Name", parts[4]), identified, leaf("TypeCode", parts[2]), address)


def _freight(fitting: Fitting) -> str:
    """Freight as a sum; a rate of the price or a price per tonne has no element."""
    charge: Charge | None = fitting.take.look("charges.freight", None)
    if charge is None or charge.mark != "3" or not charge.currency or not is_short(charge.value, 16, 3):
        return ""
    fitting.take("charges.freight")
    return leaf("FreightChargeAmount", plain_number(charge.value), currencyID=charge.currency)


def _trade_terms(fitting: Fitting) -> str:
    said = fitting.take.look("trade_term")
    rule = _TERMS.get(said, said)
    if rule in values.INCOTERMS:
        fitting.take("trade_term")
        if fitting.take.look("particulars.trade_term") == said:
            fitting.take("particulars.trade_term")
    else:
        rule = ""
    place = fitting.text("place", 256)
    where = leaf("LocationID", place) if values.is_locode(place) else leaf("LocationName", place)
    return branch("TradeTerms", leaf("ConditionCode", rule), where)
