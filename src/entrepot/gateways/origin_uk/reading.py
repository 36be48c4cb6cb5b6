"""Published rules of origin read into the language of product rules.

A text is read clause by clause from its beginning to its end; what is not understood to the last word is not read at all,
for half a rule is another rule. Alternatives are lists of tests that must all pass.
"""

import re
from collections.abc import Callable

from entrepot.gateways.origin_uk.processes import DESCRIBED, LIMIT, MATERIALS, OPERATIONS, Said, limited
from entrepot.gateways.origin_uk.wording import EXW, PERCENT, PLACES, places

Alternatives = list[list[str]]


class NotRead(Exception):
    """A text that is not understood to its last word."""


def _places(words: str) -> str:
    found = places(words)
    if found is None:
        raise NotRead(words)
    return found


_USED = r"(?: ?used(?: in (?:the )?(?:production|manufacture)(?: of the (?:good|product))?)?)?"
_ALL_MATERIALS = rf"(?:all )?(?:the )?(?:non-originating )?materials{_USED}"
_NOT_OVER = r"(?:do|does|must|shall|should)(?: not|es not)? (?:not )?exceed(?:ed)?"
_OWN = r"(?:that|those|the heading)(?: of the (?:product|good|goods|products))?"

def _described(words: str) -> str:
    return next(said.word for pattern, said in DESCRIBED if re.fullmatch(pattern, words))


Clause = tuple[re.Pattern[str], Callable[[re.Match[str]], list[str]]]


def _clause(pattern: str, read: Callable[[re.Match[str]], list[str]]) -> Clause:
    return re.compile(pattern), read


_CLAUSES: tuple[Clause, ...] = (
    _clause(rf"the value of {_ALL_MATERIALS} {_NOT_OVER} {PERCENT} of {EXW}", lambda m: [f"MaxNOM{m[1]} EXW"]),
    _clause(
        rf"(?:the )?(?:total )?value of (?:all |any )?(?:of )?(?:the )?(?:non-originating )?materials (?:(?:classified )?(?:of|in|within|under) ){PLACES}{_USED} {_NOT_OVER} {PERCENT} of {EXW}",
        lambda m: [f"MaxNOM{m[2]} EXW of {_places(m[1])}"],
    ),
    _clause(
        rf"the materials classified (?:within|in) {PLACES} are only used up to a value of {PERCENT} of {EXW}",
        lambda m: [f"MaxNOM{m[2]} EXW of {_places(m[1])}"],
    ),
    _clause(
        rf"the (?:total )?(?:net )?weight of (?:all )?(?:the )?(?:non-originating )?materials of {PLACES}{_USED} {_NOT_OVER} {PERCENT} of the (?:total )?(?:net )?weight of the (?:final )?(?:product|good)",
        lambda m: [f"MaxNOM{m[2]} weight of {_places(m[1])}"],
    ),
    _clause(
        r"(?:all )?the materials(?: used)? (?:are|is) classified (?:within|in) a heading other than that of the (?:product|good)",
        lambda _: ["CTH"],
    ),
    _clause(
        rf"all (?:of )?the materials (?:of|in|classified in) {PLACES}(?: used)? (?:are|must be) wholly obtained(?: in the country or territory)?",
        lambda m: [f"Obtained {_places(m[1])}"],
    ),
    _clause(
        rf"all (?:of )?the materials (?:of|in) {PLACES}(?: used)? (?:are|must be) originating",
        lambda m: [f"Originating {_places(m[1])}"],
    ),
    _clause(
        r"the value of all the non-originating materials used does not exceed the value of (?:all )?the originating materials used",
        lambda _: ["NOM within OM"],
    ),
    _clause(rf"materials of any heading,? except(?: for)? {_OWN}", lambda _: ["CTH"]),
    _clause(
        rf"materials of any heading,? except(?: for)? {_OWN}(?:,| and| or)+(?: of| from| materials of)? {PLACES}",
        lambda m: [f"CTH except from {_places(m[1])}"],
    ),
    _clause(
        rf"materials of any heading,? except(?: for)?(?: (?:those|that|materials))?(?: of| from)? {PLACES}",
        lambda m: [f"ANY except from {_places(m[1])}"],
    ),
    _clause(rf"(?:non-originating )?materials of any heading(?:,? including (?:other )?materials of {PLACES})?", lambda _: ["ANY"]),
    _clause(r"materials of any subheading,? except that of the (?:product|good)", lambda _: ["CTSH"]),
    _clause(rf"materials not classified (?:within|in) {PLACES}", lambda m: [f"ANY except from {_places(m[1])}"]),
    _clause(r"all goods must be wholly obtained", lambda _: ["WO"]),
    _clause(r"(?:all the products? of chapter \d+|the product|the goods?)(?: must be| are| is) wholly obtained", lambda _: ["WO"]),
    _clause(rf"all the animals of {PLACES}(?: used)? (?:are|shall be|must be) wholly obtained", lambda m: [f"Obtained {_places(m[1])}"]),
    _clause(LIMIT.pattern, lambda m: [f"Process {limited(m[1], m[2]).word}"]),
    _clause(
        rf"(?:all )?(?:the )?({'|'.join(pattern for pattern, _ in DESCRIBED)})(?: used)? (?:are|is|must be) (?:wholly obtained|entirely obtained)",
        lambda m: [f"Process {_described(m[1])}_obtained"],
    ),
    _clause(
        rf"(?:within the above limit, )?the value of (?:all |any )?(?:the )?materials (?:of|classified (?:in|within)) the same heading as (?:that of )?the (?:product|good)(?: used)? {_NOT_OVER} {PERCENT} of {EXW}",
        lambda m: [f"CTH allow {m[1]} EXW"],
    ),
    _clause(rf"(?:non-originating )?materials of {PLACES}", lambda m: [f"Only {_places(m[1])}"]),
    _clause(
        r"cth: all non-originating materials used in the production of the good have undergone a change in tariff classification at the 4-digit level \(tariff heading\)",
        lambda _: ["CTH"],
    ),
    _clause(
        r"ctsh: all non-originating materials used in the production of the good have undergone a change in tariff classification at the 6-digit level \(subheading\)",
        lambda _: ["CTSH"],
    ),
    _clause(
        r"cc: all non-originating materials used in the production of the good have undergone a change in tariff classification at the 2-digit level \(chapter\)",
        lambda _: ["CC"],
    ),
    _clause(
        r"a maximum of (\d+(?:\.\d+)?)% of the ex-works price \(exw\) is made up of non-originating parts \(maxnom\)",
        lambda m: [f"MaxNOM{m[1]} EXW"],
    ),
    _clause(
        r"the maximum value of non-originating materials \(maxnom\) cannot exceed (\d+(?:\.\d+)?)% of the ex-works price \(exw\) of the (?:good|product)",
        lambda m: [f"MaxNOM{m[1]} EXW"],
    ),
    _clause(
        r"the good has a regional value content \(rvc\) as calculated under article 4 of the origin reference document of not less than (\d+)%, whether using the build-up method or build-down method \(rvc\1\)",
        lambda m: [f"RVC{m[1]}"],
    ),
    _clause(
        r"your goods contain a regional value content \(rvc\) of at least (\d+)% of the free on board \(fob\) cost of the goods",
        lambda m: [f"RVC{m[1]} build-down"],
    ),
)
# What ties clauses together that must all hold.
_TIES = re.compile(
    r"(?:[\s,:;.]|¦|\band\b|\bhowever\b|\bboth\b|\bin which\b|\bwhere\b|\bwhich\b|\bfrom\b|\bprovided(?: that)?(?: also)?\b|\bwithin the above limit,?|\bwithin the limit (?:indicated )?above,?"
    r"|\b[a-d]\))+"
)
_LEADS = re.compile(r"(?:other )?(?:manufacture|production|operations)\b(?: of the (?:product|good))?(?= ?(?:from|in which|:|where|,))")
_EASED = re.compile(
    rf"(?:however, )?(?:non-originating )?materials (?:of|classified (?:within|in)) the same heading(?: as (?:that of )?the (?:products?|goods?))? (?:may|can) be used,? provided (?:that )?(?:their|the) (?:total )?value(?: of these materials)? (?:does|do) not exceed {PERCENT} of {EXW}"
)
_EASED_PLACES = re.compile(
    rf"(?:however, )?(?:non-originating )?(?:other )?materials of {PLACES} (?:may|can) be used,? provided (?:that )?(?:their|the) (?:total )?value(?: of these materials)? (?:does|do) not exceed {PERCENT} of {EXW}"
)
# Materials named in words that may be used all the same, or may not: the producer confirms it.
_FREED = re.compile(r"(?:however, )?(?!(?:non-originating )?materials)([a-z][a-z ,'-]+(?: of heading \d{4})?) may be used(?=$| and ¦|, ¦|\.)")
_KEPT_OUT = re.compile(r"(?:however, )?(?!(?:non-originating )?materials)([a-z][a-z ,'-]+(?: of heading \d{4})?) (?:may|shall) not be used(?=$| and ¦|, ¦|\.)")
_BARRED = re.compile(rf"(?:,? ?excluding|,? ?except)(?: non-originating)?(?: materials)?(?: from| of)? {PLACES}")


def read_clauses(text: str) -> Alternatives:
    """Clauses that must all hold, as one alternative."""
    lead = _LEADS.match(text)
    place = lead.end() if lead else 0
    tests: list[str] = []
    while True:
        tie = _TIES.match(text, place)
        place = tie.end() if tie else place
        if place >= len(text):
            break
        if (eased := _EASED.match(text, place)) and tests and re.fullmatch(r"CTH(?: except from [\d, -]+)?", tests[-1]):
            tests[-1] += f" allow {eased[1]} EXW"
            place = eased.end()
            continue
        if (eased := _EASED_PLACES.match(text, place)) and tests and re.fullmatch(r"(?:CTH|ANY)(?: except from [\d, -]+)?", tests[-1]):
            tests[-1] += f" allow {eased[2]} EXW of {_places(eased[1])}"
            place = eased.end()
            continue
        if (freed := _FREED.match(text, place)) and tests and tests[-1] == "CTH":
            tests[-1] += f" or Process cth_but_for_{_named(freed[1])}"
            place = freed.end()
            continue
        if (kept := _KEPT_OUT.match(text, place)) and tests and tests[-1].startswith(("CTH", "ANY")):
            tests.append(f"Process without_{_named(kept[1])}")
            place = kept.end()
            continue
        if (barred := _BARRED.match(text, place)) and tests and re.fullmatch(r"CC|CTH|CTSH|ANY", tests[-1]):
            tests[-1] += f" except from {_places(barred[1])}"
            place = barred.end()
            continue
        found = [(match.end(), read, match) for pattern, read in _CLAUSES if (match := pattern.match(text, place))]
        if not found:
            raise NotRead(text[place:])
        end, read, match = max(found, key=lambda one: one[0])
        tests += read(match)
        place = end
    if not tests:
        raise NotRead(text)
    alternatives: Alternatives = [[]]
    for test in dict.fromkeys(tests):
        alternatives = [[*one, choice] for one in alternatives for choice in test.split(" or ")]
    return alternatives


_EACH = re.compile(r",? in each case,? ")
_NEXT = re.compile(r",? ?(?:combined with|accompanied by|preceded by|followed by|together with|and) ")
_SPLIT = re.compile(r" or (?:by |with )|, | or ")


def _operation(text: str, place: int) -> tuple[Said, int]:
    """The longest operation named at a place, and where it ends."""
    best: tuple[int, Said] | None = None
    for pattern, said in _OPERATIONS:
        match = pattern.match(text, place)
        if match and (best is None or match.end() > best[0]):
            best = match.end(), said
    if best is None:
        raise NotRead(text[place:])
    return best[1], best[0]


def _chain(text: str) -> tuple[Alternatives, int]:
    """`A accompanied by B or by C, and D`: operations that follow each other; what stands after a tie may be one of several."""
    chains: Alternatives = [[]]
    place = 0
    while True:
        one, place = _operation(text, place)
        choices = [one]
        while split := re.compile(r" or (?:by |with )").match(text, place):
            other, place = _operation(text, split.end())
            choices.append(other)
        chains = [[*chain, choice.word] for chain in chains for choice in choices]
        tie = _NEXT.match(text, place)
        if tie is None:
            return chains, place
        place = tie.end()


def read_operations(text: str) -> Alternatives:
    """Operations, each alternative a chain of them, with what a provision adds to all of them."""
    body, provided, rest = text.partition(" provided that ")
    body, where, more = (body, provided, rest) if provided else text.partition(" where ")
    tail: list[list[str]] = [[]]
    if parted := _EACH.search(body):
        body, tied = body[: parted.start()], body[parted.end() :]
        tied = re.sub(r"^(?:combined with|accompanied by|preceded by|followed by) ", "", tied)
        tail, end = _chain(tied)
        if end < len(tied):
            raise NotRead(tied[end:])
    heads: Alternatives = []
    for part in body.split(" ‖ "):
        left = part.strip(" ,.")
        while True:
            chains, end = _chain(left)
            if len(chains[0]) > 1 and parted is None and _SPLIT.match(left, end) and not left[end:].startswith(", "):
                # `A or B accompanied by C`: whether C belongs to A too is not said.
                raise NotRead(left)
            heads += chains
            split = _SPLIT.match(left, end) if end < len(left) else None
            if end >= len(left):
                break
            if split is None:
                raise NotRead(left[end:])
            if parted is None and _NEXT.search(left, split.end()):
                raise NotRead(left)
            left = left[split.end() :].removeprefix("or ")
    also = read_clauses(more)[0] if where else []
    return [[f"Process {' + '.join(dict.fromkeys([*head, *end_]))}", *also] for head in heads for end_ in tail]


_CONDITIONAL = re.compile(
    r"\b(?:however|provided|except|excluding|unless|if|value|weight|not|other|any|of which|in which|wholly|originating|same|this|that|those|least|more|less|than)\b|[%:;.¦‖]"
)


def _named(words: str) -> str:
    """The word of something named that is not on the list, where it is named without any condition."""
    if _CONDITIONAL.search(words) or len(words.split()) > _LONGEST_NAME or not re.fullmatch(r"[a-z0-9 ,()'/-]+", words):
        raise NotRead(words)
    return re.sub(r"[^a-z0-9]+", "_", words).strip("_")


def read_named(text: str) -> Alternatives:
    """A single operation named without any condition: `Distillation of wood tar`."""
    if not _VERBAL.match(text):
        raise NotRead(text)
    return [[f"Process {_named(text)}"]]


_LONGEST_NAME = 14
_VERBAL = re.compile(r"(?:manufacture by |(?:[a-z-]+, )*[a-z-]+(?:ing|ation|tion)\b)")


def read_materials(text: str) -> Alternatives:
    """`Manufacture from yarn`: materials named in words, any of them, with what a provision adds."""
    found = re.match(r"(?:manufacture|production) from:? ?(?:non-originating )?", text)
    if found is None:
        raise NotRead(text)
    body, provided, more = text[found.end() :].partition(", provided that ")
    if not provided:
        body, provided, more = body.partition(" provided that ")
    words = []
    for item in re.split(r",? or ¦ |,? ¦ (?:or )?|, or (?:of )?| or (?!fabric|semi|cord|reconst|otherwise|textile|artificial|raw|combed|waste|other)", body):
        if not (item := item.strip(" ,.¦")):
            continue
        said = next((said for pattern, said in _MATERIALS if pattern.fullmatch(item)), None)
        words.append(_named(item) if said is None else said.word)
    if not words:
        raise NotRead(text)
    also = read_clauses(more)[0] if provided else []
    return [[f"Process from_{'_or_'.join(dict.fromkeys(words))}", *also]]


_OPERATIONS = tuple((re.compile(pattern + r"(?![a-z-])"), said) for pattern, said in OPERATIONS)
_MATERIALS = tuple((re.compile(pattern), said) for pattern, said in MATERIALS)
_READINGS = (read_clauses, read_operations, read_materials, read_named)


def read_alternatives(words: str) -> Alternatives:
    """A text in one spelling, as alternatives; raises NotRead."""
    furthest = NotRead(words)
    for reading in _READINGS:
        try:
            return reading(words)
        except NotRead as failed:
            furthest = min(furthest, failed, key=lambda one: len(str(one)))
    for split in re.finditer(r" ‖ |,? or (?=manufacture|production|a change|cth|ctsh|cc:)", words):
        try:
            return [*read_alternatives(words[: split.start()].strip(" .,;")), *read_alternatives(words[split.end() :])]
        except NotRead:
            continue
    raise furthest


