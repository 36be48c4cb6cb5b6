"""The purchase documents behind the goods against the declaration: owner, goods, units, quantities, days - never an amount.

The finding is disclosed to people who may not see the lots, so that no supplier, price or amount stands in any of its texts.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from entrepot.kernel.case import Case
from entrepot.kernel.findings import Answer, found, no_law, not_applicable
from entrepot.kernel.sheet import natural
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.vocabulary.answers import RELEASE
from entrepot.kernel.vocabulary.clearance import PurchaseChain
from entrepot.kernel.vocabulary.customs import ENTERPRISE
from entrepot.kernel.vocabulary.goods import LINE, LOT, GoodsLine, PurchaseLot
from entrepot.kernel.vocabulary.trade import PARTY, TRANSPORT, Party
from entrepot.modules.consistency.facts import DIFFER
from entrepot.modules.consistency.rules.assess import NO_TABLE, papers_of
from entrepot.modules.consistency.rules.likeness import name_grade, words_grade
from entrepot.modules.consistency.rules.measures import amounts, factor
from entrepot.modules.consistency.rules.papers import NotOnFile, Papers, written
from entrepot.modules.consistency.rules.relations import united

_CODE = re.compile(r"[0-9A-Z]{15,20}")
_IDEOGRAPH = re.compile(r"[\u3400-\u9fff]")
MOST_LINES = 1000
_GROUP = re.compile(r"^\*[^*]+\*")  # the tax group in front of the goods on a Chinese invoice
FIX = Text("correct the declaration or the purchase documents before filing", "请在申报前更正报关单或进货凭证")


def bought(case: Case) -> bool:
    """Whether any purchase document is there to look at."""
    return bool(case.standing(LOT))


def assess_purchase(case: Case) -> Answer:
    """R078: whether the purchase documents lead to the owner of the goods and to what is declared."""
    if len(case.standing(LINE)) > MOST_LINES:
        return not_applicable(
            Text(
                "there are more lines than one declaration takes: its parts are checked",
                "商品项超过一票报关单限度：分单后逐票核对",
            )
        )
    papers = papers_of(case)
    try:
        return found(_chain(papers))
    except NotOnFile:
        return no_law(NO_TABLE)


def _chain(papers: Papers) -> PurchaseChain:
    lots, lines, parties = (united(papers, topic) for topic in (LOT, LINE, PARTY))
    named = _owner_named(papers, lots, parties)
    problems = [] if named is not False else [_owner_problem(papers, parties)]
    by_line: dict[str, list[str]] = {}
    for key in sorted(lots, key=natural):
        by_line.setdefault(lots[key].line, []).append(key)
    for line, keys in by_line.items():
        if line in lines:
            behind = {key: lots[key] for key in keys}
            problems += _measures(papers, line, lines[line], behind)
            problems += _goods(papers, line, lines[line], behind)
    problems += _days(papers, lots)
    return PurchaseChain(named, tuple(problems))


# -- the owner ------------------------------------------------------------------------------------------------------------


def _owner(papers: Papers, parties: Mapping[str, Party]) -> Party | None:
    """Who produced the goods or sold them on the home market: the owner named, else the producer, else the exporter."""
    return next((parties[part] for part in ("owner", "producer", "exporter") if part in parties), None)


def _owner_named(papers: Papers, lots: Mapping[str, PurchaseLot], parties: Mapping[str, Party]) -> bool | None:
    """Whether the owner stands on the purchase documents: as seller, or - where it bought the goods itself - as buyer.

    A trading company that is its own owner bought the goods: a document that names no buyer was made out to whoever holds it.
    None where nothing can be compared.
    """
    owner, exporter = _owner(papers, parties), parties.get("exporter")
    if owner is None:
        return None
    standing = papers.case.standing(ENTERPRISE).get("")
    trading = standing is not None and any(value.kind == "trading" for value in standing.values)
    answers: list[bool | None] = []
    for lot in lots.values():
        if lot.document == "none":
            continue
        seller, buyer = _is(papers, owner, lot.supplier), _is(papers, owner, lot.buyer)
        if trading and owner == exporter and not lot.buyer:
            buyer = True
        answers.append(True if seller or buyer else False if False in (seller, buyer) else None)
    if True in answers and False not in answers:
        return True
    return False if False in answers else None


def _is(papers: Papers, party: Party, said: str) -> bool | None:
    """Whether a document means this party: by unified code, else by a name in the same script; None where nobody can tell."""
    text = said.strip().upper()
    if not text:
        return None
    if _CODE.fullmatch(text):
        return text == party.uscc.upper() if party.uscc else None
    spec = papers.relation("purchase_owner")
    names = [name for name in (party.name, party.name_zh) if name and _script(name) == _script(said)]
    if not names:
        return None
    return any(name_grade(name, said, papers.words("legal"), spec.alike) != DIFFER for name in names)


def _script(text: str) -> bool:
    return _IDEOGRAPH.search(text) is not None


def _owner_problem(papers: Papers, parties: Mapping[str, Party]) -> Problem:
    owner = _owner(papers, parties)
    name = (owner.name or owner.name_zh or owner.uscc) if owner is not None else ""
    name_zh = (owner.name_zh or owner.name or owner.uscc) if owner is not None else ""
    what = Text(f"the owner {name} is not on all purchase documents", f"生产销售单位 {name_zh} 未见于全部进货凭证")
    fix = Text("check the owner: the refund may fail", "请核对生产销售单位，否则可能影响退税")
    return _problem(papers, "purchase_owner", "", what, (), fix)


# -- goods, units, quantities, days ---------------------------------------------------------------------------------------


def _measures(papers: Papers, key: str, line: GoodsLine, lots: Mapping[str, PurchaseLot]) -> Iterator[Problem]:
    """Units that measure the same, and quantities that come to the line's."""
    if line.quantity is None or not line.unit:
        return
    total = Decimal(0)
    for place, lot in lots.items():
        share = factor(papers, lot.unit, line.unit)
        if share is None:
            what = Text(
                f"line {key} is declared in {line.unit}, its purchase document in {lot.unit}",
                f"第 {key} 项以 {line.unit} 申报，进货凭证以 {lot.unit} 计量",
            )
            fix = Text("the refund asks for the same unit: correct one of them", "退税要求计量单位一致，请更正其一")
            yield _problem(papers, "purchase_unit", key, what, (place,), fix)
            return
        total += lot.quantity * share
    spec = papers.relation("purchase_quantity")
    if amounts(papers, spec, (total, line.unit), (line.quantity, line.unit)) == DIFFER:
        said, bought = written(line.quantity), written(total)
        what = Text(
            f"line {key} is {said} {line.unit}, its purchase documents come to {bought} {line.unit}",
            f"第 {key} 项为 {said} {line.unit}，进货凭证合计 {bought} {line.unit}",
        )
        yield _problem(papers, "purchase_quantity", key, what, tuple(lots))


def _goods(papers: Papers, key: str, line: GoodsLine, lots: Mapping[str, PurchaseLot]) -> Iterator[Problem]:
    """Goods named alike, where both are named in one language."""
    spec = papers.relation("purchase_goods")
    for place, lot in lots.items():
        said = _GROUP.sub("", lot.goods.strip())
        names = [name for name in (line.description_zh, line.description) if name and _script(name) == _script(said)]
        if said and names and all(words_grade(name, said, {}, spec.alike) == DIFFER for name in names):
            what = Text(
                f"line {key} is {names[0]}, its purchase document says {said}",
                f"第 {key} 项为 {names[0]}，进货凭证所列为 {said}",
            )
            yield _problem(papers, "purchase_goods", key, what, (place,))


def _days(papers: Papers, lots: Mapping[str, PurchaseLot]) -> Iterator[Problem]:
    """Documents made out before the goods leave the country."""
    left = _left_on(papers)
    for key in sorted(lots, key=natural):
        issued = lots[key].issued_on
        if left is not None and issued is not None and issued > left:
            what = Text(
                f"a purchase document of {issued} is younger than the export of {left}",
                f"进货凭证日期 {issued} 晚于出口日期 {left}",
            )
            yield _problem(papers, "purchase_date", lots[key].line, what, (key,))


def _left_on(papers: Papers) -> date | None:
    """The day of export: as customs printed it, else as the loading is planned."""
    releases = papers.case.standing(RELEASE).values()
    printed: list[date] = [value.exported_on for standing in releases for value in standing.values]
    if printed:
        return max(printed)
    transport = papers.case.standing(TRANSPORT).get("")
    planned = papers.leading(TRANSPORT, transport, "loading_on") if transport is not None else None
    left: date | None = planned.value if planned is not None else None
    return left


def _problem(papers: Papers, name: str, key: str, what: Text, lots: tuple[str, ...], fix: Text = FIX) -> Problem:
    spec = papers.relation(name)
    standing = papers.case.standing(LOT)
    documents = []
    for lot in lots:
        for statement in standing[lot].statements:
            origin = papers.origin(statement)
            documents.append(f"{origin.paper} goods.cost/{lot}" if origin.document else f"goods.cost/{lot}")
    return Problem(spec.rule, papers.path(spec, key), what, fix, spec.severity, tuple(documents))
