"""Bodies: topics of declaration. Written by `entrepot client types`; do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Required, TypedDict

from entrepot_client.topic import Topic

if TYPE_CHECKING:
    from entrepot_client.topics.shared import (
        Charges,
        Container,
        LineDraft,
        Money,
        Packing,
        Particulars,
        Party,
        Problem,
        Text,
        Transport,
    )
    from entrepot_client.topics.shared_2 import Amendment, Rejected, Sending, Unsent


DECLARATION_PARTICULARS: Topic[Particulars] = Topic("declaration.particulars")
"""What the declarant decides: mode, customs offices, region, price statements. (申报要素选择)"""


class Attachment(TypedDict, total=False):
    """A document that accompanies the declaration (the key is its code: a control code, `Y` origin proof, `B`
    e-ledger …).
    """

    number: Required[str]
    issued_on: str | None
    lines: list[str]
    valid_until: str | None


DECLARATION_ATTACHMENT: Topic[Attachment] = Topic("declaration.attachment", keyed="attachment")
"""Licences, e-ledgers and proofs that go with the declaration, by document code. (随附单证)"""


class CustomsStatement(TypedDict, total=False):
    """A reasoned statement on a line: not controlled, not dangerous, identical lines meant, and the like."""

    about: Required[
        Literal[
            "duplicate",
            "foreign_origin",
            "not_controlled",
            "not_dangerous",
            "packaging_share",
            "price",
        ]
    ]
    reason: Required[str]


DECLARATION_STATEMENT: Topic[CustomsStatement] = Topic("declaration.statement", keyed="line")
"""A reasoned statement that answers a question about a line. (商品项说明)"""


class Usual(TypedDict, total=False):
    """What the enterprise's own dossier and its earlier declarations give of the head where nothing is said:
    the fields that are taken from there, and no other. `parties` by their part, filled in. Only
    declarations accepted before the day `until` are looked at, so that a declaration does not follow
    itself, nor what came after it.
    """

    particulars: Particulars
    transport: Transport
    package_type: str
    parties: dict[str, Party]
    until: str | None


class Header(TypedDict, total=False):
    """What every line of the declaration leans on, said or derived. `day` is the day of declaration, or of
    asking while none is said. Countries are alpha-3; `trade_term` and `duty_mode` are customs codes.
    `free`, `bonded`, `processing`, `paired` are marks of the supervision mode. `derived` says of each field
    not said what it follows from.
    """

    flow: Required[str]
    day: Required[str]
    mode: str
    levy: str
    duty_mode: str
    trade_term: str
    destination: str
    final_country: str
    trade_country: str
    domestic_region: str
    admin_region: str
    licence_no: str
    simplified: bool
    mode_known: bool
    mode_flow: str
    free: bool
    bonded: bool
    processing: bool
    paired: bool
    derived: dict[str, str]
    usual: Usual


DECLARATION_HEADER: Topic[Header] = Topic("declaration.header")
"""Flow, mode, levy, terms, countries and day of the declaration, as far as they are said or follow from
what is. (报关单表头)
"""


class Declaration(TypedDict, total=False):
    """The whole declaration as drafted: header parts and lines. `provenance` maps a field path
    (`header.gross_kg`, `line/1.total`) to where it was read; what is missing there was derived, and
    `derived` says from what. `place` is the named place of the trade term; `attachment_lines` the lines
    that a document goes with, where it is not all of them; `other_parties` whoever else is named on it, by
    part.
    """

    flow: Required[str]
    particulars: Required[Particulars]
    domestic_party: Required[Party]
    owner: Required[Party]
    overseas_party: Required[Party]
    declarant: Required[Party]
    contract_no: Required[str]
    invoice_no: Required[str]
    trade_term: Required[str]
    transport: Required[Transport]
    charges: Required[Charges]
    packing: Required[Packing]
    invoice_total: Required[Money | None]
    lines: Required[list[LineDraft]]
    containers: dict[str, Container]
    attachments: dict[str, str]
    attachment_lines: dict[str, list[str]]
    other_parties: dict[str, Party]
    place: str
    provenance: dict[str, str]
    derived: dict[str, str]


DECLARATION_DRAFT: Topic[Declaration] = Topic("declaration.draft")
"""The declaration as it stands now, however incomplete, with the source of every field. (报关单草稿)"""


DECLARATION_FORM: Topic[Declaration] = Topic("declaration.form")
"""The declaration once every check passes; refused with all problems at once until then. (报关单)"""


class WithdrawalRequest(TypedDict, total=False):
    """The declarant wants a filed declaration back: `withdraw` it to file anew, or `cancel` the trade's
    clearance. `declaration` is its 18-digit number, empty while customs has given none.
    """

    kind: Required[Literal["cancel", "withdraw"]]
    asked_on: Required[str]
    reason: Required[str]
    declaration: str


DECLARATION_WITHDRAWAL: Topic[WithdrawalRequest] = Topic("declaration.withdrawal")
"""The declarant wants a filed declaration withdrawn or cancelled, and why. (申请撤销报关单)"""


class Cancellation(TypedDict, total=False):
    """A request to customs to give up a declaration: its number, or the id of the message that carried it."""

    kind: Required[Literal["cancel", "withdraw"]]
    reason: Required[str]
    asked_on: Required[str]
    declaration: str
    message: str


DECLARATION_CANCELLATION: Topic[Cancellation] = Topic("declaration.cancellation")
"""The request to customs to withdraw or cancel the declaration that was filed. (报关单撤销申请)"""


class CheckedLine(TypedDict, total=False):
    """A line as drafted and what its rules say: problems (E and W), what could not be checked and why, where
    each field was read, what was derived from what. `likeness` is equal for two lines that look the same.
    """

    draft: Required[LineDraft]
    problems: list[Problem]
    unchecked: list[Text]
    provenance: dict[str, str]
    derived: dict[str, str]
    likeness: str


DECLARATION_LINE: Topic[CheckedLine] = Topic("declaration.line", keyed="line")
"""A line as it will stand on the declaration, with every problem that its own rules see. (报关单商品项)"""


class UsualPrice(TypedDict, total=False):
    """A line's price for one `unit`, and the median of `count` earlier ones of the same goods, in `currency`."""

    price: Required[str]
    median: Required[str]
    currency: Required[str]
    unit: Required[str]
    count: Required[int]


class UsualPrices(TypedDict, total=False):
    """The lines, by number, whose price could be compared."""

    lines: dict[str, UsualPrice]


DECLARATION_PRICES: Topic[UsualPrices] = Topic("declaration.prices")
"""Each line's unit price beside the median of what the enterprise declared for such goods: its own secret.
(本企业惯常单价)
"""


class PlannedPart(TypedDict, total=False):
    """One of several declarations of a trade: its lines by their numbers there, and the containers that hold
    any of them.
    """

    lines: Required[list[str]]
    containers: list[str]


class PartsPlan(TypedDict, total=False):
    """The declarations that a trade with more lines than one form holds takes."""

    parts: Required[list[PlannedPart]]


DECLARATION_SPLIT: Topic[PartsPlan] = Topic("declaration.split")
"""How a trade with more lines than one declaration holds is declared in parts. (分单方案)"""


class AnswerChoice(TypedDict, total=False):
    """One answer: a value for each blank that it knows, how it reads, and why it is offered."""

    values: Required[dict[str, str]]
    label: Required[Text]
    reason: Required[Text]


class Blank(TypedDict, total=False):
    """Something a question asks for: its `name` in the question, and the topic, keys and field that an answer
    is said under. On several lines it is one answer for all of them or, where `each`, one for every line
    (`name/KEY`). `kind` is code, text, count, number, money, price, charge, date, port, country,
    goods_code, yes_no or element; `fields` are those of the form it fills in; `also` is said with it: by
    line, the unit that a statutory quantity is asked for in; `options` may stand there, best first.
    """

    name: Required[str]
    topic: Required[str]
    field: Required[str]
    kind: Required[str]
    label: Required[Text]
    keys: list[str]
    each: bool
    fields: int
    also: dict[str, str]
    options: list[AnswerChoice]


class DraftQuestion(TypedDict, total=False):
    """What one answer of a person settles: its blanks, choices for all of them together (best first), how many
    fields of the form it fills in, and the rules whose problems it clears. `id` stays while the question
    does; where `confirms`, nothing is missing: what was taken over is to be said, so that all else that
    rests on it is worked out too.
    """

    id: Required[str]
    ask: Required[Text]
    why: Required[Text]
    blanks: Required[list[Blank]]
    fields: Required[int]
    choices: list[AnswerChoice]
    clears: list[str]
    confirms: bool


class DraftQuestions(TypedDict, total=False):
    """The questions that are left on a draft, in the order of how many fields each answers."""

    questions: list[DraftQuestion]


DECLARATION_QUESTIONS: Topic[DraftQuestions] = Topic("declaration.questions")
"""What only a person can say of the draft declaration, in as few questions as there can be, with choices.
(待补充的问题)
"""


class Ruling_Header_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: Header | None


DECLARATION_HEADER_RULING: Topic[Ruling_Header_] = Topic("declaration.header.ruling")
"""a person's ruling of `declaration.header`, made by the kernel. (报关单表头：人工裁定)"""


class Ruling_Declaration_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: Declaration | None


DECLARATION_DRAFT_RULING: Topic[Ruling_Declaration_] = Topic("declaration.draft.ruling")
"""a person's ruling of `declaration.draft`, made by the kernel. (报关单草稿：人工裁定)"""


DECLARATION_FORM_RULING: Topic[Ruling_Declaration_] = Topic("declaration.form.ruling")
"""a person's ruling of `declaration.form`, made by the kernel. (报关单：人工裁定)"""


DECLARATION_FORM_SENDING: Topic[Sending] = Topic("declaration.form.sending", keyed="message")
"""about to be sent of `declaration.form`, made by the kernel. (报关单：待发送)"""


class Sent_Declaration_(TypedDict, total=False):
    """What an office was given: the value, its digest, the whole finding, the code version and the packs'
    digests. An amendment or a withdrawal names the number of the declaration it is about. `handed` is the
    SHA-256 of the very bytes, where the way to the office writes them in another format.
    """

    office: Required[str]
    sequence: Required[int]
    digest: Required[str]
    value: Required[Declaration]
    finding: dict[str, Any]
    code: str
    packs: dict[str, str]
    function: Literal["amend", "cancel", "original"]
    declaration: str
    handed: str


DECLARATION_FORM_SENT: Topic[Sent_Declaration_] = Topic("declaration.form.sent", keyed="message")
"""sent of `declaration.form`, made by the kernel. (报关单：已发送)"""


DECLARATION_FORM_UNSENT: Topic[Unsent] = Topic("declaration.form.unsent", keyed="message")
"""failed to send of `declaration.form`, made by the kernel. (报关单：发送失败)"""


DECLARATION_FORM_REJECTED: Topic[Rejected] = Topic("declaration.form.rejected", keyed="message")
"""rejected by the office of `declaration.form`, made by the kernel. (报关单：被退回)"""


DECLARATION_FORM_AMENDMENT: Topic[Amendment] = Topic("declaration.form.amendment")
"""differs from what was sent of `declaration.form`, made by the kernel. (报关单：与已发送不一致)"""


class Ruling_Cancellation_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: Cancellation | None


DECLARATION_CANCELLATION_RULING: Topic[Ruling_Cancellation_] = Topic("declaration.cancellation.ruling")
"""a person's ruling of `declaration.cancellation`, made by the kernel. (报关单撤销申请：人工裁定)"""


DECLARATION_CANCELLATION_SENDING: Topic[Sending] = Topic("declaration.cancellation.sending", keyed="message")
"""about to be sent of `declaration.cancellation`, made by the kernel. (报关单撤销申请：待发送)"""


class Sent_Cancellation_(TypedDict, total=False):
    """What an office was given: the value, its digest, the whole finding, the code version and the packs'
    digests. An amendment or a withdrawal names the number of the declaration it is about. `handed` is the
    SHA-256 of the very bytes, where the way to the office writes them in another format.
    """

    office: Required[str]
    sequence: Required[int]
    digest: Required[str]
    value: Required[Cancellation]
    finding: dict[str, Any]
    code: str
    packs: dict[str, str]
    function: Literal["amend", "cancel", "original"]
    declaration: str
    handed: str


DECLARATION_CANCELLATION_SENT: Topic[Sent_Cancellation_] = Topic("declaration.cancellation.sent", keyed="message")
"""sent of `declaration.cancellation`, made by the kernel. (报关单撤销申请：已发送)"""


DECLARATION_CANCELLATION_UNSENT: Topic[Unsent] = Topic("declaration.cancellation.unsent", keyed="message")
"""failed to send of `declaration.cancellation`, made by the kernel. (报关单撤销申请：发送失败)"""


DECLARATION_CANCELLATION_REJECTED: Topic[Rejected] = Topic("declaration.cancellation.rejected", keyed="message")
"""rejected by the office of `declaration.cancellation`, made by the kernel. (报关单撤销申请：被退回)"""


DECLARATION_CANCELLATION_AMENDMENT: Topic[Amendment] = Topic("declaration.cancellation.amendment")
"""differs from what was sent of `declaration.cancellation`, made by the kernel. (报关单撤销申请：与已发送不一致)"""


class Ruling_CheckedLine_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: CheckedLine | None


DECLARATION_LINE_RULING: Topic[Ruling_CheckedLine_] = Topic("declaration.line.ruling", keyed="line")
"""a person's ruling of `declaration.line`, made by the kernel. (报关单商品项：人工裁定)"""


class Ruling_UsualPrices_(TypedDict, total=False):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the
    reason. `of` is the digest of the finding's value that the person saw; a ruling on a value that has
    since moved no longer counts.
    """

    decision: Required[Literal["confirmed", "overruled", "refused"]]
    reason: Required[str]
    of: str
    value: UsualPrices | None
