"""The door of titles: who may take which step, what is checked before it, what each party sees, and that there is no other door."""

from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from entrepot.channels.online import Voice
from entrepot.gateways.credentials.data_integrity import signing_input, with_proof
from entrepot.gateways.credentials.keys import SigningKey
from entrepot.kernel.intake import Refusal
from entrepot.kernel.vocabulary.titles import TitleStep
from entrepot.modules.titles.rules.splitting import part_document
from entrepot.modules.titles.rules.steps import digest_of
from entrepot.portal import titles, titles_read
from entrepot.portal.desk import Desk, NoSuchDossier
from entrepot.portal.drafts import Draft
from entrepot.portal.issuing_keys import challenge, key_for, register_key, revoke_key
from tests.portal.title_stage import BANK, BUYER, CARRIER, SHIPPER, Clock, bill, issued, receipt, staged, voice


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = staged(tmp_path)
    yield desk
    desk.store.close()


def holder(desk: Desk, title: str) -> tuple[str, str]:
    with desk.store.holding(title) as record:
        control = titles.title_in(record).control
    return control.state, control.holder


def refused(desk: Desk, firm: str, title: str, action: Any, **fields: Any) -> list[str]:
    with pytest.raises(Refusal) as caught:
        titles.take(desk, voice(firm), title, action, **fields)
    return [problem.rule for problem in caught.value.problems]


def test_a_bill_goes_round_and_ends_with_the_carrier(desk: Desk) -> None:
    title = issued(desk, bill("order"))
    titles.take(desk, voice(SHIPPER), title, "endorse_blank")
    titles.take(desk, voice(SHIPPER), title, "transfer", to=BANK)
    titles.take(desk, voice(BANK), title, "transfer", to=BUYER)
    assert holder(desk, title) == ("circulating", BUYER)
    titles.take(desk, voice(BUYER), title, "surrender", purpose="delivery")
    assert holder(desk, title) == ("surrendered", CARRIER)
    titles.take(desk, voice(CARRIER), title, "accept")
    assert holder(desk, title) == ("delivered", "")
    assert refused(desk, CARRIER, title, "transfer", to=BUYER)


def test_an_outsider_is_told_that_there_is_no_title(desk: Desk) -> None:
    title = issued(desk)
    for firm in (BUYER, BANK, "nobody", ""):
        with pytest.raises(NoSuchDossier):
            titles_read.read(desk, voice(firm), title)
        with pytest.raises(NoSuchDossier):
            titles.take(desk, voice(firm), title, "transfer", to=firm)
    with pytest.raises(NoSuchDossier):
        titles_read.read(desk, voice(CARRIER), "no-such-title")
    assert titles_read.mine(desk, voice(BUYER)).titles == ()


def test_whoever_gave_it_up_sees_the_past_and_nothing_of_what_came_later(desk: Desk) -> None:
    title = issued(desk)
    titles.take(desk, voice(SHIPPER), title, "transfer", to=BANK)
    titles.take(desk, voice(BANK), title, "transfer", to=BUYER)
    past = titles_read.read(desk, voice(SHIPPER), title)
    assert (past.past, past.control.holder, [one.step.number for one in past.steps], past.possible) == (
        True,
        BANK,
        [1, 2],
        (),
    )
    assert BUYER not in msgspec.json.encode([past.steps, past.control]).decode()
    now = titles_read.read(desk, voice(BUYER), title)
    assert (now.past, now.control.holder, len(now.steps)) == (False, BUYER, 3)
    assert len(titles_read.read(desk, voice(CARRIER), title).steps) == 3
    parts = {
        firm: [card.part for card in titles_read.mine(desk, voice(firm)).titles]
        for firm in (CARRIER, SHIPPER, BANK, BUYER)
    }
    assert parts == {CARRIER: ["issuer"], SHIPPER: ["past"], BANK: ["past"], BUYER: ["holder"]}
    (card,) = titles_read.mine(desk, voice(SHIPPER)).titles
    assert (card.holder, card.steps) == (BANK, 2)


def test_whoever_gave_it_up_learns_nothing_by_trying(desk: Desk) -> None:
    title = issued(desk)
    titles.take(desk, voice(SHIPPER), title, "transfer", to=BANK)
    stale = titles.signed(
        desk, voice(SHIPPER), titles.prepared(desk, voice(SHIPPER), title, "transfer", to=BUYER), own_did(desk, SHIPPER)
    )
    titles.take(desk, voice(BANK), title, "transfer", to=BUYER)
    assert refused(desk, SHIPPER, title, "transfer", to=BANK) == ["TI038"]
    with pytest.raises(Refusal) as caught:
        titles.prepared(desk, voice(SHIPPER), title, "transfer", to=BANK)
    assert [one.rule for one in caught.value.problems] == ["TI038"]
    with pytest.raises(Refusal) as caught:
        titles.said(desk, voice(SHIPPER), title, stale)
    assert [one.rule for one in caught.value.problems] == ["TI038"]


def own_did(desk: Desk, firm: str) -> str:
    held = key_for(desk, firm, "titles")
    assert held is not None
    return held.did


def test_no_other_door_sees_or_says_anything_of_a_title(desk: Desk) -> None:
    title = issued(desk)
    for firm in (CARRIER, SHIPPER, BUYER):
        for role in ("exporter", "carrier", "operator"):
            someone = Voice("p", firm, frozenset({role}) & {"operator"})
            with pytest.raises((NoSuchDossier, Refusal)):
                desk.say(title, [Draft("title.step", {"title": title}, "2")], someone)
        with pytest.raises(NoSuchDossier):
            desk.read(title, voice(firm))
    operator = Voice("o", "operator", frozenset({"operator"}))
    with desk.store.holding(title) as record:
        first = record.standing("title.step")["1"].statements[0].id
    with pytest.raises(Refusal):
        desk.say(title, [Draft("title.step", key="1", withdraws=(first,))], operator)
    assert holder(desk, title) == ("circulating", SHIPPER)


def test_control_passes_only_to_whoever_can_use_it(desk: Desk) -> None:
    title = issued(desk)
    assert refused(desk, SHIPPER, title, "transfer", to="exampel-bank") == ["TI030"]
    with pytest.raises(Refusal) as caught:
        issued(desk, bill(number="EXBL119"), "unknown")
    assert caught.value.problems[0].rule == "TI030"


def own_key(desk: Desk, firm: str) -> SigningKey:
    key = SigningKey.from_seed(firm.encode().ljust(32, b"-"))
    proof = b64encode(key.sign(challenge(desk, voice(firm), key.key.multikey).encode())).decode()
    register_key(desk, voice(firm), key.key.multikey, proof, firm)
    return key


def at_home(desk: Desk, step: TitleStep, key: SigningKey) -> dict[str, Any]:
    body = titles.to_sign(step, key.did, desk)
    proof = body.pop("proof")
    return with_proof(body, proof, key.sign(signing_input(body, proof)))


def test_a_holder_with_a_key_of_its_own_signs_at_home(desk: Desk) -> None:
    key = own_key(desk, BANK)
    title = issued(desk, to=BANK)
    assert titles.opened(desk, voice(BANK), title).control.holder_key == key.did
    assert refused(desk, BANK, title, "transfer", to=BUYER) == ["TI032"]
    step = titles.prepared(desk, voice(BANK), title, "transfer", to=BUYER)
    taken = titles.said(desk, voice(BANK), title, at_home(desk, step, key))
    assert taken.status == "said"
    assert holder(desk, title) == ("circulating", BUYER)


def test_the_same_signed_step_again_is_answered_like_the_first_time(desk: Desk) -> None:
    key = own_key(desk, BANK)
    title = issued(desk, to=BANK)
    body = at_home(desk, titles.prepared(desk, voice(BANK), title, "transfer", to=BUYER), key)
    first, again = (titles.said(desk, voice(BANK), title, body) for _ in range(2))
    assert (first.status, again.status, first.digest) == ("said", "already", again.digest)


def test_forged_steps_are_refused_one_and_all(desk: Desk) -> None:
    key = own_key(desk, BANK)
    title = issued(desk, to=BANK)
    step = titles.prepared(desk, voice(BANK), title, "transfer", to=BUYER)
    good = at_home(desk, step, key)

    def rules(body: dict[str, Any], firm: str = BANK) -> set[str]:
        with pytest.raises(Refusal) as caught:
            titles.said(desk, voice(firm), title, body)
        return {problem.rule for problem in caught.value.problems}

    other = key_for(desk, CARRIER, "titles")
    assert other is not None
    assert "TI034" in rules(good | {"to": CARRIER, "to_key": other.did})
    assert "TI033" in rules({name: value for name, value in good.items() if name != "proof"})
    assert "TI033" in rules(good | {"reason": ""})  # the same meaning, in another spelling
    assert rules(good | {"number": "2"})
    assert "TI038" in rules(good, CARRIER)
    thief = SigningKey.from_seed(b"t" * 32)
    assert {"TI005", "TI035"} <= rules(at_home(desk, step, thief))
    stale = msgspec.structs.replace(step, at="2026-01-01T00:00:00.000Z")
    assert "TI008" in rules(at_home(desk, stale, key))
    future = msgspec.structs.replace(step, at="2027-01-01T00:00:00.000Z")
    assert "TI036" in rules(at_home(desk, future, key))
    stranger = msgspec.structs.replace(step, to_key=thief.did)
    assert "TI037" in rules(at_home(desk, stranger, key))
    assert holder(desk, title) == ("circulating", BANK)
    assert titles.said(desk, voice(BANK), title, good).status == "said"


def test_control_passes_to_no_key_that_its_owner_revoked_meanwhile(desk: Desk) -> None:
    key = own_key(desk, BANK)
    title = issued(desk, to=BANK)
    body = at_home(desk, titles.prepared(desk, voice(BANK), title, "transfer", to=BUYER), key)
    held = key_for(desk, BUYER, "titles")
    assert held is not None
    revoke_key(desk, voice(BUYER), held.key, "stolen")
    with pytest.raises(Refusal) as caught:
        titles.said(desk, voice(BANK), title, body)
    assert [one.rule for one in caught.value.problems] == ["TI037"]


def test_a_revoked_key_moves_nothing_any_more(desk: Desk) -> None:
    title = issued(desk, to=BANK)
    held = key_for(desk, BANK, "titles")
    assert held is not None
    revoke_key(desk, voice(BANK), held.key, "stolen")
    assert refused(desk, BANK, title, "transfer", to=BUYER) == ["TI031"]
    with pytest.raises(Refusal):
        issued(desk, to=BANK)


def test_a_revoked_key_of_ones_own_signs_no_step_either(desk: Desk) -> None:
    key = own_key(desk, BANK)
    title = issued(desk, to=BANK)
    body = at_home(desk, titles.prepared(desk, voice(BANK), title, "transfer", to=BUYER), key)
    revoke_key(desk, voice(BANK), key.key.multikey, "lost")
    with pytest.raises(Refusal) as caught:
        titles.said(desk, voice(BANK), title, body)
    assert [one.rule for one in caught.value.problems] == ["TI035"]


def test_a_mandate_moves_no_title_and_sees_none(desk: Desk) -> None:
    title = issued(desk)
    clerk = Voice("clerk", SHIPPER, frozenset({"clerk"}), "window", "M-1", "counter")
    with pytest.raises(NoSuchDossier):
        titles.take(desk, clerk, title, "transfer", to=BANK)


def test_an_amended_document_is_kept_beside_the_first(desk: Desk) -> None:
    title = issued(desk, to=BANK)
    titles.take(desk, voice(BANK), title, "surrender", purpose="amendment")
    new = bill(discharge_port="JPOSA")
    titles.take(desk, voice(CARRIER), title, "amend", new)
    reading = titles_read.read(desk, voice(BANK), title)
    assert (reading.document.discharge_port, reading.control.holder) == ("JPOSA", BANK)
    assert len(titles.opened(desk, voice(BANK), title).documents) == 2


def test_a_receipt_is_divided_into_new_titles_that_name_it(desk: Desk) -> None:
    title = issued(desk, receipt(), BANK)
    titles.take(desk, voice(BANK), title, "surrender", purpose="split")
    with pytest.raises(Refusal) as caught:
        titles.divide(desk, voice(CARRIER), title, [{"1": Decimal(600)}, {"1": Decimal(399)}])
    assert [one.rule for one in caught.value.problems] == ["TI011"]
    made = titles.divide(desk, voice(CARRIER), title, [{"1": Decimal(600)}, {"1": Decimal(400)}])
    assert [one.status for one in made[1:]] == ["said", "said"]
    again = titles.divide(desk, voice(CARRIER), title, [])
    assert [(one.title, one.status) for one in again[1:]] == [(one.title, "already") for one in made[1:]]
    parts = [titles_read.read(desk, voice(BANK), one.title) for one in made[1:]]
    shown = [(str(part.document.goods[0].quantity), part.control.parent, part.control.holder) for part in parts]
    assert shown == [("600", title, BANK), ("400", title, BANK)]
    titles.take(desk, voice(BANK), made[1].title, "transfer", to=BUYER)
    assert titles_read.read(desk, voice(BANK), title).control.state == "split"


def test_a_part_cannot_be_issued_twice_or_made_up(desk: Desk) -> None:
    title = issued(desk, receipt(), BANK)
    face = bill(kind="warehouse_receipt", part_of=title)
    step = titles.first_step(desk, voice(CARRIER), face, BANK, parent=title, parent_step="0" * 64)
    held = titles.ready(desk, voice(CARRIER))
    with pytest.raises(Refusal) as caught:
        titles.issued(desk, voice(CARRIER), titles.signed(desk, voice(CARRIER), step, held.did), face)
    assert [one.rule for one in caught.value.problems] == ["TI040"]


def test_a_part_goes_to_whoever_gave_up_the_whole_and_to_nobody_else(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    title = issued(desk, receipt(), BANK)
    titles.take(desk, voice(BANK), title, "surrender", purpose="split")
    with monkeypatch.context() as broken_off:
        broken_off.setattr(titles, "parts_issued", lambda *_: ())
        titles.divide(desk, voice(CARRIER), title, [{"1": Decimal(600)}, {"1": Decimal(400)}])
    whole = titles.opened(desk, voice(CARRIER), title)
    part = whole.control.parts[0]
    face = part_document(receipt(), whole.control, 1, part.goods)
    last = digest_of(whole.chain.steps[-1])
    step = titles.first_step(desk, voice(CARRIER), face, BUYER, part.title, parent=title, parent_step=last)
    did = titles.ready(desk, voice(CARRIER)).did
    with pytest.raises(Refusal) as caught:
        titles.issued(desk, voice(CARRIER), titles.signed(desk, voice(CARRIER), step, did), face)
    assert [one.rule for one in caught.value.problems] == ["TI040"]
    assert [one.status for one in titles.parts_issued(desk, voice(CARRIER), title)][1:] == ["said", "said"]


def test_a_title_id_is_issued_once(desk: Desk) -> None:
    titles.issue(desk, voice(CARRIER), bill(), SHIPPER, "T-1")
    with pytest.raises(Refusal) as caught:
        titles.issue(desk, voice(CARRIER), bill(number="EXBL119"), BANK, "T-1")
    assert caught.value.problems[0].rule in {"TI039", "S006"}
    assert holder(desk, "T-1") == ("circulating", SHIPPER)


def test_paper_takes_over_and_comes_back(desk: Desk) -> None:
    title = issued(desk, to=BANK)
    titles.take(desk, voice(BANK), title, "surrender", purpose="paper")
    titles.take(desk, voice(CARRIER), title, "to_paper", paper="P-1")
    assert holder(desk, title) == ("on_paper", "")
    assert refused(desk, CARRIER, title, "from_paper", paper="P-2", to=BUYER) == ["TI012"]
    titles.take(desk, voice(CARRIER), title, "from_paper", paper="P-1", to=BUYER)
    assert holder(desk, title) == ("circulating", BUYER)


def test_a_step_signed_long_ago_is_too_late(desk: Desk) -> None:
    title = issued(desk, to=BANK)
    step = titles.prepared(desk, voice(BANK), title, "transfer", to=BUYER)
    body = titles.signed(desk, voice(BANK), step, titles.opened(desk, voice(BANK), title).control.holder_key)
    clock = desk.store.clock
    assert isinstance(clock, Clock)
    clock.now += titles.LATE + timedelta(hours=1)
    with pytest.raises(Refusal) as caught:
        titles.said(desk, voice(BANK), title, body)
    assert [one.rule for one in caught.value.problems] == ["TI036"]


@pytest.mark.parametrize("quantity", ["1E+99999999", "1E-99999999", "NaN", "Infinity", "-1"])
def test_quantities_out_of_all_measure_are_refused_at_once(desk: Desk, quantity: str) -> None:
    document = bill()
    huge = msgspec.structs.replace(
        document, goods=(msgspec.structs.replace(document.goods[0], quantity=Decimal(quantity)),)
    )
    with pytest.raises(Refusal):
        issued(desk, huge)
    title = issued(desk, receipt(), BANK)
    titles.take(desk, voice(BANK), title, "surrender", purpose="split")
    with pytest.raises(Refusal):
        titles.divide(desk, voice(CARRIER), title, [{"1": Decimal(quantity)}, {"1": Decimal(400)}])
