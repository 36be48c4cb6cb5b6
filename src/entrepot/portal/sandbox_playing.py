"""Rehearsing by oneself: example trades, the other side's answers at a press of a button, and beginning anew.

In a sandbox a trader of a dossier may let customs, bank, carrier or buyer answer there. What they say bears the names of sandbox
organisations (`sandbox-customs`) and, where the topic has it, `sandbox`; a live store hears none of these voices. The same button
does the same every time.
"""

import re
import secrets
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from entrepot.channels import online
from entrepot.channels.online import GRANTED, Voice
from entrepot.kernel.intake import Refusal
from entrepot.kernel.record import Record
from entrepot.kernel.text import Text
from entrepot.kernel.topics import TRADERS, Topic
from entrepot.kernel.vocabulary.answers import ACCEPTANCE, BANK_RECEIPT, CARRIER_EVENT, QUERY, RELEASE
from entrepot.kernel.vocabulary.clearance import NOTICE
from entrepot.kernel.vocabulary.customs import ENTRY, PARTICULARS
from entrepot.kernel.vocabulary.trade import MEMBER, OPENED, TERMS, TRANSPORT
from entrepot.kernel.why import NoSuchPlace
from entrepot.portal.broker.copying import PRICED, RECURRING
from entrepot.portal.demonstration.story import CORRIDORS, MISTAKES, PAPERS, Corridor
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft, problem
from entrepot.portal.sandboxes import Beside

PLAYERS = TRADERS | {"importer"}
_LETTERS = "23456789abcdefghjkmnpqrstvwxyz"
_ASKED = re.compile(r"\s*sandbox:.*\Z", re.IGNORECASE | re.DOTALL)
_INVOICE = b'"number": "EX-VAT-'
# How customs is to answer the next declaration: the words that it listens to, and ours.
ANSWERS: dict[str, Text] = {
    "": Text("take it in", "接受申报"),
    "release": Text("take it in and release the goods on the same day", "接受申报并当日放行"),
    "query": Text("take it in and ask about a price", "接受申报并质疑价格"),
    "inspection": Text("take it in and order an inspection", "接受申报并要求查验"),
    "tax": Text("take it in and say that taxes are due", "接受申报并通知缴税"),
    "papers": Text("take it in and ask for papers", "接受申报并要求补充单证"),
    "reject": Text("send it back", "退单"),
}


class Example(Struct, frozen=True):
    """A trade that comes ready, with its papers."""

    name: str
    title: Text
    more: Text
    corridor: Corridor


_MORE = (
    Text("Dangerous goods; a certificate of origin saves the buyer duty.", "危险货物；原产地证可为买方减免关税。"),
    Text("Two lines out of one workbook, and a refund.", "一份工作簿、两项商品，并可退税。"),
    Text("A farm product: see how the refund changes.", "农产品：看退税有何不同。"),
    Text("Eight faults told at once: mend them one by one.", "一次指出八处错误，逐项更正。"),
)
_TRADES = {"acid": CORRIDORS[0], "mushrooms": CORRIDORS[2], "tea": CORRIDORS[3], "mistakes": MISTAKES}
EXAMPLES = tuple(Example(name, one.title, more, one) for (name, one), more in zip(_TRADES.items(), _MORE, strict=True))


class Part(Struct, frozen=True):
    """Something that another side could say now: its name in an address, who says it, and what."""

    name: str
    role: str
    text: Text
    drafts: tuple[Draft, ...]


class Stage(Struct, frozen=True):
    """What may be played in a dossier: how customs is to answer (None once a declaration stands), and the parts of others."""

    asked: str | None
    parts: tuple[Part, ...]


def stage(desk: Desk, dossier: str, voice: Voice) -> Stage:
    """What the voice may let others say in a dossier now; NoSuchPlace where nothing is to be played."""
    with desk.known(dossier, voice) as (record, speaker):
        if desk.store.nature != "sandbox" or record.kind != "trade" or not speaker.roles & PLAYERS:
            raise NoSuchPlace(dossier)
        number = next(iter(record.standing(ACCEPTANCE.name)), "")
        said = _one(record, PARTICULARS)
        found = _ASKED.search(said.reference) if said is not None else None
        asked = None if number else (found[0].partition(":")[2].strip() if found else "")
        return Stage(asked, tuple(_parts(desk, record, number)))


def play(desk: Desk, dossier: str, name: str, voice: Voice) -> None:
    """Let another side say its part. NoSuchPlace where it has none of this name now."""
    desk.admit(voice, "say", speaks=True)
    part = next((one for one in stage(desk, dossier, voice).parts if one.name == name), None)
    if part is None:
        raise NoSuchPlace(name)
    desk.say(dossier, part.drafts, online.rehearsing(part.role), origin=f"played/{dossier}/{name}")


def ask_customs(desk: Desk, dossier: str, answer: str, voice: Voice) -> None:
    """Say how sandbox customs is to answer the next declaration; it listens to the declaration's own reference."""
    if stage(desk, dossier, voice).asked is None or answer not in ANSWERS:
        raise NoSuchPlace(answer)
    with desk.known(dossier, voice) as (record, _):
        standing = record.standing(PARTICULARS.name).get("")
        own = [
            one
            for one in (standing.statements if standing is not None else ())
            if one.for_ == voice.organisation and "reference" in msgspec.json.decode(bytes(one.body))
        ]
        bodies = [msgspec.json.decode(bytes(one.body)) for one in own]
        merged: dict[str, Any] = {name: value for body in bodies for name, value in body.items()}
        evidence = tuple(dict.fromkeys(paper for one in own for paper in one.evidence))
    bare = _ASKED.sub("", merged.get("reference", ""))
    reference = f"{bare} sandbox: {answer}".strip() if answer else bare
    body = {**merged, "reference": reference or "-"}
    replaces = tuple(one.id for one in own)
    desk.say(dossier, [Draft(PARTICULARS.name, body, evidence=evidence, replaces=replaces)], voice)


def begin_example(desk: Desk, name: str, voice: Voice) -> str:
    """Copy an example trade into a new dossier of the voice; gives the dossier."""
    example = next((one for one in EXAMPLES if one.name == name), None)
    if example is None or desk.store.nature != "sandbox":
        raise NoSuchPlace(name)
    corridor, own = example.corridor, "".join(secrets.choice(_LETTERS) for _ in range(6))
    dossier = f"example-{name}-{own}"
    opened = {"kind": "trade", "reference": dossier, "title": corridor.title.en}
    desk.say(dossier, [Draft(OPENED.name, opened)], voice)
    for paper in corridor.papers:
        data = _with_own_lots((PAPERS / corridor.folder / paper).read_bytes(), own)
        desk.take_paper(dossier, paper, data, voice)
    codes = [Draft("import.line", {"code": code}, line) for line, code in corridor.codes.items()]
    desk.say(dossier, [Draft(ENTRY.name, corridor.entry), *codes], online.rehearsing("importer"))
    return dossier


def copy_over(live: Desk, other: Beside, dossier: str, voice: Voice) -> str:
    """Copy what recurs of a live dossier, with its unit prices, into a new one of the sandbox, for its member alone; gives that."""
    reading = live.read(dossier, voice)
    if reading.kind != "trade" or voice.rehearsal or not set(reading.roles) & PLAYERS:
        raise NoSuchPlace(dossier)
    new = f"rehearsal-{''.join(secrets.choice(_LETTERS) for _ in range(8))}"
    opening = {
        "kind": "trade",
        "reference": new,
        "title": reading.title or reading.reference,
        "copied_from": f"live:{dossier}",
    }
    own = [role for role in reading.roles if role in GRANTED and role not in ("bank", "clerk")]
    drafts = [Draft(OPENED.name, opening), Draft(MEMBER.name, {"roles": own}, voice.organisation)]
    for fact in reading.facts:
        if fact.topic in RECURRING and not fact.topic.startswith("dossier.") and isinstance(fact.value, dict):
            kept, topic = RECURRING[fact.topic], live.registry.topics[fact.topic]
            wanted = None if kept is None else kept | PRICED
            body = {
                name: one for name, one in fact.value.items() if one is not None and (wanted is None or name in wanted)
            }
            if body and topic.say & {*own, "speaker"}:
                drafts.append(Draft(fact.topic, body, fact.key))
    there = msgspec.structs.replace(
        voice, token="", grant=None, under="", mandate="", counter="", channel="online", standing=frozenset()
    )
    other.desk.say(new, drafts, there)
    return new


def begin_anew(desk: Desk, voice: Voice) -> int:
    """Leave all trades of one's rehearsal, by a statement in each: they are shown to the organisation no more, and the log keeps
    them. Gives how many."""
    desk.admit(voice, "administer", speaks=True)
    if desk.store.nature != "sandbox" or voice.rehearsal:
        raise Refusal(
            (problem("SB01", "rehearsal", "only an enterprise of the sandbox begins its rehearsal anew", "仅沙盒中的企业可重新开始演练",
                     "sign in at the sandbox", "请在沙盒登录"),)
        )  # fmt: skip
    left, before = 0, None
    while True:
        page = desk.dossiers(voice, before, 50)
        for card in page.dossiers:
            if card.kind == "trade":
                with desk.known(card.id, voice) as (record, _):
                    standing = record.standing(MEMBER.name).get(voice.organisation)
                    own = tuple(s.id for s in standing.statements if s.for_ == voice.organisation) if standing else ()
                if own:
                    desk.say(card.id, [Draft(MEMBER.name, None, voice.organisation, withdraws=own)], voice)
                    left += 1
        if page.next is None:
            return left
        before = page.next


def _parts(desk: Desk, record: Record, number: str) -> Sequence[Part]:
    """What others could say now."""
    terms, way = _one(record, TERMS), _one(record, TRANSPORT)
    # Goods leave on the day on which they were to be loaded: it decides by which year's law they are refunded.
    loading = way.loading_on if way is not None and way.loading_on is not None else desk.today()
    paid_on, day = desk.today().isoformat(), min(loading, desk.today()).isoformat()
    found: list[Part] = []

    def part(name: str, role: str, text: Text, topic: Topic[Any], body: dict[str, Any], key: str = "") -> None:
        if key not in record.standing(topic.name):
            found.append(Part(name, role, text, (Draft(topic.name, body, key),)))

    if number and number not in record.standing(RELEASE.name):
        question = {"asked_on": day, "question": "how was the price agreed?", "field": "line/1.unit_price"}
        part(
            "query",
            "customs",
            Text("Customs asks how the price was agreed", "海关质疑价格形成"),
            QUERY,
            question,
            number,
        )
        notice = {
            "received_on": day,
            "kind": "inspection",
            "text": "the goods are to be inspected",
            "declaration": number,
            "sandbox": True,
        }
        part(
            "inspection",
            "customs",
            Text("Customs orders an inspection", "海关要求查验"),
            NOTICE,
            notice,
            f"{number}-inspection",
        )
        released = {"released_on": day, "exported_on": day, "sandbox": True}
        part("release", "customs", Text("Customs releases the goods", "海关放行"), RELEASE, released, number)
    if number and number in record.standing(RELEASE.name):
        loaded = {"event": "loaded", "day": day, "place": way.loading_port if way is not None else ""}
        part(
            "loaded",
            "carrier",
            Text("The carrier has loaded the goods", "承运人已装船"),
            CARRIER_EVENT,
            loaded,
            "sandbox-loaded",
        )
        if terms is not None and terms.total is not None:
            paid = {"amount": msgspec.to_builtins(terms.total), "received_on": paid_on, "declaration": number}
            part("paid", "bank", Text("The buyer has paid: the bank received the whole amount", "买方已付款，银行已全额收汇"), BANK_RECEIPT,
                 paid, "sandbox-receipt")  # fmt: skip
    if way is not None and way.destination_country and not record.standing(ENTRY.name):
        entry = {"country": way.destination_country, "day": paid_on}
        part(
            "enters",
            "importer",
            Text("The buyer says that it enters the goods today", "买方今日办理进口"),
            ENTRY,
            entry,
        )
    return found


def _one(record: Record, topic: Topic[Any]) -> Any:
    """What stands undisputed on a topic without a key; None where nothing does."""
    standing = record.standing(topic.name).get("")
    return None if standing is None else standing.value if standing.value is not None else standing.agreed


def _with_own_lots(data: bytes, own: str) -> bytes:
    """An example's paper with numbers of purchase invoices of its own: what is bought on one is used up but once."""
    return data.replace(_INVOICE, _INVOICE + own.upper().encode())
