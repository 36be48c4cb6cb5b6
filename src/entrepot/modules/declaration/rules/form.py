"""The whole declaration, drafted: parties, terms, transport, charges, packing, containers, lines, and where each came from."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from entrepot.kernel.case import Case
from entrepot.kernel.money import Money, money
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.customs import ATTACHMENT, PARTICULARS, Particulars
from entrepot.kernel.vocabulary.decisions import Declaration, Header
from entrepot.kernel.vocabulary.trade import (
    CHARGES,
    CONTAINER,
    PACKING,
    PARTY,
    TERMS,
    TRANSPORT,
    Charges,
    Packing,
    Party,
    Terms,
    Transport,
)
from entrepot.modules.declaration.facts import CheckedLine
from entrepot.modules.declaration.rules.earlier import completed
from entrepot.modules.declaration.rules.fields import EMPTY, HEAD, reader, value_at
from entrepot.modules.declaration.rules.papers import spread
from entrepot.modules.declaration.rules.price import charge_amount, export_value
from entrepot.modules.declaration.rules.rule import plain
from entrepot.modules.declaration.rules.said import WHOLE, Dispute, Leads, Places, decimal_or_none, each, sources, whole

MEANINGS = "consistency/words"
SUM = Text("sum of the lines", "商品总价合计")
FOB_VALUE = Text("value up to loading at the place of exit (FOB)", "离境口岸装运前价值（FOB）")
NET_SUM = Text("net weight of the lines", "商品项净重合计")
SHARE = Text("share of packing in the gross weight", "包装占毛重比例")


class FormDraft(msgspec.Struct, frozen=True):
    """The form as drafted, the terms it was drafted from, and the paths that were read from papers."""

    form: Declaration
    terms: Terms
    papers: dict[str, str]


def draft_form(
    case: Case, header: Header, lines: Mapping[str, CheckedLine], disputes: tuple[Dispute, ...], leads: Leads
) -> FormDraft:
    """Put the form together, however incomplete; nothing is guessed."""
    flow, places = header.flow, Places({}, {})
    values: dict[str, Any] = {topic.name: whole(case, topic, flow, leads) for topic in WHOLE}
    for topic in WHOLE:
        if values[topic.name] is not None:
            sources(case, topic, values[topic.name], "", flow, places)
    parties, containers = each(case, PARTY, flow, leads), each(case, CONTAINER, flow, leads)
    attachments = each(case, ATTACHMENT)
    for keyed, entries in ((PARTY, parties), (CONTAINER, containers), (ATTACHMENT, attachments)):
        for key, value in entries.items():
            sources(case, keyed, value, key, flow, places)
    derived = dict(header.derived)
    terms = values[TERMS.name] or Terms()
    said = _coded(case, values[PACKING.name] or Packing(), header.day, derived)
    packing = _packed(said, header, lines, disputes, derived)
    particulars = msgspec.structs.replace(
        completed(values[PARTICULARS.name] or Particulars(), header.usual.particulars),
        levy_nature=header.levy,
        duty_mode=header.duty_mode,
        domestic_region=header.domestic_region,
        trade_country=header.trade_country,
    )
    transport = msgspec.structs.replace(
        completed(values[TRANSPORT.name] or Transport(), header.usual.transport),
        trade_country=header.trade_country,
        destination_country=header.destination,
    )
    provenance = places.all
    most = case.read("CN/limits", header.day, name="line_max") if len(lines) > 1 else None
    if most is None or len(lines) <= most["value"]:
        # A form too long to be filed has to be split first: its lines keep their places to themselves until then.
        for line in lines.values():
            provenance.update(line.provenance)
            derived.update(line.derived)
    provenance.update({one.path: leads[one.path] for one in disputes if one.path in leads})
    domestic, overseas, owner, declarant = _parties({**parties, **header.usual.parties}, flow, derived)
    form = Declaration(
        flow=flow,
        particulars=particulars,
        domestic_party=domestic,
        owner=owner,
        overseas_party=overseas,
        declarant=declarant,
        contract_no=terms.contract_no,
        invoice_no=terms.invoice_no,
        trade_term=header.trade_term,
        transport=transport,
        charges=values[CHARGES.name] or Charges(),
        packing=packing,
        invoice_total=terms.total,
        lines=tuple([line.draft for line in lines.values()]),
        containers=containers,
        attachments={code: attachment.number for code, attachment in attachments.items()},
        attachment_lines={code: attachment.lines for code, attachment in attachments.items() if attachment.lines},
        place=terms.place,
        provenance=provenance,
        derived=derived,
    )
    return FormDraft(form, terms, places.papers)


def _parties(parties: Mapping[str, Party], flow: str, derived: dict[str, str]) -> tuple[Party, Party, Party, Party]:
    """Domestic and overseas party, owner and declarant: who is not named apart is the one behind."""
    here, there = ("exporter", "importer") if flow == "E" else ("importer", "exporter")
    domestic, overseas = parties.get(here, Party()), parties.get(there, Party())
    owner = parties.get("owner") or (parties.get("producer") if flow == "E" else None)
    if owner is None:
        derived["header.owner"] = here
    elif "owner" not in parties:
        derived["header.owner"] = "producer"
    declarant = parties.get("declarant")
    if declarant is None:
        derived["header.declarant"] = here
    return domestic, overseas, owner or domestic, declarant or domestic


def _coded(case: Case, packing: Packing, day: date, derived: dict[str, str]) -> Packing:
    """A word of the papers (CTNS) as the customs code of packages, where it has one meaning on file."""
    word = packing.package_type.strip().upper()
    if not word or not case.knows(MEANINGS) or case.read("CN/package_types", day, code=word) is not None:
        return packing
    row = case.read(MEANINGS, day, list="package", word=word)
    if row is None or len(row["means"]) != 1:
        return packing
    derived["header.package_type"] = f"what {word} means on papers"
    return msgspec.structs.replace(packing, package_type=row["means"][0])


def _packed(
    packing: Packing,
    header: Header,
    lines: Mapping[str, CheckedLine],
    disputes: tuple[Dispute, ...],
    derived: dict[str, str],
) -> Packing:
    """Packing and weights: as said; the type of packages as usual for these goods; a weight that no paper gives in all is the
    sum of the lines' where every line has it."""
    packing = _weighed(packing, disputes, derived)
    fields: dict[str, Any] = {}
    if header.usual.package_type and not packing.package_type:
        fields["package_type"] = header.usual.package_type
    disputed = {dispute.path for dispute in disputes}
    for field in ("net_kg", "gross_kg"):
        if getattr(packing, field) is not None or f"header.{field}" in disputed:
            continue
        weights = [getattr(line.draft, field) for line in lines.values()]
        if None not in weights:
            fields[field] = sum(weights, Decimal(0))
            derived[f"header.{field}"] = "sum of the lines"
    return msgspec.structs.replace(packing, **fields) if fields else packing


def _weighed(packing: Packing, disputes: tuple[Dispute, ...], derived: dict[str, str]) -> Packing:
    """Gross weights that differ by no more than papers may: the largest stands on the form until a person settles it."""
    for dispute in disputes:
        if dispute.path == "header.gross_kg" and spread(dispute) is not None:
            numbers = [number for value, _ in dispute.sides if (number := decimal_or_none(value)) is not None]
            derived["header.gross_kg"] = "the largest of the weights in dispute"
            return msgspec.structs.replace(packing, gross_kg=max(numbers))
    return packing


def gaps_of(case: Case, form: Declaration, day: date) -> tuple[Text, ...]:
    """The fields of the head that apply and that nothing said gives yet, in one sentence."""
    read = reader(case, day)
    missing = [
        field
        for field in HEAD
        if value_at(form, field.at) in EMPTY and (field.applies is None or field.applies(form, read))
    ]
    if not missing:
        return ()
    told = (", ".join(field.name for field in missing), "、".join(field.label.zh for field in missing))
    return (Text(f"not said yet: {told[0]}", f"尚未填写：{told[1]}"),)


def work_out(case: Case, form: Declaration) -> None:
    """Write down the sums that the rules compare: value of the lines, FOB value, weights."""
    total = form.invoice_total
    if total is not None and form.lines:
        sums = [line.total for line in form.lines if line.total is not None and line.total.currency == total.currency]
        case.step(SUM, "sum of the line totals", Money(sum(one.minor for one in sums), total.currency), lines=len(sums))
        _fob(case, form, total)
    net, gross = form.packing.net_kg, form.packing.gross_kg
    weights = [line.net_kg for line in form.lines if line.net_kg is not None]
    if weights:
        case.step(NET_SUM, "sum of the lines' net weights", f"{plain(sum(weights, Decimal(0)))} kg", lines=len(weights))
    if net is not None and gross is not None and gross > 0:
        share = (gross - net) * 100 / gross
        case.step(
            SHARE, "(gross - net) ÷ gross", f"{plain(share.quantize(Decimal('0.01')))} %", share, gross=gross, net=net
        )


def _fob(case: Case, form: Declaration, total: Money) -> None:
    """The FOB value of an export, where its charges are in the currency of the goods."""
    charges = [charge for charge in (form.charges.freight, form.charges.insurance) if charge is not None]
    if form.flow != "E" or any(charge.mark != "1" and charge.currency != total.currency for charge in charges):
        return
    freight = charge_amount(form.charges.freight, total.amount, form.packing.gross_kg)
    insurance = charge_amount(form.charges.insurance, total.amount + (freight or Decimal(0)), form.packing.gross_kg)
    if freight is None or insurance is None:
        return
    exact = export_value(form.trade_term, total.amount, freight, insurance)
    if exact is not None:
        value = money(exact, total.currency)
        case.step(FOB_VALUE, "price - freight - insurance as the trade term holds them", value, exact,
                  price=total, freight=freight, insurance=insurance, trade_term=form.trade_term)  # fmt: skip
