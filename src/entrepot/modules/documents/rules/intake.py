"""Inspection reports, and receipts: of papers and statements, and of money."""

from entrepot.kernel.case import Case
from entrepot.kernel.findings import Answer, found, needs_review, refused
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.vocabulary.answers import (
    ACCEPTANCE,
    BANK_RECEIPT,
    CARRIER_EVENT,
    PAPER,
    RELEASE,
)
from entrepot.kernel.vocabulary.certificates import REQUEST
from entrepot.kernel.vocabulary.customs import ATTACHMENT, ENTRY, ENTRY_LINE, PARTICULARS, PROOF, STATEMENT
from entrepot.kernel.vocabulary.evidence import INSPECTION, InspectedLine, InspectionReport
from entrepot.kernel.vocabulary.goods import LINE
from entrepot.kernel.vocabulary.trade import CHARGES, CONTAINER, COSTS, PACKING, PARTY, TERMS, TRANSPORT
from entrepot.modules.documents.facts import (
    InspectionCertificate,
    IntakeReceipt,
    PaymentReceipt,
    ReceivedPaper,
    ReceivedStatements,
)

# What every party to the shipment may read; what is secret is receipted by the log, statement by statement.
RECEIPTED = (
    PARTY, TERMS, TRANSPORT, CHARGES, COSTS, CONTAINER, PACKING, LINE, PARTICULARS, ATTACHMENT, STATEMENT, ENTRY, ENTRY_LINE,
    PROOF, REQUEST, ACCEPTANCE, RELEASE, CARRIER_EVENT, INSPECTION,
)  # fmt: skip


def assess_inspection(case: Case) -> Answer:
    """One report as it can be signed; refused where it contradicts itself."""
    report = case.own(INSPECTION)
    problems = list(_contradictions(case.key, report))
    if problems:
        return refused(tuple(problems))
    certificate = InspectionCertificate(
        case.key,
        report.inspected_on,
        report.place,
        report.inspector,
        report.conclusion,
        report.lines,
        report.sampling,
        report.containers,
        report.remarks,
    )
    unsampled = [line.line for line in report.lines if line.sample_size is not None and not report.sampling]
    if unsampled:
        told = ", ".join(unsampled)
        return needs_review(
            certificate,
            Text(f"how samples of line {told} were drawn is not said", f"未说明第 {told} 项的抽样方法"),
        )
    return found(certificate)


def _contradictions(key: str, report: InspectionReport) -> list[Problem]:
    place = f"inspection.report/{key}"
    found = []
    if not report.lines:
        found.append(
            Problem(
                "DC05",
                f"{place}.lines",
                Text("the report names no goods", "报告未列商品"),
                Text("say what was inspected, line by line", "请逐项填写所检商品"),
            )
        )
    failed = [line.line for line in report.lines if any(result.passed is False for result in line.results)]
    if failed and report.conclusion == "conforms":
        told = ", ".join(failed)
        found.append(
            Problem(
                "DC06",
                f"{place}.conclusion",
                Text(f"line {told} failed, yet the goods are said to conform", f"第 {told} 项不合格，结论却为符合"),
                Text("correct the conclusion or the results", "请更正结论或检验结果"),
            )
        )
    found += [problem for line in report.lines for problem in _amounts(place, line)]
    return found


def _amounts(place: str, line: InspectedLine) -> list[Problem]:
    if line.quantity > 0 and (line.sample_size is None or 0 < line.sample_size <= line.quantity):
        return []
    return [
        Problem(
            "DC07",
            f"{place}.lines/{line.line}.sample_size",
            Text(
                f"line {line.line}: a sample of {line.sample_size} out of {line.quantity} is none",
                f"第 {line.line} 项：从 {line.quantity} 中抽取 {line.sample_size} 不成立",
            ),
            Text("give the quantity presented, and a sample within it", "请填写报检数量及不超过该数量的抽样数量"),
        )
    ]


def has_papers(case: Case) -> bool:
    """A receipt is drawn once a paper was handed in."""
    return bool(case.keys(PAPER))


def assess_receipt(case: Case) -> Answer:
    """What was taken in."""
    papers = []
    for digest, standing in sorted(case.standing(PAPER).items()):
        first = standing.values[0]
        papers.append(ReceivedPaper(digest, first.name, first.kind, first.size))
    counts = [(topic.name, len(case.standing(topic))) for topic in RECEIPTED]
    statements = [ReceivedStatements(name, count) for name, count in counts if count]
    return found(IntakeReceipt(tuple(papers), tuple(statements)))


def assess_payment(case: Case) -> Answer:
    """One receipt of money."""
    said = case.own(BANK_RECEIPT)
    return found(PaymentReceipt(case.key, said.amount, said.received_on, said.payer, said.declaration))
