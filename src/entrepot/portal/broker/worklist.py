"""The worklist: every trade of one's clients on one page - how far its declaration is, what is next, by when.

A row is drawn from the dossier's record and, before filing, its sheet. Rows are kept while nothing moved, so that a broker with
thousands of trades looks at a page of them in a moment.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, Literal

from msgspec import Struct

from entrepot.channels.online import Voice
from entrepot.kernel.access import Speaker, may_read_finding
from entrepot.kernel.record import Record, Standing
from entrepot.kernel.sheet import Sheet, value_digest
from entrepot.kernel.text import Text
from entrepot.kernel.topics import TRADERS
from entrepot.kernel.vocabulary.answers import ACCEPTANCE, QUERY, RELEASE
from entrepot.kernel.vocabulary.clearance import AMENDED, CANCELLATION, CANCELLED, NOTICE, WITHDRAWAL
from entrepot.kernel.vocabulary.customs import PARTICULARS, Particulars
from entrepot.kernel.vocabulary.decisions import FORM
from entrepot.kernel.vocabulary.trade import MEMBER, PARTS, PARTY, TRANSPORT, Party, Transport
from entrepot.portal.desk import Desk
from entrepot.store.store import DossierCard

Stage = Literal[
    "collecting", "blocked", "to_confirm", "ready", "sent", "rejected", "accepted", "asked", "inspected", "amending",
    "withdrawing", "released", "cancelled", "parted",
]  # fmt: skip
STAGES: dict[str, Text] = {
    "asked": Text("customs asks", "海关质疑"),
    "rejected": Text("sent back", "被退单"),
    "inspected": Text("customs wants something", "海关布控或通知"),
    "blocked": Text("has mistakes", "有错误"),
    "to_confirm": Text("to be confirmed", "待确认"),
    "ready": Text("ready to send", "可申报"),
    "collecting": Text("papers missing", "资料不全"),
    "sent": Text("sent, no answer yet", "已发送待回执"),
    "amending": Text("amendment with customs", "改单审核中"),
    "withdrawing": Text("withdrawal with customs", "撤单审核中"),
    "accepted": Text("accepted", "已接单"),
    "released": Text("released", "已放行"),
    "parted": Text("declared in parts", "已分单"),
    "cancelled": Text("withdrawn", "已撤单"),
}
"""Every stage, the most pressing first."""
NEXT: dict[str, Text] = {
    "asked": Text("answer customs", "答复海关"),
    "rejected": Text("mend it and send it again", "更正后重新申报"),
    "inspected": Text("do what customs wants", "办理海关要求事项"),
    "blocked": Text("mend the mistakes", "更正错误"),
    "to_confirm": Text("confirm and send", "确认并申报"),
    "ready": Text("send", "申报"),
    "collecting": Text("hand papers in, or answer the questions", "提交单证或回答问题"),
    "sent": Text("wait for customs", "等待海关回执"),
    "amending": Text("wait for customs", "等待海关"),
    "withdrawing": Text("wait for customs", "等待海关"),
    "accepted": Text("wait for release", "等待放行"),
    "released": Text("collect payment and refund", "收汇与退税"),
    "parted": Text("see its parts", "查看分单"),
    "cancelled": Text("nothing", "无"),
}
SEND_REQUEST = Text("send the request for withdrawal, or enter what customs decided", "发送撤单申请，或录入海关决定")
SHOWN = TRADERS | {"operator", "auditor"}
EXPORT_AHEAD, LIMIT = timedelta(days=1), "declare_import_days"
KEPT, LOOKED_AT = 20_000, 500


class Work(Struct, frozen=True, omit_defaults=True):
    """A trade on the worklist. `problems` block and `asks` do not; `due` is the last day to file or to do what customs wants;
    `digest` names the declaration that is ready to be sent; `number` is the one customs gave it."""

    dossier: str
    reference: str
    title: str
    client: str
    stage: Stage
    next: Text
    flow: str = ""
    destination: str = ""
    lines: int = 0
    problems: int = 0
    asks: int = 0
    due: date | None = None
    number: str = ""
    digest: str = ""
    heard_at: str = ""


class Worklist(Struct, frozen=True):
    """A page of work; `looked_at` dossiers were looked through for it, and `next` is the cursor of those not yet looked at."""

    work: tuple[Work, ...]
    looked_at: int
    next: int | None = None


class Rows:
    """Draws rows and keeps them while nothing moved; may be called from any thread."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._kept: OrderedDict[tuple[Any, ...], Work] = OrderedDict()
        self._mutex = threading.Lock()

    def page(
        self, voice: Voice, stage: str = "", client: str = "", before: int | None = None, limit: int = 50
    ) -> Worklist:
        """Up to `limit` trades of the voice, at one stage or of one client if asked; at most 500 are looked through at a time."""
        found: list[Work] = []
        looked_at, cursor = 0, before
        while looked_at < LOOKED_AT:
            listed = self._desk.dossiers(voice, cursor, min(limit, LOOKED_AT - looked_at))
            for card in listed.dossiers:
                looked_at += 1
                work = self.row(card, voice) if card.kind == "trade" else None
                if work is not None and stage in ("", work.stage) and client.casefold() in work.client.casefold():
                    found.append(work)
                    if len(found) == limit:
                        return Worklist(_pressing(found), looked_at, card.position)
            cursor = listed.next
            if cursor is None:
                return Worklist(_pressing(found), looked_at)
        return Worklist(_pressing(found), looked_at, cursor)

    def row(self, card: DossierCard, voice: Voice) -> Work | None:
        """One dossier's row as the voice may see it."""
        desk = self._desk
        with desk.known(card.id, voice) as (record, speaker):
            if not speaker.roles & SHOWN:
                return None
            key = (card.id, len(record.submissions), desk.law.digest, desk.today(), speaker.roles, speaker.organisation)
            with self._mutex:
                if (kept := self._kept.get(key)) is not None:
                    self._kept.move_to_end(key)
                    return kept
            work = drawn(desk, card, record, speaker)
        with self._mutex:
            self._kept[key] = work
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return work


def drawn(desk: Desk, card: DossierCard, record: Record, speaker: Speaker) -> Work:
    """A row from the record and, where nothing is filed or something moved since, the sheet. Call it while the record is held."""
    filed, number = _filed(record)
    particulars = _value(record, PARTICULARS.name, Particulars())
    transport = _value(record, TRANSPORT.name, Transport())
    parties: dict[str, Standing] = record.standing(PARTY.name)
    ours, theirs = ("exporter", "importer") if particulars.flow == "E" else ("importer", "exporter")
    client = parties[ours].value if ours in parties and parties[ours].value is not None else Party()
    other = parties[theirs].value if theirs in parties and parties[theirs].value is not None else Party()
    stage, digest, problems, asks = filed, "", 0, 0
    if stage in ("", "rejected"):
        drafted, digest, problems, asks = _drafted(desk.sheet(record), desk, speaker)
        stage = stage or drafted
    due = _due(record, filed, particulars.flow, transport, desk)
    return Work(
        card.id,
        card.reference,
        card.title,
        client.name_zh or client.name or _member(record),
        stage or "collecting",
        SEND_REQUEST
        if stage == "withdrawing" and not record.heard(f"{CANCELLATION.name}.sent")
        else NEXT[stage or "collecting"],
        particulars.flow,
        transport.destination_country or other.country,
        len(record.standing("goods.line")),
        problems,
        asks,
        due,
        number,
        digest,
        card.heard_at,
    )


def _filed(record: Record) -> tuple[Stage | Literal[""], str]:
    """How far customs is with the declaration, and its number; empty where nothing stands with customs."""
    if record.standing(PARTS.name):
        return "parted", ""
    order = {id: number for number, id in enumerate(record.submissions, 1)}

    def last(standing: Iterable[Standing]) -> int:
        """When the last of these was heard, by the order of the record; 0 where there is none."""
        return max((order[said.id] for one in standing for said in one.statements), default=0)

    sent, rejected = record.standing(f"{FORM.name}.sent"), record.standing(f"{FORM.name}.rejected")
    accepted, decided = record.standing(ACCEPTANCE.name), record.standing(CANCELLED.name)
    gone = {key for key, one in decided.items() if one.value is None or one.value.allowed}
    open_ = [key for key in accepted if key not in gone]
    standing = {key: one for key, one in sent.items() if key not in rejected}
    filed = last(standing.values())
    newest = max(sent, key=lambda key: last([sent[key]]), default="")
    if accepted and not open_ and filed <= last(decided.values()):
        filed_anew = newest in rejected and last([sent[newest]]) > last(decided.values())
        return ("rejected", "") if filed_anew else ("cancelled", next(iter(accepted)))
    number = max(open_, key=lambda key: last([accepted[key]]), default="")
    if number in record.standing(RELEASE.name):
        return "released", number
    if not accepted and sent and not standing:
        return "rejected", ""
    asked, sent_back = record.standing(WITHDRAWAL.name), record.standing(f"{CANCELLATION.name}.rejected")
    if number and asked and last(asked.values()) > max(last(decided.values()), last(sent_back.values())):
        return "withdrawing", number
    if last(record.standing(QUERY.name).values()) > filed:
        return "asked", number
    if any(one.value is None or one.value.kind != "other" for one in record.standing(NOTICE.name).values()):
        return "inspected", number
    if number and filed > last(accepted.values()):
        return ("accepted" if last(record.standing(AMENDED.name).values()) > filed else "amending"), number
    return ("accepted" if number else "sent" if standing else ""), number


def _drafted(sheet: Sheet, desk: Desk, speaker: Speaker) -> tuple[Stage, str, int, int]:
    """How far a declaration is that is not with customs: its stage, the digest to send, how many problems block and ask."""
    finding = sheet.finding(FORM.name)
    if (
        finding is None
        or finding.status in ("waits", "not_applicable")
        or not may_read_finding(desk.registry.topics, finding, speaker)
    ):
        return "collecting", "", 0, 0
    blocking = sum(problem.severity == "E" for problem in finding.problems)
    asks = len(finding.problems) - blocking
    if not finding.answers or finding.effective is None:
        return "blocked", "", blocking, asks
    digest = value_digest(finding.effective)
    return ("ready" if finding.settled else "to_confirm"), digest, blocking, asks


def _due(record: Record, filed: str, flow: str, transport: Transport, desk: Desk) -> date | None:
    """By when the next step is: what customs set, or before filing the day that law or the loading sets."""
    if filed == "inspected":
        days = [
            one.value.due_by
            for one in record.standing(NOTICE.name).values()
            if one.value is not None and one.value.due_by
        ]
        return min(days, default=None)
    if filed not in ("", "rejected"):
        return None
    if flow == "E":
        return transport.loading_on - EXPORT_AHEAD if transport.loading_on else None
    limit = desk.law.read("CN/limits", transport.arrival_on, {"name": LIMIT}) if transport.arrival_on else None
    return (
        None
        if limit is None or transport.arrival_on is None
        else transport.arrival_on + timedelta(days=int(limit["value"]))
    )


def _pressing(found: list[Work]) -> tuple[Work, ...]:
    """What presses first: by stage, then by the day it is due."""
    order = {stage: number for number, stage in enumerate(STAGES)}
    return tuple(sorted(found, key=lambda work: (order[work.stage], work.due or date.max)))


def _value(record: Record, topic: str, absent: Any) -> Any:
    standing = record.standing(topic).get("")
    value = None if standing is None else standing.value if standing.value is not None else standing.agreed
    return absent if value is None else value


def _member(record: Record) -> str:
    """The exporter among the members, by its name or id."""
    for organisation, standing in record.standing(MEMBER.name).items():
        if standing.value is not None and {"exporter", "importer"} & set(standing.value.roles):
            return str(standing.value.name or organisation)
    return ""
