"""The words under which platforms, payment houses, carriers and markets head their columns, by the field that they mean."""

from typing import Literal

Kind = Literal["order", "payment", "waybill", "record"]

COLUMNS: dict[Kind, dict[str, tuple[str, ...]]] = {
    "order": {
        "number": ("order_no", "order", "order number", "订单编号", "订单号"),
        "buyer": ("buyer_id", "buyer", "订购人证件号码", "买家证件号码", "身份证号"),
        "total": ("total", "amount", "order total", "订单总额", "实际支付金额", "实付金额", "金额"),
        "currency": ("currency", "币制", "币种"),
        "day": ("ordered_on", "date", "order date", "下单日期", "下单时间", "订单日期"),
        "consignee": ("consignee", "recipient", "收货人", "收货人姓名", "收件人"),
        "kg": ("net_kg", "net weight", "净重", "商品净重"),
        "indivisible": ("indivisible", "single item", "单件不可分割"),
        "real_name": ("real_name", "实名认证"),
    },
    "payment": {
        "number": ("payment_id", "payment", "payment number", "支付流水号", "支付交易编号", "支付单号"),
        "order": ("order_no", "order", "order number", "订单编号", "订单号"),
        "payer": ("payer_id", "payer", "支付人证件号码", "付款人证件号码"),
        "total": ("amount", "paid", "支付金额", "金额"),
        "currency": ("currency", "币制", "币种"),
        "day": ("paid_on", "date", "支付时间", "支付日期"),
    },
    "waybill": {
        "number": ("waybill_no", "waybill", "waybill number", "运单编号", "物流运单编号", "运单号"),
        "order": ("order_no", "order", "order number", "订单编号", "订单号"),
        "consignee": ("consignee", "recipient", "收货人", "收货人姓名", "收件人"),
        "kg": ("gross_kg", "weight", "gross weight", "毛重", "重量"),
    },
    "record": {
        "number": ("record_id", "record", "交易记录编号", "交易编号", "记录编号"),
        "market": ("market", "market_code", "市场代码", "市场"),
        "stall": ("stall", "stall_id", "摊位号", "商位号", "摊位"),
        "seller": ("seller", "供货商", "卖方", "商户名称"),
        "seller_uscc": ("seller_uscc", "供货商统一社会信用代码"),
        "buyer": ("buyer", "operator", "采购商", "买方", "经营者"),
        "buyer_uscc": ("buyer_uscc", "采购商统一社会信用代码"),
        "buyer_customs_code": ("buyer_customs_code", "海关编码"),
        "agent": ("agent", "代理商", "采购代理"),
        "goods": ("goods", "description", "英文品名"),
        "goods_zh": ("goods_zh", "品名", "商品名称"),
        "hs": ("hs", "code", "hs code", "商品编码", "税号"),
        "brand": ("brand", "品牌"),
        "authorisation": ("authorisation", "品牌授权"),
        "spec": ("spec", "specification", "规格型号", "规格"),
        "quantity": ("quantity", "数量"),
        "unit": ("unit", "单位"),
        "net_kg": ("net_kg", "净重"),
        "packages": ("packages", "件数"),
        "total": ("total", "amount", "总价", "金额"),
        "currency": ("currency", "币制", "币种"),
        "bought_on": ("bought_on", "date", "交易日期", "采购日期"),
        "payment": ("payment", "付款方式"),
        "warehouse": ("warehouse", "交货仓库"),
        "photos": ("photos", "照片"),
        "status": ("status", "状态"),
        "locked_on": ("locked_on", "锁定日期"),
        "container": ("container", "集装箱号", "箱号"),
    },
}
NEEDED: dict[Kind, tuple[str, ...]] = {
    "order": ("number", "total", "day"),
    "payment": ("number", "order", "total", "day"),
    "waybill": ("number", "order"),
    "record": (
        "number",
        "market",
        "stall",
        "seller",
        "buyer",
        "hs",
        "quantity",
        "unit",
        "total",
        "currency",
        "bought_on",
    ),
}
STATUSES = {"草稿": "draft", "锁定": "locked", "已锁定": "locked", "已使用": "used", "作废": "void", "已作废": "void"}


def places_of(kind: Kind, heads: list[str]) -> dict[str, int]:
    """The column of each field, by the headings of a file."""
    plain = {head.strip().lower().lstrip("\ufeff"): place for place, head in reversed(list(enumerate(heads)))}
    found = {}
    for field, words in COLUMNS[kind].items():
        place = next((plain[word] for word in words if word in plain), None)
        if place is not None:
            found[field] = place
    return found
