"""Pages of words: which readings stand, and which are asked about; without any file or engine."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from entrepot.gateways.extract import Found, as_text
from entrepot.gateways.pages import Page, Word, read_pages
from entrepot.gateways.pages.words import SURE, Box
from entrepot.gateways.papers import Headings, headings_of
from entrepot.store.packs import load_law

TODAY = date(2026, 11, 22)
PACKS = Path(__file__).resolve().parents[2] / "packs"
COLUMNS = (20, 60, 260, 360, 470)
HEAD = ("No.", "Description", "Quantity (PCS)", "Unit Price (USD)", "Amount (USD)")
Sure = dict[str, Decimal]


@cache
def words() -> Headings:
    return headings_of(load_law(PACKS, ["headings"]), TODAY)


def page(
    rows: Sequence[Sequence[str]], labels: Sequence[str] = (), sure: Sure | None = None, read: bool = True
) -> Page:
    """A page as a picture gives it: labels, then a table; `sure` by the text of a word, 1 for all others."""
    made: list[Word] = []

    def write(x: float, y: float, text: str) -> None:
        for part in text.split():
            made.append(Word(part, Box(x, y, x + 5 * len(part), y + 10), (sure or {}).get(part, SURE)))
            x += 5 * len(part) + 3

    for at, label in enumerate(labels):
        write(20, 20 + 40 * at, label)
    for at, row in enumerate((HEAD, *rows)):
        for x, text in zip(COLUMNS, row, strict=True):
            write(x, 200 + 20 * at, text)
    return Page(1, 595.0, 842.0, tuple(made), read=read)


def read(pages: Page) -> tuple[dict[str, str], dict[str, str]]:
    """What is stated and what is asked, by key and field."""
    _, found = read_pages([pages], Found(TODAY, asks=True), words())
    statements = found.statements()
    said = {
        f"{one.key}.{name}": one.key if name == "key" else as_text(getattr(one.value, name))
        for one in statements for name in one.places
    }  # fmt: skip
    return said, {f"{one.key}.{one.field}": one.value for one in found.doubts}


GOOD = ("1", "Bamboo flooring", "3", "7.00", "21.00")


def test_a_figure_read_weakly_is_asked_unless_the_product_bears_it_out() -> None:
    weak = {"21.00": Decimal("0.5"), "3": Decimal("0.5")}
    said, asked = read(page([GOOD], sure=weak))
    assert said["1.amount"] == "USD 21.00"
    assert asked == {}
    said, asked = read(page([("1", "Bamboo flooring", "3", "", "21.00")], sure=weak))
    assert asked == {"1.amount": "USD 21.00", "1.quantity": "3"}
    assert "1.amount" not in said


def test_words_read_weakly_are_asked() -> None:
    said, asked = read(page([GOOD], ["Seller: Hubei Donghu"], {"Donghu": Decimal("0.4")}))
    assert asked == {"exporter.name": "Hubei Donghu"}
    assert said["1.description"] == "Bamboo flooring"


def test_a_product_that_fails_is_asked_and_a_column_that_adds_up_stands() -> None:
    wrong = ("2", "Green tea", "8", "1.00", "5.00")
    said, asked = read(page([GOOD, wrong]))
    assert asked == {"2.quantity": "8", "2.price": "USD 1.00/PCS", "2.amount": "USD 5.00"}
    said, asked = read(page([GOOD, wrong, ("", "TOTAL", "", "", "26.00")]))
    assert (said["2.amount"], said[".total"]) == ("USD 5.00", "USD 26.00")
    assert asked == {"2.quantity": "8", "2.price": "USD 1.00/PCS"}


def test_a_total_that_the_lines_do_not_make_is_asked() -> None:
    said, asked = read(page([GOOD, ("", "TOTAL", "", "", "27.00")]))
    assert asked == {".total": "USD 27.00"}
    assert said["1.amount"] == "USD 21.00"


def test_check_digits_of_parties_and_containers_are_asked_about() -> None:
    labels = ["Seller: Hubei Donghu", "USCC: 91420500MA488888XX", "Container No.: CSQU3054384"]
    said, asked = read(page([GOOD], labels))
    assert asked == {"exporter.uscc": "91420500MA488888XX", "CSQU3054384.key": "CSQU3054384"}
    assert said["exporter.name"] == "Hubei Donghu"
    said, asked = read(page([GOOD], ["Container No.: CSQU3054383"], {"CSQU3054383": Decimal("0.5")}))
    assert (said["CSQU3054383.key"], asked) == ("CSQU3054383", {})


def test_a_point_that_may_be_a_comma_stands_only_where_it_is_borne_out() -> None:
    said, asked = read(page([("1", "Bamboo flooring", "1.943", "", "13,601.00")]))
    assert asked == {"1.quantity": "1.943"}
    said, asked = read(page([("1", "Bamboo flooring", "1.943", "", "13,601.00")], read=False))
    assert (said["1.quantity"], asked) == ("1.943", {})  # in a text file it is what it says
    said, asked = read(page([("1", "Bamboo flooring", "1,943", "7.00", "13.601.00")]))
    assert (said["1.amount"], asked) == ("USD 13,601.00", {})


def test_a_day_years_off_is_asked() -> None:
    _, asked = read(page([GOOD], ["Invoice Date: 2006-03-20"]))
    assert asked == {".invoice_date": "2006-03-20"}


def test_a_quantity_that_ran_into_its_unit_is_parted() -> None:
    head = ("No.", "Description", "Quantity", "Unit", "Amount (USD)")
    made = page([("1", "Bamboo flooring", "", "270 PCS", "21.00")])
    changed = [word for word in made.words if not 195 < word.box.y0 < 205]
    for x, text in zip(COLUMNS, head, strict=True):
        changed.append(Word(text, Box(x, 200, x + 5 * len(text), 210)))
    said, _ = read(made._replace(words=tuple(changed)))
    assert (said["1.quantity"], said["1.unit"]) == ("270", "PCS")


@given(
    st.integers(1, 3999),
    st.integers(1, 99_999),
    st.integers(0, 10),
    st.integers(0, 10),
)
def test_whatever_is_weak_or_wrong_no_figure_is_both_stated_and_asked(
    quantity: int, cents: int, off: int, weak: int
) -> None:
    price = Decimal(cents) / 100
    row = ("1", "Bamboo flooring", f"{quantity}", f"{price:.2f}", f"{quantity * price + off:.2f}")
    said, asked = read(page([row], sure={row[4]: Decimal(weak) / 10}))
    assert said.keys() & asked.keys() == set()
    figures = {"1.quantity", "1.price", "1.amount"}
    assert figures <= said.keys() | asked.keys()
    if off:
        assert figures <= asked.keys()
