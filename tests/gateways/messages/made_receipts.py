"""Receipts of the single window, made up."""

from entrepot.gateways.messages.cn.fields import NAMESPACE


def imported(client: str, own: str = "I20260000000000017", code: str = "0", words: str = "") -> bytes:
    """Whether the window took a message in."""
    body = f"<ResponseCode>{code}</ResponseCode><ErrorMessage>{words}</ErrorMessage><ClientSeqNo>{client}</ClientSeqNo>"
    own = f"<SeqNo>{own}</SeqNo>" if own else ""
    return f'<?xml version="1.0" encoding="UTF-8"?><DecImportResponse xmlns="{NAMESPACE}">{body}{own}</DecImportResponse>'.encode()


def result(channel: str, entry: str = "470520260000000017", note: str = "", **more: str) -> bytes:
    """What became of a declaration."""
    fields = {"CUS_CIQ_NO": "I20260000000000017", "ENTRY_ID": entry, "NOTICE_DATE": "2026-04-01T14:40:43"}
    fields |= {"CHANNEL": channel, "NOTE": note, **more}
    body = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    return f'<?xml version="1.0" encoding="UTF-8"?><DEC_RESULT>{body}</DEC_RESULT>'.encode()
