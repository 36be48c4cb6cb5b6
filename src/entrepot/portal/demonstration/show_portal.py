"""The act of the portal and its two channels in a terminal: each scene with what happened, and why it matters to a small exporter."""

from pathlib import Path

from rich.console import Console

from entrepot.kernel.text import Text
from entrepot.portal.demonstration.portal import TwoChannels
from entrepot.portal.demonstration.proving import Scenes, made_anew, show_scenes
from entrepot.portal.desk import Desk

ACT = Text("One portal, two channels", "一个门户，两个渠道")
FOLDER = "demonstration-counter"
SCENES: Scenes[TwoChannels] = (
    (Text("An enterprise registers", "企业登记"),
     Text("A slip in your code is caught at the door, not by customs.", "代码笔误当场发现，而不是到海关才发现。"), TwoChannels.registered),
    (Text("A broker is mandated, and two persons agree", "委托报关，双人复核"),
     Text("Your broker works in your trade; nothing leaves on one person's word.", "报关企业代您办理，任何申报均须两人同意。"),
     TwoChannels.mandated),
    (Text("The window when the network is down", "断网时的窗口"),
     Text("Bring paper on any day: you go home with a receipt that holds.", "任何一天都可凭纸质单证办理，并拿到有效收据。"),
     TwoChannels.at_the_counter),
    (Text("Your own system is told", "自有系统收到通知"),
     Text("Nobody has to look whether customs has answered.", "无需反复查看海关是否答复。"), TwoChannels.told),
    (Text("What was known yesterday", "昨天知道什么"),
     Text("Asked years later, you can show what you knew when you declared.", "多年之后仍可证明申报时所知情况。"), TwoChannels.yesterday),
)  # fmt: skip


def play(console: Console, desk: Desk, home: Path) -> bool:
    """All scenes; whether every check came out as promised. The counter lies in a folder of `home`, made anew."""
    return show_scenes(console, ACT, SCENES, TwoChannels(desk, made_anew(home, FOLDER)))
