"""The fields of the declaration form that somebody must give: where each stands on the draft, under which topic it is said, when
it applies, and which question asks for it."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple

from entrepot.kernel.case import Case
from entrepot.kernel.law import Row
from entrepot.kernel.text import Text
from entrepot.kernel.topics import Topic
from entrepot.kernel.vocabulary.clearance import ELEMENTS
from entrepot.kernel.vocabulary.customs import PARTICULARS
from entrepot.kernel.vocabulary.decisions import Declaration, LineDraft
from entrepot.kernel.vocabulary.goods import LINE
from entrepot.kernel.vocabulary.trade import CHARGES, PACKING, PARTY, TERMS, TRANSPORT
from entrepot.modules.declaration.rules.elements import Template
from entrepot.modules.declaration.rules.law import KG
from entrepot.modules.declaration.rules.line import FULL_CODE

Read = Callable[..., Row | None]
"""A row of law on the day of the declaration: `read(table, **keys)`."""
Templates = Callable[[str], Template]
"""The elements that a goods code asks for."""

_MEASURED = {"qty1": "unit1", "qty2": "unit2"}
_CHINESE = re.compile(r"[\u3400-\u9fff]")
EMPTY: tuple[Any, ...] = ("", None, ())
# The charges that a form shows, by its flow and trade term.
_CHARGED = {
    ("E", "1"): ("freight", "insurance"), ("E", "2"): ("freight",), ("E", "4"): ("insurance",),
    ("I", "3"): ("freight", "insurance"), ("I", "7"): ("freight", "insurance"), ("I", "2"): ("insurance",), ("I", "4"): ("freight",),
}  # fmt: skip


class Field(NamedTuple):
    """A field: its name in paths, its place on the draft, the topic, key and field it is said under, what kind of answer it
    takes, its question, and the rules that it clears. A `repeated` field of the head is written on every line."""

    name: str
    at: str
    topic: Topic[Any]
    said: str
    kind: str
    label: Text
    question: str
    rules: tuple[str, ...] = ()
    key: str = ""
    repeated: bool = False
    applies: Callable[[Declaration, Read], bool] | None = None


class Place(NamedTuple):
    """A field on a form: its path (`header.exit_customs`, `line/2.origin_country`, `line/2.elements/grade`), the line it is on,
    and its value."""

    path: str
    field: Field
    line: str
    value: Any


def _moves(form: Declaration, read: Read) -> bool:
    """Whether a conveyance is named: by water, rail, road and air, and while nobody says by what."""
    row = read("CN/transport_modes", code=form.transport.mode) if form.transport.mode else None
    return row is None or bool(row["conveyance"])


def _levied(form: Declaration, read: Read) -> bool:
    """Whether the nature of levy is written in this mode; nobody can say before the mode is known."""
    mode = form.particulars.supervision_mode
    return bool(mode) and read("CN/mode_levy", mode=mode, levy="") is None


def _recorded(form: Declaration, read: Read) -> bool:
    row = read("CN/mode_records", mode=form.particulars.supervision_mode)
    return row is not None and bool(row["required"])


def _charged(name: str) -> Callable[[Declaration, Read], bool]:
    return lambda form, read: name in _CHARGED.get((form.flow, form.trade_term), ())


def _leaves(form: Declaration, read: Read) -> bool:
    return form.flow == "E"


def _inspected(form: Declaration, read: Read) -> bool:
    """Whether the goods are under inspection, for which the administrative division of the source is asked for."""
    return form.flow == "E" and bool({"A", "B"} & form.attachments.keys())


def _enters(form: Declaration, read: Read) -> bool:
    return form.flow == "I"


_APPLIES: dict[str, Callable[[Declaration, Read], bool]] = {
    "levy_nature": _levied, "record_no": _recorded, "duty_mode": lambda form, read: bool(form.particulars.supervision_mode),
    "conveyance": _moves, "voyage": _moves, "bill_no": _moves, "destination_country": _leaves, "arrival_on": _enters,
    "domestic_region": _leaves, "admin_region": _inspected, "freight": _charged("freight"), "insurance": _charged("insurance"),
    "special_relation": _enters, "price_effect": _enters, "royalty": _enters,
}  # fmt: skip
_REPEATED = frozenset({"duty_mode", "domestic_region", "admin_region"})
# Fields whose name in paths, or whose place on the draft, is not that of the field they are said under.
_NAMED = {("transport.plan", "mode"): "transport_mode", ("trade.terms", "total"): "invoice_total",
          ("trade.terms", "incoterm"): "trade_term",
          ("goods.line", "hs"): "hs10", ("goods.line", "description_zh"): "name", ("goods.line", "quantity"): "deal_qty",
          ("goods.line", "unit"): "deal_unit", ("goods.line", "price"): "unit_price", ("goods.line", "amount"): "total",
          ("goods.line", "quantity1"): "qty1", ("goods.line", "quantity2"): "qty2", ("goods.line", "origin"): "origin_country"}  # fmt: skip
Said = tuple[str, str, str, str, str]


def _part(question: str, topic: Topic[Any], part: str, *said: Said, key: str = "") -> tuple[Field, ...]:
    """The fields of one part of the form that one question asks for: each as said, its kind, its name, the rules it clears."""
    made = []
    for field, kind, en, zh, rules in said:
        name = _NAMED.get((topic.name, field), field)
        at = f"{part}.{'mode' if name == 'transport_mode' else name}".lstrip(".")
        if topic is PARTY:
            name, at = ("trade_country", "transport.trade_country") if field == "country" else (f"{part}.{field}", at)
        label, cleared = Text(en, zh), tuple(rules.split())
        made.append(
            Field(name, at, topic, field, kind, label, question, cleared, key, name in _REPEATED, _APPLIES.get(name))
        )
    return tuple(made)


_P, _YES = PARTICULARS, "yes_no"
HEAD: tuple[Field, ...] = (
    *_part(
        "procedure", _P, "particulars",
        ("supervision_mode", "code", "supervision mode", "监管方式", "R010"),
        ("levy_nature", "code", "nature of levy", "征免性质", "R011"),
        ("record_no", "text", "record number", "备案号", "R012"),
        ("duty_mode", "code", "duty mode", "征减免税方式", "R011"),
    ),
    *_part(
        "customs", _P, "particulars",
        ("exit_customs", "code", "customs office of exit or entry", "进出境关别", "R003"),
        ("customs_master", "code", "customs office of declaration", "申报地海关", "R003"),
        ("exit_point", "code", "point of exit or entry", "离境/入境口岸", "R003"),
    ),
    *_part(
        "transport", TRANSPORT, "transport",
        ("mode", "code", "mode of transport", "运输方式", "R007"),
        ("conveyance", "text", "vessel or vehicle", "运输工具名称", "R009"),
        ("voyage", "text", "voyage or flight", "航次号", "R009"),
        ("bill_no", "text", "bill number", "提运单号", "R008"),
        ("loading_port", "port", "port of loading", "装货港", "R018"),
        ("discharge_port", "port", "port of discharge", "指运港", "R018"),
        ("destination_country", "country", "country of destination", "运抵国", "R016"),
        ("arrival_on", "date", "day of arrival", "进境日期", "R005"),
    ),
    *_part(
        "packing", PACKING, "packing",
        ("packages", "count", "number of packages", "件数", "R019"),
        ("package_type", "code", "type of packages", "包装种类", "R019"),
        ("gross_kg", "number", "gross weight in kg", "毛重（千克）", "R020"),
        ("net_kg", "number", "net weight in kg", "净重（千克）", "R020"),
    ),
    *_part(
        "self", PARTY, "domestic_party",
        ("name", "text", "name of the domestic party", "境内收发货人名称", ""),
        ("uscc", "text", "its unified social credit code", "其统一社会信用代码", "R001"),
        ("customs_code", "text", "its customs registration", "其海关注册编码", "R002"),
        key="home",
    ),
    *_part(
        "self", PARTY, "owner",
        ("uscc", "text", "credit code of the producer or seller", "生产销售单位统一社会信用代码", "R001"),
        key="owner",
    ),
    *_part(
        "self", PARTY, "declarant",
        ("uscc", "text", "credit code of the declarant", "申报单位统一社会信用代码", "R001"),
        key="declarant",
    ),
    *_part(
        "overseas", PARTY, "overseas_party",
        ("name", "text", "name of the overseas party", "境外收发货人名称", "R074"),
        ("country", "country", "country traded with", "贸易国", "R016"),
        key="abroad",
    ),
    *_part(
        "source", _P, "particulars",
        ("domestic_region", "code", "domestic source region", "境内货源地", "R053"),
        ("admin_region", "code", "administrative division of the source", "货源地行政区划", "R053"),
    ),
    *_part(
        "papers", TERMS, "",
        ("contract_no", "text", "contract number", "合同号", "R015"),
        ("invoice_no", "text", "invoice number", "发票号", ""),
        ("total", "money", "invoice total", "发票总额", "R041"),
    ),
    *_part("term", TERMS, "", ("incoterm", "code", "Incoterms rule", "贸易术语", "R028")),
    *_part(
        "charges", CHARGES, "charges",
        ("freight", "charge", "freight", "运费", "R034 R029"),
        ("insurance", "charge", "insurance", "保费", "R034 R029"),
    ),
    *_part(
        "price", _P, "particulars",
        ("special_relation", _YES, "are the parties related?", "特殊关系确认", "R068"),
        ("price_effect", _YES, "does that influence the price?", "价格影响确认", "R068"),
        ("royalty", _YES, "are royalties paid?", "支付特许权使用费确认", "R068"),
    ),
)  # fmt: skip
LINES: tuple[Field, ...] = (
    *_part("codes", LINE, "", ("hs", "goods_code", "goods code (ten digits)", "商品编号（十位）", "R044")),
    *_part("names", LINE, "", ("description_zh", "text", "name of the goods in Chinese", "商品中文名称", "")),
    *_part(
        "quantities", LINE, "",
        ("quantity", "number", "quantity traded", "成交数量", "R045"),
        ("unit", "text", "unit of the quantity", "成交单位", "R045"),
        ("quantity1", "number", "first statutory quantity", "法定第一数量", "R045"),
        ("quantity2", "number", "second statutory quantity", "法定第二数量", "R045"),
    ),
    *_part(
        "prices", LINE, "",
        ("price", "price", "unit price", "单价", "R040"),
        ("amount", "money", "total", "总价", "R040"),
    ),
    *_part("origin", LINE, "", ("origin", "country", "country of origin", "原产国", "R050")),
    *_part("danger", LINE, "", ("un_number", "text", "UN number", "联合国编号", "R062")),
)  # fmt: skip
NET = Field("qty1", "qty1", LINE, "net_kg", "number", Text("net weight in kg", "净重（千克）"), "quantities", ("R045",))
ELEMENT = Field(
    "elements", "elements", ELEMENTS, "", "element", Text("declaration elements", "申报要素"), "elements", ("R049",)
)


def places(form: Declaration, read: Read, templates: Templates, only_open: bool = False) -> Iterator[Place]:
    """Every field that applies to this form, with its value: the head, then line by line; or those that are open alone."""
    for field in HEAD:
        if field.applies is None or field.applies(form, read):
            value = value_at(form, field.at)
            if not only_open or value in EMPTY:
                yield Place(f"header.{field.name}", field, "", value)
    for line in form.lines:
        if line.no:
            key = str(line.no)
            for name, field, value in _on_line(line, templates):
                if not only_open or value in EMPTY:
                    yield Place(f"line/{key}.{name}", field, key, value)


def reader(case: Case, day: date) -> Read:
    """The law of a case on one day."""
    return lambda table, **keys: case.read(table, day, **keys)


@cache
def _at(place: str) -> Callable[[Declaration], Any]:
    return attrgetter(place)


def value_at(form: Declaration, at: str) -> Any:
    """What stands in a field of the head."""
    value: Any = _at(at)(form)
    # A firm known by its Chinese name is named.
    return value or (form.domestic_party.name_zh if at == "domestic_party.name" else value)


def _on_line(line: LineDraft, templates: Templates) -> Iterator[tuple[str, Field, Any]]:
    for field in LINES:
        value, name = getattr(line, field.at), field.name
        if (name == "hs10" and len(line.hs10) != FULL_CODE) or (name == "name" and not _CHINESE.search(line.name)):
            value = ""
        elif name in _MEASURED:
            unit = getattr(line, _MEASURED[name])
            if not unit:
                continue
            field = NET if name == "qty1" and unit == KG else field
        elif name == "un_number" and not line.dangerous:
            continue
        yield name, field, value
    template = templates(line.hs10) if len(line.hs10) == FULL_CODE else None
    if template is None or not template.whole:
        yield "elements", ELEMENT, line.elements
        return
    for place, element in enumerate(template.elements):
        value = line.elements[place] if place < len(line.elements) else ""
        if not value and element.required:
            yield f"elements/{element.code}", ELEMENT._replace(said=element.code, label=element.name), ""
        elif value:
            yield f"elements/{element.code}", ELEMENT, value
