"""How commands end: exit codes, and what each error says."""

import typer

FAULTS, MISUSED, NOT_FOUND, NOT_OPEN = 1, 2, 3, 4


class Complaint(Exception):
    """What the person at the keyboard is told, and the exit code."""

    def __init__(self, line: str, code: int) -> None:
        super().__init__(line)
        self.code = code


def complain(line: str, code: int, zh: str = "") -> Complaint:
    """A complaint of one clear line, and the same in Chinese where a trader may read it."""
    return Complaint(f"{line}\n{zh}" if zh else line, code)


def told(error: Exception) -> int | None:
    """Say what went wrong on standard error and give the exit code; None for what nobody foresaw."""
    from entrepot.kernel.intake import Refusal
    from entrepot.kernel.law import LawError
    from entrepot.kernel.module import MiswiredError
    from entrepot.kernel.why import NoSuchPlace
    from entrepot.portal.desk import NoSuchDossier
    from entrepot.store.database import StoreError

    match error:
        case Complaint():
            typer.echo(str(error), err=True)
            return error.code
        case Refusal():
            from entrepot.portal.terminal import console, problem_table

            console(error=True).print(problem_table(error.problems, "Refused: nothing was said"))
            return FAULTS
        case NoSuchDossier():
            typer.echo(
                f"there is no dossier {error} for you: check its name, or say for whom you look (--for ORGANISATION --as ROLE)\n"
                f"没有可供您查看的案卷 {error}：请核对名称，或说明代表谁查看（--for 单位 --as 角色）",
                err=True,
            )
            return NOT_FOUND
        case NoSuchPlace():
            typer.echo(
                f"there is nothing at {error} that you may see: `entrepot read DOSSIER` lists what there is\n"
                f"{error} 处没有可供您查看的内容：可用 entrepot read 案卷 查看全部",
                err=True,
            )
            return NOT_FOUND
        case StoreError() | LawError() | MiswiredError():
            typer.echo(str(error), err=True)
            return NOT_OPEN
        case OSError() if error.strerror:  # no such file, a folder, not allowed, a full disk, one that is only read
            named = f"{error.filename}: " if error.filename else ""
            typer.echo(f"{named}{error.strerror}\n{named}无法读取或写入，请核对路径与权限", err=True)
            return FAULTS
        case _:
            return None
