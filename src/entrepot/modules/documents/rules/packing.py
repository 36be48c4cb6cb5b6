"""The packing list: how the goods are packed and how heavy they are, without a price."""

from collections.abc import Mapping
from decimal import Decimal

from msgspec import Struct

from entrepot.kernel.case import Case
from entrepot.kernel.findings import Answer, found, needs_review, refused
from entrepot.kernel.sheet import natural
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.vocabulary.goods import LINE, GoodsLine
from entrepot.kernel.vocabulary.trade import CONTAINER, PACKING, PARTY, TERMS, TRANSPORT, Container, Packing, Transport
from entrepot.modules.documents.facts import PackedContainer, PackedItem, PackingList
from entrepot.modules.documents.rules.sale import agreed, party_named

_MEASURES = {
    "packages": Text("packages", "件数"),
    "gross_kg": Text("gross weight", "毛重"),
    "net_kg": Text("net weight", "净重"),
}


class Packed(Struct, frozen=True):
    """The whole shipment as packed; kg. `said` of it as a whole, or else the sum of lines that all say it."""

    packages: int | None
    gross_kg: Decimal | None
    net_kg: Decimal | None


def is_packed(case: Case) -> bool:
    """Nobody waits for the packing list of goods of which no packing was said, or that have neither invoice nor contract."""
    terms = case.get(TERMS)
    numbered = bool(case.conflicts(TERMS)) if terms is None else bool(terms.contract_no or terms.invoice_no)
    return numbered and (case.get(PACKING) is not None or bool(case.conflicts(PACKING)))


def assess_packing(case: Case) -> Answer:
    """The packing list: refused with everything that it lacks, for review where its lines do not come to its totals."""
    terms, packing = case[TERMS], case[PACKING]
    parties, lines = agreed(case, PARTY), agreed(case, LINE)
    containers = agreed(case, CONTAINER) if case.keys(CONTAINER) else {}
    transport = case.get(TRANSPORT) or Transport()
    problems: list[Problem] = []
    seller, buyer = party_named(parties, "exporter", problems), party_named(parties, "importer", problems)
    sums = summed(lines)
    whole = Packed(
        sums.packages if packing.packages is None else packing.packages,
        sums.gross_kg if packing.gross_kg is None else packing.gross_kg,
        sums.net_kg if packing.net_kg is None else packing.net_kg,
    )
    problems += [problem for key in sorted(lines, key=natural) for problem in _line_problems(key, lines[key])]
    if whole.packages is None:
        problems.append(_lacking("packages"))
    if whole.gross_kg is None:
        problems.append(_lacking("gross_kg"))
    if problems or whole.packages is None or whole.gross_kg is None:
        return refused(tuple(problems))
    document = PackingList(
        terms.invoice_no or terms.contract_no,
        seller,
        buyer,
        whole.packages,
        whole.gross_kg,
        dict(lines),
        whole.net_kg,
        packing.package_type,
        terms.invoice_date or terms.contract_date,
        terms.invoice_no,
        terms.contract_no,
        " ".join(part for part in (transport.conveyance, transport.voyage) if part),
        transport.loading_port,
        transport.discharge_port,
        packing.marks,
        dict(containers),
    )
    reasons = _apart(packing, sums, whole)
    return needs_review(document, *reasons) if reasons else found(document)


def summed(lines: Mapping[str, GoodsLine]) -> Packed:
    """What the lines come to; None for a measure that not every line says."""
    packages: int | None = 0
    gross: Decimal | None = Decimal(0)
    net: Decimal | None = Decimal(0)
    for line in lines.values():
        packages = None if packages is None or line.packages is None else packages + line.packages
        gross = None if gross is None or line.gross_kg is None else gross + line.gross_kg
        net = None if net is None or line.net_kg is None else net + line.net_kg
    return Packed(packages, gross, net) if lines else Packed(None, None, None)


def packed_items(lines: Mapping[str, GoodsLine]) -> tuple[PackedItem, ...]:
    """The lines in the document's words, in the order of their numbers."""
    return tuple(
        PackedItem(
            key,
            line.description or line.description_zh,
            line.quantity,
            line.unit,
            line.description_zh,
            line.packages,
            line.package_type,
            line.net_kg,
            line.gross_kg,
            line.marks,
        )
        for key, line in sorted(lines.items(), key=lambda one: natural(one[0]))
    )


def packed_containers(containers: Mapping[str, Container]) -> tuple[PackedContainer, ...]:
    """The containers in the document's words, by their numbers."""
    return tuple(
        PackedContainer(number, one.size_type, one.seals, one.gross_kg, one.lines)
        for number, one in sorted(containers.items())
    )


def _apart(packing: Packing, sums: Packed, whole: Packed) -> list[Text]:
    """Where the totals that were said differ from what the lines come to, and where net is heavier than gross."""
    reasons = []
    for name, words in _MEASURES.items():
        said, lines = getattr(packing, name), getattr(sums, name)
        if said is not None and lines is not None and said != lines:
            reasons.append(
                Text(
                    f"{words.en}: the lines come to {lines}, the total says {said}",
                    f"{words.zh}：各商品项合计 {lines}，总计为 {said}",
                )
            )
    if whole.net_kg is not None and whole.gross_kg is not None and whole.net_kg > whole.gross_kg:
        reasons.append(
            Text(
                f"net weight {whole.net_kg} kg is above gross weight {whole.gross_kg} kg",
                f"净重 {whole.net_kg} 千克大于毛重 {whole.gross_kg} 千克",
            )
        )
    return reasons


def _lacking(name: str) -> Problem:
    words = _MEASURES[name]
    return Problem(
        "DC08",
        f"packing.totals.{name}",
        Text(f"no {words.en} of the whole shipment is said", f"未填整批货物的{words.zh}"),
        Text("say it for the shipment, or for every line", "请填报总数，或逐项填报"),
    )


def _line_problems(key: str, line: GoodsLine) -> list[Problem]:
    if line.description or line.description_zh:
        return []
    return [
        Problem(
            "DC09",
            f"goods.line/{key}.description",
            Text(f"line {key} does not say what the goods are", f"第 {key} 项未填品名"),
            Text("say it with the line", "请补充该商品项"),
        )
    ]
