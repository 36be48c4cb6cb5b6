"""Bodies: topics of origin. Written by `entrepot client types`; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Required, TypedDict

from entrepot_client.topic import Topic

if TYPE_CHECKING:
    from entrepot_client.topics.shared import Money, Text


class Proof(TypedDict, total=False):
    """A proof of origin (the key is its number): agreement, form, day of issue, origin criterion, the lines
    and quantities it covers. `original` is the number of the proof that a back-to-back proof rests on;
    `retroactive` and `third_party_invoice` are marked on it.
    """

    agreement: Required[str]
    form: Required[Literal["approved_exporter_declaration", "certificate", "declaration"]]
    issued_on: Required[str]
    criterion: str
    lines: list[str]
    hs6: dict[str, str]
    quantities: dict[str, str]
    back_to_back: bool
    issued_by: str
    original: str
    retroactive: bool
    third_party_invoice: bool


ORIGIN_PROOF: Topic[Proof] = Topic("origin.proof", keyed="proof")
"""A certificate or declaration of origin by its number. (原产地证明)"""


class OriginDecision(TypedDict, total=False):
    """Whether a line originates under an agreement. `conditional` names in `conditions` what it rests on.
    `criterion` is the code for the certificate (WO, PE, CTC, RVC, CR, with ACU or DMI where used). The
    buyer reads it, so no amount, no share and no material stands in any of its texts. `fallbacks` are the
    rates that an importer may claim instead where the country of origin is open, with their marks on the
    proof.
    """

    agreement: Required[str]
    outcome: Required[Literal["conditional", "not_originating", "originating"]]
    criterion: str
    rule: str
    conditions: list[Text]
    missing: list[Text]
    origin: str
    fallbacks: list[Text]


ORIGIN_DECISION: Topic[OriginDecision] = Topic("origin.decision", keyed="line")
"""Whether a line originates under the agreement that is claimed, else the best one, and by which
criterion. (原产地判定)
"""


class OriginDecisions(TypedDict, total=False):
    """The decision on a line under every agreement in force between the country of making and the destination,
    the most useful first. The buyer reads them, as it reads each one of them.
    """

    decisions: list[OriginDecision]


ORIGIN_AGREEMENTS: Topic[OriginDecisions] = Topic("origin.agreements", keyed="line")
"""Whether a line originates under each agreement in force between the two countries, and by which
criterion. (各协定原产地判定)
"""


class RuleTest(TypedDict, total=False):
    """One test of origin: what was asked, whether it passed (None: cannot be decided yet), and the margin in
    per cent. `short` is by how much money a value stands beyond its threshold.
    """

    rule: Required[str]
    passed: Required[bool | None]
    detail: Required[Text]
    percent: str | None
    short: Money | None


class Remedy(TypedDict, total=False):
    """One change that by itself makes the line qualify: what, for which material (its number in the bill), how
    much money it moves. `state` is a value to be stated, which must be true and as good as the text says.
    """

    kind: Required[Literal["heading", "originating", "proof", "raise", "reduce", "state"]]
    what: Required[Text]
    amount: Money | None
    material: int


class AgreementMargin(TypedDict, total=False):
    """How narrowly a line does or does not originate under one agreement, as in `OriginMargin`."""

    tests: Required[list[RuleTest]]
    changes: list[Text]
    remedies: list[Remedy]


class OriginMargin(TypedDict, total=False):
    """How narrowly a line does or does not originate: every test tried, with its share. `changes` names, for
    each test that did not pass, the one change that would pass or decide it, in amounts; tests that a rule
    asks for together need all of theirs. `remedies` are the single changes after which the line qualifies,
    tried out, the least money first. `agreements` says the same under every agreement; the first three
    fields are those of the decision.
    """

    tests: Required[list[RuleTest]]
    changes: list[Text]
    remedies: list[Remedy]
    agreements: dict[str, AgreementMargin]


ORIGIN_MARGIN: Topic[OriginMargin] = Topic("origin.margin", keyed="line")
"""Every test of origin on a line with its share, and what would make the line qualify. As secret as its
materials. (原产地判定余量)
"""


class Ruling_OriginDecision_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: OriginDecision | None


ORIGIN_DECISION_RULING: Topic[Ruling_OriginDecision_] = Topic("origin.decision.ruling", keyed="line")
"""a person's ruling of `origin.decision`, made by the kernel. (原产地判定：人工裁定)"""


class Ruling_OriginDecisions_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: OriginDecisions | None


ORIGIN_AGREEMENTS_RULING: Topic[Ruling_OriginDecisions_] = Topic("origin.agreements.ruling", keyed="line")
"""a person's ruling of `origin.agreements`, made by the kernel. (各协定原产地判定：人工裁定)"""


class Ruling_OriginMargin_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: OriginMargin | None


ORIGIN_MARGIN_RULING: Topic[Ruling_OriginMargin_] = Topic("origin.margin.ruling", keyed="line")
"""a person's ruling of `origin.margin`, made by the kernel. (原产地判定余量：人工裁定)"""
