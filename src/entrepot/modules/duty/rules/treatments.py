"""Which rates the tariff shows for these goods on that day, and what is missing to have each."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from msgspec import structs

from entrepot.kernel.case import Case
from entrepot.kernel.days import add_months
from entrepot.kernel.law import Row
from entrepot.kernel.rates import write_duty
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.customs import Proof, StatedRates
from entrepot.kernel.vocabulary.decisions import OriginDecision
from entrepot.kernel.vocabulary.goods import GoodsLine
from entrepot.kernel.vocabulary.trade import Leg, Transport
from entrepot.modules.duty.facts import Option, Standing
from entrepot.modules.duty.rules.stated import apart, strangers
from entrepot.modules.duty.rules.stated import rates as rates_stated
from entrepot.modules.duty.rules.stated import told as stated_told

EVERY_ORIGIN = "*"
# The tables of units count pieces where a tariff counts numbers.
_TARIFF_UNITS = {"piece": "no"}
IN_QUOTA, OUT_OF_QUOTA = "in_quota", "out_of_quota"
# Where the agreement's own pack says nothing of what may be done on the way.
NEUTRAL = frozenset({"unloading", "reloading", "transhipment", "transshipment", "storing", "storage", "preserving"})
FORMS = {
    "certificate": Text("certificate of origin", "原产地证书"),
    "approved_exporter_declaration": Text("declaration by an approved exporter", "经核准出口商原产地声明"),
    "declaration": Text("declaration of origin", "原产地声明"),
}
# Marks beside a criterion on a proof: accumulation and de minimis.
_BESIDE = frozenset({"ACU", "DMI"})


def tariff_of(case: Case, pack: str) -> str:
    """The table of a country's tariff: `tariff` where it is on file as a whole, else `tariff_lines`, the lines known of it."""
    whole = f"{pack}/tariff"
    return whole if case.knows(whole) else f"{pack}/tariff_lines"


def in_season(season: str, day: date) -> bool:
    """Whether a day falls in `MM-DD..MM-DD`, both included, perhaps over the new year; an empty season is all year.

    29 February as last day stands for the last day of February in every year.
    """
    if not season:
        return True
    first, last = season.split("..")
    here = f"{day:%m-%d}"
    return first <= here <= last if first <= last else here >= first or here <= last


def options(
    case: Case, pack: str, day: date, code: str, origin: str, condition: str, stated: StatedRates | None = None
) -> tuple[Option, ...]:
    """The rates open to goods of this origin, bracketed ones left out; what a treatment replaces goes out with it. Where the
    tariff is silent on a treatment, the rate that the declarant states stands in for it, and says so."""
    eligible, tariff = _eligible(case, pack, day, origin), tariff_of(case, pack)
    found: list[Option] = []
    for treatment in eligible:
        rates = case.rows(tariff, day, code=code, treatment=treatment)
        said = [] if rates or stated is None else rates_stated(stated, treatment)
        chosen = list(_chosen([row for row in rates or said if in_season(row.keys["season"], day)], condition))
        row = case.read(f"{pack}/treatments", day, treatment=treatment) if chosen else None
        if row is not None:
            told = (stated_told(stated),) if said and stated else ()
            found += [_option(row, rate, quota_missing, told) for rate, quota_missing in chosen]
    if stated is not None:
        found = [_compared(option, stated) for option in found] + list(_strangers(case, pack, day, stated, eligible, condition))
    replaced = {option.treatment["replaces"] for option in found if not option.quota_missing}
    return tuple(
        [option for option in found if option.treatment.keys["treatment"] not in replaced and _applied(case, option)]
    )


def _option(treatment: Row, rate: Row, quota_missing: bool, told: tuple[Text, ...]) -> Option:
    name = Text(treatment["name_en"], treatment["name_zh"])
    if rate.keys["condition"] == IN_QUOTA:
        name = Text(f"{name.en}, in quota", f"{name.zh}（配额内）")
    text = str(rate["text"]) if rate["duty"] is None else write_duty(rate["duty"])
    return Option(treatment, rate, name, text, quota_missing, told)


def _eligible(case: Case, pack: str, day: date, origin: str) -> list[str]:
    """The treatments open to an origin; one that is open only unless another is goes out where that other is open."""
    rows = [
        row
        for whose in dict.fromkeys((EVERY_ORIGIN, origin))
        if whose
        for row in case.rows(f"{pack}/eligible", day, origin=whose)
    ]
    open_to = dict.fromkeys(row.keys["treatment"] for row in rows)
    shut = {row.keys["treatment"] for row in rows if row.values.get("unless") in open_to}
    return [treatment for treatment in open_to if treatment not in shut]


def _strangers(
    case: Case, pack: str, day: date, stated: StatedRates, eligible: Iterable[str], condition: str
) -> Iterator[Option]:
    """Stated rates of treatments that the pack does not know: that they are open to the origin is the declarant's word."""
    for treatment, rates in strangers(case, pack, day, stated, eligible):
        name = treatment["name_en"]
        told = (
            stated_told(stated),
            Text(f"that {name} is open to goods of this origin", f"该原产地货物可适用 {name}"),
        )
        for rate, quota_missing in _chosen(rates, condition):
            yield _option(treatment, rate, quota_missing, told)


def _compared(option: Option, stated: StatedRates) -> Option:
    difference = None if option.told else apart(option, stated)
    return option if difference is None else structs.replace(option, told=(difference,))


def _chosen(rates: Sequence[Row], condition: str) -> Iterator[tuple[Row, bool]]:
    """The rate for the entry's tariff-quota condition, and beside it a quota rate that was not asked for."""
    by_condition = {row.keys["condition"]: row for row in rates}
    order = (IN_QUOTA, "", OUT_OF_QUOTA) if condition == IN_QUOTA else (OUT_OF_QUOTA, "")
    yield from [(by_condition[one], False) for one in order if one in by_condition][:1]
    if condition != IN_QUOTA and IN_QUOTA in by_condition:
        yield by_condition[IN_QUOTA], True


def _applied(case: Case, option: Option) -> bool:
    if option.rate["applied"]:
        return True
    case.step(
        Text(option.treatment["name_en"], option.treatment["name_zh"]),
        "printed in brackets: bound, but not applied",
        "left out",
        rate=option.rate.cited(),
    )
    return False


def traded(case: Case, line: GoodsLine, day: date) -> dict[str, Decimal]:
    """What a duty can be charged on, by the tariff's names of units (kg, l, m2, no, pair): the net weight, and the traded
    quantity as the tables of units read its unit."""
    known: dict[str, Decimal] = {}
    if line.quantity is not None and line.unit:
        word = case.read("units/words", day, word=line.unit.upper())
        unit = case.read("units/units", day, code=line.unit if word is None else word["code"])
        if unit is not None and unit["factor"] is not None:
            known[_TARIFF_UNITS.get(unit["base"], unit["base"])] = line.quantity * Decimal(unit["factor"])
            if unit["rec20"] == "PR":
                known["pair"] = line.quantity
    if line.net_kg is not None:
        known["kg"] = line.net_kg
    return known


def standing(
    case: Case, option: Option, decisions: Sequence[OriginDecision], proofs: Mapping[str, Proof], transport: Transport | None,
    line: GoodsLine, key: str, code: str, ends: tuple[str, str], day: date,
) -> Standing:
    """How far the goods are from this treatment. `ends` are the origin and the country of entry (alpha-3)."""
    treatment = option.treatment
    missing: list[Text] = []
    conditions: list[Text] = list(option.told)
    if option.quota_missing:
        missing.append(Text("a share of the tariff quota", "关税配额"))
    if not treatment["preferential"]:
        return Standing(tuple(missing), tuple(conditions))
    agreement = treatment["agreement"]
    decision = next((one for one in decisions if one.agreement == agreement), None)
    closed = _origin(agreement, decision, missing, conditions)
    if decision is not None and not closed:
        missing += _other_goods(line.hs, code)
    fit, unfit = _proofs(treatment, proofs, line, key, code, day)
    if not fit:
        forms = _forms(treatment)
        missing += unfit or [Text(f"a proof of origin under {agreement}: {forms.en}", f"{agreement} 原产地证明（{forms.zh}）")]
    else:
        conditions += _proof_conditions(case, agreement, fit, day)
    if fit and decision is not None and decision.criterion and not any(_says(proof, decision.criterion) for proof in fit):
        conditions.append(
            Text(
                f"the proof says criterion {fit[0].criterion}, the decision {decision.criterion}",
                f"证明所载原产地标准为 {fit[0].criterion}，判定为 {decision.criterion}",
            )
        )
    _direct(case, agreement, day, transport, ends, missing, conditions)
    return Standing(tuple(missing), tuple(conditions), closed)


def _origin(agreement: str, decision: OriginDecision | None, missing: list[Text], conditions: list[Text]) -> bool:
    """Adds what the origin decision leaves open; True where it shuts the door."""
    if decision is None:
        missing.append(Text(f"a decision on origin under {agreement}", f"{agreement} 原产地判定"))
        return False
    if decision.outcome == "not_originating":
        missing.append(Text(f"origin: the goods do not originate under {agreement}", f"货物不具备 {agreement} 原产资格"))
        missing.extend(decision.missing)
        return True
    if decision.outcome == "conditional":
        conditions.extend(decision.conditions or (Text("the origin decision is conditional", "原产地判定附有条件"),))
        missing.extend(decision.missing)
    return False


def _other_goods(decided: str, entered: str) -> Iterator[Text]:
    """That origin is decided for other goods than those entered, by the first six digits, which all countries share."""
    hs6 = "".join(part for part in decided if part.isalnum())[:6]
    if len(hs6) == 6 and hs6 != entered[:6]:
        yield Text(
            f"one HS code for the goods: origin is decided for {hs6}, the entry names {entered[:6]}",
            f"统一税目：原产地按 {hs6} 判定，进口申报税目为 {entered[:6]}",
        )


def _proof_conditions(case: Case, agreement: str, fit: Sequence[Proof], day: date) -> Iterator[Text]:
    """What a treatment rests on where no proof carries it without more: a form that not every Party has opened, or a proof
    that stands on another (RCEP Arts. 3.16(2) and 3.19)."""
    table = f"{agreement}/proofs"
    if case.knows(table):
        forms = {proof.form: case.read(table, day, form=proof.form) for proof in fit}
        if not any(row is not None and row["open"] for row in forms.values()):
            told = [_named_form(form) for form in forms]
            en, zh = ", ".join(one.en for one in told), "、".join(one.zh for one in told)
            yield Text(
                f"that both countries have opened this form under {agreement}: {en}",
                f"{agreement} 项下两国均已实施该形式的原产地证明：{zh}",
            )
    if all(proof.back_to_back for proof in fit):
        yield Text(
            "that the original proof behind the back-to-back proof is valid on that day", "背对背原产地证明所依据的原始证明在该日有效"
        )


def _says(proof: Proof, found: str) -> bool:
    """Whether a proof names no criterion, or one of those that were found; what stands beside a criterion is none."""
    stated = _criteria(proof.criterion)
    return not stated or not _criteria(found) or stated <= _criteria(found)


def _criteria(words: str) -> frozenset[str]:
    return frozenset(words.upper().replace(",", " ").replace("/", " ").split()) - _BESIDE


def _forms(treatment: Row) -> Text:
    """The forms of proof that a treatment takes, in words."""
    names = [_named_form(form) for form in treatment["proof"]]
    return Text(" or ".join(name.en for name in names), "或".join(name.zh for name in names))


def _named_form(form: str) -> Text:
    return FORMS.get(form, Text(form, form))


def _proofs(
    treatment: Row, proofs: Mapping[str, Proof], line: GoodsLine, key: str, code: str, day: date
) -> tuple[list[Proof], list[Text]]:
    """The proofs that bear this line out on the day of entry, and why the others under the agreement do not."""
    fit: list[Proof] = []
    unfit: list[Text] = []
    for number, proof in proofs.items():
        if proof.agreement != treatment["agreement"] or (proof.lines and key not in proof.lines):
            continue
        faults = list(_proof_faults(treatment, proof, line, key, code, day))
        if faults:
            unfit += [Text(f"proof {number}: {fault.en}", f"证明 {number}：{fault.zh}") for fault in faults]
        else:
            fit.append(proof)
    return fit, unfit


def _proof_faults(treatment: Row, proof: Proof, line: GoodsLine, key: str, code: str, day: date) -> Iterable[Text]:
    if proof.form not in treatment["proof"]:
        said, forms = _named_form(proof.form), _forms(treatment)
        yield Text(f"its form, {said.en}, is not admitted, only {forms.en}", f"不接受{said.zh}，仅限{forms.zh}")
    last = add_months(proof.issued_on, treatment["proof_months"])
    if day > last:
        yield Text(f"its validity ended on {last}, before the entry on {day}", f"有效期至 {last}，早于进口日 {day}")
    if proof.issued_on > day:
        yield Text(f"issued on {proof.issued_on}, after the entry on {day}", f"签发日 {proof.issued_on} 晚于进口日 {day}")
    hs6 = "".join(part for part in proof.hs6.get(key, "") if part.isalnum())[:6]
    if hs6 and hs6 != code[:6]:
        yield Text(f"it names HS {hs6}, the entry {code[:6]}", f"证明税目 {hs6}，进口申报税目 {code[:6]}")
    covered = proof.quantities.get(key)
    if covered is not None and line.quantity is not None and covered < line.quantity:
        yield Text(f"it covers {covered:f} of {line.quantity:f} {line.unit}", f"证明数量 {covered:f} 少于 {line.quantity:f} {line.unit}")


def _direct(
    case: Case, agreement: str, day: date, transport: Transport | None, ends: tuple[str, str], missing: list[Text],
    conditions: list[Text],
) -> None:
    """Direct carriage: shown by a route without third countries, or by a through bill or customs control in them."""
    if transport is None or not (transport.legs or transport.through_bill or transport.bill_no):
        conditions.append(
            Text("direct carriage is assumed: no transport document or route is on file", "假定直接运输：尚无运输单证或路线")
        )
        return
    for leg in transport.legs:
        if leg.country and leg.country not in ends:
            place = leg.place or leg.country
            if worked := [one for one in leg.operations if not _neutral(case, agreement, day, one)]:
                done = ", ".join(worked)
                missing.append(
                    Text(
                        f"direct carriage: {done} at {place} must be no more than logistics",
                        f"直接运输：在 {place} 的 {done} 须仅属物流作业",
                    )
                )
            elif leg.customs_control is False:
                missing.append(
                    Text(f"direct carriage: the goods left customs control at {place}", f"不符合直接运输：货物在 {place} 脱离海关监管")
                )
            elif not transport.through_bill and leg.customs_control is None:
                missing.append(_transit(leg))


def _neutral(case: Case, agreement: str, day: date, said: str) -> bool:
    """Whether an operation on the way leaves direct carriage standing, by the agreement's own list where it is on file."""
    word = "_".join(said.lower().replace("-", " ").replace("_", " ").split()).removeprefix("simple_")
    table = f"{agreement}/direct_consignment"
    if not case.knows(table):
        return word in NEUTRAL
    row = case.read(table, day, operation=word)
    return row is not None and bool(row["allowed"])


def _transit(leg: Leg) -> Text:
    return Text(
        f"evidence of direct carriage through {leg.place} ({leg.country}): a through bill, or that customs kept control",
        f"经 {leg.place}（{leg.country}）转运的直接运输证明：全程提单或海关监管证明",
    )
