"""What is not fit for the internet is told all at once."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from entrepot.portal.deploy_check import Installation, look

NOON = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
FIT = {
    "ENTREPOT_HTTPS": "1", "ENTREPOT_HOSTS": "trade.example.org", "ENTREPOT_ADDRESS": "https://trade.example.org", "ENTREPOT_PROXIES": "1",
    "ENTREPOT_SMTP": "smtp://mail.example.org:587?tls=1", "ENTREPOT_POLICY": "/etc/entrepot/policy", "ENTREPOT_SECRET": "s" * 50,
}  # fmt: skip
DATABASE = "postgresql://entrepot:long-and-random@db.example.org/entrepot?sslmode=verify-full"


@pytest.fixture
def fit(tmp_path: Path) -> Installation:
    backups, keys = tmp_path / "backups", tmp_path / "keys"
    backups.mkdir()
    (backups / "today").touch()
    keys.mkdir(mode=0o700)
    key = keys / "log.key"
    key.touch(0o600)
    newest = (backups / "today").stat().st_mtime
    now = max(NOON, datetime.fromtimestamp(newest, UTC))
    return Installation({**FIT, "ENTREPOT_BACKUPS": str(backups)}, tmp_path, DATABASE, "live", now)


def places(at: Installation) -> set[str]:
    return {finding.where for finding in look(at)}


def test_what_is_fit_is_fit(fit: Installation) -> None:
    assert places(fit) <= {str(fit.home)}  # the disk of whoever tests may be full


@pytest.mark.parametrize("name", [name for name in FIT if name != "ENTREPOT_SECRET"])
def test_what_is_not_set_is_told(fit: Installation, name: str) -> None:
    environ = {known: value for known, value in fit.environ.items() if known != name}
    assert name in places(msgspec.structs.replace(fit, environ=environ))


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"nature": "sandbox"}, "ENTREPOT_NATURE"),
        ({"store": "sqlite:///store.db"}, "ENTREPOT_DATABASE"),
        ({"store": "postgresql://entrepot:long-and-random@db.example.org/entrepot"}, "ENTREPOT_DATABASE"),
        ({"store": "postgresql://entrepot:postgres@localhost/entrepot"}, "ENTREPOT_DATABASE"),
        ({"environ": {**FIT, "ENTREPOT_SECRET": "short"}}, "ENTREPOT_SECRET"),
        ({"environ": {**FIT, "ENTREPOT_HOSTS": "*"}}, "ENTREPOT_HOSTS"),
        ({"environ": {**FIT, "ENTREPOT_LIMITS": "off"}}, "ENTREPOT_LIMITS"),
        ({"environ": {**FIT, "ENTREPOT_SECRET_FILE": "/nowhere"}}, "ENTREPOT_SECRET_FILE"),
        ({"packs": {"jurisdictions/CN": "2025-01-01"}}, "packs/jurisdictions/CN"),
        ({"now": datetime(2020, 1, 1, tzinfo=UTC)}, "clock"),
    ],
)
def test_what_is_unfit_is_told(fit: Installation, change: dict[str, object], where: str) -> None:
    found = look(msgspec.structs.replace(fit, **change))
    assert where in {one.where for one in found}
    assert all(one.what.zh and one.fix.zh for one in found)


def test_keys_that_others_may_read_are_told(fit: Installation) -> None:
    (fit.home / "keys" / "log.key").chmod(0o644)
    assert "keys/log.key" in places(fit)


def test_errors_stand_first(fit: Installation) -> None:
    severities = [one.severity for one in look(msgspec.structs.replace(fit, environ={}, nature="sandbox"))]
    assert severities == sorted(severities)
    assert {"error", "warning"} <= set(severities)
