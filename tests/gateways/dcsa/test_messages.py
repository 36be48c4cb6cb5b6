"""The messages against DCSA's own schemas, and what they say read back; what has no place is told, what is lacking too."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from entrepot.gateways.dcsa.envelope import issue_to
from entrepot.gateways.dcsa.requests import (
    issuance_request,
    read_issuance,
    read_surrender_answer,
    read_surrender_request,
    surrender_answer,
    surrender_request,
)
from entrepot.gateways.dcsa.signing import opened
from entrepot.gateways.dcsa.transport_document import Unreadable, read, written
from entrepot.kernel.vocabulary.titles import TitleDocument
from tests.gateways.dcsa.making_bills import (
    BUYER,
    CARRIER,
    CARRIERS,
    ISSUED,
    KEYS,
    NAMES,
    PLATFORM,
    STEPS,
    TRUSTED,
    bill,
    digests,
    sent,
    step,
)

Schemas = dict[str, Any]
TYPES: dict[str, Any] = {
    "string": str,
    "object": dict,
    "array": list,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
}


def schemas(shared_data: Path, name: str) -> Schemas:
    yaml = pytest.importorskip("yaml")
    path = shared_data / "documents" / "dcsa" / "schemas" / name
    loaded: Schemas = yaml.safe_load(path.read_text(encoding="utf-8"))["components"]["schemas"]
    return loaded


def misfits(value: Any, schema: Any, known: Schemas, where: str = "") -> list[str]:
    """What of a value does not fit an OpenAPI 3.0 schema, as far as DCSA uses that language."""
    if "$ref" in schema:
        schema = known[schema["$ref"].rpartition("/")[2]]
    found = [fault for part in schema.get("allOf", ()) for fault in misfits(value, part, known, where)]
    for word in ("oneOf", "anyOf"):
        fitting = sum(not misfits(value, part, known, where) for part in schema.get(word, ()))
        if word in schema and (fitting == 0 or (word == "oneOf" and fitting > 1)):
            found.append(f"{where}: {word}")
    kind = schema.get("type")
    if kind and (not isinstance(value, TYPES[kind]) or (isinstance(value, bool) and kind != "boolean")):
        return [*found, f"{where}: not {kind}"]
    if isinstance(value, str):
        if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", 10**9):
            found.append(f"{where}: length {len(value)}")
        if "pattern" in schema and not re.search(schema["pattern"], value):
            found.append(f"{where}: {value!r} against {schema['pattern']}")
        if "enum" in schema and value not in schema["enum"]:
            found.append(f"{where}: {value!r} is not in the list")
    elif isinstance(value, dict):
        found += [f"{where}.{name}: missing" for name in schema.get("required", ()) if name not in value]
        for name, part in schema.get("properties", {}).items():
            if name in value:
                found += misfits(value[name], part, known, f"{where}.{name}")
    elif isinstance(value, list):
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", 10**9):
            found.append(f"{where}: {len(value)} items")
        for place, item in enumerate(value):
            found += misfits(item, schema.get("items", {}), known, f"{where}/{place}")
    elif isinstance(value, int | float) and "minimum" in schema:
        low = schema["minimum"]
        if value < low or (schema.get("exclusiveMinimum") and value == low):
            found.append(f"{where}: {value} is too low")
    return found


def test_the_checker_of_these_tests_can_fail(shared_data: Path) -> None:
    known = schemas(shared_data, "EBL_PINT_v3.0.0.yaml")
    good = written(bill()).message
    changes: tuple[dict[str, Any], ...] = (
        {"carrierCode": "TOO LONG"},
        {"isToOrder": "yes"},
        {"utilizedTransportEquipments": []},
        {"carrierCodeListProvider": "X"},
    )
    for bad in changes:
        assert misfits(good | bad, known["TransportDocument"], known), bad


@pytest.mark.parametrize("form", ["order", "bearer", "straight"])
def test_a_transport_document_fits_the_schema(shared_data: Path, form: str) -> None:
    known = schemas(shared_data, "EBL_PINT_v3.0.0.yaml")
    told = written(bill(form))
    assert told.lacking == ()
    assert misfits(told.message, known["TransportDocument"], known) == []


def test_an_envelope_and_everything_signed_in_it_fit_the_schemas(shared_data: Path) -> None:
    known = schemas(shared_data, "EBL_PINT_v3.0.0.yaml")
    message = sent().message
    assert misfits(message, known["EblEnvelope"], known) == []
    manifest, _ = opened(message["envelopeManifestSignedContent"], TRUSTED)
    assert misfits(manifest, known["EnvelopeManifest"], known) == []
    entry, _ = opened(message["envelopeTransferChain"][0], TRUSTED)
    assert misfits(entry, known["EnvelopeTransferChainEntry"], known) == []
    issued, _ = opened(entry["issuanceManifestSignedContent"], CARRIERS)
    assert misfits(issued, known["IssuanceManifest"], known) == []


def test_issuance_and_surrender_fit_their_schemas(shared_data: Path) -> None:
    known = schemas(shared_data, "EBL_ISS_v3.0.0.yaml")
    to = issue_to(BUYER, KEYS[BUYER].did, PLATFORM, NAMES)
    assert misfits(issuance_request(written(bill()).message, to, KEYS[CARRIER]), known["IssuanceRequest"], known) == []
    known = schemas(shared_data, "EBL_SUR_v3.0.0.yaml")
    for purpose in ("delivery", "amendment", "paper"):
        steps = (*STEPS, step(4, "surrender", BUYER, purpose=purpose))
        request = surrender_request(bill(), steps, digests(steps), PLATFORM, NAMES)
        assert misfits(request, known["SurrenderRequestDetails"], known) == []
    for answer in (surrender_answer("R1", True), surrender_answer("R1", False, "the ship is at sea")):
        assert misfits(answer, known["SurrenderRequestAnswer"], known) == []


def test_examples_of_the_standard_are_read(shared_data: Path) -> None:
    folder = shared_data / "documents" / "dcsa"
    told = read(msgspec.json.decode((folder / "pint" / "pint-3.0.0-transport-document.json").read_bytes()))
    assert (told.document.form, told.document.loading_port, told.document.vessel) == (
        "straight",
        "DKAAR",
        "HMM Algeciras",
    )
    assert [(line.packages, str(line.gross_kg), line.containers) for line in told.document.goods] == [
        (400, "12000", ("NARU3472484",))
    ]
    assert told.lost
    request = msgspec.json.decode((folder / "eblissuance" / "eblissuance-v3.0.0-request.json").read_bytes())
    assert read(request["document"]).document.goods


@pytest.mark.parametrize("form", ["order", "bearer", "straight"])
def test_what_is_written_is_read_again(form: str) -> None:
    document = bill(form)
    told = written(document)
    back = read(msgspec.json.decode(msgspec.json.encode(told.message))).document
    contacts = {"issuer": msgspec.structs.replace(document.issuer, contact="")}
    assert back == msgspec.structs.replace(document, **contacts)


def test_what_has_no_place_and_what_is_lacking_are_told() -> None:
    told = written(bill("bearer", law="GBR", replaces_paper="P-1", terms="", carrier_code=""))
    lost = " ".join(text.en for text in told.lost)
    assert "law: GBR" in lost
    assert "replaces_paper: P-1" in lost
    assert "bearer" in lost
    assert {problem.where for problem in told.lacking} == {"terms", "carrier_code"}
    receipt = TitleDocument("warehouse_receipt", "bearer", "W1", bill().issuer, bill().shipper, bill().goods)
    assert "kind" in {problem.where for problem in written(receipt).lacking}


def test_requests_are_read_strictly() -> None:
    to = issue_to(BUYER, KEYS[BUYER].did, PLATFORM, NAMES)
    request = issuance_request(written(bill()).message, to, KEYS[CARRIER])
    told = read_issuance(msgspec.json.encode(request), CARRIERS)
    assert (told.to, told.platform, ("ZZZ", BUYER) in told.codes) == ("Example Kansai K.K.", PLATFORM, True)
    for change in ({"document": request["document"] | {"carrierCode": "FAKE"}}, {"issueTo": request["issueTo"] | {"partyName": "Thief"}},
                   {"issuanceManifestSignedContent": "a.b.c"}, {"issueTo": None}):  # fmt: skip
        with pytest.raises(Unreadable):
            read_issuance(msgspec.json.encode(request | change), CARRIERS)
    with pytest.raises(Unreadable):
        read_issuance(msgspec.json.encode(request), TRUSTED)


def test_surrender_requests_and_answers_go_round() -> None:
    steps = (*STEPS, step(4, "surrender", BUYER, purpose="paper"))
    request = surrender_request(bill(), steps, digests(steps), PLATFORM, NAMES)
    told = read_surrender_request(msgspec.json.encode(request))
    assert (told.reference, told.number, told.purpose) == (digests(steps)[-1], "EXBL118", "paper")
    assert [link["actionCode"] for link in request["endorsementChain"]] == [
        "ISSUE",
        "BLANK_ENDORSE",
        "TRANSFER",
        "SURRENDER_FOR_AMENDMENT",
    ]
    assert read_surrender_answer(msgspec.json.encode(surrender_answer("R", False, "no"))).accepted is False
    assert read_surrender_answer(msgspec.json.encode(surrender_answer("R", True))).accepted is True
    for bad in ((ISSUED,), (*STEPS, step(4, "surrender", BUYER, purpose="split"))):
        with pytest.raises(ValueError, match="not surrendered"):
            surrender_request(bill(), bad, digests(bad), PLATFORM, NAMES)
    for accepted, comments in ((True, "thanks"), (False, "")):
        with pytest.raises(ValueError, match="refusal"):
            surrender_answer("R", accepted, comments)


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b"[" * 10_000, b'{"a":1,"a":2}', b'{"surrenderRequestCode":"SREQ"}', b"\xff\xfe"]
)
def test_hostile_requests_are_rejected_with_a_reason(data: bytes) -> None:
    for reader in (read_surrender_request, read_surrender_answer):
        with pytest.raises(Unreadable) as caught:
            reader(data)
        assert caught.value.reason.zh
    with pytest.raises(Unreadable):
        read_issuance(data, CARRIERS)
