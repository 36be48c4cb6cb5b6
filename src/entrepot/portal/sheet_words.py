"""The words of the head of every page and of a dossier's sheet."""

from entrepot.kernel.text import Text

WORDS: dict[str, Text] = {
    "find": Text("Search", "搜索"),
    "find_hint": Text("Contract, container, bill …", "合同号、箱号、提单号…"),
    "find_more": Text(
        "Search by contract, container, bill of lading, declaration or party",
        "按合同号、箱号、提单号、报关单号或当事方搜索",
    ),
    "ways_main": Text("Main pages", "主要页面"),
    "ways_more": Text("More", "更多"),
}
