"""A packing list whose rows are not those of the invoice: rows go to the goods they name, and nothing goes to other goods."""

from decimal import Decimal
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from entrepot.gateways.extract import Extract, Stated
from entrepot.kernel.record import Record
from entrepot.kernel.submissions import Evidence, Submission
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary import SHARED
from entrepot.kernel.vocabulary.answers import Doubt
from entrepot.kernel.vocabulary.goods import GoodsLine
from entrepot.portal.desk import Desk
from entrepot.portal.packed import as_packed
from tests.portal.stage import ANN

TOPICS = {topic.name: topic for topic in SHARED}
INVOICE = ("Green tea in bags of 250 g", "Bamboo flooring 960 x 96", "LED panel light 36W")


def record(*names: str) -> Record:
    """A dossier in which an invoice states these goods, numbered from 1."""
    made = Record("D1", "trade", TOPICS)
    for key, name in enumerate(names, 1):
        body = f'{{"description": "{name}", "quantity": "5"}}'
        evidence = (Evidence("a" * 64, "invoice"),)
        made.add(
            Submission(
                f"s{key}", "D1", "goods.line", msgspec.Raw(body.encode()), str(key), for_="acme", evidence=evidence
            )
        )
    return made


def packing(*rows: dict[str, Any], doubts: tuple[Doubt, ...] = ()) -> Extract:
    stated = tuple(
        Stated("goods.line", str(key), GoodsLine(**row), {name: f"page 1 [row {key} {name}]" for name in row})
        for key, row in enumerate(rows, 1)
    )
    return Extract("list", "packing_list", "PDF", "", "b" * 64, 0, stated, doubtful=doubts)


def row(name: str, packages: int, net: str = "1") -> dict[str, Any]:
    return {"description": name, "packages": packages, "package_type": "CTNS", "net_kg": Decimal(net)}


def lines(extract: Extract) -> dict[str, GoodsLine]:
    return {one.key: one.value for one in extract.statements}


def test_rows_in_another_order_go_to_the_goods_that_they_name() -> None:
    packed = as_packed(
        packing(row("LED panel light 36W", 3), row("GREEN TEA", 1), row("Bamboo flooring", 2)), record(*INVOICE)
    )
    assert {key: line.packages for key, line in lines(packed).items()} == {"3": 3, "1": 1, "2": 2}
    assert packed.unread == ()


def test_several_rows_of_one_line_are_added_up_with_all_their_places() -> None:
    tea = [row("Green tea", 10, "200.5"), row("Green tea", 1, "12.5")]
    packed = as_packed(packing(*tea, row("Bamboo flooring", 2), row("LED panel light", 3)), record(*INVOICE))
    (line,) = [one for one in packed.statements if one.key == "1"]
    assert (line.value.packages, line.value.net_kg, line.value.package_type) == (11, Decimal("213.0"), "CTNS")
    assert line.places["packages"] == "page 1 [row 1 packages]; page 1 [row 2 packages]"


def test_a_row_that_names_no_goods_of_the_invoice_is_told_and_not_said() -> None:
    packed = as_packed(packing(row("Bamboo flooring", 2), row("Spare parts", 1)), record(*INVOICE))
    assert {key: line.packages for key, line in lines(packed).items()} == {"2": 2}
    assert ["Spare parts" in text.en for text in packed.unread] == [True]


def test_goods_of_one_name_on_several_lines_are_not_shared_out() -> None:
    twice = ("Green tea in bags", "Green tea in boxes", "LED panel light")
    packed = as_packed(packing(row("LED panel light", 3), row("Green tea", 1)), record(*twice))
    assert lines(packed).keys() == {"3"}


def test_a_sum_of_which_a_part_is_in_doubt_is_asked_without_a_value() -> None:
    tea = row("Green tea", 10)
    doubt = Doubt("goods.line", "2", "packages", "7", "page 1 [row 2 packages]", Text("weak", "模糊"))
    rest = {name: value for name, value in tea.items() if name != "packages"}
    packed = as_packed(packing(tea, rest, row("Bamboo flooring", 2), doubts=(doubt,)), record(*INVOICE))
    assert (lines(packed)["1"].packages, lines(packed)["1"].net_kg) == (None, Decimal(2))
    assert [(one.key, one.field, one.value) for one in packed.doubtful] == [("1", "packages", "")]


def test_other_wording_under_the_same_numbers_stays_as_it_was_read() -> None:
    same = packing(row("Tea", 1), row("Floor boards", 2), row("Lamps", 3))
    assert as_packed(same, record(*INVOICE)) == same
    assert as_packed(same, record()) == same


@given(st.permutations(range(3)), st.lists(st.integers(1, 500), min_size=3, max_size=3))
def test_whatever_the_order_each_line_has_its_own_packages(order: list[int], counts: list[int]) -> None:
    packed = as_packed(packing(*[row(INVOICE[at], counts[at]) for at in order]), record(*INVOICE))
    assert {key: line.packages for key, line in lines(packed).items()} == {str(at + 1): counts[at] for at in range(3)}


def test_the_desk_packs_what_the_invoice_invoiced(opened: Desk) -> None:
    goods = b'{"goods.line/1": {"description": "Green tea"}, "goods.line/2": {"description": "LED lamps", "amount": "USD 5.00"}}'
    opened.take_paper("D1", "invoice.json", goods, ANN)
    opened.take_paper(
        "D1", "list.json", b'{"kind": "packing_list", "goods.line/1": {"description": "LED lamps", "packages": 4}}', ANN
    )
    packages = {f.key: f.value.get("packages") for f in opened.read("D1", ANN).facts if f.topic == "goods.line"}
    assert packages == {"1": None, "2": 4}
