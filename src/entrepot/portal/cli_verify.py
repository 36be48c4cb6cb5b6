"""`entrepot verify`: any document from outside, checked without a network and, but for `--own`, without the store."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from entrepot.portal.cli_options import Json, StoreUrl
from entrepot.portal.exits import FAULTS, MISUSED, complain

if TYPE_CHECKING:
    from entrepot.gateways.verdict import Verdict
    from entrepot.kernel.text import Text
    from entrepot.portal.verifying import Trusting
    from entrepot_verify.receipt import Trust

Vkeys = Annotated[list[str] | None, typer.Option("--key", help="A key of a log: NAME+HEX+BASE64. May be repeated.")]
KeyFile = Annotated[
    Path | None, typer.Option("--keys", help="A log's keys as served at /log/keys; the first is trusted.")
]
Policy = Annotated[Path | None, typer.Option("--policy", help="Logs, witnesses and quorum (C2SP tlog-policy).")]
Witnesses = Annotated[list[str] | None, typer.Option("--witness", help="The key of a witness. May be repeated.")]
Quorum = Annotated[
    int | None, typer.Option("--quorum", help="How many of these witnesses must have signed; all otherwise.")
]
Known = Annotated[list[str] | None, typer.Option("--trust", help="An issuer you know: DID=NAME. May be repeated.")]
Roots = Annotated[list[Path] | None, typer.Option("--root", help="A certificate (PEM, DER) trusted for PDF and time.")]
Lists = Annotated[list[Path] | None, typer.Option("--status", help="A status list credential. May be repeated.")]
Language = Annotated[Literal["en", "zh", "both"], typer.Option("--lang", help="In which language to answer.")]
SHOWN = 20_000  # letters of what a document says; of one that is rejected nothing is shown as if it had been said
MARKS = {"holds": "✓", "fails": "✗", "not checked": "?"}
RESULTS = {"holds": ("holds", "成立"), "fails": ("FAILS", "不成立"), "not checked": ("not checked", "未核验")}


def register(app: typer.Typer) -> None:
    """Put the command on the command line."""
    app.command()(verify)


def verify(
    files: Annotated[list[Path] | None, typer.Argument(metavar="FILE…", help="Receipts, credentials, PDF files, …")] = None,
    key: Vkeys = None, keys: KeyFile = None, policy: Policy = None, witness: Witnesses = None, quorum: Quorum = None,
    own: Annotated[bool, typer.Option("--own", help="Trust the keys of this installation's own log too.")] = False,
    trust: Known = None, root: Roots = None, status: Lists = None,
    dids: Annotated[Path | None, typer.Option(help="A folder with documents of did:web issuers.")] = None,
    anchor: Annotated[list[Path] | None, typer.Option(help="An identity anchor of an issuer. May be repeated.")] = None,
    entry: Annotated[Path | None, typer.Option(help="The bytes of the entry that another log's proof is about.")] = None,
    at_least: Annotated[int, typer.Option(help="Refuse checkpoints of fewer leaves.")] = 0,
    crl: Annotated[list[Path] | None, typer.Option(help="A list of withdrawn certificates (DER). May be repeated.")] = None,
    day: Annotated[str, typer.Option("--day", help="Was it valid on that day (2026-04-01), at noon UTC?")] = "",
    page: Annotated[Path | None, typer.Option(help="Write the verifying page into this file, to open in any browser.")] = None,
    lang: Language = "both", store: StoreUrl = "", json: Json = False,
) -> None:  # fmt: skip
    """Check documents: receipts and proofs of logs, checkpoints, credentials, signed PDF files. No network, nothing trusted by itself."""
    from entrepot.gateways.credentials.dids import documents_in
    from entrepot.portal.verifying import Trusting

    if page is not None:
        from entrepot.portal.verify_page import alone

        page.write_text(alone(), encoding="utf-8")
        typer.echo(f"{page}")
    if not files:
        if page is None:
            raise complain("name the files to check", MISUSED, "请指明要核验的文件")
        return
    log, sources = _log_keys(key or [], keys, policy, witness or [], quorum, store if own else None)
    issuers = {did: name for did, _, name in (one.rpartition("=") for one in trust or ())}
    trusting = Trusting(
        _moment(day), log, issuers, _certificates(root or ()), _shelf(status or ()),
        None if dids is None else documents_in(dids), tuple(map(_bounded, anchor or ())),
        None if entry is None else entry.read_bytes(), at_least, tuple(map(_bounded, crl or ())),
    )  # fmt: skip
    raise typer.Exit(_check_all(files, trusting, sources, lang, json))


def _log_keys(
    vkeys: list[str], keys: Path | None, policy: Path | None, witnesses: list[str], quorum: int | None, own: str | None
) -> tuple["Trust | None", list[str]]:
    """Whom to believe of logs and witnesses, and where each key came from; None where nobody was named."""
    from entrepot_verify.receipt import Rejected, trust_in

    sources = [f"--key {one.partition('+')[0]}" for one in vkeys]
    key_files = [] if keys is None else [_bounded(keys)]
    sources += [f"--keys {keys}"] if keys else []
    sources += [f"--policy {policy}"] if policy else []
    if own is not None:
        from entrepot.portal.setting import open_store

        with open_store(own) as opened:
            key_files.append(opened.log_keys().encode())
        sources.append("--own: this installation's own log | 本平台自身的日志")
    if not sources:
        return None, sources
    try:
        return trust_in(vkeys, witnesses, quorum, None if policy is None else _bounded(policy), key_files), sources
    except Rejected as error:
        raise complain(f"the keys or the policy: {error.en}", MISUSED, f"密钥或策略：{error.zh}") from error


def _bounded(path: Path) -> bytes:
    """The bytes of a file named beside the documents, which may come from as far away as they."""
    from entrepot.portal.verifying import LARGEST

    with path.open("rb") as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise complain(f"{path} is larger than {LARGEST:,} bytes", MISUSED, f"{path} 超过 {LARGEST:,} 字节")
    return data


def _certificates(paths: Iterable[Path]) -> tuple[bytes, ...]:
    """The certificates named with --root, each looked at: a file that is none is a mistake of the caller's."""
    found = tuple(map(_bounded, paths))
    if found:
        from entrepot.gateways.signed_pdf.signatures import certificates_of

        try:
            certificates_of(found)
        except ValueError as error:
            raise complain("a file given with --root is no certificate", MISUSED, "--root 所给文件不是证书") from error
    return found


def _shelf(paths: Iterable[Path]) -> Callable[[str], bytes | None]:
    """Status lists by the URL that each says it has; what it says is believed only once its signature holds."""
    import json

    shelf: Mapping[str, bytes] = {}
    for path in paths:
        data = _bounded(path)
        try:
            named = json.loads(data).get("id", "")
        except (ValueError, AttributeError, RecursionError) as error:
            raise complain(f"{path} is no status list", MISUSED, f"{path} 不是状态列表") from error
        shelf = {**shelf, str(named): data}
    return shelf.get


def _moment(day: str) -> datetime:
    if not day:
        return datetime.now(UTC)
    try:
        return datetime.combine(datetime.strptime(day, "%Y-%m-%d").date(), time(12), UTC)
    except ValueError as error:
        raise complain(f"{day} is no day: write 2026-04-01", MISUSED, f"{day} 不是日期，格式如 2026-04-01") from error


def _check_all(files: list[Path], trusting: "Trusting", sources: list[str], lang: str, json: bool) -> int:
    """Check every file and tell of each; 0 when all are accepted, 1 when one is not, 2 when one could not be read."""
    from entrepot.portal.audit.checking import export_verdict
    from entrepot.portal.verifying import LARGEST, examine

    worst = 0
    if sources and not json:
        typer.echo(
            _both(lang, f"keys of logs from: {'; '.join(sources)}", f"日志密钥来源：{'；'.join(sources)}"), err=True
        )
    for path in files:
        try:
            with path.open("rb") as file:
                data = file.read(LARGEST + 1)
        except OSError as error:
            typer.echo(f"{path}: {error.strerror} | 无法读取", err=True)
            worst = MISUSED
            continue
        verdict = export_verdict(path, trusting) if data.startswith(b"PK") else examine(data, trusting)
        worst = max(worst, 0 if verdict.accepted else FAULTS)
        if json:
            typer.echo(
                _json({"file": str(path), "accepted": verdict.accepted, "keys_from": sources, "verdict": verdict})
            )
        elif len(files) == 1:
            _tell(path, verdict, lang)
        else:
            typer.echo(_line(path, verdict, lang))
    return worst


def _json(value: Mapping[str, object]) -> str:
    """One line for one document."""
    import msgspec

    return msgspec.json.encode(value).decode()


def _tell(path: Path, verdict: "Verdict", lang: str) -> None:
    """One document in full: what it is, each check, and what it says."""
    from rich.markup import escape
    from rich.table import Table

    from entrepot.portal.terminal import as_json, console

    typer.echo(_line(path, verdict, lang))
    table = Table(expand=False)
    for column in (_both(lang, "check", "项目"), _both(lang, "result", "结果"), _both(lang, "why", "说明")):
        table.add_column(column, overflow="fold")
    colours = {"holds": "green", "fails": "red", "not checked": "yellow"}
    for check in verdict.checks:
        result = f"[{colours[check.result]}]{MARKS[check.result]} {_both(lang, *RESULTS[check.result])}[/]"
        table.add_row(
            *(escape(_plain(_of(lang, text))) for text in (check.name,)),
            result,
            escape(_plain(_of(lang, check.reason))),
        )
    console().print(table)
    if verdict.says and not any(check.result == "fails" for check in verdict.checks):
        says = _plain(as_json(verdict.says))
        typer.echo(says[:SHOWN])
        if more := max(0, len(says) - SHOWN):
            typer.echo(
                _both(lang, f"… {more:,} letters more: --json gives all", f"……另有 {more:,} 字符：--json 显示全部")
            )


def _line(path: Path, verdict: "Verdict", lang: str) -> str:
    """One document in one line: accepted, rejected or proven by nothing; and why, or what was not looked at."""
    failing = [one for one in verdict.checks if one.result == "fails"]
    open_ = [one for one in verdict.checks if one.result == "not checked"]
    if verdict.accepted:
        told, why = _both(lang, "ACCEPTED", "予以采信"), ""
        if open_:
            names = (", ".join(one.name.en for one in open_), "、".join(one.name.zh for one in open_))
            why = _both(lang, f"  (not checked: {names[0]})", f"（未核验：{names[1]}）")
    elif failing:
        told, why = _both(lang, "REJECTED", "不予采信"), f": {_of(lang, failing[0].reason)}"
    else:
        told, why = _both(lang, "UNPROVEN", "未能证实"), f": {_of(lang, open_[0].reason)}" if open_ else ""
    return _plain(f"{told}  {_of(lang, verdict.kind)}  {path}{f'  {verdict.issuer}' if verdict.issuer else ''}{why}")


def _of(lang: str, text: "Text") -> str:
    return _both(lang, text.en, text.zh)


def _both(lang: str, en: str, zh: str) -> str:
    return {"en": en, "zh": zh}.get(lang, en if en == zh else f"{en} | {zh}")


def _plain(text: str) -> str:
    """Without what could steer the terminal of who reads it."""
    return "".join(c if c == "\n" or c.isprintable() else c.encode("unicode_escape").decode() for c in text)
