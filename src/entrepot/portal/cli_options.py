"""What the commands share: the options, a desk on the store, and who is at the keyboard."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from entrepot.portal.exits import FAULTS, complain

if TYPE_CHECKING:
    from entrepot.channels.online import Voice
    from entrepot.portal.desk import Desk

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for other programs.")]
StoreUrl = Annotated[str, typer.Option("--store", help="The store's URL; ENTREPOT_DATABASE otherwise.")]
Day = Annotated[str, typer.Option("--day", help="Draw the sheet for this day (2026-04-01) instead of today.")]
As = Annotated[str, typer.Option("--as", help="In a sandbox: the role you play (exporter, importer, customs …).")]
For = Annotated[
    str, typer.Option("--for", help="In a sandbox: the organisation you play; under a mandate: whom you speak for.")
]
Token = Annotated[
    str,
    typer.Option(
        "--token", envvar="ENTREPOT_TOKEN", help="Your token; in a live store the only way to speak.", show_envvar=True
    ),
]
Mandate = Annotated[str, typer.Option("--mandate", help="At a window: the number of the mandate you act under.")]


@contextmanager
def at_desk(store: str) -> Iterator["Desk"]:
    """A desk on the store, closed at the end."""
    from entrepot.portal.audit.visiting import at_the_door
    from entrepot.portal.setting import open_desk

    desk = open_desk(store)
    command = " ".join(["entrepot", *sys.argv[1:2]])[:60]
    try:
        with at_the_door(lambda: command):
            yield desk
    finally:
        desk.store.close()


def heard(desk: "Desk", token: str, role: str, organisation: str, mandate: str = "") -> "Voice":
    """Who is at the keyboard: by token, or in a sandbox by the role played."""
    from entrepot.channels import online, window

    if token:
        voice = online.voice_of(desk.store, token)
        if voice is None:
            raise complain(
                "the token is unknown, ended or revoked: ask the operator for another",
                FAULTS,
                "令牌无效、已到期或已撤销：请向运营方申领",
            )
        return window.under(voice, mandate, organisation) if mandate else voice
    if desk.store.nature != "sandbox":
        raise complain(
            "a live store hears nobody without a token: set ENTREPOT_TOKEN or give --token",
            FAULTS,
            "正式存储须凭令牌访问：请设置 ENTREPOT_TOKEN 或使用 --token",
        )
    voice = online.rehearsing(role or "exporter", organisation)
    if not voice.standing:
        known = sorted(online.GRANTED | online.OFFICES)
        raise complain(
            f"there is no role {role!r} to play: one of {', '.join(known)}",
            FAULTS,
            f"没有角色 {role!r}：可选 {'、'.join(known)}",
        )
    return voice


def keep_apart(out: Path | None, *inputs: Path) -> None:
    """Complains where a file that is read would be written over."""
    for path in inputs:
        if out is not None and out.exists() and path.exists() and out.samefile(path):
            raise complain(
                f"{out} is read and cannot be written: name another file with --out", FAULTS,
                f"{out} 是输入文件，不能作为输出：请用 --out 指定其他文件",
            )  # fmt: skip


def day_of(text: str) -> Any:
    """A day as written on the command line; None where none is."""
    from datetime import date

    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise complain(
            f"{text!r} is not a day: write it as 2026-04-01", FAULTS, f"{text!r} 不是日期：格式为 2026-04-01"
        ) from error
