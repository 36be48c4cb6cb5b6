"""E01-E05: lists within their limit, the positive list, controls as licensing found them, what proves a warehouse abroad."""

from datetime import date
from typing import Any

import pytest

from entrepot.kernel.law import Law
from entrepot.kernel.text import Text
from entrepot.kernel.vocabulary.clearance import LineControls, ModeCheck, Requirement
from entrepot.modules.ecommerce.module import MODULES
from tests.making import law, sheet

DAY = date(2026, 10, 10)
BUYER = "a" * 64


def checked(mode: str, *, held: Law | None = None, given: dict[str, Any] | None = None, **said: Any) -> ModeCheck:
    """The check of a declaration or list in a mode; `said` are particulars and, by `topic/key`, facts besides."""
    facts = {name: said.pop(name) for name in list(said) if "." in name}
    flow = "I" if mode in ("1210", "1239") else "E"
    particulars = {"flow": flow, "declared_on": DAY.isoformat(), "supervision_mode": mode, **said}
    finding = sheet(
        MODULES, {"declaration.particulars": particulars, **facts}, DAY, held or law("CN", "ecb"), given
    ).finding("ecommerce.check")
    assert finding is not None
    assert isinstance(finding.value, ModeCheck), finding.reasons
    return finding.value


def broken(mode: str, **said: Any) -> list[tuple[str, str]]:
    return [(one.rule, one.where) for one in checked(mode, **said).problems]


def untold(mode: str, **said: Any) -> str:
    return "\n".join(text.en for text in checked(mode, **said).unchecked)


def lines(*amounts: str | None) -> dict[str, Any]:
    return {f"goods.line/{no}": {"hs": "6302600090", "amount": amount} for no, amount in enumerate(amounts, 1)}


def order(total: str, **more: Any) -> dict[str, Any]:
    return {"buyer": BUYER, "total": total, "ordered_on": "2026-10-05", **more}


FREE = {"licensing.line/1": LineControls(True)}


def test_e01_the_lines_of_a_list_count_together() -> None:
    one = {"order_no": "N1", "form_type": "list", "given": FREE | {"licensing.line/2": LineControls(True)}}
    assert broken("9710", **one, **lines("CNY 3000.00", "CNY 2000.00")) == []
    assert broken("9710", **one, **lines("CNY 3000.00", "CNY 2000.01")) == [("E01", "lines")]
    assert broken("9710", **one | {"form_type": "declaration"}, **lines("CNY 3000.00", "CNY 2000.01")) == []


def test_e01_each_order_is_a_list_of_its_own() -> None:
    orders = {"ecommerce.order/N1": order("CNY 5000.00"), "ecommerce.order/N2": order("CNY 5000.01")}
    assert broken("9710", form_type="list", **orders) == [("E01", "ecommerce.order/N2")]


def test_e01_what_is_not_said_or_not_on_file_is_told_and_keeps_no_other_list_back() -> None:
    assert "E01: amounts that are not said: lines 2" in untold("9710", form_type="list", **lines("CNY 1.00", None))
    assert "E01: amounts that are not said" in untold("9710", form_type="list")
    orders = {"ecommerce.order/N1": order("XAU 1.00"), "ecommerce.order/N2": order("CNY 5000.01")}
    assert "an exchange rate is not on file" in untold("9710", form_type="list", **orders)
    assert broken("9710", form_type="list", **orders) == [("E01", "ecommerce.order/N2")]


@pytest.mark.parametrize(("listed", "rules"), [(True, []), (False, [("E03", "ecommerce.plan.listed")])])
def test_e03_goods_of_a_retail_import_are_on_the_positive_list(listed: bool, rules: list[tuple[str, str]]) -> None:
    said = {"ecommerce.plan": {"flow": "I", "listed": listed}}
    assert broken("1210", **said) == rules
    assert "positive list" not in untold("1210", **said)
    assert "E03: whether all goods are on the positive list" in untold("1210")


def asked(code: str, status: Any) -> dict[str, Any]:
    return {"licensing.line/1": LineControls(True, (), (Requirement(code, Text("paper", "证"), status, Text("", "")),))}


@pytest.mark.parametrize(
    ("found", "bars"),
    [
        (FREE, False),
        ({"licensing.line/1": LineControls(True, ("B",))}, True),
        (asked("B", "held"), True),
        (asked("dual_use", "required"), True),
        (asked("export_window", "banned"), True),
        (asked("dual_use", "stated_not_controlled"), False),
    ],
)
def test_e04_goods_on_a_list_have_neither_licence_nor_inspection(found: dict[str, Any], bars: bool) -> None:
    said = {"form_type": "list", "order_no": "N1", "given": found, **lines("CNY 1.00")}
    assert broken("9710", **said) == ([("E04", "line/1.hs")] if bars else [])
    assert "E04" not in untold("9710", **said)
    assert broken("9710", **said | {"form_type": "declaration"}) == []


@pytest.mark.parametrize("found", [{}, {"licensing.line/1": LineControls(False)}, asked("export_window", "unknown")])
def test_e04_what_licensing_could_not_tell_is_told(found: dict[str, Any]) -> None:
    said = {"form_type": "list", "order_no": "N1", "given": found, **lines("CNY 1.00")}
    assert broken("9710", **said) == []
    assert "E04: the controls of lines 1 are not on file" in untold("9710", **said)


def test_e05_where_no_table_of_filings_is_on_file_it_says_so() -> None:
    plan = {"ecommerce.plan": {"flow": "E", "warehouse": {"name": "W", "country": "NLD", "proof": "lease 1"}}}
    whole = law("CN", "ecb")
    held = Law(whole.packs, {name: one for name, one in whole.tables.items() if name != "CN/ecommerce_filings"})
    assert "E05: which filings are asked for is not on file" in untold("9810", held=held, **plan)
    assert "E05" not in untold("9810", **plan)
