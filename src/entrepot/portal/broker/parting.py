"""A trade with more lines than one declaration holds, parted into dossiers that each file one declaration.

The parts are what `declaration.split` found. Each part is opened in one breath, so that an interrupted parting is simply done
again: what is there already is left alone.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from entrepot.channels.online import Voice
from entrepot.kernel.intake import Refusal
from entrepot.kernel.submissions import Evidence
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.answers import PAPER
from entrepot.kernel.vocabulary.goods import LINE, LOT, GoodsLine
from entrepot.kernel.vocabulary.trade import CHARGES, PARTS, Charges, Parts
from entrepot.modules.declaration.rules.splitting import borne
from entrepot.portal.desk import Desk, NoSuchDossier
from entrepot.portal.drafts import Draft, problem
from entrepot.portal.reading import Fact, Reading
from entrepot.store.intake import Content

SPLIT = "declaration.split"
# What goes along into each part as it is, apart from line numbers and what the part bears of the whole.
ALONG = frozenset(
    {
        *("dossier.member", "dossier.mandate", "trade.party", "trade.terms", "transport.plan", "transport.charges"),
        *(
            "transport.container",
            "packing.totals",
            "contract.line",
            "declaration.particulars",
            "declaration.attachment",
        ),
        *("exporter.standing", "import.entry", "import.formalities", "origin.proof"),
    }
)
ALL_LINES = "line"


class Parted(Struct, frozen=True):
    """What became of a parting: the dossiers in which the trade is declared, and what could not go along."""

    dossiers: tuple[str, ...]
    left: tuple[Text, ...] = ()


def part(desk: Desk, dossier: str, voice: Voice) -> Parted:
    """Open a dossier for each part of a trade, hand its papers on, and mark the trade as declared in parts.

    Refusal where one declaration holds all lines, or the voice may not say what the parts need.
    """
    reading = desk.read(dossier, voice)
    done = next((fact.value for fact in reading.facts if fact.topic == PARTS.name), None)
    left: list[Text] = []
    if done is None:
        parts = _plan(desk, reading, voice)
        names = tuple(f"{dossier}-{number}" for number in range(1, len(parts) + 1))
        for number, (name, one) in enumerate(zip(names, parts, strict=True), 1):
            left += _open(desk, reading, name, number, one, voice)
        lines = {
            old: f"{name}/{new}"
            for name, one in zip(names, parts, strict=True)
            for new, old in enumerate(one["lines"], 1)
        }
        lots = _own_lots(reading, voice)
        drafts = [Draft(PARTS.name, {"dossiers": names, "lines": lines, "lots": lots})]
        drafts += [Draft(LOT.name, key=fact.key, withdraws=_ids(fact, voice)) for fact in _lots(reading, voice)]
        desk.say(dossier, drafts, voice)
        done = {"dossiers": names, "lines": lines, "lots": lots}
    _move_lots(desk, dossier, msgspec.convert(done, Parts), voice)
    return Parted(tuple(done["dossiers"]), tuple(dict.fromkeys(left)))


def _plan(desk: Desk, reading: Reading, voice: Voice) -> list[dict[str, Any]]:
    """The parts as found, with what each bears of the whole; Refusal where there are none to make."""
    found = next((finding for finding in reading.findings if finding.topic == SPLIT), None)
    if found is not None and found.value is not None:
        planned: list[dict[str, Any]] = found.value["parts"]
        with desk.known(reading.dossier, voice) as (record, _):
            lines = {key: one.value or one.agreed or GoodsLine() for key, one in record.standing(LINE.name).items()}
            charges = record.standing(CHARGES.name).get("")
        whole = charges.value if charges is not None and charges.value is not None else Charges()
        shares = borne([tuple(part["lines"]) for part in planned], lines, whole)
        return [part | msgspec.to_builtins(share) for part, share in zip(planned, shares, strict=True)]
    if found is not None and found.problems:
        raise Refusal(found.problems)
    raise Refusal(
        (problem("W020", SPLIT, "one declaration holds all lines", "一份报关单即可申报全部商品项",
                 "send the declaration as it is", "请直接申报"),)
    )  # fmt: skip


def _open(desk: Desk, reading: Reading, name: str, number: int, part: dict[str, Any], voice: Voice) -> Iterator[Text]:
    """Open one part with all that goes along; nothing where an earlier parting opened it."""
    if _is_there(desk, reading, name, voice):
        return
    renumbered = {old: str(new) for new, old in enumerate(part["lines"], 1)}
    title = f"{reading.title or reading.reference} ({number})"
    opening = {"kind": "trade", "reference": name, "title": title, "part_of": reading.dossier, "part": number}
    drafts, contents = [Draft("dossier.opened", opening)], []
    to_have = desk.papers_to_have(reading.dossier, voice)
    for fact in reading.facts:
        if fact.topic == PAPER.name:
            if fact.key in to_have:
                content = desk.document(reading.dossier, fact.key, voice)[1]
                contents.append(content)
                drafts.append(
                    Draft(PAPER.name, _plain(fact.value), fact.key, evidence=(Evidence(fact.key, fact.value["name"]),))
                )
            continue
        if (draft := _along(desk, fact, part, renumbered)) is not None:
            drafts.append(draft)
            yield from _untold(fact)
    yield from _unshared(reading, part)
    try:
        desk.say(name, drafts, voice, contents=_once(contents))
    except Refusal:  # somebody else parts the trade too, and was faster
        if not _is_there(desk, reading, name, voice):
            raise


def _is_there(desk: Desk, reading: Reading, name: str, voice: Voice) -> bool:
    """Whether this part is open already. Refusal where a dossier of that name is no part of this trade."""
    try:
        there = desk.read(name, voice)
    except NoSuchDossier:
        return False
    opened = next(fact.value for fact in there.facts if fact.topic == "dossier.opened")
    if opened.get("part_of") != reading.dossier:
        raise Refusal(
            (problem("W021", "dossier", f"there is another dossier {name}", f"案卷 {name} 已存在且与本业务无关",
                     "rename that dossier's trade, or part this one by hand", "请另行编号后手工分单"),)
        )  # fmt: skip
    return True


def _along(desk: Desk, fact: Fact, part: dict[str, Any], renumbered: Mapping[str, str]) -> Draft | None:
    """A fact as a part says it; None where it does not go along."""
    keyed = desk.registry.topics[fact.topic].keyed
    if not isinstance(fact.value, dict) or (fact.topic not in ALONG and (keyed != ALL_LINES or fact.topic == LOT.name)):
        return None
    body, key = _plain(fact.value), fact.key
    if keyed == ALL_LINES:
        if key not in renumbered:
            return None
        key = renumbered[key]
    for name in ("lines", "hs6", "quantities"):
        if body.get(name) and keyed != ALL_LINES:
            held = {line: renumbered[line] for line in body[name] if line in renumbered}
            if not held and name == "lines":
                return None
            body[name] = (
                {new: body[name][old] for old, new in held.items()}
                if isinstance(body[name], dict)
                else [*held.values()]
            )
    body |= _borne(fact.topic, body, part)
    body = {name: value for name, value in body.items() if value is not None}
    evidence = tuple(item for statement in fact.statements for item in statement.evidence)
    return Draft(fact.topic, body, key, evidence=evidence)


def _borne(topic: str, body: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """What a part bears of the whole, in the place of the whole; None where its lines do not say."""
    match topic:
        case "trade.terms":
            return {"total": part.get("total")} if "total" in body else {}
        case "packing.totals":
            return {name: part.get(name) for name in ("packages", "gross_kg", "net_kg") if name in body}
        case "transport.charges":
            return {name: part.get(name) for name in ("freight", "insurance", "misc") if name in body}
        case "transport.container":
            return {"gross_kg": None}
    return {}


def _untold(fact: Fact) -> Iterator[Text]:
    for conflict in fact.conflicts:
        yield Text(
            f"{fact.topic}.{conflict.field} is in dispute and was left out",
            f"{fact.topic}.{conflict.field} 有争议，未带入",
        )


def _unshared(reading: Reading, part: dict[str, Any]) -> Iterator[Text]:
    """What of the whole no part can be told to bear, because lines do not say theirs."""
    whole = {name for fact in reading.facts if fact.topic in ("packing.totals", "trade.terms", "transport.charges")
             for name, value in (fact.value or {}).items() if value is not None}  # fmt: skip
    for name in ("total", "packages", "gross_kg", "net_kg", "freight", "insurance", "misc"):
        if name in whole and part.get(name) is None:
            yield Text(
                f"{name} of each part is to be said: the lines do not give it",
                f"各分单的 {name} 须另行填写：商品项未提供",
            )


def _lots(reading: Reading, voice: Voice) -> Iterator[Fact]:
    for fact in reading.facts:
        if fact.topic == LOT.name and _ids(fact, voice):
            yield fact


def _ids(fact: Fact, voice: Voice) -> tuple[str, ...]:
    return tuple(statement.id for statement in fact.statements if statement.organisation == voice.organisation)


def _own_lots(reading: Reading, voice: Voice) -> tuple[str, ...]:
    return tuple(id for fact in _lots(reading, voice) for id in _ids(fact, voice))


def _move_lots(desk: Desk, dossier: str, parts: Parts, voice: Voice) -> None:
    """Say the purchase lots, withdrawn here, where their lines are now; a lot that is there already is left alone."""
    with desk.known(dossier, voice) as (record, _):
        moved = [record.submissions[id] for id in parts.lots]
        said = [(one.key, msgspec.json.decode(bytes(one.body)), one.evidence) for one in moved]
    by_part: dict[str, list[Draft]] = {}
    for key, body, evidence in said:
        name, _, line = parts.lines.get(body["line"], "").partition("/")
        if name:
            by_part.setdefault(name, []).append(Draft(LOT.name, {**body, "line": line}, key, evidence=evidence))
    for name, drafts in by_part.items():
        there = {fact.key for fact in desk.read(name, voice).facts if fact.topic == LOT.name}
        if fresh := [draft for draft in drafts if draft.key not in there]:
            desk.say(name, fresh, voice)


def _plain(value: Any) -> dict[str, Any]:
    return {name: item for name, item in value.items() if item is not None}


def _once(contents: list[Content]) -> tuple[Content, ...]:
    return tuple({content.digest: content for content in contents}.values())
