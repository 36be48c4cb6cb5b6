"""Rules on how the goods travel: mode, conveyance, bill, ports, route, days, containers."""

import re

from entrepot.kernel.checkdigits import container_check, waybill_check
from entrepot.kernel.money import money
from entrepot.kernel.text import Text
from entrepot.modules.declaration.rules.check import FormCheck
from entrepot.modules.declaration.rules.elsewhere import compared
from entrepot.modules.declaration.rules.origin import HOME, RCEP
from entrepot.modules.declaration.rules.rule import Fault, Gap, Seen, plain, rule

WATER, RAIL, AIR = "2", "3", "5"
_BILL = re.compile(r"[!-~]{1,32}")
_LOCODE = re.compile(r"[A-Z]{2}[A-Z0-9]{3}")


@rule("R005", "W", "进口自运输工具申报进境之日起 14 日内申报", element="024", flow="I", source="Customs Law, Art. 24")
def r005(form: FormCheck) -> Seen:
    """Imports are declared within 14 days of arrival."""
    arrival = form.form.transport.arrival_on
    if arrival is None:
        return
    days = (form.day - arrival).days
    if days > (most := int(form.limit("declare_import_days"))):
        late, rate = days - most, form.limit("late_fee_per_day")
        value, about, about_zh = form.form.invoice_total, "", ""
        if value is not None:
            fee = money(value.amount * rate * late, value.currency)
            about, about_zh = f", about {fee}", f"，约 {fee}"
        yield Fault(
            "header.arrival_on",
            Text(
                f"declared {days} days after arrival: late by {late} days at {plain(rate * 100)} % of the value a day{about}",
                f"运输工具进境 {days} 日后申报：滞报 {late} 日，按日征收货值 {plain(rate * 100)}%{about_zh}",
            ),
            Text("declare at once, or record the reason", "请立即申报或说明原因"),
        )


@rule("R006", "W", "出口应在装货 24 小时以前申报", element="023", flow="E", source="Customs Law, Art. 24")
def r006(form: FormCheck) -> Seen:
    """Exports are declared at least 24 hours before loading.

    Days are known and no hours: loading on the day after the declaration counts as 24 hours.
    """
    loading = form.form.transport.loading_on
    if loading is None or form.form.particulars.customs_exception:
        return
    hours = form.limit("declare_export_hours")
    if (left := (loading - form.day).days * 24) < hours:
        told = f"loading is {left} h after declaration" if left >= 0 else f"loading was on {loading}"
        told_zh = f"申报后 {left} 小时装货" if left >= 0 else f"已于 {loading} 装货"
        yield Fault(
            "header.loading_on",
            Text(told, told_zh),
            Text(
                f"declare at least {plain(hours)} h before loading, or show the customs exception",
                f"请在装货 {plain(hours)} 小时前申报，或注明海关特准",
            ),
        )


@rule("R007", "E", "运输方式代码有效；区域类方式仅限区域货物", element="T022")
def r007(form: FormCheck) -> Seen:
    """The transport mode exists; modes of zones are for moves into and out of zones."""
    mode = form.form.transport.mode
    row = form.law("CN/transport_modes", code=mode)
    if row is None:
        yield Fault(
            "header.transport_mode",
            Text(f"transport mode {mode or '(empty)'} is not known", f"运输方式 {mode or '（空）'} 未知"),
            Text(
                "use 2 water, 3 rail, 4 road, 5 air or another code of the table",
                "请使用 2 水路、3 铁路、4 公路、5 航空等代码",
            ),
        )
    elif row["zone"] and form.header.mode_known and not form.header.bonded:
        yield Fault(
            "header.transport_mode",
            Text(
                f"transport mode {mode} ({row['name_en']}) does not fit mode {form.mode}",
                f"运输方式 {mode}（{row['name_zh']}）与监管方式 {form.mode} 不符",
            ),
            Text("use the mode in which the goods cross the border", "请使用货物实际进出境的运输方式"),
        )


@rule("R008", "E", "提运单号须填写且符合规则，空运主单校验", element="D018")
def r008(form: FormCheck) -> Seen:
    """The transport document is numbered; a master air waybill passes its check digit.

    By water, rail and air, where the manifest holds every bill; lorries, mail and moves between zones may have none.
    """
    transport = form.form.transport
    if transport.mode not in (WATER, RAIL, AIR):
        return
    number = transport.bill_no
    fix = Text("enter the number of the bill as the carrier issued it", "请按承运人签发的单证填写")
    if not _BILL.fullmatch(number):
        yield Fault(
            "header.bill_no",
            Text(
                f"bill number {number or '(empty)'} is missing or malformed",
                f"提运单号 {number or '（空）'} 缺失或格式不符",
            ),
            fix,
        )
    elif transport.mode == AIR:
        digits = number.partition("_")[0].replace("-", "")
        due = waybill_check(digits)
        if due is None or digits[-1] != due:
            due_en = f": its last digit should be {due}" if due is not None else ": it has 11 digits"
            due_zh = f"：末位应为 {due}" if due is not None else "：应为 11 位数字"
            yield Fault(
                "header.bill_no",
                Text(f"waybill {number} fails its check digit{due_en}", f"空运单 {number} 校验不符{due_zh}"),
                Text("enter the 11 digits of the master waybill again", "请重新填写主运单 11 位号码"),
            )


@rule("R009", "E", "水路、铁路、公路、航空须填运输工具名称和航次号", element="T005")
def r009(form: FormCheck) -> Seen:
    """By water, rail, road and air the conveyance and its voyage are named."""
    transport = form.form.transport
    row = form.law("CN/transport_modes", code=transport.mode)
    if row is None or not row["conveyance"]:
        return
    for field, value, en, zh in (
        ("conveyance", transport.conveyance, "conveyance", "运输工具名称"),
        ("voyage", transport.voyage, "voyage or flight", "航次号"),
    ):
        if not value:
            yield Fault(
                f"header.{field}",
                Text(f"the {en} is missing", f"缺少{zh}"),
                Text("take it from the manifest", "请按舱单填写"),
            )


@rule("R017", "W", "运抵国与指运港、启运国与启运港所在国一致，中转除外", element="L010")
def r017(form: FormCheck) -> Seen:
    """The port of discharge lies in the country of destination, or on import that of loading in the country that the goods
    were sent from, unless they are in transit.

    The port abroad only asks: goods may go on by land. The port at home is R018's, which blocks.
    """
    transport = form.form.transport
    field, port, country = "discharge_port", transport.discharge_port, form.header.destination
    told, told_zh = "destination", "运抵国"
    if form.flow == "I":
        field, port, country = "loading_port", transport.loading_port, transport.export_country
        told, told_zh = "country of dispatch", "启运国"
    if not port or not country or form.form.particulars.transit:
        return
    row = form.law("CN/countries", code=country)
    if row is not None and row["alpha2"] and row["alpha2"] != port[:2]:
        yield Fault(
            f"header.{field}",
            Text(
                f"{told} {country}, but port {port} lies in {port[:2]}",
                f"{told_zh} {country}，而港口 {port} 位于 {port[:2]}",
            ),
            Text("correct one of them, or tick transit", "请更正其一，或勾选中转"),
        )


@rule("R018", "E", "港口代码有效，境内端港口位于中国", element="L010")
def r018(form: FormCheck) -> Seen:
    """Ports are places on file, and the port on the home side lies in China unless the goods are in transit."""
    transport = form.form.transport
    ports = {"loading_port": transport.loading_port, "discharge_port": transport.discharge_port}
    home = "loading_port" if form.flow == "E" else "discharge_port"
    for field, port in ports.items():
        if not _LOCODE.fullmatch(port):
            yield Fault(
                f"header.{field}",
                Text(f"port {port or '(empty)'} is not a place code", f"港口 {port or '（空）'} 不是地点代码"),
                Text("use the five characters of UN/LOCODE, such as JPOSA", "请使用五位联合国地点代码，如 JPOSA"),
            )
        elif field == home and port[:2] != "CN" and not form.form.particulars.transit:
            yield Fault(
                f"header.{field}",
                Text(f"port {port} is not in China", f"港口 {port} 不在中国"),
                Text("pick a port of China, or tick transit", "请选择中国港口，或勾选中转"),
            )
        elif form.law("unlocode/places", code=port) is None:
            yield Gap(Text(f"place {port} is not among those on file", f"地点 {port} 未收录"))


@rule("R025", "W", "每箱货重不超过箱型载重", element="159")
def r025(form: FormCheck) -> Seen:
    """No container carries more than its type may."""
    containers = form.form.containers
    for number, container in containers.items():
        gross = container.gross_kg
        if gross is None and len(containers) == 1:
            gross = form.form.packing.gross_kg
        if gross is None:
            yield Gap(Text("what a container carries is not said for each", "未逐箱填写货重"))
            continue
        row = form.law("CN/container_types", code=container.size_type)
        if row is None:
            told = container.size_type or "(no type)"
            yield Gap(Text(f"payload of container type {told} is not on file", f"箱型 {told} 的载重未收录"))
        elif gross > row["payload_kg"]:
            yield Fault(
                f"container/{number}.gross_kg",
                Text(
                    f"container {number} carries {plain(gross)} kg, above {plain(row['payload_kg'])} kg",
                    f"集装箱 {number} 载货 {plain(gross)} 千克，超过 {plain(row['payload_kg'])} 千克",
                ),
                Text("check the weight, or split the load", "请核对重量或分箱"),
            )


@rule("R026", "E", "集装箱号校验码正确", element="159", source="ISO 6346")
def r026(form: FormCheck) -> Seen:
    """Container numbers pass their check digit."""
    for number in form.form.containers:
        due = container_check(number)
        if due is None or len(number) != 11 or number[10] != due:
            told = (
                f"its check digit should be {due}"
                if due is not None and len(number) == 11
                else "it has four letters and seven digits"
            )
            told_zh = f"校验码应为 {due}" if due is not None and len(number) == 11 else "应为四位字母加七位数字"
            yield Fault(
                f"container/{number}",
                Text(f"container number {number} is not valid: {told}", f"集装箱号 {number} 无效：{told_zh}"),
                Text("read the number on the door again", "请重新核对箱门号码"),
            )


@rule("R027", "E", "集装箱运输时商品项与集装箱对应", element="159")
def r027(form: FormCheck) -> Seen:
    """In containers, every line is in one and every container holds a line."""
    if not form.form.containers:
        return
    held: set[str] = set()
    for key, line in zip(form.keys, form.form.lines, strict=True):
        held.update(line.containers)
        if not line.containers:
            yield Fault(
                f"line/{key}.containers",
                Text(f"line {key} is in no container", f"第 {key} 项未对应集装箱"),
                Text("assign it to its container", "请指定所在集装箱"),
            )
    for number in form.form.containers:
        if number not in held:
            yield Fault(
                f"container/{number}.lines",
                Text(f"container {number} holds no line", f"集装箱 {number} 未对应商品项"),
                Text("assign its lines, or take the container out", "请指定商品项或删除该集装箱"),
            )


@rule("R057", "E", "主张协定税率途经第三国须有直接运输证明", element="064", source=RCEP)
def r057(form: FormCheck) -> Seen:
    """Where preference is claimed, with a proof or without, and the route calls at a third country, customs control there is
    shown."""
    transport = form.form.transport
    if transport.through_bill or not transport.legs:
        return
    waived = bool(form.form.particulars.origin_waiver)
    claimed = [line for line in form.form.lines if line.certificate or waived]
    if not claimed:
        return
    ends = {HOME, form.header.destination, *(line.origin_country for line in claimed)}
    for place, leg in enumerate(transport.legs, 1):
        if not leg.country:
            yield Gap(Text(f"the country of {leg.place or 'a call'} is not said", f"途经地 {leg.place} 未填国别"))
        elif leg.country not in ends and leg.customs_control is not True:
            yield Fault(
                f"header.legs/{place}",
                Text(
                    f"the route calls at {leg.place}, {leg.country}, without proof of customs control",
                    f"运输途经 {leg.place}（{leg.country}），缺少海关监管证明",
                ),
                Text("add the through bill or the certificate of customs there", "请补充联运提单或当地海关证明"),
            )


@rule("R073", "W", "木质包装须有除害处理标识", element="141", source="ISPM 15; GACC rules on wooden packing")
def r073(form: FormCheck) -> Seen:
    """Packing of natural wood shows its treatment mark."""
    packing = form.form.packing
    if not packing.package_type:
        return
    row = form.law("CN/package_types", code=packing.package_type)
    if row is not None and row["wood"] and not packing.wood_mark:
        yield Fault(
            "header.wood_mark",
            Text("wooden packing is declared without its treatment mark", "木质包装未填除害处理标识"),
            Text(
                "attach the record of fumigation or heat treatment and enter the mark",
                "请补充熏蒸或热处理记录并填写标识",
            ),
        )


@rule("R076", "E", "日期顺序：合同、发票、申报；提单不早于装货", element="D011")
def r076(form: FormCheck) -> Seen:
    """Days follow each other: contract, invoice, declaration; the bill is not older than the loading. Compared with the papers."""
    yield from compared(form, "R076")
