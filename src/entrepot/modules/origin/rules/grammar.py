"""Product rules as text, and as tests.

rule        = alternative { "or" alternative }
alternative = test { "and" test }
test        = "WO" | "CR" | "NOM within OM"
            | ( "ANY" | "CC" | "CTH" | "CTSH" ) [ "except" ["from"] places ] [ "allow" percent base [ "of" places ] ]
            | "RVC" [percent] [ "build-down" | "build-up" | "focused" | "net-cost" ] [ "EXW" ] [ "of" places ]
            | ( "MaxNOM" | "MaxMAT" ) percent base [ "of" places ]
            | ( "Obtained" | "Originating" | "Only" ) places
            | "Process" word { "+" word }
base        = "EXW" | "FOB" | "weight"
places      = place { ("," | "or" | "and") place }
place       = ["chapter" | "heading" | "subheading"] code [ ("to" | "through" | "-") code ]
"""

import re
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache

from entrepot.modules.origin.facts import (
    Allowance,
    BalanceTest,
    Base,
    ChangeTest,
    CodeRange,
    ContentTest,
    MaterialsTest,
    ObtainedTest,
    OnlyTest,
    Places,
    ProcessTest,
    ProductRule,
    ReactionTest,
    ShareTest,
    Test,
)

LEVELS = {"ANY": 0, "CC": 2, "CTH": 4, "CTSH": 6}
ALTERNATIVES = 32
_HUNDRED = Decimal(100)
_KINDS = {"chapter": 2, "heading": 4, "subheading": 6}
_BASES: dict[str, Base] = {"exw": "EXW", "fob": "FOB", "weight": "weight"}
# A number may stand close behind RVC, MaxNOM and MaxMAT; the words of operations may hold digits.
_WORDS = re.compile(
    r"\s*((?:[Rr][Vv][Cc]|[Mm][Aa][Xx](?:[Nn][Oo][Mm]|[Mm][Aa][Tt]))(?=\d)|[A-Za-z_][A-Za-z_0-9]*|[0-9]+(?:\.[0-9]+)*|[,+\-–])"
)


class RuleError(ValueError):
    """A product rule that the grammar does not know; it is kept as text for a person."""


@lru_cache(maxsize=4096)
def parse_rule(text: str) -> ProductRule:
    """A product rule's text as tests; RuleError says at which word it is no longer understood."""
    reader = _Reader(_tokens(text))
    alternatives = [_alternative(reader)]
    while reader.take("or"):
        alternatives.append(_alternative(reader))
    if reader.word:
        raise RuleError(f"not expected here: {reader.word!r}")
    if len(alternatives) > ALTERNATIVES:
        raise RuleError(f"more than {ALTERNATIVES} alternatives")
    return ProductRule(text, tuple(alternatives))


def write_rule(rule: ProductRule) -> str:
    """The canonical spelling of a rule: what `parse_rule` reads to the same tests."""
    return " or ".join(" and ".join(test.text for test in tests) for tests in rule.alternatives)


def write_places(places: Places) -> str:
    """Places as the canonical spelling has them."""
    return ", ".join(one.first if one.first == one.last else f"{one.first}-{one.last}" for one in places)


def _tokens(text: str) -> list[str]:
    words, place = [], 0
    end = len(text.rstrip())
    while place < end:
        found = _WORDS.match(text, place)
        if found is None:
            raise RuleError(f"not understood: {text[place:].strip()!r}")
        words.append(found.group(1))
        place = found.end()
    return words


class _Reader:
    """The words of a rule, one after the other; `word` is the next in lower case, empty at the end."""

    def __init__(self, words: list[str]) -> None:
        self._words, self._next = words, 0

    def _at(self, place: int) -> str:
        return self._words[place].lower() if place < len(self._words) else ""

    @property
    def word(self) -> str:
        return self._at(self._next)

    @property
    def after(self) -> str:
        return self._at(self._next + 1)

    def next(self) -> str:
        word = self.word
        self._next += 1
        return word

    def take(self, *expected: str) -> str:
        return self.next() if self.word in expected else ""

    def expect(self, word: str) -> None:
        if not self.take(word):
            raise RuleError(f"{word!r} is missing before {self.word!r}" if self.word else f"{word!r} is missing")


def _alternative(reader: _Reader) -> tuple[Test, ...]:
    tests = [_test(reader)]
    while reader.take("and"):
        tests.append(_test(reader))
    return tuple(tests)


def _test(reader: _Reader) -> Test:
    name = reader.next()
    if name.upper() in LEVELS:
        return _change(name.upper(), reader)
    read = _TESTS.get(name)
    if read is None:
        raise RuleError(f"no test is called {name!r}" if name else "a test is missing")
    return read(reader)


def _change(name: str, reader: _Reader) -> ChangeTest:
    excluded: Places = ()
    allowance, text = None, name
    if reader.take("except"):
        reader.take("from")
        excluded = _places(reader)
        text += f" except from {write_places(excluded)}"
    if reader.take("allow"):
        percent, base = _percent(reader), _base(reader)
        places = _places(reader) if reader.take("of") else ()
        allowance = Allowance(percent, base, places)
        text += f" allow {percent:f} {base}{_of(places)}"
    return ChangeTest(text, LEVELS[name], excluded, allowance)


def _content(reader: _Reader) -> ContentTest:
    percent = _percent(reader) if reader.word[:1].isdigit() else None
    text = "RVC" if percent is None else f"RVC{percent:f}"
    test = ContentTest(text, percent)
    if reader.take("build"):
        reader.expect("-")
        way = reader.take("down", "up")
        if not way:
            raise RuleError("build-down or build-up is meant")
        test = ContentTest(f"{text} build-{way}", percent, "build_down" if way == "down" else "build_up")
    elif reader.take("focused"):
        test = ContentTest(f"{text} focused", percent, "focused")
    elif reader.take("net"):
        reader.expect("-")
        reader.expect("cost")
        test = ContentTest(f"{text} net-cost", percent, "net_cost")
    if reader.take("exw"):
        test = ContentTest(f"{test.text} EXW", percent, test.method, "EXW")
    if reader.take("of"):
        if test.method != "focused":
            raise RuleError("only the focused method counts materials of some places")
        places = _places(reader)
        test = ContentTest(test.text + _of(places), percent, test.method, test.base, places)
    return test


def _share(name: str, originating_too: bool) -> Callable[[_Reader], ShareTest]:
    def read(reader: _Reader) -> ShareTest:
        percent, base = _percent(reader), _base(reader)
        places = _places(reader) if reader.take("of") else ()
        return ShareTest(f"{name}{percent:f} {base}{_of(places)}", percent, base, places, originating_too)

    return read


def _obtained(reader: _Reader) -> MaterialsTest:
    places = _places(reader)
    return MaterialsTest(f"Obtained {write_places(places)}", "obtained", places)


def _originating(reader: _Reader) -> MaterialsTest:
    places = _places(reader)
    return MaterialsTest(f"Originating {write_places(places)}", "originating", places)


def _only(reader: _Reader) -> OnlyTest:
    places = _places(reader)
    return OnlyTest(f"Only {write_places(places)}", places)


def _balance(reader: _Reader) -> BalanceTest:
    reader.expect("within")
    reader.expect("om")
    return BalanceTest()


def _process(reader: _Reader) -> ProcessTest:
    words = [_word(reader)]
    while reader.take("+"):
        words.append(_word(reader))
    return ProcessTest(f"Process {' + '.join(words)}", tuple(words))


_TESTS: dict[str, Callable[[_Reader], Test]] = {
    "wo": lambda _: ObtainedTest(),
    "cr": lambda _: ReactionTest(),
    "rvc": _content,
    "maxnom": _share("MaxNOM", False),
    "maxmat": _share("MaxMAT", True),
    "obtained": _obtained,
    "originating": _originating,
    "only": _only,
    "nom": _balance,
    "process": _process,
}


def _word(reader: _Reader) -> str:
    word = reader.next()
    if not word[:1].isalpha() or word in ("and", "or"):
        raise RuleError(f"no operation: {word!r}" if word else "an operation is missing")
    return word


def _percent(reader: _Reader) -> Decimal:
    word = reader.next()
    if not word[:1].isdigit() or word.count(".") > 1:
        raise RuleError(f"no percentage: {word!r}" if word else "a percentage is missing")
    percent = Decimal(word)
    if percent > _HUNDRED:
        raise RuleError(f"more than the whole: {word} %")
    return percent


def _base(reader: _Reader) -> Base:
    word = reader.next()
    if word not in _BASES:
        raise RuleError(f"a percentage of what: EXW, FOB or weight, not {word!r}")
    return _BASES[word]


def _of(places: Places) -> str:
    return f" of {write_places(places)}" if places else ""


def _places(reader: _Reader) -> Places:
    places = [_place(reader)]
    while reader.word in (",", "or", "and") and _opens_place(reader.after):
        reader.next()
        places.append(_place(reader))
    return tuple(places)


def _opens_place(word: str) -> bool:
    return word[:1].isdigit() or word.removesuffix("s") in _KINDS


def _place(reader: _Reader) -> CodeRange:
    digits = _KINDS.get(reader.word.removesuffix("s"), 0)
    if digits:
        reader.next()
    first = last = _code(reader, digits)
    if reader.take("to", "through", "-", "–"):
        if reader.word.removesuffix("s") in _KINDS:
            reader.next()
        last = _code(reader, len(first))
        if last < first:
            raise RuleError(f"{first} to {last} runs backwards")
    return CodeRange(first, last)


def _code(reader: _Reader, digits: int) -> str:
    word = reader.next()
    code = word.replace(".", "")
    if digits == 2 and len(code) == 1:
        code = f"0{code}"
    if not code.isdigit() or len(code) not in (2, 4, 6) or (digits and len(code) != digits):
        raise RuleError(f"no goods code: {word!r}" if word else "a goods code is missing")
    return code
