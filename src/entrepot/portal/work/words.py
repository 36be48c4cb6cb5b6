"""The words of home, my work, lists, search, calendar and talk."""

from entrepot.kernel.text import Text

FIELDS: dict[str, Text] = {
    "mentions": Text("mentions", "提及"),
    "person": Text("person", "人员"),
    "done": Text("done", "已办"),
}
WORDS: dict[str, Text] = {}
