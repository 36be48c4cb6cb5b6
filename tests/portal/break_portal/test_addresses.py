"""Addresses that look harmless."""

import ipaddress
from pathlib import Path

import pytest

from entrepot.gateways.webhooks import NotSentError, is_public, post
from entrepot.portal.accounts.oidc import issuers
from entrepot.store.database import StoreError


@pytest.mark.parametrize(
    "address", ["fec0::1", "feff::1", "64:ff9b:1::7f00:1", "::ffff:0:7f00:1", "100.64.0.1", "fd00:ec2::254"]
)
def test_an_address_within_a_network_is_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "localhost", "[::1]", "0"])
def test_no_spelling_of_this_machine_is_posted_to(host: str) -> None:
    with pytest.raises(NotSentError) as refused:
        post(f"https://{host}:9/", b"{}", {}, seconds=2)
    assert refused.value.forbidden


@pytest.mark.parametrize(
    "issuer", ["http://127.0.0.1.evil.example", "http://localhost.evil.example", "http://localhost@evil.example"]
)
def test_whoever_vouches_for_people_is_reached_by_https_or_on_this_machine(tmp_path: Path, issuer: str) -> None:
    file = tmp_path / "issuers.toml"
    file.write_text(f'[[issuer]]\nid = "a"\nname = "A"\nissuer = "{issuer}"\nclient_id = "c"\nsecret_env = "X"\n')
    with pytest.raises(StoreError):
        issuers(str(file))
