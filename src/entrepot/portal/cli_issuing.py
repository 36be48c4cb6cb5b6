"""`entrepot issue`, `documents`, `revoke`, `disclose` and `key`: signed documents at the keyboard."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from entrepot.portal.cli_options import As, For, Json, Mandate, StoreUrl, Token, at_desk, heard
from entrepot.portal.exits import FAULTS, complain

if TYPE_CHECKING:
    from entrepot.channels.online import Voice
    from entrepot.portal.desk import Desk
    from entrepot.portal.issuing import Issuable
    from entrepot.portal.issuing_keys import KeyHeld

key_app = typer.Typer(help="The keys with which your organisation signs.", no_args_is_help=True, rich_markup_mode=None)
Reason = Annotated[str, typer.Option("--reason", help="Why; it stands in the record.")]


def issue(
    dossier: str,
    kind: Annotated[str, typer.Argument(help="invoice, contract, origin, declaration, receipt, inspection/R1, payment/B1.")],
    confirm: Annotated[str, typer.Option("--confirm", help="The reason for which you confirm what needs review.")] = "",
    replaces: Annotated[str, typer.Option("--replaces", help="The document in whose place this one comes.")] = "",
    out: Annotated[Path | None, typer.Option("--out", help="Write credential, PDF and receipt into this folder.")] = None,
    prepare: Annotated[Path | None, typer.Option("--prepare", help="With a key of your own: write what to sign into this file.")] = None,
    signed: Annotated[Path | None, typer.Option("--signed", help="With a key of your own: the document with its proof.")] = None,
    store: StoreUrl = "", role: As = "", organisation: For = "", token: Token = "", mandate: Mandate = "", json: Json = False,
) -> None:  # fmt: skip
    """Sign a document of the dossier with your organisation's key: `issue T1 invoice`."""
    from entrepot.portal import issuing, issuing_afterwards, terminal
    from entrepot.portal.drafts import decoded
    from entrepot.portal.issuing_credential import PREFIX

    with at_desk(store) as desk:
        voice = heard(desk, token, role, organisation, mandate)
        place = PREFIX + kind.removeprefix(PREFIX)
        seen = next((one for one in issuing.issuable(desk, dossier, voice) if one.place == place), None)
        if seen is None:
            raise complain(
                f"there is no {kind} to issue here: `entrepot documents {dossier}` lists what there is", FAULTS,
                f"没有可签发的 {kind}：可用 entrepot documents {dossier} 查看",
            )  # fmt: skip
        if prepare is not None:
            asked = issuing.prepare(desk, dossier, place, seen.digest, voice, confirm, replaces)
            prepare.write_text(terminal.as_json(asked), encoding="utf-8")
            typer.echo(
                f"sign the 64 bytes of signing_input in {prepare} with {asked.key}, put the signature into proof.proofValue"
            )
            return
        handed_back = None if signed is None else decoded(signed.read_bytes())
        issued = issuing.issue(desk, dossier, place, seen.digest, voice, confirm, replaces, handed_back)
        issuing_afterwards.finish(desk, dossier, issued.document)
        typer.echo(terminal.as_json(issued) if json else f"{issued.status}: {issued.document}")
        for form, (_, ending) in issuing_afterwards.FORMS.items() if out is not None else ():
            _write(desk, dossier, issued.document, form, ending, out, voice)


def _write(desk: "Desk", dossier: str, document: str, form: str, ending: str, out: Path | None, voice: "Voice") -> None:
    from entrepot.kernel.why import NoSuchPlace
    from entrepot.portal import issuing_afterwards

    try:
        content = issuing_afterwards.bytes_of(desk, dossier, document, form, voice)
    except NoSuchPlace:
        return  # not every document has every form
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        path = out / f"{document}.{ending}"
        path.write_bytes(content.data)
        typer.echo(str(path))


def documents(
    dossier: str,
    store: StoreUrl = "", role: As = "", organisation: For = "", token: Token = "", mandate: Mandate = "", json: Json = False,
) -> None:  # fmt: skip
    """What can be issued in a dossier, and what was."""
    from rich.markup import escape

    from entrepot.portal import issuing, issuing_afterwards, terminal

    with at_desk(store) as desk:
        voice = heard(desk, token, role, organisation, mandate)
        open_, issued = issuing.issuable(desk, dossier, voice), issuing_afterwards.cards(desk, dossier, voice)
    if json:
        typer.echo(terminal.as_json({"issuable": open_, "issued": issued}))
        return
    out = terminal.console()
    if not open_ and not issued:
        out.print(
            "nothing to issue yet: parties, terms and goods are to be said first · 尚无可签发的单证：请先填报贸易方、条款与商品"
        )
    for one in open_:
        out.print(f"[bold]{escape(one.place.removeprefix('documents.'))}[/bold] {escape(one.label.zh)}  {_stands(one)}")
        for text in (*one.reasons[:3], *one.waits[:3], *(problem.what for problem in one.problems[:5])):
            out.print(f"   [dim]{escape(text.en)} · {escape(text.zh)}[/dim]")
    for held in issued:
        state = "erased" if held.erased else held.state
        out.print(
            f"{held.document}  {escape(held.value.kind)} {escape(held.number)}  {state}  {escape(held.value.issuer_name)}"
        )


def _stands(one: "Issuable") -> str:
    if one.standing:
        return f"issued as {one.standing}" + ("" if one.same else ", and says something else by now")
    return one.status.replace("_", " ") + ("" if one.may else " (not yours to issue)")


def revoke(
    dossier: str,
    document: str,
    reason: Reason,
    suspend: Annotated[bool, typer.Option("--suspend", help="For the time being only.")] = False,
    reinstate: Annotated[bool, typer.Option("--reinstate", help="Let a suspended document count again.")] = False,
    store: StoreUrl = "", role: As = "", organisation: For = "", token: Token = "", mandate: Mandate = "", json: Json = False,
) -> None:  # fmt: skip
    """Revoke a document for good, or suspend or reinstate it."""
    from entrepot.portal import issuing_afterwards, terminal

    with at_desk(store) as desk:
        voice = heard(desk, token, role, organisation, mandate)
        held = issuing_afterwards.change(
            desk, dossier, document, "suspended" if suspend else "reinstated" if reinstate else "revoked", reason, voice
        )
        typer.echo(terminal.as_json(held) if json else f"{held.document}: {held.state}")


def disclose(
    dossier: str,
    document: str,
    to: Annotated[str, typer.Option("--to", help="Whom it is given to; without, it is a preview and nothing is said.")] = "",
    preset: Annotated[str, typer.Option("--preset", help="bank or buyer.")] = "",
    field: Annotated[list[str] | None, typer.Option("--field", help="A field to show, `lineItems/0/description`.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write the text into this file.")] = None,
    store: StoreUrl = "", role: As = "", organisation: For = "", token: Token = "", mandate: Mandate = "", json: Json = False,
) -> None:  # fmt: skip
    """Show a part of a document: `disclose T1 DOCUMENT --preset bank --to "Bank of Yichang" --out part.sd-jwt`."""
    from entrepot.portal import disclosing, terminal

    with at_desk(store) as desk:
        voice = heard(desk, token, role, organisation, mandate)
        made = disclosing.disclose(desk, dossier, document, voice, to=to, preset=preset, fields=field or ())
    if out is not None:
        out.write_text(made.text, encoding="ascii")
    typer.echo(
        terminal.as_json(made) if json else "\n".join([*made.fields, "", made.text if out is None else str(out)])
    )


@key_app.command("make")
def make_key(
    name: Annotated[str, typer.Argument(help="The organisation's registered name.")],
    uscc: Annotated[str, typer.Option("--uscc", help="Its unified social credit code.")] = "",
    store: StoreUrl = "", role: As = "", organisation: For = "", token: Token = "", mandate: Mandate = "", json: Json = False,
) -> None:  # fmt: skip
    """Make a key in the platform's custody; one that stands there ends today."""
    from entrepot.portal import issuing_keys

    with at_desk(store) as desk:
        _tell(issuing_keys.make_key(desk, heard(desk, token, role, organisation, mandate), name, uscc), json)


@key_app.command("list")
def list_keys(
    store: StoreUrl = "", role: As = "", organisation: For = "", token: Token = "", json: Json = False
) -> None:
    """The keys of your organisation."""
    from entrepot.portal import issuing_keys

    with at_desk(store) as desk:
        voice = heard(desk, token, role, organisation)
        desk.admit(voice, "read")
        for held in issuing_keys.keys_of(desk, voice.organisation):
            _tell(held, json)


@key_app.command("challenge")
def challenge(key: str, store: StoreUrl = "", role: As = "", organisation: For = "", token: Token = "") -> None:
    """What to sign today to prove that you have a key of your own."""
    from entrepot.portal import issuing_keys

    with at_desk(store) as desk:
        voice = heard(desk, token, role, organisation)
        desk.admit(voice, "read")
        typer.echo(issuing_keys.challenge(desk, voice, key))


@key_app.command("register")
def register_key(
    key: Annotated[str, typer.Argument(help="The public key as multikey: z6Mk…")],
    proof: Annotated[str, typer.Argument(help="Its signature of the challenge, base64.")],
    name: Annotated[str, typer.Argument(help="The organisation's registered name.")],
    uscc: Annotated[str, typer.Option("--uscc", help="Its unified social credit code.")] = "",
    store: StoreUrl = "", role: As = "", organisation: For = "", token: Token = "", mandate: Mandate = "", json: Json = False,
) -> None:  # fmt: skip
    """Register a key of your own."""
    from entrepot.portal import issuing_keys

    with at_desk(store) as desk:
        voice = heard(desk, token, role, organisation, mandate)
        _tell(issuing_keys.register_key(desk, voice, key, proof, name, uscc), json)


@key_app.command("revoke")
def revoke_key(
    key: str,
    reason: Reason,
    of: Annotated[str, typer.Option("--of", help="For the operator: whose key it is.")] = "",
    store: StoreUrl = "", role: As = "", organisation: For = "", token: Token = "", mandate: Mandate = "", json: Json = False,
) -> None:  # fmt: skip
    """Take a key out of use, for good."""
    from entrepot.portal import issuing_keys

    with at_desk(store) as desk:
        voice = heard(desk, token, role, organisation, mandate)
        _tell(issuing_keys.revoke_key(desk, voice, key, reason, organisation=of), json)


@key_app.command("vouch")
def vouch(
    of: Annotated[str, typer.Argument(help="The organisation's id on the platform.")],
    key: str,
    name: Annotated[str, typer.Argument(help="Its name in the register.")],
    uscc: Annotated[str, typer.Argument(help="Its unified social credit code.")],
    seen: Annotated[str, typer.Option("--seen", help="By what it was proven.")] = "",
    store: StoreUrl = "", role: As = "", organisation: For = "", token: Token = "", json: Json = False,
) -> None:  # fmt: skip
    """As the operator, vouch that a key is that of a registered enterprise."""
    from entrepot.portal import issuing_keys

    with at_desk(store) as desk:
        _tell(issuing_keys.vouch(desk, heard(desk, token, role, organisation), of, key, name, uscc, seen), json)


def _tell(held: "KeyHeld", json: bool) -> None:
    from entrepot.portal import terminal

    if json:
        typer.echo(terminal.as_json(held))
        return
    state = (
        "revoked"
        if held.revoked
        else f"since {held.value.since}" + (f" until {held.value.until}" if held.value.until else "")
    )
    vouched = f", vouched for as {held.vouched.name}" if held.vouched else ", not vouched for"
    typer.echo(f"{held.key}  {held.value.name}  {held.value.custody}  {state}{vouched}")


def register(app: typer.Typer) -> None:
    """Put the commands on the list."""
    for command in (issue, documents, revoke, disclose):
        app.command()(command)
    app.add_typer(key_app, name="key")
