"""Reading the single window's declaration message: what it says as statements, each with its place."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any

from entrepot.gateways import paper_values as values
from entrepot.gateways.bounds import MAX_TEXT
from entrepot.gateways.extract import Found, refusal
from entrepot.gateways.messages.cn import fields
from entrepot.gateways.messages.state import (
    Documents,
    as_count,
    as_country,
    as_day,
    as_money,
    as_number,
    as_text,
    misread,
    state,
    state_box,
    state_party,
)
from entrepot.gateways.messages.xml import leave_unused, read_tree
from entrepot.gateways.ubl.tree import Node
from entrepot.kernel.money import Price
from entrepot.kernel.text import Text
from entrepot.kernel.topics import Topic
from entrepot.kernel.vocabulary.customs import PARTICULARS
from entrepot.kernel.vocabulary.goods import LINE
from entrepot.kernel.vocabulary.trade import CHARGES, CONTAINER, PACKING, TERMS, TRANSPORT, Charge, Leg

Field = tuple[Topic[Any], str, Callable[[str], Any]]


def _flow(raw: str) -> str:
    if raw not in ("E", "I"):
        raise ValueError(f"{raw[:20]!r} is neither I nor E")
    return raw


def _form_type(raw: str) -> str | None:
    return "list" if raw == fields.BONDED_LIST else None


_HEAD: Mapping[str, Field] = {
    "IEFlag": (PARTICULARS, "flow", _flow),
    "EntryId": (PARTICULARS, "declaration_no", as_text),
    "Type": (PARTICULARS, "form_type", _form_type),
    "CustomMaster": (PARTICULARS, "customs_master", as_text),
    "IEPort": (PARTICULARS, "exit_customs", as_text),
    "EntyPortCode": (PARTICULARS, "exit_point", as_text),
    "TradeMode": (PARTICULARS, "supervision_mode", as_text),
    "CutMode": (PARTICULARS, "levy_nature", as_text),
    "ManualNo": (PARTICULARS, "record_no", as_text),
    "LicenseNo": (PARTICULARS, "licence_no", as_text),
    "TradeAreaCode": (PARTICULARS, "trade_country", as_country),
    "TransMode": (PARTICULARS, "trade_term", as_text),
    "GoodsPlace": (PARTICULARS, "goods_location", as_text),
    "NoteS": (PARTICULARS, "remarks", as_text),
    "ContrNo": (TERMS, "contract_no", as_text),
    "BillNo": (TRANSPORT, "bill_no", as_text),
    "TrafMode": (TRANSPORT, "mode", as_text),
    "TrafName": (TRANSPORT, "conveyance", as_text),
    "DespDate": (TRANSPORT, "loading_on", as_day),
    "WrapType": (PACKING, "package_type", as_text),
    "PackNo": (PACKING, "packages", as_count),
    "GrossWet": (PACKING, "gross_kg", as_number),
    "NetWt": (PACKING, "net_kg", as_number),
    "MarkNo": (PACKING, "marks", as_text),
}
_FREE_TEXT: Mapping[str, Field] = {
    "RelId": (PARTICULARS, "related_declaration", as_text),
    "VoyNo": (TRANSPORT, "voyage", as_text),
}
_LINE: Mapping[str, Field] = {
    "CodeTS": (LINE, "hs", values.hs_code),
    "GQty": (LINE, "quantity", as_number),
    "GUnit": (LINE, "unit", as_text),
    "FirstQty": (LINE, "quantity1", as_number),
    "FirstUnit": (LINE, "unit1", as_text),
    "SecondQty": (LINE, "quantity2", as_number),
    "SecondUnit": (LINE, "unit2", as_text),
    "CiqCode": (LINE, "ciq", as_text),
    "Purpose": (LINE, "purpose", as_text),
    "GoodsAttr": (LINE, "attributes", lambda raw: tuple(one for one in as_text(raw).split(",") if one)),
    "GModel": (LINE, "elements", lambda raw: tuple(as_text(raw).split("|"))),
    "Uncode": (LINE, "un_number", as_text),
    "NoDangFlag": (LINE, "dangerous", lambda raw: _not_dangerous(raw)),
}
# By flow: which element holds the origin of a line, and which its destination.
_COUNTRIES = {
    "E": {"OriginCountry": "final_country", "DestinationCountry": "origin"},
    "I": {"OriginCountry": "origin", "DestinationCountry": "final_country"},
}
# What the form has line by line and our facts have once: stated where all lines say the same.
_COMMON = {"DutyMode": "duty_mode", "DistrictCode": "domestic_region", "DestCode": "admin_region"}
_PROMISES = ("special_relation", "price_effect", "royalty")
_CHARGES = {"Fee": "freight", "Insur": "insurance", "Other": "misc"}
# The part in the trade, by flow: here and there.
_PARTS = {"E": ("exporter", "importer"), "I": ("importer", "exporter"), "": ("domestic", "overseas")}


def read_declaration(data: bytes, today: date) -> tuple[str, Found]:
    """What a declaration message says. Codes stand as they are: whether they are right is for the rules."""
    root = read_tree(data)
    reading = _Reading(root, today)
    if reading.head is None:
        raise refusal(
            "P008",
            root.path,
            Text("the message has no head (DecHead)", "报文没有表头（DecHead）"),
            Text("send the message as its system wrote it", "请提交系统生成的原始报文"),
        )
    reading.read()
    leave_unused(reading.found, root)
    return "customs_declaration", reading.found


class _Reading:
    """One message while it is read. An element that gave a statement is marked used; the others are listed at the end."""

    def __init__(self, root: Node, today: date) -> None:
        self.root, self.found = root, Found(today)
        self.head = root.first("DecHead")
        self.by_name = {node.name: node for node in self.head.children} if self.head is not None else {}
        self.lines: set[str] = set()
        self.flow = self._text("IEFlag") if self._text("IEFlag") in ("E", "I") else ""

    def read(self) -> None:
        """State all that the message says."""
        if not self.flow:
            misread(
                self.found,
                f"{self.root.path}/DecHead/IEFlag",
                "neither I nor E: who is here and who is there is not known",
            )
        self._each(self.by_name, _HEAD, "")
        for group in self.root.each("DecFreeTxt"):
            self._each({node.name: node for node in group.children}, _FREE_TEXT, "")
        self._route()
        self._promises()
        self._parties()
        self._charges()
        lines = self.root.each("DecLists", "DecList")
        for place, line in enumerate(lines, 1):
            self._line(line, place)
        self._common(lines)
        for container in self.root.each("DecContainers", "Container"):
            self._container(container)
        self._documents()

    def _text(self, name: str) -> str:
        node = self.by_name.get(name)
        return node.text if node is not None else ""

    def _each(self, nodes: Mapping[str, Node], table: Mapping[str, Field], key: str) -> None:
        for name, (topic, field, value) in table.items():
            node = nodes.get(name)
            if node is not None and node.text:
                self._put(topic, key, field, node, value)

    def _put(self, topic: Topic[Any], key: str, field: str, node: Node, value: Callable[[str], Any] = as_text) -> None:
        """State a field from an element. What cannot be read is a problem, and the element is listed too."""
        node.used = state(self.found, topic, key, field, node.text, node.path, value)

    def _head(self, topic: Topic[Any], field: str, name: str, value: Callable[[str], Any] = as_text) -> None:
        node = self.by_name.get(name)
        if node is not None and node.text:
            self._put(topic, "", field, node, value)

    def _route(self) -> None:
        if self.flow == "E":
            self._head(TRANSPORT, "destination_country", "TradeCountry", as_country)
            self._head(TRANSPORT, "discharge_port", "DistinatePort")
        elif self.flow == "I":
            self._head(TRANSPORT, "export_country", "TradeCountry", as_country)
            self._head(TRANSPORT, "loading_port", "DespPortCode")
            self._head(TRANSPORT, "arrival_on", "IEDate", as_day)
            # The code of a port begins with its country.
            self._head(TRANSPORT, "legs", "DistinatePort", lambda raw: (Leg(as_text(raw), as_country(raw[:3])),))

    def _promises(self) -> None:
        node = self.by_name.get("PromiseItmes")
        if node is None or not node.text:
            return
        if not node.text.isdigit() or set(node.text) - {fields.YES, fields.NO, fields.EMPTY}:
            misread(self.found, node.path, f"{node.text[:20]!r} has other marks than 1, 0 and 9")
            return
        for mark, field in zip(node.text, _PROMISES, strict=False):
            if mark != fields.EMPTY:
                self.found.set(PARTICULARS, "", field, mark == fields.YES, node.path)
        # A formula price or a provisional one is only ticked here: which and until when is not said.
        node.used = fields.YES not in node.text[len(_PROMISES) :]

    def _parties(self) -> None:
        here, there = _PARTS[self.flow]
        for part, code, scc, name in (
            (here, "TradeCode", "TradeCoScc", "TradeName"),
            ("owner", "OwnerCode", "OwnerCodeScc", "OwnerName"),
            ("declarant", "AgentCode", "AgentCodeScc", "AgentName"),
        ):
            self._party(part, {"customs_code": code, "uscc": scc, "name": name})
        english = self.by_name.get("DomesticConsigneeEname")
        if english is not None and english.text and not values.is_chinese(english.text):
            self._party(here, {"name": "DomesticConsigneeEname"})
        side = "OverseasConsignor" if self.flow == "I" else "OverseasConsignee"
        other = {"aeo": f"{side}Code", "name": f"{side}Ename", "address": "OverseasConsignorAddr"}
        self._party(there, other)
        self._party(there, {"name_zh": "OverseasConsignorCname"})

    def _party(self, part: str, elements: Mapping[str, str]) -> None:
        given = {field: self.by_name[name] for field, name in elements.items() if self._text(name)}
        state_party(self.found, part, {field: (node.text, node.path) for field, node in given.items()})
        for node in given.values():
            node.used = True

    def _charges(self) -> None:
        for element, field in _CHARGES.items():
            mark, rate, currency = (self.by_name.get(f"{element}{part}") for part in ("Mark", "Rate", "Curr"))
            if rate is None or not rate.text:
                continue
            if mark is None or mark.text not in ("1", "2", "3"):
                misread(
                    self.found,
                    rate.path,
                    f"without {element}Mark it is not known whether it is a rate, a price or a total",
                )
                continue
            said = currency.text if currency is not None else ""
            self._put(CHARGES, "", field, rate, partial(_charge, mark.text, currency=said))
            for node in (mark, currency):
                if node is not None:
                    node.used = rate.used

    def _line(self, line: Node, place: int) -> None:
        nodes = {node.name: node for node in line.children}
        number = nodes.get("GNo")
        key = number.text.lstrip("0") if number is not None and number.text.isdigit() else ""
        if number is not None and key:
            number.used = True
            if key in self.lines:
                misread(self.found, number.path, f"line {key} is there already: this one stands as line {key}-{place}")
                key = f"{key}-{place}"
            self.found.mention(LINE, key, number.path)
        else:
            key = str(place)
            misread(self.found, line.path, f"no line number (GNo): it stands as line {place}")
            self.found.mention(LINE, key, line.path)
        self.lines.add(key)
        self._each(nodes, _LINE, key)
        for name, field in _COUNTRIES.get(self.flow, {}).items():
            if (node := nodes.get(name)) is not None and node.text:
                self._put(LINE, key, field, node, as_country)
        for name in ("GName", "DeclGoodsEname"):
            if (node := nodes.get(name)) is not None and node.text:
                self._put(LINE, key, "description_zh" if values.is_chinese(node.text) else "description", node)
        self._amounts(key, nodes)

    def _amounts(self, key: str, nodes: Mapping[str, Node]) -> None:
        currency, unit = nodes.get("TradeCurr"), nodes.get("GUnit")
        code = currency.text if currency is not None else ""
        measure = unit.text if unit is not None else ""
        if (total := nodes.get("DeclTotal")) is not None and total.text:
            self._put(LINE, key, "amount", total, as_money(code))
        if (price := nodes.get("DeclPrice")) is not None and price.text:
            self._put(
                LINE,
                key,
                "price",
                price,
                lambda raw: Price(as_number(raw), values.currency_code(code), as_text(measure)),
            )
        if currency is not None:
            currency.used = any(node is not None and node.used for node in (total, price))

    def _common(self, lines: list[Node]) -> None:
        """What all lines say alike goes to the head; where they differ, each stays with its line, unread."""
        for name, field in _COMMON.items():
            nodes = [node for line in lines for node in line.each(name) if node.text]
            if len(nodes) == len(lines) and len({node.text for node in nodes}) == 1:
                self._put(PARTICULARS, "", field, nodes[0])
                for node in nodes:
                    node.used = nodes[0].used

    def _container(self, container: Node) -> None:
        nodes = {node.name: node for node in container.children}
        number = nodes.get("ContainerId")
        key = state_box(self.found, number.text, number.path) if number is not None and number.text else ""
        if not key or number is None:
            misread(self.found, container.path, "no container number of four letters and seven digits")
            return
        number.used = True
        self._each(
            nodes,
            {
                "ContainerMd": (CONTAINER, "size_type", as_text),
                "GoodsContaWt": (CONTAINER, "gross_kg", as_number),
                "GoodsNo": (CONTAINER, "lines", lambda raw: tuple(one for one in as_text(raw).split(",") if one)),
            },
            key,
        )

    def _documents(self) -> None:
        """Documents by code and number; a relation says which lines one goes with."""
        documents = Documents()
        related = set()
        for relation in self.root.each("EcoRelation"):
            nodes = {node.name: node for node in relation.children}
            kind, number, line = (nodes.get(name) for name in ("CertType", "EcoCertNo", "DecGNo"))
            if kind is None or number is None or line is None or not _all_fit(kind, number, line):
                continue
            code, agreement = kind.text[:1], kind.text[1:]
            full = f"<{agreement}>{number.text}" if agreement else number.text
            related.add((code, full))
            documents.add(code, as_text(full), relation.path, as_text(line.text))
            for node in (kind, number, line):
                node.used = True
        for document in self.root.each("DecLicenseDocus", "LicenseDocu"):
            code_node, number = document.first("DocuCode"), document.first("CertCode")
            if code_node is None or number is None or not _all_fit(code_node, number):
                continue
            if (code_node.text, number.text) not in related:
                documents.add(as_text(code_node.text), as_text(number.text), document.path)
            code_node.used = number.used = True
        documents.state(self.found)


def _all_fit(*nodes: Node) -> bool:
    """Whether each element says something, and no more than a field may hold."""
    return all(0 < len(node.text) <= MAX_TEXT // 2 for node in nodes)


def _not_dangerous(raw: str) -> bool:
    if raw not in (fields.YES, fields.NO):
        raise ValueError(f"{raw[:20]!r} is neither 1 nor 0")
    return raw == fields.NO


def _charge(mark: str, raw: str, currency: str) -> Charge:
    """A charge by its mark; a rate has no currency."""
    number = as_number(raw)
    return Charge(mark, number, values.currency_code(currency) if currency or mark != "1" else "")
