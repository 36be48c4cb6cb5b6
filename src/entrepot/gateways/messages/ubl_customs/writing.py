"""Writing export and import declarations as UBL."""

from decimal import Decimal

from entrepot.gateways import paper_values as values
from entrepot.gateways.containers import container_numbers
from entrepot.gateways.extract import refusal
from entrepot.gateways.messages.fitting import Fitting, alpha_2, fits
from entrepot.gateways.messages.message import Envelope, Written
from entrepot.gateways.messages.taking import Taking, plain_number
from entrepot.gateways.messages.ubl_customs.building import aggregate, amount, basic, document, required
from entrepot.gateways.messages.ubl_customs.goods import goods_items, reference, references
from entrepot.gateways.messages.ubl_customs.parties import body, party
from entrepot.gateways.messages.wco.names import BILL_OF_MODE, LICENCES, REC19
from entrepot.kernel.money import minor_digits
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.clearance import Cancellation
from entrepot.kernel.vocabulary.decisions import Declaration
from entrepot.kernel.vocabulary.trade import Charge, Leg

_VERSION = "2.4"
_LONG = 1000
_INVOICE, _CONTRACT = "380", "315"
# Codes of the customs form for what Incoterms name too.
_TERMS = {"1": "CIF", "2": "CFR", "3": "FOB", "7": "EXW"}
_MEANS = {
    "2": ("MaritimeTransport", "VesselName"), "3": ("RailTransport", "TrainID"), "4": ("RoadTransport", "LicensePlateID"),
    "5": ("AirTransport", "AircraftID"),
}  # fmt: skip
_REPLACED = "5"  # UN/EDIFACT 1225: replaces an earlier message


class UblFormat:
    """UBL's ExportCustomsDeclaration and ImportCustomsDeclaration."""

    name = "ubl"
    media_type = "application/xml"
    extension = "xml"

    def write(self, declaration: Declaration, envelope: Envelope) -> Written:
        """The declaration as a UBL document, under the function that its format has: an import cannot say that it amends."""
        take = Taking(declaration)
        take("flow"), take("particulars.flow")
        fitting = Fitting(take)
        if take.look("particulars.reference") == envelope.message:
            take("particulars.reference")
        number = envelope.declaration or take.look("particulars.declaration_no")
        if number == take.look("particulars.declaration_no"):
            take("particulars.declaration_no")
        if declaration.owner == declaration.domestic_party:
            # Who is not named apart is the one behind.
            for field in declaration.owner.__struct_fields__:
                take(f"owner.{field}")
        made = _export if declaration.flow == "E" else _import
        data = made(fitting, declaration, envelope, number)
        if envelope.function == "amend" and declaration.flow == "I":
            take.note(Text("function: amend", "报文功能：修改"))
        return Written(data, self.media_type, take.lost())

    def write_cancellation(self, cancellation: Cancellation, envelope: Envelope) -> Written:
        """UBL has no such document."""
        raise refusal(
            "P030",
            "format",
            Text("UBL has no document that gives a declaration up", "UBL 没有撤销报关单的单证"),
            Text("send the cancellation in another format (wco, cn)", "请改用其他格式（wco、cn）发送撤销申请"),
        )


def _head(fitting: Fitting, envelope: Envelope, flow: str) -> tuple[str, ...]:
    day = fitting.day("particulars.declared_on")
    return (
        basic("UBLVersionID", _VERSION),
        basic("ID", envelope.message),
        basic("IssueDate", day.isoformat() if day else ""),
        *_kind(fitting, flow),
        basic("Note", fitting.text("particulars.remarks", _LONG)),
    )


def _kind(fitting: Fitting, flow: str) -> tuple[str, ...]:
    """What an office codes beyond the flow: `EXA` is the reason of an export, `IMA` the type A of the import IM."""
    code = fitting.text("particulars.type_code", 3, "EX." if flow == "E" else "IM.")
    if flow == "E" or not code:
        return (basic("ExportReasonCode", code),)
    return basic("TypeCode", code[2:]), basic("SubTypeCode", code[:2])


def _export(fitting: Fitting, declaration: Declaration, envelope: Envelope, number: str) -> bytes:
    head = _head(fitting, envelope, declaration.flow)
    agent = party(fitting, "AgentParty", "declarant")
    declared = required(
        "CustomsDeclaration",
        basic("ID", number or envelope.message),
        basic("FunctionCode", _REPLACED if envelope.function == "amend" else ""),
        _shipment(fitting, declaration, ""),
        _location("CustomsExitOfficeLocation", fitting.text("particulars.exit_customs", _LONG)),
        party(fitting, "ConsignorParty", "party/consignor"),
        party(fitting, "ConsigneeParty", "overseas_party"),
        party(fitting, "CustomsParty", "party/customs"),
        _previous(fitting),
        _documents(fitting, declaration),
    )
    exporter = required("ExporterParty", *body(fitting, "domestic_party"), agent)
    return document("ExportCustomsDeclaration", *head, exporter, declared)


def _import(fitting: Fitting, declaration: Declaration, envelope: Envelope, number: str) -> bytes:
    return document(
        "ImportCustomsDeclaration",
        *_head(fitting, envelope, declaration.flow),
        _location("CustomsExitOfficeLocation", fitting.text("particulars.exit_customs", _LONG)),
        aggregate("ImporterParty", *body(fitting, "domestic_party"), party(fitting, "AgentParty", "declarant")),
        party(fitting, "ConsignorParty", "overseas_party"),
        party(fitting, "ConsigneeParty", "party/consignee"),
        party(fitting, "CustomsParty", "party/customs"),
        _shipment(fitting, declaration, number),
        _previous(fitting),
        _documents(fitting, declaration),
    )


def _previous(fitting: Fitting) -> str:
    number = fitting.text("particulars.related_declaration", _LONG)
    return aggregate("PreviousCustomsDeclaration", basic("ID", number))


def _documents(fitting: Fitting, declaration: Declaration) -> str:
    """The documents that the form has fields for, and those that go with the whole of it."""
    bill = BILL_OF_MODE.get(declaration.transport.mode, BILL_OF_MODE["2"])
    documents = (
        reference(fitting.text("invoice_no", _LONG), _INVOICE),
        reference(fitting.text("contract_no", _LONG), _CONTRACT),
        _bill(fitting, bill),
        reference(fitting.text("particulars.licence_no", _LONG), LICENCES[declaration.flow]),
        references(fitting, declaration, ""),
    )
    return "".join(documents)


def _bill(fitting: Fitting, kind: str) -> str:
    number, day = fitting.text("transport.bill_no", _LONG), None
    if number:
        day = fitting.day("transport.bill_date")
    dated = basic("IssueDate", day.isoformat() if day else "")
    return aggregate(
        "AdditionalDocumentReference", basic("ID", number), dated, basic("DocumentTypeCode", kind if number else "")
    )


def _location(element: str, code: str) -> str:
    return aggregate(element, basic("ID", code))


def _shipment(fitting: Fitting, declaration: Declaration, number: str) -> str:
    exports = declaration.flow == "E"
    exit_point = fitting.text("particulars.exit_point", _LONG)
    export_country = fitting.country("transport.export_country")
    return required(
        "Shipment",
        basic("ID", "1"),
        basic("GrossWeightMeasure", fitting.number("packing.gross_kg"), unitCode="KGM"),
        basic("NetWeightMeasure", fitting.number("packing.net_kg"), unitCode="KGM"),
        basic("TotalTransportHandlingUnitQuantity", fitting.number("packing.packages", 9, 0)),
        _consignment(fitting, declaration, number),
        goods_items(fitting, declaration),
        _stage(fitting),
        _packing(fitting, declaration),
        _location("FirstArrivalPortLocation", "" if exports else exit_point),
        _location("LastExitPortLocation", exit_point if exports else ""),
        aggregate("ExportCountry", basic("IdentificationCode", export_country)),
    )


def _consignment(fitting: Fitting, declaration: Declaration, number: str) -> str:
    office = fitting.text("particulars.customs_master", _LONG)
    exports = declaration.flow == "E"
    destination = fitting.country("transport.destination_country")
    return required(
        "Consignment",
        basic("ID", "1"),
        amount("TotalInvoiceAmount", fitting.money("invoice_total")),
        aggregate("CustomsDeclaration", basic("ID", number)),
        party(fitting, "CarrierParty", "party/carrier"),
        party(fitting, "FreightForwarderParty", "party/freight_forwarder"),
        party(fitting, "NotifyParty", "party/notify"),
        aggregate("FinalDestinationCountry", basic("IdentificationCode", destination)),
        _route(fitting),
        _terms(fitting),
        _charge(fitting, "freight", "FC"),
        _charge(fitting, "insurance", "IN"),
        _location("OfficeOfImportLocation", "" if exports else office),
        _location("OfficeOfExportLocation", office if exports else ""),
    )


def _route(fitting: Fitting) -> str:
    """The countries of the route; a route of which more is said goes not at all, so that nothing is half said."""
    legs: tuple[Leg, ...] = fitting.take.look("transport.legs", ())
    if not all(leg == Leg("", leg.country) and alpha_2(leg.country) for leg in legs):
        return ""
    fitting.take("transport.legs")
    return "".join(aggregate("TransitCountry", basic("IdentificationCode", alpha_2(leg.country))) for leg in legs)


def _terms(fitting: Fitting) -> str:
    said = fitting.take.look("trade_term")
    rule = _TERMS.get(said, said)
    if rule not in values.INCOTERMS:
        return ""
    fitting.take("trade_term")
    if fitting.take.look("particulars.trade_term") == said:
        fitting.take("particulars.trade_term")
    place = aggregate("DeliveryLocation", basic("Name", fitting.text("place", _LONG)))
    return aggregate("DeliveryTerms", basic("ID", rule), place)


def _charge(fitting: Fitting, sort: str, code: str) -> str:
    """A charge as a sum in whole minor units; a rate of the price or a price per tonne has no element."""
    charge: Charge | None = fitting.take.look(f"charges.{sort}", None)
    if charge is None or charge.mark != "3" or charge.currency not in values.currencies() or charge.value < 0:
        return ""
    if charge.value != charge.value.quantize(Decimal(1).scaleb(-minor_digits(charge.currency))):
        return ""
    fitting.take(f"charges.{sort}")
    return aggregate(
        "FreightAllowanceCharge",
        basic("ChargeIndicator", "true"),
        basic("AllowanceChargeReasonCode", code),
        basic("Amount", plain_number(charge.value), currencyID=charge.currency),
    )


def _stage(fitting: Fitting) -> str:
    """The main carriage: days, means and ports."""
    mode = fitting.take.look("transport.mode")
    code = REC19.get(mode, "")
    if code:
        fitting.take("transport.mode")
    kind, name = _MEANS.get(mode, _MEANS["2"])
    start, end = fitting.day("transport.loading_on"), fitting.day("transport.arrival_on")
    period = aggregate(
        "TransitPeriod",
        basic("StartDate", start.isoformat() if start else ""),
        basic("EndDate", end.isoformat() if end else ""),
    )
    means = aggregate(
        "TransportMeans",
        basic("JourneyID", fitting.text("transport.voyage", _LONG)),
        basic("RegistrationNationalityID", fitting.country("transport.nationality")),
        aggregate(kind, basic(name, fitting.text("transport.conveyance", _LONG))),
    )
    ports = [
        _port(fitting, "LoadingPortLocation", "loading_port"),
        _port(fitting, "UnloadingPortLocation", "discharge_port"),
    ]
    return aggregate("ShipmentStage", basic("TransportModeCode", code), period, means, *ports)


def _port(fitting: Fitting, element: str, field: str) -> str:
    path = f"transport.{field}"
    return _location(element, fitting.text(path, 5) if values.is_locode(fitting.take.look(path)) else "")


def _packing(fitting: Fitting, declaration: Declaration) -> str:
    """Marks and type of packages, and the containers with their seals and weights."""
    boxes = ""
    for number in declaration.containers:
        if container_numbers(number) != [number]:
            note = f"container/{number}"
            fitting.take.note(Text(f"{note}: no number of ISO 6346", f"{note}：不是 ISO 6346 集装箱号"))
            continue
        path = f"container/{number}"
        seals = fitting.take.look(f"{path}.seals", ())
        if all(fits(seal, _LONG) for seal in seals):
            fitting.take(f"{path}.seals")
        else:
            seals = ()
        boxes += aggregate(
            "TransportEquipment",
            basic("ID", number),
            basic("SizeTypeCode", fitting.text(f"{path}.size_type", _LONG)),
            basic("GrossWeightMeasure", fitting.number(f"{path}.gross_kg"), unitCode="KGM"),
            *(aggregate("TransportEquipmentSeal", basic("ID", seal)) for seal in seals),
        )
    kind = basic("PackagingTypeCode", fitting.text("packing.package_type", _LONG))
    marks = basic("ShippingMarks", fitting.text("packing.marks", _LONG))
    return aggregate("TransportHandlingUnit", marks, aggregate("ActualPackage", kind), boxes)
