"""Screening measured: pairs of names judged by people, invented names that nobody listed, listed names with typing errors; how
fast, and rapidfuzz over all names in the same run beside it.

Pairs and invented names are read from the folder of development data where there is one (`ENTREPOT_DATA`), or from a file of
pairs that is named: `bench screening FILE.csv` (name1, name2, is_match; source, group).
"""

import csv
import gzip
import os
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from entrepot.modules.screening.rules.index import AIRCRAFT, PARTIES, VESSELS, Index
from entrepot.portal.bench import Figure, Say
from entrepot.portal.bench_measures import wilson
from entrepot.portal.setting import law as load_law

REVIEW, ALERT = 850, 930
ANYTHING = PARTIES | VESSELS | AIRCRAFT
SAMPLE, BRUTE = 3_000, 150
LETTERS = "abcdefghijklmnopqrstuvwxyz"
BAR = 1_000
Names = list[tuple[str, int]]
# Scorers of rapidfuzz that people take for names, from the similarity (per cent) at which they would look.
RIVALS = ("token_sort_ratio", "token_set_ratio", "WRatio")
RIVAL_FROM = 85


def run(say: Say) -> list[Figure]:
    """All measures, as far as the data for them are at hand."""
    law, before, clock = load_law(), _resident(), time.process_time()
    index = Index(law)
    spent, grown = time.process_time() - clock, _resident() - before
    say(f"{len(index.entries):,} entries, {len(index.names):,} names")
    found = [
        Figure(
            f"index over {len(index.entries):,} entries, {len(index.names):,} names, {len(index.lists)} lists",
            f"{spent:.2f} s CPU once per process, {grown} MB",
        )
    ]
    data = Path(os.environ.get("ENTREPOT_DATA") or "../shared/data") / "sanctions"
    invented: list[str] = []
    if (data / "name_pairs.csv").is_file():
        say("pairs of names")
        found += _pairs(index, data / "name_pairs.csv")
        with gzip.open(data / "synthetic_negative_names.csv.gz", "rt", encoding="utf-8", newline="") as file:
            invented = [row["full_name"] for row in csv.DictReader(file)]
        say("names that nobody listed")
        found += _invented(index, invented)
    else:
        say("no folder of name pairs: precision is left out (ENTREPOT_DATA names the folder)")
    say("listed names, as they stand and with a typing error")
    found += _listed(index)
    say("beside rapidfuzz over all names")
    return found + _throughput(index, invented)


def run_file(file: Path, say: Say) -> list[Figure]:
    """Precision and recall on a file of pairs."""
    say(f"pairs of {file.name}")
    return _pairs(Index(load_law()), file)


# -- pairs ------------------------------------------------------------------------------------------------------------


def _pairs(index: Index, file: Path) -> list[Figure]:
    with file.open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["is_match"] in ("true", "false")]
    judged = [(row, row["is_match"] == "true", index.pair(row["name1"], row["name2"]).score) for row in rows]
    rivals = {name: list(_rival(name, rows)) for name in RIVALS}
    truth = [match for _, match, _ in judged]
    beside = "; ".join(
        f"{name} ≥ {RIVAL_FROM}: {_told(zip(truth, found, strict=True))}" for name, found in rivals.items()
    )
    figures = [
        Figure(
            f"{len(rows)} pairs, likeness ≥ {least / 1000:.2f}",
            _told((m, s >= least) for _, m, s in judged),
            "",
            beside,
        )
        for least in (REVIEW, ALERT)
    ]
    groups: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for row, match, score in judged:
        kind = row.get("group", "").partition("/")[0] if row.get("source") in ("nomenklatura", "watchman") else ""
        groups[" ".join(filter(None, (row.get("source"), kind)))].append((match, score >= REVIEW))
    return figures + [
        Figure(f"… {name}, {len(some)} pairs, ≥ {REVIEW / 1000:.2f}", _told(some))
        for name, some in sorted(groups.items())
    ]


def _rival(name: str, rows: Iterable[dict[str, str]]) -> Iterator[bool]:
    from rapidfuzz import fuzz
    from rapidfuzz.utils import default_process

    scorer: Callable[..., float] = getattr(fuzz, name)
    for row in rows:
        yield scorer(row["name1"], row["name2"], processor=default_process) >= RIVAL_FROM


def _told(judged: Iterable[tuple[bool, bool]]) -> str:
    """Precision, recall and F1 with the interval of each share."""
    counts = Counter(judged)
    right, wrong, missed = counts[True, True], counts[False, True], counts[True, False]
    parts = []
    for name, hits, count in (("precision", right, right + wrong), ("recall", right, right + missed)):
        if count:
            low, high = wilson(hits, count)
            parts.append(f"{name} {hits / count:.3f} ({low:.2f}-{high:.2f}, n={count})")
    if right:
        parts.append(f"F1 {2 * right / (2 * right + wrong + missed):.3f}")
    return ", ".join(parts) or f"{wrong} of {counts[False, True] + counts[False, False]} wrong"


# -- false hits and recall against the lists --------------------------------------------------------------------------


def _invented(index: Index, names: Sequence[str]) -> list[Figure]:
    best = [_best(index, name) for name in names]
    return [
        Figure(
            f"{len(names):,} invented persons with a hit ≥ {least / 1000:.2f} on any list",
            f"{sum(score >= least for score in best) / len(best):.2%}",
        )
        for least in (REVIEW, ALERT)
    ]


def _best(index: Index, name: str) -> int:
    found = index.search(index.writing.spelled(name), ANYTHING, REVIEW)
    return found[0].likeness.score if found else 0


def _listed(index: Index) -> list[Figure]:
    """Recall of the entry: every listed name and alias as it stands, then a sample with one error of each kind."""
    lost = sum(not _finds(index, named.text, named.entry) for named in index.names)
    count = len(index.names)
    figures = [
        Figure(
            f"all {count:,} listed names and aliases find their entry",
            f"{1 - lost / count:.4%}",
            "100 %",
            "",
            "",
            not lost,
        )
    ]
    chance = random.Random(2026)
    whole = [named for named in index.names if named.rank < 2 and len("".join(named.spelled.words)) >= 8]
    for kind, change in ERRORS.items():
        some = chance.sample(whole, min(SAMPLE, len(whole)))
        hits = sum(_finds(index, change(named.text, chance), named.entry) for named in some)
        low, high = wilson(hits, len(some))
        figures.append(
            Figure(
                f"{len(some):,} listed names of 8 letters or more, {kind}",
                f"{hits / len(some):.1%} ({low:.1%}-{high:.1%}) found",
            )
        )
    return figures


def _finds(index: Index, name: str, entry: int) -> bool:
    return any(match.entry == entry for match in index.search(index.writing.spelled(name), ANYTHING, REVIEW))


def _lose(name: str, chance: random.Random) -> str:
    place = chance.choice(_letters(name))
    return name[:place] + name[place + 1 :]


def _double(name: str, chance: random.Random) -> str:
    place = chance.choice(_letters(name))
    return name[: place + 1] + name[place:]


def _mistype(name: str, chance: random.Random) -> str:
    place = chance.choice(_letters(name))
    return name[:place] + chance.choice(LETTERS) + name[place + 1 :]


def _swap(name: str, chance: random.Random) -> str:
    place = chance.choice(_letters(name))
    return name[:place] + name[place : place + 2][::-1] + name[place + 2 :]


def _turn(name: str, _: random.Random) -> str:
    words = name.split()
    return " ".join([*words[1:], *words[:1]])


def _letters(name: str) -> list[int]:
    return [place for place, letter in enumerate(name) if letter.isalpha()] or [0]


ERRORS: dict[str, Callable[[str, random.Random], str]] = {
    "a letter lost": _lose, "a letter doubled": _double, "a letter mistyped": _mistype, "two letters swapped": _swap,
    "first word last": _turn,
}  # fmt: skip


# -- speed ------------------------------------------------------------------------------------------------------------


def _throughput(index: Index, invented: Sequence[str]) -> list[Figure]:
    """Names a second of one core, half of them nobody's and half listed ones with an error; and brute force over all names."""
    chance = random.Random(11)
    whole = [named for named in index.names if named.rank < 2 and len("".join(named.spelled.words)) >= 8]
    kinds = list(ERRORS.values())
    asked: Names = [
        (chance.choice(kinds)(named.text, chance), named.entry)
        for named in chance.sample(whole, min(SAMPLE, len(whole)))
    ]
    asked += [(name, -1) for name in chance.sample(list(invented), min(SAMPLE, len(invented)))]
    chance.shuffle(asked)
    clock = time.process_time()
    found = [
        {match.entry for match in index.search(index.writing.spelled(name), ANYTHING, REVIEW)} for name, _ in asked
    ]
    rate = len(asked) / (time.process_time() - clock)
    hits = [entry in hit for (_, entry), hit in zip(asked, found, strict=True) if entry >= 0]
    false = [bool(hit) for (_, entry), hit in zip(asked, found, strict=True) if entry < 0]
    some = asked[:BRUTE]
    rivals = [_brute(index, some, name) for name in RIVALS[:2]]
    return [
        Figure(
            f"names a second on one core against {len(index.names):,} names, none seen before",
            f"{rate:,.0f} (recall {sum(hits) / len(hits):.1%}, false hits {sum(false) / max(len(false), 1):.1%})",
            f"≥ {BAR:,}", f"rapidfuzz over all names: {', '.join(told for told, _ in rivals)}",
            f"{rate / max(speed for _, speed in rivals):,.0f} times", rate >= BAR,
        )
    ]  # fmt: skip


def _brute(index: Index, asked: Names, name: str) -> tuple[str, float]:
    """The best of all names by a scorer of rapidfuzz, of names spelled alike beforehand; and how many a second."""
    from rapidfuzz import fuzz, process

    scorer: Callable[..., float] = getattr(fuzz, name)
    choices = [" ".join(named.spelled.words) for named in index.names]
    clock = time.process_time()
    found = [
        process.extractOne(" ".join(index.writing.spelled(said).words), choices, scorer=scorer, score_cutoff=RIVAL_FROM)
        for said, _ in asked
    ]
    rate = len(asked) / (time.process_time() - clock)
    right = [
        hit is not None and index.names[hit[2]].entry == entry
        for (_, entry), hit in zip(asked, found, strict=True)
        if entry >= 0
    ]
    false = [hit is not None for (_, entry), hit in zip(asked, found, strict=True) if entry < 0]
    told = (
        f"{name} {rate:,.0f}/s (recall {sum(right) / max(len(right), 1):.1%}, "
        f"false hits {sum(false) / max(len(false), 1):.1%}, n={len(asked)})"
    )
    return told, rate


def _resident() -> int:
    """The resident memory of this process in MB; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") >> 20
