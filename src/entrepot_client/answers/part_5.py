"""Answers of the API. Written by `entrepot client types`; do not edit."""

from __future__ import annotations

from datetime import date
from typing import Literal

from msgspec import Struct

from entrepot_client.answers.part_1 import Text


class Work(Struct, frozen=True, kw_only=True):
    """A trade on the worklist. `problems` block and `asks` do not; `due` is the last day to file or to do what
    customs wants; `digest` names the declaration that is ready to be sent; `number` is the one customs gave
    it.
    """

    dossier: str
    reference: str
    title: str
    client: str
    stage: Literal[
        "accepted",
        "amending",
        "asked",
        "blocked",
        "cancelled",
        "collecting",
        "inspected",
        "parted",
        "ready",
        "rejected",
        "released",
        "sent",
        "to_confirm",
        "withdrawing",
    ]
    next: Text
    flow: str = ""
    destination: str = ""
    lines: int = 0
    problems: int = 0
    asks: int = 0
    due: date | None = None
    number: str = ""
    digest: str = ""
    heard_at: str = ""


class Worklist(Struct, frozen=True, kw_only=True):
    """A page of work; `looked_at` dossiers were looked through for it, and `next` is the cursor of those not
    yet looked at.
    """

    work: tuple[Work, ...]
    looked_at: int
    next: int | None = None
