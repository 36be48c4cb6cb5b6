"""What stands against a certificate as drafted: empty boxes that must be filled, and what does not fit together."""

from collections.abc import Collection, Iterator
from typing import Any

from entrepot.kernel.case import Case
from entrepot.kernel.days import add_months
from entrepot.kernel.law import Row
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.topics import Topic
from entrepot.kernel.vocabulary.certificates import REQUEST, CertificateRequest
from entrepot.kernel.vocabulary.customs import ENTRY_LINE, PROOF
from entrepot.kernel.vocabulary.goods import LINE
from entrepot.kernel.vocabulary.trade import PACKING, PARTY, TERMS, TRANSPORT
from entrepot.modules.certificate.facts import Application, Filled, Item
from entrepot.modules.certificate.rules.faults import fault

# Where an empty element is said, and what to say: topic path, in English and Chinese.
_SAID = {
    "exporter": ("trade.party/exporter", "say the exporter with name, address and country", "请填写出口商名称、地址和国家"),
    "consignee": ("trade.party/importer", "say the importer with name, address and country", "请填写进口商名称、地址和国家"),
    "invoice": ("trade.terms.invoice_no", "give number and day of the invoice", "请填写发票号码和日期"),
    "goods": ("goods.line/{key}.description", "describe the goods as on the invoice, in English", "请按发票填写英文品名"),
    "hs6": ("goods.line/{key}.hs", "give the HS code, six digits at least", "请填写至少六位HS编码"),
    "origin": ("goods.line/{key}.origin", "say where the goods were made", "请填写货物原产国"),
    "quantity": ("goods.line/{key}.quantity", "give gross weight or quantity with its unit", "请填写毛重或数量及单位"),
    "fob": ("certificate.request.fob/{key}", "state the FOB value: the price is not FOB", "成交价非FOB，请填写FOB价格"),
    "third_party": ("trade.party/invoicer", "give name and country of who invoices", "请填写开票方名称和国家"),
    "authorisation": ("certificate.request.authorisation", "give the approval code of the exporter", "请填写经核准出口商编号"),
    "reference": ("certificate.request.reference", "give the declaration a number of its own", "请为声明编定唯一编号"),
    "made_in": ("goods.line", "say where the goods were made", "请填写货物原产国"),
}
CONTESTED: tuple[Topic[Any], ...] = (REQUEST, LINE, PARTY, TERMS, TRANSPORT, PACKING, PROOF)


def contested(case: Case) -> Iterator[Problem]:
    """What papers contradict each other on: nothing of it stands on a certificate."""
    for topic in CONTESTED:
        for key in case.conflicts(topic):
            name = f"{topic.name}/{key}" if key else topic.name
            yield fault(
                "CO21", name,
                (f"statements on {name} contradict each other", f"{topic.label.zh}（{name}）各方陈述不一致"),
                ("correct or withdraw the wrong paper", "请更正或撤回有误的单证"),
            )


def empty(box: Row, filled: Filled, key: str = "", asked: bool = False) -> Iterator[Problem]:
    """A box that must be filled and is not; `asked`: it must be in this case, whatever the form says in general. The criterion
    has rules of its own, an original proof too."""
    element, need = box.keys["element"], box["need"]
    if filled.value or (need in ("known", "office") and not asked) or element in ("criterion", "original"):
        return
    where, en, zh = _SAID.get(element, ("certificate.request", "say it in certificate.request", "请在申请中填写"))
    label, line = Text(box["label_en"], box["label_zh"]), (f"line {key}: ", f"第 {key} 项：") if key else ("", "")
    number = f" ({box['no']})" if box["no"] else ""
    yield fault(
        "CO06", where.format(key=key),
        (f"{line[0]}nothing to put under {label.en}{number}", f"{line[1]}缺少“{label.zh}”{number}"), (en, zh),
    )  # fmt: skip


def party_faults(app: Application) -> Iterator[Problem]:
    """Exporter and consignee must be in Parties, and their addresses belong on the form."""
    for part, en, zh in (("exporter", "exporter", "出口商"), ("importer", "consignee", "收货人")):
        party = app.parties.get(part)
        if party is None or not party.name:
            continue
        if not party.address:
            yield fault(
                "CO07", f"trade.party/{part}.address",
                (f"the {en} has no address", f"{zh}没有地址"), ("give the address: it stands on the form", "请填写地址，须列入证书"), "W",
            )  # fmt: skip
        table = f"{app.agreement}/parties"
        if party.country and app.case.knows(table) and app.case.read(table, app.day, country=party.country) is None:
            yield fault(
                "CO08", f"trade.party/{part}.country",
                (f"the {en} is in {party.country}, which is no Party to {app.agreement} on {app.day}",
                 f"{zh}所在地 {party.country} 在 {app.day} 不是 {app.agreement} 缔约方"),
                ("who only invoices is said as trade.party/invoicer", "仅开具发票者请填写为 trade.party/invoicer"),
                "E" if part == "exporter" else "W",
            )  # fmt: skip
    if not app.importing:
        yield fault(
            "CO09", "trade.party/importer.country",
            ("the importing country is not said", "未填写进口国"),
            ("give the importer's country, or plan the import", "请填写进口商国家或进口计划"),
        )


def line_faults(app: Application, item: Item) -> Iterator[Problem]:
    """Codes that differ from the buyer's, marks of origin without a question open."""
    own = app.case.at(ENTRY_LINE, item.key)
    if own is not None and (digits := "".join(sign for sign in own.code if sign.isdigit())[:6]) and item.hs6 not in ("", digits):
        yield fault(
            "CO17", f"goods.line/{item.key}.hs",
            (f"line {item.key}: HS {item.hs6} here, {digits} at the destination: customs there compares six digits",
             f"第 {item.key} 项：本地HS {item.hs6}，目的国 {digits}：当地海关将核对六位编码"),
            ("agree on the code with the buyer before the certificate is issued", "请在签发前与进口商核对编码"), "W",
        )  # fmt: skip
    if item.mark and not item.basis.open_origin:
        yield fault(
            "CO18", f"certificate.request.marks/{item.key}",
            (f"line {item.key}: the mark {item.mark} is for goods whose country of origin is open, here it is {item.basis.origin}",
             f"第 {item.key} 项：标记 {item.mark} 适用于原产国未定的货物，本项原产国为 {item.basis.origin}"),
            ("leave the mark out, unless the importer wants the highest rate", "除非进口商选择最高税率，否则请删除标记"), "W",
        )  # fmt: skip


def strayed(asked: CertificateRequest, keys: Collection[str]) -> Iterator[Problem]:
    """What was said of a line that does not stand on the certificate, and would count for nothing."""
    for name in ("criteria", "marks", "fob"):
        for key in getattr(asked, name):
            if key not in keys:
                yield fault(
                    "CO27", f"certificate.request.{name}/{key}",
                    (f"said of line {key}, which does not stand on the certificate", f"第 {key} 项未列入证书，所填内容无从采用"),
                    ("name a line that stands on it, or leave it out", "请填写证书所列商品项，或删除该内容"), "W",
                )  # fmt: skip


def period_faults(asked: CertificateRequest, months: int) -> Iterator[Problem]:
    """A period has two ends, in order, and is no longer than the agreements let it be."""
    first, last = asked.period_from, asked.period_until
    if first is None and last is None:
        return
    if first is None or last is None or last < first or last > add_months(first, months):
        yield fault(
            "CO22", "certificate.request.period_from",
            (f"the period runs from {first or '?'} to {last or '?'}", f"期间为 {first or '?'} 至 {last or '?'}"),
            (f"give both days, in order, at most {months} months apart", f"请填写起止日期，最长 {months} 个月"),
        )
