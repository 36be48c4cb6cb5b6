"""The checks M01-M15 of a market declaration, all in one answer; the declaration takes them over as R065."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property

from entrepot.kernel.case import Case
from entrepot.kernel.findings import Answer, found
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.vocabulary.answers import BANK_RECEIPT
from entrepot.kernel.vocabulary.clearance import ALERTS, CONTROLS, ModeCheck
from entrepot.kernel.vocabulary.customs import PARTICULARS, Particulars
from entrepot.kernel.vocabulary.goods import LINE, GoodsLine
from entrepot.kernel.vocabulary.trade import PACKING, PARTY, TRANSPORT
from entrepot.modules.procurement.facts import (
    LINE_RECORDS,
    LINES,
    RECORD,
    REGISTRATION,
    SETTLEMENT,
    SPLIT,
    LineRecords,
    MarketLine,
    MarketRecord,
)
from entrepot.modules.procurement.rules.law import (
    INDICATIVE,
    Treated,
    amount_of,
    amounts_of,
    dollars,
    limit,
    not_on_file,
    treated,
)
from entrepot.modules.procurement.rules.split import plain

ONE = Decimal(1)
Seen = Iterator[Problem | Text]


class Check:
    """A market declaration under its rules: what was said of it, and the law on its day."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.particulars: Particulars = case[PARTICULARS]
        self.day: date = self.particulars.declared_on or case.today
        self.lines: Mapping[str, GoodsLine] = case.get(LINE) or {}
        self.records: Mapping[str, MarketRecord] = case.get(RECORD) or {}
        self.sources: Mapping[str, LineRecords] = case.get(LINE_RECORDS) or {}

    def behind(self, line: str) -> dict[str, MarketRecord]:
        """The records behind a line, as far as they are here."""
        source = self.sources.get(line)
        return (
            {one.record: self.records[one.record] for one in source.records if one.record in self.records}
            if source
            else {}
        )

    def paid(self, line: str) -> Decimal | None:
        """What was paid for what a line takes of its records, in US dollars, exact; None where it cannot be told."""
        records, total = self.behind(line), Decimal(0)
        for share in self.sources[line].records:
            record = records.get(share.record)
            worth = None if record is None else dollars(self.case, [record.total], self.day)
            if record is None or worth is None or record.quantity <= 0:
                return None
            total += worth.amount * share.quantity / record.quantity
        return total

    def limit(self, name: str) -> Decimal | None:
        return limit(self.case, self.day, name)

    @cached_property
    def law(self) -> dict[str, Treated]:
        """Every code of lines and of the records behind them under the law of the market: a line's as licensing found it."""
        controls = self.case.get(CONTROLS) or {}
        found = {line.hs: controls.get(key) for key, line in self.lines.items()}
        codes = {*found, *(one.hs for key in self.lines for one in self.behind(key).values())}
        return {code: treated(self.case, code, self.day, found.get(code)) for code in sorted(codes) if code}


def fault(rule: str, where: str, what: Text, fix: Text, severity: str = "E") -> Problem:
    return Problem(rule, where, what, fix, severity)


def m01(check: Check) -> Seen:
    """Market procurement is export only."""
    if check.particulars.flow != "E":
        what = Text("market procurement (1039) is for export only", "市场采购（1039）仅适用于出口")
        yield fault("M01", "header.flow", what, Text("choose another mode for an import", "进口请改用其他监管方式"))


def m02(check: Check) -> Seen:
    """The market is named, and recognised on the day."""
    code = check.particulars.market_code
    where, fix = "header.market_code", Text("enter the code of a recognised market", "请填写经认定的市场代码")
    if not code:
        yield fault("M02", where, Text("no market is named", "未填写市场代码"), fix)
        return
    row = check.case.read("CN/markets", check.day, market=code)
    if row is None:
        yield Text(
            f"M02: whether {code} is a recognised market on {check.day} is not on file",
            f"M02：{code} 在 {check.day} 是否经认定未入库",
        )
    elif not row["active"]:
        yield fault(
            "M02",
            where,
            Text(f"the market {code} is not recognised on {check.day}", f"市场 {code} 在 {check.day} 未经认定"),
            fix,
        )


def m03(check: Check) -> Seen:
    """The operator is registered at the market and active on the day of declaration."""
    operator = (check.case.get(PARTY) or {}).get("exporter")
    registered = [
        one
        for one in (check.case.get(REGISTRATION) or {}).values()
        if operator is not None and one.standing == "trader" and one.market == check.particulars.market_code
        and (one.uscc == operator.uscc if one.uscc or operator.uscc else plain(one.name) == plain(operator.name))
    ]  # fmt: skip
    if any(one.active(check.day) for one in registered):
        return
    if registered:
        what = Text(f"the operator's registration does not count on {check.day}", f"经营者备案在 {check.day} 无效")
        fix = Text("renew it, or have it opened again, before declaring", "请先续期或恢复备案后再申报")
    else:
        what = Text("the operator is not registered at this market", "经营者未在该市场备案")
        fix = Text(
            "register it as foreign-trade operator and say procurement.registration", "请办理对外贸易经营者备案并填报"
        )
    yield fault("M03", "party/exporter", what, fix)


def m04(check: Check) -> Seen:
    """The value of one declaration is at most the limit in US dollars, the limit included."""
    most = check.limit("market_value_usd")
    amounts, unpriced = amounts_of(check.lines)
    value = dollars(check.case, amounts, check.day)
    if most is None or value is None:
        yield Text("M04: the limit or an exchange rate is not on file", "M04：限额或汇率未入库")
        return
    for key in unpriced:
        yield Text(f"M04: line {key} has no amount and is not counted", f"M04：第 {key} 项没有金额，未计入货值")
    check.case.step(Text("value of the declaration", "单票货值"), f"<= {most:f} USD", value.amount)
    if value.amount > most:
        what = Text(f"the declaration is worth more than USD {most:,f}", f"单票货值超过 {most:,f} 美元")
        yield fault("M04", "line.amount", what, Text("declare it as general trade (0110)", "请按一般贸易（0110）申报"))
    if value.indicative:
        yield Text(f"M04: {INDICATIVE.en}", f"M04：{INDICATIVE.zh}")


def m05(check: Check) -> Seen:
    """Exports of one operator to one consignee in one container or under one bill within days are not parted below the limit."""
    split = check.case.get(SPLIT)
    if split is None or not split.looked:
        yield Text("M05: whether the export was parted in several could not be looked at", "M05：未能核查是否拆分申报")
    if split is not None and split.over:
        what = Text(
            "with others of the same operator, consignee and container or bill it passes the limit",
            "与同一经营者、收货人及同箱或同提单的其他出口合计超过限额",
        )
        yield fault(
            "M05",
            "line.amount",
            what,
            Text("have it looked at: procurement.split names the others", "请复核：procurement.split 列明相关票次"),
            "W",
        )


def m06(check: Check) -> Seen:
    """What may not go as market procurement: chemicals, fertiliser, licensed and dangerous goods, goods without refund."""
    fix = Text("take it out and declare it as general trade (0110)", "请剔除并按一般贸易（0110）申报")
    for key, line in check.lines.items():
        codes = dict.fromkeys((line.hs, *(one.hs for one in check.behind(key).values())))
        for code in codes:
            for why in check.law[code].barred if code in check.law else ():
                yield fault(
                    "M06",
                    f"line/{key}.hs",
                    Text(f"may not go as market procurement: {why.en}", f"不得以市场采购方式出口：{why.zh}"),
                    fix,
                )
        if line.dangerous:
            yield fault(
                "M06",
                f"line/{key}.dangerous",
                Text("dangerous goods may not go as market procurement", "危险货物不得以市场采购方式出口"),
                fix,
            )
    if (gap := not_on_file(check.law)) is not None:
        yield Text(f"M06, M09: not on file: {gap.en}", f"M06、M09：未入库：{gap.zh}")


def m07(check: Check) -> Seen:
    """Every line rests on locked records of this market, and none beyond its quantity."""
    loading = check.case.get(TRANSPORT)
    loaded = loading.loading_on if loading is not None else None
    for key in check.lines:
        source = check.sources.get(key)
        if source is None or not source.records:
            what = Text(f"line {key} rests on no transaction record", f"第 {key} 项没有对应的交易记录")
            yield fault("M07", f"line/{key}", what, Text("say procurement.source for it", "请填报 procurement.source"))
            continue
        for share in source.records:
            where, record = f"procurement.source/{key}.{share.record}", check.records.get(share.record)
            if record is None:
                yield fault(
                    "M07", where, Text(f"record {share.record} is not here", f"缺少交易记录 {share.record}"), _RECORD
                )
                continue
            if not record.counts:
                yield fault(
                    "M07",
                    where,
                    Text(f"record {share.record} is {record.status}", f"交易记录 {share.record} 未锁定或已作废"),
                    _LOCK,
                )
            elif record.locked_on is not None and loaded is not None and record.locked_on > loaded:
                yield fault(
                    "M07",
                    where,
                    Text(f"record {share.record} was locked after loading", f"交易记录 {share.record} 在装货后才锁定"),
                    _LOCK,
                )
            if record.market != check.particulars.market_code or share.market != record.market:
                yield fault(
                    "M07",
                    where,
                    Text(f"record {share.record} is another market's", f"交易记录 {share.record} 属于其他市场"),
                    _RECORD,
                )
            if (share.recorded, share.unit) != (
                record.quantity,
                record.unit,
            ) or not 0 < share.quantity <= record.quantity:
                what = Text(
                    f"more of record {share.record} is taken than it holds, or in another unit",
                    f"超出交易记录 {share.record} 的数量或单位不符",
                )
                yield fault(
                    "M07",
                    where,
                    what,
                    Text("take no more than the record's quantity, in its unit", "请按记录的单位且不超过其数量填报"),
                )


_RECORD = Text("name the record of this market and say it here", "请填报本市场的交易记录")
_LOCK = Text("have the market lock it before loading", "请于装货前在市场平台锁定")


def m08(check: Check) -> Seen:
    """Merged lines are those of the simplified declaration; without it every line is one kind."""
    if not check.particulars.simplified:
        for key in check.lines:
            if len({record.hs for record in check.behind(key).values()}) > 1:
                what = Text(
                    f"line {key} merges several kinds, and the declaration is not simplified",
                    f"第 {key} 项合并多种商品，但未选择简化申报",
                )
                yield fault(
                    "M08",
                    f"line/{key}",
                    what,
                    Text("part it by kinds, or choose the simplified declaration", "请按品种分列，或选择简化申报"),
                )
        return
    wanted = check.case.get(LINES)
    if wanted is None:
        yield Text("M08: the lines that the records make are not known", "M08：无法得出应申报的商品项")
        return
    if not wanted.simplified:
        what = Text(
            f"the records hold {wanted.kinds} kinds: too few for the simplified declaration",
            f"交易记录仅 {wanted.kinds} 种商品，不适用简化申报",
        )
        yield fault("M08", "header.simplified", what, Text("declare each kind singly", "请逐项申报"))
    keys = sorted(check.lines, key=lambda key: (len(key), key))
    if len(keys) != len(wanted.lines):
        what = Text(
            f"{len(keys)} lines, where the records make {len(wanted.lines)}",
            f"申报 {len(keys)} 项，按交易记录应为 {len(wanted.lines)} 项",
        )
        yield fault("M08", "line", what, _AGAIN)
    for key, line in zip(keys, wanted.lines, strict=False):
        for told in _unlike(check, key, line):
            yield fault("M08", f"line/{key}", told, _AGAIN)


_AGAIN = Text("draft the lines again from the records", "请依据交易记录重新生成商品项")


def _unlike(check: Check, key: str, wanted: MarketLine) -> Iterator[Text]:
    """Where a line is not the one that the records make."""
    said, source = check.lines[key], check.sources.get(key)
    if said.hs != wanted.hs:
        yield Text(
            f"code {said.hs or '-'}, where the records make {wanted.hs}",
            f"编码 {said.hs or '-'}，按交易记录应为 {wanted.hs}",
        )
    if {share.record for share in source.records} != set(wanted.records) if source else True:
        yield Text("it does not rest on the records that belong in it", "对应的交易记录不符")
    if wanted.quantity is not None and (said.quantity, said.unit) != (wanted.quantity, wanted.unit):
        told = f"{wanted.quantity:f} {wanted.unit}"
        yield Text(f"the quantity should be {told}", f"数量应为 {told}")


def m09(check: Check) -> Seen:
    """Goods under statutory inspection and goods with export duty are not in a merged line."""
    for key in check.lines:
        codes = {record.hs for record in check.behind(key).values()}
        for code in sorted(codes) if len(codes) > 1 else ():
            for why in check.law[code].single if code in check.law else ():
                what = Text(
                    f"line {key} merges what must stand singly: {why.en}",
                    f"第 {key} 项合并了应单独申报的商品：{why.zh}",
                )
                yield fault(
                    "M09", f"line/{key}", what, Text("declare that kind on a line of its own", "请将该商品单独列项申报")
                )


def m10(check: Check) -> Seen:
    """A record stands behind one line; that no other export used it is kept by the ledger when the line is said."""
    lines: dict[tuple[str, str], list[str]] = {}
    for key, source in check.sources.items():
        for share in source.records:
            lines.setdefault((share.market, share.record), []).append(key)
    for (_, record), keys in lines.items():
        if len(keys) > 1:
            what = Text(
                f"record {record} stands behind lines {', '.join(keys)}",
                f"交易记录 {record} 重复用于第 {'、'.join(keys)} 项",
            )
            yield fault("M10", "procurement.source", what, Text("keep it on one line", "请仅保留在一项中"))


def m11(check: Check) -> Seen:
    """A brand that its owner recorded with customs goes with the owner's leave only."""
    unknown = []
    for key in check.lines:
        for number, record in check.behind(key).items():
            if record.authorisation or not record.brand or record.ip_recorded is False:
                continue
            if record.ip_recorded:
                what = Text(
                    f"record {number}: the brand is recorded with customs, and no authorisation is named",
                    f"交易记录 {number}：品牌已在海关备案，未提供授权",
                )
                yield fault(
                    "M11",
                    f"line/{key}.brand",
                    what,
                    Text("get the owner's authorisation, or take the goods out", "请取得权利人授权，或剔除该商品"),
                )
            else:
                unknown.append(number)
    if unknown:
        told = ", ".join(unknown)
        yield Text(
            f"M11: whether the brands of records {told} are recorded with customs",
            f"M11：交易记录 {told} 的品牌是否在海关备案",
        )


def m12(check: Check) -> Seen:
    """Wooden packing carries its treatment mark."""
    packing = check.case.get(PACKING)
    if packing is None:
        yield Text("M12: nothing is said of the packing", "M12：未填报包装")
        return
    if packing.wood_mark:
        return
    row = check.case.read("CN/package_types", check.day, code=packing.package_type) if packing.package_type else None
    if row is None:
        yield Text("M12: whether the packing is of wood is not known", "M12：包装是否为木质未知")
    elif row["wood"]:
        what = Text("wooden packing without a treatment mark", "木质包装未标注除害处理标识")
        yield fault(
            "M12", "header.wood_mark", what, Text("enter the IPPC mark of the packing", "请填写包装上的IPPC标识")
        )


def m13(check: Check) -> Seen:
    """What is declared for a line is near to what the records say was paid."""
    band = check.limit("price_band_percent")
    if band is None:
        yield Text("M13: the band of plausible prices is not on file", "M13：价格合理区间未入库")
        return
    for key, line in check.lines.items():
        declared = amount_of(line)
        if not check.behind(key) or declared is None:
            continue
        paid, sold = check.paid(key), dollars(check.case, [declared], check.day)
        if paid is None or sold is None or paid <= 0:
            yield Text(
                f"M13: the price of line {key} cannot be compared with its records",
                f"M13：第 {key} 项价格无法与交易记录比较",
            )
        elif abs(sold.amount - paid) > paid * band / 100:
            what = Text(
                f"the amount of line {key} is more than {band:f} % off its records",
                f"第 {key} 项金额与交易记录相差超过 {band:f} %",
            )
            yield fault(
                "M13",
                f"line/{key}.amount",
                what,
                Text("correct the amount, or explain the price", "请更正金额或说明价格"),
                "W",
            )


def m14(check: Check) -> Seen:
    """No alert of the screening is open."""
    alerts = check.case.get(ALERTS)
    if alerts is None:
        yield Text("M14: the consignee has not been screened", "M14：收货人尚未筛查")
        return
    if alerts.unscreened:
        yield Text(
            f"M14: lists that hold a declaration back and are not on file, or out of date: {alerts.unscreened}",
            f"M14：未收录或已过期的拦截类名单：{alerts.unscreened} 份",
        )
    if alerts.open or alerts.confirmed:
        what = Text(
            f"{alerts.open + alerts.confirmed} alerts of the screening stand",
            f"名单筛查有 {alerts.open + alerts.confirmed} 项警示未解除",
        )
        yield fault("M14", "party/importer", what, Text("decide on each alert before filing", "请在申报前逐项处理"))


def m15(check: Check) -> Seen:
    """Foreign exchange that came in is for records of this export, and no more than its value with the allowance."""
    receipts = check.case.get(BANK_RECEIPT) or {}
    if not receipts:
        return
    used = {share.record for source in check.sources.values() for share in source.records}
    for reference, settlement in (check.case.get(SETTLEMENT) or {}).items():
        if strange := sorted(set(settlement.records) - used):
            what = Text(
                f"the receipt is for records that stand behind no line: {', '.join(strange)}",
                f"收汇对应的交易记录不在本票：{'、'.join(strange)}",
            )
            yield fault(
                "M15",
                f"procurement.settlement/{reference}",
                what,
                Text("name the records of this export", "请填报本票的交易记录"),
            )
    share = check.limit("market_receipt_share")
    came = dollars(check.case, [one.amount for one in receipts.values()], check.day)
    amounts, unpriced = amounts_of(check.lines)
    value = dollars(check.case, amounts, check.day)
    if share is None or came is None or value is None or unpriced:
        yield Text("M15: the receipts cannot be compared with the value", "M15：收汇金额无法与货值比较")
    elif came.amount > value.amount * (ONE + share):
        what = Text(
            f"more foreign exchange came in than the value and {share * 100:f} %",
            f"收汇金额超过货值的 {(ONE + share) * 100:f} %",
        )
        yield fault(
            "M15",
            "bank.receipt",
            what,
            Text("have the bank link the rest to its own export", "请银行将超出部分对应至相应出口"),
        )


RULES: tuple[Callable[[Check], Seen], ...] = (m01, m02, m03, m04, m05, m06, m07, m08, m09, m10, m11, m12, m13, m14, m15)


def assess(case: Case) -> Answer:
    """Every problem and everything that could not be checked."""
    check = Check(case)
    seen = [one for rule in RULES for one in rule(check)]
    problems = tuple(one for one in seen if isinstance(one, Problem))
    unchecked = tuple(one for one in seen if isinstance(one, Text))
    return found(ModeCheck(problems, unchecked), asks=problems)
