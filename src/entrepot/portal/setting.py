"""What this installation is set to: where it keeps things, which store, which packs, which offices.

ENTREPOT_HOME (default `./.entrepot`) holds compiled packs, keys and the default store; ENTREPOT_DATABASE is the store's URL;
ENTREPOT_NATURE (`sandbox` or `live`) is what a new store becomes, and what an old one must be; ENTREPOT_PACKS is the packs' folder;
ENTREPOT_CUSTOMS_FOLDER and ENTREPOT_CUSTOMS_FORMAT are the way to customs through a folder. ENTREPOT_ADDRESS is where others reach it.
ENTREPOT_POLICY and ENTREPOT_TSA are files that name the log's witnesses and its authorities of time (docs/witness.md, docs/time.md).
"""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msgspec import Struct

from entrepot.gateways.candidates import PACKAGE, ClassifierTable
from entrepot.gateways.offices import Office
from entrepot.gateways.reference import PACKAGES
from entrepot.kernel.law import Law, Table, TableSpec
from entrepot.kernel.module import Registry
from entrepot.links import LINKS
from entrepot.modules import registry as wired
from entrepot.portal.counter.sync_desk import CounterDesk
from entrepot.portal.desk import Desk
from entrepot.portal.serving import URL
from entrepot.store import sync
from entrepot.store.database import StoreError
from entrepot.store.packs import Package, archive, load_law, packs_folder
from entrepot.store.store import Nature, Store

if TYPE_CHECKING:
    from entrepot.gateways.classifier import Classifier
    from entrepot.portal.timestamping import Timestamping
    from entrepot.portal.witnessing import Witnessing
    from entrepot.store.policy import Policy

COLLECT = (20_000, 20, 20)


def secret_of(name: str) -> str:
    """A secret: from the environment, or from the file that `<name>_FILE` names; empty where neither is set."""
    if given := os.environ.get(name, ""):
        return given
    if file := os.environ.get(f"{name}_FILE", ""):
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise StoreError(
                f"the file of {name}_FILE cannot be read: {error}", f"无法读取 {name}_FILE 所指文件：{error}"
            ) from error
    return ""


def https() -> bool:
    """Whether people reach this installation by TLS alone, which a proxy before it speaks (ENTREPOT_HTTPS=1)."""
    return os.environ.get("ENTREPOT_HTTPS") == "1"


def cookie(name: str) -> str:
    """A cookie's name. Under HTTPS browsers take a `__Host-` one from this very host alone, over TLS (RFC 6265bis, 4.1.3.2)."""
    return f"__Host-{name}" if https() else name


class Here(Struct, frozen=True):
    """Where work is being done: the address by which others reach it (empty: the installation's), and whether all of it is rehearsal."""

    address: str = ""
    sandbox: bool = False


_here: ContextVar[Here] = ContextVar("entrepot_here", default=Here())  # noqa: B039 - it is frozen


@contextmanager
def working(at: Here) -> Iterator[None]:
    """Work for one of the stores that this process serves: a request, or a round of what is done behind."""
    token = _here.set(at)
    try:
        yield
    finally:
        _here.reset(token)


def rehearsing() -> bool:
    """Whether what is done just now is done for a sandbox."""
    return _here.get().sandbox


def home() -> Path:
    """The folder in which this installation keeps what it makes."""
    return Path(os.environ.get("ENTREPOT_HOME") or ".entrepot")


def database_url() -> str:
    """The store's address: ENTREPOT_DATABASE, else a SQLite file in the home folder."""
    return os.environ.get("ENTREPOT_DATABASE") or f"sqlite:///{home() / 'store.sqlite3'}"


def address() -> str:
    """Where others reach this installation: ENTREPOT_ADDRESS, else this machine at the port that is served; a sandbox beside a live
    store has an address of its own. It stands in what is issued, for good."""
    return _here.get().address or (os.environ.get("ENTREPOT_ADDRESS") or _served()).rstrip("/")


def _served() -> str:
    """This machine, as `serve` was told to listen."""
    port = urlsplit(os.environ.get(URL, "")).port or 8000
    return f"http://127.0.0.1:{port}"


def nature() -> Nature | None:
    """What the store must be, where that was said."""
    said = os.environ.get("ENTREPOT_NATURE") or None
    if said is None:
        return None
    if said == "sandbox" or said == "live":
        return "sandbox" if said == "sandbox" else "live"
    raise StoreError(f"ENTREPOT_NATURE is sandbox or live, not {said!r}", "ENTREPOT_NATURE 须为 sandbox 或 live")


def registry() -> Registry:
    """The modules and links of this installation with all their topics."""
    return wired(LINKS)


def packages() -> dict[str, Package]:
    """What serves tables that no pack's files hold: installed packages, and the classifier once it is trained."""

    def classifier(name: str, spec: TableSpec) -> Table:
        return ClassifierTable(name, spec, partial(trained_classifier, None))

    return {**PACKAGES, PACKAGE: classifier}


def trained_classifier(say: Callable[[str], None] | None) -> "Classifier | None":
    """The classifier of these packs. Where it was not trained yet it is, if there is somebody to `say` so to; else None."""
    from entrepot.gateways.classifier import load_classifier  # numpy: only for those who ask
    from entrepot.gateways.classifier.sources import digest

    kept = home() / PACKAGE
    there = (kept / digest(law())[:16]).is_dir()
    return load_classifier(law(), kept, say) if there or say is not None else None


@cache
def law() -> Law:
    """The packs of this installation, compiled where they were not yet."""
    # Law stays as long as the process, and a sheet is thousands of small lasting values without rings among them: the
    # collector need not walk over the one at all, nor over the other at every seven hundredth value.
    gc.set_threshold(*COLLECT)
    loaded = load_law(packs_folder(), None, home() / "packs", packages())
    gc.freeze()
    return loaded


def offices(nature: Nature) -> list[Office]:
    """The ways to offices from a store of this nature: customs behind the folder that ENTREPOT_CUSTOMS_FOLDER names, in the
    format of ENTREPOT_CUSTOMS_FORMAT (cn where none is named); without it the sandbox plays customs, and a live store has none."""
    if folder := os.environ.get("ENTREPOT_CUSTOMS_FOLDER"):
        from entrepot.gateways.exchange import FolderOffice
        from entrepot.gateways.messages.formats import FORMATS

        format = os.environ.get("ENTREPOT_CUSTOMS_FORMAT") or "cn"
        if format not in FORMATS:
            known = ", ".join(FORMATS)
            raise StoreError(
                f"ENTREPOT_CUSTOMS_FORMAT is one of {known}, not {format!r}",
                f"ENTREPOT_CUSTOMS_FORMAT 须为 {known} 之一",
            )
        customs: list[Office] = [FolderOffice(Path(folder), format, sandbox=nature == "sandbox")]
    elif nature == "live":
        return []
    else:
        from entrepot.gateways.sandbox.customs import SandboxCustoms

        customs = [SandboxCustoms()]
    if nature == "live":
        return customs
    from entrepot.gateways.sandbox.certifier import SandboxCertifier

    return [*customs, SandboxCertifier()]


def policy() -> "Policy | None":
    """The witnesses of the log and their quorum, where a file of ENTREPOT_POLICY names them."""
    if not (file := os.environ.get("ENTREPOT_POLICY")):
        return None
    from entrepot.store.policy import read_policy

    return read_policy(Path(file))


def witnessing(store: Store) -> "Witnessing | None":
    """The witnesses of the installation for the log of a store."""
    known = policy()
    if known is None:
        return None
    if known.logs and store.origin not in {one.key.name for one in known.logs}:
        raise StoreError(
            f"the policy of ENTREPOT_POLICY names other logs than this store's, {store.origin}: add its line, or name no log",
            f"ENTREPOT_POLICY 策略所列日志不含本存储的日志 {store.origin}：请补充该行，或不列日志",
        )
    from entrepot.portal.witnessing import Witnessing

    return Witnessing(store, known)


def timestamping(store: Store) -> "Timestamping | None":
    """The authorities of time of the installation (the file ENTREPOT_TSA names them) for the log of a store."""
    if not (file := os.environ.get("ENTREPOT_TSA")):
        return None
    from entrepot.portal.timestamping import Timestamping, read_authorities

    return Timestamping(store, read_authorities(Path(file)))


def open_store(url: str = "", wanted: Nature | None = None) -> Store:
    """The store named, or that of the installation."""
    return Store.open(url or database_url(), registry(), nature=wanted or nature(), keys=home() / "keys")


def open_desk(url: str = "", wanted: Nature | None = None) -> Desk:
    """A desk on the store named, or on that of the installation; closing the store is the caller's."""
    store = open_store(url, wanted)
    try:
        counter = bool(sync.place(store, sync.PORTAL_URL))  # it reaches no office, and what is scarce it prepares
        made, reached = (CounterDesk, []) if counter else (Desk, offices(store.nature))
        desk = made(store, law(), registry(), offices=reached, pack_files=partial(archive, packs_folder()))
        desk.witnessing = witnessing(store)
        desk.timestamping = timestamping(store)
        return desk
    except BaseException:
        store.close()
        raise
