"""Bodies: topics of classification. Written by `entrepot client types`; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Required, TypedDict

from entrepot_client.topic import Topic

if TYPE_CHECKING:
    from entrepot_client.topics.shared import Text


class FactsMatch(TypedDict, total=False):
    """Why a code is among the candidates: an earlier declaration of one's own (`memory`), a trade name
    (`term`), a wording of the nomenclature (`tariff`), a published search term (`uk`).
    """

    kind: Required[str]
    text: Required[str]
    source: Required[Text]


class Candidate(TypedDict, total=False):
    """A code of six digits that may fit. `share` is its calibrated share of probability (0 to 1, 4 places);
    `declared` the enterprise's own longer code; `warnings` what a legal note says against it.
    """

    code: Required[str]
    share: Required[str]
    title: Required[Text]
    chapter: Required[Text]
    heading: str
    evidence: list[FactsMatch]
    declared: str
    warnings: list[Text]


class Choice(TypedDict, total=False):
    """One answer to a question: its value, and how it reads."""

    value: Required[str]
    label: Required[Text]


class Question(TypedDict, total=False):
    """The one question that splits the candidates best; `gain` is what an answer tells, in bits (3 places)."""

    attribute: Required[str]
    ask: Required[Text]
    choices: Required[list[Choice]]
    gain: Required[str]


class DutyGap(TypedDict, total=False):
    """What the leading two codes cost at the destination without any preference: by code the lowest and
    highest duty text over its national codes. `points` is the gap in percentage points where both are plain
    percentages.
    """

    country: Required[str]
    day: Required[str]
    rates: Required[dict[str, list[str]]]
    points: str | None
    note: Text | None


class Suggestion(TypedDict, total=False):
    """Candidates for one description, best first, all of `edition`. `confidence` and `heading_confidence` say
    how sure the first is at six and at four digits. `refused` gives the reason for which no code is
    proposed (empty, no_letters, code, other_script, unknown_words, only_brand, vague); `cut` that only the
    beginning of a long text was read; `certain` that customs accepted these very words under the first
    code. `assumes` names what the first candidate takes for granted, where its neighbours differ and the
    text is silent.
    """

    text: Required[str]
    edition: Required[str]
    candidates: list[Candidate]
    confidence: str
    heading_confidence: str
    language: str
    question: Question | None
    answers: dict[str, str]
    duty: DutyGap | None
    refused: Literal["", "code", "empty", "no_letters", "only_brand", "other_script", "unknown_words", "vague"]
    cut: bool
    certain: bool
    assumes: list[Text]


CLASSIFICATION_SUGGESTION: Topic[Suggestion] = Topic("classification.suggestion", keyed="line")
"""Candidates for a line without a code, with the evidence for each and the one question that would tell.
(商品编码建议)
"""


class AcceptedLine(TypedDict, total=False):
    """A line that customs accepted: how it was called, the code declared (6 to 10 digits), the day and
    dossier. `sandbox` where it was a rehearsal's customs office.
    """

    text: Required[str]
    code: Required[str]
    accepted_on: Required[str]
    dossier: Required[str]
    line: Required[str]
    sandbox: bool


class Memory(TypedDict, total=False):
    """An enterprise's accepted lines, newest first, with an index of the letter groups in them."""

    lines: list[AcceptedLine]


CLASSIFICATION_MEMORY: Topic[Memory] = Topic("classification.memory")
"""What was declared before for the enterprise and customs accepted; to a broker only what it opened for
the same client. (本企业已获海关接受的商品项)
"""


class Inquiry(TypedDict, total=False):
    """A wish to have a line classified: `text` is a free description (the line's own where empty), `answers`
    what was answered to questions so far, by attribute (material -> cotton; `other` where no choice
    fitted).
    """

    text: str
    answers: dict[str, str]


CLASSIFICATION_QUESTION: Topic[Inquiry] = Topic("classification.question", keyed="line")
"""A wish to have a line classified, by a free description or with answers to what was asked before. (归类询问)"""


class Ruling_Suggestion_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: Suggestion | None


CLASSIFICATION_SUGGESTION_RULING: Topic[Ruling_Suggestion_] = Topic("classification.suggestion.ruling", keyed="line")
"""a person's ruling of `classification.suggestion`, made by the kernel. (商品编码建议：人工裁定)"""
