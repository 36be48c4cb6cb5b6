"""A paper's bytes go to those who may read what is in it, and to nobody who merely knows its digest."""

from hashlib import sha256

import pytest

from entrepot.channels.online import Voice
from entrepot.kernel.intake import Refusal
from entrepot.kernel.submissions import Evidence
from entrepot.kernel.why import NoSuchPlace
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from tests.portal.stage import ANN, BOB, OPENING

PAT = Voice("pat", "factory")
COSTS = b'{"goods.line/1": {"item_code": "A-1"}, "goods.bom/1": {"producer_country": "CHN"}, "no.such": {"margin": 41}}'
PUBLIC = b'{"goods.line/2": {"hs": "20039010"}}'


def open_to(desk: Desk, digest: str, *voices: Voice) -> list[str]:
    """Which of the voices may have the paper."""
    able = []
    for voice in voices:
        try:
            desk.document("D1", digest, voice)
            able.append(voice.person)
        except NoSuchPlace:
            continue
    return able


def test_a_paper_that_states_a_secret_is_kept_from_those_who_may_not_read_it(opened: Desk) -> None:
    opened.say("D1", [Draft("dossier.member", {"roles": ["broker"]}, "factory")], ANN)
    secret = opened.take_paper("D1", "costs.json", COSTS, ANN).digest
    public = opened.take_paper("D1", "invoice.json", PUBLIC, ANN).digest
    assert open_to(opened, secret, ANN, BOB, PAT) == ["ann", "pat"]
    assert open_to(opened, public, ANN, BOB, PAT) == ["ann", "bob", "pat"]


def test_a_paper_keeps_its_secret_when_what_it_stated_was_replaced(opened: Desk) -> None:
    secret = opened.take_paper("D1", "costs.json", COSTS, ANN)
    made = next(f for f in opened.read("D1", ANN).facts if f.topic == "goods.bom").statements[0].id
    opened.say("D1", [Draft("goods.bom", None, "1", withdraws=(made,))], ANN)
    assert open_to(opened, secret.digest, ANN, BOB) == ["ann"]


def test_what_could_not_be_read_in_a_secret_paper_is_told_to_its_giver_alone(opened: Desk) -> None:
    taken = opened.take_paper("D1", "costs.json", COSTS, ANN)
    assert any("no.such" in problem.what.en for problem in taken.problems)
    (fact,) = (f for f in opened.read("D1", BOB).facts if f.topic == "paper.received")
    assert list(fact.value["unread"]) == ["not all of it was read: 1 notes for whoever handed it in"]


def test_a_paper_that_nobody_has_read_stays_with_its_giver_until_its_giver_cites_it(opened: Desk) -> None:
    scan = b"%PDF-1.7 a supplier's invoice"
    kept = opened.keep_paper("D1", "scan.pdf", scan, ANN).digest
    assert open_to(opened, kept, ANN, BOB) == ["ann"]
    cited = (Evidence(kept, "scan.pdf"),)
    opened.say("D1", [Draft("goods.line", {"brand": "none"}, "9", evidence=cited)], BOB)
    assert open_to(opened, kept, ANN, BOB) == ["ann"]
    opened.say("D1", [Draft("goods.line", {"brand": "none"}, "1", evidence=cited)], ANN)
    assert open_to(opened, kept, ANN, BOB) == ["ann", "bob"]


def test_nobody_fetches_a_paper_out_of_another_dossier_by_its_digest(opened: Desk) -> None:
    secret = opened.take_paper("D1", "costs.json", COSTS, ANN).digest
    claim = Draft("paper.received", {"name": "mine.json", "kind": "facts"}, secret)
    with pytest.raises(Refusal) as refusal:
        opened.say("D2", [OPENING[0], claim], BOB)
    assert {problem.rule for problem in refusal.value.problems} == {"D022"}
    opened.say("D2", OPENING[:1], BOB)
    ((became,),) = opened.say_many([("D2", [claim])], BOB)
    assert {problem.rule for problem in became.problems} == {"D022"}
    with pytest.raises(NoSuchPlace):
        opened.document("D2", secret, BOB)
    assert opened.keep_paper("D2", "mine.json", COSTS, BOB).digest == secret == sha256(COSTS).hexdigest()


def test_a_paper_handed_in_by_mistake_may_be_withdrawn(opened: Desk) -> None:
    taken = opened.take_paper("D1", "invoice.json", PUBLIC, ANN)
    received = next(f for f in opened.read("D1", ANN).facts if f.topic == "paper.received").statements[0].id
    opened.say("D1", [Draft("paper.received", None, taken.digest, withdraws=(received,))], ANN)
    assert open_to(opened, taken.digest, ANN) == []


def test_the_page_offers_only_the_papers_that_its_reader_may_have(opened: Desk) -> None:
    digests = {
        opened.take_paper("D1", name, data, ANN).digest: name
        for name, data in (("open.json", PUBLIC), ("secret.json", COSTS))
    }
    assert {digests[digest] for digest in opened.papers_to_have("D1", ANN)} == {"open.json", "secret.json"}
    assert {digests[digest] for digest in opened.papers_to_have("D1", BOB)} == {"open.json"}
