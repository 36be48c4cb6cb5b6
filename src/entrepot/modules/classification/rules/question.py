"""The one question: which attribute splits the leading candidates best, and what an answer makes of them.

A candidate's values are read off its titles (they bind) and its trade names (they lean), by the words of the pack
`standards/attributes`; sizes, weights and the like off the limits that a title names. Of the questions that tell the leading
two apart, the one with the greatest mutual information between answer and code is asked. Shares are Decimals of four places;
nothing here is a binary float.
"""

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from decimal import Context, Decimal
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from entrepot.kernel.law import Row
from entrepot.kernel.text import Text
from entrepot.modules.classification.facts import OTHER, Choice, Question
from entrepot.modules.classification.rules.limits import Span, amounts_in, answer_text, choices_of, fits, spans_in

# How likely it is that the goods of a code get an answer: its title says so, its trade names do, nothing is said of it, or
# the title says otherwise.
_SAID, _LEANS, _SILENT, _AGAINST = 100, 40, 30, 3
_LEAST_GAIN = Decimal("0.10")
_MOST_CHOICES, _LEAST_PART = 6, 40
# Questions that tell about as much as each other go by their rank: the plainer first.
_ABOUT = Decimal("0.1")
_SCALE = 10_000
_BITS = Context(prec=10)
_WORD_EN, _WORD_ZH = (
    r"(?:whether or not|other than|excluding|except|not|without|neither)\b",
    r"(?:非|未|不含|不包括|除)",
)
_NOT_EN, _NOT_ZH = rf"{_WORD_EN}[^,;()]*", rf"{_WORD_ZH}[^，,；;、()（）]{{0,10}}"
_NEGATION = re.compile(rf"^(?:(?!whether){_WORD_EN}|{_WORD_ZH})")
_RESIDUAL = re.compile(r"\b(?:n\.?e\.?c\b|n\.?e\.?s\b|other\b|not elsewhere)", re.IGNORECASE)


class Value(Struct, frozen=True):
    """A value of an attribute; `otherwise` holds where no other value of it is named. Asked of goods of `chapters` alone."""

    attribute: str
    value: str
    title: Text
    otherwise: bool = False
    chapters: tuple[str, ...] = ()

    def suits(self, code: str) -> bool:
        """Whether goods of a code may be asked for it: its chapters are `03`, `1202` or from one to another, `02-03`."""
        ends = (part.partition("-") for part in self.chapters)
        return not self.chapters or any(low <= code[: len(low)] <= (high or low) for low, _, high in ends)


class Lexicon:
    """The attributes with their questions, and the words by which titles and traders name their values."""

    def __init__(self, values: Iterable[Row], questions: Iterable[Row]) -> None:
        asked = tuple(questions)
        self.asks = {r.keys["attribute"]: (r["rank"], Text(r["ask_en"], r["ask_zh"])) for r in asked}
        self.settles = {r.keys["attribute"]: r["settles"] or () for r in asked}
        self.least = {r.keys["attribute"]: r["least"] for r in asked if r["least"] is not None}
        self.stated = frozenset(r.keys["attribute"] for r in asked if r["stated"])
        self.values: dict[str, dict[str, Value]] = {}
        words: dict[str, set[tuple[str, str]]] = {}
        for row in values:
            attribute, name = row.keys["attribute"], row.keys["value"]
            said = (*(row["words_en"] or ()), *(row["words_zh"] or ()))
            value = Value(attribute, name, Text(row["title_en"], row["title_zh"]), not said, row["chapters"] or ())
            self.values.setdefault(attribute, {})[name] = value
            for word in said:
                words.setdefault(word.lower(), set()).add((attribute, name))
        self._words = {word: frozenset(meant | _inside(word, words)) for word, meant in words.items()}
        self._pattern = _pattern(words)

    @lru_cache(maxsize=20_000)  # noqa: B019 - a lexicon lives as long as the law
    def _named(self, text: str) -> tuple[frozenset[tuple[str, str]], frozenset[tuple[str, str]]]:
        """What a text names, and what it takes out (textile materials other than cotton)."""
        found: set[tuple[str, str]] = set()
        taken_out: set[tuple[str, str]] = set()
        for match in self._pattern.finditer(text.lower()):
            if match[0] in self._words:
                found |= self._words[match[0]]
            elif (rest := _NEGATION.sub("", match[0], count=1)) != match[0]:
                taken_out |= self._named(rest)[0]
        return frozenset(found), frozenset(taken_out)

    def suits(self, attribute: str, choices: Iterable[str], code: str) -> bool:
        """Whether goods of a code may be asked for one of these values, or for how much of something."""
        known = self.values.get(attribute)
        return known is None or any(known[one].suits(code) for one in choices if one in known)

    def suited(self, code: str, named: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
        """Of the values named, those that goods of a code may be asked for."""
        fit = ((a, frozenset(v for v in values if self.values[a][v].suits(code))) for a, values in named.items())
        return {attribute: values for attribute, values in fit if values}

    def named(self, texts: Iterable[str]) -> dict[str, frozenset[str]]:
        """The values that texts name together, by attribute, without those that one of them takes out."""
        read = [self._named(text) for text in texts]
        named: frozenset[tuple[str, str]] = frozenset().union(*(names for names, _ in read))
        left = named.difference(*(taken_out for _, taken_out in read))
        found: dict[str, set[str]] = {}
        for attribute, value in left or named:
            found.setdefault(attribute, set()).add(value)
        return {attribute: frozenset(values) for attribute, values in found.items()}


def _inside(word: str, words: Mapping[str, Set[tuple[str, str]]]) -> set[tuple[str, str]]:
    """What the parts of a phrase mean by themselves: a leather handbag is of leather. Not so behind a `not`, nor where the
    phrase itself says more exactly: stainless steel is no other steel."""
    parts = word.split()
    if parts[0] == "not":
        return set()
    said = {attribute for attribute, _ in words[word]}
    spans = ((first, last) for first in range(len(parts)) for last in range(first + 1, len(parts) + 1))
    meant = (pair for first, last in spans for pair in words.get(" ".join(parts[first:last]), ()))
    return {pair for pair in meant if pair[0] not in said}


def _pattern(words: Iterable[str]) -> re.Pattern[str]:
    """The words, longest first, so that `not knitted` goes before a `not` that only takes words out."""
    ordered = sorted(words, key=lambda word: (-len(word), word))
    latin = "|".join(re.escape(word) for word in ordered if word.isascii())
    other = "|".join(re.escape(word) for word in ordered if not word.isascii())
    return re.compile(rf"\b(?:{latin or '(?!)'})(?!\w)|{other or '(?!)'}|\b{_NOT_EN}|{_NOT_ZH}", re.ASCII)


def read_lexicon(values: Iterable[Row], questions: Iterable[Row]) -> Lexicon:
    """The rows of `attributes/values` and `attributes/questions` as a lexicon."""
    return Lexicon(values, questions)


class Weighed(Struct, frozen=True):
    """A candidate code with its share, the values its titles bind it to, those its trade names lean to, its limits, and
    whether its title is of what is left over (n.e.c., other)."""

    code: str
    weight: Decimal
    values: Mapping[str, frozenset[str]] = {}
    leans: Mapping[str, frozenset[str]] = {}
    spans: Mapping[str, Span] = {}
    residual: bool = False


def weighed(lexicon: Lexicon, code: str, weight: Decimal, texts: Sequence[str]) -> Weighed:
    """A candidate; the first two texts are its titles (English, Chinese), the others its trade names."""
    values = lexicon.suited(code, lexicon.named(texts[:2]))
    leans = lexicon.suited(code, lexicon.named(texts[2:]))
    for attribute, known in lexicon.values.items():
        for value in known.values():
            if value.otherwise and attribute not in values and value.suits(code):
                values[attribute] = frozenset({value.value})
    return Weighed(code, weight, values, leans, spans_in(texts[0]), _RESIDUAL.search(texts[0]) is not None)


def _beside(one: Weighed, candidates: Sequence[Weighed], attribute: str) -> frozenset[str]:
    """The values that subheadings beside a residual one name more exactly than it does: its goods have none of them."""
    if not one.residual:
        return frozenset()
    level = one.code[:4] if one.code[5:6] == "0" else one.code[:5]
    own = one.values.get(attribute)
    named = (two.values.get(attribute, frozenset()) for two in candidates if two.code.startswith(level))
    return frozenset().union(*(values for values in named if own is None or values < own))


def _likely(candidate: Weighed, attribute: str, value: str, beside: Set[str]) -> int:
    """How likely the goods of a candidate get this answer, of 100; not yet shared out over the choices."""
    span = candidate.spans.get(attribute)
    if span is not None:
        return _SAID if fits(span, value) else _AGAINST
    if value in beside:
        return _AGAINST
    own = candidate.values.get(attribute)
    if own is not None:
        return _SAID if value in own or (value == OTHER and own <= beside) else _AGAINST
    leans = candidate.leans.get(attribute, frozenset()) - beside
    if value in leans:
        return _SAID
    if leans:
        return _LEANS
    return _SAID if value == OTHER else _SILENT


def _likelihoods(candidates: Sequence[Weighed], attribute: str, choices: Sequence[str]) -> list[list[int]]:
    """By candidate and choice, how likely the goods of the candidate get it."""
    beside = [_beside(one, candidates, attribute) for one in candidates]
    return [
        [_likely(one, attribute, value, left) for value in choices]
        for one, left in zip(candidates, beside, strict=True)
    ]


@lru_cache(maxsize=_SCALE + 1)
def _spread(part: int) -> Decimal:
    """-p log2 p of p = part / 10,000, in bits."""
    if part <= 0 or part >= _SCALE:
        return Decimal(0)
    p = Decimal(part) / _SCALE
    return -_BITS.multiply(p, _BITS.divide(_BITS.ln(p), _BITS.ln(Decimal(2))))


def _gain(candidates: Sequence[Weighed], likelihoods: Sequence[Sequence[int]], choices: Sequence[str]) -> Decimal:
    """What the answer tells of the code, in bits: the spread of the answer less its spread when the code is known."""
    total = sum(int(one.weight * _SCALE) for one in candidates) or 1
    answer = dict.fromkeys(choices, 0)
    known = Decimal(0)
    for one, likely in zip(candidates, likelihoods, strict=True):
        weight = int(one.weight * _SCALE)
        parts = [likelihood * _SCALE // sum(likely) for likelihood in likely]
        for value, part in zip(choices, parts, strict=True):
            answer[value] += weight * part
        known += weight * sum((_spread(part) for part in parts), Decimal(0))
    return sum((_spread(part // total) for part in answer.values()), Decimal(0)) - known / total


def ask(candidates: Sequence[Weighed], lexicon: Lexicon, already: Set[str] = frozenset()) -> Question | None:
    """The question that tells most of these candidates, the best first, and parts the leading two; none where there is none."""
    if len(candidates) < 2:
        return None
    best: tuple[Decimal, int, Decimal, str, tuple[str, ...]] | None = None
    for attribute in _attributes(candidates, lexicon, already):
        choices = _choices(candidates, lexicon, attribute)
        if len(choices) < 2 or not lexicon.suits(attribute, choices, candidates[0].code):
            continue
        likelihoods = _likelihoods(candidates, attribute, choices)
        if not _told_apart(*likelihoods[:2]):
            continue
        gain = _gain(candidates, likelihoods, choices).quantize(Decimal("0.001"))
        if gain < lexicon.least.get(attribute, _LEAST_GAIN):
            continue
        rank = lexicon.asks[attribute][0] if attribute in lexicon.asks else 0
        entry = (gain.quantize(_ABOUT), -rank, gain, attribute, choices)
        best = entry if best is None else max(best, entry)
    if best is None:
        return None
    _, _, gain, attribute, choices = best
    return Question(attribute, _words(lexicon, attribute), _labelled(lexicon, attribute, choices), gain)


def _told_apart(first: Sequence[int], second: Sequence[int]) -> bool:
    """Whether some answer is that of the goods of one of them and not of the other's."""
    return any((one == _SAID) != (two == _SAID) for one, two in zip(first, second, strict=True))


def _attributes(candidates: Sequence[Weighed], lexicon: Lexicon, already: Set[str]) -> list[str]:
    bound = {name for one in candidates for name in (*one.values, *one.spans)}
    settled = {name for asked in already for name in lexicon.settles.get(asked, ())}
    return sorted(bound - already - settled)


def _choices(candidates: Sequence[Weighed], lexicon: Lexicon, attribute: str) -> tuple[str, ...]:
    """The values to choose from: those of the heaviest candidates, and `other` where a candidate has none of them."""
    spans = [one.spans[attribute] for one in candidates if attribute in one.spans]
    if spans:
        return choices_of(spans)[:_MOST_CHOICES]
    weight: dict[str, Decimal] = {}
    for one in candidates:
        for value in one.values.get(attribute, frozenset()) - _beside(one, candidates, attribute):
            weight[value] = weight.get(value, Decimal(0)) + one.weight
    least = sum((one.weight for one in candidates), Decimal(0)) / _LEAST_PART
    likely = [value for value in weight if weight[value] >= least]
    listed = sorted(likely, key=lambda value: (-weight[value], value))[:_MOST_CHOICES]
    known = lexicon.values.get(attribute, {})
    every = [one for one in known if one in listed]
    return tuple(every) if any(known[one].otherwise for one in every) else (*every, OTHER)


def _words(lexicon: Lexicon, attribute: str) -> Text:
    return lexicon.asks[attribute][1] if attribute in lexicon.asks else answer_text(attribute)


def _labelled(lexicon: Lexicon, attribute: str, choices: Sequence[str]) -> tuple[Choice, ...]:
    named = lexicon.values.get(attribute, {})
    return tuple(
        Choice(
            value,
            Text("none of these", "以上都不是")
            if value == OTHER
            else named[value].title
            if value in named
            else answer_text(attribute, value),
        )
        for value in choices
    )


def answered(candidates: Sequence[Weighed], attribute: str, value: str) -> tuple[Weighed, ...]:
    """The candidates after an answer, best first; their shares sum to what they did before."""
    weights = [
        one.weight * likely
        for one, [likely] in zip(candidates, _likelihoods(candidates, attribute, [value]), strict=True)
    ]
    before, after = sum((one.weight for one in candidates), Decimal(0)), sum(weights, Decimal(0))
    if not after:
        return tuple(candidates)
    moved = [
        replace(one, weight=(before * weight / after).quantize(Decimal("0.0001")))
        for one, weight in zip(candidates, weights, strict=True)
    ]
    return tuple(sorted(moved, key=lambda one: -one.weight))


def as_stated(candidates: Sequence[Weighed], lexicon: Lexicon, text: str) -> tuple[Weighed, ...]:
    """The candidates after what a description says by itself, where its words are as good as an answer."""
    for attribute, values in sorted(lexicon.named((text,)).items()):
        if attribute in lexicon.stated and len(values) == 1:
            candidates = answered(candidates, attribute, next(iter(values)))
    for name, amount in sorted(amounts_in(text).items()):
        if any(name in one.spans for one in candidates):
            candidates = answered(candidates, name, amount)
    return tuple(candidates)


def said(lexicon: Lexicon, text: str) -> frozenset[str]:
    """The attributes that a description settles: nobody need be asked for them. Two materials in one text settle nothing."""
    named = lexicon.named((text,)).items()
    return frozenset((*(attribute for attribute, values in named if len(values) == 1), *amounts_in(text)))


def read_off(question: Question, truth: Weighed, candidates: Sequence[Weighed] = ()) -> str:
    """What somebody would answer who knows that the goods belong to this code, and to none of the candidates beside it."""
    beside = _beside(truth, candidates, question.attribute)
    choices = [choice.value for choice in question.choices]
    span = truth.spans.get(question.attribute)
    if span is not None:
        return next((value for value in choices if value != OTHER and fits(span, value)), OTHER)
    for known in (truth.values, truth.leans):
        named = known.get(question.attribute)
        if named is not None:
            return next((value for value in choices if value in named - beside), OTHER)
    return OTHER


def assumptions(candidates: Sequence[Weighed], lexicon: Lexicon, known: Set[str]) -> Iterable[Text]:
    """What the first candidate's title asks for that the text does not say, and on which its heading's others differ."""
    first, *others = candidates or (None,)
    near = [one for one in others if first is not None and one.code[:4] == first.code[:4]]
    for attribute, values in sorted(first.values.items()) if first is not None else ():
        if attribute in known or not any(not values & one.values.get(attribute, values) for one in near):
            continue
        titles = [lexicon.values[attribute][value].title for value in sorted(values)]
        yield Text(" / ".join(title.en for title in titles), "／".join(title.zh for title in titles))
