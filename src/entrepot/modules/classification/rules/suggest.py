"""The suggestion for one line: memory first, then the classifier's candidates, the notes against them, the one question."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from entrepot.kernel.case import Case
from entrepot.kernel.editions import EDITIONS, NEWEST, Moved, edition_on, moved
from entrepot.kernel.findings import Answer, found, needs_review, no_law, refused
from entrepot.kernel.law import Row
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.vocabulary.customs import ENTRY
from entrepot.kernel.vocabulary.goods import LINE, GoodsLine
from entrepot.kernel.vocabulary.trade import TRANSPORT
from entrepot.modules.classification.facts import (
    INQUIRY,
    MEMORY,
    OTHER,
    Candidate,
    DutyGap,
    Inquiry,
    Match,
    Memory,
    Suggestion,
)
from entrepot.modules.classification.rules.limits import MEASURES
from entrepot.modules.classification.rules.memory import Hit, recall
from entrepot.modules.classification.rules.notes import notes_on, warnings
from entrepot.modules.classification.rules.question import (
    Lexicon,
    Weighed,
    answered,
    as_stated,
    ask,
    assumptions,
    read_lexicon,
    said,
    weighed,
)
from entrepot.modules.classification.rules.refusals import REFUSALS
from entrepot.modules.classification.rules.stake import at_stake

# Codes and their words belong to an edition, not to a day.
DAY = EDITIONS[NEWEST]
LONGEST = 2_000
SHOWN = 10
UNKNOWN = "unknown"
ASK_BELOW = Decimal("0.95")
_PLACES = Decimal("0.0001")
_ONE, _NONE = Decimal(1), Decimal(0)
_UNTRAINED = Text(
    "the classifier was not trained here yet: run `entrepot train classification`, then start again",
    "归类模型尚未训练：请先运行 `entrepot train classification`，然后重新启动",
)
_kept: list[tuple[Sequence[Row], Sequence[Row], Lexicon]] = []


def applies(case: Case) -> bool:
    """Where somebody asks, where a described line has no code of six digits, or where its code is of no edition in force."""
    if case.at(INQUIRY) is not None:
        return True
    line = case.own(LINE)
    if len(line.hs) < 6:
        return bool(line.description or line.description_zh)
    return case.knows("hs/codes") and case.read("hs/codes", DAY, code=line.hs[:6]) is None


def assess(case: Case) -> Answer:
    """`classification.suggestion` of one line."""
    line, inquiry = case.own(LINE), case.at(INQUIRY) or Inquiry()
    problems = list(_code_problems(case, line, inquiry))
    whole = (inquiry.text or line.description or line.description_zh).strip()
    text = whole[:LONGEST]
    if not case.knows("classifier/candidates"):
        return refused(tuple(problems)) if problems else no_law(Text("no classifier is on file", "未装载归类模型"))
    part = case.apart()
    rows = part.rows("classifier/candidates", DAY, text=text)
    lexicon = _lexicon(case)
    hits = recall(case.get(MEMORY) or Memory(), text, lexicon)
    if not rows and not hits and not problems:
        return no_law(_UNTRAINED)
    problems += _unfit_answers(lexicon, inquiry.answers, case.key)
    suggestion = _suggestion(case, rows, hits, lexicon, inquiry.answers, text)
    suggestion = msgspec.structs.replace(
        suggestion, duty=_duty(case, line, suggestion), cut=suggestion.cut or len(whole) > LONGEST
    )
    if suggestion.refused:
        problems.append(REFUSALS[suggestion.refused].at(f"line/{case.key}.description", suggestion.question))
    if problems:
        answer = refused(tuple(problems), value=suggestion)
    elif suggestion.certain:
        answer = found(suggestion)
    else:
        answer = needs_review(suggestion, _modest(suggestion))
    return msgspec.structs.replace(answer, of=part)


def _code_problems(case: Case, line: GoodsLine, inquiry: Inquiry) -> list[Problem]:
    """What is wrong with the code that a line has, unless only a free text was asked about."""
    if inquiry.text or not line.hs:
        return []
    where = f"line/{case.key}.hs"
    if not (line.hs.isascii() and line.hs.isdigit()) or len(line.hs) not in (2, 4, 6, 8, 9, 10):
        what = Text(f"{line.hs[:20]!r} is no goods code", f"{line.hs[:20]!r} 不是商品编码")
        return [Problem("CL08", where, what, Text("give 6, 8 or 10 digits", "请填写 6、8 或 10 位数字"))]
    went = moved(case, line.hs, NEWEST, NEWEST, DAY, where) if len(line.hs) >= 6 else None
    return [went] if isinstance(went, Problem) else []


def _lexicon(case: Case) -> Lexicon:
    """The lexicon of the law at hand; made once for the same rows."""
    values = case.rows("attributes/values", DAY)
    questions = case.rows("attributes/questions", DAY)
    for kept_values, kept_questions, lexicon in _kept:
        if kept_values is values and kept_questions is questions:
            return lexicon
    lexicon = read_lexicon(values, questions)
    _kept[:] = [(values, questions, lexicon), *_kept[:1]]
    return lexicon


def _unfit_answers(lexicon: Lexicon, answers: Mapping[str, str], key: str) -> list[Problem]:
    """Answers to questions that nobody asks, or that are none of their choices."""
    problems = []
    for attribute, value in answers.items():
        known = lexicon.values.get(attribute)
        if value in (OTHER, UNKNOWN) or (known is not None and value in known):
            continue
        if known is None and attribute.partition(" ")[0] in MEASURES and ".." in value:
            continue
        choices = ", ".join(known or lexicon.values)
        problems.append(
            Problem(
                "CL07",
                f"classification.question/{key}.answers",
                Text(f"{attribute[:40]} = {value[:40]} is no answer", f"{attribute[:40]} = {value[:40]} 不是有效答案"),
                Text(f"one of: {choices}, {OTHER}, {UNKNOWN}", f"可选：{choices}、{OTHER}、{UNKNOWN}"),
            )
        )
    return problems


def _suggestion(
    case: Case, rows: Sequence[Row], hits: Sequence[Hit], lexicon: Lexicon, answers: Mapping[str, str], text: str
) -> Suggestion:
    """The candidates of memory and classifier together, re-weighed by the answers, with the next question."""
    first = rows[0] if rows else None
    recalled = _recalled(case, hits)
    mass = max([trust for trust, _ in recalled.values()], default=_NONE)
    by_code = {row["code"]: row for row in rows if row["code"]}
    shares = {code: row["probability"] * (_ONE - mass) for code, row in by_code.items()}
    for code, (trust, _) in recalled.items():
        shares[code] = shares.get(code, _NONE) + trust / len(recalled)
    ordered = sorted(shares, key=lambda code: -shares[code])
    pool = [_weighed(case, lexicon, code, shares[code].quantize(_PLACES), by_code) for code in ordered]
    heard_first = pool[0].code if pool else ""
    pool = list(as_stated(pool, lexicon, text))
    for attribute, value in answers.items():
        if value != UNKNOWN:
            pool = list(answered(pool, attribute, value))
    moved_by_answer = bool(set(answers.values()) - {UNKNOWN}) or bool(pool and pool[0].code != heard_first)
    confidence, heading = _sure(pool, first, mass, moved_by_answer)
    certain = bool(pool) and len(recalled) == 1 and hits[0].alike == 1 and not _split(recalled)
    reason: Any = "" if recalled or first is None else first["refused"]
    if reason == "vague" and moved_by_answer and confidence >= ASK_BELOW:
        reason = ""
    already = frozenset(answers) | said(lexicon, text)
    question = ask(pool, lexicon, already) if pool and not certain and confidence < ASK_BELOW else None
    notes = notes_on(case.rows("legal_notes/exclusions", DAY), text)
    shown = [_candidate(case, one, by_code.get(one.code), recalled.get(one.code), notes) for one in pool[:SHOWN]]
    return Suggestion(
        text,
        NEWEST,
        tuple(shown),
        confidence,
        heading,
        "" if first is None else first["language"],
        question,
        dict(answers),
        None,
        reason,
        first is not None and bool(first["cut"]),
        certain and not reason,
        () if certain else tuple(assumptions(pool, lexicon, already)),
    )


def _recalled(case: Case, hits: Sequence[Hit]) -> dict[str, tuple[Decimal, tuple[Hit, Moved]]]:
    """The codes of today that earlier declarations point to, each with the trust in it and the hit behind it."""
    found: dict[str, tuple[Decimal, tuple[Hit, Moved]]] = {}
    for hit in hits:
        if hits[0].alike == 1 and hit.alike < 1:
            break  # the same words decide over like ones
        went = moved(case, hit.line.code, edition_on(hit.line.accepted_on), NEWEST, DAY)
        if isinstance(went, Moved):
            for code in (went.conversion,) if went.conversion and not went.certain else went.codes:
                found.setdefault(code, (hit.trust, (hit, went)))
    return found


def _split(recalled: Mapping[str, tuple[Decimal, tuple[Hit, Moved]]]) -> bool:
    return any(not went.certain for _, (_, went) in recalled.values())


def _weighed(case: Case, lexicon: Lexicon, code: str, share: Decimal, by_code: Mapping[str, Row]) -> Weighed:
    english, chinese = _titles(case, code, by_code.get(code))
    names = case.read("goods_names/names", DAY, code=code)
    terms = (*(names["terms_en"] or ()), *(names["terms_zh"] or ())) if names is not None else ()
    return weighed(lexicon, code, share, (english, chinese, *terms))


def _titles(case: Case, code: str, row: Row | None) -> tuple[str, str]:
    if row is not None:
        return row["title_en"], row["title_zh"] or row["title_en"]
    english = case.read("hs/codes", DAY, code=code)
    names = case.read("goods_names/names", DAY, code=code)
    title = english["title"] if english is not None else code
    return title, names["title_zh"] if names is not None else title


def _sure(pool: Sequence[Weighed], first: Row | None, mass: Decimal, moved_by_answer: bool) -> tuple[Decimal, Decimal]:
    """How sure the first is at six and four digits: as calibrated, or by the shares once memory or an answer spoke."""
    if not pool:
        return _NONE, _NONE
    if first is not None and first["code"] and not mass and not moved_by_answer:
        return first["confidence"], first["heading_confidence"]
    heading = sum((one.weight for one in pool if one.code[:4] == pool[0].code[:4]), _NONE)
    return pool[0].weight, min(_ONE, heading)


def _candidate(
    case: Case, one: Weighed, row: Row | None, recalled: tuple[Decimal, tuple[Hit, Moved]] | None, notes: Sequence[Row]
) -> Candidate:
    evidence = list(row["proofs"] or ()) if row is not None else []
    told = [Match(kind, text, Text(source, source)) for kind, text, source in map(_unpacked, evidence)]
    declared = ""
    if recalled is not None:
        hit, went = recalled[1]
        declared = (
            hit.line.code if len(hit.line.code) > 6 and went.certain and went.codes == (hit.line.code[:6],) else ""
        )
        told.insert(0, _remembered(hit, went))
    english, chinese = _titles(case, one.code, row)
    heading = case.read("hs/codes", DAY, code=one.code[:4])
    return Candidate(
        one.code,
        one.weight,
        Text(english, chinese),
        _chapter(case, one.code),
        heading["title"] if heading is not None else "",
        tuple(told),
        declared,
        warnings(notes, one.code),
    )


def _unpacked(packed: str) -> tuple[str, str, str]:
    kind, _, rest = packed.partition("\t")
    text, _, source = rest.partition("\t")
    return kind, text, source


def _remembered(hit: Hit, went: Moved) -> Match:
    line = hit.line
    office = Text("the sandbox office", "沙箱海关") if line.sandbox else Text("customs", "海关")
    source = Text(
        f"declared so on {line.accepted_on} in dossier {line.dossier}, line {line.line}, accepted by {office.en}",
        f"{line.accepted_on} 在案卷 {line.dossier} 第 {line.line} 项如此申报，已获{office.zh}接受",
    )
    if went.edition != went.into or not went.certain:
        source = Text(f"{source.en}; {went.told().en}", f"{source.zh}；{went.told().zh}")
    return Match("memory", f"{line.text} → {line.code}", source)


def _chapter(case: Case, code: str) -> Text:
    english = case.read("hs/codes", DAY, code=code[:2])
    chinese = case.read("goods_names/chapters", DAY, chapter=code[:2])
    title = english["title"] if english is not None else code[:2]
    return Text(title, chinese["title_zh"] if chinese is not None else title)


def _duty(case: Case, line: GoodsLine, suggestion: Suggestion) -> DutyGap | None:
    """What hangs on the choice between the first two, where the goods go is known and a tariff is on file."""
    if len(suggestion.candidates) < 2:
        return None
    entry, transport = case.get(ENTRY), case.get(TRANSPORT)
    country = entry.country if entry is not None else transport.destination_country if transport is not None else ""
    if not country:
        return None
    planned = transport.arrival_on or transport.loading_on if transport is not None else None
    day: date = entry.day if entry is not None else planned or case.today
    return at_stake(case, [one.code for one in suggestion.candidates[:2]], country, line.origin, day)


def _modest(suggestion: Suggestion) -> Text:
    if not suggestion.candidates:
        return Text("no code is proposed", "未提出编码建议")
    share = (suggestion.confidence * 100).quantize(Decimal(1))
    return Text(
        f"a suggestion, right in about {share} of 100 such cases: choose the code yourself",
        f"仅为建议，此类情形约 {share}% 正确：请自行确定编码",
    )
