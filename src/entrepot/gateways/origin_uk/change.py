"""Rules written as changes of classification and as value content, as the newer agreements write them."""

import re
from typing import NamedTuple

from entrepot.gateways.origin_uk.clauses import Alternatives, NotRead, at, both
from entrepot.gateways.origin_uk.reading import read_alternatives
from entrepot.gateways.origin_uk.wording import EXW, PERCENT, PLACES, plain

LEVELS = {"chapter": "CC", "heading": "CTH", "subheading": "CTSH"}
STANDARD_QVC: Alternatives = [
    ["RVC40 build-down EXW"],
    ["RVC45 build-down"],
    ["RVC35 build-up EXW"],
    ["RVC35 build-up"],
]
_METHODS = {"build-up": "build-up", "build-down": "build-down", "net cost": "net-cost", "focused value": "focused"}
_AT = PLACES[1:-1]

_ITEM = re.compile(
    rf"(?:¦? ?[a-d]\) ?)?{PERCENT}(?P<base> of (?:[a-z -]+?))? under the (?P<method>build-up|"
    rf"build-down|net cost|focused value) method(?: taking into account only the "
    rf"non-originating materials of (?P<of>{_AT}))?"
)
_BASES = {
    "": [""],
    "the ex-works price": [" EXW"],
    "the free-on-board value": [""],
    "the free on-board value": [""],
    "either the ex-works price or free-on-board value": [" EXW", ""],
}
_GOODS = rf"(?: (?:for|to) (?:a )?goods? of (?P<goods>{_AT}))?"
_CONTENT = re.compile(
    r"(?:,? ?(?:and|provided)(?: that)? there is (?:also )?a (?:regional value content|rvc|"
    r"qvc)|,? ?and a qvc|a (?:regional value content|qvc)) of not less than:?(?P<list>.*)"
)
_NO_CHANGE = re.compile(rf"no change in tariff classification(?: is)? required{_GOODS},? ?(?P<rest>provided .*)")
_CHANGE = re.compile(
    rf"(?:a )?change{_GOODS} from any other (?P<level>chapter|heading|subheading)(?:,? except(?: from)? (?P<except>{_AT}))?(?P<rest>.*)"
)
_CODED = re.compile(
    r"(?P<code>cc|cth|ctsh): all non-originating materials used in the production of the good have undergone a change in tariff"
    r" classification at the \d-digit level \((?:tariff )?(?:chapter|heading|subheading)\)(?P<rest>.*)"
)
_CODED_START = re.compile(
    r"(cc|cth|ctsh)(?:: all non-originating materials used in the production of the good have undergone a change in tariff"
    r" classification at the \d-digit level \((?:tariff )?(?:chapter|heading|subheading)\)|(?=,? (?:except|however)\b))"
)
_IN_FULL = {code.lower(): f"materials of any {kind}, except that of the product" for kind, code in LEVELS.items()}
_STANDARD = re.compile(r" and standard qvc")
_WITHIN = re.compile(
    r"a change from within (?:this|any one of these) (?P<level>heading|"
    r"subheading)s?(?P<other>(?:,? whether or not there is also a change from| or) any other "
    r"(?:heading|subheading))?(?P<rest>.*)"
)
_FROM = re.compile(
    rf"a change from (?P<from>{_AT}),? whether or not there is also a change from any other "
    rf"(?P<level>chapter|heading|subheading)(?P<rest>.*)"
)
_OWN_VALUE = re.compile(
    r",? provided that the value of(?: the)? non-originating materials (?P<of>of (?:this|these) (?:sub)?headings?"
    rf"|classified in the same (?:sub)?heading as the (?:final )?product|of {_AT}) does not exceed {PERCENT} of {EXW}"
)
_SEWN = re.compile(
    r",? provided (?:that )?the (?:good|product) is (?:both )?(?:cut(?: \(or knit to shape\)| "
    r"or knit to shape, or both,)?) and sewn or otherwise assembled in the territory of (?:a "
    r"party|one or more of the parties)"
)
_KNIT = re.compile(
    r"a change to a good knit to shape, for which no sewing or other assembly is required, from any other"
    r" (?P<level>chapter|heading)"
)
_MADE_UP = "Process cut_or_knit_to_shape_and_assembled"


class Rule:
    """A read text: the goods it names (places, empty for all of its set), and its alternatives."""

    def __init__(self, alternatives: Alternatives, goods: str = "") -> None:
        self.alternatives, self.goods = alternatives, goods

    @property
    def text(self) -> str:
        return " or ".join(" and ".join(dict.fromkeys(tests)) for tests in self.alternatives)


def _content(items: str) -> Alternatives:
    """A list of value contents, any one of which will do."""
    found: Alternatives = []
    place = 0
    items = items.strip(" ¦,.;")
    while place < len(items):
        item = _ITEM.match(items, place)
        if item is None:
            raise NotRead(items[place:])
        of = f" of {at(item['of'])}" if item["of"] else ""
        if bool(of) != (item["method"] == "focused value"):
            raise NotRead(items[place:])
        bases = _BASES.get((item["base"] or "").removeprefix(" of "))
        if bases is None:
            raise NotRead(items[place:])
        found += [[f"RVC{item[1]} {_METHODS[item['method']]}{base}{of}"] for base in bases]
        tie = re.compile(r"[ ,;.]*(?:or)?[ ,;¦]*").match(items, item.end())
        place = tie.end() if tie else item.end()
        if place >= len(items) and tie and "or" in tie.group():
            raise NotRead(tie.group())  # a list that breaks off
    if not found:
        raise NotRead(items)
    return found


def _provided(rest: str) -> Alternatives:
    """What is asked for besides a change."""
    rest = rest.strip(" .;")
    if not rest:
        return [[]]
    if rest.removeprefix("and ").strip() == "standard qvc":
        return STANDARD_QVC
    if found := _CONTENT.fullmatch(rest):
        return _content(found["list"])
    if _SEWN.fullmatch(rest) or _SEWN.fullmatch(f", {rest}"):
        return [[_MADE_UP]]
    return read_alternatives(re.sub(r"^,? ?(?:and )?provided(?: that)?:? ?", "", rest))


def read_text(text: str) -> Rule:
    """A published text as a rule; NotRead where it is not understood to its last word."""
    words = plain(text)
    if _FRAGMENT.match(words):
        raise NotRead(words)
    if words == "standard qvc":
        return Rule(STANDARD_QVC)
    if words in ("chemical reaction", "a chemical reaction"):
        return Rule([["CR"]])
    if found := _CONTENT.fullmatch(words):
        return Rule(_content(found["list"]))
    if found := _KNIT.fullmatch(words):
        return Rule([[LEVELS[found["level"]], "Process knit_to_shape_without_assembly"]])
    if found := _NO_CHANGE.fullmatch(words):
        return Rule(_provided(found["rest"]), at(found["goods"]))
    if found := _CHANGE.fullmatch(words):
        test = LEVELS[found["level"]] + (f" except from {at(found['except'])}" if found["except"] else "")
        return Rule(both([[test]], _provided(found["rest"])), at(found["goods"]))
    if (found := _CODED.fullmatch(words)) and (
        content := _CONTENT.fullmatch(found["rest"]) or _STANDARD.fullmatch(found["rest"])
    ):
        return Rule(both([[found["code"].upper()]], _provided(content.group())))
    words = _CODED_START.sub(lambda coded: _IN_FULL[coded[1]], words)
    if found := _WITHIN.fullmatch(words):
        return Rule(_within(found))
    if (found := _FROM.fullmatch(words)) and (limit := _OWN_VALUE.fullmatch(found["rest"])):
        return Rule(_from(found, limit))
    return Rule(read_alternatives(words))


def _within(found: re.Match[str]) -> Alternatives:
    """A change within the good's own heading, with any limit on materials of it."""
    if not found["other"]:
        raise NotRead(found.group())  # whether materials of other headings may be used is not said
    if not found["rest"].strip(" ."):
        return [["ANY"]]
    limit = _OWN_VALUE.fullmatch(found["rest"])
    if limit is None or not (limit["of"].startswith("of th") or limit["of"].startswith("classified")):
        raise NotRead(found["rest"])
    return [[f"{LEVELS[found['level']]} allow {limit[2]} EXW"]]


def _from(found: re.Match[str], limit: re.Match[str]) -> Alternatives:
    """A change from named places too, while materials of them stay within a limit."""
    if at(limit["of"].removeprefix("of ")) != at(found["from"]):
        raise NotRead(limit["of"])
    level, of = LEVELS[found["level"]], at(found["from"])
    return [[f"{level} allow 100 EXW of {of}", f"MaxNOM{limit[2]} EXW of {of}"]]


_FRAGMENT = re.compile(r"¦? ?(?:[b-h]\)|\([ivx]+\)|followed|provided|and |or |the total combined weight )")
_LEAD = re.compile(r"^(?P<lead>.*not less than:?) ?(?:¦ )?a\) ", re.DOTALL)


# `… does not exceed: 70 % of the price`, and as the next rule `80 % of the net cost`.
_SHARE_OF = "production in which the value of all non-originating materials used does not exceed"
_SHARE_LEAD = re.compile(rf"^{_SHARE_OF}: ¦")
_NET_COST = re.compile(r"\d+% of the net cost of the product")


# `Spinning …`, and as the next rule `Extrusion …, in each case accompanied by weaving`: one sentence, cut at its `or`.
_BARE = re.compile(r"(?:spinning|extrusion) of [^,]*")
_EACH_CASE = re.compile(r"(?:spinning|extrusion) of [^,]*, in each case (?P<tie>accompanied by .*)")


class Whole(NamedTuple):
    """A text in one spelling; `of_list`: an item of the list of value contents that the text before it begins."""

    text: str
    of_list: bool


def whole_texts(texts: list[str]) -> list[Whole]:
    """The texts of a set, each item of a list that was cut into rules with the beginning of its list put before it, and
    what is said of each case put to the case before."""
    lead = ""
    found: list[Whole] = []
    for text in texts:
        words, of_list = plain(text), False
        if (cost := _NET_COST.fullmatch(words)) and found and _SHARE_LEAD.search(found[-1].text):
            words, of_list = f"{_SHARE_OF} {cost.group()}", True
        elif opened := _LEAD.match(words):
            lead = opened["lead"]
        elif re.match(r"¦? ?[b-e]\) ", words) and lead:
            words, of_list = f"{lead} {re.sub(r'^¦ ?', '', words)}", True
        else:
            lead = ""
        if (each := _EACH_CASE.fullmatch(words)) and found and _BARE.fullmatch(found[-1].text.strip(" .")):
            found[-1] = found[-1]._replace(text=f"{found[-1].text.strip(' .')} {each['tie']}")
        found.append(Whole(words, of_list))
    return found
