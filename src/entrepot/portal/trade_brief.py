"""What the rooms of trade modes found, in a few words."""

from collections.abc import Callable, Mapping
from typing import Any

from entrepot.kernel.money import Money
from entrepot.kernel.text import Text

Value = Mapping[str, Any]


def _dollars(value: Value) -> str:
    return str(Money(value["minor"], value["currency"]))


def _lines(value: Value) -> Text:
    count, kinds = len(value["lines"]), value["kinds"]
    merged = sum(bool(line.get("merged")) for line in value["lines"])
    return Text(
        f"{kinds} kinds make {count} lines, {merged} of them merged: {_dollars(value['total'])}",
        f"{kinds} 种商品生成 {count} 项，其中合并 {merged} 项：{_dollars(value['total'])}",
    )


def _trace(value: Value) -> Text:
    gaps = len(value.get("gaps", ()))
    return Text(f"{len(value['rows'])} threads, {gaps} gaps", f"{len(value['rows'])} 条追溯，{gaps} 处缺口")


def _split(value: Value) -> Text:
    others = len(value.get("parts", ()))
    return Text(
        f"{_dollars(value['total'])} with {others} others", f"与另外 {others} 票合计 {_dollars(value['total'])}"
    )


def _check(value: Value) -> Text:
    problems, unchecked = len(value.get("problems", ())), len(value.get("unchecked", ()))
    return Text(f"{problems} problems, {unchecked} things not checked", f"{problems} 处问题，{unchecked} 项未能核查")


def _match(value: Value) -> Text:
    count, agreeing = len(value["orders"]), value.get("agreeing", 0)
    strays = len(value.get("strays", ()))
    return Text(
        f"{agreeing} of {count} orders agree, {strays} papers of no order",
        f"{count} 个订单中 {agreeing} 个一致，{strays} 份单证无对应订单",
    )


def _route(value: Value) -> Text:
    if not value["mode"]:
        left = ", ".join(value.get("open", ()))
        return Text(f"open between {left}", f"待定：{left}")
    return Text(f"{value['mode']} {value['name']['en']}", f"{value['mode']} {value['name']['zh']}")


def _advice(value: Value) -> Text:
    named = ", ".join(one["mode"] for one in value["modes"] if one["state"] == "open") or "-"
    nearly = ", ".join(one["mode"] for one in value["modes"] if one["state"] == "nearly") or "-"
    return Text(f"open: {named}; nearly: {nearly}", f"现可采用：{named}；尚缺条件：{nearly}")


TELLERS: dict[str, Callable[[Value], Text]] = {
    "procurement.lines": _lines,
    "procurement.trace": _trace,
    "procurement.split": _split,
    "procurement.check": _check,
    "ecommerce.check": _check,
    "ecommerce.match": _match,
    "ecommerce.route": _route,
    "ecommerce.advice": _advice,
}
