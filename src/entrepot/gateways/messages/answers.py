"""Answers of offices that come as files: which message or declaration they are about, and what the office says by them.

Whatever format they come in (receipts of the single window, CUSRES, WCO responses), they are read like any paper of the kind
`customs_answer`. Here they are tied to what was delivered: an acceptance of an amendment is a decision on it, and a rejection
names the message that is sent back.
"""

from collections.abc import Collection
from datetime import date
from typing import Any

import msgspec
from msgspec import Struct

from entrepot.gateways.extract import Extract, Stated, refusal
from entrepot.gateways.messages.cn.receipts import references_of
from entrepot.gateways.messages.cn.writing import client_number
from entrepot.gateways.messages.formats import read_message
from entrepot.gateways.messages.wco.names import reference_of
from entrepot.gateways.offices import Delivery, Reply
from entrepot.kernel.text import Text
from entrepot.kernel.topics import Rejected
from entrepot.kernel.vocabulary.answers import ACCEPTANCE
from entrepot.kernel.vocabulary.clearance import AMENDED, CANCELLED, Decided
from entrepot.kernel.vocabulary.decisions import FORM

REJECTED = f"{FORM.name}.rejected"
_DECISIONS = {"amend": AMENDED.name, "cancel": CANCELLED.name}


class Answer(Struct, frozen=True):
    """An answer as read. `references` are the ids and numbers by which it names what it answers: the message, the window's own
    number of it, the number of the declaration."""

    references: tuple[str, ...]
    statements: tuple[Stated, ...]


def read_answer(data: bytes, today: date) -> Answer:
    """The answer in a file. Raises Refusal where it is none, or says nothing that can be stated."""
    read = read_message(data, today)
    if read is None or read[1] != "customs_answer":
        raise refusal(
            "P033",
            "file",
            Text("it is no answer of customs", "不是海关回执"),
            Text(
                "put only answers into the inbox; hand papers in with their dossier",
                "收件箱只放回执；单证请在案卷中提交",
            ),
        )
    statements = read[2].statements()
    if not statements:
        said = "; ".join(problem.what.en for problem in read[2].problems[:3])
        raise refusal(
            "P008",
            "file",
            Text(f"the answer says nothing that can be stated: {said}", f"回执没有可陈述的内容：{said}"),
            Text("ask for it again, or enter the answer by hand", "请重新获取回执，或手工录入"),
        )
    return Answer(tuple(dict.fromkeys([*_named(statements), *references_of(data)])), statements)


def _named(statements: tuple[Stated, ...]) -> list[str]:
    """Messages first: they name one delivery, while a declaration may have had several."""
    messages = [one.key if one.topic == REJECTED else getattr(one.value, "message", "") for one in statements]
    numbers = [getattr(one.value, "declaration", "") or one.key for one in statements if one.topic != REJECTED]
    return [name for name in (*messages, *numbers) if name]


def replies(answer: Answer, delivered: Delivery, day: date, sandbox: bool) -> tuple[Reply, ...]:
    """What the office says by an answer to what was delivered."""
    said: list[Reply] = []
    for one in answer.statements:
        if one.topic == REJECTED:
            said += rejected(delivered, one.value, day)
        elif one.topic == ACCEPTANCE.name and delivered.function != "original":
            decided = Decided(one.value.accepted_on, True, "", delivered.message)
            said.append(Reply(_DECISIONS[delivered.function], one.key, decided))
        else:
            said.append(Reply(one.topic, one.key, _of(one.value, delivered.message)))
    return tuple(msgspec.structs.replace(reply, value=_played(reply.value, sandbox)) for reply in said)


def matched(extract: Extract, messages: Collection[str]) -> Extract:
    """An answer that was handed in to a dossier: the numbers by which it names a message are made that message's id, where it
    was sent from the dossier; with one message alone, it is that one."""
    if extract.kind != "customs_answer" or not messages:
        return extract
    named = {name: message for message in messages for name in (message, client_number(message), reference_of(message))}
    only = next(iter(messages)) if len(messages) == 1 else ""
    statements = []
    for one in extract.statements:
        if one.topic == REJECTED:
            one = msgspec.structs.replace(one, key=named.get(one.key) or only or one.key)
        elif one.topic == ACCEPTANCE.name and (message := named.get(one.value.message) or only):
            one = msgspec.structs.replace(one, value=_of(one.value, message))
        statements.append(one)
    return msgspec.structs.replace(extract, statements=tuple(statements))


def rejected(delivered: Delivery, value: Rejected, day: date) -> list[Reply]:
    """A rejection names the message. One of an amendment or a withdrawal is the decision on it as well."""
    back = Reply(f"{delivered.topic}.rejected", delivered.message, value)
    if delivered.function == "original" or not delivered.declaration:
        return [back]
    decided = Decided(day, False, value.reason, delivered.message)
    return [Reply(_DECISIONS[delivered.function], delivered.declaration, decided), back]


def _of(value: Any, message: str) -> Any:
    """A value with the message it is about, where its kind names one."""
    return msgspec.structs.replace(value, message=message) if "message" in value.__struct_fields__ else value


def _played(value: Any, sandbox: bool) -> Any:
    return msgspec.structs.replace(value, sandbox=True) if sandbox and "sandbox" in value.__struct_fields__ else value
