"""Pointers of a WCO message: classes (375), places in a sequence (006) and tags (381) -> the path of a field of ours."""

from collections.abc import Mapping

from entrepot.gateways.messages.wco.reading import raw
from entrepot.gateways.ubl.tree import Node

ITEM = "68A"
_HEADER = {
    "023": "declared_on", "D011": "declared_on", "D013": "flow", "D014": "declaration_no", "D026": "reference",
    "065": "customs_master", "G005": "exit_customs", "109": "invoice_total", "131": "gross_kg", "146": "packages",
    "228": "lines", "T005": "conveyance", "T006": "conveyance", "T014": "nationality", "T022": "transport_mode",
    "062": "export_country", "465": "destination_country", "090": "trade_term", "089": "place", "L001": "place",
    "L002": "place", "117": "freight", "D016": "invoice_no", "D015": "invoice_date", "009": "contract_no",
    "L010": "loading_port", "L009": "loading_port", "L016": "goods_location", "L017": "exit_point", "L110": "goods_location",
    "410": "goods_location", "242": "goods_location", "064": "legs", "R031": "exporter.name", "R032": "exporter.number",
    "R037": "importer.name", "R038": "importer.number", "R014": "importer.name", "R015": "importer.number",
    "R123": "declarant.number", "R124": "declarant.name", "R003": "agent.name", "R004": "agent.number", "225": "remarks",
    "106": "special_relation", "159": "containers", "165": "containers",
}  # fmt: skip
_LINE = {
    "145": "hs10", "337": "hs10", "137": "name", "112": "total", "114": "statistical_value", "126": "gross_kg",
    "128": "net_kg", "130": "qty1", "063": "origin_country", "501": "origin_country", "465": "final_country",
    "477": "domestic_region", "141": "package_type", "142": "marks", "144": "packages", "166": "supervision_mode",
    "161": "supervision_mode", "164": "levy_nature", "506": "un_number", "159": "containers", "006": "no",
    "D005": "attachments", "D006": "attachments", "D031": "attachments", "D018": "attachments", "D019": "attachments",
}  # fmt: skip
# What a class is about where no tag is named, or one of ours has no field.
_CLASSES: Mapping[str, str] = {
    "23A": "name", "21A": "hs10", "02A": "attachments", "99A": "attachments", "92A": "origin_country", "93A": "packages",
    "70A": "supervision_mode", "31B": "containers", "64A": "goods_location", "41A": "charges", "65A": "charges",
}  # fmt: skip


def field_path(pointers: list[Node]) -> str:
    """The field that a chain of pointers leads to: `line/2.hs10`, `header.packages`, `line/1`; with classes and tags of the
    model behind it where we have no field of that name."""
    line, classes, tag = "", [], ""
    for pointer in pointers:
        section, place = raw(pointer.first("DocumentSectionCode")), raw(pointer.first("SequenceNumeric"))
        tag = raw(pointer.first("TagID")) or tag
        if section == ITEM:
            line = place or "?"
        classes.append(f"{section}[{place}]" if place and place != "1" else section)
    fields = _LINE if line else _HEADER
    last = classes[-1].partition("[")[0] if classes else ""
    field = fields.get(tag) or ("" if tag else _CLASSES.get(last, ""))
    whole = f"line/{line}" if line else "header"
    if field or (last == ITEM and not tag):
        return f"{whole}.{field}" if field else whole
    way = "/".join([*classes, tag] if tag else classes)
    return f"{whole} ({way})" if way else whole
