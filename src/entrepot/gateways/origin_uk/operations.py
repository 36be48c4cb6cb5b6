"""Operations that follow each other, and materials from which a good is made, as rules name them in words."""

import re

from entrepot.gateways.origin_uk.clauses import Alternatives, NotRead, both, named, read_clauses
from entrepot.gateways.origin_uk.processes import MATERIALS, OPERATIONS

_OPERATIONS = tuple((re.compile(pattern + r"(?![a-z-])"), word) for pattern, word in OPERATIONS)
_MATERIALS = tuple((re.compile(pattern), word) for pattern, word in MATERIALS)
# Of several finishing operations after a tie any one is meant: none of them makes goods originate by itself. So with ways of
# forming a fabric: `extrusion accompanied by weaving or knitting` is not met by knitting alone.
_FINISHING = {
    "dyeing", "coating", "flocking", "laminating", "printing", "metalising", "impregnating", "covering", "bleaching",
    "rubberising",
}  # fmt: skip
# What is done to yarn makes no fabric, and what forms a fabric makes no garment: what follows belongs to each of them.
_FORMING = {"weaving", "knitting", "nonwoven", "fabric_formation", "tufting"}
_GROUPS = ({"twisting", "texturing", "gimping", "mechanical_operation"}, _FORMING, _FINISHING)
_SPINNING = {"spinning", "spinning_natural", "spinning_staple"}
_EACH = re.compile(r",? in each case,? ")
_NEXT = re.compile(r",? ?(?:combined with|accompanied by|accompanied with|preceded by|followed by|together with|and) ")
_OR = re.compile(r",? or (?:by |with )?")
_OR_SAID = re.compile(r",? or (?:by|with) ")
_COMMA = re.compile(r", (?:by |with )?")
_SPLIT = re.compile(r",? or (?:by |with )|, | or ")
_PROVISO = re.compile(r",? (?:provided(?: that)?:?|where) ")


def _operation(text: str, place: int) -> tuple[str, int]:
    """The longest operation named at a place, and where it ends."""
    best: tuple[int, str] | None = None
    for pattern, word in _OPERATIONS:
        match = pattern.match(text, place)
        if match and (best is None or match.end() > best[0]):
            best = match.end(), word
    if best is None:
        raise NotRead(text[place:])
    return best[1], best[0]


def _one_of(text: str, place: int) -> tuple[list[str], int]:
    """What stands after a tie: one operation, or several of which any will do, and where that ends."""
    first, place = _operation(text, place)
    choices, ends = [first], place
    while True:
        tie = _OR.match(text, place) or _COMMA.match(text, place)
        if tie is None:
            return choices, ends
        try:
            word, after = _operation(text, tie.end())
        except NotRead:
            return choices[:1] if ends != place else choices, ends
        if not (_OR_SAID.match(text, place) or {first, word} <= _FINISHING or {first, word} <= _FORMING):
            return choices[:1] if ends != place else choices, ends
        choices.append(word)
        place = after
        if " or " in tie.group():
            ends = after


def _chain(text: str) -> tuple[list[list[str]], int]:
    """`A accompanied by B or by C, and D`: operations that follow each other."""
    first, place = _operation(text, 0)
    heads, end = [first], place
    group: set[str] = next((group for group in _GROUPS if first in group), set())
    while group and (either := _OR.match(text, end) or _COMMA.match(text, end)):
        try:
            word, end = _operation(text, either.end())
        except NotRead:
            break
        if word not in group:
            break
        heads.append(word)
        if " or " in either.group() and _NEXT.match(text, end):
            place = end
            break
    if place != end:
        heads = heads[:1]
    return _followed([[head] for head in heads], text, place)


def _followed(chains: list[list[str]], text: str, place: int) -> tuple[list[list[str]], int]:
    """Chains with what ties on to them."""
    while tie := _NEXT.match(text, place):
        choices, place = _one_of(text, tie.end())
        if len(choices) > 1 and _NEXT.match(text, place):
            raise NotRead(text)  # `A accompanied by B or C accompanied by D`
        chains = [[*chain, choice] for chain in chains for choice in choices]
    return chains, place


# `Spinning of natural fibres or extrusion of man-made fibres accompanied by spinning`: only what is extruded is spun after.
_EXTRUDED = re.compile(r"extrusion of man-made fibres,? accompanied by spinning(?P<or> or twisting)?")


def _spun(found: re.Match[str]) -> list[str]:
    return ["spinning", "twisting"] if found["or"] else ["spinning"]


def _operations(text: str) -> Alternatives:
    """One paragraph of operations, with what a provision adds to all of them."""
    body = text
    also: Alternatives = [[]]
    if proviso := _PROVISO.search(text):
        body, also = text[: proviso.start()], read_clauses(text[proviso.end() :])
    tail: list[list[str]] = [[]]
    if parted := _EACH.search(body):
        tied = re.sub(r"^(?:combined with|accompanied by|preceded by|followed by) ", "", body[parted.end() :])
        body = body[: parted.start()]
        choices, end = _one_of(tied, 0)
        tail, end = _followed([[choice] for choice in choices], tied, end)
        if end < len(tied):
            raise NotRead(tied[end:])
    heads: list[list[str]] = []
    several = False
    left = body.strip(" ,.")
    while True:
        chains, end = _chain(left)
        split = _SPLIT.match(left, end)
        if split and parted is None and chains[0][0] in _SPINNING and len(chains[0]) == 1:
            spun = _EXTRUDED.fullmatch(left, split.end())
            if spun:
                return both(
                    [[f"Process {chains[0][0]}"], *[[f"Process extrusion + {word}"] for word in _spun(spun)]], also
                )
        if end < len(left) and split is None:
            raise NotRead(left[end:])
        several = several or bool(heads)
        heads += chains
        if split is None:
            break
        if parted is None and (
            (len(chains[0]) > 1 and not split.group().startswith(", ")) or _NEXT.search(left, split.end())
        ):
            raise NotRead(left)  # `A or B accompanied by C`: whether C belongs to A too is not said
        left = left[split.end() :].removeprefix("or ")
    if proviso and several and parted is None:
        raise NotRead(text)  # whether the provision is for each of them is not said
    chained = [[f"Process {' + '.join(dict.fromkeys([*head, *last]))}"] for head in heads for last in tail]
    return both(chained, also)


_UNDERGONE = re.compile(r"(?:a )?(?P<list>.+?) (?:is|are) undergone")
_PROCESSES = {
    "chemical reaction": "CR", "a chemical reaction": "CR", "purification": "Process purification",
    "mixing and blending": "Process mixing_and_blending", "a change in particle size": "Process particle_size",
    "production of standard materials": "Process standard_materials", "isomer separation": "Process isomer_separation",
    "biotechnological processing": "Process biotechnology", "distillation": "Process distillation",
}  # fmt: skip


def read_undergone(text: str) -> Alternatives:
    """`A chemical reaction, purification or isomer separation is undergone`: any one of the processes of chemistry."""
    found = _UNDERGONE.fullmatch(text)
    items = re.split(r",? or |, ", found["list"]) if found else []
    if found is None or any(item not in _PROCESSES for item in items):
        raise NotRead(text)
    return [[_PROCESSES[item]] for item in dict.fromkeys(items)]


def read_operations(text: str) -> Alternatives:
    """Operations; each paragraph is an alternative with its own provision, but what is said `in each case` is said of all."""
    if _EACH.search(text):
        text = text.replace(" ‖ ", " or ")
    return [one for part in text.split(" ‖ ") for one in _operations(part.strip(" ,."))]


_VERBAL = re.compile(r"(?:manufacture by |(?:[a-z-]+ )?(?:[a-z-]+, )*[a-z-]+(?:ing|ation|tion)\b)")


def read_named(text: str) -> Alternatives:
    """A single operation named without any condition: `Distillation of wood tar`."""
    if not _VERBAL.match(text):
        raise NotRead(text)
    return [[f"Process {named(text)}"]]


_ITEMS = re.compile(r",?(?: or)? ¦ (?:or )?")
_JOINED = re.compile(r",? or (?:of )?|, ")


def read_materials(text: str) -> Alternatives:
    """`Manufacture from yarn`: materials named in words, any of them, with what a provision adds."""
    found = re.match(r"(?:manufacture|production) from:? ?(?:non-originating )?", text)
    if found is None:
        raise NotRead(text)
    body = text[found.end() :]
    also: Alternatives = [[]]
    if proviso := re.search(r",? provided(?: that)?:? ", body):
        body, also = body[: proviso.start()], read_clauses(body[proviso.end() :])
    items = [item.strip(" ,.¦") for item in _ITEMS.split(f" {body}")]
    words = [word for item in items if item for word in _materials(item)]
    if not words:
        raise NotRead(text)
    return both([[f"Process from_{'_or_'.join(dict.fromkeys(words))}"]], also)


def _materials(item: str) -> list[str]:
    """The words of one item: as it is, or of several that are joined."""
    if word := next((word for pattern, word in _MATERIALS if pattern.fullmatch(item)), ""):
        return [word]
    for joint in _JOINED.finditer(item):
        try:
            first, rest = _materials(item[: joint.start()]), _materials(item[joint.end() :])
        except NotRead:
            continue
        if all(word in _NAMES for word in (*first, *rest)):
            return [*first, *rest]
    return [named(item)]


_NAMES = {word for _, word in MATERIALS}
