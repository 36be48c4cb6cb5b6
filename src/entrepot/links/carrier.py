"""Carrier: the bonded zone or logistics centre of a carrier pack that the goods pass, and what follows from it."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from entrepot.kernel.case import Case
from entrepot.kernel.findings import Answer, found, needs_review, no_law, not_applicable
from entrepot.kernel.law import PackCard, Row
from entrepot.kernel.module import Module
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.vocabulary.customs import PARTICULARS, Particulars
from entrepot.kernel.vocabulary.decisions import FACILITY, Facility
from entrepot.kernel.vocabulary.trade import TERMS, TRANSPORT, Terms, Transport

RULES = ("export_treatment_on_entry", "substantial_processing", "storage_limit")


def places(transport: Transport, terms: Terms) -> tuple[str, ...]:
    """Every place that the route and the terms name, in the order of the journey."""
    named = (*(leg.place for leg in transport.legs), transport.loading_port, transport.discharge_port, terms.place)
    return tuple(place for place in named if place)


@lru_cache(maxsize=4096)
def plain(words: str) -> str:
    """Words as they are compared: without case and spaces."""
    return "".join(words.casefold().split())


def named_in(cards: Iterable[PackCard], places: Iterable[str]) -> list[PackCard]:
    """The facilities that the places name, in the order of the journey, each once."""
    called = [(card, [plain(name) for name in card.traits.get("names", ())]) for card in cards]
    passed = [card for place in map(plain, places) for card, names in called if any(name in place for name in names)]
    return list({card.name: card for card in passed}.values())


def coded_for(cards: Iterable[PackCard], mode: str, transport_mode: str) -> list[PackCard]:
    """The facilities of the kind that a supervision mode or a customs transport mode is kept for."""
    return [
        card
        for card in cards
        if mode in card.traits.get("supervision_modes", ()) or transport_mode in card.traits.get("transport_modes", ())
    ]


def in_city(card: PackCard, particulars: Particulars) -> bool:
    """Whether the declaration's region is the city in which the facility lies."""
    region = particulars.admin_region or particulars.domestic_region
    return bool(region) and str(card.applies.get("division", ""))[:4] == region[:4]


def assess(case: Case) -> Answer:
    """The facility that the route names; failing that, the one that codes and region point to, for a person to confirm."""
    transport = case[TRANSPORT]
    particulars, terms = case.get(PARTICULARS) or Particulars(), case.get(TERMS) or Terms()
    day = particulars.declared_on or transport.loading_on or case.today
    cards = case.packs("carriers")
    named = named_in(cards, places(transport, terms))
    coded = coded_for(cards, particulars.supervision_mode, transport.mode)
    if named:
        return _facility(
            case, named[0], day, *_more(named), asks=_disagreement(named[0], coded, particulars, transport)
        )
    if not coded:
        return not_applicable(Text("route and codes name no bonded zone or centre", "路线与代码均未涉及保税区域"))
    codes = _codes(particulars, transport)
    near = [card for card in coded if in_city(card, particulars)]
    if len(near) != 1:
        return no_law(
            Text(
                f"{codes} is kept for bonded places, but none on file is named: name it on the route",
                f"{codes} 用于保税区域，但未指明已收录的区域：请在路线中写明",
            )
        )
    title = title_of(near[0])
    guess = Text(
        f"{codes} and the region point to {title.en}; the route does not name it",
        f"{codes} 及所在地区指向{title.zh}，但路线未写明",
    )
    return _facility(case, near[0], day, guess)


def _facility(case: Case, card: PackCard, day: date, *doubts: Text, asks: tuple[Problem, ...] = ()) -> Answer:
    """What follows from a facility on that day; no law where one of its rules is not on file for it."""
    rows = {rule: case.read(f"{card.name}/rules", day, rule=rule) for rule in RULES}
    title = title_of(card)
    if gaps := [rule for rule, row in rows.items() if row is None]:
        listed = ", ".join(gaps)
        return no_law(Text(f"{title.en}: {listed} not on file for {day}", f"{title.zh}：{day} 的 {listed} 未收录"))
    entry, processing, storage = (row for row in rows.values() if row is not None)
    value = Facility(
        card.name, title, card.traits.get("kind", "other"), entry["holds"], processing["holds"], _months(storage)
    )
    return needs_review(value, *doubts, asks=asks) if doubts else found(value, asks=asks)


def _months(storage: Row) -> int | None:
    months: int | None = storage["months"] if storage["holds"] else None
    return months


def title_of(card: PackCard) -> Text:
    """A pack's title in both languages."""
    return Text(card.title.get("en", card.name), card.title.get("zh", card.name))


def _codes(particulars: Particulars, transport: Transport) -> str:
    said = {"supervision mode": particulars.supervision_mode, "transport mode": transport.mode}
    return ", ".join(f"{name} {code}" for name, code in said.items() if code)


def _more(named: list[PackCard]) -> tuple[Text, ...]:
    """A journey through several facilities is a person's matter: the first is shown."""
    if len(named) == 1:
        return ()
    titles = [title_of(card) for card in named]
    return (
        Text(
            f"the route names {', then '.join(title.en for title in titles)}: the first is shown",
            f"路线依次涉及{'、'.join(title.zh for title in titles)}：此处列示第一个",
        ),
    )


def _disagreement(
    card: PackCard, coded: list[PackCard], particulars: Particulars, transport: Transport
) -> tuple[Problem, ...]:
    """Codes kept for another kind of facility than the one that the route names."""
    kinds = {other.traits.get("kind") for other in coded}
    if not kinds or card.traits.get("kind") in kinds:
        return ()
    title, codes = title_of(card), _codes(particulars, transport)
    return (
        Problem(
            "carrier.kind",
            "declaration.particulars.supervision_mode",
            Text(
                f"the route names {title.en}, but {codes} is kept for another kind of bonded place",
                f"路线写明{title.zh}，但 {codes} 用于另一类保税区域",
            ),
            Text("correct the mode or the route", "请更正监管方式或路线"),
            "W",
        ),
    )


MODULE = Module(
    "carrier",
    Text("Bonded carrier", "保税载体"),
    assess,
    gives=(FACILITY,),
    needs=(TRANSPORT,),
    uses=(PARTICULARS, TERMS),
)
