"""Messages that were damaged, cut, stuffed or swapped on the way: refused or reported with place and remedy, never a crash."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import date
from pathlib import Path
from random import Random

import pytest
from lxml import etree

from entrepot.gateways.papers import read_paper
from entrepot.kernel.intake import Refusal
from tests.gateways.messages.made_wco import CANCELLATION, EXPORT, ITEM, response, wco
from tests.gateways.messages.test_ubl_customs import IMPORT, ubl

DAY = date(2026, 11, 22)
OWN = (wco(EXPORT), wco(CANCELLATION), response("13", ""), response("03", ""), ubl("ImportCustomsDeclaration", IMPORT))
LONG = "9" * 6000
Change = Callable[[etree._Element, etree._Element], None]


def _drop(element: etree._Element, parent: etree._Element) -> None:
    parent.remove(element)


def _repeat(element: etree._Element, parent: etree._Element) -> None:
    parent.insert(parent.index(element), deepcopy(element))


def _swap(element: etree._Element, parent: etree._Element) -> None:
    parent.append(element)


def _stuff(element: etree._Element, parent: etree._Element) -> None:
    element.text = LONG


def _empty(element: etree._Element, parent: etree._Element) -> None:
    element.text = ""


def _spoil(element: etree._Element, parent: etree._Element) -> None:
    element.text = "=cmd|' /C calc'!A0\u200b－１"


def _bury(element: etree._Element, parent: etree._Element) -> None:
    for _ in range(70):
        element = etree.SubElement(element, "Deeper")
    element.text = "x"


TREE_CHANGES: tuple[Change, ...] = (_drop, _repeat, _swap, _stuff, _empty, _spoil, _bury)


def _broken(data: bytes) -> Iterator[bytes]:
    """The bytes cut, in a wrong encoding, with entities."""
    body = data.partition(b"?>")[2] or data
    yield data[: len(data) // 2]
    yield data[:-3]
    yield data.replace(b">", b">\xff\xfe", 3)
    yield b'<?xml version="1.0" encoding="UTF-16"?>' + body
    yield b'<?xml version="1.0" encoding="nonsense"?>' + body
    yield body.decode("utf-8", "replace").encode("utf-16")
    yield b'<!DOCTYPE a [<!ENTITY x "y">]>' + body
    yield body.replace(b"</", b"&x;</", 1)
    yield body.replace(b"</", b"\x00</", 1)


def _judge(data: bytes, well_formed: bool) -> None:
    """Read or refused; a refusal says where and how to mend it, and calls nothing damaged that is merely incomplete."""
    try:
        problems = read_paper("message.xml", data, today=DAY).problems
    except Refusal as refused:
        problems = refused.problems
    for problem in problems:
        assert problem.where, problem
        assert all((problem.what.en, problem.what.zh, problem.fix.en, problem.fix.zh)), problem
        assert not problem.what.en.startswith("the file is damaged"), problem
        assert not (well_formed and problem.rule == "P006"), problem


def _changed(data: bytes, chance: Random, count: int) -> Iterator[bytes]:
    for _ in range(count):
        root = etree.fromstring(data)
        elements = [element for element in root.iter("{*}*") if element.getparent() is not None]
        for _ in range(chance.choice((1, 1, 2, 5))):
            element = chance.choice(elements)
            parent = element.getparent()
            if parent is not None:
                chance.choice(TREE_CHANGES)(element, parent)
        yield etree.tostring(root)


@pytest.mark.parametrize("data", OWN, ids=("declaration", "cancellation", "taxes", "rejection", "ubl"))
def test_a_changed_message_is_read_or_refused_with_place_and_remedy(data: bytes) -> None:
    for changed in _changed(data, Random(11), 60):
        _judge(changed, well_formed=True)
    for broken in _broken(data):
        _judge(broken, well_formed=False)


def test_a_field_dropped_is_missing_and_not_made_up() -> None:
    for name in ("ExportCountry", "GoodsMeasure", "Consignee", "TradeTerms", "Commodity", "GovernmentProcedure"):
        root = etree.fromstring(wco(EXPORT))
        for element in list(root.iter(f"{{*}}{name}")):
            parent = element.getparent()
            assert parent is not None
            parent.remove(element)
        before = {(one.topic, one.key): one.value for one in read_paper("m", wco(EXPORT), today=DAY).statements}
        after = {(one.topic, one.key): one.value for one in read_paper("m", etree.tostring(root), today=DAY).statements}
        for at, value in after.items():
            for field in value.__struct_fields__:
                now, then = getattr(value, field), getattr(before[at], field)
                assert now == then or not now, (name, at, field, now)


def test_a_value_too_long_is_a_problem_and_is_not_cut() -> None:
    extract = read_paper("m", wco(EXPORT.replace("Phosphoric acid", "acid " * 2000)), today=DAY)
    assert [problem.rule for problem in extract.problems] == ["P012"]
    line = next(one.value for one in extract.statements if one.topic == "goods.line")
    assert line.description == ""


def test_ten_thousand_lines_are_read_or_refused_with_the_bound() -> None:
    # Between the lines' own elements and the bound on elements, a message of 2,000 lines is read and one of 10,000 is refused.
    def message(count: int) -> bytes:
        items = "".join(
            ITEM.replace("<SequenceNumeric>1<", f"<SequenceNumeric>{number}<", 1) for number in range(1, count + 1)
        )
        return wco(EXPORT.replace(ITEM, items).replace("<GoodsItemQuantity>1<", f"<GoodsItemQuantity>{count}<"))

    many = read_paper("m", message(2000), today=DAY)
    assert sum(one.topic == "goods.line" for one in many.statements) == 2000
    with pytest.raises(Refusal) as refused:
        read_paper("m", message(10_000), today=DAY)
    assert refused.value.problems[0].rule == "P003"


def _examples(shared_data: Path) -> list[bytes]:
    documents = shared_data / "documents"
    files = [
        *sorted((documents / "hmrc-wco" / "examples").rglob("*")),
        *sorted((documents / "ubl" / "xml").glob("*Customs*")),
    ]
    data = [path.read_bytes() for path in files if path.suffix.lower() == ".xml"]
    return [one for one in data if b"Double" not in one and _parses(one)]


def _parses(data: bytes) -> bool:
    try:
        etree.fromstring(data)
    except etree.XMLSyntaxError:
        return False
    return True


def test_a_sample_of_the_real_examples_is_read_or_refused(shared_data: Path) -> None:
    chance = Random(23)
    for data in chance.sample(_examples(shared_data), 60):
        for changed in _changed(data, chance, 3):
            _judge(changed, well_formed=True)
        _judge(chance.choice(list(_broken(data))), well_formed=False)


@pytest.mark.full
def test_every_real_example_is_read_or_refused(shared_data: Path) -> None:
    chance = Random(29)
    for data in _examples(shared_data):
        for changed in _changed(data, chance, 60):
            _judge(changed, well_formed=True)
        for broken in _broken(data):
            _judge(broken, well_formed=False)
