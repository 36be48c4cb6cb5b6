"""Erasing by law through the doors: the plan, what refuses it, the deed, what the log says of it, and restores of older backups."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.test import Client
from typer.testing import CliRunner

from entrepot.channels.online import Voice
from entrepot.kernel.intake import Refusal
from entrepot.kernel.module import Registry
from entrepot.kernel.vocabulary import SHARED
from entrepot.kernel.why import NoSuchPlace
from entrepot.modules.evidence.module import RETENTION_MODULE
from entrepot.modules.evidence.rules import tree
from entrepot.portal import cli, erasing, setting, titles
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.portal.erasing import Order, apply_again, list_for_restores
from entrepot.store.backup import back_up, restore
from entrepot.store.backup import opened as opened_backup
from entrepot.store.intake import Content
from entrepot.store.notes import Checkpoint, split_note
from entrepot.store.store import Store
from entrepot.store.tokens import new_token
from entrepot_verify.receipt import verify
from tests.making import law
from tests.portal import title_stage
from tests.portal.stage import ANN, BOB, NOON, OPENING
from tests.portal.web import client_of

OPERATOR = Voice("officer-7", "zone-operator", frozenset({"operator"}))
CONSENT = Order("pipl-consent", "R-12", "the contact person withdrew consent")
SECRET = "the contact person, mobile 13900000000"
PARTY = Draft("trade.party", {"name": "Acme Chemicals", "address": SECRET}, "exporter")
PAPER = b"%PDF-1.7 the passport of a contact person"
RELEASED = Draft(
    "customs.release",
    {"released_on": "2026-03-21", "exported_on": "2026-03-20"},
    "530020260000000001",
    authority="transcript",
)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    store = Store.open(
        f"sqlite:///{tmp_path / 's.sqlite3'}", Registry((RETENTION_MODULE,), SHARED), nature="sandbox", keys=tmp_path / "keys",
        clock=lambda: NOON,
    )  # fmt: skip
    desk = Desk(store, law("erasure"), store.registry)
    for dossier in ("D1", "D2"):
        desk.say(dossier, [*OPENING, PARTY, Draft("declaration.particulars", {"flow": "E"})], ANN)
        desk.keep_paper(dossier, "passport.pdf", PAPER, ANN)
    yield desk
    store.close()


def party(desk: Desk, dossier: str = "D1") -> str:
    [standing] = desk.store.record(dossier).standing("trade.party").values()
    return standing.statements[0].id


def done(desk: Desk, *references: str, order: Order = CONSENT, dossier: str = "D1") -> erasing.ErasureDeed:
    """Plan and deed."""
    decided = msgspec.structs.replace(order, despite=order.despite or "counsel: no duty applies")
    plan = erasing.plan(desk, dossier, references, OPERATOR, decided)
    return erasing.erase(desk, dossier, references, OPERATOR, decided, plan.digest)


def refused(call: Any, *arguments: Any) -> set[str]:
    with pytest.raises(Refusal) as refusal:
        call(*arguments)
    return {problem.rule for problem in refusal.value.problems}


def everything_on_disk(desk: Desk) -> bytes:
    return b"".join(path.read_bytes() for path in desk.store.database.path.parent.glob("s.sqlite3*"))


# -- the deed ---------------------------------------------------------------------------------------------------------


def test_what_is_erased_is_gone_and_the_log_says_by_whom_and_under_which_article(desk: Desk) -> None:
    name, receipt = party(desk), desk.receipt("D1", party(desk), ANN)
    deed = done(desk, name)
    assert SECRET not in str(desk.read("D1", ANN))
    assert party(desk, "D2"), "the other dossier keeps its own words"
    [(key, standing)] = desk.store.record("D1").standing("record.erased").items()
    said = standing.statements[0]
    assert (key, said.by, said.for_) == (name, "officer-7", "zone-operator")
    assert (standing.value.law, standing.value.article, standing.value.request) == ("PIPL", "Art. 47(3)", "R-12")
    assert deed.said == (said.id,)
    shown = erasing.proof(desk, "D1", name, OPERATOR)
    proven = verify(shown["receipt"].encode(), desk.store.log_key)
    assert proven.statement is not None
    assert (proven.statement["topic"], proven.statement["key"]) == ("record.erased", name)
    # The leaf of what was erased stands where it stood, and the receipt handed out before still proves it.
    earlier = verify(receipt.encode(), desk.store.log_key).statement
    assert earlier is not None
    assert earlier["id"] == name
    leaf = shown["leaf"]
    head = Checkpoint.parse(split_note(leaf["checkpoint"])[0])
    entry = tree.entry_bytes("submission", bytes.fromhex(leaf["entry"]))
    path = [bytes.fromhex(one) for one in leaf["path"]]
    tree.verify_inclusion(tree.leaf_hash(entry), leaf["index"], head.size, path, head.root)


def test_the_words_are_nowhere_on_the_disk_any_more(desk: Desk) -> None:
    assert SECRET.encode() in everything_on_disk(desk)
    done(desk, "trade.party/exporter")
    done(desk, "trade.party/exporter", dossier="D2")
    assert SECRET.encode() not in everything_on_disk(desk)


def test_a_place_names_every_statement_that_was_ever_made_there(desk: Desk) -> None:
    first = party(desk)
    desk.say("D1", [Draft("trade.party", {"name": "Acme", "address": SECRET}, "exporter", replaces=(first,))], ANN)
    plan = erasing.plan(desk, "D1", ["trade.party/exporter"], OPERATOR, CONSENT)
    assert {item.reference for item in plan.items} == {first, party(desk)}


def test_a_paper_that_lies_in_two_dossiers_goes_from_both_and_both_say_so(desk: Desk) -> None:
    digest = Content(PAPER).digest
    plan = erasing.plan(desk, "D1", [digest], OPERATOR, CONSENT)
    assert plan.items[0].elsewhere == ("D2",)
    deed = done(desk, digest)
    assert len(deed.said) == 2
    for dossier in ("D1", "D2"):
        assert set(desk.store.record(dossier).standing("record.erased")) == {digest}
        with pytest.raises(NoSuchPlace):
            desk.document(dossier, digest, ANN)


def test_a_receipt_is_no_longer_made_of_what_was_erased(desk: Desk) -> None:
    name = party(desk)
    done(desk, name)
    with pytest.raises(Exception, match="erased"):
        desk.receipt("D1", name, ANN)


def test_the_task_that_carries_the_words_loses_them(desk: Desk) -> None:
    from entrepot.store.outbox import Task

    desk.store.enqueue([Task("send", SECRET.encode(), party(desk))])
    done(desk, party(desk))
    with desk.store.database.session() as session:
        assert session.all("SELECT payload, state, error FROM outbox") == [(b"", "given up", "erased")]


# -- what stands against it -------------------------------------------------------------------------------------------


def test_only_the_operator_erases_and_nobody_else_sees_the_plan(desk: Desk) -> None:
    for voice in (ANN, BOB, Voice("auditor", "court", frozenset({"auditor"}))):
        assert refused(erasing.plan, desk, "D1", [party(desk)], voice, CONSENT) == {"E901"}
    assert refused(desk.say, "D1", [Draft("record.erased", {}, "x")], OPERATOR)


def test_a_duty_to_keep_refuses_until_its_last_day(desk: Desk) -> None:
    desk.say("D1", [RELEASED], ANN)
    body = {"name": "contract.pdf", "kind": "contract"}
    kept = Content(b"%PDF-1.7 a contract")
    desk.say("D1", [Draft("paper.received", body, kept.digest)], ANN, contents=(kept,))
    plan = erasing.plan(desk, "D1", [kept.digest], OPERATOR, CONSENT)
    assert [problem.rule for problem in plan.refused] == ["E906"]
    assert "2036-03-19" in plan.refused[0].what.en
    assert "Art. 45" in plan.refused[0].what.zh
    order = msgspec.structs.replace(CONSENT, despite="we want to")
    assert refused(erasing.erase, desk, "D1", [kept.digest], OPERATOR, order, plan.digest) == {"E906"}
    assert desk.store.content(kept.digest) is not None
    assert done(desk, kept.digest, order=Order("order", "Court 7/2026", "ordered")).erased == (kept.digest,)


def test_on_its_last_day_a_duty_to_keep_still_stands(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.say("D1", [RELEASED], ANN)
    kept = Content(b"%PDF-1.7 a contract")
    desk.say("D1", [Draft("paper.received", {"name": "c.pdf", "kind": "contract"}, kept.digest)], ANN, contents=(kept,))
    for day, told in ((date(2036, 3, 19), ["E906"]), (date(2036, 3, 20), [])):
        monkeypatch.setattr(desk, "today", lambda day=day: day)
        plan = erasing.plan(desk, "D1", [kept.digest], OPERATOR, CONSENT)
        assert [problem.rule for problem in plan.refused] == told


def test_a_link_of_a_title_s_chain_stays(tmp_path: Path) -> None:
    desk = title_stage.open_desk(tmp_path, law=law("erasure"))
    for firm in (title_stage.CARRIER, title_stage.SHIPPER):
        titles.ready(desk, title_stage.voice(firm), firm)
    title = title_stage.issued(desk)
    for place in ("title.step/1", "title.document"):
        plan = erasing.plan(desk, title, [place], OPERATOR, CONSENT)
        assert [problem.rule for problem in plan.refused] == ["E911"]
    desk.store.close()


def test_data_of_a_rehearsal_is_a_ground_in_a_sandbox_alone(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    order = Order("rehearsal", "R-1", "over", "none")
    plan = erasing.plan(desk, "D1", [party(desk)], OPERATOR, order)
    monkeypatch.setattr(desk.store, "nature", "live")
    assert "E902" in refused(erasing.erase, desk, "D1", [party(desk)], OPERATOR, order, plan.digest)
    monkeypatch.undo()
    assert erasing.erase(desk, "D1", [party(desk)], OPERATOR, order, plan.digest).erased


def test_a_duty_nobody_is_sure_of_asks_for_a_decision_that_is_kept(desk: Desk) -> None:
    desk.say("D1", [RELEASED], ANN)
    plan = erasing.plan(desk, "D1", [party(desk)], OPERATOR, CONSENT)
    assert [problem.rule for problem in plan.unsure] == ["E907"]
    assert refused(erasing.erase, desk, "D1", [party(desk)], OPERATOR, CONSENT, plan.digest) == {"E907"}
    name = party(desk)
    done(desk, name, order=msgspec.structs.replace(CONSENT, despite="the contact is no part of the declaration"))
    assert (
        desk.store.record("D1").standing("record.erased")[name].value.despite
        == "the contact is no part of the declaration"
    )


def test_what_was_decided_where_no_duty_is_known_is_kept(desk: Desk) -> None:
    name = party(desk)
    assert [problem.rule for problem in erasing.plan(desk, "D1", [name], OPERATOR, CONSENT).unsure] == ["E909"]
    done(desk, name, order=msgspec.structs.replace(CONSENT, despite="counsel: nothing was ever shipped"))
    said = desk.store.record("D1").standing("record.erased")[name].value
    assert said.despite == "counsel: nothing was ever shipped"


def test_the_duties_of_every_dossier_that_a_paper_lies_in_must_be_known(desk: Desk) -> None:
    desk.say("D1", [RELEASED], ANN)  # what D2 must keep is still unknown
    plan = erasing.plan(desk, "D1", [Content(PAPER).digest], OPERATOR, CONSENT)
    assert "E909" in [problem.rule for problem in plan.unsure]
    desk.say("D2", [RELEASED], ANN)
    plan = erasing.plan(desk, "D1", [Content(PAPER).digest], OPERATOR, CONSENT)
    assert "E909" not in [problem.rule for problem in plan.unsure]


def test_every_problem_of_an_order_is_told_at_once(desk: Desk) -> None:
    order = msgspec.structs.replace(CONSENT, despite="two\nlines")
    assert refused(erasing.erase, desk, "D1", [party(desk)], OPERATOR, order, "another") == {"E903", "E904"}
    told = refused(erasing.erase, desk, "D1", [party(desk)], OPERATOR, Order("no-such", "", "two\nlines"), "another")
    assert told == {"E902", "E903", "E904", "E909"}


def test_a_plan_that_moved_is_not_carried_out(desk: Desk) -> None:
    plan = erasing.plan(desk, "D1", ["trade.party"], OPERATOR, CONSENT)
    desk.say("D1", [Draft("trade.party", {"name": "Buyer"}, "importer")], ANN)
    order = msgspec.structs.replace(CONSENT, despite="x")
    assert refused(erasing.erase, desk, "D1", ["trade.party"], OPERATOR, order, plan.digest) == {"E904"}


def test_what_is_not_there_or_gone_already_is_told(desk: Desk) -> None:
    assert refused(erasing.plan, desk, "D1", ["nothing"], OPERATOR, CONSENT) == {"E905"}
    assert refused(erasing.plan, desk, "D1", ["f" * 64], OPERATOR, CONSENT) == {"E905"}
    name = party(desk)
    done(desk, name)
    assert refused(erasing.plan, desk, "D1", [name], OPERATOR, CONSENT) == {"E905"}
    assert refused(
        erasing.plan, desk, "D1", list(desk.store.record("D1").standing("record.erased")), OPERATOR, CONSENT
    ) == {"E905"}


# -- restores ---------------------------------------------------------------------------------------------------------


def test_an_older_backup_gives_back_nothing_that_was_erased_since(desk: Desk, tmp_path: Path) -> None:
    name, file = party(desk), tmp_path / "b.zip"
    desk.store.integrate()
    back_up(desk.store.database, file, NOON, None)
    done(desk, name)
    done(desk, Content(PAPER).digest)
    assert list_for_restores(desk.store, tmp_path / "erasures") == 3
    line = msgspec.json.decode((tmp_path / "erasures").read_bytes().splitlines()[0])
    with (tmp_path / "erasures").open("ab") as later:  # of a dossier that is younger than the backup
        later.write(msgspec.json.encode(line | {"dossier": "D9", "reference": "younger"}) + b"\n")
    with opened_backup(file) as backup:
        assert restore(backup, f"sqlite:///{tmp_path / 'r.sqlite3'}", NOON).whole
    with Store.open(
        f"sqlite:///{tmp_path / 'r.sqlite3'}", desk.registry, keys=tmp_path / "keys", clock=lambda: NOON
    ) as again:
        before = again.submission(name)
        assert before is not None
        assert bytes(before.body)
        assert apply_again(again, tmp_path / "erasures") == (2, 1)
        left = again.submission(name)
        assert left is not None
        assert bytes(left.body) == b""
        assert again.content(Content(PAPER).digest) is None
        assert again.record("D1").standing("record.erased")[name].value.again
        for dossier in ("D1", "D2"):
            assert again.record(dossier).standing("record.erased")[Content(PAPER).digest].value.again
        assert apply_again(again, tmp_path / "erasures") == (0, 3)


# -- doors ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def client(desk: Desk) -> Client:
    return client_of(desk)


def headers(desk: Desk, *roles: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {new_token(desk.store, 'officer-7', 'zone-operator', roles)}"}


def test_by_api_first_the_plan_then_the_deed_then_its_proof(desk: Desk, client: Client) -> None:
    name, operator = party(desk), headers(desk, "operator")
    order = {
        "references": [name],
        "ground": "pipl-consent",
        "request": "R-12",
        "reason": "asked",
        "despite": "none applies",
    }

    def post(body: dict[str, Any], who: dict[str, str]) -> Any:
        return client.post("/api/v1/dossiers/D1/erasures", msgspec.json.encode(body), "application/json", headers=who)

    assert post(order, headers(desk, "auditor")).status_code == 403
    plan = post(order, operator).json()
    assert [item["reference"] for item in plan["items"]] == [name]
    assert post(order | {"digest": plan["digest"]}, operator).status_code == 201
    shown = client.get(f"/api/v1/dossiers/D1/erasures/{name}", headers=operator).json()
    assert shown["body"]["article"] == "Art. 47(3)"
    assert post(order | {"nonsense": 1}, operator).status_code == 422
    assert client.get("/api/v1/dossiers/D1/erasures/nothing", headers=operator).status_code == 404


def test_by_page_the_operator_sees_what_would_go_and_confirms_it(desk: Desk, client: Client) -> None:
    client.post("/sign-in", {"token": new_token(desk.store, "officer-7", "zone-operator", ("operator",)), "next": "/"})
    form = {
        "references": "trade.party/exporter",
        "ground": "pipl-consent",
        "request": "R-12",
        "reason": "asked",
        "despite": "none",
    }
    page = client.post("/d/D1/erasing/do", form).content.decode()
    assert party(desk) in page
    digest = erasing.plan(desk, "D1", ["trade.party/exporter"], OPERATOR, CONSENT).digest
    assert digest in page
    assert client.post("/d/D1/erasing/do", form | {"digest": digest}).status_code == 302
    after = client.get("/d/D1/erasing?done=1", headers={"Accept-Language": "zh"}).content.decode()
    assert "PIPL Art. 47(3)" in after
    assert "依法删除" in after
    assert SECRET not in after


def test_by_page_nobody_else_finds_it(desk: Desk, client: Client) -> None:
    client.post("/sign-in", {"token": new_token(desk.store, "ann", "acme"), "next": "/"})
    assert client.get("/d/D1/erasing").status_code == 404
    assert client.post("/d/D1/erasing/do", {"references": party(desk)}).status_code in (403, 404, 422)


def test_by_command_a_plan_and_its_confirmation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENTREPOT_HOME", str(tmp_path))
    monkeypatch.setattr(setting, "law", lambda: law("erasure"))
    run = CliRunner()

    def ran(*arguments: str) -> Any:
        return run.invoke(cli.app, arguments, catch_exceptions=True)

    assert ran("say", "D1", "dossier.opened", '{"kind": "trade", "reference": "PO-1"}').exit_code == 0
    assert ran("say", "D1", "trade.party/exporter", '{"name": "Acme"}').exit_code == 0
    asked = (
        "erase",
        "D1",
        "trade.party/exporter",
        "--ground",
        "rehearsal",
        "--request",
        "1",
        "--reason",
        "a rehearsal",
    )
    digest = msgspec.json.decode(ran(*asked, "--json").stdout)["digest"]
    assert f"--confirm {digest}" in ran(*asked).stdout.replace("\n", " ")
    assert ran(*asked, "--confirm", digest).exit_code == 0
    assert ran("erasures", str(tmp_path / "list")).exit_code == 0
    assert len((tmp_path / "list").read_bytes().splitlines()) == 1
    assert ran(*asked, "--confirm", digest).exit_code != 0
