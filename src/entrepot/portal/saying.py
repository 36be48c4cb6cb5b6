"""What the commands that speak do: one statement, a file of them, a paper."""

import sys
from pathlib import Path

import typer

from entrepot.channels.online import Voice
from entrepot.kernel.intake import Refusal
from entrepot.kernel.module import Registry
from entrepot.kernel.why import NoSuchPlace
from entrepot.portal import terminal
from entrepot.portal.bulk import bulk, encoded, lines_of
from entrepot.portal.desk import Desk, Taken
from entrepot.portal.drafts import Draft, decoded
from entrepot.portal.exits import FAULTS, MISUSED, Complaint, complain, told

LARGEST_PAPER = 50 * 1024 * 1024


def say_one(desk: Desk, voice: Voice, dossier: str, place: str, body: str, replace: bool, json: bool) -> None:
    """Say one statement, its body given as JSON or as @FILE (@- for standard input)."""
    if not body:
        raise complain("say what: a body as JSON, or @FILE", MISUSED, "请填写内容：JSON 或 @文件")
    topic, _, key = place.partition("/")
    text: str | bytes = body
    if body.startswith("@"):
        text = sys.stdin.buffer.read() if body == "@-" else Path(body[1:]).read_bytes()
    replaces = own_words(desk, voice, dossier, topic, key) if replace else ()
    said = desk.say(dossier, [Draft(topic, decoded(text), key, replaces=replaces)], voice)
    if json:
        typer.echo(terminal.as_json(said))
    else:
        for one in said.said:
            typer.echo(f"said {one}")


def own_words(desk: Desk, voice: Voice, dossier: str, topic: str, key: str) -> tuple[str, ...]:
    """What the speaker's organisation has said on a topic and key so far."""
    facts = desk.read(dossier, voice).facts
    here = (s for fact in facts if (fact.topic, fact.key) == (topic, key) for s in fact.statements)
    return tuple(s.id for s in here if s.organisation == voice.organisation)


def say_file(desk: Desk, voice: Voice, path: Path, json: bool) -> int:
    """Say every line of a file; the exit code is 1 when a line was refused."""
    counts = {"said": 0, "already": 0, "refused": 0}
    with path.open("rb") as stream:
        for line in bulk(desk, lambda: voice, lines_of(stream.read)):
            counts[line.status] += 1
            if json:
                typer.echo(encoded(line), nl=False)
            else:
                for problem in line.problems:
                    typer.echo(f"line {line.line}: {problem.sentence()}", err=True)
    if not json:
        typer.echo(f"{counts['said']} said, {counts['already']} on file already, {counts['refused']} refused")
    return FAULTS if counts["refused"] else 0


def at_place(registry: Registry, place: str) -> tuple[str, str]:
    """`topic/key.field` parted into `topic/key` and the field. A key may hold points: the longest topic on file counts."""
    topic, slash, rest = place.partition("/")
    if slash and registry.topics.get(topic) is not None:
        key, _, field = rest.partition(".")
        return f"{topic}/{key}", field
    parts = topic.split(".")
    for length in range(len(parts), 1, -1):
        if ".".join(parts[:length]) in registry.topics:
            return ".".join(parts[:length]), ".".join(parts[length:]) + (f"/{rest}" if rest else "")
    raise NoSuchPlace(place)


def digest_now(desk: Desk, dossier: str, topic: str, voice: Voice) -> str:
    """The digest of a finding as the sheet stands now."""
    return next((f.digest for f in desk.read(dossier, voice).findings if f.topic == topic), "")


def hand_in(desk: Desk, voice: Voice, dossier: str, file: Path, keep: bool, json: bool) -> int:
    """Hand one paper in; 1 when it could not be read, which keeps no other back."""
    try:
        return _handed_in(desk, voice, dossier, file, keep, json)
    except (OSError, Complaint) as error:
        code = told(error)
        if code is None:
            raise
        return code


def _handed_in(desk: Desk, voice: Voice, dossier: str, file: Path, keep: bool, json: bool) -> int:
    if file.stat().st_size > LARGEST_PAPER:
        raise complain(
            f"{file.name} has more than {LARGEST_PAPER >> 20} MB: hand its parts in apart",
            FAULTS,
            f"{file.name} 超过 {LARGEST_PAPER >> 20} MB：请拆分后提交",
        )
    data = file.read_bytes()
    try:
        taken = _taken(desk, dossier, file.name, data, voice)
    except Refusal as refusal:
        if keep:
            taken = desk.keep_paper(dossier, file.name, data, voice)
        else:
            terminal.console(error=True).print(terminal.problem_table(refusal.problems, f"{file.name} was refused"))
            return FAULTS
    typer.echo(terminal.as_json(taken)) if json else _show_taken(file.name, taken)
    return 0


def _taken(desk: Desk, dossier: str, name: str, data: bytes, voice: Voice) -> Taken:
    """Read a paper, showing how far it is where pages have to be read off pictures."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    bars = Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=terminal.console(True))
    with bars as progress:
        task = None

        def count(done: int, pages: int) -> None:
            nonlocal task
            if task is None:
                task = progress.add_task(f"reading {name}", total=pages)
            progress.update(task, completed=done)

        taken = desk.take_paper(dossier, name, data, voice, count)
        if task is not None:
            progress.update(task, completed=progress.tasks[0].total)
    return taken


def answer(desk: Desk, voice: Voice, dossier: str, digest: str, fields: list[str], json: bool) -> None:
    """Answer doubts about a paper: `goods.line/1.amount` as it was read, `goods.line/1.amount=USD 12.50` otherwise, and
    `goods.line/1.amount=` where the paper has no such thing. Without fields the doubts are shown."""
    known = [d for d in sorted(desk.papers_to_have(dossier, voice)) if d.startswith(digest)]
    if len(known) != 1:
        raise NoSuchPlace(digest)
    read = desk.paper(dossier, known[0], voice)
    if not fields:
        show = terminal.doubt_table(read.doubts) if read.doubts else "nothing is in doubt · 没有待确认内容"
        typer.echo(terminal.as_json(read)) if json else terminal.console().print(show)
        return
    answers: dict[str, dict[str, str | None]] = {}
    open_ = {(f"{one.topic}/{one.key}" if one.key else one.topic, one.field): one.value for one in read.doubts}
    for text in fields:
        place, given, value = text.partition("=")
        at, field = at_place(desk.registry, place)
        answers.setdefault(at, {})[field] = (value or None) if given else open_.get((at, field), "")
    said = desk.answer(dossier, known[0], answers, voice)
    typer.echo(terminal.as_json(said) if json else "\n".join(f"said {one}" for one in said.said))


def _show_taken(name: str, taken: Taken) -> None:
    out = terminal.console()
    again = "" if taken.said.said else " (handed in before)"
    out.print(
        f"[bold]{name}[/bold]: {taken.kind}, {len(taken.read)} statements read{again}: {', '.join(taken.read)}",
        markup=True,
    )
    for text in taken.unread:
        out.print(f"  not read: {text.en}", markup=False)
    if taken.problems:
        out.print(terminal.problem_table(taken.problems))
    if taken.doubtful:
        out.print(terminal.doubt_table(taken.doubtful))
        first = terminal.place(taken.doubtful[0].topic, taken.doubtful[0].key)
        out.print(
            f"  to confirm · 确认: entrepot answer DOSSIER {taken.digest[:12]} '{first}.{taken.doubtful[0].field}'\n"
            f"  to correct · 更正: entrepot answer DOSSIER {taken.digest[:12]} '{first}.{taken.doubtful[0].field}=VALUE'",
            markup=False,
        )
