"""The words of counters."""

from entrepot.kernel.text import Text

FIELDS: dict[str, Text] = {
    "counter": Text("counter", "窗口单位"),
    "skew_s": Text("clock ahead, seconds", "时钟偏快（秒）"),
}
