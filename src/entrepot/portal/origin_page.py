"""Origin under every agreement on the page: what was decided, by which rule, and what is still open."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from entrepot.kernel.text import Text
from entrepot.portal.brief import outcome_of
from entrepot.portal.choosing import COLUMNS, text_of
from entrepot.portal.words import FIELDS

TOPIC = "origin.agreements"
HEADS = (FIELDS["agreement"], Text("criterion and rule", "原产地标准与规则"), Text("country of origin", "原产国"), COLUMNS["open"])
_STYLES = {"originating": "can_be_had", "not_originating": "not_yet"}


def page_of(value: Mapping[str, Any], language: str, link: Callable[[str], str]) -> SafeString:
    """One row for each agreement, the most useful first; the rule opens its why."""
    rows = ((_row(one, place, language, link),) for place, one in enumerate(value.get("decisions", ()), 1))
    head = format_html_join("", '<th scope="col">{}</th>', ((name.in_language(language),) for name in HEADS))
    return format_html(
        '<table class="ways"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>', head, format_html_join("", "{}", rows)
    )


def _row(one: Mapping[str, Any], place: int, language: str, link: Callable[[str], str]) -> SafeString:
    told = [text_of(text).in_language(language) for name in ("missing", "conditions", "fallbacks") for text in one.get(name, ())]
    rule = one.get("rule") or "–"
    ruled = format_html('<a class="why" href="{}">{}</a>', link(f"decisions/{place}.rule"), rule) if one.get("rule") else rule
    labels = [name.in_language(language) for name in HEADS[1:]]
    return format_html(
        '<tr><th scope="row">{}<br><span class="tag {}">{}</span></th><td data-label="{}">{} <span class="beside">{}</span></td>'
        '<td data-label="{}">{}</td><td data-label="{}">{}</td></tr>',
        one["agreement"], _STYLES.get(one["outcome"], "not_yet"), outcome_of(one).in_language(language), labels[0],
        one.get("criterion", ""), ruled, labels[1], one.get("origin") or "–", labels[2],
        format_html_join("", '<span class="beside">{}</span>', ((text,) for text in told)) or "–",
    )  # fmt: skip
