"""The act of evidence in a terminal: each scene with what happened, what was checked, and why it matters to a small exporter."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from os.path import relpath
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.markup import escape
from rich.rule import Rule

from entrepot.kernel.intake import Refusal
from entrepot.kernel.text import Text
from entrepot.portal.demonstration.evidence import Evidence, Line
from entrepot.portal.desk import Desk

Teller = TypeVar("Teller")
Act = tuple[Text, Text, Callable[[Teller], tuple[Line, ...]]]  # title, why it matters to a small exporter, what is done
Scenes = tuple[Act[Teller], ...]

ACT = Text("Evidence", "证据")
FOLDER = "demonstration-evidence"
FAULTS = (
    Refusal,
    RuntimeError,
    OSError,
    subprocess.SubprocessError,
)  # what may be wrong with the machine, or with the story
SCENES: Scenes[Evidence] = (
    (Text("A signed invoice, checked without us", "签名发票，无需平台即可核验"),
     Text("A buyer or bank abroad checks your invoice in a minute, without calling you or us.",
          "国外买方或银行一分钟内自行核验，无需致电任何人。"), Evidence.signed_invoice),
    (Text("The bank sees amounts and parties, no more", "银行只见金额与当事方"),
     Text("You get your credit line; your goods and unit prices stay yours.", "融资照办，品名与单价不外泄。"), Evidence.shown_in_part),
    (Text("A bill of lading changes hands", "电子提单流转"),
     Text("Whoever pays holds the goods, and nobody else can: no courier, no second sale.",
          "付款者独占货权：无需快递正本，不可一货二卖。"), Evidence.passed_on),
    (Text("Erased by law, still provable", "依法删除，仍可证明"),
     Text("You honour a person's request, and can still prove that you kept the law.", "既尊重个人请求，又能证明自己守法。"),
     Evidence.erased),
    (Text("The log's key is changed", "日志密钥更换"),
     Text("What was proven to your buyer last year stays proven.", "去年向买方出示的证明依然有效。"), Evidence.new_key),
    (Text("Backed up and restored", "备份与恢复"),
     Text("Should the platform burn down, your evidence does not.", "平台即使毁损，您的证据仍在。"), Evidence.restored),
    (Text("Watched by others, and a lie is caught", "他方见证，谎言必现"),
     Text("Nobody can show your bank one history and you another, not even this platform.",
          "任何人（包括本平台）都无法向您和银行出示两套历史。"), Evidence.watched),
)  # fmt: skip


def play(console: Console, desk: Desk, home: Path) -> bool:
    """All scenes; whether every check came out as promised. What they make lies in a folder of `home`, made anew."""
    folder = made_anew(home, FOLDER)
    evidence = Evidence(desk, folder)
    kept = show_scenes(console, ACT, SCENES, evidence)
    if kept:
        _command(console, folder, evidence.operator_did)
    return kept


def made_anew(home: Path, name: str) -> Path:
    """An empty folder of `home`; what an earlier showing left in it is gone."""
    folder = home.resolve() / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def show_scenes(console: Console, act: Text, scenes: Scenes[Teller], teller: Teller) -> bool:
    """The scenes one after the other; whether every check came out as promised. The first that cannot go on ends them."""
    console.print(Rule(f"{act.en} · {act.zh}", align="left"))
    kept = True
    for number, (title, why, scene) in enumerate(scenes, 1):
        try:
            lines = scene(teller)
        except FAULTS as error:
            console.print(f"[red]{title.en} · {title.zh}: {escape(str(error))}[/red]")
            return False
        console.print(f"[bold]{number}. {title.en} · {title.zh}[/bold]")
        for line in lines:
            _show_line(console, line)
        console.print(f"  [italic]{why.en} {why.zh}[/italic]")
        kept = kept and all(line.kept for line in lines)
    return kept


def _command(console: Console, folder: Path, operator: str) -> None:
    """What to type to check the invoice oneself, trusting the log's first key, the operator and nobody else."""
    shown = Path(relpath(folder)).as_posix()
    lists = " ".join(f"--status {shown}/{name}.json" for name in ("revocation", "suspension"))
    console.print("  Check it yourself, offline · 自行离线核验：")
    console.print(
        f"{relpath(sys.executable)} -m entrepot verify {shown}/invoice.pdf --keys {shown}/keys.txt --root {shown}/root.pem {lists} "
        f"--trust {operator}=Operator",
        soft_wrap=True,
    )


def _show_line(console: Console, line: Line) -> None:
    """A line, short enough for one row; red and loud where it is not what was promised."""
    mark = {None: "·", True: "[green]✓[/green]", False: "[red]✗[/red]"}[line.accepted]
    loud = "" if line.kept else " [bold red]NOT AS PROMISED · 与预期不符[/bold red]"
    console.print(f"  {mark} {escape(line.text.en)} [dim]{escape(line.text.zh)}[/dim]{loud}")
