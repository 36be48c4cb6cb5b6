"""What the evidence room finds: what each statement rests on, and which filing documents of the refund are still lacking."""

from datetime import date

from msgspec import Struct

from entrepot.kernel.footing import Footing
from entrepot.kernel.text import Text
from entrepot.kernel.topics import found
from entrepot.kernel.vocabulary.trade import SHIPPERS


class PaperUse(Struct, frozen=True, omit_defaults=True):
    """A paper by its SHA-256: its name and kind, how many standing statements it bears out, on which topics, and at how many
    places in it something was read. Not `received` means that it is cited but was never handed in."""

    digest: str
    name: str = ""
    kind: str = ""
    received: bool = True
    statements: int = 0
    places: int = 0
    topics: tuple[str, ...] = ()


class EvidenceIndex(Struct, frozen=True, omit_defaults=True):
    """An index of evidence over some topics: paper by paper, and topic by topic."""

    papers: tuple[PaperUse, ...]
    topics: tuple[Footing, ...]


class FilingDocument(Struct, frozen=True, omit_defaults=True):
    """A document to be kept on file for the refund (contract, transport, brokerage): the papers of its kinds that were handed
    in, by digest."""

    document: str
    name: Text
    papers: tuple[str, ...] = ()
    needed: bool = True


class Filing(Struct, frozen=True, omit_defaults=True):
    """The refund's filing documents, and those that are needed and lacking."""

    documents: tuple[FilingDocument, ...]
    lacking: tuple[str, ...] = ()


class KeepingDuty(Struct, frozen=True, omit_defaults=True):
    """A duty to keep things: what it covers (topics, beginnings of topics with a point, `paper:KIND`), until and including which
    day (None: what it runs from has not happened), under which law. Not `certain` where its text was not read."""

    duty: str
    name: Text
    covers: tuple[str, ...]
    law: str
    article: str = ""
    until: date | None = None
    certain: bool = True


class Retention(Struct, frozen=True, omit_defaults=True):
    """What of a dossier must be kept until when."""

    duties: tuple[KeepingDuty, ...]


# An index in three parts, because it is read by those alone who may read everything behind it.
INDEX = found(
    "evidence.index",
    EvidenceIndex,
    read=SHIPPERS,
    label=Text("index of the evidence", "证据索引"),
    doc="What every standing statement on the trade rests on: papers, offices, transcripts, or the speaker's own word alone.",
)
MAKING = found(
    "evidence.making",
    EvidenceIndex,
    read=frozenset({"exporter", "broker", "certifier", "clerk"}),
    label=Text("evidence of the making", "生产情况证据索引"),
    doc="The same of the bills of materials.",
)
COSTS = found(
    "evidence.costs",
    EvidenceIndex,
    read=frozenset({"exporter", "clerk", "tax"}),
    label=Text("evidence of cost and refund", "成本与退税证据索引"),
    doc="The same of purchase cost, the exporter's standing, foreign exchange and the claim.",
)
FILING = found(
    "evidence.filing",
    Filing,
    read=frozenset({"exporter", "broker", "clerk", "tax", "operator", "auditor"}),
    label=Text("filing documents of the refund", "退税备案单证"),
    doc="Which documents are to be kept on file for the refund, which papers are they, and which are still lacking.",
)
RETENTION = found(
    "evidence.retention",
    Retention,
    read=frozenset({"exporter", "broker", "clerk", "tax", "operator", "auditor"}),
    label=Text("duties to keep", "保存义务"),
    doc="Which laws ask that statements and papers be kept, and until which day; what is to be erased is held against it.",
)
