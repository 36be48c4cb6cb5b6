"""Writing the single window's declaration message from a declaration."""

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from hashlib import sha256

from lxml import etree

from entrepot.gateways.messages.cn import fields
from entrepot.gateways.messages.message import Envelope, Written
from entrepot.gateways.messages.state import document_code
from entrepot.gateways.messages.taking import Taking, plain_number
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.clearance import Cancellation
from entrepot.kernel.vocabulary.decisions import Declaration
from entrepot.kernel.vocabulary.trade import Leg

_PORT = re.compile(r"[A-Z]{3}[0-9A-Z]{3}")
_CODE = re.compile(r"[0-9A-Z]{1,3}")
_NUMBER = re.compile(r"[A-Za-z0-9]{1,18}")
_AGREEMENT = re.compile(r"<([0-9A-Z]{2})>(.+)")
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CHARGES = {"freight": "Fee", "insurance": "Insur", "misc": "Other"}
_PRICE_STEP = Decimal("0.0001")


def client_number(message: str) -> str:
    """The declarant's own number of a message as the window takes it: at most 18 letters and digits."""
    if _NUMBER.fullmatch(message):
        return message
    return f"{int.from_bytes(sha256(message.encode()).digest()[:8]) % 10**18:018d}"


class ChinaFormat:
    """The XML that the single window's import client takes in."""

    name = "cn"
    media_type = "application/xml"
    extension = "xml"

    def write(self, declaration: Declaration, envelope: Envelope) -> Written:
        """The declaration as a message that the window keeps for signing. An amendment is the declaration anew under the
        number that customs gave it."""
        take = Taking(declaration)
        message = _Message(take)
        head = _head(take, declaration.flow, envelope)
        message.group("DecHead", fields.HEAD, head)
        lines = message.element("DecLists")
        for place, _ in enumerate(declaration.lines, 1):
            message.group("DecList", fields.LINE, _line(take, place, declaration.flow), lines)
        for name in ("duty_mode", "domestic_region", "admin_region") if declaration.lines else ():
            take(f"particulars.{name}")
        _containers(message, take, declaration)
        relations = _documents(message, take, declaration)
        message.group(
            "DecFreeTxt",
            fields.FREE_TEXT,
            {"RelId": take("particulars.related_declaration"), "VoyNo": take("transport.voyage")},
        )
        sign = {"OperType": fields.KEPT_FOR_SIGNING, "ClientSeqNo": client_number(envelope.message)}
        message.group("DecSign", fields.SIGN, sign)
        for relation in relations:
            message.group("EcoRelation", fields.RELATION, relation)
        return Written(message.data(), self.media_type, take.lost())

    def write_cancellation(self, cancellation: Cancellation, envelope: Envelope) -> Written:
        """The request to withdraw a declaration. That it is to be filed anew, or not, stands in the reason at most."""
        message = _Message(None, "DecModMessage")
        number = cancellation.declaration or envelope.declaration
        values = {
            "DecModType": fields.WITHDRAWAL, "EntryId": number, "DecModNote": cancellation.reason,
            "OperType": fields.KEPT_FOR_SIGNING, "SignTime": envelope.prepared_at or cancellation.asked_on.isoformat(),
        }  # fmt: skip
        message.fill(message.root, fields.MODIFICATION, values)
        kind = Text(f"kind: {cancellation.kind}", f"kind：{cancellation.kind}")
        return Written(message.data(), self.media_type, (kind,))


class _Message:
    """The XML being made: elements in the order of their table, none of them empty."""

    def __init__(self, take: Taking | None, root: str = "DecMessage") -> None:
        self._take = take
        self.root = etree.fromstring(f'<{root} xmlns="{fields.NAMESPACE}"/>')
        self.root.set("Version", fields.VERSION)

    def element(self, name: str, parent: etree._Element | None = None) -> etree._Element:
        return etree.SubElement(self.root if parent is None else parent, f"{{{fields.NAMESPACE}}}{name}")

    def group(
        self, name: str, order: Mapping[str, int], values: Mapping[str, str], parent: etree._Element | None = None
    ) -> None:
        """An element with its values, where there is any."""
        if any(values.values()):
            self.fill(self.element(name, parent), order, values)

    def fill(self, parent: etree._Element, order: Mapping[str, int], values: Mapping[str, str]) -> None:
        for name, longest in order.items():
            value = values.get(name, "")
            if not value:
                continue
            fit = _UNFIT.sub("", value)
            if self._take is not None and (fit != value or (longest and len(fit) > longest)):
                self._note(name, value, longest)
            self.element(name, parent).text = fit

    def _note(self, name: str, value: str, longest: int) -> None:
        assert self._take is not None
        shown = value[:80].encode("unicode_escape").decode() if _UNFIT.search(value) else value[:80]
        self._take.note(
            Text(
                f"{name}: longer than {longest} characters, or with characters that XML cannot hold: {shown}",
                f"{name}：超过 {longest} 个字符，或含 XML 不能承载的字符：{shown}",
            )
        )

    def data(self) -> bytes:
        return etree.tostring(self.root, xml_declaration=True, encoding="UTF-8")


def _head(take: Taking, flow: str, envelope: Envelope) -> dict[str, str]:
    """The head of the form by element."""
    take("flow"), take("particulars.flow")
    values = {
        "IEFlag": flow,
        "Type": _form_type(take),
        "BillNo": take("transport.bill_no"),
        "ContrNo": take("contract_no"),
        "CustomMaster": take("particulars.customs_master"),
        "CutMode": take("particulars.levy_nature"),
        "IEPort": take("particulars.exit_customs"),
        "EntyPortCode": take("particulars.exit_point"),
        "LicenseNo": take("particulars.licence_no"),
        "ManualNo": take("particulars.record_no"),
        "NoteS": take("particulars.remarks"),
        "GoodsPlace": take("particulars.goods_location"),
        "TradeMode": take("particulars.supervision_mode"),
        "TrafMode": take("transport.mode"),
        "TrafName": take("transport.conveyance"),
        "WrapType": take("packing.package_type"),
        "MarkNo": take("packing.marks"),
        "TransMode": _trade_term(take),
        "TradeAreaCode": _trade_country(take),
        "PromiseItmes": _promises(take),
        "EntryId": envelope.declaration or take("particulars.declaration_no"),
        "PDate": envelope.prepared_at[:10].replace("-", ""),
        "EdiId": "1",
        "EntryType": "M",
        "DeclTrnRel": "0",
    }
    for field, element in (("gross_kg", "GrossWet"), ("net_kg", "NetWt"), ("packages", "PackNo")):
        if (number := take(f"packing.{field}", None)) is not None:
            values[element] = plain_number(number)
    _route(take, flow, values)
    _parties(take, flow, values)
    for name, element in _CHARGES.items():
        if (charge := take(f"charges.{name}", None)) is not None:
            values[f"{element}Mark"], values[f"{element}Rate"] = charge.mark, plain_number(charge.value)
            values[f"{element}Curr"] = charge.currency
    return values


def _form_type(take: Taking) -> str:
    return fields.BONDED_LIST if take("particulars.form_type") == "list" else ""


def _trade_term(take: Taking) -> str:
    """The customs code of the price basis; a rule of Incoterms only where the code names it by itself."""
    term = take.look("trade_term")
    code: str = term if len(term) == 1 and term.isdigit() else fields.TRADE_TERMS.get(term.upper(), "")
    if code:
        take("trade_term")
        if take.look("particulars.trade_term") == code:
            take("particulars.trade_term")
    return code


def _trade_country(take: Taking) -> str:
    """The country of trade, which the form may have in two places alike."""
    country: str = take("particulars.trade_country") or take("transport.trade_country")
    if take.look("transport.trade_country") == country:
        take("transport.trade_country")
    return country


def _promises(take: Taking) -> str:
    """The price statements: yes, no or empty, one digit each. Which formula, and until when, has no place here."""
    said = [take(f"particulars.{name}", None) for name in ("special_relation", "price_effect", "royalty")]
    marks = [fields.EMPTY if one is None else fields.YES if one else fields.NO for one in said]
    for name in ("formula_price", "provisional_until"):
        marks.append(fields.YES if take.look(f"particulars.{name}", None) else fields.EMPTY)
    return "" if set(marks) == {fields.EMPTY} else "".join(marks)


def _route(take: Taking, flow: str, values: dict[str, str]) -> None:
    """Ports by the customs table of ports (a UN/LOCODE is no code of that table, and is lost), country and days."""
    ways = {"discharge_port": "DistinatePort"} if flow == "E" else {"loading_port": "DespPortCode"}
    for field, element in ways.items():
        if _PORT.fullmatch(take.look(f"transport.{field}")):
            values[element] = take(f"transport.{field}")
    legs = take.look("transport.legs", ())
    if flow == "I" and len(legs) == 1 and _PORT.fullmatch(place := legs[0].place) and legs[0] == Leg(place, place[:3]):
        values["DistinatePort"] = take("transport.legs")[0].place
    values["TradeCountry"] = take("transport.destination_country" if flow == "E" else "transport.export_country")
    if flow == "I" and (arrival := take("transport.arrival_on", None)):
        values["IEDate"] = f"{arrival:%Y%m%d}"
    if loading := take("transport.loading_on", None):
        values["DespDate"] = f"{loading:%Y%m%d}"


def _parties(take: Taking, flow: str, values: dict[str, str]) -> None:
    """The three domestic parties by code and name, and the one overseas by name and AEO code."""
    for path, code, scc, name in (
        ("domestic_party", "TradeCode", "TradeCoScc", "TradeName"),
        ("owner", "OwnerCode", "OwnerCodeScc", "OwnerName"),
        ("declarant", "AgentCode", "AgentCodeScc", "AgentName"),
    ):
        values[code], values[scc] = take(f"{path}.customs_code"), take(f"{path}.uscc")
        values[name] = take(f"{path}.name_zh") or take(f"{path}.name")
    values["DomesticConsigneeEname"] = take("domestic_party.name")
    values["CopName"], values["CopCode"] = values["AgentName"], values["AgentCode"]
    values["CopCodeScc"] = values["AgentCodeScc"]
    side = "OverseasConsignee" if flow == "E" else "OverseasConsignor"
    values[f"{side}Code"], values[f"{side}Ename"] = take("overseas_party.aeo"), take("overseas_party.name")
    values["OverseasConsignorCname"] = take("overseas_party.name_zh")
    values["OverseasConsignorAddr"] = take("overseas_party.address")


def _line(take: Taking, place: int, flow: str) -> dict[str, str]:
    """A line by element. On an export the element called origin holds the destination, and the other way about."""
    at = f"line/{place}."
    origin, final = take(f"{at}origin_country"), take(f"{at}final_country")
    first, last = (final, origin) if flow == "E" else (origin, final)
    values = {
        "CodeTS": take(f"{at}hs10"),
        "GName": take(f"{at}name"),
        "GNo": str(take(f"{at}no")),
        "GUnit": _code(take, f"{at}deal_unit"),
        "FirstUnit": _code(take, f"{at}unit1"),
        "SecondUnit": _code(take, f"{at}unit2"),
        "OriginCountry": first,
        "DestinationCountry": last,
        "DutyMode": take(f"{at}duty_mode") or take.look("particulars.duty_mode"),
        "DistrictCode": take(f"{at}domestic_region") or take.look("particulars.domestic_region"),
        "DestCode": take(f"{at}admin_region") or take.look("particulars.admin_region"),
        "CiqCode": take(f"{at}ciq"),
        "Purpose": take(f"{at}purpose"),
        "GoodsAttr": ",".join(take(f"{at}attributes", ())),
        "Uncode": take(f"{at}un_number"),
    }
    elements, spec = take(f"{at}elements", ()), take(f"{at}spec")
    values["GModel"] = spec or "|".join(elements)
    if (dangerous := take(f"{at}dangerous", None)) is not None:
        values["NoDangFlag"] = fields.NO if dangerous else fields.YES
    for field, element in (("deal_qty", "GQty"), ("qty1", "FirstQty"), ("qty2", "SecondQty")):
        if (quantity := take(f"{at}{field}", None)) is not None:
            values[element] = plain_number(quantity)
    _price(take, at, values)
    return values


def _code(take: Taking, path: str) -> str:
    """A unit where it is a code of the customs table or of Recommendation 20; a word is no code, and is lost."""
    return take(path) if _CODE.fullmatch(take.look(path)) else ""


def _price(take: Taking, at: str, values: dict[str, str]) -> None:
    """Total and price in one currency; a price for several units is made one for a unit, to four places."""
    total, price = take(f"{at}total", None), take.look(f"{at}unit_price", None)
    if total is not None:
        values["DeclTotal"], values["TradeCurr"] = plain_number(total.amount), total.currency
    if price is None or (total is not None and price.currency != total.currency):
        return
    each = price.amount / price.per if price.per else price.amount
    rounded = each.quantize(_PRICE_STEP, ROUND_HALF_UP)
    values["DeclPrice"] = plain_number(each if each == rounded and price.per == 1 else rounded)
    values["TradeCurr"] = price.currency
    if rounded == each and price.unit in ("", values["GUnit"]):
        take(f"{at}unit_price")


def _containers(message: _Message, take: Taking, declaration: Declaration) -> None:
    if not declaration.containers:
        return
    group = message.element("DecContainers")
    for number, container in declaration.containers.items():
        at = f"container/{number}."
        lines = list(take(f"{at}lines", ()))
        for line in declaration.lines:
            if number in line.containers and str(line.no) not in lines:
                lines.append(str(line.no))
        size = take(f"{at}size_type") if _CODE.fullmatch(container.size_type) and len(container.size_type) == 2 else ""
        values = {"ContainerId": number, "ContainerMd": size, "GoodsNo": ",".join(lines)}
        if (gross := take(f"{at}gross_kg", None)) is not None:
            values["GoodsContaWt"] = plain_number(gross)
        message.group("Container", fields.CONTAINER, values, group)
    for place, line in enumerate(declaration.lines, 1):
        if all(number in declaration.containers for number in line.containers):
            take(f"line/{place}.containers", ())


def _documents(message: _Message, take: Taking, declaration: Declaration) -> list[dict[str, str]]:
    """The documents by code and number, and which lines they go with; gives the relations, which stand at the end."""
    relations: list[dict[str, str]] = []
    if not declaration.attachments:
        return relations
    group = message.element("DecLicenseDocus")
    for key in declaration.attachments:
        code, number = document_code(key), take(f"attachment/{key}")
        message.group("LicenseDocu", fields.DOCUMENT, {"DocuCode": code, "CertCode": number}, group)
        kind, bare = code, number
        if code == fields.LICENCE_PREFIX and (named := _AGREEMENT.fullmatch(number)):
            kind, bare = code + named[1], named[2]
        for line in take(f"attachment_lines/{key}", ()):
            relations.append({"CertType": kind, "EcoCertNo": bare, "DecGNo": line})
        for place, line_draft in enumerate(declaration.lines, 1):
            if line_draft.certificate and number.endswith(line_draft.certificate):
                take(f"line/{place}.certificate")
    return relations
