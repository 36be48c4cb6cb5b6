"""Printing: a finding of a dossier as a PDF that nobody signed, for the desk drawer, the driver and the bank's counter.

What is printed is what the sheet found, for whoever may read it; what the sheet refuses is not printed, and the reasons are told.
A signed document is issued instead (`portal/issuing.py`).
"""

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from entrepot.channels.online import Voice
from entrepot.gateways.signed_pdf import PrintedDocument, draw
from entrepot.kernel.access import may_read_finding
from entrepot.kernel.findings import Finding
from entrepot.kernel.intake import Refusal
from entrepot.kernel.sheet import value_digest
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.topics import Topic
from entrepot.kernel.vocabulary.decisions import DRAFT, FORM, Declaration
from entrepot.kernel.why import NoSuchPlace
from entrepot.modules.documents.facts import CONTRACT, INVOICE, ORIGIN_CERTIFICATE, PACKING_LIST
from entrepot.portal.drafts import problem
from entrepot.portal.issuing_content import body_parts, subject_of
from entrepot.portal.printing.form import declaration_parts, named

if TYPE_CHECKING:
    from entrepot.portal.desk import Desk

# What can be printed, by the word that its address has.
PRINTS: dict[str, Topic[Any]] = {
    "contract": CONTRACT,
    "invoice": INVOICE,
    "packing": PACKING_LIST,
    "declaration": FORM,
    "origin": ORIGIN_CERTIFICATE,
}
UNSIGNED = Text(
    "Printed from the dossier named here on the day named above. It is not signed and proves nothing: ask for the signed document.",
    "本件按所列案卷于上述日期打印，未经签名，不具证明效力；如需证明请索取签名文件。",
)
REHEARSAL = Text("REHEARSAL: made in a sandbox, of no effect.", "演练：在沙盒中生成，不具任何效力。")
_NUMBERS = ("contract_id", "packing_list_id", "invoice_id", "contract_no")


class Printable(Struct, frozen=True, omit_defaults=True):
    """A document that can be printed if it is `ready`, or why it cannot: `name` is the word of its address."""

    name: str
    label: Text
    status: str
    ready: bool
    reasons: tuple[Text, ...] = ()
    problems: tuple[Problem, ...] = ()


class Printed(Struct, frozen=True):
    """A printed document: the name of its file and its bytes."""

    file: str
    data: bytes


def printables(desk: "Desk", dossier: str, voice: Voice) -> list[Printable]:
    """What of the dossier can be printed for the voice, and what cannot yet, with the reasons."""
    listed = []
    with desk.known(dossier, voice) as (record, speaker):
        sheet = desk.sheet(record)
        for name, topic in PRINTS.items():
            finding = sheet.finding(topic.name)
            if finding is None or not may_read_finding(sheet.registry.topics, finding, speaker):
                continue
            waits = tuple(wait.why for wait in finding.waits)
            drafted = sheet.finding(DRAFT.name) if topic is FORM else None
            ready = finding.value is not None or (drafted is not None and drafted.value is not None)
            reasons = (*finding.reasons, *waits)
            listed.append(Printable(name, topic.label, finding.status, ready, reasons, finding.problems))
    return listed


def print_paper(desk: "Desk", dossier: str, name: str, voice: Voice) -> Printed:
    """The PDF of one of `PRINTS`. NoSuchPlace where the voice may see none; Refusal with what keeps it from being printed."""
    topic = PRINTS.get(name)
    if topic is None:
        raise NoSuchPlace(name)
    with desk.known(dossier, voice) as (record, speaker):
        sheet = desk.sheet(record)
        finding = sheet.finding(topic.name)
        if finding is None or not may_read_finding(sheet.registry.topics, finding, speaker):
            raise NoSuchPlace(name)
        value, notes = finding.value, finding.reasons
        if value is None and topic is FORM:
            drafted = sheet.finding(DRAFT.name)
            if drafted is not None and may_read_finding(sheet.registry.topics, drafted, speaker):
                value, notes = drafted.value, _unfit(finding)
        if value is None:
            raise Refusal(finding.problems or (_not_yet(topic, finding),))
        document = _document(desk, dossier, topic, value, notes)
    return Printed(f"{dossier}-{name}.pdf", draw(document))


def _unfit(finding: Finding) -> tuple[Text, ...]:
    """What a draft that cannot be filed bears: that it cannot, and every problem."""
    first = Text("A DRAFT that cannot be filed as it stands:", "草稿，按现状不能申报：")
    return (
        first,
        *(
            Text(f"{one.rule} {one.where}: {one.what.en}", f"{one.rule} {one.where}：{one.what.zh}")
            for one in finding.problems
        ),
    )


def _document(desk: "Desk", dossier: str, topic: Topic[Any], value: Any, reasons: tuple[Text, ...]) -> PrintedDocument:
    today = desk.today()
    number = next((str(said) for said in (getattr(value, one, "") for one in _NUMBERS) if said), dossier)
    if isinstance(value, Declaration):
        sections, tables = declaration_parts(value, named(desk.law, today))
    else:
        sections, tables = body_parts(subject_of(value), topic.label)
    notes = (*((REHEARSAL,) if desk.store.nature == "sandbox" else ()), *reasons)
    return PrintedDocument(
        topic.label, number, today.isoformat(), "", f"{dossier} {topic.name} {value_digest(value)[:16]}",
        sections, tables, notes, how=UNSIGNED,
    )  # fmt: skip


def _not_yet(topic: Topic[Any], finding: Finding) -> Problem:
    waits = [wait.why for wait in finding.waits] or list(finding.reasons)
    told = waits[0] if waits else Text(finding.status, finding.status)
    return problem(
        "PR01",
        topic.name,
        f"it cannot be printed yet: {told.en}",
        f"暂不能打印：{told.zh}",
        "say what is missing, then print it",
        "请先补充所缺内容",
    )
