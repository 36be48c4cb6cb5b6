"""From a likeness to a hit: what else tells whether it is them, the score that comes of it, and the reasons in words."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from hashlib import sha256

import msgspec
from msgspec import Struct

from entrepot.kernel.case import Case
from entrepot.kernel.law import Row
from entrepot.kernel.text import Text
from entrepot.modules.screening.rules.compare import WHOLE, Likeness
from entrepot.modules.screening.rules.index import EDITION, ENTRIES, Index, Match, lists_on_file
from entrepot.modules.screening.rules.names import TABLES, WORDS

MOST = 20
_LETTERS = 10
_PLACES = Decimal("0.001")
_RANKS = {1: Text("a name it also goes by", "其别名"), 2: Text("a name it is said to go by, a weak one", "其弱别名")}


class Subject(Struct, frozen=True):
    """Somebody or something to screen: the names said, each with its path; the country (alpha-3), the day or year of birth
    and the numbers (`USCC:…`, `IMO:…`) that are known; `groups` the kinds of entries that it may be."""

    names: tuple[tuple[str, str], ...]
    groups: int
    country: str = ""
    born: str = ""
    numbers: tuple[tuple[str, str], ...] = ()


class Likely(Struct, frozen=True):
    """An entry that may be the one said, before anybody decided on it."""

    id: str
    subject: str
    said: str
    pack: str
    row: Row
    listed: str
    score: Decimal
    reasons: tuple[Text, ...]
    foreign: bool


def likely(case: Case, subject: Subject, day: date) -> tuple[Likely, ...]:
    """The entries that hold on `day` and are like the subject from the review score on, the likeliest first."""
    lists = lists_on_file(case.packs("standards"))
    index = case.made(Index, *TABLES, *(f"{pack}/{ENTRIES}" for pack in lists))
    scores = {row.keys["name"]: int(row["value"] * WHOLE) for row in case.rows(f"{WORDS}/scores", day)}
    found: dict[int, Likely] = {}
    for path, number in subject.numbers:
        for entry in index.by_number.get(number, ()):
            why = (Text(f"the same number: {number}", f"号码相同：{number}"),)
            _keep(
                found,
                index,
                case,
                day,
                entry,
                _Said(path, number, ()),
                WHOLE,
                "",
                why,
                lists[index.entries[entry].pack].traits,
            )
    for path, name in subject.names:
        said = index.writing.spelled(name)
        key = (*said.words, said.han)
        for match in index.search(said, subject.groups, scores["review"] - _boost(scores, subject)):
            listed = index.entries[match.entry]
            score, reasons = _judged(subject, match, listed.row, scores, bool(said.firm))
            if score >= scores["review"]:
                traits = lists[listed.pack].traits
                _keep(
                    found,
                    index,
                    case,
                    day,
                    match.entry,
                    _Said(path, name, key),
                    score,
                    match.name.text,
                    reasons,
                    traits,
                )
    return tuple(sorted(found.values(), key=lambda one: (-one.score, one.pack, one.id))[:MOST])


class _Said(Struct, frozen=True):
    path: str
    text: str
    key: tuple[str, ...]


def _keep(
    found: dict[int, Likely], index: Index, case: Case, day: date, entry: int, said: _Said, score: int, listed: str,
    reasons: tuple[Text, ...], traits: Mapping[str, object],
) -> None:  # fmt: skip
    """Keep the best likeness of an entry that holds on the day; its row is read, so that the finding rests on it."""
    before = found.get(entry)
    if before is not None and before.score * WHOLE >= score:
        return
    pack, row = index.entries[entry].pack, index.entries[entry].row
    held = case.read(f"{pack}/{ENTRIES}", day, entry=row.keys["entry"])
    if held is None:
        return
    content = msgspec.json.encode(held.values, order="sorted")
    key = "|".join((pack, held.keys["entry"], *(said.key or (said.text,)))).encode()
    found[entry] = Likely(
        sha256(key + b"|" + content).hexdigest()[:20], said.path, said.text, pack, held, listed or held["name"],
        (Decimal(score) / WHOLE).quantize(_PLACES), reasons, traits.get("screening") != "blocks",
    )  # fmt: skip


def _boost(scores: Mapping[str, int], subject: Subject) -> int:
    """How much a likeness may gain by what else is known of the subject."""
    return (scores.get("same_country", 0) if subject.country else 0) + (
        scores.get("same_birth", 0) if subject.born else 0
    )


def _judged(
    subject: Subject, match: Match, row: Row, scores: Mapping[str, int], firm: bool
) -> tuple[int, tuple[Text, ...]]:
    """The score of a match in thousandths, and its reasons."""
    score, reasons = match.likeness.score, [*_words_met(match, row["name"])]

    def told(name: str, en: str, zh: str) -> None:
        nonlocal score
        by = scores.get(name, 0)
        if by:
            score += by
            sign = "+" if by > 0 else "−"
            amount = f"{sign}{abs(by) // 10 / Decimal(100)}"
            reasons.append(Text(f"{en} ({amount})", f"{zh}（{amount}）"))

    if match.name.rank == 2:
        told("weak_alias", "the publisher holds this name to be a weak one", "发布方注明该名称为弱别名")
    if subject.country and row["countries"]:
        listed = ", ".join(row["countries"])
        if subject.country in row["countries"]:
            told("same_country", f"the same country: {subject.country}", f"国家相同：{subject.country}")
        else:
            told("other_country", f"{subject.country}, listed {listed}", f"{subject.country}，名单为 {listed}")
    if subject.born and row["born"]:
        same = any(_same_birth(subject.born, born) for born in row["born"])
        name = "same_birth" if same else "other_birth"
        told(
            name,
            f"born {subject.born}, listed {', '.join(row['born'])}",
            f"出生 {subject.born}，名单为 {'、'.join(row['born'])}",
        )
    if firm and row["kind"] == "person":
        told("other_kind", "a firm is said, a person is listed", "所述为企业，名单为个人")
    if match.by_sound and score > scores.get("by_sound", WHOLE):
        score = scores["by_sound"]
        reasons.append(Text("many characters sound alike", "同音字较多，仅凭读音不足以认定"))
    if match.likeness.shared < scores.get("common_weight", 0) // WHOLE and score > scores.get("common_words", WHOLE):
        score = scores["common_words"]
        reasons.append(Text("the name is a common one", "该名称较为常见"))
    return min(score, WHOLE), tuple(reasons)


def _words_met(match: Match, first: str) -> Iterator[Text]:
    """What the names share, and what only one of them has."""
    found, name = match.likeness, match.name
    if name.rank and (rank := _RANKS.get(name.rank)):
        yield Text(f"{name.text}: {rank.en} (listed as {first})", f"{name.text}：{rank.zh}（名单名称 {first}）")
    if match.by_sound:
        yield Text("Chinese characters by their reading", "按汉字读音比对")
    yield from _spellings(found)
    if found.score == WHOLE and not found.pairs:
        yield Text("all words are the same, in whatever order", "所有词相同（不计词序）")
    if found.only_said:
        words = " ".join(found.only_said)
        yield Text(f"only said: {words}", f"仅申报方名称含有：{words}")
    if found.only_listed:
        words = " ".join(found.only_listed)
        yield Text(f"only listed: {words}", f"仅名单名称含有：{words}")


def _spellings(found: Likeness) -> Iterator[Text]:
    for one, other in found.pairs[:_LETTERS]:
        if one.replace(" ", "") == other.replace(" ", ""):
            yield Text(f"{one} is {other} parted otherwise", f"{one} 与 {other} 仅分词不同")
        else:
            yield Text(f"{one} is spelled like {other}", f"{one} 与 {other} 拼写相近")


def _same_birth(said: str, listed: str) -> bool:
    """Whether a birth may be the listed one: the same day as far as both are known; a span of years holds all between."""
    if "/" in listed:
        first, last = listed.split("/", 1)
        return first[:4] <= said[:4] <= last[:4]
    known = min(len(said), len(listed))
    return said[:known] == listed[:known]


def editions(case: Case, day: date) -> dict[str, Row]:
    """The edition of each list on file; read, so that what was screened against a stale one needs review."""
    found = {}
    for pack in lists_on_file(case.packs("standards")):
        row = case.read(f"{pack}/{EDITION}", day, list=pack)
        if row is not None:
            found[pack] = row
    return found
