"""Lengths of time in words, and the bar of how well rows are known."""

from collections.abc import Mapping
from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from entrepot.kernel.text import Text
from entrepot.portal.office.words import WORDS


def spell(seconds: float) -> Text:
    """A length of time as people say it."""
    for unit, en, zh in ((86_400, "days", "天"), (3_600, "hours", "小时"), (60, "minutes", "分钟")):
        if seconds >= 2 * unit:
            count = f"{Decimal(str(seconds / unit)).quantize(Decimal('0.1')).normalize():f}"
            return Text(f"{count} {en}", f"{count} {zh}")
    count = f"{Decimal(str(seconds)).quantize(Decimal('0.1')).normalize():f}"
    return Text(f"{count} s", f"{count} 秒")


def graded(shares: Mapping[str, float], language: str) -> SafeString:
    """A bar of a hundred, parted by the share of each grade; told in words to whoever does not see it."""
    parts, at = list[tuple[str, float, float]](), 0.0
    for grade, share in shares.items():
        parts.append((grade, at, share))
        at += share
    told = ", ".join(f"{WORDS[f'of_{grade}'].in_language(language)} {share:g} %" for grade, _, share in parts if share)
    bars = format_html_join(
        "", '<rect class="of-{}" x="{}" width="{}" height="6"/>', ((g, round(x, 1), w) for g, x, w in parts if w)
    )
    return format_html(
        '<svg class="of-bar" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>',
        told,
        bars,
    )
