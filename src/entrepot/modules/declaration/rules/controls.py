"""Rules on what the goods need beside the declaration: licences, inspection, dangerous-goods data."""

from entrepot.kernel.rates import parse_duty
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.clearance import Requirement
from entrepot.modules.declaration.rules.check import LineCheck
from entrepot.modules.declaration.rules.rule import Fault, Gap, Seen, rule

CONTROLS = "GACC supervision-document codes (监管证件代码)"
LICENCES = frozenset("14xy")
INSPECTION = frozenset("AB")
DUAL_USE = frozenset({"2", "3", "G", "dual_use", "scheduled_chemical"})
HAZARD = frozenset({"dangerous_goods"})
DANGEROUS = frozenset({"dangerous_data", "package_performance", "package_use", "safety_data_sheet", "hazard_label"})
_OWN_RULE = LICENCES | INSPECTION | DUAL_USE | HAZARD | DANGEROUS
FREE = parse_duty("free")
MARKET = "1039"


def _asked(line: LineCheck, codes: frozenset[str], status: str = "required") -> list[Requirement]:
    """What licensing asks for under these codes and finds in this state."""
    if line.controls is None or not line.controls.requirements:
        return []
    return [one for one in line.controls.requirements if one.status == status and one.code in codes]


def _named(one: Requirement) -> tuple[str, str]:
    """The paper with its code, where customs has one."""
    if len(one.code) == 1:
        return f"{one.name.en}, code {one.code}", f"{one.name.zh}，代码 {one.code}"
    return one.name.en, one.name.zh


@rule("R014", "E", "需许可证的货物须填写许可证号", element="D005", source=CONTROLS)
def r014(line: LineCheck) -> Seen:
    """Goods that need an import or export licence have its number."""
    if line.controls is None or not line.controls.known:
        hs, told = line.draft.hs10 or "-", ("is not on file", "未收录")
        if line.controls is None:
            told = ("is not worked out yet", "尚未得出")
        yield Gap(
            Text(
                f"which controls apply to {hs} {told[0]} (nor for R059, R060, R061, R064)",
                f"{hs} 的监管条件{told[1]}（R059、R060、R061、R064 亦同）",
            )
        )
    for one in _asked(line, LICENCES):
        en, zh = _named(one)
        yield Fault(
            "header.licence_no",
            Text(
                f"line {line.key}: {line.draft.hs10} needs a licence ({en}): {one.why.en}",
                f"第 {line.key} 项 {line.draft.hs10} 需许可证（{zh}）：{one.why.zh}",
            ),
            Text("enter the licence number and attach the licence", "请填写许可证号并随附许可证"),
        )


@rule("R059", "E", "需检验检疫的货物：出口填电子底账号，进口填检验检疫数据", element="D005", source=CONTROLS)
def r059(line: LineCheck) -> Seen:
    """Goods under inspection have their e-ledger number (export) or their inspection data (import)."""
    for one in _asked(line, INSPECTION):
        if one.code == "B":
            yield Fault(
                line.path("attachments"),
                Text(
                    f"{line.draft.hs10} needs exit inspection and document B is missing",
                    f"{line.draft.hs10} 须出境检验检疫，缺少单证 B",
                ),
                Text(
                    "apply for inspection first and enter the e-ledger number under code B",
                    "请先报检，并在代码 B 下填写电子底账号",
                ),
            )
        else:
            yield Fault(
                line.path("ciq"),
                Text(
                    f"{line.draft.hs10} needs entry inspection and its inspection data are missing",
                    f"{line.draft.hs10} 须入境检验检疫，缺少检验检疫数据",
                ),
                Text(
                    "give the three-digit inspection code and what the goods are for",
                    "请填写三位检验检疫编码及货物用途",
                ),
            )


@rule("R060", "E", "其他监管证件代码均须有随附单证；禁止进出口的货物不得申报", element="D006", source=CONTROLS)
def r060(line: LineCheck) -> Seen:
    """Every other control code has its document; goods under a ban are not declared at all."""
    if line.controls is None:
        return
    for one in line.controls.requirements:
        if one.code in _OWN_RULE or one.status in ("held", "stated_not_controlled"):
            continue
        en, zh = _named(one)
        if one.status == "banned":
            yield Fault(
                line.path("hs10"),
                Text(f"{line.draft.hs10} may not cross the border ({en})", f"{line.draft.hs10} 禁止进出境（{zh}）"),
                Text(
                    "check the goods code; the goods cannot be declared under it",
                    "请核对商品编号；该编号项下货物不得申报",
                ),
            )
        elif one.status == "unknown":
            yield Gap(Text(f"{en}: {one.why.en}", f"{zh}：{one.why.zh}"))
        else:
            yield Fault(
                line.path("attachments"),
                Text(
                    f"{line.draft.hs10} needs a document that is missing ({en}): {one.why.en}",
                    f"{line.draft.hs10} 缺少随附单证（{zh}）：{one.why.zh}",
                ),
                Text("add its number and file", "请补充单证编号及文件"),
            )


@rule(
    "R061",
    "E",
    "两用物项须有许可证或不受管制的说明",
    element="D005",
    source="Dual-use export control regulations, State Council Order 792",
)
def r061(line: LineCheck) -> Seen:
    """Goods on a dual-use list have a licence, or a reasoned statement that they are not controlled."""
    for one in _asked(line, DUAL_USE):
        en, zh = _named(one)
        yield Fault(
            line.path("attachments"),
            Text(
                f"{line.draft.hs10} is under dual-use or chemical control ({en}): {one.why.en}",
                f"{line.draft.hs10} 受两用物项或监控化学品管制（{zh}）：{one.why.zh}",
            ),
            Text(
                "add the licence, or state with control code and parameters why it is not controlled",
                "请补充许可证，或说明控制编码、参数及不受管制的理由",
            ),
        )
    for one in _asked(line, DUAL_USE, "unknown"):
        yield Gap(one.why)


@rule(
    "R062", "E", "危险货物数据齐全：联合国编号、类别、包装类别、包装检验单证、危险公示标签、安全数据单", element="506"
)
def r062(line: LineCheck) -> Seen:
    """Dangerous goods show their UN number, class and packing group, the certificates of their packaging, hazard label and
    safety data sheet."""
    missing = _asked(line, DANGEROUS)
    if missing:
        en, zh = ", ".join(one.name.en for one in missing), "、".join(one.name.zh for one in missing)
        data = any(one.code == "dangerous_data" for one in missing)
        yield Fault(
            line.path("un_number" if data else "attachments"),
            Text(f"dangerous-goods data are incomplete: {en}", f"危险货物数据不全：{zh}"),
            Text(
                "complete them from section 14 of the safety data sheet, and add the papers under their codes: "
                + ", ".join(one.code for one in missing if one.code != "dangerous_data"),
                "请按安全数据单第 14 部分补充，并按代码随附单证："
                + "、".join(one.code for one in missing if one.code != "dangerous_data"),
            )
            if len(missing) > data
            else Text("complete them from section 14 of the safety data sheet", "请按安全数据单第 14 部分补充"),
        )
    for one in _asked(line, DANGEROUS, "unknown"):
        yield Gap(one.why)


@rule("R063", "E", "通常属危险货物的商品须申报为危险货物或附鉴定报告", element="506")
def r063(line: LineCheck) -> Seen:
    """Goods that are usually dangerous are declared so, or a classification report says why not.

    By goods code and by what the industry's pack knows of the product; no table of CAS numbers is on file.
    """
    for one in _asked(line, HAZARD):
        told, told_zh = ("not said", "未填") if line.draft.dangerous is None else ("no", "否")
        name = line.draft.name or line.draft.hs10
        yield Fault(
            line.path("dangerous"),
            Text(f"{name}: {one.why.en}; declared: {told}", f"{name}：{one.why.zh}，现申报：{told_zh}"),
            Text(
                "declare it as dangerous, or attach a classification report and say so",
                "请申报为危险货物，或附鉴定报告并作说明",
            ),
        )
    for one in _asked(line, HAZARD, "unknown"):
        yield Gap(one.why)


@rule(
    "R064",
    "E",
    "出口化肥须经海关检验",
    element="D005",
    flow="E",
    source="GACC Announcement 2021 No. 81, from 2021-10-15",
)
def r064(line: LineCheck) -> Seen:
    """Fertilisers under exit inspection have their e-ledger before export."""
    if line.draft.hs10.startswith("31") and _asked(line, frozenset("B")):
        yield Fault(
            line.path("attachments"),
            Text(
                "fertiliser needs customs inspection before export and document B is missing",
                "化肥出口须经海关检验，缺少单证 B",
            ),
            Text("attach the e-ledger number of the inspection", "请填写检验电子底账号"),
        )


@rule("R079", "E", "法检商品和征出口关税商品不得归并或简化申报", element="006", flow="E")
def r079(line: LineCheck) -> Seen:
    """Goods under statutory inspection or export duty do not stand in a simplified or merged line.

    In market procurement they stand singly beside the merged lines, and only the records behind a line show what it merges: there
    M09 looks, by way of R065.
    """
    if not line.header.simplified or line.mode == MARKET:
        return
    hs = line.draft.hs10
    inspected = line.controls is not None and "B" in line.controls.codes
    if not inspected and (line.controls is None or not line.controls.known):
        yield Gap(Text(f"whether {hs} is under inspection is not on file", f"{hs} 是否法检未收录"))
    duty = None if inspected else line.law("CN/export_tariff", code=line.draft.hs10)
    if inspected or (duty is not None and (duty["provisional"] or duty["duty"]) != FREE):
        en, zh = ("under inspection", "法检商品") if inspected else ("under export duty", "征出口关税商品")
        yield Fault(
            line.path("hs10"),
            Text(f"line {line.key} is {en} and may not be merged", f"第 {line.key} 项为{zh}，不得归并"),
            Text("split it off as a line of its own", "请拆分，单独列项申报"),
        )
    elif duty is None:
        yield Gap(Text(f"whether {hs} bears export duty is not on file", f"{hs} 是否征收出口关税未收录"))
