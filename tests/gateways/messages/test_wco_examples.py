"""Every WCO example of the shared data: read, accounted for to the last text, written, valid, and read again as it was."""

from collections import Counter
from datetime import date
from pathlib import Path
from random import Random

import pytest
from lxml import etree

from entrepot.gateways.extract import Extract
from entrepot.gateways.messages.form import declaration_of
from entrepot.gateways.messages.formats import FORMATS
from entrepot.gateways.messages.message import Envelope
from entrepot.gateways.messages.wco.schemas import WcoSchemas
from entrepot.gateways.messages.xml import leaves, read_tree
from entrepot.gateways.papers import read_paper
from entrepot.gateways.ubl.tree import Node
from entrepot.kernel.intake import Refusal
from entrepot.kernel.text import Problem
from entrepot.portal.cli_message import survey_lines

DAY = date(2026, 11, 22)
# Elements that say how the message is built or what another element is: their text stands within a key, a code or a kind.
QUALIFIERS = frozenset(
    {
        *("WCODataModelVersionCode", "WCOTypeName", "ResponsibleCountryCode", "ResponsibleAgencyName", "AgencyAssignedCustomizationCode"),
        *("AgencyAssignedCustomizationVersionCode", "FunctionCode", "TypeCode", "CategoryCode", "RoleCode", "SequenceNumeric"),
        *("IdentificationTypeCode", "StatementCode", "StatementTypeCode", "ContainerCode", "GoodsItemQuantity", "ID"),
        *("DateTimeString", "CountryCode"),
        *("FunctionalReferenceID", "DutyRegimeCode", "CurrentCode", "PreviousCode", "RoutingCountryCode", "movementReference", "ucr"),
        "MarksNumbersID",
    }
)  # fmt: skip
# Elements whose content one statement holds together.
WHOLES = frozenset({"Address", "Error", "Amendment", "AdditionalInformation"})


@pytest.fixture(scope="session")
def examples(shared_data: Path) -> list[tuple[Path, bytes]]:
    folder = shared_data / "documents" / "hmrc-wco" / "examples"
    return [(path, path.read_bytes()) for path in sorted(folder.rglob("*")) if path.suffix.lower() == ".xml"]


@pytest.fixture(scope="session")
def schemas(shared_data: Path) -> WcoSchemas:
    return WcoSchemas(shared_data / "documents" / "hmrc-wco" / "schemas")


@pytest.fixture(scope="session")
def extracts(examples: list[tuple[Path, bytes]]) -> dict[Path, Extract]:
    read = {}
    for path, data in examples:
        try:
            read[path] = read_paper(path.name, data, today=DAY)
        except Refusal:
            continue
    return read


def test_every_valid_example_becomes_facts_and_every_refusal_has_a_reason(
    examples: list[tuple[Path, bytes]], schemas: WcoSchemas
) -> None:
    counts: Counter[str] = Counter()
    problems: list[Problem] = []
    for path, data in examples:
        sound = schemas.valid(data)
        try:
            extract = read_paper(path.name, data, today=DAY)
        except Refusal as refused:
            counts["valid and refused" if sound else "refused"] += 1
            problems += refused.problems
        else:
            counts["valid and read" if sound else "read"] += 1
            assert extract.statements
    assert all(problem.what.en and problem.what.zh and problem.fix.en for problem in problems)
    assert counts["valid and read"] > 390
    assert counts["valid and refused"] == 0
    assert counts["refused"] < 20


def test_every_text_of_every_example_is_stated_or_listed(
    examples: list[tuple[Path, bytes]], extracts: dict[Path, Extract]
) -> None:
    counts: Counter[str] = Counter()
    for path, data in examples:
        if path not in extracts:
            continue
        extract = extracts[path]
        stated = {place for one in extract.statements for field in one.places.values() for place in field.split("; ")}
        stated |= {problem.where for problem in extract.problems}
        listed = {text.en.partition(": ")[0] for text in extract.unread}
        for leaf in leaves(read_tree(data)):
            if leaf.path in stated or any(above.name in WHOLES and above.path in stated for above in _above(leaf)):
                counts["stated"] += 1
            elif leaf.path in listed:
                counts["listed"] += 1
            else:
                counts["qualifier"] += 1
                assert leaf.name in QUALIFIERS, f"{path.name}: {leaf.path} is neither stated nor listed"
    assert counts["stated"] > 8_000
    assert counts["stated"] > counts["listed"]


# What may change without a word: how the message is built, and times of a day.
SILENT = QUALIFIERS - {
    "ID",
    "CountryCode",
    "DutyRegimeCode",
    "CurrentCode",
    "PreviousCode",
    "MarksNumbersID",
    "RoleCode",
} | {
    *("DocumentSectionCode", "goodsArrivalDateTime", "goodsDepartureDateTime"),
}


def test_a_text_that_changes_changes_what_is_said_listed_or_wrong(
    examples: list[tuple[Path, bytes]], extracts: dict[Path, Extract]
) -> None:
    chance = Random(7)
    for path, data in chance.sample(examples, 120):
        if path not in extracts:
            continue
        root = etree.fromstring(data)
        texts = [element for element in root.iter("{*}*") if len(element) == 0 and (element.text or "").strip()]
        for element in chance.sample(texts, 4):
            before, element.text = element.text, f"{(element.text or '').strip()}7"
            try:
                changed = _all(read_paper(path.name, etree.tostring(root), today=DAY))
            except Refusal:
                changed = None
            element.text = before
            name = etree.QName(element).localname
            assert changed != _all(extracts[path]) or name in SILENT, f"{path.name}: {name} {before}"


def _all(extract: Extract) -> tuple[object, ...]:
    return extract.kind, _said(extract), extract.unread, tuple(problem.sentence() for problem in extract.problems)


def _above(node: Node) -> list[Node]:
    above = []
    while node.parent is not None:
        node = node.parent
        above.append(node)
    return above


def test_every_declaration_is_written_validly_and_read_again_as_it_was(
    extracts: dict[Path, Extract], schemas: WcoSchemas
) -> None:
    for path, extract in extracts.items():
        if extract.kind not in ("customs_declaration", "customs_amendment"):
            continue
        form = declaration_of(extract.statements)
        amends = extract.kind == "customs_amendment"
        envelope = Envelope(
            form.particulars.reference, "amend" if amends else "original", declaration=form.particulars.declaration_no
        )
        message = FORMATS["wco"].write(form, envelope)
        assert schemas.valid(message.data), path.name
        assert [text.en for text in message.lost] == (["flow: E"] if amends else []), path.name
        again = read_paper(path.name, message.data, today=DAY)
        assert _said(again) == _said(extract), path.name


def _said(extract: Extract) -> dict[tuple[str, str], object]:
    return {(one.topic, one.key): one.value for one in extract.statements}


def test_the_survey_counts_what_is_read_valid_and_refused(shared_data: Path, schemas: WcoSchemas) -> None:
    lines = survey_lines(shared_data / "documents" / "hmrc-wco" / "examples", schemas)
    sound = lines[-1].split()
    assert sound[0] == sound[2]
    assert any(line.startswith("| WCO XML | customs_declaration |") for line in lines)
    assert any("not well-formed XML" in line for line in lines)
