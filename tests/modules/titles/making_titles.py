"""Titles for tests of the rules: documents of invented firms, steps with a proof that names its key, chains."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from entrepot.kernel.text import Problem
from entrepot.kernel.vocabulary.titles import (
    StepProof,
    TitleDocument,
    TitleGoods,
    TitlePart,
    TitleParty,
    TitleStep,
)
from entrepot.modules.titles.facts import Control
from entrepot.modules.titles.rules.control import applied
from entrepot.modules.titles.rules.splitting import part_document
from entrepot.modules.titles.rules.steps import content_of

CARRIER, SHIPPER, BUYER, BANK = "example-line", "example-gorges", "example-kansai", "example-bank"


def key(organisation: str) -> str:
    """A did:key in form; no rule here looks behind it."""
    return f"did:key:z6Mk{organisation.replace('-', '')}"


def goods(line: str = "1", quantity: str = "480", unit: str = "piece") -> TitleGoods:
    return TitleGoods(line, "Centrifugal pumps", Decimal(quantity), unit, "841370")


def bill(form: Any = "order", **fields: Any) -> TitleDocument:
    """A bill of lading of an invented line for an invented shipper."""
    straight = {"consignee": TitleParty("Example Kansai K.K.", BUYER)} if form == "straight" else {}
    whole: dict[str, Any] = {
        "kind": "bill_of_lading", "form": form, "number": "B-7", "issuer": TitleParty("Example Line", CARRIER),
        "shipper": TitleParty("Example Gorges Co.", SHIPPER), "goods": (goods(),), "issued_on": date(2026, 6, 20), **straight,
    }  # fmt: skip
    return TitleDocument(**(whole | fields))


def receipt(*lines: TitleGoods, **fields: Any) -> TitleDocument:
    """A warehouse receipt of an invented warehouse."""
    return bill(kind="warehouse_receipt", goods=lines or (goods("1", "1000", "t"),), **fields)


class Life:
    """A title under test: its control, its documents and every step that stood."""

    def __init__(self, document: TitleDocument, title: str = "T1", to: str = SHIPPER, **fields: Any) -> None:
        self.title, self.documents, self.steps = title, {content_of(document): document}, list[TitleStep]()
        self.control: Control | None = None
        self.clock = 0
        assert self.take("issue", CARRIER, to=to, to_key=key(to), **fields) == ()

    @property
    def now(self) -> Control:
        assert self.control is not None
        return self.control

    def make(self, action: Any, by: str, signer: str = "", **fields: Any) -> TitleStep:
        """A step on the present state, signed with the key of `by` or of another signer."""
        self.clock += 1
        control = self.control
        content = control.content if control is not None else next(iter(self.documents))
        method = f"{key(signer or by)}#{key(signer or by).removeprefix('did:key:')}"
        proof = StepProof(
            "DataIntegrityProof", "eddsa-jcs-2022", "2026-06-20T08:00:00Z", method, "assertionMethod", "z"
        )
        base: dict[str, Any] = {
            "title": self.title, "number": control.number + 1 if control else 1, "by": by, "content": content, "proof": proof,
            "previous": control.head if control else "", "at": f"2026-06-20T08:{self.clock // 60:02}:{self.clock % 60:02}.000Z",
        }  # fmt: skip
        return TitleStep(action=action, **(base | fields))

    def try_step(self, step: TitleStep) -> tuple[Problem, ...]:
        """Take a step if it stands; the problems if it does not."""
        after, found = applied(self.control, step, self.documents)
        if not found:
            self.control = after
            self.steps.append(step)
        else:
            assert after is self.control
        return found

    def take(self, action: Any, by: str, **fields: Any) -> tuple[Problem, ...]:
        return self.try_step(self.make(action, by, **fields))

    def transfer(self, by: str, to: str, **fields: Any) -> tuple[Problem, ...]:
        return self.take("transfer", by, to=to, to_key=key(to), **fields)

    def amended(self, **changes: Any) -> str:
        """Another version of the document, on file; its digest."""
        document = msgspec.structs.replace(self.documents[self.now.content], **changes)
        self.documents[content_of(document)] = document
        return content_of(document)

    def parts(self, *shares: Mapping[str, str], names: tuple[str, ...] = ()) -> tuple[TitlePart, ...]:
        """Parts with so much of each line, each with the digest of its document."""
        made = []
        for number, share in enumerate(shares, 1):
            amounts = {line: Decimal(amount) for line, amount in share.items()}
            document = part_document(self.documents[self.now.content], self.now, number, amounts)
            name = names[number - 1] if names else f"{self.title}-{number}"
            made.append(TitlePart(name, content_of(document), amounts))
        return tuple(made)

    @property
    def keyed(self) -> dict[str, TitleStep]:
        return {str(step.number): step for step in self.steps}


def rules(problems: tuple[Problem, ...]) -> list[str]:
    return [problem.rule for problem in problems]
