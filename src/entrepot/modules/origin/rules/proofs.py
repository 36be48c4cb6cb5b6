"""A proof of origin beside the decision: does it say what was found, for these goods, on that day (RCEP Arts. 3.16 to 3.22)."""

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal

from entrepot.kernel.case import Case
from entrepot.kernel.days import add_months
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.vocabulary.customs import Proof
from entrepot.kernel.vocabulary.decisions import OriginDecision
from entrepot.kernel.vocabulary.goods import GoodsLine
from entrepot.kernel.vocabulary.trade import TERMS, Transport
from entrepot.modules.origin.rules.agreement import Agreement
from entrepot.modules.origin.rules.asks import ask

_OWN_MONEY = {"GBP": "GBR"}
_BESIDE = ("accumulation", "de_minimis")


def proof_asks(
    law: Agreement,
    key: str,
    line: GoodsLine,
    proofs: Mapping[str, Proof],
    covering: Mapping[str, Proof],
    decision: OriginDecision,
    transport: Transport | None,
) -> Iterator[Problem]:
    """What is to be put right on the proofs under this agreement that cover the line: questions, for a slip does not take
    origin away. `proofs` are all that are on file: a back-to-back proof rests on another."""
    if not covering:
        return
    beside = {law.criterion(name) for name in _BESIDE}
    met = frozenset(decision.criterion.split()) - beside
    months = law.limit("proof_months")
    for number, proof in covering.items():
        if proof.agreement != law.name:
            continue
        yield from _says(number, proof, key, line, met, beside)
        yield from _holds(number, proof, law, months)
        if proof.form == "certificate":
            yield from _retroactive(number, proof, law, transport)
        if proof.back_to_back:
            yield from _back_to_back(number, proof, proofs, key, law, months)


def _says(
    number: str, proof: Proof, key: str, line: GoodsLine, met: frozenset[str], beside: set[str]
) -> Iterator[Problem]:
    where = f"origin.proof/{number}"
    if (said := proof.hs6.get(key, "")) and line.hs and said.replace(".", "")[:6] != line.hs.replace(".", "")[:6]:
        yield ask(
            "OR21",
            f"{where}.hs6",
            Text(f"the proof says HS {said}, the line {line.hs}", f"证明所列HS {said} 与商品项 {line.hs} 不一致"),
            Text("have the proof or the line corrected", "请更正原产地证明或商品项"),
        )
    covered = proof.quantities.get(key)
    if covered is not None and line.quantity is not None and covered < line.quantity:
        yield ask(
            "OR22",
            f"{where}.quantities",
            Text(
                f"the proof covers {covered:f}, the line is {line.quantity:f}",
                f"证明数量 {covered:f} 少于商品项数量 {line.quantity:f}",
            ),
            Text("have the whole quantity covered", "证明须覆盖全部数量"),
        )
    stated = set(proof.criterion.replace(",", " ").replace("/", " ").split()) - beside
    if stated and met and not stated <= met:
        yield ask(
            "OR23",
            f"{where}.criterion",
            Text(
                f"the proof says {proof.criterion}, found was {', '.join(sorted(met))}",
                f"证明所列标准 {proof.criterion} 与判定结果 {', '.join(sorted(met))} 不一致",
            ),
            Text("have the criterion corrected", "请更正原产地标准"),
        )


def _holds(number: str, proof: Proof, law: Agreement, months: Decimal | None) -> Iterator[Problem]:
    where, day = f"origin.proof/{number}", law.day
    if months is None:
        yield ask(
            "OR24",
            f"{where}.issued_on",
            Text(f"how long a proof under {law.name} is valid is not on file", f"{law.name} 原产地证明的有效期未录入"),
            Text("check the validity by hand", "请人工核对有效期"),
        )
    elif not proof.issued_on <= day <= add_months(proof.issued_on, int(months)):
        yield ask(
            "OR24",
            f"{where}.issued_on",
            Text(
                f"issued on {proof.issued_on}, the proof is not valid on {day}",
                f"证明签发于 {proof.issued_on}，在 {day} 无效",
            ),
            Text(f"it is valid for {months:f} months from issue", f"证明自签发之日起{months:f}个月内有效"),
        )
    is_open = law.form_is_open(proof.form)
    if not is_open:
        unknown = Text(f"which forms of proof {law.name} knows is not on file", f"{law.name} 的证明形式未录入")
        closed = Text(f"the form {proof.form!r} is not open to all", f"证明形式 {proof.form!r} 并非普遍可用")
        yield ask(
            "OR25",
            f"{where}.form",
            unknown if is_open is None else closed,
            Text("check that the importing Party has opened it", "请确认进口方已实施该形式"),
        )


def misnamed(proofs: Mapping[str, Proof], known: Collection[str]) -> Iterator[Problem]:
    """Proofs whose agreement is one of those on file but for the way it is written, so that they count for nothing."""
    for number, proof in proofs.items():
        if proof.agreement in known:
            continue
        alike = next((name for name in known if name.casefold() == proof.agreement.strip().casefold()), "")
        if alike:
            yield ask(
                "OR41",
                f"origin.proof/{number}.agreement",
                Text(
                    f"no agreement is written {proof.agreement!r}: this proof was not weighed",
                    f"没有写作 {proof.agreement!r} 的协定，该证明未予审核",
                ),
                Text(f"write it as {alike}", f"请写作 {alike}"),
            )


def third_party(number: str, invoiced_in: str) -> Problem:
    """The invoice is a third country's: no ground for refusal, but the proof says so (RCEP Art. 3.20)."""
    return ask(
        "OR40",
        f"origin.proof/{number}.third_party_invoice",
        Text(
            f"the invoice is issued in {invoiced_in}, which the proof does not say",
            f"发票由 {invoiced_in} 开具，证明未注明第三方发票",
        ),
        Text("have third-party invoicing marked on the proof", "请在证明上注明第三方发票"),
    )


def _retroactive(number: str, proof: Proof, law: Agreement, transport: Transport | None) -> Iterator[Problem]:
    """Issued after shipment: it says so, and not too late (RCEP Art. 3.17(8))."""
    shipped = None if transport is None else transport.bill_date or transport.loading_on
    months = law.limit("retroactive_months")
    if shipped is None or months is None or proof.issued_on <= shipped:
        return
    where = f"origin.proof/{number}"
    if proof.issued_on > add_months(shipped, int(months)):
        yield ask(
            "OR27",
            f"{where}.issued_on",
            Text(
                f"issued on {proof.issued_on}, later than {months:f} months after shipment on {shipped}",
                f"签发日 {proof.issued_on} 超过装运日 {shipped} 后{months:f}个月",
            ),
            Text("no certificate can be issued any more", "已不能补发原产地证书"),
        )
    elif not proof.retroactive:
        yield ask(
            "OR26",
            f"{where}.retroactive",
            Text(
                f"issued on {proof.issued_on}, after shipment on {shipped}, it must say so",
                f"签发日 {proof.issued_on} 晚于装运日 {shipped}，须予注明",
            ),
            Text("have it marked ISSUED RETROACTIVELY", "请注明 ISSUED RETROACTIVELY"),
        )


def _back_to_back(
    number: str, proof: Proof, proofs: Mapping[str, Proof], key: str, law: Agreement, months: Decimal | None
) -> Iterator[Problem]:
    """A proof that rests on another: no longer valid, and for no more goods, than that one (RCEP Art. 3.19)."""
    where, first = f"origin.proof/{number}", proofs.get(proof.original)
    if first is None or first is proof or first.agreement != proof.agreement:
        yield ask(
            "OR28",
            f"{where}.original",
            Text("the original proof is not on file", "未提供原始原产地证明"),
            Text(
                "hand in the original proof under the same agreement, and name its number",
                "请提供同一协定项下的原始证明并填写编号",
            ),
        )
        return
    if months is not None and law.day > add_months(first.issued_on, int(months)):
        yield ask(
            "OR29",
            f"{where}.issued_on",
            Text(
                f"the original proof {proof.original} ran out before {law.day}",
                f"原始证明 {proof.original} 在 {law.day} 之前已失效",
            ),
            Text("a back-to-back proof is valid no longer than its original", "背对背证明的有效期不得超过原始证明"),
        )
    whole = first.quantities.get(key)
    parts = [p.quantities.get(key) for p in proofs.values() if p.back_to_back and p.original == proof.original]
    taken = sum((part for part in parts if part is not None), Decimal(0))
    if whole is not None and taken > whole:
        yield ask(
            "OR30",
            f"{where}.quantities",
            Text(
                f"the proofs drawn on {proof.original} cover {taken:f}, itself only {whole:f}",
                f"依据 {proof.original} 签发的证明数量合计 {taken:f}，超过其数量 {whole:f}",
            ),
            Text("part shipments together may not exceed the original", "分批出口数量之和不得超过原始证明"),
        )


def waived(case: Case, law: Agreement, destination: str) -> tuple[Text, ...]:
    """That no proof is needed for a small consignment, where the invoice shows it (RCEP Art. 3.22). Limits go by currency
    (`waiver_usd`); one in the importing country's own money holds there alone."""
    terms = case.get(TERMS)
    if terms is None or terms.total is None:
        return ()
    currency = terms.total.currency
    limit = law.limit(f"waiver_{currency.lower()}") if _OWN_MONEY.get(currency, destination) == destination else None
    if limit is None or terms.total.amount > limit:
        return ()
    return (
        Text(
            f"a consignment worth at most {currency} {limit:f} needs no proof of origin, unless it is part of a larger one",
            f"货值不超过 {currency} {limit:f} 且非拆分的，可免交原产地证明",
        ),
    )
