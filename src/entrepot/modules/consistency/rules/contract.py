"""The lines sent against the lines agreed: matched by item code, goods code and likeness; a part may be sent, not more."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from entrepot.kernel.record import Standing
from entrepot.kernel.submissions import Submission
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.clearance import CONTRACT_LINE, Comparison, Side
from entrepot.kernel.vocabulary.goods import LINE, GoodsLine
from entrepot.kernel.vocabulary.trade import TERMS
from entrepot.modules.consistency.facts import DIFFER, WRITTEN, Given, Grade, Spec
from entrepot.modules.consistency.rules.fields import graded, held, said_by
from entrepot.modules.consistency.rules.likeness import bare, words_grade
from entrepot.modules.consistency.rules.measures import factor, grade, within
from entrepot.modules.consistency.rules.papers import Papers, written


class Agreed(NamedTuple):
    """A line of a contract, by its key there, with the statement that agrees on it."""

    key: str
    line: GoodsLine
    statement: Submission


def against_contract(papers: Papers, lines: Mapping[str, Any]) -> Iterator[Comparison]:
    """Every line sent against the contract that the dossier holds: is it there, at its price, within its quantity."""
    agreed = [
        Agreed(key, line, statement)
        for key, standing in papers.case.standing(CONTRACT_LINE).items()
        for statement, line in zip(standing.statements, standing.values, strict=True)
    ]
    yield from _total(papers)
    if not agreed:
        return
    by_paper: dict[str, list[Agreed]] = {}
    for one in agreed:
        by_paper.setdefault(papers.origin(one.statement).document or one.statement.id, []).append(one)
    sent = papers.case.standing(LINE)
    for contract in by_paper.values():
        if all(_resting_on(papers, contract, standing) for standing in sent.values()):
            continue  # the contract stands in for the goods: it would be compared with itself
        yield from _compared(papers, contract, lines, sent)


def _resting_on(papers: Papers, contract: Sequence[Agreed], standing: Standing) -> bool:
    documents = {papers.origin(one.statement).document for one in contract}
    return all(papers.origin(statement).document in documents - {""} for statement in standing.statements)


def _compared(
    papers: Papers, contract: Sequence[Agreed], lines: Mapping[str, Any], sent: Mapping[str, Standing]
) -> Iterator[Comparison]:
    index = _Index(papers, contract)
    taken: dict[int, list[str]] = {}
    missing = papers.relation("contract_line")
    for key, line in lines.items():
        place = index.match(key, line)
        if place is not None:
            taken.setdefault(place, []).append(key)
            yield from _terms(papers, key, sent[key], contract[place])
        elif (named := _named(papers, sent[key])) is not None:
            first = contract[0]
            side = papers.side(Given("", first.line, first.statement, "description"), "–")
            what = Text(
                f"{said_by(papers.side(named))} sends {written(named.value)}, which is not in the contract {side.paper}",
                f"{said_by(papers.side(named))} 的 {written(named.value)} 不在合同 {side.paper} 中",
            )
            yield held(papers.path(missing, key), missing, (papers.side(named), side), False, what)
    spec = papers.relation("contract_quantity")
    for place, keys in taken.items():
        if (found := _quantity(papers, spec, contract[place], keys, lines, sent)) is not None:
            yield found


def _named(papers: Papers, standing: Standing) -> Given | None:
    ways = (papers.leading(LINE, standing, field) for field in ("description", "description_zh", "hs", "item_code"))
    return next((given for given in ways if given is not None), None)


class _Index:
    """The lines of a contract by item code and by description, so that most lines are found at one look."""

    def __init__(self, papers: Papers, contract: Sequence[Agreed]) -> None:
        self.papers, self.contract = papers, contract
        self.names: dict[str, list[int]] = {}
        for place, one in enumerate(contract):
            for name in _names(one.line):
                self.names.setdefault(name, []).append(place)

    def match(self, key: str, line: GoodsLine) -> int | None:
        """The place of the contract line that a line sent belongs to; None where there is none like it."""
        places = next((self.names[name] for name in _names(line) if name in self.names), None)
        if places is None:
            places = self._alike(line)
        if len(places) > 1:
            places = sorted(places, key=lambda place: self._distance(key, line, self.contract[place]))
        return places[0] if places else None

    def _alike(self, line: GoodsLine) -> list[int]:
        """By goods code first; among all where no code decides."""
        coded = [p for p, one in enumerate(self.contract) if line.hs and one.line.hs and _same_code(line, one.line)]
        alike = self.papers.relation("contract_match").alike
        among = coded or range(len(self.contract))
        found = [place for place in among if _like(line, self.contract[place].line, alike)]
        return found or (coded if len(coded) == 1 else [])

    @staticmethod
    def _distance(key: str, line: GoodsLine, agreed: Agreed) -> tuple[bool, bool, bool]:
        one = agreed.line
        return line.price != one.price, bare(line.description) != bare(one.description), key != agreed.key


def _names(line: GoodsLine) -> list[str]:
    """What a line is called: by its code, in letters, in Chinese."""
    named = [f"item {line.item_code}"] if line.item_code else []
    return [*named, *(bare(text) for text in (line.description, line.description_zh) if text)]


def _same_code(one: GoodsLine, other: GoodsLine) -> bool:
    return one.hs.startswith(other.hs) or other.hs.startswith(one.hs)


def _like(one: GoodsLine, other: GoodsLine, alike: int) -> bool:
    """Whether two lines name like goods; what is not named in the same language decides nothing."""
    pairs = ((one.description, other.description), (one.description_zh, other.description_zh))
    return any(a and b and words_grade(a, b, {}, alike) != DIFFER for a, b in pairs)


def _terms(papers: Papers, key: str, standing: Standing, agreed: Agreed) -> Iterator[Comparison]:
    """Goods code and unit price of a line as sent and as agreed."""
    for name, field in (("contract_hs", "hs"), ("contract_price", "price")):
        spec, given = papers.relation(name), papers.leading(LINE, standing, field)
        value = getattr(agreed.line, field)
        if given is not None and value:
            other = Given(value, agreed.line, agreed.statement, field)
            yield graded(
                papers.path(spec, key),
                spec,
                (papers.side(given), papers.side(other)),
                grade(papers, spec, given, other),
            )


def _quantity(
    papers: Papers,
    spec: Spec,
    agreed: Agreed,
    keys: Sequence[str],
    lines: Mapping[str, Any],
    sent: Mapping[str, Standing],
) -> Comparison | None:
    """What is sent of a contract line, all lines together: a part of what was agreed, never more than the tolerance."""
    limit, unit = agreed.line.quantity, agreed.line.unit
    total = Decimal(0)
    for key in keys:
        line = lines[key]
        share = factor(papers, line.unit, unit) if line.unit and unit else Decimal(1)
        if limit is None or line.quantity is None or share is None:
            return None
        total += line.quantity * share
    first = papers.leading(LINE, sent[keys[0]], "quantity")
    if limit is None or first is None:
        return None
    found = WRITTEN if total <= limit else within(spec, total, limit)
    shown = Side(f"{written(total)} {unit}".strip(), *_at(papers.side(first)))
    other = papers.side(Given(limit, agreed.line, agreed.statement, "quantity"), f"{written(limit)} {unit}".strip())
    return graded(papers.path(spec, keys[0]), spec, (shown, other), found)


def _at(side: Side) -> tuple[str, str, str, str]:
    return side.paper, side.kind, side.place, side.document


def _total(papers: Papers) -> Iterator[Comparison]:
    """The invoice is for no more than the contract."""
    standing = papers.case.standing(TERMS).get("")
    ends = (
        [papers.leading(TERMS, standing, field) for field in ("total", "contract_total")]
        if standing is not None
        else []
    )
    total, agreed = ends or (None, None)
    if total is None or agreed is None:
        return
    one, other = (papers.origin(given.statement).document for given in (total, agreed))
    if one and one == other:
        return  # the contract's total stands in for the invoice's
    spec = papers.relation("contract_total")
    found: Grade
    if total.value.currency != agreed.value.currency:
        found = DIFFER
    elif total.value.minor <= agreed.value.minor:
        found = WRITTEN
    else:
        found = within(spec, total.value.amount, agreed.value.amount)
    yield graded(spec.path, spec, (papers.side(total), papers.side(agreed)), found)
