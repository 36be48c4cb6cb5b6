"""Product rules as text, and as tests.

rule  = alternative { "or" alternative }
alternative = test { "and" test }
test  = "WO" | "CR" | "RVC" [number] | ( "CC" | "CTH" | "CTSH" ) [ "except" ["from"] places ]
places = place { ("," | "or" | "and") place }
place = ["chapter" | "heading" | "subheading"] code [ ("to" | "through" | "-") code ]
"""

import re
from decimal import Decimal

from entrepot.modules.origin.facts import (
    ChangeTest,
    CodeRange,
    ContentTest,
    ObtainedTest,
    ProductRule,
    ReactionTest,
    Test,
)

LEVELS = {"CC": 2, "CTH": 4, "CTSH": 6}
_KINDS = {"chapter": 2, "heading": 4, "subheading": 6}
_WORDS = re.compile(r"\s*([A-Za-z]+|[0-9]+(?:\.[0-9]+)*|[,\-–])")


class RuleError(ValueError):
    """A product rule that the grammar does not know; it is kept as text for a person."""


def parse_rule(text: str) -> ProductRule:
    """A product rule's text as tests; RuleError says at which word it is no longer understood."""
    reader = _Reader(_tokens(text))
    alternatives = [_alternative(reader)]
    while reader.take("or"):
        alternatives.append(_alternative(reader))
    if reader.word:
        raise RuleError(f"not expected here: {reader.word!r}")
    return ProductRule(text, tuple(alternatives))


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
        self._words = words

    @property
    def word(self) -> str:
        return self._words[0].lower() if self._words else ""

    @property
    def after(self) -> str:
        return self._words[1].lower() if len(self._words) > 1 else ""

    def next(self) -> str:
        return self._words.pop(0).lower() if self._words else ""

    def take(self, *expected: str) -> str:
        return self.next() if self.word in expected else ""


def _alternative(reader: _Reader) -> tuple[Test, ...]:
    tests = [_test(reader)]
    while reader.take("and"):
        tests.append(_test(reader))
    return tuple(tests)


def _test(reader: _Reader) -> Test:
    name = reader.next().upper()
    if name == "WO":
        return ObtainedTest()
    if name == "CR":
        return ReactionTest()
    if name == "RVC":
        percent = Decimal(reader.next()) if reader.word[:1].isdigit() else None
        return ContentTest(f"RVC{percent or ''}", percent)
    if name not in LEVELS:
        raise RuleError(f"no test is called {name!r}" if name else "a test is missing")
    if not reader.take("except"):
        return ChangeTest(name, LEVELS[name])
    reader.take("from")
    excluded = [_place(reader)]
    while reader.word in (",", "or", "and") and _opens_place(reader.after):
        reader.next()
        excluded.append(_place(reader))
    shown = ", ".join(r.first if r.first == r.last else f"{r.first}-{r.last}" for r in excluded)
    return ChangeTest(f"{name} except from {shown}", LEVELS[name], tuple(excluded))


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
