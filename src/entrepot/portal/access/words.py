"""The words of mandates, rules of sending and the second person."""

from entrepot.kernel.text import Text

_FIELDS_ZH = """
activities 经营范围|address_zh 中文地址|agent 受托单位|agent_name 受托单位名称|email 电子邮箱|may_send 可代为发送|modes 监管方式
phone 电话|revoked 撤销原因|two_persons 须双人复核的事项
"""
FIELDS: dict[str, Text] = {
    name: Text(name.replace("_", " "), zh)
    for name, _, zh in (entry.partition(" ") for line in _FIELDS_ZH.split("\n") for entry in line.split("|") if entry)
}
WORDS: dict[str, Text] = {}
