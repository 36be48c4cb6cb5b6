"""Giving a filed declaration up: the request to customs to withdraw or cancel it."""

from entrepot.kernel.case import Case
from entrepot.kernel.findings import Answer, found, needs_review, refused
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.vocabulary.answers import ACCEPTANCE, RELEASE
from entrepot.kernel.vocabulary.clearance import CANCELLED, WITHDRAWAL, Cancellation, WithdrawalRequest


def assess_withdrawal(case: Case) -> Answer:
    """The request for the declaration named, or the only one that customs took in.

    GACC rules on amending and withdrawing declarations (报关单修改和撤销管理办法): a declaration that customs has taken in is
    given up only with customs' leave; after release customs decides case by case, so that a person confirms the request.
    """
    asked = case[WITHDRAWAL]
    accepted = case.get(ACCEPTANCE) or {}
    decided = case.get(CANCELLED) or {}
    open_ = [number for number in accepted if number not in decided or not decided[number].allowed]
    if problem := _unclear(asked, tuple(accepted), tuple(open_)):
        return refused((problem,))
    number = asked.declaration or open_[0]
    request = Cancellation(asked.kind, asked.reason, asked.asked_on, number, accepted[number].message)
    if number in (case.get(RELEASE) or {}):
        return needs_review(
            request,
            Text(
                f"{number} was released: customs decides case by case, and the goods must not have left",
                f"{number} 已放行：须由海关个案审核，且货物不得已离境",
            ),
        )
    return found(request)


def _unclear(asked: WithdrawalRequest, accepted: tuple[str, ...], open_: tuple[str, ...]) -> Problem | None:
    """Why nobody can tell which declaration is meant, if so."""
    where = "declaration.withdrawal.declaration"
    if not asked.reason.strip():
        return Problem(
            "W001", "declaration.withdrawal.reason", Text("no reason is given", "未填写撤销原因"),
            Text("say why: customs decides on the reason", "请填写原因，海关据此审核"),
        )  # fmt: skip
    if not accepted:
        return Problem(
            "W002", where, Text("customs has taken no declaration in", "海关尚未接受任何报关单"),
            Text("what is not accepted needs no withdrawal: correct it and send it again", "未接单无需撤销：更正后重新发送即可"),
        )  # fmt: skip
    if asked.declaration and asked.declaration not in open_:
        known = ", ".join(open_) or "-"
        return Problem(
            "W003", where,
            Text(f"{asked.declaration} is not a declaration that stands", f"{asked.declaration} 不是有效的报关单"),
            Text(f"name one of: {known}", f"可选：{known}"),
        )  # fmt: skip
    if not asked.declaration and len(open_) != 1:
        known = ", ".join(open_)
        return Problem(
            "W004", where,
            Text(f"{len(open_)} declarations stand", f"有 {len(open_)} 份有效报关单"),
            Text(f"name the one meant: {known}" if known else "all are withdrawn already", f"请指明：{known}" if known else "均已撤销"),
        )  # fmt: skip
    return None
