"""How the proof is made out: afterwards, with another's invoice, or on the strength of an earlier proof (RCEP Arts. 3.17 to
3.20), and what stands against it."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal

from entrepot.kernel.case import Case
from entrepot.kernel.days import add_months
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.vocabulary.certificates import CertificateRequest
from entrepot.kernel.vocabulary.customs import PROOF, Proof
from entrepot.kernel.vocabulary.goods import LINE
from entrepot.kernel.vocabulary.trade import Party, Transport
from entrepot.modules.certificate.facts import Issue
from entrepot.modules.certificate.rules.faults import fault

INVOICER = "invoicer"


def shipment(transport: Transport) -> tuple[date | None, str]:
    """The day of shipment: of the bill, else of the first departure, else of the planned loading."""
    if transport.bill_date is not None:
        return transport.bill_date, "transport.plan.bill_date"
    if transport.legs and transport.legs[0].departure is not None:
        return transport.legs[0].departure, "transport.plan.legs"
    return transport.loading_on, "transport.plan.loading_on" if transport.loading_on else ""


def issue_of(
    case: Case, asked: CertificateRequest, agreement: str, transport: Transport, parties: Mapping[str, Party], original: Proof | None
) -> Issue:
    """Day of shipment and the three marks of the form."""
    shipped_on, source = shipment(transport)
    grace = _limit(case, agreement, "issue_days", asked.applied_on)
    late = shipped_on is not None and asked.applied_on > shipped_on + timedelta(days=int(grace or 0))
    if shipped_on is not None:
        case.step(
            Text("issued retroactively", "是否补发"), "applied after the day of shipment", "yes" if late else "no",
            applied_on=asked.applied_on, shipped_on=shipped_on, days_of_grace=grace or Decimal(0),
        )  # fmt: skip
    invoicer, exporter = parties.get(INVOICER), parties.get("exporter")
    third = invoicer is not None and (exporter is None or not invoicer.name or invoicer.name != exporter.name)
    months = _limit(case, agreement, "proof_months", asked.applied_on) if original is not None else None
    until = add_months(original.issued_on, int(months)) if original is not None and months is not None else None
    return Issue(shipped_on, source, late, third, until)


def _limit(case: Case, agreement: str, name: str, day: date) -> Decimal | None:
    row = case.read(f"{agreement}/limits", day, name=name) if case.knows(f"{agreement}/limits") else None
    value: Decimal | None = None if row is None else row["value"]
    return value


def issue_faults(case: Case, asked: CertificateRequest, agreement: str, issue: Issue, parties: Mapping[str, Party]) -> Iterator[Problem]:
    """Too late to be issued afterwards; an invoicer of whom the form must say more; no day of shipment."""
    if issue.shipped_on is None:
        yield fault(
            "CO10", "transport.plan.loading_on",
            ("the day of shipment is not known: whether the certificate is issued retroactively cannot be said",
             "装运日期不明：无法判断是否属于补发"),
            ("give the day of the bill or of loading", "请填写提单日期或装运日期"), "W",
        )  # fmt: skip
    months = _limit(case, agreement, "retroactive_months", asked.applied_on) if issue.retroactive else None
    if months is not None and issue.shipped_on is not None and asked.applied_on > (last := add_months(issue.shipped_on, int(months))):
        yield fault(
            "CO11", "certificate.request.applied_on",
            (f"shipped on {issue.shipped_on}: it could be issued until {last}, {asked.applied_on} is too late",
             f"装运日 {issue.shipped_on}：补发期限至 {last}，{asked.applied_on} 已逾期"),
            ("no certificate can be had for this shipment any more", "该批货物已不能补发证书"),
        )  # fmt: skip
    invoicer = parties.get(INVOICER)
    if issue.third_party and invoicer is not None and not (invoicer.name and invoicer.country):
        yield fault(
            "CO12", f"trade.party/{INVOICER}",
            ("name or country of the third party that invoices is missing", "缺少第三方发票开票方的名称或国家"),
            ("give both: they stand on the certificate", "请填写名称和国家，二者须列入证书"),
        )


def original_faults(case: Case, asked: CertificateRequest, agreement: str, original: Proof | None, issue: Issue) -> Iterator[Problem]:
    """A back-to-back proof: the original must be there, of this agreement, valid, and large enough for all that leaves under it."""
    where = f"origin.proof/{asked.original}"
    if not asked.original:
        return
    if original is None:
        yield fault(
            "CO13", "certificate.request.original",
            (f"the original proof {asked.original} is not on record", f"档案中没有原始证明 {asked.original}"),
            ("say origin.proof with its number, day, lines and quantities", "请填报该证明的编号、签发日、商品项及数量"),
        )
        return
    if original.agreement != agreement:
        yield fault(
            "CO13", where,
            (f"the original is a proof under {original.agreement}, not {agreement}",
             f"原始证明属于 {original.agreement}，不是 {agreement}"),
            ("a back-to-back proof stays within one agreement", "背对背证明须属同一协定"),
        )  # fmt: skip
    if original.issued_on > asked.applied_on or (issue.valid_until is not None and asked.applied_on > issue.valid_until):
        until = issue.valid_until or "?"
        yield fault(
            "CO14", f"{where}.issued_on",
            (f"the original is valid from {original.issued_on} to {until}, not on {asked.applied_on}",
             f"原始证明有效期为 {original.issued_on} 至 {until}，{asked.applied_on} 无效"),
            ("apply within its validity", "请在其有效期内申请"),
        )  # fmt: skip
    if not asked.original_origin:
        yield fault(
            "CO15", "certificate.request.original_origin",
            ("the country of origin on the original proof is not said", "未填写原始证明所列原产国"),
            ("give it as alpha-3 (VNM)", "请填写三字母国别代码（如VNM）"),
        )
    yield from _quantities(case, asked, original)


def _quantities(case: Case, asked: CertificateRequest, original: Proof) -> Iterator[Problem]:
    """What leaves under the original in parts may not exceed it (RCEP Art. 3.19(1)(e))."""
    others = {
        number: proof for number, proof in (case.get(PROOF) or {}).items()
        if proof.original == asked.original and number != asked.original
    }  # fmt: skip
    for key, covered in original.quantities.items():
        line = case.at(LINE, key)
        if line is None or line.quantity is None or (asked.lines and key not in asked.lines):
            continue
        earlier = sum((proof.quantities.get(key, Decimal(0)) for proof in others.values()), Decimal(0))
        total = earlier + line.quantity
        case.step(
            Text(f"quantity under the original, line {key}", f"原始证明项下数量，第 {key} 项"), "earlier back-to-back proofs + this one",
            total, earlier=earlier, this=line.quantity, original=covered,
        )  # fmt: skip
        if total > covered:
            yield fault(
                "CO16", f"origin.proof/{asked.original}.quantities/{key}",
                (f"line {key}: {total:f} {line.unit} would leave under an original proof for {covered:f}",
                 f"第 {key} 项：累计 {total:f} {line.unit}，超过原始证明数量 {covered:f}"),
                ("lower the quantity, or get another original proof", "请减少数量或另取原始证明"),
            )  # fmt: skip
