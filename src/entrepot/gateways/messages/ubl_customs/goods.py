"""Lines of a declaration, and documents that go with them, as UBL goods items and document references."""

from entrepot.gateways.containers import container_numbers
from entrepot.gateways.messages.fitting import Fitting, fits
from entrepot.gateways.messages.state import document_code
from entrepot.gateways.messages.ubl_customs.building import aggregate, amount, basic
from entrepot.gateways.ubl.customs import ELEMENT
from entrepot.kernel.vocabulary.decisions import Declaration

_LONG = 1000


def goods_items(fitting: Fitting, declaration: Declaration) -> str:
    """Every line, under its own number where the numbers part them, else under its place."""
    numbers = [line.no for line in declaration.lines]
    own = all(0 < number < 10**9 for number in numbers) and len(set(numbers)) == len(numbers)
    procedure = fitting.text("particulars.supervision_mode", _LONG) if numbers else ""
    regime = fitting.text("particulars.levy_nature", _LONG) if numbers else ""
    location = fitting.text("particulars.goods_location", _LONG) if numbers else ""
    made = ""
    for place, line in enumerate(declaration.lines, 1):
        path = f"line/{place}"
        if own:
            fitting.take(f"{path}.no")
        made += aggregate(
            "GoodsItem",
            basic("ID", str(line.no if own else place)),
            _dangerous(fitting, path),
            amount("DeclaredStatisticsValueAmount", fitting.money(f"{path}.statistical_value")),
            amount("ValueAmount", fitting.money(f"{path}.total")),
            basic("GrossWeightMeasure", fitting.number(f"{path}.gross_kg"), unitCode="KGM"),
            basic("NetWeightMeasure", fitting.number(f"{path}.net_kg"), unitCode="KGM"),
            _measured(fitting, "Quantity", f"{path}.deal_qty", f"{path}.deal_unit"),
            basic("PreferenceCriterionCode", regime),
            basic("CustomsProcedureCode", procedure),
            _measured(fitting, "CustomsTariffQuantity", f"{path}.qty1", f"{path}.unit1"),
            _item(fitting, path),
            _boxes(fitting, declaration, path, str(line.no)),
            aggregate("Pickup", aggregate("PickupLocation", basic("ID", location))),
            _packages(fitting, path),
            references(fitting, declaration, str(line.no)),
        )
    return made


def _packages(fitting: Fitting, path: str) -> str:
    """Packages by number and type; readers take a type only beside a number."""
    count = fitting.number(f"{path}.packages", 9, 0)
    kind = fitting.text(f"{path}.package_type", _LONG) if count else ""
    return aggregate("ContainingPackage", basic("Quantity", count), basic("PackagingTypeCode", kind))


def _dangerous(fitting: Fitting, path: str) -> str:
    said = fitting.take.look(f"{path}.dangerous", None)
    if said is None:
        return ""
    return basic("HazardousRiskIndicator", "true" if fitting.take(f"{path}.dangerous") else "false")


def _measured(fitting: Fitting, element: str, quantity: str, unit: str) -> str:
    """A quantity with its unit as it is said."""
    number = fitting.number(quantity)
    return basic(element, number, unitCode=fitting.text(unit, _LONG)) if number else ""


def _item(fitting: Fitting, path: str) -> str:
    elements = fitting.take.look(f"{path}.elements", ())
    if elements and all(fits(value, _LONG) for value in elements):
        if fitting.take.look(f"{path}.spec") == "|".join(elements):
            fitting.take(f"{path}.spec")
        fitting.take(f"{path}.elements")
    else:
        elements = ()
    properties = "".join(
        aggregate("AdditionalItemProperty", basic("Name", ELEMENT), basic("Value", value)) for value in elements
    )
    code = fitting.text(f"{path}.hs10", 10, "[0-9]{6}|[0-9]{8}|[0-9]{10}")
    undg = fitting.text(f"{path}.un_number", _LONG)
    return aggregate(
        "Item",
        basic("Description", fitting.text(f"{path}.name", _LONG)),
        aggregate("OriginCountry", basic("IdentificationCode", fitting.country(f"{path}.origin_country"))),
        aggregate("CommodityClassification", basic("ItemClassificationCode", code, listName="HS")),
        aggregate("HazardousItem", basic("UNDGCode", undg)),
        properties,
    )


def _boxes(fitting: Fitting, declaration: Declaration, path: str, key: str) -> str:
    """The containers that hold the line, by the line or by the container."""
    line = set(fitting.take(f"{path}.containers", ()))
    made = ""
    for number, container in declaration.containers.items():
        if (number in line or key in container.lines) and container_numbers(number) == [number]:
            fitting.take(f"container/{number}.lines")
            equipment = aggregate("TransportEquipment", basic("ID", number))
            made += aggregate("GoodsItemContainer", basic("ID", number), equipment)
    return made


def references(fitting: Fitting, declaration: Declaration, line: str) -> str:
    """The documents that go with a line, or, where `line` is empty, with the whole declaration."""
    made = ""
    for key, number in declaration.attachments.items():
        lines = declaration.attachment_lines.get(key, ())
        if not fits(number, _LONG) or (line not in lines if line else bool(lines)):
            continue
        fitting.take(f"attachment/{key}"), fitting.take(f"attachment_lines/{key}")
        made += reference(number, document_code(key))
    return made


def reference(number: str, kind: str) -> str:
    """A document by number and type (UNTDED 1001, or a code of customs)."""
    return (
        aggregate("AdditionalDocumentReference", basic("ID", number), basic("DocumentTypeCode", kind)) if number else ""
    )
