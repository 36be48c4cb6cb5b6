"""A proof of origin beside the decision: does it say what was found, for these goods, on that day (RCEP Arts. 3.16 to 3.19)."""

from collections.abc import Iterator
from datetime import date

from entrepot.kernel.days import add_months
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.vocabulary.customs import Proof
from entrepot.kernel.vocabulary.goods import GoodsLine


def proof_questions(
    number: str,
    proof: Proof,
    key: str,
    line: GoodsLine,
    criteria: frozenset[str],
    day: date,
    months: int,
    is_open: bool,
) -> Iterator[Problem]:
    """What is to be put right on a proof that covers the line: questions, for a slip does not take origin away.

    `criteria` are the criteria that were found to be met; `is_open`: the form may be used without further ado.
    """
    where = f"origin.proof/{number}"
    if (said := proof.hs6.get(key, "")) and line.hs and said.replace(".", "")[:6] != line.hs.replace(".", "")[:6]:
        yield _ask(
            "OR21",
            f"{where}.hs6",
            Text(f"the proof says HS {said}, the line {line.hs}", f"证明所列HS {said} 与商品项 {line.hs} 不一致"),
            Text("have the proof or the line corrected", "请更正原产地证明或商品项"),
        )
    covered = proof.quantities.get(key)
    if covered is not None and line.quantity is not None and covered < line.quantity:
        yield _ask(
            "OR22",
            f"{where}.quantities",
            Text(
                f"the proof covers {covered:f}, the line is {line.quantity:f}",
                f"证明数量 {covered:f} 少于商品项数量 {line.quantity:f}",
            ),
            Text("have the whole quantity covered", "证明须覆盖全部数量"),
        )
    stated = set(proof.criterion.replace(",", " ").replace("/", " ").split()) - {"ACU", "DMI"}
    if stated and criteria and not stated <= criteria:
        yield _ask(
            "OR23",
            f"{where}.criterion",
            Text(
                f"the proof says {proof.criterion}, found was {', '.join(sorted(criteria))}",
                f"证明所列标准 {proof.criterion} 与判定结果 {', '.join(sorted(criteria))} 不一致",
            ),
            Text("have the criterion corrected", "请更正原产地标准"),
        )
    if not proof.issued_on <= day <= add_months(proof.issued_on, months):
        yield _ask(
            "OR24",
            f"{where}.issued_on",
            Text(
                f"issued on {proof.issued_on}, the proof is not valid on {day}",
                f"证明签发于 {proof.issued_on}，在 {day} 无效",
            ),
            Text(f"it is valid for {months} months from issue", f"证明自签发之日起{months}个月内有效"),
        )
    if not is_open:
        yield _ask(
            "OR25",
            f"{where}.form",
            Text(f"the form {proof.form!r} is not open to all", f"证明形式 {proof.form!r} 并非普遍可用"),
            Text("check that the importing Party has opened it", "请确认进口方已实施该形式"),
        )


def _ask(rule: str, where: str, what: Text, fix: Text) -> Problem:
    return Problem(rule, where, what, fix, severity="W")
