"""Which agreement is asked for, which lines may stand on its certificate, and on what ground."""

import re
from collections.abc import Iterator

from entrepot.kernel.case import Case
from entrepot.kernel.sheet import natural
from entrepot.kernel.text import Problem, Text
from entrepot.kernel.vocabulary.certificates import CertificateRequest
from entrepot.kernel.vocabulary.customs import Proof
from entrepot.kernel.vocabulary.decisions import AGREEMENTS, ORIGIN, OriginDecision
from entrepot.kernel.vocabulary.goods import LINE
from entrepot.modules.certificate.facts import Basis
from entrepot.modules.certificate.rules.faults import fault

# What shows in a rule's text that it can be met by this criterion; being made of originating materials alone, or wholly
# obtained, does for every rule (RCEP Art. 3.2), and the other marks stand beside a criterion.
_RULES = {"CTC": r"\b(CC|CTH|CTSH)\b", "RVC": r"RVC", "CR": r"\bCR\b"}


def agreement_of(case: Case, asked: CertificateRequest, original: Proof | None) -> str | Problem:
    """The agreement named, else that of the original proof, else the one that the origin decisions agree on."""
    if asked.agreement or original is not None:
        return asked.agreement or (original.agreement if original is not None else "")
    decisions = case.get(ORIGIN) or {}
    chosen = sorted({one.agreement for key, one in decisions.items() if not asked.lines or key in asked.lines})
    if len(chosen) == 1:
        return chosen[0]
    if not chosen:
        return fault(
            "CO01", "certificate.request.agreement",
            ("no agreement is named, and no line has a decision on origin", "未指明协定，且商品项均无原产地判定"),
            ("name the agreement, and say how the goods were made (goods.bom)", "请指明协定，并填报生产情况（goods.bom）"),
        )
    told = ", ".join(chosen)
    return fault(
        "CO01", "certificate.request.agreement",
        (f"the lines are decided under different agreements: {told}", f"各商品项的判定属于不同协定：{told}"),
        ("name the agreement of this certificate; one certificate is of one agreement", "请指明本证书的协定；一份证书仅限一个协定"),
    )


def decision_on(case: Case, agreement: str, key: str) -> tuple[OriginDecision, str] | None:
    """The decision on a line under an agreement, and its path."""
    every = case.at(AGREEMENTS, key)
    for one in every.decisions if every is not None else ():
        if one.agreement == agreement:
            return one, f"origin.agreements/{key}"
    one_decision = case.at(ORIGIN, key)
    if one_decision is not None and one_decision.agreement == agreement:
        return one_decision, f"origin.decision/{key}"
    return None


def lines_of(
    case: Case, asked: CertificateRequest, agreement: str, original: Proof | None, problems: list[Problem]
) -> dict[str, Basis]:
    """The lines of the certificate in their order, each with its ground. A line named that may not stand on it is a problem;
    one that nobody named is left out, and that is told."""
    every = case.get(LINE) or {}
    bases: dict[str, Basis] = {}
    for key in asked.lines or sorted(every, key=natural):
        if key not in every:
            problems.append(
                fault(
                    "CO02", "certificate.request.lines",
                    (f"there is no line {key}", f"没有第 {key} 项商品"), ("name lines of the dossier", "请填写档案内的商品项"),
                )
            )
            continue
        ground = _original(original, asked, key) if original is not None else _decided(case, agreement, key)
        if isinstance(ground, Basis):
            bases[key] = ground
        else:
            problems.append(_left_out(key, ground, named=bool(asked.lines)))
    if not bases:
        problems.append(
            fault(
                "CO04", "certificate.draft.lines",
                (f"no line may stand on a certificate under {agreement}", f"没有可列入 {agreement} 证书的商品项"),
                ("look at origin.agreements: it says what is missing", "请查看 origin.agreements 所列欠缺事项"),
            )
        )
    return bases


def _decided(case: Case, agreement: str, key: str) -> Basis | Text:
    known = decision_on(case, agreement, key)
    if known is None:
        return Text(f"origin under {agreement} is not decided", f"尚无 {agreement} 项下原产地判定")
    decision, path = known
    if decision.outcome == "not_originating":
        return Text(f"it does not originate under {agreement}", f"不具备 {agreement} 原产资格")
    conditions = tuple(
        Text(f"line {key}: {text.en}", f"第 {key} 项：{text.zh}")
        for text in (*decision.conditions, *decision.missing) if decision.outcome == "conditional"
    )  # fmt: skip
    return Basis(decision.criterion, decision.rule, decision.origin, path, conditions, bool(decision.fallbacks))


def _original(original: Proof, asked: CertificateRequest, key: str) -> Basis | Text:
    """Under a back-to-back proof the goods originate as the original says (RCEP Art. 3.19)."""
    path = f"origin.proof/{asked.original}"
    if original.lines and key not in original.lines:
        return Text(f"the original proof {asked.original} does not cover it", f"原始证明 {asked.original} 未涵盖该项")
    return Basis(original.criterion, "", asked.original_origin, path)


def _left_out(key: str, why: Text, named: bool) -> Problem:
    return fault(
        "CO03", f"goods.line/{key}",
        (f"line {key} cannot stand on the certificate: {why.en}", f"第 {key} 项不能列入证书：{why.zh}"),
        ("take it off the list, or mend its origin first", "请从申请中删除，或先补正原产资格")
        if named else ("nothing need be done: the certificate is drafted without it", "无需处理：证书不含该项"),
        "E" if named else "W",
    )  # fmt: skip


def criterion_faults(key: str, criterion: str, basis: Basis) -> Iterator[Problem]:
    """A criterion that the product rule cannot be met by, or that stands for none."""
    where = f"certificate.request.criteria/{key}"
    words = criterion.split()
    if not [word for word in words if word not in ("ACU", "DMI")]:
        yield fault(
            "CO05", f"line/{key}.criterion",
            (f"line {key} has no origin criterion", f"第 {key} 项没有原产地标准"),
            ("state the materials, so that the criterion can be found", "请填报物料以便判定原产地标准"),
        )
    for word in words:
        pattern = _RULES.get(word)
        strange = pattern is None and word not in ("WO", "PE", "ACU", "DMI") and word not in basis.criterion.split()
        if strange or (pattern is not None and basis.rule and not re.search(pattern, basis.rule)):
            yield fault(
                "CO05", where,
                (f"the criterion {word} is not admissible: the rule is {basis.rule or basis.criterion}",
                 f"原产地标准 {word} 不适用：规则为 {basis.rule or basis.criterion}"),
                (f"use {basis.criterion or 'a criterion of the rule'}", f"请使用 {basis.criterion or '规则所列标准'}"),
            )  # fmt: skip
    if "DMI" in words and "CTC" not in words:
        yield fault(
            "CO05", where,
            ("DMI stands beside CTC alone", "DMI 仅可与 CTC 并列"), ("leave DMI out", "请删除 DMI"),
        )  # fmt: skip
