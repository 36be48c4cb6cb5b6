"""The modes of a trade side by side, on the page and in the terminal: tax, time, foreign exchange, proof, and what opens each."""

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from entrepot.kernel.text import Text
from entrepot.portal.comparison import text_of
from entrepot.portal.pages import READ, only, page, reader_of
from entrepot.portal.reading import Found
from entrepot.portal.trade_words import WORDS
from entrepot.portal.web import desk_of
from entrepot.portal.words import GRADES, word

if TYPE_CHECKING:
    from rich.table import Table

_NAME = re.compile(r"[,;:]")  # what follows tells how the source was had
ADVICE, ROUTE = "ecommerce.advice", "ecommerce.route"
ASPECTS = ("tax", "time", "exchange", "proof", "form")
STATES = {
    "open": Text("open now", "现可采用"),
    "nearly": Text("nearly", "尚缺条件"),
    "closed": Text("closed", "不适用"),
}
STYLES = {"open": "can_be_had", "nearly": "not_yet", "closed": "not_yet"}
Value = Mapping[str, Any]


def modes(request: HttpRequest, id: str) -> HttpResponseBase:
    """A dossier's modes compared."""
    voice = reader_of(request)
    reading = desk_of(request).read(id, voice)
    found = {one.topic: one for one in reading.findings}
    return page(request, "modes.html", voice=voice, reading=reading, advice=found.get(ADVICE), route=found.get(ROUTE))


def takes(mode: Value) -> list[Text]:
    """What it takes to use a mode: what is missing, then what nobody said."""
    unsaid = WORDS["modes_unsaid"]
    return [text_of(one) for one in mode.get("missing", ())] + [
        Text(f"{unsaid.en} {one['en']}", f"{unsaid.zh}{one['zh']}") for one in mode.get("unsaid", ())
    ]


def table_of(value: Value, language: str) -> SafeString:
    """The comparison; each cell with the law it rests on and how well that is known."""
    names = ("modes_mode", *(f"modes_{one}" for one in ASPECTS), "modes_missing")
    head = format_html_join("", '<th scope="col">{}</th>', ((word(name, language),) for name in names))
    body = format_html_join("", "{}", ((_row(mode, value.get("route", ""), language),) for mode in value["modes"]))
    return format_html('<table class="ways modes"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>', head, body)


def _row(mode: Value, route: str, language: str) -> SafeString:
    best = mode["mode"] == route
    style = "best" if best else STYLES[mode["state"]]
    state = STATES[mode["state"]].in_language(language)
    tag = f"{word('modes_leads', language)} · {state}" if best else state
    head = format_html(
        '<th scope="row">{} <span class="beside">{}</span><span class="tag {}">{}</span></th>',
        mode["mode"], text_of(mode["name"]).in_language(language), style, tag,
    )  # fmt: skip
    aspects = {one["aspect"]: one for one in mode["aspects"]}
    cells = ((word(f"modes_{name}", language), _aspect(aspects.get(name), language)) for name in ASPECTS)
    missing = _beside(text.in_language(language) for text in takes(mode)) or format_html("<span>{}</span>", "–")
    return format_html(
        '<tr class="{}">{}{}<td data-label="{}">{}</td></tr>',
        style, head, format_html_join("", '<td data-label="{}">{}</td>', cells), word("modes_missing", language), missing,
    )  # fmt: skip


def _aspect(aspect: Value | None, language: str) -> SafeString:
    if aspect is None or not aspect.get("text"):
        return format_html('<span class="none">{}</span>', word("modes_nothing", language))
    grade = GRADES[aspect["evidence"]].in_language(language)
    return format_html(
        '<span>{}<span class="beside" title="{}">{} · {}</span></span>',
        text_of(aspect["text"]).in_language(language), aspect["source"], _NAME.split(aspect["source"])[0], grade,
    )  # fmt: skip


def _beside(texts: Iterable[str]) -> SafeString:
    return format_html_join("", '<span class="beside">{}</span>', ((text,) for text in texts))


def page_of(found: Found, language: str, dossier: str) -> SafeString:
    """The comparison on the sheet, and the way to its own page."""
    return format_html(
        '{}<p><a href="{}/modes">{}</a></p>', table_of(found.value, language), dossier, word("modes_page", language)
    )


def terminal_table(value: Value) -> "Table":
    """The comparison for the terminal, in both languages."""
    from rich.markup import escape
    from rich.table import Table

    def both(text: Text) -> str:
        return escape(text.en) if text.en == text.zh else f"{escape(text.en)}\n[dim]{escape(text.zh)}[/dim]"

    table = Table(show_lines=True)
    for name in ("modes_mode", *(f"modes_{one}" for one in ASPECTS), "modes_missing"):
        table.add_column(both(WORDS[name]), overflow="fold")
    for mode in value["modes"]:
        aspects = {one["aspect"]: one for one in mode["aspects"]}
        told = [aspects[name].get("text") if name in aspects else None for name in ASPECTS]
        cells = [both(WORDS["modes_nothing"]) if not text else both(text_of(text)) for text in told]
        mark = "[green]★[/green] " if mode["mode"] == value.get("route") else ""
        state = both(STATES[mode["state"]])
        table.add_row(
            f"{mark}{mode['mode']} {both(text_of(mode['name']))}\n{state}",
            *cells,
            "\n".join(map(both, takes(mode))) or "–",
        )
    return table


URLS: list[URLPattern] = [path("d/<str:id>/modes", only(modes, *READ))]
