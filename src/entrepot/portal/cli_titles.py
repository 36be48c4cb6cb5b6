"""`entrepot title …`: bills of lading and warehouse receipts at the keyboard."""

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from entrepot.portal.cli_options import As, For, Json, StoreUrl, Token, at_desk, heard
from entrepot.portal.exits import FAULTS, complain

if TYPE_CHECKING:
    from entrepot.kernel.vocabulary.titles import TitleDocument
    from entrepot.portal.titles import StepTaken

title_app = typer.Typer(
    help="Titles: bills of lading and warehouse receipts, issued and passed on.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Which = Annotated[str, typer.Argument(metavar="TITLE", help="The title's id.")]
To = Annotated[str, typer.Option("--to", help="The organisation that has it from now on.")]
Face = Annotated[Path | None, typer.Option("--document", help="The document of title, as JSON.")]
ACTIONS = (
    "endorse",
    "endorse_blank",
    "transfer",
    "surrender",
    "accept",
    "refuse",
    "amend",
    "to_paper",
    "from_paper",
    "void",
)


@title_app.command("list")
def list_(store: StoreUrl = "", role: As = "", organisation: For = "", token: Token = "", json: Json = False) -> None:
    """Your titles: held, owed to you, issued by you, and those that you gave up."""
    from entrepot.portal.terminal import as_json
    from entrepot.portal.titles_read import mine

    with at_desk(store) as desk:
        page = mine(desk, heard(desk, token, role, organisation))
        if json:
            typer.echo(as_json(page))
            return
        for one in page.titles:
            typer.echo(f"{one.id}  {one.part:8}  {one.kind}  {one.number}  {one.state}  {one.holder or '-'}")


@title_app.command()
def ready(
    name: Annotated[str, typer.Argument(help="The organisation's registered name.")],
    store: StoreUrl = "", role: As = "", organisation: For = "", token: Token = "",
) -> None:  # fmt: skip
    """Make the key by which your organisation holds titles, in the platform's custody; or show the one it has."""
    from entrepot.portal.titles import ready as made

    with at_desk(store) as desk:
        typer.echo(made(desk, heard(desk, token, role, organisation), name).did)


@title_app.command()
def issue(
    to: To, document: Face = None,
    trade: Annotated[str, typer.Option("--trade", help="Draft it from this dossier; with --document say so in it.")] = "",
    title: Annotated[str, typer.Option("--id", help="The title's id; drawn otherwise.")] = "",
    store: StoreUrl = "", role: As = "", organisation: For = "", token: Token = "", json: Json = False,
) -> None:  # fmt: skip
    """Issue a title into the hands of --to."""
    import msgspec

    from entrepot.portal.titles_read import drafted, issue_in_trade

    with at_desk(store) as desk:
        voice = heard(desk, token, role, organisation)
        if document is None and not trade:
            raise complain("give --document, --trade or both", FAULTS, "请给出 --document 或 --trade")
        face = _document(document) if document is not None else drafted(desk, voice, trade)
        face = msgspec.structs.replace(face, trade=trade) if trade else face
        _told(issue_in_trade(desk, voice, face, to, title), json)


@title_app.command()
def draft(
    trade: Annotated[str, typer.Argument(help="The trade's dossier.")],
    store: StoreUrl = "", role: As = "", organisation: For = "", token: Token = "",
) -> None:  # fmt: skip
    """The bill of lading that a trade's dossier says, as JSON: complete it and give it to `issue --document`."""
    from entrepot.modules.titles.rules.steps import plain
    from entrepot.portal.terminal import as_json
    from entrepot.portal.titles_read import drafted

    with at_desk(store) as desk:
        typer.echo(as_json(plain(drafted(desk, heard(desk, token, role, organisation), trade))))


@title_app.command()
def do(
    title: Which,
    action: Annotated[str, typer.Argument(help=", ".join(ACTIONS))],
    to: To = "", purpose: Annotated[str, typer.Option(help="Of a surrender: delivery, amendment, paper, split.")] = "",
    paper: Annotated[str, typer.Option(help="The number of the paper title.")] = "",
    reason: Annotated[str, typer.Option(help="Why, where it is refused or voided.")] = "",
    last: Annotated[bool, typer.Option("--last", help="Of an endorsement: the endorsee may endorse no further.")] = False,
    document: Face = None,
    prepare: Annotated[bool, typer.Option(help="Only print what is to be signed at home, with the bytes to sign.")] = False,
    store: StoreUrl = "", role: As = "", organisation: For = "", token: Token = "", json: Json = False,
) -> None:  # fmt: skip
    """Take a step on a title."""
    from entrepot.gateways.credentials.data_integrity import signing_input
    from entrepot.modules.titles.rules.control import acting_key
    from entrepot.portal import titles
    from entrepot.portal.terminal import as_json

    if action not in ACTIONS:
        raise complain(f"{action!r} is none of {', '.join(ACTIONS)}", FAULTS, f"{action!r} 不是可办事项")
    fields: dict[str, Any] = {"to": to, "purpose": purpose, "paper": paper, "reason": reason}
    fields |= {"onward": not last} if action == "endorse" else {}
    face = _document(document) if document is not None else None
    with at_desk(store) as desk:
        voice = heard(desk, token, role, organisation)
        chosen: Any = action
        if not prepare:
            _told(titles.take(desk, voice, title, chosen, face, **fields), json)
            return
        step = titles.prepared(desk, voice, title, chosen, face, **fields)
        body = titles.to_sign(step, acting_key(titles.opened(desk, voice, title).control, chosen), desk)
        bare = {name: value for name, value in body.items() if name != "proof"}
        typer.echo(as_json({"step": body, "signing_input": signing_input(bare, body["proof"]).hex()}))


@title_app.command()
def say(
    title: Which, file: Annotated[Path, typer.Argument(help="The step signed at home, as JSON.")], document: Face = None,
    store: StoreUrl = "", role: As = "", organisation: For = "", token: Token = "", json: Json = False,
) -> None:  # fmt: skip
    """Hand in a step that was signed at home."""
    from entrepot.portal import titles
    from entrepot.portal.drafts import decoded

    face = _document(document) if document is not None else None
    with at_desk(store) as desk:
        voice = heard(desk, token, role, organisation)
        _told(titles.said(desk, voice, title, decoded(file.read_bytes()), face), json)


@title_app.command()
def split(
    title: Which,
    parts: Annotated[list[str], typer.Argument(metavar="LINE=QUANTITY[,…]…", help="For each part: 1=600 or 1=600,2=0.5.")],
    store: StoreUrl = "", role: As = "", organisation: For = "", token: Token = "", json: Json = False,
) -> None:  # fmt: skip
    """Split what was surrendered for it; for the issuer."""
    from entrepot.portal.titles import divide

    with at_desk(store) as desk:
        for one in divide(desk, heard(desk, token, role, organisation), title, [_share(part) for part in parts]):
            _told(one, json)


@title_app.command()
def show(
    title: Which, store: StoreUrl = "", role: As = "", organisation: For = "", token: Token = "", json: Json = False
) -> None:
    """A title as you may see it: state, control, steps, what you may do now."""
    from entrepot.modules.titles.rules.problems import ACTIONS, STATES
    from entrepot.portal.terminal import as_json
    from entrepot.portal.title_words import KINDS
    from entrepot.portal.titles_read import read

    with at_desk(store) as desk:
        told = read(desk, heard(desk, token, role, organisation), title)
        if json:
            typer.echo(as_json(told))
            return
        control, kind, number = told.control, KINDS[told.document.kind], told.document.number
        then = ("(as it was then) ", "（当时状态）") if told.past else ("", "")
        state = STATES[control.state]
        typer.echo(f"{kind.en} {number}: {state.en} {then[0]}| {kind.zh} {number}：{state.zh}{then[1]}")
        typer.echo(
            f"holder | 持有人 {control.holder or '-'} · endorsee | 被背书人 {control.endorsee or 'in blank 空白'}"
            f" · issuer | 签发人 {control.issuer}"
        )
        for one in told.steps:
            typer.echo(
                f"{one.step.number:3}  {one.step.at}  {one.step.action:13}  {one.step.by} {'→ ' + one.step.to if one.step.to else ''}"
                f"  {ACTIONS[one.step.action].zh}"
            )
        open_ = [f"{one.action} {one.purpose}".strip() for one in told.possible if one.open]
        typer.echo(f"you may | 可办理: {', '.join(open_) or '-'}")


@title_app.command()
def export(
    title: Which, out: Annotated[Path | None, typer.Option(help="The file to write; printed otherwise.")] = None,
    store: StoreUrl = "", role: As = "", organisation: For = "", token: Token = "",
) -> None:  # fmt: skip
    """The title in one file with its chain, signatures and receipts; check it with `entrepot verify FILE --key …`."""
    from entrepot.portal.titles_export import export as exported

    with at_desk(store) as desk:
        data = exported(desk, heard(desk, token, role, organisation), title)
    if out is None:
        typer.echo(data.decode())
    else:
        out.write_bytes(data)


@title_app.command()
def dcsa(title: Which, store: StoreUrl = "", role: As = "", organisation: For = "", token: Token = "") -> None:
    """The title as a DCSA transport document, with what has no place in it and what it lacks."""
    from entrepot.gateways.dcsa.transport_document import written
    from entrepot.portal.terminal import as_json
    from entrepot.portal.titles_read import read

    with at_desk(store) as desk:
        typer.echo(as_json(written(read(desk, heard(desk, token, role, organisation), title).document)))


def _told(taken: "StepTaken", json: bool) -> None:
    from entrepot.portal.terminal import as_json

    typer.echo(as_json(taken) if json else f"{taken.title}  step {taken.step}  {taken.status}  {taken.digest}")


def _document(file: Path) -> "TitleDocument":
    from entrepot.kernel.intake import convert
    from entrepot.kernel.vocabulary.titles import DOCUMENT, TitleDocument
    from entrepot.portal.drafts import decoded

    document: TitleDocument = convert(decoded(file.read_bytes()), TitleDocument, DOCUMENT.name)
    return document


def _share(text: str) -> dict[str, Decimal]:
    share = {}
    for part in text.split(","):
        line, _, quantity = part.partition("=")
        try:
            share[line.strip()] = Decimal(quantity)
        except InvalidOperation:
            raise complain(f"{part!r} is not LINE=QUANTITY", FAULTS, f"{part!r} 格式应为 商品项=数量") from None
    return share
