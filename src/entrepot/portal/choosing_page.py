"""The choice of agreements and the certificate on the page; every amount opens its why."""

from collections.abc import Callable, Iterable, Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from entrepot.kernel.text import Text
from entrepot.portal.choosing import (
    CERTIFICATE,
    COLUMNS,
    STATES,
    TOTAL,
    BoxRow,
    Row,
    Value,
    boxes_of,
    rows_of,
    sums_of,
    text_of,
)
from entrepot.portal.words import FIELDS, word

Link = Callable[[str], str]
BOX_COLUMNS = ("box", "words", "source")


def page_of(topic: str, value: Value, language: str, link: Link) -> SafeString:
    """The finding as a page shows it: sums and a table; amounts open their why. The advice stands above it, in brief."""
    if topic == CERTIFICATE:
        return _certificate(value, language)
    sums = SafeString("")
    if topic == TOTAL:
        shown = ((label.in_language(language), _amount(amount, path, link)) for label, amount, path in sums_of(value))
        sums = format_html("<dl>{}</dl>", format_html_join("", "<div><dt>{}</dt><dd>{}</dd></div>", shown))
    rows = rows_of(topic, value)
    if not rows:
        return sums
    names = ("way", "cost", "saving", "papers", "open")
    body = format_html_join("", "{}", ((_page_row(row, names, language, link),) for row in rows))
    head = format_html_join("", '<th scope="col">{}</th>', ((COLUMNS[name].in_language(language),) for name in names))
    return format_html('{}<table class="ways"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>', sums, head, body)


def _page_row(row: Row, names: Sequence[str], language: str, link: Link) -> SafeString:
    style = "best" if row.best else "can_be_had" if row.state == "now" else "not_yet"
    state = word("best", language) if row.best else STATES[row.state].in_language(language)
    head = format_html(
        '<th scope="row">{}<span class="beside">{}</span><span class="tag {}">{}</span></th>',
        row.name.in_language(language), row.beside.in_language(language), style, state,
    )  # fmt: skip
    cells = (
        _amount(row.cost, f"{row.path}.cost", link), _amount(row.saving, f"{row.path}.saving", link),
        _beside(row.papers, language), _beside(row.open, language),
    )  # fmt: skip
    labelled = ((COLUMNS[name].in_language(language), cell) for name, cell in zip(names[1:], cells, strict=True))
    return format_html('<tr class="{}">{}{}</tr>', style, head, format_html_join("", '<td data-label="{}">{}</td>', labelled))


def _amount(text: str, path: str, link: Link) -> SafeString:
    if text == "–":
        return format_html('<span class="sum">{}</span>', text)
    return format_html('<a class="why sum" href="{}">{}</a>', link(path), text)


def _beside(texts: Iterable[Text], language: str) -> SafeString:
    told = format_html_join("", '<span class="beside">{}</span>', ((text.in_language(language),) for text in texts))
    return told or format_html("<span>{}</span>", "–")


def _certificate(value: Value, language: str) -> SafeString:
    """The boxes of the form, then of each line, with where their words come from."""
    issuer = text_of(value["issuer"]).in_language(language)
    head = format_html("<p><b>{}</b> · {} · {}</p>", text_of(value["name"]).in_language(language), issuer, value["applied_on"])
    columns = format_html_join("", '<th scope="col">{}</th>', ((COLUMNS[name].in_language(language),) for name in BOX_COLUMNS))
    body, line = SafeString(""), ""
    for row in boxes_of(value):
        if row.line != line:
            line = row.line
            heading = f"{FIELDS['line'].in_language(language)} {line}"
            body += format_html('<tr><th scope="rowgroup" colspan="3">{}</th></tr>', heading)
        body += _box_row(row, language)
    return format_html('{}<table class="ways"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>', head, columns, body)


def _box_row(row: BoxRow, language: str) -> SafeString:
    words, source = (COLUMNS[name].in_language(language) for name in BOX_COLUMNS[1:])
    stands = COLUMNS["office"].in_language(language) if row.office else row.words or "–"
    return format_html(
        '<tr><th scope="row">{}<span class="beside">{}</span></th><td data-label="{}"><span class="{}">{}</span></td>'
        '<td data-label="{}"><span class="beside">{}</span></td></tr>',
        row.no or "–", row.label.in_language(language), words, "none" if row.office or not row.words else "", stands,
        source, row.source or "–",
    )  # fmt: skip
