"""What holds between things said under different names: sums and totals, sets of lines and containers, the proof of origin."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from operator import attrgetter
from typing import Any

import msgspec

from entrepot.kernel.money import Money
from entrepot.kernel.record import Standing
from entrepot.kernel.sheet import natural
from entrepot.kernel.topics import Topic
from entrepot.kernel.vocabulary.clearance import Comparison, Side
from entrepot.kernel.vocabulary.customs import PROOF, Proof
from entrepot.kernel.vocabulary.goods import LINE, GoodsLine
from entrepot.kernel.vocabulary.trade import CONTAINER, PACKING, TERMS
from entrepot.modules.consistency.facts import DIFFER, WRITTEN, Given, Grade
from entrepot.modules.consistency.rules.fields import graded, held
from entrepot.modules.consistency.rules.measures import factor, within
from entrepot.modules.consistency.rules.papers import Papers, defaults, written

NAMED = 10  # of many keys, so many are named
_SUMS = (
    ("sum_packages", LINE, PACKING, "packages"),
    ("sum_gross_lines", LINE, PACKING, "gross_kg"),
    ("sum_gross_containers", CONTAINER, PACKING, "gross_kg"),
    ("sum_net", LINE, PACKING, "net_kg"),
)


def united(papers: Papers, topic: Topic[Any]) -> dict[str, Any]:
    """What leads on each key of a topic: the common value, or under a conflict the leading paper's on each field."""
    return {
        key: _led(papers, topic, standing) if (value := standing.value) is None else value
        for key, standing in papers.case.standing(topic).items()
    }


def _led(papers: Papers, topic: Topic[Any], standing: Standing) -> Any:
    fields = {field: papers.leading(topic, standing, field) for field in defaults(topic.type)}
    return topic.type(**{field: given.value for field, given in fields.items() if given is not None})


def sums(papers: Papers, lines: Mapping[str, Any], containers: Mapping[str, Any]) -> Iterator[Comparison]:
    """What the parts come to against what the whole says, where every part says it: on their own paper, if it says a total."""
    for name, parts_topic, topic, field in _SUMS:
        parts = lines if parts_topic is LINE else containers
        standing = papers.case.standing(topic).get("")
        total = papers.leading(topic, standing, field) if parts and standing is not None else None
        if standing is None or total is None or total.value == 0:
            continue
        values = [value for value in map(attrgetter(field), parts.values()) if value is not None]
        if len(values) < len(parts):
            continue
        spec, added = papers.relation(name), sum(values, Decimal(0))
        beside = _parts_side(papers, parts_topic, field, written(added))
        total = next((one for one in papers.all_given(topic, standing, field) if _on(papers, one, beside)), total)
        yield graded(spec.path, spec, (papers.side(total), beside), within(spec, added, Decimal(total.value)))
    yield from _money(papers, lines)


def _on(papers: Papers, given: Given, side: Side) -> bool:
    return bool(side.document) and papers.origin(given.statement).document == side.document


def _money(papers: Papers, lines: Mapping[str, Any]) -> Iterator[Comparison]:
    """Amounts against the invoice total to the cent, and every currency of the lines against the invoice's."""
    standing = papers.case.standing(TERMS).get("")
    amounts = [amount for line in lines.values() if (amount := line.amount) is not None]
    if standing is None or not amounts:
        return
    total, named = (papers.leading(TERMS, standing, field) for field in ("total", "currency"))
    currencies = {amount.currency for amount in amounts}
    given = named or total
    if given is not None:
        spec = papers.relation("line_currency")
        said = given.value.currency if isinstance(given.value, Money) else given.value
        if total is not None:
            currencies.add(total.value.currency)
        sides = (papers.side(given, said), _parts_side(papers, LINE, "amount", ", ".join(sorted(currencies))))
        yield held(spec.path, spec, sides, currencies == {said})
    if total is None or len(amounts) < len(lines) or currencies != {total.value.currency}:
        return
    spec = papers.relation("sum_amount")
    added = Money(sum([amount.minor for amount in amounts]), total.value.currency)
    sides = (papers.side(total), _parts_side(papers, LINE, "amount", str(added)))
    yield held(spec.path, spec, sides, added == total.value)


def _parts_side(papers: Papers, topic: Topic[Any], field: str, value: str) -> Side:
    """The parts as one side: the paper of the first and the last, with the places from one to the other."""
    ends = [papers.leading(topic, standing, field) for standing in papers.ends(topic)]
    sides = [papers.side(end, value) for end in ends if end is not None]
    if not sides:
        return Side(value, topic.name)
    first, last = sides[0], sides[-1]
    names = first.paper if first.paper == last.paper else f"{first.paper}, {last.paper}"
    places = first.place if first.place == last.place else f"{first.place} … {last.place}"
    return msgspec.structs.replace(first, paper=names, place=places)


def listed(papers: Papers, topic: Topic[Any]) -> Iterator[Comparison]:
    """Whether papers that name all lines, or all containers, name the same; others may name some of those and no more."""
    footing = papers.case.footing(topic)
    if len(footing.cited) + bool(footing.own_word or footing.transcript or footing.partly) < 2:
        return  # one list, by what is kept of a topic's papers
    by_paper: dict[str, tuple[Given, set[str]]] = {}
    for key, standing in papers.case.standing(topic).items():
        for statement, whole in zip(standing.statements, standing.values, strict=True):
            at = papers.origin(statement).document  # what is said without a paper counts as one list
            entry = by_paper.get(at)
            if entry is None:
                by_paper[at] = (Given(key, whole, statement, "key"), {key})
            else:
                entry[1].add(key)
    if len(by_paper) < 2:
        return
    spec = papers.relation("lines_listed" if topic is LINE else "containers_listed")
    whole_papers = {at for at, (given, _) in by_paper.items() if _names_all(papers, topic, given)}
    full = set().union(*(by_paper[at][1] for at in whole_papers)) or max(
        (keys for _, keys in by_paper.values()), key=len
    )
    ok = all(keys == full if at in whole_papers else keys <= full for at, (_, keys) in by_paper.items())
    order = sorted(by_paper.values(), key=lambda entry: (-len(entry[1]), papers.rank(topic, entry[0].statement)))
    yield held(spec.path, spec, [papers.side(given, _keys(keys, full)) for given, keys in order], ok)


def _names_all(papers: Papers, topic: Topic[Any], given: Given) -> bool:
    kind = papers.paper_kind(papers.origin(given.statement).kind)
    return kind.goods if topic is LINE else kind.containers


def _keys(keys: set[str], full: set[str]) -> str:
    """`3: 1, 2, 3`, or of many the number and what is missing or beside."""
    if len(full | keys) <= NAMED:
        return ", ".join(sorted(keys, key=natural))
    apart = [f"without {_few(full - keys)}"] * bool(full - keys) + [f"besides {_few(keys - full)}"] * bool(keys - full)
    return "; ".join([str(len(keys)), *apart])


def _few(keys: set[str]) -> str:
    shown = sorted(keys, key=natural)
    return ", ".join(shown[:NAMED]) + (" …" if len(shown) > NAMED else "")


def proofs(papers: Papers, lines: Mapping[str, Any]) -> Iterator[Comparison]:
    """A proof of origin against the lines it covers: they are there, under its codes, in its quantities."""
    standing = papers.case.standing(LINE)
    for key, stands in papers.case.standing(PROOF).items():
        if not lines:
            return
        proof: Proof = stands.values[0]
        statement = stands.statements[0]
        covered = Given(proof.lines, proof, statement, "lines")
        if proof.lines:
            spec = papers.relation("proof_line")
            beside = _parts_side(papers, LINE, "description", _keys(set(lines), set(lines)))
            yield held(papers.path(spec, key), spec, (papers.side(covered), beside), set(proof.lines) <= lines.keys())
        for name, field, said in (("proof_hs6", "hs", proof.hs6), ("proof_quantity", "quantity", proof.quantities)):
            spec = papers.relation(name)
            for line, value in said.items():
                given = papers.leading(LINE, standing[line], field) if line in standing else None
                if given is None:
                    continue
                on_proof = Given(value, proof, statement, "hs6" if field == "hs" else "quantities")
                found = _of_line(papers, field, value, lines[line])
                sides = (papers.side(given, _with_unit(field, given.value, lines[line])), papers.side(on_proof))
                yield graded(papers.path(spec, key), spec, sides, found)


def _of_line(papers: Papers, field: str, value: Any, line: GoodsLine) -> Grade:
    """A code that the line's begins with; a quantity that is one of the line's measures, in any of its units."""
    if field == "hs":
        return WRITTEN if line.hs.startswith(value) or value.startswith(line.hs) else DIFFER
    kilos = factor(papers, line.unit, "kg") if line.unit else None
    measures = {line.quantity, line.net_kg, line.gross_kg, line.quantity1, line.quantity2}
    if kilos is not None and line.quantity is not None:
        measures |= {line.quantity * kilos, line.quantity * kilos / 1000}
    return WRITTEN if value in measures else DIFFER


def _with_unit(field: str, value: Any, line: GoodsLine) -> str:
    return f"{written(value)} {line.unit}".strip() if field == "quantity" else written(value)
