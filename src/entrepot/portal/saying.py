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
from entrepot.portal.exits import FAULTS, MISUSED, complain

LARGEST_PAPER = 50 * 1024 * 1024


def say_one(desk: Desk, voice: Voice, dossier: str, place: str, body: str, replace: bool, json: bool) -> None:
    """Say one statement, its body given as JSON or as @FILE (@- for standard input)."""
    if not body:
        raise complain("say what: a body as JSON, or @FILE", MISUSED)
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
        for line in bulk(desk, voice, lines_of(stream.read)):
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
    """Hand one paper in; 1 when it could not be read."""
    if file.stat().st_size > LARGEST_PAPER:
        raise complain(f"{file.name} has more than {LARGEST_PAPER >> 20} MB: no paper is that large", FAULTS)
    data = file.read_bytes()
    try:
        taken = desk.take_paper(dossier, file.name, data, voice)
    except Refusal as refusal:
        if keep:
            taken = desk.keep_paper(dossier, file.name, data, voice)
        else:
            terminal.console(error=True).print(terminal.problem_table(refusal.problems, f"{file.name} was refused"))
            return FAULTS
    typer.echo(terminal.as_json(taken)) if json else _show_taken(file.name, taken)
    return 0


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
