"""The bill of an import entry: every tax by line and in sum, until when it is paid, what being late costs."""

from collections.abc import Iterator, Mapping
from datetime import date

from entrepot.kernel.case import Case, Unmet
from entrepot.kernel.findings import Answer, found, needs_review, no_law, refused
from entrepot.kernel.money import Money
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.vocabulary.customs import ENTRY, ENTRY_LINE, FORMALITIES, STATED_RATES, EntryLine, Formalities
from entrepot.kernel.vocabulary.decisions import OFFER, BillLine, DutyBill, DutyOffer, Treatment
from entrepot.kernel.vocabulary.goods import LINE
from entrepot.kernel.vocabulary.trade import TRANSPORT
from entrepot.modules.duty.facts import Dutiable
from entrepot.modules.duty.rules.deadlines import due
from entrepot.modules.duty.rules.exchange import law_day, rate_day
from entrepot.modules.duty.rules.offer import destination
from entrepot.modules.duty.rules.stated import holds
from entrepot.modules.duty.rules.taxes import assessed, payable


def assess_bill(case: Case) -> Answer:
    """What the importer owes for the entry, each line under the treatment claimed, else under its best."""
    entry, own, offers = case[ENTRY], case[ENTRY_LINE], case[OFFER]
    card = destination(case, entry.country)
    if card is None:
        return no_law(Text(f"no tariff of {entry.country} is on file", f"没有 {entry.country} 的关税税则"))
    if lacking := [key for key in own if key not in offers]:
        raise Unmet(OFFER, lacking[0])
    chosen = {key: _chosen(offers[key], one) for key, one in own.items()}
    day, formalities = law_day(entry, card), case[FORMALITIES]
    if problems := (*_faults(chosen, offers), *_unpayable(formalities, day)):
        return refused(problems)
    lines = [_dutiable(case, key, offers[key], treatment) for key, treatment in chosen.items()]
    transport = case.get(TRANSPORT)
    owed = assessed(case, card, day, lines, transport.mode if transport is not None else "")
    value = Money(sum(line.value.minor for line in lines), str(card.traits["currency"]))
    terms = due(case, card, entry, formalities, value, payable(owed.taxes))
    bill = DutyBill(
        entry.country, entry.day, value,
        {line.key: BillLine(line.code, line.treatment, _rate(chosen[line.key]), line.value) for line in lines},
        owed.taxes, owed.total, rate_day(case, card, day), terms.declare_by, terms.pay_by, terms.per_day, terms.late_fee,
        terms.surcharge, terms.interest, terms.reclaim_by,
    )  # fmt: skip
    reasons = [*owed.conditions, *terms.conditions, *_left_out(case)]
    if not case.knows(f"{card.name}/measures") and not any(line.stated for line in lines):
        reasons.append(
            Text(
                f"trade measures of {card.name} are not on file: anti-dumping and the like are not in the bill",
                f"{card.name} 的贸易救济措施未入库：税单不含反倾销税等",
            )
        )
    return needs_review(bill, *reasons) if reasons else found(bill)


def _chosen(offer: DutyOffer, own: EntryLine) -> Treatment | None:
    wanted = own.treatment or offer.best
    same = [one for one in offer.treatments if one.code.partition("/")[0] == wanted or one.code == wanted]
    return next((one for one in same if one.available), same[0] if same else None)


def _faults(chosen: Mapping[str, Treatment | None], offers: Mapping[str, DutyOffer]) -> Iterator[Problem]:
    for key, treatment in chosen.items():
        where = f"import.line/{key}.treatment"
        if treatment is None and not offers[key].best:
            told = [(one.name, why) for one in offers[key].treatments for why in one.missing[:1]]
            en = "; ".join(f"{name.en}: {why.en}" for name, why in told[:3])
            zh = "；".join(f"{name.zh}：{why.zh}" for name, why in told[:3])
            yield Problem(
                "D028", where, Text(f"no treatment can be had as things stand: {en}", f"目前没有可适用的待遇：{zh}"),
                Text("bring what is missing", "请补齐所缺条件"),
            )
        elif treatment is None:
            yield Problem(
                "D019", where, Text("the tariff shows no such treatment that can be had", "税则没有可适用的该项待遇"),
                Text("see duty.offer for the treatments of this line", "请参见该项的关税比较"),
            )
        elif not treatment.available:
            missing = treatment.missing[0] if treatment.missing else treatment.name
            yield Problem(
                "D020", where, Text(f"{treatment.name.en} cannot be had: {missing.en}", f"{treatment.name.zh}无法适用：{missing.zh}"),
                Text("bring what is missing, or claim another", "请补齐所缺条件，或改用其他待遇"),
            )


def _left_out(case: Case) -> Iterator[Text]:
    """Lines of goods that nobody has said to be entered: they are not in the bill."""
    for key in case.get(LINE) or ():
        if key not in case[ENTRY_LINE]:
            yield Text(f"line {key} is not in the bill: its code for the import is not said", f"第 {key} 项未计入税单：尚未填报进口税号")


def _unpayable(formalities: Formalities, day: date) -> Iterator[Problem]:
    rate, first, paid = formalities.deferral_rate, formalities.bonded_from, formalities.paid_on
    if paid is not None and paid < day:
        yield Problem(
            "D024", "formalities.paid_on", Text(f"paid on {paid}, before the entry on {day}", f"缴税日 {paid} 早于进口日 {day}"),
            Text("correct the day", "请更正日期"),
        )
    if rate is not None and not (rate.is_finite() and 0 <= rate <= 1):
        yield Problem(
            "D024", "formalities.deferral_rate", Text(f"a yearly rate of {rate} is no fraction", f"年利率 {rate} 不是小数"),
            Text("write 0.35 % as 0.0035", "0.35% 请写作 0.0035"),
        )
    if first is not None and first > day:
        yield Problem(
            "D024", "formalities.bonded_from", Text(f"bonded from {first}, after {day}", f"保税起始日 {first} 晚于 {day}"),
            Text("correct the day", "请更正日期"),
        )


def _dutiable(case: Case, key: str, offer: DutyOffer, treatment: Treatment | None) -> Dutiable:
    line, stated = case.at(LINE, key), case.at(STATED_RATES, key)
    if line is None or treatment is None:
        raise Unmet(LINE, key)
    current = stated if stated is not None and holds(stated, offer.day) else None
    return Dutiable(
        key, offer.code, line, offer.value, treatment.code.partition("/")[0], treatment.duty, treatment.measures, current
    )


def _rate(treatment: Treatment | None) -> str:
    return "" if treatment is None else treatment.rate
