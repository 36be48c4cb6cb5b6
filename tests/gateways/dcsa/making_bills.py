"""A bill of an invented line as a title and as a DCSA message, with signed steps, keys of a carrier and two platforms."""

from datetime import date
from decimal import Decimal
from typing import Any

from entrepot.gateways.credentials.keys import SigningKey
from entrepot.gateways.dcsa.envelope import Envelope, envelope, issuance_manifest, issue_to
from entrepot.gateways.dcsa.signing import public_jwk
from entrepot.gateways.dcsa.transport_document import written
from entrepot.kernel.vocabulary.titles import (
    StepProof,
    TitleContainer,
    TitleDocument,
    TitleGoods,
    TitleParty,
    TitleStep,
)

CARRIER, SHIPPER, BUYER = "example-line", "example-gorges", "example-kansai"
NAMES = {CARRIER: "Example Line", SHIPPER: "Example Gorges Co.", BUYER: "Example Kansai K.K."}
KEYS = {name: SigningKey.from_seed(name.encode().ljust(32, b".")) for name in (CARRIER, SHIPPER, BUYER, "home", "away")}
PLATFORM = "ENTR"
TRUSTED = {KEYS[name].did: public_jwk(KEYS[name].did) for name in ("home", "away")}
CARRIERS = {KEYS[CARRIER].did: public_jwk(KEYS[CARRIER].did)}


def bill(form: Any = "order", **fields: Any) -> TitleDocument:
    """A bill that says all that DCSA asks for."""
    whole: dict[str, Any] = {
        "kind": "bill_of_lading", "form": form, "number": "EXBL118", "issued_on": date(2026, 6, 20),
        "issuer": TitleParty("Example Line", CARRIER, "1 Quay Road", "Shanghai", "CN", contact="bills@line.example"),
        "shipper": TitleParty("Example Gorges Co.", SHIPPER, "1 River Road", "Yichang", "CN"),
        "consignee": TitleParty("Example Kansai K.K.", BUYER, "2 Bay Street", "Osaka", "JP"),
        "goods": (TitleGoods("1", "Phosphoric acid 85 %", Decimal(80), "package", "280920", 80, "drums", Decimal("25200.5"), "EX 1-80",
                             ("EXMU1234561",)),),
        "containers": (TitleContainer("EXMU1234561", "22G1", ("S1",)),), "loading_port": "CNSHA", "discharge_port": "JPOSA",
        "vessel": "EXAMPLE STAR", "voyage": "118N", "departs_on": date(2026, 6, 21), "arrives_on": date(2026, 6, 25),
        "on_board": date(2026, 6, 20), "freight": "prepaid", "booking": "BK118", "carrier_code": "EXLN", "carrier_list": "SMDG",
        "terms": "As on the back.", "order_of": SHIPPER if form == "order" else "",
    }  # fmt: skip
    if form != "straight":
        whole["consignee"] = None
    return TitleDocument(**(whole | fields))


def step(number: int, action: Any, by: str, **fields: Any) -> TitleStep:
    """A step in form; the gateway reads its parties and keys."""
    did = KEYS[by].did
    proof = StepProof(
        "DataIntegrityProof", "eddsa-jcs-2022", "2026-06-20T08:00:00Z", f"{did}#{did[8:]}", "assertionMethod", "z"
    )
    return TitleStep("T1", number, action, by, f"2026-06-20T08:00:{number:02}.000Z", "c", proof=proof, **fields)


ISSUED = step(1, "issue", CARRIER, to=SHIPPER, to_key=KEYS[SHIPPER].did)
ENDORSED = step(2, "endorse_blank", SHIPPER)
TRANSFERRED = step(3, "transfer", SHIPPER, to=BUYER, to_key=KEYS[BUYER].did)
STEPS = (ISSUED, ENDORSED, TRANSFERRED)


def digests(steps: tuple[TitleStep, ...]) -> list[str]:
    return [f"{one.number:064x}" for one in steps]


def sent(document: TitleDocument | None = None, steps: tuple[TitleStep, ...] = STEPS, **fields: Any) -> Envelope:
    """The envelope that this platform sends."""
    whole = document or bill()
    message = written(whole).message
    manifest = issuance_manifest(message, issue_to(SHIPPER, KEYS[SHIPPER].did, PLATFORM, NAMES), KEYS[CARRIER])
    given: dict[str, Any] = {"platform": PLATFORM, "names": NAMES, "manifest": manifest, "key": KEYS["home"]}
    return envelope(message, whole, steps, digests(steps), **(given | fields))
