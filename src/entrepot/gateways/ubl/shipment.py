"""Carriage in a UBL document: route, conveyance, containers, and the packing of the whole shipment."""

from collections.abc import Callable
from typing import Any, TypeVar

from entrepot.gateways import paper_values as values
from entrepot.gateways.containers import container_numbers, state_container
from entrepot.gateways.ubl.reading import Reading, count, country, day, text, weight
from entrepot.gateways.ubl.tree import Node
from entrepot.kernel.text import Text
from entrepot.kernel.topics import Topic
from entrepot.kernel.vocabulary.trade import CONTAINER, PACKING, TRANSPORT

T = TypeVar("T")
# UN/ECE Recommendation 19 modes -> customs transport modes (sea and inland water are both 2).
_MODES = {"1": "2", "8": "2", "2": "3", "3": "4", "4": "5", "5": "6"}
_BILLS = ("bill_of_lading", "waybill")
_CONVEYANCES = (
    ("MaritimeTransport", "VesselName"), ("MaritimeTransport", "VesselID"), ("RailTransport", "TrainID"),
    ("RoadTransport", "LicensePlateID"), ("AirTransport", "AircraftID"),
)  # fmt: skip


def read_shipment(reading: Reading) -> None:
    """State transport, containers and packing totals."""
    if reading.kind in _BILLS:
        reading.state(TRANSPORT, "", "bill_no", reading.root.first("ID"), text)
        reading.state(TRANSPORT, "", "bill_date", reading.root.first("IssueDate"), day)
    shipments = [node for node in reading.nodes if node.name == "Shipment"]
    consignments = [node for node in reading.nodes if node.name == "Consignment"]
    _read_stages(reading)
    for body in (*shipments, *consignments):
        way = ("FinalDestinationCountry", "IdentificationCode")
        _once(reading, TRANSPORT, "destination_country", body.first(*way), country)
    for container in [node for node in reading.nodes if node.name == "TransportEquipment"]:
        _read_container(reading, container)
    wholes = shipments if len(shipments) == 1 else consignments if len(consignments) == 1 and not shipments else []
    for body in (*wholes, *(consignments if len(consignments) == 1 else [])):
        _read_packing(reading, body)


def _once(
    reading: Reading, topic: Topic[Any], field: str, node: Node | None, value: Callable[[Node], T | None]
) -> None:
    """State a field from the first element that has it: a consignment repeats what its shipment says."""
    if node is not None and reading.found.get(topic, "", field) is None:
        reading.state(topic, "", field, node, value)


def _read_stages(reading: Reading) -> None:
    """The main carriage: the stage named so, else the only one that is neither before nor after it."""
    nodes = [node for node in reading.nodes if node.name in ("ShipmentStage", "MainCarriageShipmentStage")]
    stages = [node for node in nodes if node.name.startswith("Main")] or [
        node for node in nodes if not _is_feeder(node)
    ]
    if len(stages) > 1:
        reading.found.problem(
            "P016",
            stages[1].path,
            Text(f"{len(stages)} stages could be the main carriage", f"有 {len(stages)} 段运输可能是主运输"),
            Text(
                "mark the others as pre- or on-carriage, or enter the transport by hand",
                "请标明前段或后段运输，或手工录入运输信息",
            ),
            severity="W",
        )
    for stage in stages if len(stages) == 1 else []:
        reading.state(TRANSPORT, "", "mode", stage.first("TransportModeCode"), _mode)
        means = stage.first("TransportMeans")
        if means is not None:
            named = next((node for way in _CONVEYANCES for node in means.each(*way) if node.text), None)
            reading.state(TRANSPORT, "", "conveyance", named, text)
            reading.state(TRANSPORT, "", "voyage", means.first("JourneyID"), text)
        _read_port(reading, "loading_port", stage.first("LoadingPortLocation"))
        _read_port(reading, "discharge_port", stage.first("UnloadingPortLocation"))
        reading.state(TRANSPORT, "", "loading_on", stage.first("TransitPeriod", "StartDate"), day)
        reading.state(TRANSPORT, "", "arrival_on", stage.first("TransitPeriod", "EndDate"), day)


def _is_feeder(stage: Node) -> bool:
    flags = (*stage.each("PreCarriageIndicator"), *stage.each("OnCarriageIndicator"))
    return any(flag.text in ("true", "1") for flag in flags)


def _mode(node: Node) -> str:
    if node.text not in _MODES:
        raise ValueError(f"transport mode {node.text[:20]!r} has no customs mode of its own")
    return _MODES[node.text]


def _read_port(reading: Reading, field: str, port: Node | None) -> None:
    if port is None:
        return
    code = port.first("ID")
    if code is not None and values.is_locode(code.text):
        reading.state(TRANSPORT, "", field, code, text)
        return
    named = " ".join(node.text for name in ("ID", "Name", "Description") for node in port.each(name))
    reading.found.left(
        f"{port.path}: the port {named[:80]!r} is not given by a UN/LOCODE",
        f"{port.path}：港口 {named[:80]} 未用 UN/LOCODE 表示",
    )


def _read_container(reading: Reading, container: Node) -> None:
    number = container.first("ID")
    names = container_numbers(number.text) if number is not None else []
    if number is None or len(names) != 1:
        return
    name = names[0]
    number.used = True
    state_container(reading.found, name, number.path)
    types = (*container.each("TransportEquipmentTypeCode"), *container.each("SizeTypeCode"))
    reading.state(CONTAINER, name, "size_type", types[0] if types else None, text)
    seals = [node for node in container.each("TransportEquipmentSeal", "ID") if node.text]
    if seals:
        reading.found.set(CONTAINER, name, "seals", tuple(node.text for node in seals), seals[0].path)
    reading.state(CONTAINER, name, "gross_kg", container.first("GrossWeightMeasure"), weight)


def _read_packing(reading: Reading, body: Node) -> None:
    _once(reading, PACKING, "gross_kg", body.first("GrossWeightMeasure"), weight)
    _once(reading, PACKING, "net_kg", body.first("NetWeightMeasure"), weight)
    _once(reading, PACKING, "packages", body.first("TotalTransportHandlingUnitQuantity"), count)
    units = body.each("TransportHandlingUnit")
    if len(units) == 1:
        _once(reading, PACKING, "packages", units[0].first("TotalPackageQuantity"), count)
        _once(reading, PACKING, "package_type", units[0].first("ActualPackage", "PackagingTypeCode"), text)
    marks = [node for unit in units for node in unit.each("ShippingMarks") if node.text]
    if marks:
        reading.found.set(PACKING, "", "marks", "; ".join(node.text for node in marks), marks[0].path)
