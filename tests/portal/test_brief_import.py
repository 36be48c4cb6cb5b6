"""What an import costs, in one sentence: the bill, a consumer's order, a parcel, export duty."""

from typing import Any

import pytest

from entrepot.kernel.text import Text
from entrepot.portal.brief import in_brief
from entrepot.portal.reading import Found

TAXES: list[dict[str, Any]] = [
    {"tax": "duty", "name": {"en": "customs duty", "zh": "关税"}, "payable": {"minor": 4813999, "currency": "CNY"}},
    {"tax": "vat", "name": {"en": "Import VAT", "zh": "进口环节增值税"}, "payable": None},
]
YUAN = {"minor": 5005, "currency": "CNY"}


@pytest.mark.parametrize(
    ("topic", "value", "en", "zh"),
    [
        (
            "duty.bill", {"taxes": TAXES, "total": None},
            "no total yet: customs duty CNY 48,139.99, Import VAT -", "暂无合计：关税 CNY 48,139.99、进口环节增值税 -",
        ),
        (
            "duty.bill", {"taxes": TAXES[:1], "total": TAXES[0]["payable"], "pay_by": "2026-07-07"},
            "CNY 48,139.99 by 2026-07-07: customs duty CNY 48,139.99", "合计 CNY 48,139.99，缴款期限 2026-07-07：关税 CNY 48,139.99",
        ),
        ("duty.order", {"status": "reduced", "total": YUAN}, "CNY 50.05 at reduced rates", "CNY 50.05（优惠税率）"),
        ("duty.order", {"status": "general_trade"}, "outside the limits: general trade", "超出限值：按一般贸易办理"),
        ("duty.parcel", {"status": "exempt", "computed": YUAN}, "CNY 50.05 (not collected)", "CNY 50.05（免征）"),
        ("duty.parcel", {"status": "over_limit"}, "above the value limit: back, or general trade", "超出限值：退运或按一般贸易办理"),
        ("duty.export", {"rate": "20%", "duty": YUAN}, "20% = CNY 50.05", "20% = CNY 50.05"),
    ],
)
def test_an_import_in_brief(topic: str, value: dict[str, Any], en: str, zh: str) -> None:
    brief = in_brief(Found(topic, "1", Text("o", "原"), "found", "duty", value))
    assert brief == Text(en, zh)


def test_the_best_treatment_is_told_with_the_trade_measures_on_top_of_it() -> None:
    amount = {"minor": 570000, "currency": "USD"}
    nothing = {"minor": 0, "currency": "USD"}
    name = {"en": "Section 301, list 3", "zh": "301条款清单3"}
    measures = [{"name": name, "rate": "25%", "duty": amount}, {"name": name, "rate": "free", "duty": nothing}]
    ntr = {"code": "ntr", "name": {"en": "NTR", "zh": "一般税率"}, "rate": "free", "duty": nothing, "measures": measures}
    brief = in_brief(Found("duty.offer", "1", Text("o", "关税"), "found", "duty", {"treatments": [ntr], "best": "ntr"}))
    assert brief is not None
    assert brief.en == "best: NTR free = USD 0.00 + Section 301, list 3 25% = USD 5,700.00"
    assert brief.zh == "最优：一般税率 free = USD 0.00 + 301条款清单3 25% = USD 5,700.00"
