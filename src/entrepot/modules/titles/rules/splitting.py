"""A split: the document of each part, and whether the parts are the whole."""

from collections.abc import Iterable
from decimal import Decimal

import msgspec

from entrepot.kernel.text import Problem
from entrepot.kernel.vocabulary.titles import TitleDocument, TitlePart, TitleStep
from entrepot.modules.titles.facts import Control
from entrepot.modules.titles.rules import problems
from entrepot.modules.titles.rules.steps import content_of

MOST_PARTS = 100


def part_document(whole: TitleDocument, control: Control, number: int, goods: dict[str, Decimal]) -> TitleDocument:
    """The document of part `number` (from 1) with so much of each line, to the order of whoever was entitled.

    Packages and weights of a part are not known from its quantity and stay out.
    """
    lines = tuple(
        msgspec.structs.replace(line, quantity=goods[line.line], packages=None, gross_kg=None, containers=())
        for line in whole.goods
        if line.line in goods
    )
    order_of = (control.endorsee or control.back or control.holder) if whole.form == "order" else whole.order_of
    return msgspec.structs.replace(
        whole, number=f"{whole.number}/{number}", goods=lines, order_of=order_of, part_of=control.title, containers=()
    )


def split_problems(whole: TitleDocument, control: Control, step: TitleStep) -> Iterable[Problem]:
    """What keeps parts from being the whole: each line is divided without remainder, each part is a title of its own."""
    titles = [part.title for part in step.parts]
    if not 2 <= len(titles) <= MOST_PARTS or len({*titles, step.title}) != len(titles) + 1:
        yield problems.misfit(
            "parts", f"a title is split into 2 to {MOST_PARTS} new titles", f"凭证须分割为 2 至 {MOST_PARTS} 份新凭证"
        )
        return
    if any(not part.goods or min(part.goods.values()) <= 0 for part in step.parts):
        yield problems.misfit("parts", "a part has nothing, or less", "有的部分数量为零或负数")
    known = {line.line for line in whole.goods}
    for line in whole.goods:
        total = sum((part.goods.get(line.line, Decimal(0)) for part in step.parts), Decimal(0))
        if total != line.quantity:
            yield problems.uneven(line.line, f"{line.quantity:f}", f"{total:f}")
    for stray in sorted({line for part in step.parts for line in part.goods} - known):
        yield problems.misfit("parts", f"the title has no line {stray[:40]!r}", f"凭证没有商品项 {stray[:40]!r}")
    for number, part in enumerate(step.parts, 1):
        if content_of(part_document(whole, control, number, part.goods)) != part.content:
            yield problems.wrong_content(
                f"the digest of part {number} is not that of its document", f"第 {number} 部分的摘要与其正文不符"
            )


def part_of(parent: Control, title: str) -> TitlePart | None:
    """The part of a split title that became the title named; None where it did not."""
    return next((part for part in parent.parts if part.title == title), None)
