"""The command line: a thin skin over the desk. Everything heavy is imported by the command that needs it."""

import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from entrepot.portal import cli_backup, cli_drafting, cli_erasing, cli_issuing, cli_verify
from entrepot.portal.audit import cli as auditing
from entrepot.portal.broker.cli import work_app
from entrepot.portal.cli_accounts import accounts_app
from entrepot.portal.cli_client import client_app
from entrepot.portal.cli_log import log_app
from entrepot.portal.cli_mandates import mandate_app
from entrepot.portal.cli_market import market_app
from entrepot.portal.cli_message import message_app
from entrepot.portal.cli_options import As, Day, For, Json, Mandate, StoreUrl, Token, at_desk, day_of, heard
from entrepot.portal.cli_orders import orders_app
from entrepot.portal.cli_packs import pack_app
from entrepot.portal.cli_screening import screen, screening_app
from entrepot.portal.cli_titles import title_app
from entrepot.portal.cli_tokens import token_app
from entrepot.portal.counter import cli as cli_counter
from entrepot.portal.exits import FAULTS, complain
from entrepot.portal.office import cli as office
from entrepot.portal.printing import cli as printing
from entrepot.portal.push.cli import subscriptions_app
from entrepot.portal.work import cli as finding

if TYPE_CHECKING:
    pass

EPILOG = (
    "Ends with 0 when done, 1 when something was refused or a case failed, 2 when the command was not understood, "
    "3 when there is no such dossier or place for you, 4 when the store or the packs cannot be opened."
)
app = typer.Typer(
    help="Entrepôt: a trade is entered once; it is filed, priced, proven and refunded, and every number can be asked why.",
    epilog=EPILOG,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
new_app = typer.Typer(help="Write the empty shape of something new.", no_args_is_help=True, rich_markup_mode=None)
cli_backup.register(app)
cli_verify.register(app)
cli_drafting.register(app)
cli_erasing.register(app)
printing.register(app)
auditing.register(app)
office.register(app)
finding.register(app)
cli_issuing.register(app)
cli_counter.register(app)
app.add_typer(pack_app, name="pack")
app.add_typer(client_app, name="client")
app.add_typer(token_app, name="token")
app.add_typer(subscriptions_app, name="subscriptions")
app.add_typer(accounts_app, name="accounts")
app.add_typer(new_app, name="new")
app.add_typer(work_app, name="work")
app.add_typer(message_app, name="message")
app.add_typer(market_app, name="market")
app.add_typer(mandate_app, name="mandate")
app.add_typer(log_app, name="log")
app.add_typer(orders_app, name="orders")
app.add_typer(screening_app, name="screening")
app.add_typer(title_app, name="title")
app.command()(screen)

@app.command()
def demo(
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve the portal on what was made.")] = False,
    host: str = "127.0.0.1",
    port: int = 8000,
) -> None:
    """Play the main job: an exporter's papers in, declaration, origin, duty, refund and proof out."""
    from entrepot.portal.demo import run_demo

    raise typer.Exit(run_demo(serve, host, port))


@app.command()
def serve(
    store: StoreUrl = "", host: str = "127.0.0.1", port: int = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes, each with its own desk; PostgreSQL alone.")] = 1,
    log_format: Annotated[Literal["text", "json"], typer.Option(help="json: one object a line, for collectors.")] = "text",
) -> None:  # fmt: skip
    """Serve the portal and the API; SIGHUP loads new code without losing a request."""
    from entrepot.portal.serving import serve as serve_portal

    serve_portal(store, host, port, workers, log_format)


@app.command()
def say(
    where: Annotated[str, typer.Argument(metavar="DOSSIER|FILE.ndjson", help="The dossier, or a file with one statement a line.")],
    topic: Annotated[str, typer.Argument(metavar="[TOPIC[/KEY]]", help="What it is about: `goods.line/1`.")] = "",
    body: Annotated[str, typer.Argument(metavar="[JSON|@FILE]", help="The value as JSON, or @ and the file that holds it.")] = "",
    replace: Annotated[bool, typer.Option("--replace", help="Take the place of what your organisation said there before.")] = False,
    store: StoreUrl = "", role: As = "", organisation: For = "", token: Token = "", mandate: Mandate = "", json: Json = False,
) -> None:  # fmt: skip
    """Say something in a dossier: `say D1 dossier.opened '{"kind": "trade", "reference": "PO-1"}'` opens one."""
    from entrepot.portal import saying

    with at_desk(store) as desk:
        voice = heard(desk, token, role, organisation, mandate)
        if not topic:
            raise typer.Exit(saying.say_file(desk, voice, Path(where), json))
        saying.say_one(desk, voice, where, topic, body, replace, json)


@app.command()
def read(
    dossier: Annotated[str, typer.Argument(help="The dossier; all of yours where none is named.")] = "",
    day: Day = "",
    as_of: Annotated[str, typer.Option("--as-of", help="As it stood at a moment: 2026-04-01, 2026-04-01T12:00:00Z.")] = "",
    store: StoreUrl = "", role: As = "", organisation: For = "", token: Token = "", mandate: Mandate = "", json: Json = False,
) -> None:  # fmt: skip
    """Show a dossier's sheet as you may see it: said, found, waiting for whom."""
    from entrepot.portal import terminal

    with at_desk(store) as desk:
        voice = heard(desk, token, role, organisation, mandate)
        if not dossier:
            page = desk.dossiers(voice)
            typer.echo(terminal.as_json(page)) if json else terminal.show_dossiers(terminal.console(), page.dossiers)
            return
        if as_of:
            auditing.read_then(desk, voice, dossier, as_of, json)
            return
        reading = desk.read(dossier, voice, day_of(day))
        typer.echo(terminal.as_json(reading)) if json else terminal.show_reading(terminal.console(), reading)


@app.command()
def landed(
    dossier: str, day: Day = "", store: StoreUrl = "", role: As = "", organisation: For = "", token: Token = "", json: Json = False,
) -> None:
    """What the goods cost at the buyer's door under each treatment, best first: duty, taxes, costs, papers, what is missing."""
    from entrepot.portal import terminal

    with at_desk(store) as desk:
        reading = desk.read(dossier, heard(desk, token, role, organisation), day_of(day))
        shown = [one for one in reading.findings if one.topic == "landed.cost"]
        typer.echo(terminal.as_json(shown)) if json else terminal.show_landed(terminal.console(), shown)


@app.command()
def ways(
    dossier: str, day: Day = "", store: StoreUrl = "", role: As = "", organisation: For = "", token: Token = "", json: Json = False,
) -> None:
    """The cheapest legal way in, for all lines and for each: which agreement to use, what it saves, which papers it takes."""
    from entrepot.portal import choosing, terminal

    with at_desk(store) as desk:
        reading = desk.read(dossier, heard(desk, token, role, organisation), day_of(day))
        shown = [one for one in reading.findings if one.topic in (choosing.TOTAL, choosing.LINE)]
        typer.echo(terminal.as_json(shown)) if json else choosing.show(terminal.console(), shown)


@app.command()
def modes(
    dossier: str, day: Day = "", store: StoreUrl = "", role: As = "", organisation: For = "", token: Token = "", json: Json = False,
) -> None:
    """The customs modes open to this trade side by side: tax, time, foreign exchange, proof, and what is missing for each."""
    from entrepot.portal import terminal
    from entrepot.portal.cli_market import show_modes

    with at_desk(store) as desk:
        reading = desk.read(dossier, heard(desk, token, role, organisation), day_of(day))
        shown = [one for one in reading.findings if one.topic in ("ecommerce.route", "ecommerce.advice")]
        typer.echo(terminal.as_json(shown)) if json else show_modes(shown)


@app.command()
def certificate(
    dossier: str, day: Day = "", store: StoreUrl = "", role: As = "", organisation: For = "", token: Token = "", json: Json = False,
) -> None:
    """The certificate of origin as drafted, box by box with where each comes from; it is asked for by `say … certificate.request`."""
    from entrepot.portal import choosing, terminal

    with at_desk(store) as desk:
        reading = desk.read(dossier, heard(desk, token, role, organisation), day_of(day))
        shown = [one for one in reading.findings if one.topic == choosing.CERTIFICATE]
        typer.echo(terminal.as_json(shown)) if json else choosing.show(terminal.console(), shown)


@app.command()
def why(
    dossier: str,
    place: Annotated[str, typer.Argument(metavar="TOPIC[/KEY][.FIELD]", help="`duty.offer/1` or `duty.offer/1.saving`.")],
    day: Day = "", store: StoreUrl = "", role: As = "", organisation: For = "", token: Token = "", json: Json = False,
) -> None:  # fmt: skip
    """Why is it so: down to the row of law, the statement, the paper and the place in it."""
    from entrepot.portal import terminal
    from entrepot.portal.saying import at_place

    with at_desk(store) as desk:
        topic, field = at_place(desk.registry, place)
        tree = desk.why(dossier, topic, heard(desk, token, role, organisation), field, day_of(day))
        typer.echo(terminal.as_json(tree)) if json else terminal.show_why(terminal.console(), tree)


@app.command()
def send(
    dossier: str, topic: str,
    digest: Annotated[str, typer.Option(help="Of the value you saw (from `read --json`); that of the sheet now where not given.")] = "",
    confirm: Annotated[str, typer.Option(help="The reason for which you confirm a finding that needs review.")] = "",
    store: StoreUrl = "", role: As = "", organisation: For = "", token: Token = "", mandate: Mandate = "", json: Json = False,
) -> None:  # fmt: skip
    """Send a finding to its office; refused when it moved since you saw it."""
    from entrepot.portal import saying, terminal

    with at_desk(store) as desk:
        voice = heard(desk, token, role, organisation, mandate)
        sent = desk.send(dossier, topic, digest or saying.digest_now(desk, dossier, topic, voice), voice, confirm)
        text = f"{sent.status}: message {sent.message}" + "".join(f"\nanswered: {answer}" for answer in sent.answers)
        typer.echo(terminal.as_json(sent) if json else text)


@app.command()
def paper(
    dossier: str, files: list[Path],
    keep: Annotated[bool, typer.Option("--keep", help="Keep papers that cannot be read, as evidence.")] = False,
    store: StoreUrl = "", role: As = "", organisation: For = "", token: Token = "", mandate: Mandate = "", json: Json = False,
) -> None:  # fmt: skip
    """Hand papers in: PDF, scans and photographs, UBL, CII, xlsx, csv or JSON. Says what was read, what was not, and what is in
    doubt; `answer` confirms or corrects it."""
    from entrepot.portal import saying

    with at_desk(store) as desk:
        voice = heard(desk, token, role, organisation, mandate)
        raise typer.Exit(max([saying.hand_in(desk, voice, dossier, file, keep, json) for file in files]))


@app.command()
def answer(
    dossier: str,
    digest: Annotated[
        str,
        typer.Argument(
            metavar="N|PAPER",
            help="The number of a question, as `questions` lists them; or a paper, by the beginning of its digest: its doubts are shown.",
        ),
    ],
    fields: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[VALUE|NAME=VALUE]…",
            help="Of a question: `:2` for its second choice, a value, or one for each of its blanks. Of a paper: TOPIC/KEY.FIELD "
            "as read; with = as you read it; with = and nothing: not on it.",
        ),
    ] = None,
    store: StoreUrl = "", role: As = "", organisation: For = "", token: Token = "", mandate: Mandate = "", json: Json = False,
) -> None:  # fmt: skip
    """Answer a question of the draft: `answer D1 2 packages=20 gross_kg=25240`; or confirm or correct what was read from a paper
    without certainty: without fields, it is shown."""
    from entrepot.portal import saying

    with at_desk(store) as desk:
        voice = heard(desk, token, role, organisation, mandate)
        if digest.isdecimal() and len(digest) < cli_drafting.SHORTEST_DIGEST:
            cli_drafting.answer(desk, voice, dossier, int(digest), fields or [], json)
            return
        saying.answer(desk, voice, dossier, digest, fields or [], json)


@app.command("classify")
def classify_(
    text: Annotated[str, typer.Argument(help="What the goods are, in English or Chinese.")] = "",
    file: Annotated[Path | None, typer.Option("--file", help="Many: a CSV with a column `text`, or NDJSON.")] = None,
    out: Annotated[Path | None, typer.Option(help="With --file: the NDJSON to write; printed otherwise.")] = None,
    top: Annotated[int, typer.Option(help="How many candidates at most.")] = 5,
    to: Annotated[str, typer.Option(help="Where the goods go (JPN): tells the duty of the leading two.")] = "",
    answer: Annotated[list[str] | None, typer.Option(help="An answer to a question: material=cotton.")] = None,
    lang: Annotated[Literal["en", "zh"], typer.Option(help="In which language to answer.")] = "en",
    store: StoreUrl = "", role: As = "", organisation: For = "", token: Token = "", json: Json = False,
) -> None:  # fmt: skip
    """Suggest goods codes of the Harmonized System for a description, with the one question that would tell."""
    from entrepot.portal import cli_classify
    from entrepot.portal.classifying import Asked
    from entrepot.portal.setting import trained_classifier

    answers = {one.partition("=")[0]: one.partition("=")[2] for one in answer or ()}
    asked = Asked(text, answers, to, top=top)
    with at_desk(store) as desk:
        voice = heard(desk, token, role, organisation)
        trained_classifier(partial(typer.echo, err=True))
        if file is not None:
            raise typer.Exit(cli_classify.many(desk, voice, file, out, asked))
        raise typer.Exit(cli_classify.one(desk, voice, asked, lang, json))


@app.command()
def receipt(
    dossier: str, submission: str,
    cose: Annotated[Path | None, typer.Option(help="Write it as COSE (RFC 9942) into this file instead.")] = None,
    stamped: Annotated[bool, typer.Option("--stamped", help="From the last checkpoint that bears a timestamp.")] = False,
    witnessed: Annotated[bool, typer.Option("--witnessed", help="From the last that the witnesses of ENTREPOT_POLICY cosigned.")] = False,
    store: StoreUrl = "", role: As = "", organisation: For = "", token: Token = "",
) -> None:  # fmt: skip
    """Print the signed receipt of a statement."""
    from entrepot.portal.scitt import cose_receipt
    from entrepot.portal.setting import policy

    trusted = policy() if witnessed else None
    if witnessed and trusted is None:
        raise complain("no witnesses are named: set ENTREPOT_POLICY to the file that names them", FAULTS, "请以 ENTREPOT_POLICY 指定见证方")
    with at_desk(store) as desk:
        voice = heard(desk, token, role, organisation)
        if cose is not None:
            cose.write_bytes(cose_receipt(desk, dossier, submission, voice))
        else:
            typer.echo(desk.receipt(dossier, submission, voice, stamped, trusted), nl=False)


@app.command()
def cases(
    files: list[Path], module: Annotated[str, typer.Option(help="Only cases of this module.")] = "", json: Json = False
) -> None:
    """Run lawyers' cases (the packs' cases.toml form); ends with 1 when one fails."""
    from entrepot.portal import laboratory

    raise typer.Exit(laboratory.run_files(files, module, json))


@app.command()
def topics(
    name: Annotated[str, typer.Argument(help="One topic: its schema and an example.")] = "", json: Json = False
) -> None:
    """List what can be said and found, by whom; or show one topic with its schema and an example."""
    from entrepot.portal import laboratory

    raise typer.Exit(laboratory.show_topics(name, json))


@app.command()
def rules(
    json: Json = False, markdown: Annotated[bool, typer.Option("--markdown", help="Print a page of Markdown.")] = False
) -> None:
    """List the rules of the declaration; as JSON or Markdown with the places and messages of each."""
    from entrepot.portal import laboratory

    laboratory.show_rules(json, markdown)


@app.command()
def check(
    store: StoreUrl = "", deploy: Annotated[bool, typer.Option("--deploy", help="Tell all that is not fit for the internet.")] = False,
    json: Json = False,
) -> None:  # fmt: skip
    """Look whether everything is in order: wiring, packs, store and log."""
    from entrepot.portal import cli_deploy, laboratory

    with at_desk(store) as desk:
        raise typer.Exit(cli_deploy.show(desk, json) if deploy else laboratory.check(desk))


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def bench(context: typer.Context) -> None:
    """Measure, beside a baseline of the same run: `bench [NAME …]`, `bench --write`."""
    from entrepot.portal.bench import main as run_benches

    raise typer.Exit(run_benches(context.args))


@app.command()
def train(what: Annotated[str, typer.Argument(help="classification")]) -> None:
    """Train what is learned from the packs, where they changed."""
    from entrepot.gateways.classifier import load_classifier
    from entrepot.portal.setting import home, law

    if what != "classification":
        raise complain(f"there is nothing to train by the name {what!r}: say classification", FAULTS)
    trained = load_classifier(law(), home() / "classifier", typer.echo)
    typer.echo(f"{len(trained.model.codes):,} subheadings, {len(trained.model.code_of):,} texts; digest {trained.digest[:16]}")


@new_app.command("module")
def new_room(name: str, root: Annotated[Path, typer.Option(help="The checkout.")] = Path()) -> None:
    """Write an empty room that passes the anatomy test, and put it on the list."""
    from entrepot.portal.new_module import NotMade, new_module

    try:
        for path in new_module(root.resolve(), name):
            typer.echo(path)
    except NotMade as error:
        raise complain(str(error), FAULTS) from error


SOURCES = frozenset({"pack", "new"})  # what these write is for everybody who works in the checkout


def main() -> None:
    """The command. Bad input gets one clear line and its problems, never a traceback. What it writes is for its owner alone:
    stores, papers, keys, accounts."""
    from entrepot.portal.exits import told

    if not SOURCES.intersection(sys.argv[1:2]):
        os.umask(0o077)
    try:
        app()
    except Exception as error:
        code = told(error)
        if code is None:
            raise
        sys.exit(code)
    except KeyboardInterrupt:
        sys.exit(130)
