"""The file of a title: checked without the platform, and whatever was changed in it is told with the reason."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from entrepot.gateways.verdict import Verdict
from entrepot.portal import titles
from entrepot.portal.desk import Desk
from entrepot.portal.titles_export import LARGEST, export, verify_title
from tests.portal.title_stage import BANK, BUYER, CARRIER, SHIPPER, bill, issued, receipt, staged, voice

Told = dict[str, Any]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder: Path = tmp_path_factory.mktemp("titles")
    desk = staged(folder)
    yield desk
    desk.store.close()


@pytest.fixture(scope="module")
def told(desk: Desk) -> bytes:
    """A bill that went from shipper to bank to buyer."""
    title = issued(desk, bill("order"))
    titles.take(desk, voice(SHIPPER), title, "endorse_blank")
    titles.take(desk, voice(SHIPPER), title, "transfer", to=BANK)
    titles.take(desk, voice(BANK), title, "transfer", to=BUYER)
    return export(desk, voice(BUYER), title)


def failing(verdict: Verdict) -> list[str]:
    return [f"{one.name.en}: {one.reason.en}" for one in verdict.checks if one.result == "fails"]


def test_a_whole_file_holds(desk: Desk, told: bytes) -> None:
    verdict = verify_title(told, now=desk.store.clock(), log=desk.store.log_key)
    assert failing(verdict) == []
    assert verdict.accepted
    assert (verdict.says["holder"], verdict.says["number"]) == (BUYER, 4)
    open_ = [one.name.en for one in verdict.checks if one.result == "not checked"]
    assert open_ == ["nothing came later", "names of the parties"]


def test_without_a_key_of_the_log_the_receipts_are_not_checked(told: bytes) -> None:
    verdict = verify_title(told)
    assert failing(verdict) == []
    assert "place in the log" in [one.name.en for one in verdict.checks if one.result == "not checked"]


def _missing(told: Told) -> None:
    del told["steps"][2], told["receipts"][2]


def _forked(told: Told) -> None:
    told["steps"].append(told["steps"][3] | {"to": CARRIER})
    told["receipts"].append(told["receipts"][3])


def _twice(told: Told) -> None:
    told["steps"].append(told["steps"][3])
    told["receipts"].append(told["receipts"][3])


def _forged(told: Told) -> None:
    told["steps"][3]["to"] = CARRIER


def _bad_signature(told: Told) -> None:
    value = told["steps"][3]["proof"]["proofValue"]
    told["steps"][3]["proof"]["proofValue"] = value[:-1] + ("2" if value[-1] != "2" else "3")


def _not_holder(told: Told) -> None:
    told["steps"][3]["proof"]["verificationMethod"] = told["steps"][0]["proof"]["verificationMethod"]


def _changed_document(told: Told) -> None:
    told["documents"][0]["goods"][0]["quantity"] = "481"


def _spelt_otherwise(told: Told) -> None:
    told["documents"][0]["law"] = ""


def _other_receipt(told: Told) -> None:
    told["receipts"][3] = told["receipts"][2]


def _no_receipt(told: Told) -> None:
    told["receipts"].pop()


def _cut_receipt(told: Told) -> None:
    told["receipts"][1] = told["receipts"][1][:-40]


def _other_title(told: Told) -> None:
    told["title"] = "T-other"


def _reordered(told: Told) -> None:
    told["steps"][1], told["steps"][2] = told["steps"][2] | {"number": 2}, told["steps"][1] | {"number": 3}


def _more(told: Told) -> None:
    told["note"] = "trust me"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (_missing, "step 3 is missing"),
        (_forked, "the chain is forked"),
        (_twice, "the chain is forked"),
        (_forged, "signatures of the steps: step 4"),
        (_bad_signature, "signatures of the steps: step 4"),
        (_not_holder, "not signed with the key by which"),
        (_changed_document, "documents"),
        (_spelt_otherwise, "one spelling"),
        (_other_receipt, "another statement"),
        (_no_receipt, "one receipt for each step"),
        (_cut_receipt, "place in the log: step 2"),
        (_other_title, "does not follow"),
        (_reordered, "signatures of the steps"),
        (_more, "'note'"),
    ],
)
def test_what_was_changed_is_told(desk: Desk, told: bytes, change: Callable[[Told], None], reason: str) -> None:
    body: Told = msgspec.json.decode(told)
    change(body)
    verdict = verify_title(msgspec.json.encode(body), now=desk.store.clock(), log=desk.store.log_key)
    assert not verdict.accepted
    assert any(reason in one for one in failing(verdict)), failing(verdict)


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"{}", b'{"format":"entrepot-title/1"}', b"\xff", b'{"format":"entrepot-title/1","title":"T","steps":[],"documents":[]}',
     b'{"format":"entrepot-title/1","format":"x"}', b"[" * 100_000, b" " * (LARGEST + 1),
     b'{"format":"entrepot-title/1","title":"T","documents":[],"receipts":[],"steps":[{"number":9007199254740993}]}'],
)  # fmt: skip
def test_hostile_bytes_are_rejected_with_a_reason(data: bytes) -> None:
    verdict = verify_title(data)
    assert failing(verdict)
    assert not verdict.accepted


@pytest.mark.parametrize("quantity", ["1E+99999999", "NaN", "-5"])
def test_a_quantity_out_of_all_measure_is_rejected_at_once(told: bytes, quantity: str) -> None:
    body: Told = msgspec.json.decode(told)
    body["documents"][0]["goods"][0]["quantity"] = quantity
    assert failing(verify_title(msgspec.json.encode(body)))


def test_a_part_brings_the_title_that_it_came_from(desk: Desk) -> None:
    whole = issued(desk, receipt(), BANK)
    titles.take(desk, voice(BANK), whole, "surrender", purpose="split")
    made = titles.divide(desk, voice(CARRIER), whole, [{"1": Decimal(600)}, {"1": Decimal(400)}])
    titles.take(desk, voice(BANK), made[2].title, "transfer", to=BUYER)
    data = export(desk, voice(BUYER), made[2].title)
    assert failing(verify_title(data, log=desk.store.log_key)) == []
    body: Told = msgspec.json.decode(data)
    for change in (
        {"parent": None},
        {"parent": body},
        {"parent": body["parent"] | {"steps": body["parent"]["steps"][:-1]}},
    ):
        assert failing(verify_title(msgspec.json.encode(body | change))), change


def test_a_part_that_names_another_split_is_rejected(desk: Desk) -> None:
    whole = issued(desk, msgspec.structs.replace(receipt(), number="EXWR8"), BANK)
    titles.take(desk, voice(BANK), whole, "surrender", purpose="split")
    made = titles.divide(desk, voice(CARRIER), whole, [{"1": Decimal(600)}, {"1": Decimal(400)}])
    body: Told = msgspec.json.decode(export(desk, voice(BANK), made[1].title))
    step = titles.opened(desk, voice(BANK), made[1].title).chain.steps[0]
    did = step.proof.verification_method.partition("#")[0] if step.proof else ""
    for field, value in (("parent_step", "0" * 64), ("to", BUYER)):
        forged = msgspec.structs.replace(step, **{field: value})
        body["steps"] = [titles.signed(desk, voice(CARRIER), forged, did)]
        assert any("split from its parent" in one for one in failing(verify_title(msgspec.json.encode(body)))), field


def test_whoever_gave_it_up_exports_the_past_only(desk: Desk) -> None:
    title = issued(desk, bill(number="EXBL120"))
    titles.take(desk, voice(SHIPPER), title, "transfer", to=BANK)
    titles.take(desk, voice(BANK), title, "transfer", to=BUYER)
    data = export(desk, voice(SHIPPER), title)
    assert BUYER not in data.decode().replace(f'"organisation":"{BUYER}"', "")
    assert verify_title(data, log=desk.store.log_key).says["holder"] == BANK
