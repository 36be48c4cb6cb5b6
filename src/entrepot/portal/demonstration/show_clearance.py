"""How the acts of clearance look in a terminal: a table or a few lines for each step, numbers as they were found."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from os.path import relpath
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.answers import Doubt
from entrepot.portal.brief import in_brief
from entrepot.portal.broker.copying import Copied
from entrepot.portal.broker.worklist import STAGES, Work
from entrepot.portal.demonstration.clearance import CONFIRMED, NOT_THEM, Answered
from entrepot.portal.demonstration.story import found
from entrepot.portal.derived import ASKED, DERIVED, TYPED, Sources
from entrepot.portal.market_page import line_cells
from entrepot.portal.orders_said import Told
from entrepot.portal.reading import Found, Reading
from entrepot.portal.terminal import doubt_table, problem_table

Value = Mapping[str, Any]
NO_SCANS = Text(
    "No reader of scans is installed: the packing list goes in as a PDF with text (entrepot[scans] reads the scan)",
    "未安装扫描件识别组件：装箱单改用含文本的 PDF（安装 entrepot[scans] 后可识别扫描件）",
)
SOURCES = {
    "papers": Text("papers", "单证"), "rule": Text("by rule", "规则推导"), "own dossier": Text("own dossier", "本企业档案"),
    "earlier declarations": Text("earlier declarations", "以往报关单"), ASKED: Text("asked", "待询问"), TYPED: Text("by a person", "人工"),
}  # fmt: skip


def _both(text: Text) -> str:
    return f"{escape(text.en)} [dim]{escape(text.zh)}[/dim]"


def _step(console: Console, en: str, zh: str) -> None:
    console.print(f"  [bold]▸ {escape(en)}[/bold] [dim]{escape(zh)}[/dim]")


def without_scans(console: Console) -> None:
    """Why the scan does not go in."""
    console.print(f"  [yellow]{escape(NO_SCANS.en)}[/yellow] [dim]{escape(NO_SCANS.zh)}[/dim]")


def before(console: Console, dossier: str, number: str) -> None:
    """What was on file before the box came in."""
    _step(
        console,
        f"before: the firm's own dossier, and {dossier}, accepted under {number}",
        "此前：企业自身档案与一票已接受的报关单",
    )


def doubts(console: Console, settled: Sequence[tuple[Doubt, str]]) -> None:
    """What could not be read for certain, and what a person saw there."""
    console.print(doubt_table([doubt for doubt, _ in settled]))
    right = sum(doubt.value == text for doubt, text in settled)
    console.print(
        f"    a person looked at the picture: {right} confirmed, {len(settled) - right} corrected · 人工核对图像"
    )


def derived(console: Console, sources: Sources, reading: Reading) -> None:
    """How much of the declaration stands by now, and from where; what is wrong with it."""
    console.print(f"  [bold]▸ the draft 报关单草稿[/bold]  {_shares(sources)}")
    form = found(reading, "declaration.form")
    told = Counter(problem.rule for problem in form.problems)
    rules = ", ".join(rule if times == 1 else f"{rule} × {times}" for rule, times in sorted(told.items()))
    console.print(f"    {len(form.problems)} problems, all at once · 一次列出全部问题: {rules}")


def _shares(sources: Sources) -> str:
    """Counts by source, and the share that no person had to give."""
    parts = ", ".join(
        f"{sources.counted[name]} {SOURCES[name].en} [dim]{SOURCES[name].zh}[/dim]"
        for name in (*DERIVED, ASKED, TYPED)
        if sources.counted[name]
    )
    return f"[bold]{sources.share():.1f} %[/bold] of {sources.counted.total()} fields derived: {parts}"


def differing(console: Console, differ: Sequence[Value], corrected: str, left: Sequence[Any]) -> None:
    """Where papers contradict each other: both papers, both places; then which one was corrected."""
    table = Table(title="Papers that disagree · 单证不一致", title_justify="left")
    for column in ("field · 字段", "says · 内容", "paper · 单证", "place · 位置", "rule"):
        table.add_column(column, overflow="fold")
    for one in differ:
        label = Text(one["label"]["en"], one["label"]["zh"])
        for number, side in enumerate(one["sides"]):
            first = (_both(label), one["rule"]) if number == 0 else ("", "")
            table.add_row(
                first[0], escape(side["value"]), escape(side["paper"]), escape(side.get("place", "")), first[1]
            )
    console.print(table)
    console.print(f"    {corrected} was wrong; the carrier corrected it · 承运人更正提单; {len(left)} left · 剩余")


def answered(console: Console, told: Iterable[Answered], sources: Sources) -> None:
    """What was asked, and what a person answered."""
    table = Table(title="Questions that were left · 待补充的问题", title_justify="left")
    for column in ("asked · 问题", "answered · 回答", "fields · 字段数"):
        table.add_column(column, overflow="fold")
    for one in told:
        values = ", ".join(dict.fromkeys(one.values.values()))
        shown = f"yes, as they stand · 确认 ({one.confirmed})" if one.confirmed else escape(values)
        table.add_row(_both(one.question.ask), shown, str(one.confirmed or one.question.fields))
    console.print(table)
    console.print(f"    {_shares(sources)}")


def hit(console: Console, one: Value, alerts: Value) -> None:
    """A name that looks like a listed one, with its score and the decision."""
    _step(
        console,
        f"screening: {one['said']} is like {one['listed']}, score {one['score']}",
        f"名单筛查：{one['pack']} {one['entry']}",
    )
    for reason in one["reasons"][:2]:
        console.print(f"    {_both(Text(reason['en'], reason['zh']))}")
    console.print(
        f"    decided [green]not them 非同一主体[/green]: {NOT_THEM}; open alerts 待处理: {alerts.get('open', 0)}"
    )


def controls(console: Console, reading: Reading) -> None:
    """What licences say of the lines, the same told once."""
    lines = [one for one in reading.findings if one.topic == "licensing.line"]
    told: Counter[Text] = Counter()
    for one in lines:
        for needed in (one.value or {}).get("requirements", ()):
            told[Text(f"{needed['status']}: {needed['name']['en']}", f"{needed['name']['zh']}")] += 1
        if not (one.value or {}).get("known", True):
            told[Text("which controls apply is not on file: to be looked up", "监管条件未入库：须人工核对")] += 1
    _step(console, f"licences and controls of {len(lines)} lines", f"{len(lines)} 项商品的许可与监管条件")
    for text, times in told.most_common(3):
        console.print(f"    {times} × {_both(text)}")


def form(console: Console, one: Found) -> None:
    """The form as it stands before it is sent."""
    if one.problems:
        console.print(problem_table(one.problems, "The declaration is not right yet"))
        return
    _step(console, f"the form: {one.status.replace('_', ' ')}, nothing blocks", "报关单：无阻断性问题")
    console.print(
        f"    {len(one.reasons)} things not on file were looked up by the declarant · 未入库事项由申报人核对: [dim]{CONFIRMED}[/dim]"
    )


def customs(
    console: Console,
    number: str,
    asked: Value,
    changes: Sequence[tuple[str, str, str]],
    decided: Value,
    refund: Found,
) -> None:
    """What customs answered, what was changed for it, and the end."""
    console.print(f"  [yellow]sandbox customs[/yellow] took it in under {number} · 沙箱海关已接单")
    console.print(f"  [yellow]sandbox customs[/yellow] asks of {asked['field']}: “{asked['question']}” · 海关质疑")
    for path, old, new in changes:
        console.print(f"    answered by an amendment 改单答复: {path} {escape(old)} → {escape(new)}")
    console.print(
        f"    {'allowed 准予' if decided['allowed'] else 'refused 不准'} on {decided['decided_on']}; then released 放行"
    )
    told = in_brief(refund)
    if told is not None:
        console.print(f"    {_both(refund.label)}: {_both(told)} [dim]({refund.status.replace('_', ' ')})[/dim]")


def tally(console: Console, sources: Sources, typed: int, clicked: int) -> None:
    """What it took a person, beside what is on the declaration."""
    total = sources.counted.total()
    console.print(
        f"  [bold green]{total} fields filed; a person typed {typed} values and clicked {clicked} times[/bold green]"
        f" · 共 {total} 项申报内容，人工录入 {typed} 项、点选 {clicked} 次"
    )


# -- other modes ------------------------------------------------------------------------------------------------------------


def market(console: Console, records: int, reading: Reading) -> None:
    """The lines that the records make, and what the rules of the mode say."""
    lines, check, trace = (found(reading, f"procurement.{name}") for name in ("lines", "check", "trace"))
    title = f"1039: {records} records of the market's platform, {lines.value['kinds']} kinds → {len(lines.value['lines'])} lines"
    table = Table(title=f"{title} · 市场采购", title_justify="left")
    for column in ("code · 编码", "goods · 品名", "quantity · 数量", "value · 金额", "records · 记录"):
        table.add_column(column, overflow="fold")
    for line in lines.value["lines"]:
        table.add_row(*line_cells(line, "en"))
    console.print(table)
    problems = check.value.get("problems", ()) if check.value else ()
    stalls = {row["stall"] for row in trace.value["rows"]}
    console.print(f"    rules M01-M15: {len(problems)} broken, {check.status.replace('_', ' ')} · 市场采购规则")
    console.print(
        f"    traced from container {trace.value['rows'][0]['container']} to {len(stalls)} stalls · 追溯至摊位"
    )


def orders(console: Console, told: Sequence[Told], matched: Found) -> None:
    """How a batch of orders agrees with its payments and parcels."""
    by_order: Value = matched.value["orders"]
    differ = {number: one["mismatches"] for number, one in by_order.items() if one.get("mismatches")}
    strays = matched.value.get("strays", ())
    title = f"1210: {len(by_order)} orders, {len(by_order) - len(differ)} agree · {len(differ)} 单不符"
    table = Table("order · 订单", "why · 原因", title=title, title_justify="left")
    for number, reasons in differ.items():
        table.add_row(number, "; ".join(_both(Text(one["what"]["en"], one["what"]["zh"])) for one in reasons))
    for one in strays:
        table.add_row("–", _both(Text(one["what"]["en"], one["what"]["zh"])))
    console.print(table)
    for one in told:
        if one.wrong is not None:
            console.print(
                f"    [red]✗[/red] {one.kind}, line {one.line}: {_both(one.wrong)}; the others went on · 其余照常"
            )


# -- the broker's day ---------------------------------------------------------------------------------------------------------


def copied(console: Console, one: Copied) -> None:
    """What a copy took along."""
    left = ", ".join(sorted({place.partition("/")[0] for place in one.left}))
    _step(
        console,
        f"{one.dossier} begun as a copy: {len(one.copied)} statements; to be said anew: {left}",
        "以复制方式新建业务",
    )


def parted(console: Console, parts: Sequence[Reading]) -> None:
    """A trade that one declaration does not hold."""
    told = []
    for reading in parts:
        lines = sum(fact.topic == "goods.line" for fact in reading.facts)
        told.append(
            f"{reading.dossier} {lines} lines, form {found(reading, 'declaration.form').status.replace('_', ' ')}"
        )
    _step(console, f"declared in parts: {'; '.join(told)}", "超过 50 项，分单申报")


def worklist(console: Console, work: Sequence[Work]) -> None:
    """Every client's trade by how pressing it is."""
    clients = {one.client for one in work}
    table = Table(title=f"{len(work)} trades of {len(clients)} clients · {len(work)} 票业务", title_justify="left")
    for column in ("stage · 状态", "dossier · 案卷", "client · 客户", "lines", "next · 下一步", "due"):
        table.add_column(column, overflow="fold")
    for one in work:
        due = str(one.due) if one.due else ""
        problems = f" ({one.problems} ✗)" if one.problems else ""
        table.add_row(
            _both(STAGES[one.stage]) + problems, one.dossier, escape(one.client), str(one.lines), _both(one.next), due
        )
    console.print(table)


# -- the declaration as messages ----------------------------------------------------------------------------------------------


def written(console: Console, files: Iterable[tuple[Path, tuple[Text, ...]]]) -> None:
    """The files, and what each format has no place for, lines taken together."""
    table = Table(title="The declaration as messages · 报文", title_justify="left")
    for column in ("file · 文件", "bytes", "no place for · 无法承载"):
        table.add_column(column, overflow="fold")
    for path, lost in files:
        fields = Counter(re.sub(r"^line/\d+\.", "line.", text.en.partition(":")[0]) for text in lost)
        told = ", ".join(name if times == 1 else f"{name} × {times}" for name, times in fields.items())
        table.add_row(relpath(path), f"{path.stat().st_size:,}", escape(told))
    console.print(table)
