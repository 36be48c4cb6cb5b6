"""The sandbox beside a live store: one installation serves both, and the host that a request names says which.

ENTREPOT_SANDBOX_DATABASE is the sandbox's store. It has its own log, keys (`sandbox/keys` in the home folder), offices that only
play, tokens, subscriptions and works behind; people sign in there with the password that they have. Its hosts are those of
ENTREPOT_SANDBOX_HOSTS, else `sandbox.` before each of ENTREPOT_HOSTS, and `sandbox.localhost`; ENTREPOT_SANDBOX_ADDRESS is where
others reach it. Nobody plays a role there by a word alone unless ENTREPOT_SANDBOX_OPEN=1: each enterprise rehearses by itself.
"""

import os
from collections.abc import Callable, Mapping
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec
from django.conf import settings
from django.http import HttpRequest
from django.http.request import split_domain_port
from django.http.response import HttpResponseBase
from msgspec import Struct

from entrepot.channels.online import LICENSED, Voice
from entrepot.gateways.offices import Office
from entrepot.gateways.sandbox.certifier import SandboxCertifier
from entrepot.gateways.sandbox.customs import SandboxCustoms
from entrepot.portal import setting
from entrepot.portal.desk import Desk
from entrepot.portal.setting import Here
from entrepot.store.database import StoreError
from entrepot.store.store import Store

STORE = "entrepot.store"  # in the environment: which of two stores was asked; not there where one alone is served
BESIDE = "entrepot.beside"  # in the environment of both: the sandbox
MARK = "entrepot_store"  # in a session of the sandbox
SANDBOX: Literal["sandbox"] = "sandbox"
# Accounts are the same in both, and what changes them is done where it counts.
ELSEWHERE = (
    "/identity/", "/.well-known/openid-configuration", "/.well-known/jwks", "/accounts/signup", "/accounts/register",
    "/accounts/invitations", "/enterprise/people", "/enterprise/invitations", "/enterprise/requests", "/operator/people",
    "/operator/consents", "/operator/announcements",
)  # fmt: skip
Get = Callable[[HttpRequest], HttpResponseBase]


class Beside(Struct, frozen=True):
    """The sandbox that is served beside a live store: its desk, the hosts that lead to it, where others reach each of the two."""

    desk: Desk
    hosts: frozenset[str]
    address: str
    live_address: str

    def asked(self, environ: Mapping[str, Any]) -> bool:
        """Whether a request (PEP 3333) is for the sandbox. The host is read as Django reads it."""
        host, _ = split_domain_port(environ.get("HTTP_HOST") or environ.get("SERVER_NAME", ""))
        return host in self.hosts


def heard_at(desk: Desk, voice: Voice) -> Voice:
    """A person's voice at a desk: beside a live store offices only play, so that those who work at real ones see nobody's rehearsal."""
    if not desk.beside:
        return voice
    return msgspec.structs.replace(voice, standing=voice.standing & (LICENSED | {"operator", "auditor"}))


def beside_of(request: HttpRequest) -> Beside | None:
    """The sandbox that is served beside a live store, whichever of the two was asked; None where one store is served alone."""
    found: Beside | None = request.META.get(BESIDE)
    return found


def sandbox_url() -> str:
    """The address of the sandbox's store; empty where there is none beside."""
    return os.environ.get("ENTREPOT_SANDBOX_DATABASE", "")


def sandbox_hosts() -> list[str]:
    """The hosts that lead to the sandbox, those that people are told first."""
    if not sandbox_url():
        return []
    if given := _listed("ENTREPOT_SANDBOX_HOSTS"):
        return given
    known = [host.removeprefix(".") for host in _listed("ENTREPOT_HOSTS") if host != "*"]
    return [*(f"{SANDBOX}.{host}" for host in known), f"{SANDBOX}.localhost"]


def sandbox_address() -> str:
    """Where others reach the sandbox: ENTREPOT_SANDBOX_ADDRESS, else its first host as the live store is reached or served."""
    if given := os.environ.get("ENTREPOT_SANDBOX_ADDRESS"):
        return given.rstrip("/")
    live, host = urlsplit(setting.address()), sandbox_hosts()[0]
    return f"{live.scheme}://{host}{f':{live.port}' if live.port else ''}"


def open_beside(live: Desk) -> Beside | None:
    """The sandbox of this installation, opened beside the live desk; None where none is set. Closing its store is the caller's."""
    if not sandbox_url():
        return None
    hosts = frozenset(sandbox_hosts())
    if live.store.nature != "live":
        raise StoreError(
            "ENTREPOT_SANDBOX_DATABASE stands beside a live store, and ENTREPOT_DATABASE is a sandbox itself",
            "ENTREPOT_SANDBOX_DATABASE 须与正式存储并用，而 ENTREPOT_DATABASE 本身就是沙盒",
        )
    if both := hosts & {host.lower() for host in (*_listed("ENTREPOT_HOSTS"), "localhost", "127.0.0.1", "[::1]")}:
        raise StoreError(f"{min(both)} cannot lead to both stores", f"{min(both)} 不能同时指向两个存储")
    store = Store.open(sandbox_url(), live.registry, nature=SANDBOX, keys=setting.home() / SANDBOX / "keys")
    return beside(live, store, hosts, sandbox_address())


def beside(live: Desk, store: Store, hosts: frozenset[str], address: str) -> Beside:
    """A desk on a sandbox store beside a live one: with the same law, and offices that only play."""
    offices: list[Office] = [SandboxCustoms(), SandboxCertifier()]  # never a way that leads outside
    desk = Desk(store, live.law, live.registry, offices=offices, pack_files=live.pack_files)
    desk.private = os.environ.get("ENTREPOT_SANDBOX_OPEN") != "1"
    desk.beside = True
    return Beside(desk, hosts, address, setting.address())


def choosing(live: Desk, other: Beside | None) -> Callable[[dict[str, Any]], Here]:
    """Puts the desk that a request is for into its environment; gives where its work is done."""
    here = Here("", live.store.nature == SANDBOX)

    def chosen(environ: dict[str, Any]) -> Here:
        environ["entrepot.desk"] = live
        if other is None:
            return here
        environ[STORE], environ[BESIDE] = "live", other
        if not other.asked(environ):
            return here
        environ["entrepot.desk"], environ[STORE] = other.desk, SANDBOX
        return Here(other.address, True)

    return chosen


def own_sessions(get_response: Get) -> Get:
    """A session of one store is none of the other, though one database holds the accounts of both."""

    def own(request: HttpRequest) -> HttpResponseBase:
        name = request.META.get(STORE)
        if name is None:
            return get_response(request)
        mark = name if name == SANDBOX else ""
        session: Any = request.session
        if settings.SESSION_COOKIE_NAME in request.COOKIES and session.get(MARK, "") != mark:
            session = request.session = type(session)()
        response = get_response(request)
        session = request.session
        if mark and session.modified and not session.is_empty():
            session[MARK] = mark
        return response

    return own


def live_accounts(get_response: Get) -> Get:
    """Accounts are changed at the live store alone, which asks for what proves a person there."""

    def answered(request: HttpRequest) -> HttpResponseBase:
        if request.META.get(STORE) != SANDBOX or not _elsewhere(request):
            return get_response(request)
        from entrepot.portal.sandbox_page import at_the_live_store  # pages are there once Django is set up

        return at_the_live_store(request)

    return answered


def _elsewhere(request: HttpRequest) -> bool:
    """Whether a request is about accounts that are only kept at the live store."""
    looks = request.method in ("GET", "HEAD") and request.path_info == "/enterprise/people"
    return request.path_info.startswith(ELSEWHERE) and not looks


def _listed(name: str) -> list[str]:
    return [host.strip().lower() for host in os.environ.get(name, "").split(",") if host.strip()]
