"""What the enterprise's own dossier and its earlier declarations give where nothing is said.

Where the last declarations that share the buyer, the destination or the goods agree on a field, it is taken from them and says
so; where they differ nothing is assumed, and what they say becomes the choices of a question. Nothing said or read is overridden.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

import msgspec

from entrepot.kernel.case import Case
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.clearance import HISTORY, PROFILE, EarlierDeclaration, EarlierLine, Profile, named
from entrepot.kernel.vocabulary.customs import Particulars
from entrepot.kernel.vocabulary.decisions import Usual
from entrepot.kernel.vocabulary.goods import LINE, GoodsLine
from entrepot.kernel.vocabulary.trade import Packing, Party, Transport
from entrepot.modules.declaration.rules.said import fields_of

RECENT = 5  # of earlier declarations alike, so many of the newest are asked
BUYER, DESTINATION, GOODS, ANY = "buyer", "destination", "goods", "any"
OWN_DOSSIER = "profile"
_SHARED = {
    BUYER: Text("same overseas party", "境外收发货人相同"),
    DESTINATION: Text("same destination", "运抵国相同"),
    GOODS: Text("same goods", "货物相同"),
    ANY: Text("the last of this enterprise", "本企业最近一票"),
}


Before = Sequence[tuple[EarlierDeclaration, EarlierLine]]
"""The enterprise's earlier lines of the same goods with their declarations, newest first."""


class Habit(NamedTuple):
    """A field of the head that an enterprise mostly fills in alike: its part of the form, where it is looked for in turn, and
    the fields (of one `group`) with which earlier declarations must agree to be looked at."""

    part: str
    field: str
    scopes: tuple[str, ...]
    group: str

    @property
    def path(self) -> str:
        return f"header.{'transport_mode' if (self.part, self.field) == ('transport', 'mode') else self.field}"


_ALWAYS = (BUYER, DESTINATION, OWN_DOSSIER, ANY)
HABITS = (
    Habit("particulars", "supervision_mode", (BUYER, GOODS, OWN_DOSSIER, ANY), "procedure"),
    Habit("particulars", "levy_nature", (BUYER, GOODS, OWN_DOSSIER, ANY), "procedure"),
    Habit("transport", "mode", (BUYER, DESTINATION, OWN_DOSSIER), "carriage"),
    Habit("particulars", "customs_master", _ALWAYS, "carriage"),
    Habit("particulars", "exit_customs", (BUYER, DESTINATION, OWN_DOSSIER), "carriage"),
    Habit("particulars", "exit_point", (BUYER, DESTINATION, OWN_DOSSIER), "carriage"),
    Habit("transport", "loading_port", (BUYER, DESTINATION, OWN_DOSSIER), "carriage"),
    Habit("transport", "discharge_port", (BUYER,), "carriage"),
    Habit("transport", "destination_country", (BUYER,), "carriage"),
    Habit("particulars", "domestic_region", (GOODS, OWN_DOSSIER, ANY), "source"),
    Habit("particulars", "admin_region", (GOODS, OWN_DOSSIER, ANY), "source"),
    Habit("packing", "package_type", (GOODS,), "packing"),
    Habit("particulars", "special_relation", (BUYER,), "price"),
    Habit("particulars", "price_effect", (BUYER,), "price"),
    Habit("particulars", "royalty", (BUYER,), "price"),
    Habit("particulars", "self_assess", _ALWAYS, "pay"),
)


class Lead(NamedTuple):
    """What some earlier declaration, or the enterprise's own dossier, gives for a field, and which one it is."""

    value: Any
    basis: Text


class Said(NamedTuple):
    """What is said of the head so far; `disputed` are paths on which papers disagree, which nothing fills in."""

    flow: str
    particulars: Particulars
    transport: Transport
    packing: Packing
    parties: Mapping[str, Party]
    destination: str
    disputed: Collection[str]
    until: date

    def value(self, habit: Habit) -> Any:
        return getattr(getattr(self, habit.part), habit.field)


class Earlier:
    """The enterprise's own dossier and its earlier declarations of the same flow, beside what is said of this one."""

    def __init__(self, case: Case, said: Said) -> None:
        self._case, self.said = case, said
        self.profile: Profile = case.get(PROFILE) or Profile("")
        history = case.get(HISTORY)
        every = history.declarations if history is not None else ()
        self.declarations = [one for one in every if one.flow == said.flow and one.accepted_on < said.until]
        self._scopes: dict[str, list[EarlierDeclaration]] = {}

    def leads(self, habit: Habit) -> list[Lead]:
        """What the nearest declarations alike give for a field, newest first, each value once; from one of its scopes alone."""
        for scope in habit.scopes:
            if scope == OWN_DOSSIER:
                part = getattr(self.profile, habit.part, None)
                value = None if part is None else getattr(part, habit.field)
                if value not in ("", None):
                    return [Lead(value, Text("as in the enterprise's own dossier", "同本企业档案"))]
                continue
            found: dict[Any, Lead] = {}
            for one in self._alike(scope, habit)[:RECENT]:
                value = _on(one, habit)
                if value not in ("", None):
                    found.setdefault(value, Lead(value, as_in(one, scope)))
            if found:
                return list(found.values())
        return []

    def _alike(self, scope: str, habit: Habit) -> list[EarlierDeclaration]:
        """Those of a scope that agree with all that is said in the field's group."""
        group = [
            (other, value)
            for other in HABITS
            if other.group == habit.group and (value := self.said.value(other)) not in ("", None)
        ]
        return [one for one in self.scope(scope) if all(_on(one, other) in ("", None, value) for other, value in group)]

    def scope(self, scope: str) -> list[EarlierDeclaration]:
        """The earlier declarations that share the buyer, the destination or goods with this one; all of them for `any`."""
        if scope not in self._scopes:
            self._scopes[scope] = [one for one in self.declarations if self._shares(one, scope)]
        return self._scopes[scope]

    def _shares(self, one: EarlierDeclaration, scope: str) -> bool:
        if scope == BUYER:
            overseas = self.said.parties.get("importer" if self.said.flow == "E" else "exporter", Party())
            return same_firm(overseas, one.overseas)
        if scope == DESTINATION:
            return (
                self.said.destination not in ("", None) and one.transport.destination_country == self.said.destination
            )
        return scope == ANY or any(self._names & set(map(named, line.called)) for line in one.lines)

    @cached_property
    def _names(self) -> set[str]:
        lines = (self._case.get(LINE) or {}).values()
        return {named(text) for line in lines for text in called(line)} - {""}


def as_in(one: EarlierDeclaration, scope: str) -> Text:
    """Which earlier declaration a value comes from, and why that one."""
    shared = _SHARED[scope]
    return Text(
        f"as in declaration {one.number} accepted on {one.accepted_on}, {shared.en}",
        f"同报关单 {one.number}（{one.accepted_on} 接受），{shared.zh}",
    )


def same_firm(one: Party, other: Party) -> bool:
    """Whether two parties are one firm: the same number, or the same name but for case and signs."""
    if one.uscc and other.uscc:
        return one.uscc == other.uscc
    names = {_firm(one.name), _firm(one.name_zh)} - {""}
    return bool(names & {_firm(other.name), _firm(other.name_zh)})


def _firm(name: str) -> str:
    return "".join([letter for letter in name.casefold() if letter.isalnum()])


def _on(one: EarlierDeclaration, habit: Habit) -> Any:
    """What stands on an earlier declaration in a field."""
    return one.package_type if habit.part == "packing" else getattr(getattr(one, habit.part), habit.field)


def usual(case: Case, said: Said) -> tuple[Usual, dict[str, str]]:
    """What is taken over for the head, with the path of each field and what it follows; nothing where no field is open."""
    open_ = [habit for habit in HABITS if said.value(habit) in ("", None) and habit.path not in said.disputed]
    wanting = [part for part in ("exporter", "importer", "owner", "declarant") if _wanting(said, part)]
    if not open_ and not wanting:
        return Usual(until=said.until), {}
    earlier = Earlier(case, said)
    derived: dict[str, str] = {}
    taken: dict[str, dict[str, Any]] = {"particulars": {}, "transport": {}, "packing": {}}
    for habit in open_:
        leads = earlier.leads(habit)
        if len(leads) == 1:
            taken[habit.part][habit.field] = leads[0].value
            derived[habit.path] = leads[0].basis.en
    parties = dict(_parties(earlier, wanting, derived))
    found = Usual(
        Particulars(**taken["particulars"]),
        Transport(**taken["transport"]),
        taken["packing"].get("package_type", ""),
        parties,
        said.until,
    )
    return found, derived


def _wanting(said: Said, part: str) -> bool:
    """Whether something of a party that the form shows is not said."""
    there = said.parties.get(part)
    if part in ("owner", "declarant"):
        return there is None and not (part == "owner" and said.flow == "E" and "producer" in said.parties)
    home = "exporter" if said.flow == "E" else "importer"
    return part == home and (there is None or not (there.uscc and there.customs_code and there.name_zh))


def _parties(earlier: Earlier, wanting: list[str], derived: dict[str, str]) -> Iterator[tuple[str, Party]]:
    """The enterprise itself, as its own dossier has it where the papers leave it short; owner and declarant as there, else as
    the last declarations of these goods have them."""
    for part in wanting:
        known, there = earlier.profile.parties.get(part), earlier.said.parties.get(part)
        path = "header.domestic_party" if part in ("exporter", "importer") else f"header.{part}"
        if known is not None and (
            there is None or not (there.name or there.name_zh or there.uscc) or same_firm(there, known)
        ):
            filled = completed(there or Party(), known)
            if filled != there:
                basis = "as in the enterprise's own dossier"
                for field in _added(there or Party(), filled):
                    derived[f"{path}.{field}"] = basis
                if part in ("owner", "declarant"):
                    derived[path] = basis
                yield part, filled
        elif known is None and there is None and part in ("owner", "declarant"):
            scope = GOODS if part == "owner" else ANY
            recent = earlier.scope(scope)[:RECENT]
            found = {getattr(one, part).uscc: one for one in reversed(recent) if getattr(one, part).uscc}
            if len(found) == 1 and recent:
                derived[path] = as_in(recent[0], scope).en
                yield part, getattr(recent[0], part)


def completed(said: Any, more: Any) -> Any:
    """A value with the fields that it leaves open taken from another."""
    fields = {field: getattr(more, field) for field in _added(said, more)}
    return msgspec.structs.replace(said, **fields) if fields else said


def _added(said: Any, more: Any) -> Iterable[str]:
    shape: Any = type(said)
    for name, default in fields_of(shape):
        value = getattr(more, name)
        if value is not default and value != default and getattr(said, name) == default:
            yield name


def called(line: GoodsLine) -> tuple[str, ...]:
    """Every way in which a line's goods are named."""
    return (line.item_code, line.description, line.description_zh)


def goods_before(case: Case, goods: GoodsLine, flow: str, until: date) -> Before:
    """The enterprise's earlier lines of exactly these goods, newest first: the same item code or description, and no other
    goods code than the digits said; only those accepted before the day `until`."""
    history = case.get(HISTORY)
    if history is None or not history.declarations:
        return []
    found: dict[tuple[str, int], tuple[EarlierDeclaration, EarlierLine]] = {}
    for text in called(goods):
        for one, line in history.goods.get(named(text), ()) if text else ():
            if one.flow == flow and one.accepted_on < until and line.hs10.startswith(goods.hs):
                found.setdefault((one.number, line.no), (one, line))
    return sorted(found.values(), key=lambda pair: pair[0].accepted_on, reverse=True)


def agreed(before: Before, field: str) -> tuple[Any, EarlierDeclaration] | None:
    """What the last of them all give for a field, and the newest that does; None where they differ or none does."""
    found: dict[Any, EarlierDeclaration] = {}
    for one, line in before[:RECENT]:
        value = getattr(line, field)
        if value not in ("", (), None):
            found.setdefault(value, one)
    return next(iter(found.items())) if len(found) == 1 else None
