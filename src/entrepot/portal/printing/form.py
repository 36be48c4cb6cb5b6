"""The draft declaration as the customs form has it: which of its fields stand where, under which official words.

The boxes and their order are those of China's export and import declaration form (GACC, specification for filling in declarations,
2019 edition). Codes stand with their names where the tables know them.
"""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

from entrepot.gateways.signed_pdf import Column, Row, Section, Table
from entrepot.kernel.law import Law
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.decisions import Declaration, LineDraft
from entrepot.kernel.vocabulary.trade import Charge, Party

HEAD, GOODS = Text("Declaration form", "报关单表头"), Text("Goods", "商品项")
YES, NO = "是 yes", "否 no"
_COLUMNS = (
    Column(Text("No.", "项号")),
    Column(Text("HS code", "商品编号"), "code"),
    Column(Text("Name and specification", "商品名称及规格型号")),
    Column(Text("Quantity and unit", "数量及单位"), "number"),
    Column(Text("Price, total, currency", "单价／总价／币制"), "number"),
    Column(Text("Origin", "原产国（地区）")),
    Column(Text("Final destination", "最终目的国（地区）")),
    Column(Text("Domestic source", "境内货源地")),
    Column(Text("Duty", "征免")),
)
Named = Callable[[str, str], str]


def named(law: Law, day: date) -> Named:
    """Gives the names of codes: `named("supervision_modes", "0110")` is `0110 一般贸易 General trade`; the bare code where no table
    knows it."""

    def name(table: str, code: str) -> str:
        row = law.read(f"CN/{table}", day, {"code": code}) if code else None
        if row is None:
            return code
        return " ".join(dict.fromkeys(part for part in (code, row["name_zh"], row["name_en"]) if part))

    return name


def declaration_parts(form: Declaration, name: Named) -> tuple[tuple[Section, ...], tuple[Table, ...]]:
    """The head of the form as labelled boxes, and its lines as a table. Boxes with nothing in them stay out."""
    rows = tuple(Row(Text(en, zh), value) for en, zh, value in _boxes(form, name) if value)
    lines = tuple(_line(line, name) for line in form.lines)
    return (Section(HEAD, rows),), (Table(GOODS, _COLUMNS, lines),) if lines else ()


def _boxes(form: Declaration, name: Named) -> Iterator[tuple[str, str, str]]:
    said, plan, packing = form.particulars, form.transport, form.packing
    leaving = form.flow == "E"
    yield "Flow", "进出口标志", "出口 export" if leaving else "进口 import"
    yield "Domestic consignor or consignee", "境内收发货人", _party(form.domestic_party)
    yield "Customs of exit or entry", "进出境关别", name("customs_offices", said.exit_customs)
    yield "Customs of declaration", "申报地海关", name("customs_offices", said.customs_master)
    yield "Date of declaration", "申报日期", said.declared_on.isoformat() if said.declared_on else ""
    yield "Record number", "备案号", said.record_no
    yield "Overseas consignee or consignor", "境外收发货人", _party(form.overseas_party)
    yield "Mode of transport", "运输方式", name("transport_modes", plan.mode)
    yield "Conveyance and voyage", "运输工具名称及航次号", " ".join(filter(None, (plan.conveyance, plan.voyage)))
    yield "Transport document", "提运单号", plan.bill_no
    yield "Producer, seller or consumer", "生产销售（消费使用）单位", _party(form.owner)
    yield "Declarant", "申报单位", _party(form.declarant)
    yield "Supervision mode", "监管方式", name("supervision_modes", said.supervision_mode)
    yield "Nature of levy", "征免性质", name("levy_natures", said.levy_nature)
    yield "Licence", "许可证号", said.licence_no
    yield "Contract", "合同协议号", form.contract_no
    yield "Trading country", "贸易国（地区）", name("countries", said.trade_country or plan.trade_country)
    yield "Country of destination", "运抵国（地区）", name("countries", plan.destination_country) if leaving else ""
    yield "Country of departure", "启运国（地区）", "" if leaving else name("countries", plan.export_country)
    yield "Port of loading", "启运港", plan.loading_port
    yield "Port of discharge", "指运港／经停港", plan.discharge_port
    yield "Point of exit or entry", "离境／入境口岸", said.exit_point
    yield "Kind of packages", "包装种类", name("package_types", packing.package_type)
    yield "Packages", "件数", "" if packing.packages is None else str(packing.packages)
    yield "Gross weight, kg", "毛重（千克）", _number(packing.gross_kg)
    yield "Net weight, kg", "净重（千克）", _number(packing.net_kg)
    yield "Terms of trade", "成交方式", name("trade_terms", form.trade_term)
    yield "Freight", "运费", _charge(form.charges.freight)
    yield "Insurance", "保费", _charge(form.charges.insurance)
    yield "Other charges", "杂费", _charge(form.charges.misc)
    yield "Documents", "随附单证及编号", "；".join(f"{code} {number}" for code, number in form.attachments.items())
    yield "Containers", "集装箱号", "；".join(form.containers)
    yield "Marks and remarks", "标记唛码及备注", " ".join(filter(None, (packing.marks, said.remarks)))
    yield "Special relation", "特殊关系确认", _answer(said.special_relation)
    yield "Price affected", "价格影响确认", _answer(said.price_effect)
    yield "Royalties paid", "支付特许权使用费确认", _answer(said.royalty)
    yield "Self-declared, self-paid", "自报自缴", _answer(said.self_assess)


def _line(line: LineDraft, name: Named) -> tuple[str, ...]:
    quantities = [
        f"{_number(amount)} {unit}"
        for amount, unit in (
            (line.qty1, line.unit1), (line.qty2, line.unit2), (line.deal_qty, line.deal_unit),
        )
        if amount is not None
    ]  # fmt: skip
    prices = [str(line.unit_price) if line.unit_price else "", str(line.total) if line.total else ""]
    return (
        str(line.no),
        line.hs10,
        " ".join(filter(None, (line.name, line.spec or "｜".join(line.elements)))),
        "\n".join(dict.fromkeys(quantities)),
        "\n".join(filter(None, prices)),
        name("countries", line.origin_country),
        name("countries", line.final_country),
        " ".join(filter(None, (line.domestic_region, line.admin_region))),
        name("duty_modes", line.duty_mode),
    )


def _party(party: Party) -> str:
    return " ".join(filter(None, (party.name_zh, party.name, party.uscc, party.customs_code, party.number)))


def _charge(charge: Charge | None) -> str:
    return "" if charge is None else "/".join(filter(None, (charge.currency, _number(charge.value), charge.mark)))


def _number(value: Decimal | None) -> str:
    return "" if value is None else f"{value:f}"


def _answer(said: bool | None) -> str:
    return "" if said is None else YES if said else NO
