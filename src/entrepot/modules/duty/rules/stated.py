"""Rates that a declarant reads from the tariff book, in the shape of rates of law; what rests on them says so."""

from collections.abc import Iterable, Iterator
from datetime import date

from entrepot.kernel.case import Case
from entrepot.kernel.law import Row
from entrepot.kernel.rates import MalformedDuty, parse_duty
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.vocabulary.customs import StatedRates
from entrepot.modules.duty.facts import Option

TABLE = "import.rates"


def holds(stated: StatedRates, day: date) -> bool:
    """Whether what was stated is in force on a day, the first and the last included."""
    return (stated.since is None or stated.since <= day) and (stated.until is None or day <= stated.until)


def told(stated: StatedRates) -> Text:
    """What every answer that rests on stated rates says."""
    return Text(
        f"rates as stated from {stated.source}, not checked against law", f"税率依申报（{stated.source}），未经规则库核对"
    )


def faults(key: str, stated: StatedRates) -> Iterator[Problem]:
    """Duties that are none, rates given twice, a book that is not named."""
    where = f"import.rates/{key}"
    if not stated.source.strip():
        yield Problem(
            "D016", f"{where}.source", Text("the stated rates name no source", "填报的税率没有注明出处"),
            Text("name the tariff book and its page", "请注明税则版本及页码"),
        )
    texts = [*(one.duty for one in stated.rates), *(one.duty for one in stated.measures)]
    for text in dict.fromkeys([*texts, *filter(None, [stated.consumption_tax])]):
        try:
            parse_duty(text)
        except MalformedDuty as error:
            yield Problem(
                "D017", where, Text(f"the duty {text!r} cannot be read: {error}", f"无法识别税率 {text!r}"),
                Text("write it as 6.5%, CNY 1.2/kg, 3% + CNY 0.8/kg or free", "请写作 6.5%、CNY 1.2/kg、3% + CNY 0.8/kg 或 free"),
            )
    if stated.vat is not None and not (stated.vat.is_finite() and 0 <= stated.vat < 1 and stated.vat == round(stated.vat, 6)):
        yield Problem(
            "D017", f"{where}.vat", Text(f"a VAT rate of {stated.vat} is no fraction", f"增值税税率 {stated.vat} 不是小数"),
            Text("write 13 % as 0.13", "13% 请写作 0.13"),
        )
    named = [(one.treatment, one.condition) for one in stated.rates]
    for treatment, condition in sorted({pair for pair in named if named.count(pair) > 1}):
        yield Problem(
            "D018", where,
            Text(f"the rate {treatment} {condition}".rstrip() + " is stated twice", f"税率 {treatment} {condition}".rstrip() + " 重复填报"),
            Text("state each rate once", "每种税率请只填报一次"),
        )


def rates(stated: StatedRates | None, treatment: str) -> list[Row]:
    """The stated rates of a treatment, in an order of their own."""
    if stated is None:
        return []
    return [
        _row(stated, {"treatment": treatment, "season": "", "condition": one.condition},
             {"duty": parse_duty(one.duty), "applied": True, "text": ""})
        for one in sorted(stated.rates, key=lambda one: one.condition)
        if one.treatment == treatment
    ]  # fmt: skip


def unknown_treatments(case: Case, pack: str, day: date, stated: StatedRates) -> list[str]:
    """Stated treatments that are neither the pack's nor an agreement's: slips of the pen, where the pack has a list."""
    if not case.knows(f"{pack}/treatments"):
        return []
    named = sorted({one.treatment for one in stated.rates if not one.agreement})
    return [one for one in named if case.read(f"{pack}/treatments", day, treatment=one) is None]


def strangers(case: Case, pack: str, day: date, stated: StatedRates, known: Iterable[str]) -> Iterator[tuple[Row, list[Row]]]:
    """The stated treatments that the pack does not know at all, each with its rates: an agreement later than the pack."""
    agreements = {one.treatment: one.agreement for one in stated.rates}
    for treatment in sorted(set(agreements) - set(known)):
        if case.read(f"{pack}/treatments", day, treatment=treatment) is None:
            agreement = agreements[treatment]
            values = {
                "name_en": treatment, "name_zh": treatment, "agreement": agreement, "preferential": bool(agreement),
                "replaces": "", "proof": ("certificate", "approved_exporter_declaration", "declaration"), "proof_months": 12,
            }  # fmt: skip
            yield _row(stated, {"treatment": treatment}, values), rates(stated, treatment)


def apart(option: Option, stated: StatedRates) -> Text | None:
    """Where the declarant reads another rate than the one on file; the one on file is used."""
    mine = [row for row in rates(stated, option.treatment.keys["treatment"]) if row.keys["condition"] == option.rate.keys["condition"]]
    if not mine or mine[0]["duty"] == option.rate["duty"]:
        return None
    name = option.treatment
    return Text(
        f"{name['name_en']}: the rate stated from {stated.source} is another than the one on file",
        f"{name['name_zh']}：填报税率（{stated.source}）与库内税率不一致",
    )


def _row(stated: StatedRates, keys: dict[str, str], values: dict[str, object]) -> Row:
    return Row(TABLE, keys, values, stated.since or date.min, stated.until, stated.source, "convention")
