"""Draft the certificate: find the form, the lines that may stand on it and how it is issued; fill the boxes; tell every problem."""

from collections.abc import Callable

from msgspec.structs import replace

from entrepot.kernel.case import Case
from entrepot.kernel.findings import Answer, found, needs_review, no_law, refused
from entrepot.kernel.law import Row
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.vocabulary.certificates import REQUEST, Box, Certificate, CertificateLine, CertificateRequest
from entrepot.kernel.vocabulary.customs import ENTRY, PROOF, Proof
from entrepot.kernel.vocabulary.goods import LINE
from entrepot.kernel.vocabulary.trade import PACKING, PARTY, TERMS, TRANSPORT, Packing, Terms, Transport
from entrepot.modules.certificate.facts import Application, Basis, Filled, Item
from entrepot.modules.certificate.rules.basis import agreement_of, criterion_faults, lines_of
from entrepot.modules.certificate.rules.boxes import FORM, ITEM
from entrepot.modules.certificate.rules.checks import (
    contested,
    empty,
    line_faults,
    party_faults,
    period_faults,
    strayed,
)
from entrepot.modules.certificate.rules.issue import issue_faults, issue_of, original_faults
from entrepot.modules.certificate.rules.value import fob_value, stated_fob_faults

# A need that arises only where this holds of the certificate.
_ONLY_IF: dict[str, Callable[[Application], bool]] = {
    "third_party": lambda app: app.issue.third_party,
    "back_to_back": lambda app: bool(app.asked.original),
    "approved": lambda app: app.asked.form == "approved_exporter_declaration",
}


def assess(case: Case) -> Answer:
    """The certificate that was asked for: found, for review where it rests on conditions, refused with every problem."""
    problems = list(contested(case))
    asked = case.get(REQUEST)
    if asked is None:
        return refused(tuple(problems))
    original = (case.get(PROOF) or {}).get(asked.original) if asked.original else None
    agreement = agreement_of(case, asked, original)
    if isinstance(agreement, Problem):
        return refused((agreement, *problems))
    form = case.read("certificates/forms", asked.applied_on, agreement=agreement, form=asked.form)
    if form is None:
        return no_law(
            Text(f"no form for a {asked.form} under {agreement} is on file", f"未录入 {agreement} 项下 {asked.form} 的格式")
        )
    app = _application(case, asked, agreement, form, original, problems)
    certificate = _drawn(app, problems)
    reasons = tuple(_reasons(app, certificate))
    told = _told(problems)
    if any(problem.severity == "E" for problem in told):
        return refused(told, *reasons, value=certificate)
    if original is not None or any(item.basis.conditions or item.criterion != item.basis.criterion for item in app.items):
        return needs_review(certificate, *reasons, asks=told)
    return found(certificate, reasons=reasons, asks=told)


def _told(problems: list[Problem]) -> tuple[Problem, ...]:
    """Each problem once; what papers contradict each other on is not told as missing too."""
    disputed = tuple(problem.where for problem in problems if problem.rule == "CO21")
    kept = [
        problem for problem in problems if problem.rule not in ("CO06", "CO09", "CO10") or not problem.where.startswith(disputed)
    ]
    return tuple(dict.fromkeys(kept))


def _application(
    case: Case, asked: CertificateRequest, agreement: str, form: Row, original: Proof | None, problems: list[Problem]
) -> Application:
    """Gather what the boxes are filled from, and tell what is wrong with it."""
    parties, terms = case.get(PARTY) or {}, case.get(TERMS) or Terms()
    transport, entry = case.get(TRANSPORT) or Transport(), case.get(ENTRY)
    issue = issue_of(case, asked, agreement, transport, parties, original)
    problems += issue_faults(case, asked, agreement, issue, parties)
    problems += original_faults(case, asked, agreement, original, issue)
    bases = lines_of(case, asked, agreement, original, problems)
    items = tuple([_item(case, asked, key, basis, terms) for key, basis in bases.items()])
    importer = parties.get("importer")
    importing, source = ("", "") if entry is None else (entry.country, "import.entry.country")
    if not importing and importer is not None and importer.country:
        importing, source = importer.country, "trade.party/importer.country"
    packing = case.get(PACKING) or Packing()
    return Application(
        case, asked, agreement, form, items, parties, terms, transport, packing, importing, source, original, issue
    )  # fmt: skip


def _item(case: Case, asked: CertificateRequest, key: str, basis: Basis, terms: Terms) -> Item:
    line = case[LINE][key]
    criterion = asked.criteria.get(key, basis.criterion)
    source = f"certificate.request.criteria/{key}" if key in asked.criteria else f"{basis.source}.criterion"
    item = Item(key, line, basis, criterion, source, asked.marks.get(key, ""), None, "")
    if not item.by_value:
        return item
    fob, fob_source = fob_value(case, asked, key, line, terms)
    return replace(item, fob=fob, fob_source=fob_source)


def _drawn(app: Application, problems: list[Problem]) -> Certificate:
    """Every box of the form, and every line with its own; what is missing or does not fit is added to the problems."""
    case, asked, form, issue = app.case, app.asked, app.form, app.issue
    rows = sorted(case.rows("certificates/boxes", app.day, id=form["id"]), key=lambda row: int(row["order"]))
    boxes: list[Box] = []
    for row in rows:
        holds = _ONLY_IF.get(row["need"])
        if row["scope"] == "form" and (holds is None or holds(app)):
            filled = FORM[row.keys["element"]](app)
            if app.items:
                problems += empty(row, filled, asked=row.keys["element"] == "authorisation" and _ONLY_IF["approved"](app))
            boxes.append(_box(row, filled))
    problems += party_faults(app)
    problems += period_faults(asked, _months(app))
    problems += strayed(asked, [item.key for item in app.items])
    problems += [problem for item in app.items for problem in stated_fob_faults(asked, item, app.terms)]
    per_sheet = _sheet_lines(app)
    lines = []
    for number, item in enumerate(app.items, 1):
        lines.append(_line(app, item, number, [row for row in rows if row["scope"] == "line"], per_sheet, problems))
    issuer = case.read("certificates/issuers", app.day, agreement=app.agreement, country=_exporting(app))
    return Certificate(
        app.agreement, asked.form, Text(form["name_en"], form["name_zh"]),
        Text(form["who_en"], form["who_zh"]) if issuer is None or form["self_made"] else Text(issuer["name_en"], issuer["name_zh"]),
        asked.applied_on, app.importing, tuple(boxes), tuple(lines), max((line.sheet for line in lines), default=1),
        issue.shipped_on, issue.retroactive, issue.third_party, asked.original, issue.valid_until, form["self_made"], form["wording"],
    )  # fmt: skip


def _line(app: Application, item: Item, number: int, rows: list[Row], per_sheet: int, problems: list[Problem]) -> CertificateLine:
    problems += criterion_faults(item.key, item.criterion, item.basis)
    problems += line_faults(app, item)
    boxes = []
    for row in rows:
        if row["need"] == "rvc" and not item.by_value:
            continue  # a FOB value that the criterion does not rest on is nobody's business
        filled = ITEM[row.keys["element"]](app, item, number)
        problems += empty(row, filled, item.key)
        boxes.append(_box(row, filled))
    return CertificateLine(
        number, item.key, item.hs6, item.criterion, item.basis.origin, item.mark, item.goods.quantity, item.goods.unit,
        item.fob, (number - 1) // per_sheet + 1, tuple(boxes),
    )  # fmt: skip


def _box(row: Row, filled: Filled) -> Box:
    label = Text(row["label_en"], row["label_zh"])
    return Box(row["no"], row.keys["element"], label, filled.value, filled.source, filled.paper)


def _exporting(app: Application) -> str:
    exporter = app.parties.get("exporter")
    return exporter.country if exporter is not None and exporter.country else next((item.basis.origin for item in app.items), "")


def _sheet_lines(app: Application) -> int:
    """How many lines stand on a sheet; asked only where there are so many that it may matter."""
    row = app.case.read("certificates/limits", app.day, name="sheet_lines") if len(app.items) > 1 else None
    return int(row["value"]) if row is not None else max(len(app.items), 1)


def _months(app: Application) -> int:
    row = app.case.read("certificates/limits", app.day, name="period_months") if app.asked.period_from else None
    return 12 if row is None else int(row["value"])


def _reasons(app: Application, certificate: Certificate) -> list[Text]:
    """What the certificate rests on, and what is to be done with it."""
    told = [text for item in app.items for text in item.basis.conditions]
    for item in app.items:
        if item.criterion != item.basis.criterion:
            told.append(
                Text(
                    f"line {item.key}: that the criterion {item.criterion} is met is the exporter's word; found was {item.basis.criterion}",
                    f"第 {item.key} 项：原产地标准 {item.criterion} 为出口商声明；判定结果为 {item.basis.criterion}",
                )
            )
    if app.original is not None:
        told.append(
            Text(
                "that nothing but repacking and logistics was done since the original proof (RCEP Art. 3.19)",
                "自原始证明签发后仅进行了再包装或物流操作（RCEP第3.19条）",
            )
        )
    if certificate.sheets > 1:
        told.append(
            Text(
                f"{len(certificate.lines)} lines go on {certificate.sheets} sheets with the same number, signature and seal",
                f"{len(certificate.lines)} 项商品分列 {certificate.sheets} 页，各页编号、签字和印章一致",
            )
        )
    if certificate.self_made:
        who = certificate.issuer
        told.append(Text(f"it is not sent to an office: {who.en} completes and signs it", f"无需提交签证机构：由{who.zh}填写并签字"))
    return list(dict.fromkeys(told))
