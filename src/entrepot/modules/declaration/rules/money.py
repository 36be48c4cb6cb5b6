"""Rules on the trade term, freight, insurance, currencies and totals."""

from collections.abc import Iterator
from decimal import Decimal

from entrepot.kernel.exchange import exchanged
from entrepot.kernel.money import Money
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.trade import Charge
from entrepot.modules.declaration.rules.check import FormCheck
from entrepot.modules.declaration.rules.price import CFR, CI, CIF, EXW, FOB, PER_TONNE, RATE, TOTAL, charge_amount
from entrepot.modules.declaration.rules.rule import Fault, Gap, NotOnFile, Seen, plain, rule

TERMS = {CIF: "CIF", CFR: "C&F", FOB: "FOB", CI: "C&I", EXW: "EXW"}
_WORDS = {"freight": "运费", "insurance": "保费"}


def _has(charge: Charge | None) -> bool:
    return charge is not None and charge.value != 0


def _shown(charge: Charge | None) -> str:
    if charge is None:
        return "-"
    unit = {RATE: " %", PER_TONNE: f" {charge.currency}/t"}.get(charge.mark, f" {charge.currency}")
    return f"{plain(charge.value)}{unit}"


def _unlike(form: FormCheck, *, freight: bool, insurance: bool) -> Iterator[Fault]:
    """Where freight and insurance are not as the trade term asks: present, or empty."""
    term = TERMS.get(form.header.trade_term, form.header.trade_term)
    flow = ("export", "出口") if form.flow == "E" else ("import", "进口")
    charges = form.form.charges
    for field, charge, due in (("freight", charges.freight, freight), ("insurance", charges.insurance, insurance)):
        zh = _WORDS[field]
        if due and not _has(charge):
            yield Fault(
                f"header.{field}",
                Text(f"{term} {flow[0]}: {field} is missing", f"{term} {flow[1]}：缺少{zh}"),
                Text(f"enter the {field} of the main carriage", f"请填写国际运输{zh}"),
            )
        elif not due and _has(charge):
            yield Fault(
                f"header.{field}",
                Text(
                    f"{term} {flow[0]} must not show {field} {_shown(charge)}",
                    f"{term} {flow[1]}不应填写{zh} {_shown(charge)}",
                ),
                Text(f"clear the {field}, or change the trade term", f"请删除{zh}或更改成交方式"),
            )


@rule("R028", "E", "成交方式代码有效", element="090")
def r028(form: FormCheck) -> Seen:
    """The trade term is one of the codes of the form."""
    code, incoterm = form.header.trade_term, form.terms.incoterm
    if code and form.law("CN/trade_terms", code=code) is not None:
        return
    if incoterm and not code:
        form.law("incoterms/risk", rule=incoterm.upper())  # without that table nothing can be said of an Incoterms rule
    yield Fault(
        "header.trade_term",
        Text(f"trade term {incoterm or '(empty)'} is not known", f"成交方式 {incoterm or '（空）'} 未知"),
        Text("state the Incoterms rule of the contract, such as FOB or CIF", "请填写合同的国际贸易术语，如 FOB 或 CIF"),
    )


@rule("R029", "E", "进口 FOB、EXW 须填运费和保费", element="117", flow="I")
def r029(form: FormCheck) -> Seen:
    """An FOB or EXW import shows freight and insurance."""
    if form.header.trade_term in (FOB, EXW):
        yield from _unlike(form, freight=True, insurance=True)


@rule("R030", "E", "进口 C&F 只填保费", element="117", flow="I")
def r030(form: FormCheck) -> Seen:
    """A C&F import shows insurance and no freight."""
    if form.header.trade_term == CFR:
        yield from _unlike(form, freight=False, insurance=True)


@rule("R031", "E", "进口 CIF 不填运费和保费", element="117", flow="I")
def r031(form: FormCheck) -> Seen:
    """A CIF import shows neither freight nor insurance: the price holds them."""
    if form.header.trade_term == CIF:
        yield from _unlike(form, freight=False, insurance=False)


@rule("R032", "E", "进口 C&I 只填运费", element="117", flow="I")
def r032(form: FormCheck) -> Seen:
    """A C&I import shows freight and no insurance."""
    if form.header.trade_term == CI:
        yield from _unlike(form, freight=True, insurance=False)


@rule("R033", "E", "出口 FOB 不填运费和保费", element="117", flow="E")
def r033(form: FormCheck) -> Seen:
    """An FOB or EXW export shows neither freight nor insurance: the seller bears no main carriage."""
    if form.header.trade_term in (FOB, EXW):
        yield from _unlike(form, freight=False, insurance=False)


@rule("R034", "E", "出口 CIF 填运费和保费，C&F 只填运费，C&I 只填保费", element="117", flow="E")
def r034(form: FormCheck) -> Seen:
    """An export shows what its price holds: CIF freight and insurance, C&F freight alone, C&I insurance alone."""
    term = form.header.trade_term
    if term in (CIF, CFR, CI):
        yield from _unlike(form, freight=term != CI, insurance=term != CFR)


def _implausible(form: FormCheck, charge: Charge, marks: str) -> bool:
    if charge.mark not in marks or charge.value <= 0:
        return True
    if charge.mark == RATE:
        return charge.value > 100
    return form.law("CN/currencies", code=charge.currency) is None


@rule("R035", "E", "运费标记 1、2、3 及其数值、币制合理", element="117")
def r035(form: FormCheck) -> Seen:
    """Freight is a rate up to 100 %, a price per tonne or a total, in a known currency."""
    charge = form.form.charges.freight
    if charge is not None and charge.value != 0 and _implausible(form, charge, RATE + PER_TONNE + TOTAL):
        yield Fault(
            "header.freight",
            Text(
                f"freight mark {charge.mark} with value {_shown(charge)} is not plausible",
                f"运费标记 {charge.mark}、数值 {_shown(charge)} 不合理",
            ),
            Text(
                "use 1 for a rate of 0-100 %, 2 for a price per tonne, 3 for a total with its currency",
                "1 为费率（0-100%），2 为每吨单价，3 为总价并注明币制",
            ),
        )


@rule("R036", "E", "保费标记为 1 或 3", element="181")
def r036(form: FormCheck) -> Seen:
    """Insurance is a rate or a total, in a known currency."""
    charge = form.form.charges.insurance
    if charge is not None and charge.value != 0 and _implausible(form, charge, RATE + TOTAL):
        yield Fault(
            "header.insurance",
            Text(
                f"insurance mark {charge.mark} with value {_shown(charge)} is not plausible",
                f"保费标记 {charge.mark}、数值 {_shown(charge)} 不合理",
            ),
            Text("use 1 for a rate or 3 for a total with its currency", "请使用 1（费率）或 3（总价并注明币制）"),
        )


def _percent(form: FormCheck, charge: Charge | None) -> Decimal | Gap | None:
    """A charge in per cent of the goods' value; None where there is nothing to compare."""
    total = form.form.invoice_total
    if charge is None or charge.value == 0:
        return None
    if charge.mark == RATE:
        return charge.value
    if total is None or total.minor <= 0:
        return None
    value = exchanged(form.case, total, charge.currency, form.day, "CN", "CNY") if charge.currency else None
    if value is None:
        told = f"{charge.currency or '-'}, {total.currency}"
        return Gap(
            Text(
                f"charge and goods are in currencies without a rate on file ({told})",
                f"费用与货值币制无折算汇率（{told}）",
            )
        )
    amount = charge_amount(charge, value.amount, form.form.packing.gross_kg)
    return None if amount is None else amount * 100 / value.amount


@rule("R037", "W", "保费占货值的比例在合理范围", element="181")
def r037(form: FormCheck) -> Seen:
    """Insurance lies within the usual share of the goods' value."""
    share = _percent(form, form.form.charges.insurance)
    if isinstance(share, Gap):
        yield share
        return
    low, high = form.limit("insurance_percent_low"), form.limit("insurance_percent_high")
    if share is not None and not low <= share <= high:
        told = plain(share.quantize(Decimal("0.0001")))
        yield Fault(
            "header.insurance",
            Text(
                f"insurance is {told} % of the value, usual is {plain(low)} to {plain(high)} %",
                f"保费为货值的 {told}%，通常为 {plain(low)}% 至 {plain(high)}%",
            ),
            Text("confirm it, or correct the amount", "请确认或更正金额"),
        )


@rule("R038", "W", "运费占货值的比例不超过限度", element="117")
def r038(form: FormCheck) -> Seen:
    """Freight is not more than the usual share of the goods' value."""
    share = _percent(form, form.form.charges.freight)
    if isinstance(share, Gap):
        yield share
    elif share is not None and share > (most := form.limit("freight_percent_high")):
        told = plain(share.quantize(Decimal("0.01")))
        yield Fault(
            "header.freight",
            Text(
                f"freight is {told} % of the goods' value, usual is up to {plain(most)} %",
                f"运费为货值的 {told}%，通常不超过 {plain(most)}%",
            ),
            Text("confirm it, or correct the amount", "请确认或更正金额"),
        )


@rule("R039", "E", "币制代码有效；一票多币制请确认", element="135")
def r039(form: FormCheck) -> Seen:
    """Currencies are known; several on one form are confirmed."""
    lines = form.form.lines
    currencies = {line.total.currency for line in lines if line.total is not None}
    currencies |= {line.unit_price.currency for line in lines if line.unit_price is not None}
    for currency in sorted(currencies):
        if form.law("CN/currencies", code=currency) is None:
            yield Fault(
                f"line/{_first_in(form, currency)}",
                Text(f"currency {currency} is not known", f"币制 {currency} 未知"),
                Text("use the three-letter code, such as USD", "请使用三位字母代码，如 USD"),
            )
    if len(currencies) > 1:
        told = ", ".join(sorted(currencies))
        yield Fault(
            "header.currency",
            Text(f"several currencies on one form: {told}", f"一票报关单有多种币制：{told}"),
            Text("confirm that the invoice is so, or correct the lines", "请确认发票如此，或更正商品项"),
            severity="W",
        )


@rule(
    "R058",
    "E",
    "免交原产地证明的货值不超过限额",
    element="D005",
    source="the agreement's rule on waiver of proof (RCEP Art. 3.22)",
)
def r058(form: FormCheck) -> Seen:
    """A consignment that claims an agreement's rate without a proof of origin is worth no more than may pass so.

    On import the amount that China has set (`CN/limits`, GACC Order 255 for RCEP) counts before that of the agreement, which lets
    the importing country set a higher one. Goods count by their price on the form.
    """
    agreement = form.form.particulars.origin_waiver
    if not agreement:
        return
    lines = {
        key: line
        for key, line in zip(form.keys, form.form.lines, strict=True)
        if not line.certificate and form.law(f"{agreement}/parties", country=line.origin_country) is not None
    }
    if not lines:
        yield Fault(
            "header.origin_waiver",
            Text(
                f"no line without a proof originates in a party to {agreement}",
                f"没有原产于 {agreement} 成员的无证商品项",
            ),
            Text("take the claim back", "请撤销免证声明"),
        )
        return
    limit = _waiver(form, agreement)
    value = Decimal(0)
    for line in lines.values():
        dollars = None if line.total is None else exchanged(form.case, line.total, "USD", form.day, "CN", "CNY")
        if dollars is None:
            yield Gap(Text(f"line {line.no} cannot be valued in USD", f"第 {line.no} 项无法折算为美元"))
            return
        value += dollars.amount
    if value <= limit:
        if form.flow == "I" and form.header.trade_term != CIF:
            yield Gap(Text("freight and insurance up to China are not counted", "未计入运抵境内的运费和保费"))
    else:
        told, most, named = plain(value.quantize(Decimal("0.01"))), plain(limit), ", ".join(lines)
        yield Fault(
            "header.origin_waiver",
            Text(
                f"value USD {told} of lines {named} exceeds the waiver limit of USD {most}",
                f"第 {named} 项货值 USD {told} 超过免证限额 USD {most}",
            ),
            Text("provide a proof of origin", "请提供原产地证明"),
        )


def _waiver(form: FormCheck, agreement: str) -> Decimal:
    """Up to how many US dollars no proof is needed: by China's own rule on an import, else by the agreement."""
    own = form.law("CN/limits", name=f"origin_waiver_{agreement.lower()}_usd") if form.flow == "I" else None
    row = own or form.law(f"{agreement}/limits", name="waiver_usd")
    if row is None:
        raise NotOnFile(f"{agreement}/limits: waiver_usd")
    limit: Decimal = row["value"]
    return limit


def _first_in(form: FormCheck, currency: str) -> str:
    """The first place at which a line uses a currency: its total, or its unit price."""
    for key, line in zip(form.keys, form.form.lines, strict=True):
        if line.total is not None and line.total.currency == currency:
            return f"{key}.total"
        if line.unit_price is not None and line.unit_price.currency == currency:
            return f"{key}.unit_price"
    return ""


@rule("R041", "E", "商品总价之和等于发票总额", element="109")
def r041(form: FormCheck) -> Seen:
    """The lines add up to the invoice total."""
    total = form.form.invoice_total
    if total is None:
        yield Fault(
            "header.invoice_total",
            Text("the invoice total is missing", "缺少发票总额"),
            Text("enter the total of the invoice with its currency", "请填写发票总额及币制"),
        )
        return
    totals = [line.total for line in form.form.lines if line.total is not None]
    sums = dict.fromkeys(sorted({one.currency for one in totals}), 0)
    for one in totals:
        sums[one.currency] += one.minor
    if not sums or sums == {total.currency: total.minor}:
        return
    told = " + ".join(str(Money(minor, currency)) for currency, minor in sums.items())
    yield Fault(
        "header.invoice_total",
        Text(f"the lines add to {told}, the invoice says {total}", f"商品总价合计 {told}，发票总额 {total}"),
        Text("correct the line that differs, or the total", "请更正有差异的商品项或总额"),
    )
