"""What was filed is drawn again with what was known and the packs of then, and told where it is not the same."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from entrepot.gateways.sandbox.customs import SandboxCustoms
from entrepot.portal.audit.filed import filed, law_of
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from tests.portal.stage import ANN, BOB, LINE_ONE, OPENING, open_desk

TERMS = {"contract_no": "C-1", "invoice_no": "I-1", "payment": "T/T"}


@pytest.fixture
def sent(tmp_path: Path) -> Iterator[Desk]:
    desk = open_desk(tmp_path, offices=[SandboxCustoms()])
    desk.say("D1", [*OPENING, LINE_ONE, Draft("trade.terms", TERMS)], ANN)
    form = next(one for one in desk.read("D1", ANN).findings if one.topic == "declaration.form")
    desk.send("D1", "declaration.form", form.digest, ANN, "as agreed")
    yield desk
    desk.store.close()


def test_what_was_sent_is_drawn_again_the_same_whatever_was_said_since(sent: Desk) -> None:
    with sent.store.holding("D1") as record:
        old = tuple(one.id for one in record.standing("goods.line")["1"].statements)
    line = Draft(
        "goods.line", {"hs": "28092019", "quantity": "30", "unit": "t", "amount": "USD 20000.00"}, "1", replaces=old
    )
    other = Draft("goods.line", {"hs": "28092019", "quantity": "1", "unit": "t", "amount": "USD 1.00"}, "2")
    sent.say("D1", [line, other], ANN)
    now = next(one for one in sent.read("D1", ANN).findings if one.topic == "declaration.form")
    [one] = filed(sent, "D1", ANN)
    assert (one.topic, one.office, one.verdict, one.again) == ("declaration.form", "customs", "equal", one.digest)
    assert one.digest != now.digest


def test_a_pack_that_is_not_kept_is_named_and_nothing_is_drawn(sent: Desk) -> None:
    assert law_of(sent, {"ZZ": "0" * 64}) == (None, ("ZZ",))
    assert law_of(sent, {}) == (sent.law, ())


def test_who_may_not_read_what_was_sent_is_told_of_none(sent: Desk) -> None:
    topic = sent.registry.topics["declaration.form.sent"]
    assert bool(filed(sent, "D1", BOB)) == bool(topic.read & {"importer"})
