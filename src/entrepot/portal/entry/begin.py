"""Beginning a trade: what the first step of guided entry knows, and the statements that it opens the dossier with."""

import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from msgspec import Struct

from entrepot.channels.online import LICENSED, OFFICES, Voice
from entrepot.kernel.intake import Refusal
from entrepot.kernel.text import Problem
from entrepot.portal.counter.serving import opening_mandate
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft, problem
from entrepot.portal.entry import typed
from entrepot.portal.entry.posted import LONGEST
from entrepot.portal.speaking import DOSSIER_ID

Way = Literal["export", "import", "client", "price"]
WAYS: tuple[Way, ...] = ("export", "import", "client", "price")
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that looks like another
_PREFIX: Mapping[str, str] = {"export": "EX", "import": "IM", "client": "CL", "price": "PR"}
FIELDS = (
    "goods",
    "hs",
    "country",
    "partner",
    "client",
    "client_name",
    "reference",
    "quantity",
    "unit",
    "amount",
    "currency",
    "incoterm",
)


class Begun(Struct, frozen=True):
    """What was filled in on the first step; texts as typed."""

    way: Way
    dossier: str
    id: str
    texts: dict[str, str]

    def of(self, name: str) -> str:
        """What was typed in a field."""
        return self.texts.get(name, "")


def new_number(way: str, day: date) -> str:
    """A number for a trade: the way, the day, and four letters of chance, so that two firms' numbers do not meet."""
    return f"{_PREFIX[way]}-{day:%Y%m%d}-{''.join(secrets.choice(_LETTERS) for _ in range(4))}"


def begun_of(way: Way, post: Mapping[str, Any], fresh: str, id: str) -> Begun:
    """The first step as it was filled in."""
    texts = {name: str(post.get(name, "")).strip()[:LONGEST] for name in FIELDS}
    number = str(post.get("dossier", ""))
    return Begun(way, number if DOSSIER_ID.fullmatch(number) else fresh, str(post.get("id", ""))[:64] or id, texts)


def opening(begun: Begun, voice: Voice, day: date) -> list[Draft]:
    """The statements that open the trade; Refusal with every problem, each at the field that it is about."""
    reading = _Reading(begun)
    goods = begun.of("goods")
    if not goods:
        reading.missing("goods")
    line: dict[str, Any] = {
        ("description" if goods.isascii() else "description_zh"): goods,
        "hs": reading.of("hs", typed.goods_code),
    }
    line |= {"quantity": reading.of("quantity", typed.number), "unit": reading.of("unit", typed.code)}
    line["amount"] = reading.money()
    country = reading.of("country", typed.country)
    if begun.way in ("export", "price") and not country:
        reading.missing("country")
    if begun.way == "client" and not (begun.of("client") or begun.of("client_name")):
        reading.missing("client_name")
    opened = {"kind": "trade", "reference": begun.of("reference") or begun.dossier, "title": goods[:120]}
    drafts = [Draft("dossier.opened", opened), *_members(begun, voice), Draft("goods.line", _said(line), "1")]
    drafts += _parties(begun, country)
    abroad = begun.way != "import"
    plan = {"destination_country": country if abroad else None, "trade_country": country}
    drafts.append(Draft("transport.plan", _said(plan)))
    drafts.append(Draft("trade.terms", _said({"incoterm": reading.of("incoterm", typed.incoterm)})))
    if begun.way == "price" and country:
        drafts.append(Draft("import.entry", {"country": country, "day": day.isoformat()}))
    if begun.way != "price":
        drafts.append(Draft("declaration.particulars", {"flow": "I" if begun.way == "import" else "E"}))
    if reading.problems:
        raise Refusal(tuple(reading.problems))
    return [draft for draft in drafts if draft.body]


def open_trade(desk: Desk, begun: Begun, voice: Voice) -> None:
    """Open the dossier with what the first step says; said again, it is said once."""
    drafts = opening(begun, voice, desk.today())
    drafts[1:1] = opening_mandate(desk, voice, begun.dossier)
    drafts += _own_party(desk, begun, voice)
    desk.say(begun.dossier, drafts, voice, origin=begun.id)


def may_begin(voice: Voice) -> bool:
    """Whether a voice trades: offices and banks open no trades."""
    return not voice.standing & (OFFICES | LICENSED) or bool(voice.mandate)


def _members(begun: Begun, voice: Voice) -> list[Draft]:
    """Who is in the trade: the opener in the part that it plays, and the client where it has a number here."""
    if voice.mandate or begun.way in ("export", "price"):
        return []
    if begun.way == "import":  # it declares for itself until a broker comes in: what is said for customs is a declarant's word
        return [Draft("dossier.member", {"roles": ["importer", "broker"]}, voice.organisation)]
    own = Draft("dossier.member", {"roles": ["broker"]}, voice.organisation)
    client = Draft(
        "dossier.member", _said({"roles": ["exporter"], "name": begun.of("client_name")}), begun.of("client")
    )
    return [own, client] if begun.of("client") and begun.of("client") != voice.organisation else [own]


def _own_party(desk: Desk, begun: Begun, voice: Voice) -> list[Draft]:
    """Who begins the trade, as its own card has it: nobody types its number a second time."""
    from entrepot.portal.accounts.profile import card_of  # Django's models: only once they are set up

    card, _ = card_of(desk, voice)
    part = {"import": "importer", "client": "declarant"}.get(begun.way, "exporter")
    fields = ("name", "name_zh", "uscc", "customs_code", "country", "address")
    return [Draft("trade.party", said, part)] if (said := _said({name: card.get(name) for name in fields})) else []


def _parties(begun: Begun, country: str) -> list[Draft]:
    """The partner abroad, and the client at home."""
    part = "exporter" if begun.way == "import" else "importer"
    partner = _said({**_name(begun.of("partner")), "country": country if begun.of("partner") else ""})
    drafts = [Draft("trade.party", partner, part)]
    if begun.way == "client":
        drafts.append(
            Draft("trade.party", _said({**_name(begun.of("client_name")), "uscc": begun.of("client")}), "exporter")
        )
    return drafts


def _name(text: str) -> dict[str, str]:
    return {"name" if text.isascii() or not any("\u4e00" <= one <= "\u9fff" for one in text) else "name_zh": text}


def _said(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value not in (None, "", [])}


class _Reading:
    """The reading of the first step's fields; `problems` gathers what cannot be read."""

    def __init__(self, begun: Begun) -> None:
        self.begun = begun
        self.problems: list[Problem] = []

    def of(self, name: str, reader: typed.Reader) -> Any:
        if not self.begun.of(name):
            return ""
        try:
            return reader(self.begun.of(name))
        except typed.Unread as unread:
            self._wrong(name, unread, self.begun.of(name))
            return ""

    def money(self) -> Any:
        if not self.begun.of("amount"):
            return None
        try:
            return typed.money(self.begun.of("amount"), self.begun.of("currency"))
        except typed.Unread as unread:
            self._wrong("amount", unread, self.begun.of("amount"))
            return None

    def missing(self, name: str) -> None:
        self.problems.append(problem("K003", name, "this must be filled in", "此项必填", "fill it in", "请填写"))

    def _wrong(self, name: str, unread: typed.Unread, text: str) -> None:
        shown = text[:60]
        self.problems.append(
            problem(
                "FM03", name, f"{shown!r} cannot be read here", f"此处无法读取“{shown}”",
                f"write {unread.how.en}", f"请填写{unread.how.zh}",
            )
        )  # fmt: skip
