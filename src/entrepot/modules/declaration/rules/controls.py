"""Rules on what the goods need beside the declaration: licences, inspection, dangerous-goods data."""

from collections.abc import Iterable
from datetime import date

from entrepot.kernel.case import Case
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.decisions import GoodsTraits, Header
from entrepot.modules.declaration.rules.check import LineCheck
from entrepot.modules.declaration.rules.rule import Fault, Gap, Seen, rule

CONTROLS = "GACC supervision-document codes (监管证件代码)"
LICENCES = frozenset("14xy")
DUAL_USE = frozenset("23G")
BANNED = frozenset("89")
INSPECTION = {"E": "B", "I": "A"}
BORDER_TRADE = "4019"
_OWN_RULE = LICENCES | DUAL_USE | BANNED | {"A", "B"}


def controls_of(case: Case, hs: str, header: Header, traits: GoodsTraits | None) -> frozenset[str] | None:
    """The control codes that apply to goods in this flow and mode; None where neither law nor industry knows the goods."""
    named = () if traits is None else traits.controls
    codes = case.by_law(_controls, hs, header.day, header.flow, named)
    if codes is None:
        if traits is None or not traits.controls_known:
            return None
        codes = frozenset()
    return _in_mode(codes, header)


def _controls(case: Case, hs: str, day: date, flow: str, named: tuple[str, ...]) -> frozenset[str] | None:
    """The codes of the law, and those of the codes `named` by the industry that go in this direction; None where there is neither."""
    row = case.read("CN/control_requirements", day, hs=hs, flow=flow)
    codes = set(row["codes"] or ()) if row is not None else set()
    for code in named:
        # An industry pack names the controls of both directions.
        if code not in codes and _goes(case, day, flow, code):
            codes.add(code)
    return None if row is None and not codes else frozenset(codes)


def _goes(case: Case, day: date, flow: str, code: str) -> bool:
    row = case.read("CN/control_codes", day, code=code)
    return row is None or row["direction"] in (flow, "both", "")


def _in_mode(codes: frozenset[str], header: Header) -> frozenset[str]:
    """Of licences that differ by mode, the one of this mode: x and v for processing trade, y for border trade, else 4 and 7."""
    chosen = set(codes)
    for special, usual, fits in (
        ("x", "4", header.processing),
        ("y", "4", header.mode == BORDER_TRADE),
        ("v", "7", header.processing),
    ):
        if special in codes:
            chosen.discard(usual if fits else special)
    return frozenset(chosen)


def _named(line: LineCheck, code: str) -> tuple[str, str]:
    row = line.case.read("CN/control_codes", line.day, code=code)
    return (
        (f"code {code}", f"代码 {code}")
        if row is None
        else (f"{row['name_en']}, code {code}", f"{row['name_zh']}，代码 {code}")
    )


def _without(line: LineCheck, codes: Iterable[str]) -> list[str]:
    return [code for code in sorted(codes) if code in (line.controls or ()) and code not in line.attachments]


@rule("R014", "E", "需许可证的货物须填写许可证号", element="D005", source=CONTROLS)
def r014(line: LineCheck) -> Seen:
    """Goods that need an import or export licence have its number."""
    if line.controls is None:
        hs = line.draft.hs10
        yield Gap(
            Text(
                f"which controls apply to {hs} is not on file (nor for R059, R060, R061, R064)",
                f"{hs} 的监管条件未收录（R059、R060、R061、R064 亦同）",
            )
        )
        return
    for code in _without(line, LICENCES):
        if not line.header.licence_no:
            en, zh = _named(line, code)
            yield Fault(
                "header.licence_no",
                Text(
                    f"line {line.key}: {line.draft.hs10} needs a licence ({en})",
                    f"第 {line.key} 项 {line.draft.hs10} 需许可证（{zh}）",
                ),
                Text("enter the licence number and attach the licence", "请填写许可证号并随附许可证"),
            )


@rule("R059", "E", "需检验检疫的货物：出口填电子底账号，进口填检验检疫数据", element="D005", source=CONTROLS)
def r059(line: LineCheck) -> Seen:
    """Goods under inspection have their e-ledger number (export) or their inspection data (import)."""
    code = INSPECTION[line.flow]
    if code not in _without(line, code):
        return
    kind_en, kind_zh = ("exit", "出境") if line.flow == "E" else ("entry", "入境")
    yield Fault(
        line.path("attachments"),
        Text(
            f"{line.draft.hs10} needs {kind_en} inspection and document {code} is missing",
            f"{line.draft.hs10} 须{kind_zh}检验检疫，缺少单证 {code}",
        ),
        Text(
            f"apply for inspection first and enter the number under code {code}",
            f"请先报检，并在代码 {code} 下填写编号",
        ),
    )


@rule("R060", "E", "其他监管证件代码均须有随附单证；禁止进出口的货物不得申报", element="D006", source=CONTROLS)
def r060(line: LineCheck) -> Seen:
    """Every other control code has its document; goods under a ban are not declared at all."""
    for code in sorted((line.controls or frozenset()) & BANNED):
        en, zh = _named(line, code)
        yield Fault(
            line.path("hs10"),
            Text(f"{line.draft.hs10} may not cross the border ({en})", f"{line.draft.hs10} 禁止进出境（{zh}）"),
            Text(
                "check the goods code; the goods cannot be declared under it", "请核对商品编号；该编号项下货物不得申报"
            ),
        )
    for code in _without(line, (line.controls or frozenset()) - _OWN_RULE):
        row = line.law("CN/control_codes", code=code)
        if row is None or row["needs_attachment"]:
            en, zh = _named(line, code)
            yield Fault(
                line.path("attachments"),
                Text(
                    f"{line.draft.hs10} needs a document that is missing ({en})",
                    f"{line.draft.hs10} 缺少随附单证（{zh}）",
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
    if line.states("not_controlled"):
        return
    for code in _without(line, DUAL_USE):
        en, zh = _named(line, code)
        yield Fault(
            line.path("attachments"),
            Text(f"{line.draft.hs10} is on the dual-use list ({en})", f"{line.draft.hs10} 列入两用物项清单（{zh}）"),
            Text(
                "add the licence, or state with control code and parameters why it is not controlled",
                "请补充许可证，或说明控制编码、参数及不受管制的理由",
            ),
        )


@rule("R062", "E", "危险货物数据齐全：联合国编号、类别、包装类别", element="506")
def r062(line: LineCheck) -> Seen:
    """Dangerous goods show their UN number, class and packing group."""
    if not line.draft.dangerous:
        return
    number = line.draft.un_number.removeprefix("UN")
    if len(number) != 4 or not (number.isdigit() and number.isascii()):
        yield Fault(
            line.path("un_number"),
            Text("dangerous-goods data are incomplete: UN number", "危险货物数据不全：联合国编号"),
            Text("complete them from section 14 of the safety data sheet", "请按安全数据单第 14 部分补充"),
        )
        return
    yield Gap(
        Text(
            "certificates of the packaging, hazard label and safety data sheet of dangerous goods are not said here",
            "危险货物的包装检验单证、危险公示标签和安全数据单未在此提供",
        )
    )
    known = line.traits is not None and line.traits.un_number == number and line.traits.dg_class
    if not known:
        row = line.law("CN/dg_reference", hs=line.draft.hs10)
        known = row is not None and row["un"] == number
    if not known:
        yield Gap(
            Text(f"class and packing group of UN {number} are not on file", f"UN {number} 的类别和包装类别未收录")
        )


@rule("R063", "E", "通常属危险货物的商品须申报为危险货物或附鉴定报告", element="506")
def r063(line: LineCheck) -> Seen:
    """Goods that are usually dangerous are declared so, or a classification report says why not."""
    if line.draft.dangerous or line.states("not_dangerous"):
        return
    row = line.law("CN/dg_reference", hs=line.draft.hs10)
    number = row["un"] if row is not None else (line.traits.un_number if line.traits is not None else "")
    if number:
        told = "not said" if line.draft.dangerous is None else "no"
        told_zh = "未填" if line.draft.dangerous is None else "否"
        name = line.draft.name or line.draft.hs10
        yield Fault(
            line.path("dangerous"),
            Text(
                f"{name} is usually dangerous goods (UN {number}); declared: {told}",
                f"{name} 通常属危险货物（UN {number}），现申报：{told_zh}",
            ),
            Text(
                "declare it as dangerous, or attach a classification report and say so",
                "请申报为危险货物，或附鉴定报告并作说明",
            ),
        )


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
    if line.draft.hs10.startswith("31") and "B" in _without(line, "B"):
        yield Fault(
            line.path("attachments"),
            Text(
                "fertiliser needs customs inspection before export and document B is missing",
                "化肥出口须经海关检验，缺少单证 B",
            ),
            Text("attach the e-ledger number of the inspection", "请填写检验电子底账号"),
        )


@rule("R079", "E", "法检商品不得归并或简化申报", element="006", flow="E")
def r079(line: LineCheck) -> Seen:
    """Goods under statutory inspection do not stand in a simplified or merged line."""
    if not line.header.simplified:
        return
    if "B" in (line.controls or ()):
        yield Fault(
            line.path("hs10"),
            Text(f"line {line.key} is under inspection and may not be merged", f"第 {line.key} 项为法检商品，不得归并"),
            Text("declare it as a line of its own", "请单独列项申报"),
        )
    yield Gap(Text("which goods bear export duty is not on file", "出口关税税目未收录"))
