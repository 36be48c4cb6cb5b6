"""What every statement rests on, and which documents the refund's filing still lacks."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from entrepot.kernel.case import Case
from entrepot.kernel.findings import Answer, found, no_law, not_applicable
from entrepot.kernel.footing import Footing
from entrepot.kernel.text import Text
from entrepot.kernel.topics import Topic
from entrepot.kernel.vocabulary.answers import ACCEPTANCE, BANK_RECEIPT, CARRIER_EVENT, CLAIM, PAPER, RELEASE, Paper
from entrepot.kernel.vocabulary.certificates import REQUEST
from entrepot.kernel.vocabulary.clearance import AMENDED, CANCELLED, CONTRACT_LINE, ELEMENTS, WITHDRAWAL
from entrepot.kernel.vocabulary.customs import (
    ATTACHMENT,
    ENTERPRISE,
    ENTRY,
    ENTRY_LINE,
    FORMALITIES,
    PARTICULARS,
    PROOF,
    STATED_RATES,
    STATEMENT,
    Particulars,
)
from entrepot.kernel.vocabulary.evidence import INSPECTION
from entrepot.kernel.vocabulary.goods import BOM, LINE, LOT
from entrepot.kernel.vocabulary.trade import CHARGES, CONTAINER, COSTS, PACKING, PARTY, TERMS, TRANSPORT, Party
from entrepot.modules.evidence.facts import (
    EvidenceIndex,
    Filing,
    FilingDocument,
    PaperUse,
)

SHARED_FACTS: tuple[Topic[Any], ...] = (
    PARTY,
    TERMS,
    TRANSPORT,
    CHARGES,
    COSTS,
    CONTAINER,
    PACKING,
    LINE,
    PARTICULARS,
    ATTACHMENT,
    STATEMENT,
    ENTRY,
    ENTRY_LINE,
    STATED_RATES,
    FORMALITIES,
    PROOF,
    REQUEST,
    ACCEPTANCE,
    RELEASE,
    CARRIER_EVENT,
    ELEMENTS,
    CONTRACT_LINE,
    WITHDRAWAL,
    AMENDED,
    CANCELLED,
    INSPECTION,
)
MAKING_FACTS: tuple[Topic[Any], ...] = (BOM,)
COST_FACTS: tuple[Topic[Any], ...] = (LOT, ENTERPRISE, BANK_RECEIPT, CLAIM)


def assess_index(case: Case) -> Answer:
    """What the statements on the trade rest on, and every paper handed in, whether read or not."""
    return index(case, SHARED_FACTS, received_papers(case))


def received_papers(case: Case) -> Mapping[str, Paper]:
    """The papers handed in, by digest. Two who hand in the same paper under different names do not make it any less received:
    the first one's name counts."""
    return {digest: one.values[0] for digest, one in case.standing(PAPER).items()}


def assess_making(case: Case) -> Answer:
    """What the bills of materials rest on."""
    return index(case, MAKING_FACTS, {})


def assess_costs(case: Case) -> Answer:
    """What purchase cost, standing, foreign exchange and claim rest on."""
    return index(case, COST_FACTS, {})


def index(case: Case, topics: Iterable[Topic[Any]], listed: Mapping[str, Paper]) -> Answer:
    """The index over some topics: the papers cited there, and those `listed` besides."""
    footings = tuple(footing for topic in topics if (footing := case.footing(topic)).statements)
    if not footings and not listed:
        return not_applicable(Text("nothing has been said of it yet", "尚无相关陈述"))
    received = received_papers(case)
    digests = sorted({*listed, *(digest for footing in footings for digest in footing.cited)})
    papers = tuple(paper_use(digest, received.get(digest), footings) for digest in digests)
    strays = tuple(
        Text(
            f"paper {paper.name or paper.digest} is cited but was not handed in",
            f"单证 {paper.name or paper.digest} 被引用但未提交",
        )
        for paper in papers
        if not paper.received
    )
    return found(EvidenceIndex(papers, footings), reasons=strays)


def paper_use(digest: str, paper: Paper | None, footings: Iterable[Footing]) -> PaperUse:
    """One paper of the index: as it was handed in, and as it is cited."""
    cited = {footing.topic: footing.cited[digest] for footing in footings if digest in footing.cited}
    name, kind = (paper.name, paper.kind) if paper is not None else (next(iter(cited.values())).name, "")
    statements = sum(citation.statements for citation in cited.values())
    places = sum(citation.places for citation in cited.values())
    return PaperUse(digest, name, kind, paper is not None, statements, places, tuple(cited))


def assess_filing(case: Case) -> Answer:
    """The documents that the refund's filing asks for, and the papers handed in that are such."""
    particulars = case[PARTICULARS]
    if particulars.flow == "I":
        return not_applicable(Text("imports have no export refund", "进口货物不涉及出口退税"))
    day = filing_day(case, particulars)
    rows = case.rows("CN/filing_documents", day)
    if not rows:
        return no_law(Text(f"no list of filing documents is on file for {day}", f"{day} 的备案单证清单未收录"))
    received = received_papers(case)
    self_declared = declares_itself(case.get(PARTY) or {})
    documents = tuple(
        FilingDocument(
            row.keys["document"],
            Text(row["name_en"], row["name_zh"]),
            tuple(sorted(digest for digest, paper in received.items() if kinds_of(paper) & set(row["kinds"]))),
            not (row["entrusted"] and self_declared),
        )
        for row in rows
    )
    lacking = tuple(document.document for document in documents if document.needed and not document.papers)
    return found(Filing(documents, lacking), reasons=SUBSTITUTES if lacking else ())


SUBSTITUTES = (
    Text(
        "a document that the terms of sale leave the exporter without is not asked for; one of like content will do",
        "因成交方式没有相应单证的除外；无法取得的，可用内容或作用相似的资料替代",
    ),
)


def filing_day(case: Case, particulars: Particulars) -> date:
    """The day whose rules count: the first export, failing that the declaration's, failing that the day of asking."""
    exported = [release.exported_on for release in (case.get(RELEASE) or {}).values() if release.exported_on]
    return min(exported) if exported else particulars.declared_on or case.today


def kinds_of(paper: Paper) -> set[str]:
    """The kinds of a paper; a workbook may hold several (`invoice+packing_list`)."""
    return set(paper.kind.split("+"))


def declares_itself(parties: Mapping[str, Party]) -> bool:
    """Whether the exporter is its own declarant, known by the same credit code or customs number."""
    exporter, declarant = parties.get("exporter"), parties.get("declarant")
    if exporter is None or declarant is None:
        return False
    pairs = ((exporter.uscc, declarant.uscc), (exporter.customs_code, declarant.customs_code))
    return any(one and one == other for one, other in pairs)
