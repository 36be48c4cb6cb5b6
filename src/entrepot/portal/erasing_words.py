"""The words of the page of erasing."""

from entrepot.kernel.text import Text

WORDS: dict[str, Text] = {
    "erasing": Text("Erase by law", "依法删除"),
    "erasing_about": Text(
        "words and papers go; leaves, receipts and the record of who erased them stay",
        "删除内容与单证；日志叶、凭证及删除记录保留",
    ),
    "erasing_before": Text("Erased before", "已删除"),
    "erasing_confirm": Text("erase exactly this; it cannot be undone", "确认删除以上内容，不可恢复"),
    "erasing_copies": Text("Other statements that may hold the same words", "可能含有相同内容的其他陈述"),
    "erasing_despite": Text("decided on duties to keep that nobody is sure of", "对不确定的保存义务所作决定"),
    "erasing_done": Text("Erased, and said so in the record.", "已删除，并已记入档案。"),
    "erasing_elsewhere": Text("also in:", "亦存于："),
    "erasing_go": Text("Go on", "继续"),
    "erasing_ground": Text("ground", "依据"),
    "erasing_keep": Text("to be kept until", "须保存至"),
    "erasing_look": Text("Show what would go", "查看拟删除内容"),
    "erasing_paper": Text("paper", "单证"),
    "erasing_place": Text("where", "位置"),
    "erasing_plan": Text("What would be erased", "拟删除内容"),
    "erasing_reason": Text("reason", "理由"),
    "erasing_references": Text(
        "statements (id), papers (SHA-256) or places (trade.party/exporter), a line each",
        "陈述编号、单证 SHA-256 或位置（如 trade.party/exporter），每行一个",
    ),
    "erasing_request": Text("number of the request or order", "请求或命令编号"),
    "erasing_said": Text("said", "陈述日期"),
    "erasing_statement": Text("statement", "陈述"),
    "erasing_what": Text("what", "对象"),
}
_FIELDS_ZH = (
    "ground 依据|request 请求编号|despite 保存义务决定|again 恢复后再次删除|article 条款|law 法律|entry 日志条目"
    "|duty 义务|duties 保存义务|covers 涵盖范围"
)
FIELDS: dict[str, Text] = {
    name: Text(name.replace("_", " "), zh) for name, _, zh in (entry.partition(" ") for entry in _FIELDS_ZH.split("|"))
}
