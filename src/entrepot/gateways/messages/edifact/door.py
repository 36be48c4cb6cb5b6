"""The door for EDIFACT interchanges: which kind of message is in it, and what that says."""

from collections.abc import Callable, Mapping
from datetime import date

from entrepot.gateways.extract import Found, refusal
from entrepot.gateways.messages.edifact.cusdec_reading import read_cusdec
from entrepot.gateways.messages.edifact.cusres import read_cusres
from entrepot.gateways.messages.edifact.invoic import read_invoice
from entrepot.gateways.messages.edifact.syntax import Interchange, Message, read_interchange
from entrepot.kernel.text import Text

_READERS: Mapping[str, Callable[[Message, date], tuple[str, Found]]] = {
    "CUSDEC": read_cusdec,
    "CUSRES": read_cusres,
    "INVOIC": read_invoice,
}


def read_edifact(data: bytes, today: date) -> tuple[str, Found]:
    """The kind of the one message of an interchange, and what it says. Refuses other kinds, and several messages at once."""
    interchange = read_interchange(data)
    message = _only(interchange)
    kind, found = _READERS[message.kind](message, today)
    interchange.tell(found)
    if not found.statements():
        raise refusal(
            "P008",
            message.reference,
            Text(f"nothing in this {message.kind} can be stated", f"该 {message.kind} 报文没有可陈述的内容"),
            Text("send the message as its system wrote it", "请提交系统生成的原始报文"),
        )
    return kind, found


def _only(interchange: Interchange) -> Message:
    known = ", ".join(_READERS)
    if len(interchange.messages) != 1:
        count = len(interchange.messages)
        raise refusal(
            "P032",
            "UNZ/1.1",
            Text(
                f"the interchange holds {count} messages, and one paper is one message",
                f"交换含 {count} 个报文，一份单证应为一个报文",
            ),
            Text("send each message in an interchange of its own", "请将每个报文分别作为一个交换提交"),
        )
    message = interchange.messages[0]
    if message.kind not in _READERS:
        raise refusal(
            "P007",
            "1 UNH/2.1",
            Text(f"{message.kind[:20]} messages are not read", f"不读取 {message.kind[:20]} 报文"),
            Text(f"send one of {known}", f"可提交 {known}"),
        )
    return message
