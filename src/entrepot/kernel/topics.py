"""Topics: the typed names of what can be said or found, with the roles that may say and read each."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, Generic, Literal, TypeVar

from msgspec import Struct

from entrepot.kernel.text import Text

V = TypeVar("V")
T = TypeVar("T")
Kind = Literal["said", "found", "view"]

ROLES: dict[str, Text] = {
    "exporter": Text("exporter", "出口商"),
    "importer": Text("importer or buyer", "进口商"),
    "producer": Text("producer", "生产企业"),
    "broker": Text("customs broker", "报关企业"),
    "carrier": Text("carrier or forwarder", "承运人"),
    "warehouse": Text("warehouse or bonded zone", "仓储或综保区"),
    "bank": Text("bank", "银行"),
    "customs": Text("customs", "海关"),
    "tax": Text("tax authority", "税务机关"),
    "certifier": Text("issuer of origin proofs", "原产地签证机构"),
    "clerk": Text("counter clerk", "窗口人员"),
    "operator": Text("operator of the platform", "平台运营方"),
    "auditor": Text("auditor", "审计人员"),
    "platform": Text("the platform itself", "平台系统"),
}

TRADERS = frozenset({"exporter", "broker", "clerk"})
EVERYONE = frozenset(ROLES)


class Posting(Struct, frozen=True):
    """What a statement takes from a scarce thing: `amount` of `unit` from `resource`, which holds `opens` when first met."""

    resource: str
    unit: str
    amount: Decimal
    opens: Decimal


class Topic(Generic[V]):
    """A typed name. `V` is what a case reads under it: the value, or a mapping of keys to values where it is keyed.

    `keyed` names the domain of its keys (`line`, `container`); topics of one domain share keys. `merges` lets several
    papers each state a part of one value. `sends` names the office a found value is sent to. `discloses` gives the
    reason why a finding may be read by its `read` roles although it rests on something they may not read. What is said on a
    `final` topic stays said: no statement replaces or withdraws it, whoever speaks.
    """

    __slots__ = (
        "name",
        "type",
        "kind",
        "keyed",
        "say",
        "read",
        "opens",
        "takes",
        "version",
        "upgrades",
        "label",
        "doc",
        "merges",
        "discloses",
        "sends",
        "base",
        "final",
    )

    def __init__(
        self,
        name: str,
        type: Any,
        *,
        label: Text,
        doc: str,
        kind: Kind = "said",
        keyed: str = "",
        say: frozenset[str] = frozenset(),
        read: frozenset[str] = frozenset(),
        opens: str = "",
        takes: Callable[[Any], tuple[Posting, ...]] | None = None,
        version: int = 1,
        upgrades: Mapping[int, tuple[Any, Callable[[Any], Any]]] | None = None,
        merges: bool = False,
        discloses: str = "",
        sends: str = "",
        base: str = "",
        final: bool = False,
    ) -> None:
        head, _, tail = name.partition(".")
        if not head or not tail or not name.replace(".", "").replace("_", "").isalnum() or name != name.lower():
            raise ValueError(f"topic {name!r} must be named module.noun in lower case")
        if unknown := (say | read) - EVERYONE - {"speaker", "named"}:
            raise ValueError(f"topic {name!r} names unknown roles {sorted(unknown)}")
        if kind != "said" and (say or takes or final):
            raise ValueError(f"topic {name!r} is {'found' if kind == 'found' else 'a view'}: nobody says it and it takes nothing")
        self.name, self.type, self.kind, self.keyed = name, type, kind, keyed
        self.say, self.read, self.opens, self.takes = say, read, opens, takes
        self.version, self.upgrades = version, dict(upgrades or {})
        self.final = final
        self.label, self.doc, self.merges, self.discloses, self.sends, self.base = (
            label,
            doc,
            merges,
            discloses,
            sends,
            base,
        )

    def __repr__(self) -> str:
        return f"Topic({self.name})"


def said(name: str, type: type[T], **card: Any) -> Topic[T]:
    """A topic with one value that people or offices say."""
    return Topic(name, type, kind="said", **card)


def said_each(name: str, type: type[T], keyed: str, **card: Any) -> Topic[Mapping[str, T]]:
    """A keyed topic that people or offices say."""
    return Topic(name, type, kind="said", keyed=keyed, **card)


def found(name: str, type: type[T], **card: Any) -> Topic[T]:
    """A topic with one value that a module finds."""
    return Topic(name, type, kind="found", **card)


def found_each(name: str, type: type[T], keyed: str, **card: Any) -> Topic[Mapping[str, T]]:
    """A keyed topic that a module finds."""
    return Topic(name, type, kind="found", keyed=keyed, **card)


def view(name: str, type: type[T], **card: Any) -> Topic[T]:
    """A topic with one value that the store reads off other dossiers, and nobody says."""
    return Topic(name, type, kind="view", **card)


class Ruling(Struct, Generic[T], frozen=True, omit_defaults=True):
    """A person's decision on a finding: `confirmed` as found, `overruled` by `value`, or `refused`; with the reason.

    `of` is the digest of the finding's value that the person saw; a ruling on a value that has since moved no longer counts.
    """

    decision: Literal["confirmed", "overruled", "refused"]
    reason: str
    of: str = ""
    value: T | None = None


class Sending(Struct, frozen=True, omit_defaults=True):
    """What is about to leave for an office: kept before it leaves, so that a retry reuses the same message."""

    office: str
    digest: str
    message: str
    media_type: str = "application/json"


class Sent(Struct, Generic[T], frozen=True, omit_defaults=True):
    """What an office was given: the value, its digest, the whole finding, the code version and the packs' digests. An
    amendment or a withdrawal names the number of the declaration it is about. `handed` is the SHA-256 of the very bytes, where
    the way to the office writes them in another format."""

    office: str
    sequence: int
    digest: str
    value: T
    finding: dict[str, Any] = {}
    code: str = ""
    packs: dict[str, str] = {}
    function: Literal["original", "amend", "cancel"] = "original"
    declaration: str = ""
    handed: str = ""


class Unsent(Struct, frozen=True, omit_defaults=True):
    """A sending that failed, and why."""

    office: str
    reason: str


class Rejected(Struct, frozen=True, omit_defaults=True):
    """An office's refusal of one message."""

    reason: str
    office: str = ""
    codes: tuple[str, ...] = ()


class Amendment(Struct, frozen=True, omit_defaults=True):
    """Where what would be sent now differs from what was sent last: field paths with both values."""

    sent: str
    fresh: str
    changes: tuple[tuple[str, str, str], ...]


@lru_cache(maxsize=1024)
def companions(topic: Topic[Any]) -> tuple[Topic[Any], ...]:
    """The topics that follow from a found topic: its ruling and, where it is sent, what becomes of the sending."""
    if topic.kind != "found" or topic.base:
        return ()
    label, name = topic.label, topic.name
    # Generic structs take the topic's type at run time, which a type checker cannot follow.
    generic: tuple[Any, Any] = (Ruling, Sent)
    ruling, sent = (shape[topic.type] for shape in generic)

    def made(suffix: str, type: Any, en: str, zh: str, kind: Kind, keyed: str, say: frozenset[str]) -> Topic[Any]:
        return Topic(
            f"{name}.{suffix}",
            type,
            kind=kind,
            keyed=keyed,
            say=say,
            read=topic.read,
            base=name,
            label=Text(f"{label.en}: {en}", f"{label.zh}：{zh}"),
            doc=f"{en} of `{name}`, made by the kernel.",
        )

    officers = frozenset(
        {"operator", *({topic.sends} & EVERYONE), *(topic.read & {"customs", "tax", "certifier", "exporter", "broker"})}
    )
    topics = [made("ruling", ruling, "a person's ruling", "人工裁定", "said", topic.keyed, officers)]
    if topic.sends:
        answers = frozenset({topic.sends} & EVERYONE) | TRADERS
        platform = frozenset({"platform"})
        topics += [
            made("sending", Sending, "about to be sent", "待发送", "said", "message", platform),
            made("sent", sent, "sent", "已发送", "said", "message", platform),
            made("unsent", Unsent, "failed to send", "发送失败", "said", "message", platform),
            made("rejected", Rejected, "rejected by the office", "被退回", "said", "message", frozenset(answers)),
            made("amendment", Amendment, "differs from what was sent", "与已发送不一致", "found", "", frozenset()),
        ]
    return tuple(topics)
