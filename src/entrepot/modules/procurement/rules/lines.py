"""The lines that the transaction records make."""

from entrepot.kernel.case import Case
from entrepot.kernel.findings import Answer, found, needs_review, no_law, refused
from entrepot.kernel.money import Money
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.vocabulary.customs import PARTICULARS
from entrepot.modules.procurement.facts import RECORD, MarketLines, MarketRecord
from entrepot.modules.procurement.rules.kinds import kinds_of, market_lines
from entrepot.modules.procurement.rules.law import MERGING, limit, not_on_file, treated

KG_CODE = "035"


def assess_lines(case: Case) -> Answer:
    """The lines of the declaration out of the locked records, singly or by the simplified declaration."""
    said, particulars = case[RECORD], case.get(PARTICULARS)
    day = particulars.declared_on if particulars is not None and particulars.declared_on is not None else case.today
    records = {number: record for number, record in said.items() if record.counts}
    left_out = {number: _status(record) for number, record in said.items() if not record.counts}
    if problems := tuple(_unfit(records)):
        return refused(problems)
    if not records:
        return refused((_none_locked(),))
    most = limit(case, day, "market_single_lines")
    if most is None:
        return no_law(Text("how many kinds are declared singly is not on file", "逐项申报的品种数未入库"))
    law = {code: treated(case, code, day) for code in kinds_of(records)}
    units = {code: case.read("CN/tariff_units", day, hs=code) for code in law}
    weighed = frozenset(code for code, row in units.items() if row is not None and row["unit1"] == KG_CODE)
    singly = frozenset(code for code, one in law.items() if one.single)
    lines = market_lines(records, int(most), singly, weighed)
    total = Money(sum(line.value.minor for line in lines), lines[0].value.currency)
    value = MarketLines(lines, len(law), len(law) > most, total, left_out)
    case.step(
        Text("simplified declaration", "简化申报"), f"the {most:f} most valuable kinds singly, the rest by chapter",
        len(lines), kinds=len(law), singly=", ".join(sorted(singly)) or "-",
    )  # fmt: skip
    conditions: list[Text] = []
    if value.simplified and (gap := not_on_file(law, MERGING)) is not None:
        conditions.append(
            Text(f"not on file, and it decides what may be merged: {gap.en}", f"未入库，影响可否合并：{gap.zh}")
        )
    for line in lines:
        if line.quantity is None:
            conditions.append(
                Text(
                    f"{line.hs}: the records have several units, and not all of them a weight",
                    f"{line.hs}：记录单位不一，且部分无净重",
                )
            )
    return needs_review(value, *conditions) if conditions else found(value)


def _unfit(records: dict[str, MarketRecord]) -> list[Problem]:
    """What keeps records from being added up."""
    problems = []
    currencies = sorted({record.total.currency for record in records.values()})
    if len(currencies) > 1:
        problems.append(
            Problem(
                "M08", "procurement.record", Text(f"records are in {', '.join(currencies)}", f"交易记录币种不一：{'、'.join(currencies)}"),
                Text("have the market record them in one currency", "请在市场平台以同一币种登记"),
            )
        )  # fmt: skip
    for number, record in records.items():
        if record.quantity <= 0 or record.total.minor <= 0:
            problems.append(
                Problem(
                    "M07", f"procurement.record/{number}", Text("quantity or total is not above zero", "数量或总价不大于零"),
                    Text("correct the record at the market", "请在市场平台更正交易记录"),
                )
            )  # fmt: skip
        if len(record.hs) < 4 or not record.hs.isdigit():
            problems.append(
                Problem(
                    "M07", f"procurement.record/{number}.hs", Text(f"{record.hs[:20]!r} is no code", f"{record.hs[:20]!r} 不是商品编码"),
                    Text("write the 10 digits of the goods code", "请填写10位商品编码"),
                )
            )  # fmt: skip
    return problems


def _none_locked() -> Problem:
    return Problem(
        "M07",
        "procurement.record",
        Text("no record is locked", "没有已锁定的交易记录"),
        Text("lock the records at the market before the goods are loaded", "请在装货前于市场平台锁定交易记录"),
    )


def _status(record: MarketRecord) -> Text:
    return Text("void", "已作废") if record.status == "void" else Text("a draft, not locked", "草稿，未锁定")
