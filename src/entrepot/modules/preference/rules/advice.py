"""What to do, in a plain sentence or two: use this, it saves so much, you need that by then."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache

from entrepot.kernel.money import Money
from entrepot.kernel.text import Text
from entrepot.modules.preference.facts import AgreementChoice, Document, Way

MOST_TOLD = 2  # of several ways that would save more, so many are told


def joined(texts: Iterable[Text], en: str = " ", zh: str = "") -> Text:
    """Sentences one after the other."""
    parts = list(texts)
    return Text(en.join([text.en for text in parts]), zh.join([text.zh for text in parts]))


def line_advice(ways: Sequence[Way], best: Way | None, better: Way | None, possible: Money | None, day: date) -> Text:
    """The advice on one line."""
    told = [_now(best)]
    if better is not None:
        nearly = [way for way in ways if way.state == "nearly" and way.cost is not None and _less(way, best)]
        told += [_nearly(way, best, day) for way in nearly[:MOST_TOLD]]
    elif best is not None and not best.agreement and any(way.agreement and way.state != "closed" for way in ways):
        told.append(Text("No agreement would save anything.", "适用协定税率不能再节省。"))
    closed = sorted({way.agreement for way in ways if way.state == "closed"})
    if closed:
        names_en, names_zh = ", ".join(closed), "、".join(closed)
        told.append(Text(f"The goods do not originate under {names_en}.", f"货物不具备 {names_zh} 原产资格。"))
    return joined(told)


def _less(way: Way, best: Way | None) -> bool:
    return best is None or (way.cost is not None and best.cost is not None and way.cost.minor < best.cost.minor)


def _paid(way: Way) -> Text:
    rate_en, rate_zh = way.rate, "免税" if way.rate == "free" else way.rate
    for measure in way.measures:
        rate_en, rate_zh = f"{rate_en} and {measure.en}", f"{rate_zh}，另加{measure.zh}"
    if way.cost is None:
        return Text(f"{rate_en}, not computed", f"{rate_zh}，未能计算")
    cost = str(way.cost)
    return Text(f"{rate_en}, {cost}", f"{rate_zh}，{cost}")


def _now(best: Way | None) -> Text:
    if best is None:
        return Text("Nothing can be had as things stand.", "目前没有可适用的税率。")
    paid = _paid(best)
    if not best.agreement:
        return Text(
            f"Enter under {best.name.en} ({paid.en}): it takes no proof of origin.",
            f"按{best.name.zh}申报（{paid.zh}），无需原产地证明。",
        )
    rest = Text("what it takes is on file", "所需单证齐备")
    if best.conditions:
        rest = Text("what it takes is on file, on the conditions named", "所需单证齐备，但附有所列条件")
    if best.saving is None or best.saving.minor <= 0:
        return Text(f"Use {best.name.en} ({paid.en}): {rest.en}.", f"适用{best.name.zh}（{paid.zh}）：{rest.zh}。")
    return Text(
        f"Use {best.name.en} ({paid.en}): it saves {best.saving}, and {rest.en}.",
        f"适用{best.name.zh}（{paid.zh}）：节省 {best.saving}，{rest.zh}。",
    )


def _nearly(way: Way, best: Way | None, day: date) -> Text:
    """What a way that is nearly there would save beyond the best now, and what it takes."""
    paid, needs = _paid(way), needed(way.documents, day)
    missing = Text("; ".join([text.en for text in way.missing]), "；".join([text.zh for text in way.missing]))
    if best is not None and best.cost is not None and way.cost is not None:
        saved = str(best.cost - way.cost)
        head = Text(f"{way.name.en} ({paid.en}) would save {saved}", f"适用{way.name.zh}（{paid.zh}）可再节省 {saved}")
    else:
        head = Text(f"{way.name.en} ({paid.en}) is nearly open", f"{way.name.zh}（{paid.zh}）即将可用")
    open_ = Text(f" Still open: {missing.en}.", f"尚缺：{missing.zh}。") if way.missing else Text("", "")
    return Text(f"{head.en}{needs.en}.{open_.en}", f"{head.zh}{needs.zh}。{open_.zh}")


@lru_cache(maxsize=1024)
def needed(documents: tuple[Document, ...], day: date) -> Text:
    """The papers to be had by the day of entry, as the end of a sentence; a proof in hand is asked for when the goods are
    declared (RCEP Art. 3.22(2)(b))."""
    if not documents:
        return Text("", "")
    en = " and ".join(f"{paper.name.en} ({paper.who.en})" for paper in documents)
    zh = "，以及".join(f"{paper.name.zh}（{paper.who.zh}）" for paper in documents)
    return Text(f": it takes {en}, in hand on {day}", f"：须于 {day} 持有{zh}")


def total_advice(now: Money | None, without: Money | None, agreements: Sequence[AgreementChoice], day: date) -> Text:
    """The advice on the consignment."""
    if now is None:
        told = [Text("The duty of the whole consignment is not known yet.", "整票关税尚不能确定。")]
    elif without is not None and now.minor < without.minor:
        saved = without - now
        told = [
            Text(
                f"As things stand the consignment pays {now}, {saved} less than without agreements.",
                f"目前整票须缴关税 {now}，比不适用协定节省 {saved}。",
            )
        ]
    else:
        told = [Text(f"As things stand the consignment pays {now}.", f"目前整票须缴关税 {now}。")]
    for choice in [one for one in agreements if one.state == "nearly"][:MOST_TOLD]:
        needs, lines = needed(choice.documents, day), ", ".join(choice.lines)
        plural = "s" if len(choice.lines) > 1 else ""
        told.append(
            Text(
                f"{choice.name.en} on line{plural} {lines} would save {choice.saving} compared with no agreement{needs.en}.",
                f"第 {lines} 项适用{choice.name.zh}，与不适用协定相比可节省 {choice.saving}{needs.zh}。",
            )
        )
    if not agreements:
        told.append(Text("No agreement would save anything.", "适用协定税率不能再节省。"))
    return joined(told)
