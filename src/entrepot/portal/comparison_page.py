"""Comparisons on the page: tables that become stacks of cards on a narrow screen; every amount opens its why."""

from collections.abc import Callable, Iterable, Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from entrepot.kernel.text import Text
from entrepot.portal.comparison import Cell, Value, Way, about, by_line, columns, costs, text_of, ways
from entrepot.portal.words import word

Link = Callable[[str], str]
LINES_SHOWN = 50


def page_of(topic: str, value: Value, language: str, link: Link) -> SafeString:
    """The comparison; under a landed cost also what is in no total, and who bears what on the way."""
    names = columns(topic)
    head = _head(("treatment", *names, "to_have_it"), language)
    body = format_html_join("", "{}", ((_row(way, names, language, link),) for way in ways(topic, value)))
    table = format_html('<table class="ways"><thead>{}</thead><tbody>{}</tbody></table>', head, body)
    facts = ((word(name, language), _figure(cell, link)) for name, cell in about(topic, value))
    table = format_html('<p class="quiet">{}</p>{}', format_html_join(" · ", "{} {}", facts), table)
    if topic != "landed.cost":
        return table
    missing = [text_of(one).in_language(language) for one in value.get("missing", ())]
    told = format_html('<p class="reason"><b>{}</b> {}</p>', word("not_in_total", language), "; ".join(missing)) if missing else ""
    rows = format_html_join(
        "",
        '<tr><th scope="row">{}</th><td>{}</td><td>{}{}</td></tr>',
        (
            (
                cost.name.in_language(language), cost.payer.in_language(language), format_html("<span>{}</span>", cost.amount),
                _beside((cost.note,) if cost.note is not None else (), language),
            )
            for cost in costs(value)
        ),
    )  # fmt: skip
    heading = word("on_the_way", language) + (f" · {value['incoterm']}" if value.get("incoterm") else "")
    head = _head(("cost", "borne_by", "amount"), language)
    page = format_html(
        '{}{}<h4>{}</h4><table class="costs"><thead>{}</thead><tbody>{}</tbody></table>', table, told, heading, head, rows
    )
    lines = by_line(value)
    if not lines or len(lines) > LINES_SHOWN:
        return page
    each = format_html_join("", "<div><dt>{}</dt><dd>{}</dd></div>", ((key, _figure(cell, link)) for key, cell in lines))
    return format_html("{}<h4>{}</h4><dl>{}</dl>", page, word("by_line", language), each)


def _head(names: Sequence[str], language: str) -> SafeString:
    return format_html("<tr>{}</tr>", format_html_join("", '<th scope="col">{}</th>', ((word(name, language),) for name in names)))


def _row(way: Way, names: Sequence[str], language: str, link: Link) -> SafeString:
    cells = format_html_join(
        "",
        '<td data-label="{}">{}{}</td>',
        ((word(name, language), _figure(cell, link), _beside(cell.beside, language)) for name, cell in zip(names, way.cells, strict=True)),
    )
    mark = "best" if way.best else "can_be_had" if way.available else "not_yet"
    takes = _beside(way.takes, language) or format_html("<span>{}</span>", "–")
    name = format_html(
        '<th scope="row">{}<span class="beside">{}</span><span class="tag {}">{}</span></th>',
        way.name.in_language(language), way.rate.in_language(language), mark, word(mark, language),
    )  # fmt: skip
    return format_html(
        '<tr class="{}">{}{}<td data-label="{}">{}</td></tr>', mark, name, cells, word("to_have_it", language), takes
    )


def _figure(cell: Cell, link: Link) -> SafeString:
    if not cell.path or not any(letter.isdigit() for letter in cell.text):
        return format_html('<span class="sum">{}</span>', cell.text)
    return format_html('<a class="why sum" href="{}">{}</a>', link(cell.path), cell.text)


def _beside(texts: Iterable[Text], language: str) -> SafeString:
    return format_html_join("", '<span class="beside">{}</span>', ((text.in_language(language),) for text in texts))
