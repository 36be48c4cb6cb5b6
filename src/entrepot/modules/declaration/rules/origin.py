"""Rules on where a line's goods come from and on the claim to an agreement's rate."""

from datetime import date
from decimal import Decimal

from entrepot.kernel.days import add_months
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.customs import Proof
from entrepot.modules.declaration.rules.check import LineCheck
from entrepot.modules.declaration.rules.rule import Fault, NotOnFile, Seen, plain, rule

HOME = "CHN"
UNKNOWN = "ZZZ"  # customs' code of an origin that nobody knows
RCEP = "RCEP agreement, chapter 3; GACC Order 255"


@rule("R050", "E", "原产国须填写，主张协定税率时不得为不详", element="063")
def r050(line: LineCheck) -> Seen:
    """The country of origin is said; it is never taken for granted.

    In both flows: the form has the field on exports too, and R051 asks where it is not China.
    """
    origin = line.draft.origin_country
    if origin == UNKNOWN and line.draft.agreement:
        yield Fault(
            line.path("origin_country"),
            Text(
                f"the origin is given as unknown, but {line.draft.agreement} is claimed",
                f"原产国填为不详，却主张 {line.draft.agreement}",
            ),
            Text("give the origin of the proof, or take the claim back", "请按原产地证明填写原产国，或撤销协定主张"),
        )
    if not origin:
        claimed = f" although {line.draft.agreement} is claimed" if line.draft.agreement else ""
        claimed_zh = f"，却主张 {line.draft.agreement}" if line.draft.agreement else ""
        yield Fault(
            line.path("origin_country"),
            Text(f"the origin of line {line.key} is not said{claimed}", f"第 {line.key} 项未填原产国{claimed_zh}"),
            Text(
                "say where the goods were made or grown; on import ask the supplier for a proof",
                "请填写原产国；进口时请向供应商索取原产地证明",
            ),
        )


@rule("R051", "W", "出口货物原产国不是中国时请确认", element="063", flow="E")
def r051(line: LineCheck) -> Seen:
    """Goods exported with a foreign origin are confirmed as such."""
    origin = line.draft.origin_country
    if origin and origin != HOME and not line.states("foreign_origin"):
        yield Fault(
            line.path("origin_country"),
            Text(f"origin {origin} on an export", f"出口货物原产国为 {origin}"),
            Text("confirm that the goods are of foreign origin", "请确认货物为境外原产"),
        )


@rule("R055", "E", "协定成员须包含原产国", element="063", source=RCEP)
def r055(line: LineCheck) -> Seen:
    """The origin is a party to the agreement that is claimed."""
    origin = line.draft.origin_country
    for number, proof in line.proofs.items():
        if origin and line.law(f"{proof.agreement}/parties", country=origin) is None:
            yield Fault(
                line.path("origin_country"),
                Text(
                    f"origin {origin} is not a party to {proof.agreement} (proof {number})",
                    f"原产国 {origin} 不是 {proof.agreement} 成员（证明 {number}）",
                ),
                Text("take the claim back or correct the origin", "请撤销协定主张或更正原产国"),
            )


@rule("R056", "E", "原产地证明在申报日有效，数量足够", element="D005", source=RCEP)
def r056(line: LineCheck) -> Seen:
    """The proof of origin is valid on the day and covers the quantity."""
    for number, proof in line.proofs.items():
        covered = proof.quantities.get(line.key)
        if covered is not None and line.draft.deal_qty is not None and covered < line.draft.deal_qty:
            yield Fault(
                line.path("certificate"),
                Text(
                    f"proof {number} covers only {plain(covered)} of {plain(line.draft.deal_qty)}",
                    f"证明 {number} 仅涵盖 {plain(covered)}，不足 {plain(line.draft.deal_qty)}",
                ),
                Text("use a proof that covers the line", "请使用涵盖该项数量的证明"),
            )
        last = _valid_until(line, proof)
        # On export the proof may follow the declaration; on import it must be there on the day.
        if line.day > last or (line.flow == "I" and line.day < proof.issued_on):
            yield Fault(
                line.path("certificate"),
                Text(
                    f"proof {number} is valid from {proof.issued_on} to {last}",
                    f"证明 {number} 有效期为 {proof.issued_on} 至 {last}",
                ),
                Text("use a proof that is valid on the day of declaration", "请使用申报日有效的证明"),
            )


def _valid_until(line: LineCheck, proof: Proof) -> date:
    table = f"{proof.agreement}/limits"
    row = line.law(table, name="proof_months")
    if row is None:
        raise NotOnFile(f"{table}: proof_months")
    months: Decimal = row["value"]
    return add_months(proof.issued_on, int(months))


@rule("R080", "W", "出口享惠要素与原产地证明一致", element="137", flow="E")
def r080(line: LineCheck) -> Seen:
    """Where the elements say that the goods will have preference, a proof of origin is there."""
    elements = line.draft.elements
    if len(elements) > 1 and elements[1] == "1" and not line.proofs:
        yield Fault(
            line.path("elements"),
            Text(
                "the elements say preferential treatment but there is no proof of origin",
                "申报要素为享惠，但没有原产地证明",
            ),
            Text("correct the element or add the proof", "请更正要素或补充原产地证明"),
        )
