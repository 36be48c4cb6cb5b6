"""Cookies under HTTPS, and what commands leave on the disk: for this host and this owner alone."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from entrepot.portal.setting import cookie

# In a process of its own: the settings are made once a process, from its environment.
ASKING = """
import sys
from pathlib import Path
from entrepot.store.tokens import new_token
from tests.portal.stage import open_desk
from tests.portal.web import client_of

home = Path(sys.argv[1])
desk = open_desk(home)
client = client_of(desk, HTTP_X_FORWARDED_PROTO="https", headers={"X-Forwarded-Proto": "https"})
from entrepot.portal.accounts.migrate import migrate_accounts
migrate_accounts()
asked = [
    client.get("/accounts/login/"),
    client.post("/language", {"language": "zh", "next": "/"}),
    client.post("/look-as", {"role": "importer", "next": "/"}),
    client.post("/sign-in", {"token": new_token(desk.store, "ann", "acme")}),
    client.post("/sign-out"),
]
for answer in asked:
    for cookie in answer.cookies.values():
        print(cookie.OutputString())
print("hsts", asked[0].headers.get("Strict-Transport-Security", ""))
desk.store.close()
"""


def asked(home: Path) -> list[str]:
    environ = {**os.environ, "ENTREPOT_HOME": str(home), "ENTREPOT_HTTPS": "1", "ENTREPOT_SECRET": "for tests alone"}
    environ.pop("ENTREPOT_DATABASE", None)
    done = subprocess.run(
        [sys.executable, "-c", ASKING, str(home)], env=environ, capture_output=True, text=True, check=False,
        cwd=Path(__file__).resolve().parents[3],
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_under_https_every_cookie_is_of_this_host_and_over_tls(tmp_path: Path) -> None:
    *cookies, hsts = asked(tmp_path)
    names = {line.partition("=")[0] for line in cookies}
    assert {f"__Host-entrepot_{name}" for name in ("token", "role", "language")} | {"__Host-csrftoken"} <= names
    for line in cookies:
        ends = "Max-Age=0" in line
        parts = {part.strip().partition("=")[0].lower() for part in line.split(";")[1:]}
        assert line.startswith("__Host-"), line  # what browsers ask of the prefix: RFC 6265bis, 4.1.3.2
        assert {"secure", "path", "samesite", *(() if ends else ("httponly",))} <= parts, line
        assert line.split("; ").count("Path=/") == 1, line
        assert "domain" not in parts, line
    assert "max-age=31536000" in hsts


def test_without_tls_no_cookie_asks_for_what_the_browser_would_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENTREPOT_HTTPS", "")
    assert cookie("entrepot_session") == "entrepot_session"
    monkeypatch.setenv("ENTREPOT_HTTPS", "1")
    assert cookie("entrepot_session") == "__Host-entrepot_session"


def test_what_a_command_makes_is_for_its_owner_alone(installed: Path, tmp_path: Path) -> None:
    environ = {**os.environ, "ENTREPOT_HOME": str(tmp_path / "home")}
    environ.pop("ENTREPOT_DATABASE", None)
    (tmp_path / "home").mkdir(mode=0o755)
    (tmp_path / "home" / "packs").symlink_to(installed / "packs")
    done = subprocess.run(
        [sys.executable, "-m", "entrepot", "accounts", "list"], env=environ, capture_output=True, text=True, check=False,
        umask=0,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    made = [path for path in (tmp_path / "home").rglob("*") if not path.is_symlink()]
    assert {"store.sqlite3", "accounts.sqlite3"} <= {path.name for path in made}
    for path in made:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
