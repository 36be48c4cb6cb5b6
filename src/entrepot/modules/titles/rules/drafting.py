"""A bill of lading drafted from a trade: parties, goods, route and containers as they stand in its dossier."""

from collections.abc import Iterable
from decimal import Decimal

from entrepot.kernel.case import Case
from entrepot.kernel.findings import Answer, found, not_applicable
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.goods import LINE, GoodsLine
from entrepot.kernel.vocabulary.titles import TitleContainer, TitleDocument, TitleGoods, TitleParty
from entrepot.kernel.vocabulary.trade import CONTAINER, PACKING, PARTY, TERMS, TRANSPORT, Party

WATER = "2"
MOST_LINES = 500
_PREPAID = frozenset({"CFR", "CIF", "CPT", "CIP", "DAP", "DPU", "DDP", "C&F", "CNF"})


def goes_by_water(case: Case) -> bool:
    """Bills of lading are made out for carriage by water; of a trade with more lines than a bill would list, by hand."""
    transport, lines = case.get(TRANSPORT), case.get(LINE)
    return transport is not None and transport.mode == WATER and (lines is None or len(lines) <= MOST_LINES)


def assess_draft(case: Case) -> Answer:
    """The draft; what only the carrier knows is asked for, never made up."""
    transport, lines = case[TRANSPORT], case[LINE]
    containers = case.get(CONTAINER) or {}
    held: dict[str, list[str]] = {}
    for number, one in sorted(containers.items()):
        for key in one.lines:
            held.setdefault(key, []).append(number)
    packing = case.get(PACKING)
    marks = packing.marks if packing is not None else ""
    ordered = sorted(lines.items(), key=lambda item: _order(item[0]))
    goods = tuple(_goods(key, line, held.get(key, ()), marks) for key, line in ordered if line.quantity)
    if not goods:
        return not_applicable(Text("no line of goods states its quantity yet", "尚无商品项填写数量"))
    parties = case.get(PARTY) or {}
    terms = case.get(TERMS)
    shipper, consignee = _party(parties.get("exporter")), _party(parties.get("importer"))
    incoterm = terms.incoterm.upper() if terms is not None else ""
    draft = TitleDocument(
        "bill_of_lading", "order", transport.bill_no, _party(parties.get("carrier")), shipper, goods,
        transport.bill_date,
        consignee if consignee.name else None, _party(parties["notify"]) if "notify" in parties else None,
        loading_port=transport.loading_port, discharge_port=transport.discharge_port, vessel=transport.conveyance,
        voyage=transport.voyage, departs_on=transport.loading_on, arrives_on=transport.arrival_on,
        freight="prepaid" if incoterm in _PREPAID else "collect" if incoterm else "",
        containers=tuple(TitleContainer(number, one.size_type, one.seals) for number, one in sorted(containers.items())),
    )  # fmt: skip
    return found(draft, reasons=tuple(_lacking(draft)))


def _order(key: str) -> tuple[int, str]:
    return (int(key), "") if key.isascii() and key.isdigit() and len(key) < 10 else (10**10, key)


def _goods(key: str, line: GoodsLine, held: Iterable[str], marks: str) -> TitleGoods:
    return TitleGoods(
        key, line.description or line.description_zh, line.quantity or Decimal(0), line.unit, line.hs, line.packages,
        line.package_type, line.gross_kg, line.marks or marks, tuple(held),
    )  # fmt: skip


def _party(party: Party | None) -> TitleParty:
    return (
        TitleParty("")
        if party is None
        else TitleParty(party.name or party.name_zh, street=party.address, code=party.uscc)
    )


def _lacking(draft: TitleDocument) -> Iterable[Text]:
    """What is needed on the face of a bill and stands nowhere in the dossier; whoever issues it fills it in."""
    wanted = (
        (draft.number, "the number of the bill", "提单号"),
        (draft.issued_on, "the day of issue", "签发日期"),
        (draft.issuer.name, "the carrier", "承运人"),
        (draft.shipper.name, "the shipper", "托运人"),
        (draft.vessel, "the vessel", "船名"),
        (draft.loading_port, "the port of loading", "装货港"),
        (draft.discharge_port, "the port of discharge", "卸货港"),
    )
    return (Text(f"to be filled in on issue: {en}", f"签发时须补充：{zh}") for value, en, zh in wanted if not value)
