"""How values stand on a page: money as money, objects as lists of their fields, rows as tables - every number with its why."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from entrepot.gateways.pages.words import spots_of
from entrepot.kernel.findings import STATUSES
from entrepot.kernel.money import Money
from entrepot.kernel.text import Text
from entrepot.kernel.topics import ROLES
from entrepot.portal import (
    choosing,
    choosing_page,
    drafting_page,
    market_page,
    modes_page,
    orders_page,
    origin_page,
    words,
)
from entrepot.portal.brief import in_brief
from entrepot.portal.broker.transcribing import NOTICES
from entrepot.portal.broker.worklist import STAGES
from entrepot.portal.comparison import TOPICS
from entrepot.portal.comparison_page import page_of
from entrepot.portal.office.announcing import Announced, running
from entrepot.portal.office.drawing import graded, spell
from entrepot.portal.reading import Found

register = template.Library()
MARKS = {
    "found": "●",
    "needs_review": "◐",
    "no_law": "∅",
    "refused": "✕",
    "not_applicable": "–",
    "failed": "▲",
    "waits": "○",
}
LONG, SHORT, WIDE = 8, 40, 100
NOTHING: tuple[Any, ...] = (None, "", [], (), {})
Link = Callable[[str], str]


@register.simple_tag(takes_context=True)
def t(context: Mapping[str, Any], name: str) -> str:
    """A word of the pages in the reader's language."""
    return words.word(name, context["language"])


@register.simple_tag(takes_context=True)
def say(context: Mapping[str, Any], text: Text | None) -> str:
    """A bilingual text in the reader's language."""
    return "" if text is None else text.in_language(context["language"])


@register.simple_tag(takes_context=True)
def of(context: Mapping[str, Any], kind: str, name: str) -> str:
    """A name out of one of the lists: kinds, channels, footings, grades, roles."""
    listed = {
        "kind": words.KINDS, "channel": words.CHANNELS, "footing": words.FOOTINGS, "grade": words.GRADES, "role": ROLES,
        "proof": words.PROOFS, "ruling": words.RULINGS, "stage": STAGES, "notice": NOTICES,
    }[kind]  # fmt: skip
    known: Text | None = listed.get(name)
    return known.in_language(context["language"]) if known else name


@register.simple_tag
def announcements() -> list[Announced]:
    """What the operator tells everybody just now."""
    return running()


@register.simple_tag(takes_context=True)
def lasted(context: Mapping[str, Any], seconds: float) -> str:
    """A length of time as people say it."""
    return spell(seconds).in_language(context["language"])


@register.simple_tag(takes_context=True)
def grades(context: Mapping[str, Any], shares: Mapping[str, float]) -> SafeString:
    """How well the rows of a table are known, as one bar."""
    return graded(shares, context["language"])


@register.simple_tag
def percent(share: Decimal) -> SafeString:
    """A share of 0 to 1 as a bar with its number; the least are told as less than one in a thousand."""
    shown = f"{share * 100:.1f}" if share >= Decimal("0.001") or not share else "< 0.1"
    return format_html('<meter min="0" max="1" value="{}"></meter> <span class="number">{} %</span>', share, shown)


@register.simple_tag(takes_context=True)
def badge(context: Mapping[str, Any], status: str) -> SafeString:
    """A status by shape, colour and word."""
    known = dict(STATUSES)
    text: Text = known.get(status, Text(status, status))
    return format_html(
        '<span class="badge {}"><span aria-hidden="true">{}</span> {}</span>',
        status, MARKS.get(status, "·"), text.in_language(context["language"]),
    )  # fmt: skip


@register.simple_tag(takes_context=True)
def value(context: Mapping[str, Any], given: Any, why: str = "") -> SafeString:
    """A value; with `why` (the address of its tree) every leaf opens its why."""

    def link(path: str) -> str:
        return f"{why}?field={quote(path)}" if path else why

    return shown(given, context["language"], link if why else None, "")


MARGIN = "origin.margin"


@register.simple_tag(takes_context=True)
def outcome(context: Mapping[str, Any], found: Found, why: str) -> SafeString:
    """A finding's value: as a comparison, a choice or a form where it is one, else as any value."""
    if found.topic in choosing.TOPICS:
        return choosing_page.page_of(found.topic, found.value, context["language"], lambda path: f"{why}?field={quote(path)}")
    if found.topic in TOPICS:
        return page_of(found.topic, found.value, context["language"], lambda path: f"{why}?field={quote(path)}")
    if found.topic == origin_page.TOPIC and found.value:
        return origin_page.page_of(found.value, context["language"], lambda path: f"{why}?field={quote(path)}")
    if found.topic == drafting_page.TOPIC:
        return drafting_page.outcome(found.value, context["language"], context["reading"].dossier)
    if found.topic in market_page.TOPICS:
        return market_page.page_of(found, context["language"], why.partition("/why/")[0])
    if found.topic == modes_page.ADVICE:
        return modes_page.page_of(found, context["language"], why.partition("/why/")[0])
    if found.topic == orders_page.MATCH:
        return orders_page.page_of(found, context["language"], why.partition("/why/")[0])
    given = found.value
    if found.topic == MARGIN and given and given.get("agreements"):
        given = {"agreements": given["agreements"]}  # what stands beside them repeats one of these without its name
    return value(context, given, why)


@register.simple_tag(takes_context=True)
def market_lines(context: Mapping[str, Any], found: Found) -> SafeString:
    """The lines that transaction records make, as a table."""
    return market_page.lines_table(found.value, context["language"])


@register.simple_tag(takes_context=True)
def market_trace(context: Mapping[str, Any], found: Found) -> SafeString:
    """The trace from container to stall and receipt, as a picture and a table."""
    return market_page.trace_table(found.value, context["language"])


@register.simple_tag(takes_context=True)
def modes_table(context: Mapping[str, Any], found: Found) -> SafeString:
    """The modes of a trade side by side."""
    return modes_page.table_of(found.value, context["language"])


@register.simple_tag
def address_of(dossier: str, topic: str, key: str) -> str:
    """The address of the tree under a topic and key."""
    place = f"{topic}/{key}" if key else topic
    return f"/d/{quote(dossier, safe='')}/why/{quote(place)}"


@register.simple_tag(takes_context=True)
def field(context: Mapping[str, Any], name: str) -> str:
    """A field's name for people."""
    return words.field_name(name, context["language"])


@register.simple_tag(takes_context=True)
def brief_place(context: Mapping[str, Any], place: str) -> str:
    """A place on a paper in a few words: of a page its number alone, for its box is drawn; of all else the end of it."""
    spots = spots_of(place)
    if not spots:
        return place if len(place) <= SHORT else f"…{place[-SHORT:]}"
    pages = ", ".join(str(number) for number in dict.fromkeys(spot.page for spot in spots))
    return f"{words.word('page', context['language'])} {pages}"


def shown(given: Any, language: str, link: Link | None, path: str) -> SafeString:
    """A value as HTML, everything in it escaped."""
    if given is None or given == "":
        return format_html('<span class="none">{}</span>', "–")
    if isinstance(given, Mapping):
        leaf = plain(given, language)
        if leaf is not None:
            return _leaf(leaf, link, path)
        return _object(given, language, link, path)
    if isinstance(given, list | tuple):
        return _list(given, language, link, path)
    return _leaf(str(plain(given, language)), link, path)


def plain(given: Any, language: str) -> str | None:
    """A leaf as text; None for what has parts."""
    if isinstance(given, Mapping):
        if given.keys() == {"minor", "currency"}:
            return str(Money(given["minor"], given["currency"]))
        if given.keys() == {"en", "zh"}:
            return Text(given["en"], given["zh"]).in_language(language)
        if given.keys() == {"amount", "unit"}:
            return f"{given['amount']} {given['unit']}"
        if {"amount", "currency"} <= given.keys() <= {"amount", "currency", "unit", "per"}:
            per = "" if given.get("per", "1") == "1" else f"{given['per']} "
            return f"{given['currency']} {given['amount']}" + (f" / {per}{given['unit']}" if given.get("unit") else "")
        return None
    if isinstance(given, bool):
        return words.word("yes" if given else "no", language)
    return None if isinstance(given, list | tuple) else str(given)


def _leaf(text: str, link: Link | None, path: str) -> SafeString:
    if link is None or not any(letter.isdigit() for letter in text):
        return format_html("<span>{}</span>", text)
    return format_html('<a class="why" href="{}">{}</a>', link(path), text)


def _object(given: Mapping[str, Any], language: str, link: Link | None, path: str) -> SafeString:
    rows = {name: item for name, item in given.items() if item not in NOTHING}
    if len(rows) > 1 and all(isinstance(item, Mapping) and plain(item, language) is None for item in rows.values()):
        alike = len({tuple(item) for item in rows.values()}) == 1
        if alike:
            return _table(rows, language, link, f"{path}.")
    body = format_html_join(
        "",
        "<div><dt>{}</dt><dd>{}</dd></div>",
        (
            (words.field_name(name, language), shown(item, language, link, f"{path}.{name}".lstrip(".")))
            for name, item in rows.items()
        ),
    )
    whole = format_html("<dl>{}</dl>", body)
    by_place = any("/" in name or "." in name for name in rows)
    return folded(len(rows), whole) if path and (by_place or len(rows) > LONG) else whole


def _list(given: Sequence[Any], language: str, link: Link | None, path: str) -> SafeString:
    if not given:
        return format_html('<span class="none">{}</span>', "–")
    if all(isinstance(item, Mapping) and plain(item, language) is None for item in given):
        return _table({str(place): item for place, item in enumerate(given, 1)}, language, link, f"{path}/")
    leaves = [plain(item, language) for item in given]
    texts = [leaf for leaf in leaves if leaf is not None]
    if len(texts) == len(leaves) and sum(map(len, texts)) < WIDE:
        return format_html_join(", ", "{}", ((_leaf(text, link, f"{path}/{n}"),) for n, text in enumerate(texts, 1)))
    items = ((shown(item, language, link, f"{path}/{place}"),) for place, item in enumerate(given, 1))
    return format_html('<ul class="plain">{}</ul>', format_html_join("", "<li>{}</li>", items))


def _table(rows: Mapping[str, Mapping[str, Any]], language: str, link: Link | None, path: str) -> SafeString:
    """Alike objects as rows, the first column their key or number."""
    columns = list(dict.fromkeys(name for row in rows.values() for name, item in row.items() if item not in NOTHING))
    head = format_html_join("", '<th scope="col">{}</th>', ((words.field_name(name, language),) for name in columns))
    lines = []
    for key, row in rows.items():
        cells = ((shown(row.get(name), language, link, f"{path}{key}.{name}".lstrip("./")),) for name in columns)
        lines.append((key, format_html_join("", "<td>{}</td>", cells)))
    body = format_html_join("", '<tr><th scope="row">{}</th>{}</tr>', lines)
    table = format_html(
        '<div class="wide" tabindex="0"><table><thead><tr><td></td>{}</tr></thead><tbody>{}</tbody></table></div>',
        head,
        body,
    )
    return folded(len(rows), table) if len(columns) > LONG else table


def folded(count: int, inside: SafeString) -> SafeString:
    """Something long behind its count."""
    return format_html("<details><summary>{}</summary>{}</details>", count, inside)


@register.simple_tag(takes_context=True)
def answer(context: Mapping[str, Any], found: Found) -> str:
    """A finding in the words kept for its topic, else in those of its value."""
    told = in_brief(found)
    return brief(context, found.value) if told is None else told.in_language(context["language"])


@register.simple_tag(takes_context=True)
def brief(context: Mapping[str, Any], given: Any) -> str:
    """The few words of a value that tell it apart: its amounts first, then what else is short."""
    language = context["language"]
    if not isinstance(given, Mapping) or (whole := plain(given, language)) is not None:
        return "" if given is None else (whole if isinstance(given, Mapping) else plain(given, language)) or ""
    leaves = [(name, text) for name, item in given.items() if item not in NOTHING and (text := plain(item, language))]
    amounts = [(name, text) for name, text in leaves if isinstance(given[name], Mapping) and "currency" in given[name]]
    rest = [(name, text) for name, text in leaves if (name, text) not in amounts and len(text) <= SHORT]
    chosen = [*amounts, *rest][:3]
    return " · ".join(f"{words.field_name(name, language)} {text}" for name, text in chosen)
