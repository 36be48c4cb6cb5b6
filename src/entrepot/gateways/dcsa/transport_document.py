"""The transport document of DCSA's eBL 3.0, written from a bill of lading and read into one."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from msgspec import Struct

from entrepot.kernel.text import Problem, Text
from entrepot.kernel.vocabulary.titles import TitleContainer, TitleDocument, TitleGoods, TitleParty

CODES = "Entrepot"  # the name of our list of organisations, under DCSA's ZZZ (mutually defined)
_FREIGHT = {"prepaid": "PRE", "collect": "COL"}
_MOST = 5_000  # items of a list that is read
# What is read; the names of all else that a message holds are told as lost.
_READ = frozenset(
    {
        "transportDocumentReference", "transportDocumentStatus", "transportDocumentTypeCode", "isShippedOnBoardType", "isElectronic",
        "isToOrder", "freightPaymentTermCode", "shippedOnBoardDate", "issueDate", "termsAndConditions", "carrierCode",
        "carrierCodeListProvider", "transports", "placeOfIssue", "documentParties", "consignmentItems", "utilizedTransportEquipments",
        "receiptTypeAtOrigin", "deliveryTypeAtDestination", "cargoMovementTypeAtOrigin", "cargoMovementTypeAtDestination",
        "invoicePayableAt", "partyContactDetails",
    }
)  # fmt: skip


class Written(Struct, frozen=True):
    """A message, what of the title has no place in it, and what it demands and the title does not say; it is sent only where nothing
    is lacking."""

    message: dict[str, Any]
    lost: tuple[Text, ...] = ()
    lacking: tuple[Problem, ...] = ()


class DocumentRead(Struct, frozen=True):
    """A bill of lading read from a message, and the names of what was not read."""

    document: TitleDocument
    lost: tuple[Text, ...] = ()


class Unreadable(ValueError):
    """A message that is no transport document; the reason in both languages."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.reason = Text(en, zh)


# -- writing --------------------------------------------------------------------------------------------------------------


def written(document: TitleDocument) -> Written:
    """The transport document of a bill of lading."""
    lacking = [_lacking(name, en, zh) for name, en, zh in _unsaid(document)]
    contact = document.issuer.contact or document.shipper.contact
    message: dict[str, Any] = {
        "transportDocumentReference": document.number,
        "transportDocumentStatus": "ISSUED",
        "transportDocumentTypeCode": "BOL",
        "isShippedOnBoardType": document.on_board is not None,
        "isElectronic": True,
        "isToOrder": document.form != "straight",
        "invoicePayableAt": {"UNLocationCode": document.loading_port},
        "partyContactDetails": [{"name": document.issuer.name[:35], "email" if "@" in contact else "phone": contact}],
        "documentParties": _parties(document),
        "consignmentItems": [_item(line, document) for line in document.goods],
        "utilizedTransportEquipments": [_equipment(one) for one in document.containers],
        "termsAndConditions": document.terms,
        "receiptTypeAtOrigin": "CY",
        "deliveryTypeAtDestination": "CY",
        "cargoMovementTypeAtOrigin": "FCL",
        "cargoMovementTypeAtDestination": "FCL",
        "carrierCode": document.carrier_code,
        "carrierCodeListProvider": document.carrier_list,
        "transports": _transports(document),
    }
    message |= {} if not document.freight else {"freightPaymentTermCode": _FREIGHT[document.freight]}
    message |= {} if document.on_board is None else {"shippedOnBoardDate": document.on_board.isoformat()}
    message |= {} if document.issued_on is None else {"issueDate": document.issued_on.isoformat()}
    return Written(message, tuple(_lost(document)), tuple(lacking))


def _unsaid(document: TitleDocument) -> Iterable[tuple[str, str, str]]:
    """What the schema demands and the title does not say."""
    if document.kind != "bill_of_lading":
        yield (
            "kind",
            "a bill of lading: warehouse receipts have no place in DCSA's standard",
            "提单（DCSA 标准不含仓单）",
        )
    for name, en, zh in (
        ("loading_port", "the port of loading", "装货港"), ("discharge_port", "the port of discharge", "卸货港"),
        ("vessel", "the vessel", "船名"), ("voyage", "the voyage", "航次"), ("departs_on", "the day of departure", "开航日"),
        ("arrives_on", "the day of arrival", "到港日"), ("terms", "the carrier's terms", "承运人条款"),
        ("carrier_code", "the carrier's code", "承运人代码"), ("carrier_list", "the list of that code", "代码表名称"),
        ("booking", "the carrier's booking reference", "订舱号"), ("containers", "the containers, with their seals", "集装箱及封号"),
    ):  # fmt: skip
        if not getattr(document, name):
            yield name, en, zh
    issuer = document.issuer
    if not (issuer.street and issuer.city and issuer.country):
        yield "issuer", "the issuer's street, city and country", "签发人的街道、城市和国家"
    if not (issuer.contact or document.shipper.contact):
        yield "issuer.contact", "a telephone number or e-mail address", "联系电话或电子邮箱"
    if len(document.number) > 20:
        yield "number", "a number of at most 20 letters", "不超过 20 个字符的提单号"
    if any(not one.seals for one in document.containers):
        yield "containers", "a seal for every container", "每个集装箱的封号"
    for line in document.goods:
        if not (line.hs and line.packages and line.gross_kg and len(line.containers) == 1):
            yield (
                f"goods/{line.line}",
                "goods code, packages, gross weight and the one container of each line",
                "各项的编码、件数、毛重和所在集装箱",
            )


def _lacking(name: str, en: str, zh: str) -> Problem:
    return Problem(
        "TI050",
        name,
        Text(f"a DCSA transport document needs {en}", f"DCSA 运输单证需要{zh}"),
        Text("state it on the title", "请在凭证中填写"),
    )


def _lost(document: TitleDocument) -> Iterable[Text]:
    """What the message has no place for, with its value."""
    for name, value in (("law", document.law), ("replaces_paper", document.replaces_paper), ("part_of", document.part_of),
                        ("trade", document.trade), ("stored_at", document.stored_at)):  # fmt: skip
        if value:
            yield Text(f"{name}: {value}", f"{name}：{value}")
    if document.form == "bearer":
        yield Text(
            "form: bearer (written as to order, without an endorsee)", "形式：不记名（以指示提单且无被背书人书写）"
        )
    for line in document.goods:
        yield Text(
            f"quantity of line {line.line}: {line.quantity:f} {line.unit}",
            f"第 {line.line} 项数量：{line.quantity:f} {line.unit}",
        )


def _parties(document: TitleDocument) -> dict[str, Any]:
    parties = {"shipper": _party(document.shipper), "issuingParty": _party(document.issuer, address=True)}
    if document.form == "straight" and document.consignee is not None:
        parties["consignee"] = _party(document.consignee)
    elif document.form == "order":
        order_of = document.order_of or document.shipper.organisation
        named = next(
            (one for one in (document.shipper, document.consignee) if one and one.organisation == order_of), None
        )
        parties["endorsee"] = _party(named or TitleParty(order_of, order_of))
    if document.notify is not None:
        return {**parties, "notifyParties": [_party(document.notify)]}
    return dict(parties)


def _party(party: TitleParty, address: bool = False) -> dict[str, Any]:
    told: dict[str, Any] = {"partyName": party.name[:70]}
    whole = party.street and party.city and party.country
    if address or whole:
        told["address"] = {"street": party.street[:70], "city": party.city[:35], "countryCode": party.country}
    elif party.street:
        told["displayedAddress"] = [party.street[:35]]
    codes = (
        [{"codeListProvider": "ZZZ", "codeListName": CODES, "partyCode": party.organisation}]
        if party.organisation
        else []
    )
    return {**told, "identifyingCodes": codes} if codes else told


def _item(line: TitleGoods, document: TitleDocument) -> dict[str, Any]:
    item: dict[str, Any] = {
        "carrierBookingReference": document.booking,
        "descriptionOfGoods": [line.description[at : at + 35] for at in range(0, len(line.description), 35)][:150],
        "HSCodes": [line.hs[:10]],
        "cargoItems": [
            {
                "equipmentReference": line.containers[0] if line.containers else "",
                "cargoGrossWeight": {"value": number(line.gross_kg or Decimal(0)), "unit": "KGM"},
                "outerPackaging": {
                    "numberOfPackages": line.packages or 0,
                    "description": line.package_type or "packages",
                },
            }
        ],
    }
    return {**item, "shippingMarks": [line.marks[:35]]} if line.marks else item


def number(value: Decimal) -> int | float:
    """A quantity as a number of JSON."""
    return int(value) if value == value.to_integral_value() else float(value)


def _equipment(one: TitleContainer) -> dict[str, Any]:
    equipment = {"equipmentReference": one.number} | ({"ISOEquipmentCode": one.size_type} if one.size_type else {})
    return {
        "equipment": equipment,
        "isShipperOwned": one.shipper_owned,
        "seals": [{"number": seal[:15]} for seal in one.seals],
    }


def _transports(document: TitleDocument) -> dict[str, Any]:
    days = {"plannedDepartureDate": document.departs_on, "plannedArrivalDate": document.arrives_on}
    places = {"placeOfReceipt": document.receipt_place, "placeOfDelivery": document.delivery_place}
    return {
        **{name: day.isoformat() for name, day in days.items() if day is not None},
        **{name: {"locationName": place[:100]} for name, place in places.items() if place},
        "portOfLoading": {"UNLocationCode": document.loading_port},
        "portOfDischarge": {"UNLocationCode": document.discharge_port},
        "vesselVoyages": [{"vesselName": document.vessel[:50], "carrierExportVoyageNumber": document.voyage[:50]}],
    }


# -- reading --------------------------------------------------------------------------------------------------------------


def read(message: object) -> DocumentRead:
    """A bill of lading from a transport document (values as of JSON); raises Unreadable."""
    if not isinstance(message, dict):
        raise Unreadable("a transport document is an object", "运输单证须为对象")
    if _text(message, "transportDocumentTypeCode") != "BOL":
        raise Unreadable(
            "it is a sea waybill, or of no kind: only a bill of lading is a title", "不是提单：仅提单为权利凭证"
        )
    parties, transports = _object(message, "documentParties"), _object(message, "transports")
    to_order = message.get("isToOrder")
    if not isinstance(to_order, bool):
        raise Unreadable("isToOrder is not stated", "未载明 isToOrder")
    endorsee = _read_party(parties, "endorsee")
    form: Literal["order", "bearer", "straight"] = (
        "straight" if not to_order else "order" if endorsee is not None else "bearer"
    )
    voyage = (_list(transports, "vesselVoyages") or [{}])[0]
    notify = _list(parties, "notifyParties")
    document = TitleDocument(
        "bill_of_lading", form, _text(message, "transportDocumentReference"), _read_party(parties, "issuingParty") or TitleParty(""),
        _read_party(parties, "shipper") or TitleParty(""), tuple(_read_goods(message)), _day(message, "issueDate"),
        _read_party(parties, "consignee"), _read_party({"first": notify[0]}, "first") if notify else None,
        endorsee.organisation or endorsee.name if endorsee is not None else "",
        loading_port=_text(_object(transports, "portOfLoading"), "UNLocationCode"),
        discharge_port=_text(_object(transports, "portOfDischarge"), "UNLocationCode"),
        receipt_place=_text(_object(transports, "placeOfReceipt"), "locationName"),
        delivery_place=_text(_object(transports, "placeOfDelivery"), "locationName"),
        vessel=_text(voyage, "vesselName"), voyage=_text(voyage, "carrierExportVoyageNumber"),
        departs_on=_day(transports, "plannedDepartureDate"), arrives_on=_day(transports, "plannedArrivalDate"),
        on_board=_day(message, "shippedOnBoardDate"), freight=_freight(message),
        booking=_text((_list(message, "consignmentItems") or [{}])[0], "carrierBookingReference"),
        carrier_code=_text(message, "carrierCode"), carrier_list=_carrier_list(message),
        containers=tuple(_read_container(one) for one in _list(message, "utilizedTransportEquipments")),
        terms=_text(message, "termsAndConditions", 50_000),
    )  # fmt: skip
    lost = tuple(Text(f"{name} is not read", f"{name} 未读取") for name in sorted(message.keys() - _READ)[:200])
    return DocumentRead(document, lost)


def _read_goods(message: Mapping[str, Any]) -> Iterable[TitleGoods]:
    """One line for each cargo item: what is in one container."""
    line = 0
    for item in _list(message, "consignmentItems"):
        words = item.get("descriptionOfGoods", [])
        described = "".join(one for one in words if isinstance(one, str)) if isinstance(words, list) else str(words)
        codes = [one for one in item.get("HSCodes", []) if isinstance(one, str)]
        marks = [one for one in item.get("shippingMarks", []) if isinstance(one, str)]
        for cargo in _list(item, "cargoItems"):
            line += 1
            packing, weight = _object(cargo, "outerPackaging"), _object(cargo, "cargoGrossWeight")
            kilograms = _decimal(weight.get("value"))
            if weight.get("unit") == "LBR" and kilograms is not None:
                kilograms = (kilograms * Decimal("0.45359237")).quantize(Decimal("0.001"))
            packages = packing.get("numberOfPackages")
            count = packages if isinstance(packages, int) and not isinstance(packages, bool) and packages > 0 else None
            yield TitleGoods(
                str(line), described[:5_000], Decimal(count or 1), "package", codes[0] if codes else "", count,
                _text(packing, "description"), kilograms, " ".join(marks)[:500], tuple(filter(None, [_text(cargo, "equipmentReference")])),
            )  # fmt: skip


def _read_container(one: Mapping[str, Any]) -> TitleContainer:
    equipment = _object(one, "equipment") or dict(one)
    seals = tuple(_text(seal, "number") for seal in _list(one, "seals"))
    return TitleContainer(
        _text(equipment, "equipmentReference"),
        _text(equipment, "ISOEquipmentCode"),
        seals,
        one.get("isShipperOwned") is True,
    )


def _read_party(parties: Mapping[str, Any], name: str) -> TitleParty | None:
    party = parties.get(name)
    if not isinstance(party, dict):
        return None
    address = _object(party, "address")
    shown = party.get("displayedAddress")
    street = (
        _text(address, "street") or " ".join(one for one in shown if isinstance(one, str))[:500]
        if isinstance(shown, list)
        else _text(address, "street")
    )
    ours = (one for one in _list(party, "identifyingCodes") if one.get("codeListName") == CODES)
    return TitleParty(
        _text(party, "partyName"),
        _text(next(ours, {}), "partyCode"),
        street,
        _text(address, "city"),
        _text(address, "countryCode"),
    )


def _freight(message: Mapping[str, Any]) -> Any:
    return {"PRE": "prepaid", "COL": "collect"}.get(str(message.get("freightPaymentTermCode")), "")


def _carrier_list(message: Mapping[str, Any]) -> Any:
    said = message.get("carrierCodeListProvider")
    return said if said in ("SMDG", "NMFTA") else ""


def _text(value: Mapping[str, Any], name: str, longest: int = 1_000) -> str:
    text = value.get(name, "")
    if not isinstance(text, str) or len(text) > longest:
        raise Unreadable(
            f"{name} is no text of at most {longest:,} letters", f"{name} 不是至多 {longest:,} 个字符的文本"
        )
    return text


def _object(value: Mapping[str, Any], name: str) -> dict[str, Any]:
    inner = value.get(name, {})
    if not isinstance(inner, dict):
        raise Unreadable(f"{name} is no object", f"{name} 不是对象")
    return inner


def _list(value: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    inner = value.get(name, [])
    if not isinstance(inner, list) or len(inner) > _MOST or not all(isinstance(one, dict) for one in inner):
        raise Unreadable(f"{name} is no list of at most {_MOST:,} objects", f"{name} 不是至多 {_MOST:,} 个对象的列表")
    return inner


def _day(value: Mapping[str, Any], name: str) -> date | None:
    text = _text(value, name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Unreadable(f"{name} is no day", f"{name} 不是有效日期") from None


def _decimal(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return Decimal(repr(value))
    except InvalidOperation:
        return None
