"""The clauses of a rule that must all hold: each understood to its last word, or the rule is not read."""

import re
from collections.abc import Callable
from decimal import Decimal

from entrepot.gateways.origin_uk.processes import DESCRIBED, LIMITED
from entrepot.gateways.origin_uk.wording import EXW, NUMBER, PERCENT, listed, places

Alternatives = list[list[str]]


class NotRead(Exception):
    """A text that is not understood to its last word."""


def at(words: str | None) -> str:
    """Places as the rule language writes them; empty for none."""
    if not words:
        return ""
    found = places(words)
    if found is None:
        raise NotRead(words)
    return found


def both(left: Alternatives, right: Alternatives) -> Alternatives:
    """What passes when one alternative of either side passes."""
    return [[*one, *other] for one in left for other in right]


_CONDITIONAL = re.compile(
    r"\b(?:however|provided|except|excluding|unless|if|value|weight|not|other|any|of which|in which|wholly|originating"
    r"|same|this|that|those|least|more|less|than|accompanied|combined|preceded|followed|in each case"
    r"|materials of (?:any|(?:sub)?heading|chapter))\b|[%:;.¦‖]"
)
_LONGEST_NAME = 16


def named(words: str) -> str:
    """The word of something that is on no list, where it is named without any condition."""
    if _CONDITIONAL.search(words) or len(words.split()) > _LONGEST_NAME or not re.fullmatch(r"[a-z0-9 ,()'/-]+", words):
        raise NotRead(words)
    return re.sub(r"[^a-z0-9]+", "_", words).strip("_")


def as_word(text: str) -> str:
    """Places or a percentage as part of a word."""
    return re.sub(r"[^0-9a-z]+", "_", text).strip("_")


def only(found: str) -> Alternatives:
    """Materials of these places; where others are used, the producer says that none is at a later stage of manufacture."""
    return [[f"Only {found}"], [f"Process not_beyond_{as_word(found)}"]]


_USED = r"(?:,? ?used(?: in (?:the )?(?:production|manufacture)(?: of the (?:good|product))?)?)?"
_ALL = r"(?:(?:all|any) )?(?:of )?(?:the )?(?:non-originating )?materials?"
_IN = r"(?:(?:classified )?(?:of|in|from|within|under))"
_NOT_OVER = r"(?:(?:do|does|must|shall|should|may) not|cannot) exceed(?:: ¦(?=[^¦]*$))?"
_GOOD = r"(?:final )?(?:products?|goods?)"
_OWN = rf"(?:that|those|the heading)(?: of the {_GOOD})?"
_LIKE = r"materials (?:of (?:this|the same) description(?: as the product)?|of the same group as the product)"
_WHOLLY = r"(?:are|is|must be|shall be)(?: already)? (?:wholly|entirely) obtained(?: in the country or territory)?"
_ORIGINATE = r"(?:are|is|must be|shall be|must)(?: already be| already)? originating"
_FOB = r"(?: or (?P<fob>\d+(?:\.\d+)?)% of the free[- ]on[- ]board(?: \(fob\))? (?:cost|value)(?: of the product)?)?"
_WHAT = "|".join(pattern for pattern, _ in DESCRIBED)
_SHARE = rf"{NUMBER} of {EXW}{_FOB}"
_HEAVY = rf"{NUMBER} of the (?:total )?(?:net )?weight of the {_GOOD}"
_WEIGHT = r"the (?:total |individual )?(?:net )?weight of"
_ARRACK = "Process arrack_within_5_volume"
# Materials of any place but natural rubber (4001 without balata and the like).
_NOT_RUBBER = "01-39, 400130, 4002-4017, 41-97"


def _word_of(words: str, table: tuple[tuple[str, str], ...]) -> str:
    return next(word for pattern, word in table if re.fullmatch(pattern, words))


def _share(found: re.Match[str], of: str = "") -> Alternatives:
    of = f" of {of}" if of else ""
    shares = [[f"MaxNOM{found['n']} EXW{of}"]]
    return [*shares, [f"MaxNOM{found['fob']} FOB{of}"]] if found["fob"] else shares


def _limit(found: re.Match[str]) -> Alternatives:
    word = _word_of(found["what"], LIMITED)
    shares = [[f"Process {word}_within_{as_word(found['n'])}_exw"]]
    return [*shares, [f"Process {word}_within_{as_word(found['fob'])}_fob"]] if found["fob"] else shares


def _described_exception(found: re.Match[str]) -> Alternatives:
    """`except from bones of heading 0506`: none of those places, or, as the producer says, none of what is described."""
    of = at(found["places"])
    before = at(found["before"]) if found["before"] else ""
    strict = f"ANY except from {before}, {of}" if before else f"ANY except from {of}"
    loose = f"ANY except from {before}" if before else "ANY"
    return [[strict], [loose, f"Process without_{named(found['what'])}_of_{as_word(of)}"]]


def _tobacco(found: re.Match[str]) -> Alternatives:
    return [[f"Process tobacco_{as_word(found['n'])}_originating_by_weight"]]


Clause = tuple[re.Pattern[str], Callable[[re.Match[str]], Alternatives]]


def _clause(pattern: str, read: Callable[[re.Match[str]], Alternatives]) -> Clause:
    return re.compile(pattern), read


_SHARES: tuple[Clause, ...] = (
    _clause(rf"(?:the )?(?:total )?value of {_ALL}{_USED} {_NOT_OVER} {_SHARE}", _share),
    _clause(
        rf"(?:the )?(?:total )?value of {_ALL} {_IN} {listed('of')}(?:,? taken together,?)?{_USED} {_NOT_OVER} {_SHARE}",
        lambda m: _share(m, at(m["of"])),
    ),
    _clause(
        rf"the (?:value of the )?materials classified (?:within|in) {listed('of')}(?:,? taken together,?)? are only used"
        rf" up to a value of {NUMBER} of {EXW}",
        lambda m: [[f"MaxNOM{m['n']} EXW of {at(m['of'])}"]],
    ),
    _clause(
        rf"the materials classified within the same heading as the product are only used up to a value of {NUMBER} of {EXW}",
        lambda m: [[f"CTH allow {m['n']} EXW"]],
    ),
    _clause(
        rf"(?:within the above limit, )?the value of {_ALL} (?:of|classified (?:in|within)) the same heading as"
        rf" (?:that of )?the {_GOOD}{_USED} {_NOT_OVER} {NUMBER} of {EXW}",
        lambda m: [[f"CTH allow {m['n']} EXW"]],
    ),
    _clause(
        rf"the value of {_ALL} used,? except natural rubber,? {_NOT_OVER} {NUMBER} of {EXW}",
        lambda m: [[f"MaxNOM{m['n']} EXW of {_NOT_RUBBER}"]],
    ),
    _clause(
        rf"(?:the )?(?:total )?value of (?:all )?(?:the )?(?:non-originating )?(?P<what>{'|'.join(p for p, _ in LIMITED)})"
        rf"{_USED} {_NOT_OVER} {_SHARE}",
        _limit,
    ),
    _clause(
        rf"a maximum of {PERCENT} of {EXW} is made up of non-originating parts(?: \(maxnom\))?",
        lambda m: [[f"MaxNOM{m[1]} EXW"]],
    ),
    _clause(
        rf"the maximum value of non-originating materials \(maxnom\) cannot exceed {PERCENT} of {EXW}",
        lambda m: [[f"MaxNOM{m[1]} EXW"]],
    ),
    _clause(
        rf"{_WEIGHT} {_ALL} {_IN} {listed('of')}{_USED} {_NOT_OVER} {_HEAVY}",
        lambda m: [[f"MaxNOM{m['n']} weight of {at(m['of'])}"]],
    ),
    _clause(
        rf"{_WEIGHT} (?:the )?(?:non-originating )?sugar{_USED} {_NOT_OVER} {_HEAVY}",
        lambda m: [[f"Process sugar_within_{as_word(m['n'])}_weight"]],
    ),
    _clause(
        rf"the individual weight of (?:the )?sugar and of (?:the )?materials of chapter 4{_USED} {_NOT_OVER} {_HEAVY}",
        lambda m: [[f"Process sugar_within_{as_word(m['n'])}_weight", f"MaxNOM{m['n']} weight of 04"]],
    ),
    _clause(
        rf"the total combined weight of (?:the )?sugar and (?:of )?(?:the )?materials of chapter 4{_USED} {_NOT_OVER} {_HEAVY}",
        lambda m: [[f"Process sugar_and_04_within_{as_word(m['n'])}_weight"]],
    ),
    _clause(
        r"the value of all the non-originating materials used does not exceed the value of (?:all )?the originating materials used",
        lambda _: [["NOM within OM"]],
    ),
    _clause(
        r"the good has a regional value content \(rvc\) as calculated under article 4 of the origin reference document of not less"
        r" than (\d+)%, whether using the build-up method or build-down method \(rvc\1\)",
        lambda m: [[f"RVC{m[1]}"]],
    ),
    _clause(
        r"your goods contain a regional value content \(rvc\) of at least (\d+)% of the free[- ]on[- ]board \(fob\) cost of the goods",
        lambda m: [[f"RVC{m[1]} build-down"]],
    ),
)
_CHANGES: tuple[Clause, ...] = (
    _clause(
        rf"the value of {_ALL} used {_NOT_OVER} {NUMBER} of the net cost of the product",
        lambda m: [[f"RVC{100 - Decimal(m['n']):f} net-cost"]],
    ),
    _clause(
        rf"(?:all )?(?:of )?the materials(?: used)? (?:are|is) classified (?:within|in) (?:a )?heading other than that of the {_GOOD}",
        lambda _: [["CTH"]],
    ),
    _clause(
        (
            rf"(?:all )?(?:of )?the materials(?: used)? (?:are|is) classified (?:within|in) (?:a "
            rf")?(?:heading|chapter) other than {listed('of')}"
        ),
        lambda m: [[f"ANY except from {at(m['of'])}"]],
    ),
    _clause(rf"{_ALL} of any heading,? except(?: for)? {_OWN}", lambda _: [["CTH"]]),
    _clause(
        rf"{_ALL} of any heading,? except(?: for)? {_OWN}(?:,| and| or)+(?: of| from| materials of)? {listed('of')}",
        lambda m: [[f"CTH except from {at(m['of'])}"]],
    ),
    _clause(
        rf"{_ALL} of any heading,? except(?: for)?(?: (?:those|that|materials))?(?: of| from)? {listed('of')}",
        lambda m: [[f"ANY except from {at(m['of'])}"]],
    ),
    _clause(
        rf"{_ALL} of any heading,? except (?:for |from )*assemblies of uppers affixed to inner soles or to other sole components"
        r" of heading 6406",
        lambda _: [["ANY except from 6406"], ["ANY", "Process without_upper_assemblies"]],
    ),
    _clause(
        rf"{_ALL} of any heading,? except(?: for)? (?:(?:those of |that of )?{listed('before')} (?:or|and) )?(?:from )?(?:the )?"
        rf"(?P<what>(?!materials|those|that)[a-z][a-z ,-]*?[a-z]) of {listed('places')}",
        _described_exception,
    ),
    _clause(rf"{_ALL} of any heading", lambda _: [["ANY"]]),
    _clause(
        rf"{_ALL} of any heading,? including other materials of (?:{listed('of')}|the same heading(?: as the product)?)",
        lambda _: [["ANY", "Process without_like_materials"]],
    ),
    _clause(
        rf"{_ALL} of any heading,? including (?:other materials of {listed('of')}|materials of a different 'group' in this heading)\. "
        rf"(?:however, )?(?:the )?(?:{_LIKE}|metal alcoholates of this heading)(?: as the product)? may (?:also )?be used,? provided"
        rf"(?: that)? their (?:total )?value does not exceed {NUMBER} of {EXW}",
        lambda m: [["ANY", f"Process like_materials_within_{as_word(m['n'])}_exw"]],
    ),
    _clause(rf"{_ALL} of any chapter,? except that of the {_GOOD}", lambda _: [["CC"]]),
    _clause(rf"{_ALL} of any subheading,? except that of the {_GOOD}", lambda _: [["CTSH"]]),
    _clause(
        rf"(?:using )?materials not classified (?:within|in) {listed('of')}",
        lambda m: [[f"ANY except from {at(m['of'])}"]],
    ),
    _clause(rf"(?:non-originating )?materials of {listed('of')}", lambda m: only(at(m["of"]))),
    _clause(
        rf"other materials of {listed('of')}",
        lambda m: [[*one, "Process without_like_materials"] for one in only(at(m["of"]))],
    ),
)
_ORIGINS: tuple[Clause, ...] = (
    _clause(
        rf"{_ALL} (?:of|in|classified in) {listed('of')}{_USED} {_WHOLLY}", lambda m: [[f"Obtained {at(m['of'])}"]]
    ),
    _clause(rf"{_ALL} (?:of|in) {listed('of')}{_USED} {_ORIGINATE}", lambda m: [[f"Originating {at(m['of'])}"]]),
    _clause(rf"all (?:of )?the materials used {_ORIGINATE}", lambda _: [["Originating 01-97"]]),
    _clause(rf"all the animals of {listed('of')}{_USED} {_WHOLLY}", lambda m: [[f"Obtained {at(m['of'])}"]]),
    _clause(r"all goods must be wholly obtained", lambda _: [["WO"]]),
    _clause(rf"(?:all the products? of chapter \d+|the product|the goods?) {_WHOLLY}", lambda _: [["WO"]]),
    _clause(
        rf"all (?:the )?fish and crustaceans, molluscs and other aquatic invertebrates {_WHOLLY}",
        lambda _: [["Obtained 03"]],
    ),
    _clause(
        rf"(?:all |any )?(?:the )?(?P<what>{_WHAT}){_USED} {_WHOLLY}",
        lambda m: [[f"Process {_word_of(m['what'], DESCRIBED)}_obtained"]],
    ),
    _clause(
        rf"(?:all |any )?(?:the )?(?P<what>{_WHAT}){_USED} {_ORIGINATE}",
        lambda m: [[f"Process {_word_of(m['what'], DESCRIBED)}_originating"]],
    ),
    _clause(
        rf"(?:all |any )?(?:the )?grapes or (?:any )?materials? derived from grapes used {_WHOLLY},? or,? if all the other materials"
        r" used are already originating, arrack may be used up to a limit of 5% by volume",
        lambda _: [["Process grapes_obtained"], [_ARRACK]],
    ),
    _clause(
        rf"at least {NUMBER} by weight of the unmanufactured tobacco or tobacco refuse of heading 2401 used {_ORIGINATE}",
        _tobacco,
    ),
    _clause(
        rf"(?:the total |the )weight of (?:non-originating )?materials of chapter 24 used {_NOT_OVER} {NUMBER} of the total weight of"
        r" materials of chapter 24 used",
        lambda m: [[f"Process chapter_24_within_{as_word(m['n'])}_of_its_weight"]],
    ),
    _clause(
        rf"the value of (?:all )?the originating nuts and oil seeds of heading 0801, heading 0802 and heading 1202 to heading 1207 used"
        rf" exceeds {NUMBER} of {EXW}",
        lambda m: [[f"Process nuts_over_{as_word(m['n'])}_exw_originating"]],
    ),
)
_WHOLES: tuple[Clause, ...] = (
    _clause(
        rf"each item in the set (?:must|shall) satisfy the rule,? which would apply to it if it were not included in the set[.,]"
        rf" (?:however, |provided that )?non-originating articles may be incorporated,? "
        rf"provided(?: that)? their total value does not exceed"
        rf" {NUMBER} of the ex-works price(?: \(exw\))? of the set",
        lambda m: [[f"Process set_but_for_{as_word(m['n'])}_exw"]],
    ),
    _clause(
        rf"cotton cloth already made up in a form ready for use (?:with materials )?of heading "
        rf"9401 or heading 9403,? provided(?: that)?: "
        rf"¦ (?:the value of the cloth|its value) does not exceed {NUMBER} of {EXW},?(?: and)? ¦ all the other materials used are"
        r" (?:already )?originating and are classified in a heading other than heading 9401 or heading 9403",
        lambda m: [[f"Process made_up_cotton_cloth_{as_word(m['n'])}_exw"]],
    ),
    _clause(
        r"by (?:electrolytic or thermal|thermal or electrolytic) treatment",
        lambda _: [["Process electrolytic_thermal"]],
    ),
)
_CLAUSES = (*_SHARES, *_CHANGES, *_ORIGINS, *_WHOLES)

# What ties clauses together that must all hold.
_TIES = re.compile(
    r"(?:[\s,:;.]|¦|\band\b|\bhowever\b|\bboth\b|\bin which\b|\bwhere\b|\bwhich\b|\bfrom\b|\bprovided(?: that)?(?: also)?\b"
    r"|\bwithin the above limit,?|\bwithin the limit (?:indicated )?above,?|\b[a-d]\))+"
)
_LEADS = re.compile(
    r"(?:other )?(?:manufactur(?:e|ing)|production|operations)\b(?: than those referred to (?:above|in column(?: \(?\d\)?)?))?"
    r"(?: of the (?:product|good))?(?= ?(?:from|in which|using|by|:|where|,))"
)

Change = Callable[[str, re.Match[str]], Alternatives | None]
_MAY = (
    r"(?:may|can) (?:also )?be (?:used|incorporated)(?: into the set)?,? provided(?: that)? "
    r"(?:their|the|its) (?:total )?value(?: of these materials)?(?:,? taken together,?)? "
    r"(?:does|do) not exceed"
)


def _eased(last: str, found: re.Match[str]) -> Alternatives | None:
    level = {"CTH": "heading", "CTSH": "subheading"}.get(last.split(" ")[0])
    return [[f"{last} allow {found['n']} EXW"]] if level == found["kind"] and " allow " not in last else None


def _eased_places(last: str, found: re.Match[str]) -> Alternatives | None:
    if not last.startswith(("CC", "CTH", "ANY except")) or " allow " in last:
        return None
    eased = [f"{last} allow {found['n']} EXW of {at(found['of'])}"]
    # `the other materials of heading 8302`: other than such goods themselves
    return [[last], [*eased, "Process without_like_materials"]] if found["other"] else [eased]


def _freed(last: str, found: re.Match[str]) -> Alternatives | None:
    return [[last], [f"Process cth_but_for_{named(found[1])}"]] if last == "CTH" else None


def _kept_out(last: str, found: re.Match[str]) -> Alternatives | None:
    return [[last, f"Process without_{named(found[1])}"]] if last.startswith(("CTH", "ANY")) else None


def _barred(last: str, found: re.Match[str]) -> Alternatives | None:
    return [[f"{last} except from {at(found['of'])}"]] if last in ("CC", "CTH", "CTSH", "ANY") else None


def _worth(last: str, found: re.Match[str]) -> Alternatives | None:
    if not last.startswith("Only "):
        return None
    of = last.removeprefix("Only ")
    return both(only(of), [[f"MaxNOM{found['n']} EXW of {of}"]])


# What follows a clause and changes it: Materials named in words that may be used all the same, or may not, the producer
# confirms.
_CHANGED: tuple[tuple[re.Pattern[str], Change], ...] = tuple(
    (re.compile(pattern), change)
    for pattern, change in (
        (
            rf"(?:however, )?(?:non-originating )?materials (?:of|classified (?:within|in)) the same (?P<kind>heading|subheading)"
            rf"(?: as (?:that of )?the (?:products?|goods?))? {_MAY} {NUMBER} of {EXW}",
            _eased,
        ),
        (
            rf"(?:however, )?(?:the )?(?:non-originating )?(?P<other>other )?(?:materials|tools) (?:of|"
            rf"from|classified (?:within|in)) {listed('of')} {_MAY}"
            rf" {NUMBER} of {EXW}",
            _eased_places,
        ),
        (
            r"(?:however, )?(?!(?:the )?(?:non-originating |other )*materials)([a-z][a-z ,'()-]+?(?: of heading \d{4})?)"
            r"(?: of the same heading as the (?:product|good))? may be used(?=$| and ¦|, ¦| ¦|\.)",
            _freed,
        ),
        (
            r"(?:however, )?(?!(?:the )?(?:non-originating |other )*materials)([a-z][a-z ,'()-]+?(?: "
            r"of heading \d{4})?) (?:may|shall) not be used"
            r"(?=$| and ¦|, ¦| ¦|\.)",
            _kept_out,
        ),
        (rf",? ?(?:excluding|except)(?: from| for)?(?: non-originating)?(?: materials?)?(?: from| of)? {listed('of')}", _barred),
        (rf",? ?provided(?: that)? their (?:total )?value does not exceed {NUMBER} of {EXW}", _worth),
    )
)  # fmt: skip


def _changed(parts: list[Alternatives], text: str, place: int) -> int:
    """Where a change of the last clause ends, once it is made; nought if none stands here."""
    if not parts:
        return 0
    last = parts[-1][0][0]
    simple = len(parts[-1][0]) == 1 and (len(parts[-1]) == 1 or last.startswith("Only "))
    for pattern, change in _CHANGED:
        found = pattern.match(text, place)
        if found and simple and (made := change(last, found)):
            parts[-1] = made
            return found.end()
    return 0


def read_clauses(text: str) -> Alternatives:
    """Clauses that must all hold."""
    lead = _LEADS.match(text)
    place = lead.end() if lead else 0
    parts: list[Alternatives] = []
    while place < len(text):
        if end := _changed(parts, text, place):
            place = end
            continue
        tie = _TIES.match(text, place)
        place = tie.end() if tie else place
        if place >= len(text):
            if tie and tie.group().strip(" ,.;"):
                raise NotRead(tie.group())  # a sentence that breaks off
            break
        if end := _changed(parts, text, place):
            place = end
            continue
        found = [(match.end(), read, match) for pattern, read in _CLAUSES if (match := pattern.match(text, place))]
        if not found:
            raise NotRead(text[place:])
        place, read, match = max(found, key=lambda one: one[0])
        parts.append(read(match))
    if not parts:
        raise NotRead(text)
    alternatives: Alternatives = [[]]
    for part in parts:
        alternatives = both(alternatives, part)
    return [_with_arrack(tests) for tests in alternatives]


def _with_arrack(tests: list[str]) -> list[str]:
    """Arrack is itself of heading 2208: where it may be used, materials of that heading may."""
    if _ARRACK not in tests:
        return tests
    return [f"{test} allow 100 EXW of 2208" if test.startswith("ANY except") else test for test in tests]
