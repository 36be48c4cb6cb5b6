"""The words of counters."""

from entrepot.kernel.text import Text

FIELDS: dict[str, Text] = {
    "counter": Text("counter", "窗口单位"),
    "ticket": Text("ticket", "号码"),
    "way": Text("way of speaking", "办理方式"),
    "spoke": Text("who spoke, and how known", "来人及身份核实"),
    "consent": Text("agreed to", "同意事项"),
    "skew_s": Text("clock ahead, seconds", "时钟偏快（秒）"),
}
