"""Rules on what the declarant decides: offices, day, mode, levy, record, region, statements on the price."""

import re

from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.clearance import CONTROLS
from entrepot.modules.declaration.rules.check import FormCheck
from entrepot.modules.declaration.rules.controls import INSPECTION
from entrepot.modules.declaration.rules.rule import Fault, Gap, Seen, rule

MODES = "GACC parameter tables of supervision modes and natures of levy"
_TYPE_FLOWS = {"IM": "I", "EX": "E"}
FLOWS = {"E": ("export", "出口"), "I": ("import", "进口")}
_RECORD = re.compile(r"[A-Z][0-9A-Z]{11}")
_DECLARATION = re.compile(r"\d{18}")
_CLAUSE = re.compile(r"(?=.*\d)[0-9A-Za-z()\-/]{6,}")


@rule("R003", "E", "海关关区代码存在且有效", element="065")
def r003(form: FormCheck) -> Seen:
    """The offices of declaration and of exit or entry are customs offices; the border point has six digits."""
    said = form.form.particulars
    for field, code in (("customs_master", said.customs_master), ("exit_customs", said.exit_customs)):
        well_formed = len(code) == 4 and code.isdigit()
        row = form.law("CN/customs_offices", code=code) if well_formed else None
        if row is None:
            yield Fault(
                f"header.{field}",
                Text(f"customs code {code or '(empty)'} is not known", f"关区代码 {code or '（空）'} 未知"),
                Text("choose a four-digit code of the customs-office table", "请从关区代码表选择四位代码"),
            )
        elif row.keys["code"] != code:
            yield Gap(
                Text(
                    f"office {code} is not on file, only its district {row.keys['code']}",
                    f"关区代码 {code} 未收录，仅核对其直属关区 {row.keys['code']}",
                )
            )
    point = said.exit_point
    if len(point) != 6 or not point.isdigit():
        yield Fault(
            "header.exit_point",
            Text(f"border point {point or '(empty)'} is not six digits", f"口岸代码 {point or '（空）'} 不是六位数字"),
            Text("choose the six-digit code of the port of exit or entry", "请选择六位出入境口岸代码"),
        )
    elif form.law("CN/border_points", code=point) is None:
        yield Fault(
            "header.exit_point",
            Text(f"border point {point} is not known", f"口岸代码 {point} 未知"),
            Text("choose the six-digit code of the port of exit or entry", "请选择六位出入境口岸代码"),
        )


@rule("R004", "E", "进出口标志与单证类型一致；申报日期不得晚于当日", element="023")
def r004(form: FormCheck) -> Seen:
    """Flow and kind of form agree, and the day of declaration does not lie in the future.

    Lists are forms of e-commerce alone; a kind of declaration that an office codes begins with its flow (IM, EX).
    """
    said = form.form.particulars
    if said.form_type == "list" and form.header.mode_known:
        row = form.law("CN/supervision_modes", code=form.mode)
        if row is not None and not row["ecommerce"]:
            yield Fault(
                "header.form_type",
                Text(f"a list is given in mode {form.mode}", f"监管方式 {form.mode} 不适用清单申报"),
                Text("file a declaration, or correct the mode", "请改用报关单，或更正监管方式"),
            )
    if _TYPE_FLOWS.get(said.type_code[:2], form.flow) != form.flow:
        en, zh = FLOWS[form.flow]
        yield Fault(
            "header.type_code",
            Text(
                f"kind of declaration {said.type_code} is not one for {en}", f"单证类型 {said.type_code} 与{zh}标志不符"
            ),
            Text("correct the kind of declaration or the flow", "请更正单证类型或进出口标志"),
        )
    day = said.declared_on
    if day is not None and day > form.case.today:
        yield Fault(
            "header.declared_on",
            Text(f"declaration date {day} lies in the future", f"申报日期 {day} 晚于当日"),
            Text("enter today's date or an earlier one", "请填写当日或更早的日期"),
        )


@rule("R010", "E", "监管方式代码有效且适用于进口或出口", element="166", source=MODES)
def r010(form: FormCheck) -> Seen:
    """The supervision mode exists and is open to this flow."""
    mode, flow = form.mode, form.flow
    row = form.law("CN/supervision_modes", code=mode)
    if row is None:
        yield Fault(
            "header.supervision_mode",
            Text(f"supervision mode {mode or '(empty)'} is not known", f"监管方式 {mode or '（空）'} 未知"),
            Text(
                "choose a four-digit mode, such as 0110 for general trade", "请选择四位监管方式代码，如 0110 一般贸易"
            ),
        )
    elif row["flow"] not in (flow, "both"):
        en, zh = FLOWS[flow]
        yield Fault(
            "header.supervision_mode",
            Text(
                f"mode {mode} ({row['name_en']}) cannot be used for {en}",
                f"监管方式 {mode}（{row['name_zh']}）不适用于{zh}",
            ),
            Text(f"choose a mode that is open to {en}", f"请选择适用于{zh}的监管方式"),
        )


@rule("R011", "E", "征免性质与监管方式对应", element="164", source=MODES)
def r011(form: FormCheck) -> Seen:
    """The nature of levy goes with the supervision mode."""
    mode, levy = form.mode, form.header.levy
    if not form.header.mode_known or form.law("CN/mode_levy", mode=mode, levy=levy) is not None:
        return
    expected = sorted(row.keys["levy"] or "(blank)" for row in form.case.rows("CN/mode_levy", form.day, mode=mode))
    if not expected:
        yield Gap(Text(f"which levies go with mode {mode} is not on file", f"监管方式 {mode} 对应的征免性质未收录"))
        return
    yield Fault(
        "header.levy_nature",
        Text(
            f"nature of levy {levy or '(empty)'} does not go with mode {mode}",
            f"征免性质 {levy or '（空）'} 与监管方式 {mode} 不符",
        ),
        Text(f"expected: {', '.join(expected)}", f"应为：{'、'.join(expected)}".replace("(blank)", "（空）")),
    )


@rule("R012", "E", "加工贸易、保税、电商等方式须填备案号且首字母相符", element="D005", source=MODES)
def r012(form: FormCheck) -> Seen:
    """Modes that work under a book or handbook show its number, with the first letter of its kind; general trade with
    relief that of its certificate.

    A record in general trade without relief is R013's to tell.
    """
    record, mode = form.form.particulars.record_no, form.mode
    relief = _relieved(form)
    if not record and not form.header.bonded and not form.header.processing and not relief:
        return
    row = form.law("CN/mode_records", mode=mode)
    if row is None:
        if not record:
            yield Gap(
                Text(f"whether mode {mode} needs a record is not on file", f"监管方式 {mode} 是否需要备案号未收录")
            )
        return
    letters = ", ".join(row["letters"])
    if (row["required"] or relief) and not record:
        yield Fault(
            "header.record_no",
            Text(f"the record number is missing for mode {mode}", f"监管方式 {mode} 缺少备案号"),
            Text(f"enter the number of the {row['what']}", f"请填写首字母为 {letters} 的手册或账册编号"),
        )
    elif not record or (mode == "0110" and form.header.levy == "101"):
        return
    elif record[:1] not in row["letters"] or not _RECORD.fullmatch(record):
        yield Fault(
            "header.record_no",
            Text(f"record number {record} does not fit mode {mode}", f"备案号 {record} 与监管方式 {mode} 不符"),
            Text(f"enter 12 characters that begin with {letters}", f"请填写以 {letters} 开头的 12 位编号"),
        )


def _relieved(form: FormCheck) -> bool:
    """Whether general trade claims a relief that rests on a certificate."""
    if form.mode != "0110" or form.header.levy in ("", "101"):
        return False
    row = form.law("CN/mode_levy", mode=form.mode, levy=form.header.levy)
    return row is not None and bool(row["condition"])


@rule("R013", "E", "一般贸易一般征税不填备案号", element="D005", modes=("0110",), source=MODES)
def r013(form: FormCheck) -> Seen:
    """General trade under the general levy has no record number."""
    record = form.form.particulars.record_no
    if record and form.header.levy == "101":
        yield Fault(
            "header.record_no",
            Text(
                f"record number {record} is given for general trade without relief",
                f"一般贸易未减免税却填有备案号 {record}",
            ),
            Text("delete it, or correct the mode or the nature of levy", "请删除，或更正监管方式或征免性质"),
        )


@rule("R015", "E", "合同协议号须填写", element="D016")
def r015(form: FormCheck) -> Seen:
    """The contract number is there and fits its field."""
    number = form.form.contract_no
    if not number:
        yield Fault(
            "header.contract_no",
            Text("the contract number is empty", "合同协议号为空"),
            Text("enter the number of the sales contract", "请填写购销合同编号"),
        )
    elif len(number) > (most := int(form.limit("contract_no_length"))):
        yield Fault(
            "header.contract_no",
            Text(f"the contract number has {len(number)} characters", f"合同协议号有 {len(number)} 个字符"),
            Text(f"shorten it to {most}", f"请缩短至 {most} 个字符"),
        )


@rule("R016", "E", "国家（地区）代码为有效的三位字母代码", element="063")
def r016(form: FormCheck) -> Seen:
    """Every country is a three-letter code of the country table."""
    header = form.header
    named = [("header.trade_country", header.trade_country)]
    if form.flow == "E":
        named += [("header.destination_country", header.destination)]
        if header.final_country != header.destination:
            named += [("header.final_country", header.final_country)]
    elif form.form.transport.export_country:
        named += [("header.export_country", form.form.transport.export_country)]
    origins = {line.origin_country for line in form.form.lines}
    named += [(f"line/{_first_from(form, origin)}.origin_country", origin) for origin in sorted(origins) if origin]
    for where, country in named:
        if form.law("CN/countries", code=country) is None:
            yield Fault(
                where,
                Text(f"country {country or '(empty)'} is not known", f"国家（地区）代码 {country or '（空）'} 未知"),
                Text("use the three-letter code, such as JPN", "请使用三位字母代码，如 JPN"),
            )


def _first_from(form: FormCheck, origin: str) -> str:
    lines = zip(form.keys, form.form.lines, strict=True)
    return next(key for key, line in lines if line.origin_country == origin)


@rule("R052", "E", "最终目的国与运抵国一致；目的国为中国仅限区内或结转", element="465", flow="E")
def r052(form: FormCheck) -> Seen:
    """The final destination is the country of arrival, and it is China only for moves between zones."""
    header = form.header
    if "CHN" in (header.destination, header.final_country) and not (header.bonded or header.paired):
        yield Fault(
            "header.destination_country",
            Text(
                f"China is the destination of an export in mode {form.mode}", f"监管方式 {form.mode} 下出口目的国为中国"
            ),
            Text(
                "correct the country, or use the mode of a zone or a transfer", "请更正国别，或改用区内、结转类监管方式"
            ),
        )
    elif header.final_country != header.destination:
        yield _further("header.final_country", header.final_country, header.destination)
    home = () if header.bonded or header.paired else ("CHN",)
    if {line.final_country for line in form.form.lines} == {header.final_country}:
        return
    for key, line in zip(form.keys, form.form.lines, strict=True):
        if line.final_country == header.final_country:
            continue
        if line.final_country in home:
            yield Fault(
                f"line/{key}.final_country",
                Text(
                    f"China is the final destination of line {key} in mode {form.mode}",
                    f"监管方式 {form.mode} 下第 {key} 项最终目的国为中国",
                ),
                Text(
                    "correct the country, or use the mode of a zone or a transfer",
                    "请更正国别，或改用区内、结转类监管方式",
                ),
            )
        elif line.final_country != header.destination:
            yield _further(f"line/{key}.final_country", line.final_country, header.destination)


def _further(where: str, final: str, arrival: str) -> Fault:
    return Fault(
        where,
        Text(f"final destination {final}, country of arrival {arrival}", f"最终目的国 {final}，运抵国 {arrival}"),
        Text("confirm that the goods go on, or correct one of them", "请确认货物继续运往，或更正其一"),
        severity="W",
    )


@rule("R053", "E", "境内货源地（目的地）代码有效", element="477")
def r053(form: FormCheck) -> Seen:
    """The domestic region has five digits; the administrative code, six digits, is asked for inspected goods."""
    region, admin = form.header.domestic_region, form.header.admin_region
    row = None
    if len(region) != 5 or not region[:4].isdigit():
        yield Fault(
            "header.domestic_region",
            Text(
                f"domestic region {region or '(empty)'} is not a five-digit code",
                f"境内地区代码 {region or '（空）'} 不是五位代码",
            ),
            Text("choose it from the table; Yichang's begin with 4205", "请从地区代码表选择；宜昌以 4205 开头"),
        )
    elif (row := form.law("CN/domestic_regions", code=region)) is None:
        yield Gap(Text(f"region {region} is not among those on file", f"地区代码 {region} 未收录"))
    if not admin and not _inspected(form):
        return
    known = form.law("CN/divisions", code=admin) is not None
    fits = row is None or not row["division"] or admin[:4] == row["division"][:4]
    if not known or not fits:
        yield Fault(
            "header.admin_region",
            Text(
                f"administrative region {admin or '(empty)'} is not known or not in {region}",
                f"行政区划 {admin or '（空）'} 未知或不属于 {region}",
            ),
            Text("enter the six-digit code of the county", "请填写六位县级行政区划代码"),
        )


def _inspected(form: FormCheck) -> bool:
    """Whether goods are under inspection: by their controls, or by a paper that says so."""
    controls = (form.case.get(CONTROLS) or {}).values()
    return bool(INSPECTION & form.form.attachments.keys()) or any(
        not INSPECTION.isdisjoint(one.codes) for one in controls
    )


@rule("R054", "E", "征减免税方式与征免性质对应", element="164", source=MODES)
def r054(form: FormCheck) -> Seen:
    """The duty mode goes with the nature of levy."""
    header = form.header
    row = form.law("CN/mode_levy", mode=header.mode, levy=header.levy)
    if row is not None and header.duty_mode not in row["duty_modes"]:
        expected = ", ".join(row["duty_modes"])
        yield Fault(
            "header.duty_mode",
            Text(
                f"duty mode {header.duty_mode or '(empty)'} conflicts with nature of levy {header.levy or '(blank)'}",
                f"征减免税方式 {header.duty_mode or '（空）'} 与征免性质 {header.levy or '（空）'} 不符",
            ),
            Text(f"use {expected}", f"应为 {expected}"),
        )


@rule("R068", "E", "进口须如实填写特殊关系、价格影响、特许权使用费", element="106", flow="I", source="GACC Order 272")
def r068(form: FormCheck) -> Seen:
    """On import the questions on relation, price effect and royalties are answered, and do not contradict each other."""
    said = form.form.particulars
    answers = {"special_relation": said.special_relation, "price_effect": said.price_effect, "royalty": said.royalty}
    for field, answer in answers.items():
        if answer is None:
            yield Fault(
                f"header.{field}",
                Text(
                    f"the statement on the price is incomplete: {field.replace('_', ' ')}",
                    f"价格说明不完整：{_PRICE_WORDS[field]}",
                ),
                Text("answer yes or no", "请填写是或否"),
            )
    if said.special_relation is False and said.price_effect:
        yield Fault(
            "header.price_effect",
            Text("a price effect is stated without a special relation", "无特殊关系却填写影响价格"),
            Text("correct one of the two answers", "请更正其中一项"),
        )


_PRICE_WORDS = {"special_relation": "特殊关系确认", "price_effect": "价格影响确认", "royalty": "支付特许权使用费确认"}


@rule("R069", "E", "公式定价须有备案号，暂定价格须有结算日", element="226", source="GACC Order 272")
def r069(form: FormCheck) -> Seen:
    """A formula price has its record or clause, a provisional price a settlement day still to come."""
    said = form.form.particulars
    if said.formula_price and not _CLAUSE.fullmatch(said.formula_price):
        yield Fault(
            "header.formula_price",
            Text(
                f"formula price without a record number: {said.formula_price}",
                f"公式定价未填备案号：{said.formula_price}",
            ),
            Text("enter the record number or the number of the pricing clause", "请填写备案号或定价条款编号"),
        )
    if said.provisional_until is not None and said.provisional_until < form.day:
        yield Fault(
            "header.provisional_until",
            Text(
                f"the price was to be settled by {said.provisional_until}",
                f"暂定价格结算日为 {said.provisional_until}，已过",
            ),
            Text("enter the final price or a settlement day to come", "请填写最终价格或未来的结算日"),
        )


@rule("R072", "E", "成对申报的方式须填关联报关单号，数量相等", element="D005", source=MODES)
def r072(form: FormCheck) -> Seen:
    """Modes that are declared in pairs name the counterpart, whose quantities are the same."""
    number = form.form.particulars.related_declaration
    if form.header.paired and not _DECLARATION.fullmatch(number):
        yield Fault(
            "header.related_declaration",
            Text(
                f"related declaration {number or '(empty)'} is missing or not 18 digits",
                f"关联报关单号 {number or '（空）'} 缺失或不是 18 位",
            ),
            Text("enter the number of the counterpart", "请填写对应报关单号"),
        )
    elif form.header.paired:
        told = f"the quantities of declaration {number} are not to be seen here"
        yield Gap(Text(told, f"此处无法查看报关单 {number} 的数量"))
