"""How well goods descriptions are classified: by text and by code, beside plain BM25, on texts the model has not seen.

`entrepot bench classification FILE.csv` (columns text, code) measures the model as it ships on any other file. Texts of the
United Kingdom are held out by three-fold splits: *by text* (other texts of the same codes are known) and *by code* (no text of
the United Kingdom is known for the code; our names of goods are), and left out of training altogether. Our own names of
goods, five in a hundred held out, stand for in-domain text in both languages.
"""

from __future__ import annotations

import csv
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import msgspec
import numpy as np

from entrepot.gateways.classifier import sources
from entrepot.gateways.classifier.classifier import Classifier, load_classifier
from entrepot.gateways.classifier.model import hear, train
from entrepot.gateways.classifier.reading import plain
from entrepot.gateways.classifier.sources import Labelled, Sources
from entrepot.portal import bench_measures as measures
from entrepot.portal.bench import Figure, Say
from entrepot.portal.bench_measures import Answer, Bm25
from entrepot.portal.setting import home
from entrepot.portal.setting import law as load_law

FOLDS = 3
WRITTEN = Path("tests/gateways/classifier")  # titles and rulings that were written for this test
UK_KINDS = {"uk": "UK search references", "uk_trader": "UK traders' descriptions"}
Test = tuple[str, str]


def run(say: Say) -> list[Figure]:
    """Every source under every protocol, then questions, repeat goods and cost."""
    every = sources.gather(load_law())
    baselines = _baselines(every)
    figures: list[Figure] = []
    uk = {name: [one for one in every.labelled if one.kind == kind] for kind, name in UK_KINDS.items()}
    say("trained without the United Kingdom")
    alone = _trained(every, lambda one: not one.kind.startswith("uk"))
    for name, some in uk.items():
        asked = [(one.text, one.code) for one in some]
        figures += _figures(f"{name}, none of them in training", _answers(alone, asked), baselines, asked)
    for split in ("text", "code"):
        for name, (asked, answers) in _folded(every, split, say).items():
            figures += _figures(f"{name}, held out by {split}", answers, baselines, asked)
    say("the model as it ships")
    whole = load_classifier(load_law(), home() / "classifier", say)
    for stem, name in (
        ("titles_zh", "Chinese web titles written for this test"),
        ("rulings_en", "English rulings written for this test"),
    ):
        if (file := WRITTEN / f"{stem}.csv").is_file():
            asked = read_tests(file)
            figures += _figures(name, _answers(whole, asked), baselines, asked)
    figures += _questions(alone, uk["UK search references"], say)
    figures.append(_repeats(every, say))
    return figures + _cost(whole, every)


def run_file(path: Path, say: Say) -> list[Figure]:
    """The model as it ships on an outside file."""
    asked = read_tests(path)
    whole = load_classifier(load_law(), home() / "classifier", say)
    return list(_figures(path.name, _answers(whole, asked), _baselines(sources.gather(load_law())), asked))


def read_tests(path: Path) -> list[Test]:
    """Texts with their codes cut to six digits. ValueError where a column is missing."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        if not {"text", "code"} <= set(reader.fieldnames or ()):
            raise ValueError(f"{path.name}: columns text and code are needed")
        return [(row["text"], "".join(filter(str.isdigit, row["code"]))[:6]) for row in reader]


def _trained(every: Sources, keep: Callable[[Labelled], bool]) -> Classifier:
    kept = tuple(one for one in every.labelled if keep(one))
    return Classifier(train(msgspec.structs.replace(every, labelled=kept)), "bench")


class Baselines(msgspec.Struct, frozen=True):
    """Plain BM25 over the tariff's wording, heading and subheading; and over our short Chinese titles, which are ours."""

    wording: Bm25
    chinese: Bm25


def _baselines(every: Sources) -> Baselines:
    # the last text of the tariff for a code is its heading with its subheading
    wording = {one.code: one.text for one in every.labelled if one.kind == "tariff"}
    return Baselines(Bm25(wording), Bm25({code: title[1] for code, title in every.titles.items()}))


def answer(classifier: Classifier, text: str, code: str) -> Answer:
    """One text answered, refused or not: what it would have said."""
    read = plain(text, classifier.model.simple)
    heard = hear(classifier.model, read)
    order = np.argsort(-heard.shares, kind="stable")
    best = tuple(classifier.model.codes[one] for one in order[:100])
    place = best.index(code) if code in best else len(order)
    return Answer(code, best[:10], place, classifier.confidences(heard, read)[0])


def _answers(classifier: Classifier, tests: Sequence[Test]) -> list[Answer]:
    return [answer(classifier, text, code) for text, code in tests]


def _folded(every: Sources, split: str, say: Say) -> dict[str, tuple[list[Test], list[Answer]]]:
    """Texts of the United Kingdom, and by text some of our names, each answered by a model that did not see its fold."""
    chance = np.random.default_rng(7)
    by_code = dict(zip(every.titles, chance.integers(0, FOLDS, len(every.titles)), strict=True))
    fold = chance.integers(0, FOLDS, len(every.labelled))
    named = chance.random(len(every.labelled)) < 0.05
    found: dict[str, tuple[list[Test], list[Answer]]] = {}
    for turn in range(FOLDS):
        say(f"held out by {split}: {turn + 1} of {FOLDS}")
        held = [
            (one.kind.startswith("uk") and (fold[i] if split == "text" else by_code[one.code]) == turn)
            or (split == "text" and one.kind == "term" and named[i] and fold[i] == turn)
            for i, one in enumerate(every.labelled)
        ]
        kept = tuple(one for one, out in zip(every.labelled, held, strict=True) if not out)
        classifier = Classifier(train(msgspec.structs.replace(every, labelled=kept)), "bench")
        for one, out in zip(every.labelled, held, strict=True):
            if out:
                name = (
                    UK_KINDS.get(one.kind) or f"our {'Chinese' if _is_chinese(one.text) else 'English'} names of goods"
                )
                tests, answers = found.setdefault(name, ([], []))
                tests.append((one.text, one.code))
                answers.append(answer(classifier, one.text, one.code))
    return found


def _figures(name: str, answers: Sequence[Answer], baselines: Baselines, tests: Sequence[Test]) -> Iterator[Figure]:
    """The figures of one source; its top-1 at six digits against three times plain BM25."""
    plainly = [baselines.wording.answer(text, code) for text, code in tests]
    chinese = 2 * sum(_is_chinese(text) for text, _ in tests) > len(tests)
    ours = [baselines.chinese.answer(text, code) for text, code in tests] if chinese else []
    for top in (1, 5):
        for digits in (6, 4, 2):
            hits, count = measures.share_at(answers, digits, top)
            theirs = measures.share_at(plainly, digits, top)[0]
            low, high = measures.wilson(hits, count)
            judged = top == 1 and digits == 6
            yield Figure(
                f"{name}: top-{top} at {digits} digits",
                f"{hits / max(count, 1):.3f} ({low:.3f} to {high:.3f}) of {count:,}",
                "≥ 3 times BM25" if judged else "",
                f"BM25 {theirs / max(count, 1):.3f}"
                + (f"; over our Chinese titles {measures.share_at(ours, digits, top)[0] / count:.3f}" if ours else ""),
                f"{hits / theirs:.2f}" if theirs else "",
                hits >= 3 * theirs if judged else None,
            )
    known = [measures.recalled(answers, top) for top in (10, 100)]
    theirs_known = [measures.recalled(plainly, top) for top in (10, 100)]
    own = name.startswith("our ")
    yield Figure(
        f"{name}: recall@10, recall@100; macro top-1",
        f"{known[0]:.3f}, {known[1]:.3f}; {measures.macro(answers):.3f}",
        "recall@100 ≥ 0.97" if own else "",
        f"BM25 {theirs_known[0]:.3f}, {theirs_known[1]:.3f}; {measures.macro(plainly):.3f}",
        met=known[1] >= 0.97 if own else None,
    )
    error, table = measures.reliability(answers)
    said = ", ".join(f"{said:.2f}→{right:.2f} ({count})" for count, said, right in table)
    yield Figure(
        f"{name}: calibration error; coverage at 98 % precision", f"{error:.3f}; {measures.coverage(answers):.3f}"
    )
    yield Figure(f"{name}: confidence said→right (texts)", said)


def _is_chinese(text: str) -> bool:
    return any(letter > "\u3000" for letter in text)


def _questions(classifier: Classifier, some: Sequence[Labelled], say: Say) -> list[Figure]:
    """Top-1 after 0 to 3 questions, each answered as one would who reads the true code's own words."""
    from entrepot.modules.classification.rules.question import answered, ask, read_lexicon, read_off, weighed

    law, day = load_law(), date(2026, 11, 22)
    lexicon = read_lexicon(law.rows("attributes/values", day, {}), law.rows("attributes/questions", day, {}))
    right = [0, 0, 0, 0]
    chosen = some[:: max(1, len(some) // 400)]
    say(f"questions on {len(chosen)} texts")
    texts = dict(zip(classifier.model.codes, map(list, classifier.model.titles), strict=True))
    for row in law.tables[sources.NAMES].everything():
        texts[row.keys["code"]] += [*(row["terms_en"] or ()), *(row["terms_zh"] or ())]
    for one in chosen:
        shares = list(classifier.scores(one.text).items())[:20]
        if not shares:
            continue
        seen = [weighed(lexicon, code, Decimal(f"{share:.4f}"), tuple(texts[code])) for code, share in shares]
        truth = weighed(lexicon, one.code, Decimal(1), tuple(texts[one.code]))
        asked: set[str] = set()
        for number in range(4):
            right[number] += seen[0].code == one.code
            question = ask(seen, lexicon, already=frozenset(asked))
            if question is not None:
                asked.add(question.attribute)
                if value := read_off(question, truth, seen):
                    seen = [*answered(seen, question.attribute, value)]
    shown = ", ".join(f"{number}: {hits / len(chosen):.3f}" for number, hits in enumerate(right))
    return [Figure(f"top-1 at 6 digits after so many questions, {len(chosen)} UK search references (simulated)", shown)]


def _repeats(every: Sources, say: Say) -> Figure:
    """Goods of a simulated enterprise declared again in slightly other words, found in its memory."""
    from entrepot.modules.classification.facts import AcceptedLine, Memory
    from entrepot.modules.classification.rules.memory import recall
    from entrepot.modules.classification.rules.question import read_lexicon

    law, day = load_law(), date(2026, 11, 22)
    lexicon = read_lexicon(law.rows("attributes/values", day, {}), law.rows("attributes/questions", day, {}))
    chance = np.random.default_rng(11)
    pool = [one for one in every.labelled if one.kind == "uk_trader" or (one.kind == "term" and len(one.text) > 12)]
    history = [pool[i] for i in chance.choice(len(pool), 1_000, replace=False)]
    memory = Memory(tuple(AcceptedLine(o.text, o.code, day, f"D{i}", "1") for i, o in enumerate(history)))
    say("repeat goods against a simulated history of 1,000 lines")
    found = right = 0
    for one in history:
        hits = recall(memory, _said_again(one.text, chance), lexicon)
        found += bool(hits)
        right += bool(hits) and hits[0].line.code == one.code
    return Figure(
        "repeat goods, simulated: found in memory; of these right",
        f"{found / len(history):.3f}; {right / max(found, 1):.4f}",
        "≥ 0.90 at 98 % precision",
        met=found >= 0.9 * len(history) and right >= 0.98 * found,
    )


def _said_again(text: str, chance: np.random.Generator) -> str:
    """The same goods in slightly other words: a size or a lot number behind, two words changed about, other case, or as it was."""
    parts = text.split()
    match int(chance.integers(0, 5)):
        case 0:
            return f"{text} {chance.integers(2, 99)}pcs"
        case 1 if len(parts) > 2:
            at = int(chance.integers(0, len(parts) - 1))
            parts[at], parts[at + 1] = parts[at + 1], parts[at]
            return " ".join(parts)
        case 2:
            return text.upper()
        case 3:
            return f"{text}, NEW"
    return text


def _cost(classifier: Classifier, every: Sources) -> list[Figure]:
    chosen = [one.text for one in every.labelled[:: len(every.labelled) // 400]]
    long = ["; ".join(chosen[i : i + 60])[:2_000] for i in range(0, 400, 20)]
    spent = []
    for texts in (chosen, long):
        before = time.process_time()
        for text in texts:
            classifier.suggest(text)
        spent.append((time.process_time() - before) / len(texts) * 1e3)
    before = time.process_time()
    read = load_classifier(load_law(), home() / "classifier")
    loading = time.process_time() - before
    size = sum(
        getattr(read.model, name).nbytes
        for name in read.model.__struct_fields__
        if hasattr(getattr(read.model, name), "nbytes")
    )
    return [
        Figure(
            "one query, a line; 2,000 characters",
            f"{spent[0]:.2f}; {spent[1]:.2f} ms CPU",
            "≤ 20 ms CPU",
            met=max(spent) <= 20,
        ),
        Figure("the model in memory, all of it mapped", f"{size / 1e6:.0f} MB", "≤ 100 MB", met=size <= 100e6),
        Figure("loading it once trained", f"{loading:.2f} s CPU"),
        Figure(
            "memory of the process at its peak, training included",
            f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB",
        ),
    ]
