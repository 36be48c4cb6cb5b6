"""Many declarations sent together: each for itself, so that one that cannot go keeps no other back."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from entrepot.channels.online import Voice
from entrepot.kernel.intake import Refusal
from entrepot.kernel.text import Problem
from entrepot.kernel.vocabulary.decisions import FORM
from entrepot.kernel.why import NoSuchPlace
from entrepot.portal.desk import Desk, NoSuchDossier
from entrepot.portal.saying import digest_now
from entrepot.portal.speaking import nowhere

MOST = 500


class Chosen(Struct, frozen=True, forbid_unknown_fields=True):
    """A declaration to send: its dossier, and the digest that the worklist or the sheet showed."""

    dossier: str
    digest: str


class ManyToSend(Struct, frozen=True, forbid_unknown_fields=True):
    """Declarations to send; `confirm` is the reason given for those that need review."""

    chosen: tuple[Chosen, ...]
    confirm: str = ""


class Outcome(Struct, frozen=True, omit_defaults=True):
    """What became of one declaration: `sent`, `waiting`, `already`, or `refused` with every problem."""

    dossier: str
    status: str
    message: str = ""
    problems: tuple[Problem, ...] = ()


def send_each(
    desk: Desk, voice: Voice, chosen: Iterable[tuple[str, str | None]], confirm: str = ""
) -> Iterator[Outcome]:
    """Send the declaration of each dossier by the digest that its sender saw, as it stands now where that is None; `confirm` is
    the reason given for those that need review."""
    for dossier, digest in chosen:
        try:
            seen = digest_now(desk, dossier, FORM.name, voice) if digest is None else digest
            sent = desk.send(dossier, FORM.name, seen, voice, confirm)
            yield Outcome(dossier, sent.status, sent.message)
        except Refusal as refusal:
            yield Outcome(dossier, "refused", problems=refusal.problems)
        except (NoSuchDossier, NoSuchPlace):
            yield Outcome(dossier, "refused", problems=(nowhere(dossier),))
