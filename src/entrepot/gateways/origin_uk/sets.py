"""Rule sets as published, as rows of a pack: which goods codes each is for, and each of its rules read or kept as text."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from entrepot.gateways.origin_uk.change import read_text, whole_texts
from entrepot.gateways.origin_uk.clauses import NotRead
from entrepot.gateways.origin_uk.texts import word_text

Published = Mapping[str, Any]
PLAIN = frozenset(("WO", "CC", "CTH", "CTSH", "RVC", "MAXNOM"))
UNREAD = "unread: "
_DIGITS = 10
# `Sauces ▸ Mustard flour`: an item within a heading.
_NESTED = re.compile(r"▸| [-–] ")
_HEADING = 4
# A title that bounds its rules: they are for goods within a quota, or while a derogation lasts.
_BOUND = re.compile(r"quota|derogation|valid as long", re.IGNORECASE)
_RANGE = re.compile(r"(?:sub-?)?(?:heading|chapter)?s? ?[\d. –-]+(?: to [\d. ]+)?", re.IGNORECASE)
_PART = re.compile(r"ex\W*\d{4}", re.IGNORECASE)
_WORDS = re.compile(r"Process ([a-z0-9_]+(?: \+ [a-z0-9_]+)*)")
# A rule for some years only: whole years, first and last.
_YEARS = re.compile(r"\s*\(1st Jan (?P<first>20\d\d) (?:to 31st Dec (?P<last>20\d\d)|onwards)\)(?=\W*$)")
# Why a text was not read, by what is in it; the first that fits.
_FAMILIES = (
    ("annual quota or appendix", r"quota|appendix|see also"),
    ("goods described in words", r"^a change to |^(?:a|no) change.*\b(?:to|for) (?:any? )?(?:other )?goods? (?:of|that|knit)"),
    ("rule by reference", r"process rule|shall be retained|rule which would apply|outside this group"),
    ("textile materials with conditions", r"fibre|yarn|fabric|textile|knit|weav|spinning|sewing|felt|polypropylene|garment"),
    ("value content not stated in full", r"qvc|rvc|regional value content|net cost|focused"),
    ("food with limits on ingredients", r"sugar|chapter (?:[1-9]|1\d|2[0-4])\b|cereals|milk|heading (?:0|1|2[0-4])"),
)  # fmt: skip


class SetRow(NamedTuple):
    """A set of rules: its number, the codes that together are its range, and what it is shown under."""

    set: str
    codes: tuple[str, ...]
    first: str
    last: str
    heading: str
    subdivision: str


class RuleRow(NamedTuple):
    """A rule of a set. `rule` is empty where the text is not read: a tag `unread: …` then says why, in a family of reasons.
    `since` and `until` are empty but for rules of some years."""

    set: str
    no: str
    rule: str
    text: str
    joint: str
    goods: str
    imports: bool
    exports: bool
    tags: tuple[str, ...]
    since: str
    until: str


def cover(first: str, last: str) -> tuple[str, ...]:
    """The shortest list of codes (2 to 10 digits) whose goods are those from `first` to `last` (10 digits each)."""
    codes = []
    low, high = int(first), int(last)
    while low <= high:
        size = 1
        while size < 10**8 and low % (size * 10) == 0 and low + size * 10 - 1 <= high:
            size *= 10
        codes.append(str(low).zfill(_DIGITS)[: _DIGITS - len(str(size)) + 1])
        low += size
    return tuple(codes)


def shown(text: str) -> str:
    """A published text on one line, without marks of its web page."""
    text = re.sub(r"&nbsp;|<br ?/?>", " ", text)
    text = re.sub(r"</?abbr[^>]*>|\*+", "", text)
    text = re.sub(r"\s*\n\s*[-*] +", " • ", text)
    return re.sub(r"\s+", " ", text).strip()


def read_sets(published: Iterable[Published]) -> tuple[list[SetRow], list[RuleRow]]:
    """The sets of one agreement, and their rules, in the order published."""
    sets: dict[int, list[Published]] = {}
    for rule in published:
        if rule["valid"]:
            sets.setdefault(rule["set"], []).append(rule)
    ranges = Counter((rules[0]["min"], rules[0]["max"]) for rules in sets.values())
    rows = [_set(rules[0], ranges[rules[0]["min"], rules[0]["max"]] > 1) for rules in sets.values()]
    return rows, [row for rules in sets.values() for row in _rules(rules)]


def _set(rule: Published, shared: bool) -> SetRow:
    heading, wording = shown(rule["heading"] or ""), shown(rule["subdivision"] or "")
    # The title of a whole heading describes all of it; `ex Chapter 4` is what the sets of its headings leave.
    nested = _NESTED.search(wording) and len(heading) <= _HEADING
    part = shared or _PART.match(heading) or nested or _BOUND.search(wording)
    described = wording if part and not _RANGE.fullmatch(wording) else ""
    return SetRow(
        f"{rule['set']:04d}",
        cover(rule["min"], rule["max"]),
        rule["min"],
        rule["max"],
        heading,
        described,
    )


def _rules(rules: list[Published]) -> Iterator[RuleRow]:
    texts = [_YEARS.sub("", rule["rule_plain"]) for rule in rules]
    wholes = whole_texts(texts)
    readings = [_read(whole.text) for whole in wholes]
    listed = _is_list([rule["operator"] for rule in rules], readings)
    for place, (rule, whole, (canonical, goods, unread)) in enumerate(zip(rules, wholes, readings, strict=True)):
        years = _YEARS.search(rule["rule_plain"])
        joint = "" if place == 0 else rule["operator"] or ("or" if whole.of_list or listed else "unstated")
        yield RuleRow(
            f"{rule['set']:04d}",
            str(rule["rule_no"]),
            canonical,
            shown(rule["rule_plain"]),
            joint,
            goods,
            rule["applies_import"],
            rule["applies_export"],
            (*rule["classes"], *(["QUOTA"] if rule["quota"] else []), *([f"{UNREAD}{unread}"] if unread else [])),
            f"{years['first']}-01-01" if years else "",
            f"{years['last']}-12-31" if years and years["last"] else "",
        )


def _is_list(operators: list[str | None], readings: list[tuple[str, str, str]]) -> bool:
    """Whether rules stand as `A; B; or C`, where the word before the last items is meant of all: each is read by itself, and
    none is for other goods than the rest."""
    later = operators[1:]
    stated = later.index("or") if "or" in later else 0
    return (
        stated > 0
        and not any(later[:stated])
        and all(one == "or" for one in later[stated:])
        and all(canonical and not goods for canonical, goods, _ in readings)
    )


@lru_cache(maxsize=8192)
def _read(words: str) -> tuple[str, str, str]:
    """The rule, the goods that it names itself, and else the family of reasons why it is not read."""
    try:
        rule = read_text(words)
    except NotRead:
        return "", "", _family(words)
    if any(word_text(word) is None for word in words_of(rule.text)):
        return "", "", "operation that is on no list"
    return rule.text, rule.goods, ""


def _family(words: str) -> str:
    return next((name for name, pattern in _FAMILIES if re.search(pattern, words)), "other wording")


def is_plain(tags: Iterable[str]) -> bool:
    """Whether the publisher's tags of a rule are only those of the plainest kinds."""
    classes = {tag for tag in tags if tag != "QUOTA" and not tag.startswith(UNREAD)}
    return bool(classes) and classes <= PLAIN


def words_of(rule: str) -> list[str]:
    """The words of operations in a rule."""
    return [word for found in _WORDS.finditer(rule) for word in found[1].split(" + ")]
