"""Every door through which a dossier is read writes down who read it; who may ask is told, and of what was shown no more than is his."""

from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern

from entrepot.channels.online import ADMINISTER, WORKING, Voice
from entrepot.kernel.intake import Refusal
from entrepot.kernel.why import NoSuchPlace
from entrepot.portal.audit import looking
from entrepot.portal.audit.looking import Asked, looked, scopes, shown
from entrepot.portal.audit.personal import PERSONAL
from entrepot.portal.audit.visiting import UNTOLD, at_the_door
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.store.reads import reads
from entrepot.store.tokens import new_token
from tests.portal.stage import BOB
from tests.portal.web import client_of

ANN = Voice("ann", "acme", duties=WORKING | {ADMINISTER})
AUDITOR = Voice("ada", "audit-office", frozenset({"auditor"}))
LOT = {
    "line": "1", "document": "special_vat_invoice", "number": "1", "supplier": "S", "base": "CNY 1.00",
    "vat_rate": "0.13", "quantity": "1", "invoiced_quantity": "1", "unit": "t",
}  # fmt: skip


@pytest.fixture
def client(opened: Desk) -> Client:
    client = client_of(opened)
    client.cookies["entrepot_token"] = new_token(opened.store, "ann", "acme")
    return client


def written(desk: Desk, **asked: Any) -> list[looking.LookedAt]:
    return looked(desk, ANN, "ours", Asked(**asked))


def test_page_api_and_command_line_are_told_apart(opened: Desk, client: Client) -> None:
    client.get("/d/D1", REMOTE_ADDR="192.0.2.7")
    token = new_token(opened.store, "sys", "acme")
    client.get("/api/v1/dossiers/D1/why/price.total/1", headers={"Authorization": f"Bearer {token}"})
    with at_the_door(lambda: "entrepot read"):
        opened.read("D1", ANN)
    doors = {(one.person, one.door, one.address) for one in written(opened, dossier="D1")}
    assert {
        ("ann", "GET /d/<str:id>", "192.0.2.7"),
        ("sys", "GET /api/v1/dossiers/<str:id>/why/<path:place>", "127.0.0.1"),
        ("ann", "entrepot read", ""),
    } <= doors


def views_of_dossiers() -> list[str]:
    from entrepot.portal.urls import urlpatterns

    routes = [str(one.pattern) for one in urlpatterns if isinstance(one, URLPattern)]
    return [one for one in routes if one.startswith(("d/<str:id>", "api/v1/dossiers/<str:id>"))]


def test_every_view_of_a_dossier_writes_down_that_it_was_read(opened: Desk, client: Client) -> None:
    token = {"Authorization": f"Bearer {new_token(opened.store, 'ann', 'acme')}"}
    missing = []
    for route in views_of_dossiers():
        address = "/" + route.replace("<str:id>", "D1").replace("<path:place>", "goods.line/1").replace(
            "<str:topic>", "goods.line"
        )
        address = address.replace("<path:key>", "1").replace("<str:key>", "1")
        for part in (
            "digest",
            "submission",
            "document",
            "form",
            "place",
            "name",
            "template",
            "kind",
            "way",
            "number",
            "one",
            "step",
        ):
            for type_ in ("str", "path", "int"):
                address = address.replace(f"<{type_}:{part}>", "1")
        before = len(reads(opened.store.database, dossier="D1", limit=1000))
        answer = client.get(address, headers=token if "/api/" in address else {})
        if answer.status_code == 405:
            answer = client.post(address, {}, headers=token if "/api/" in address else {})
        opened.store.reads.flush()
        handed_out = answer.status_code < 400 and not (300 <= answer.status_code < 400)
        if handed_out and len(reads(opened.store.database, dossier="D1", limit=1000)) == before:
            missing.append((route, answer.status_code))
    assert missing == []


def test_what_only_tells_that_something_moved_is_no_read() -> None:
    assert set(UNTOLD) == {"GET /live"}


def test_topics_with_personal_data_are_topics_and_reads_of_them_are_marked(opened: Desk) -> None:
    from entrepot.portal import setting

    topics = setting.registry().topics
    assert [name for name in PERSONAL if name not in topics] == []
    opened.say("enterprise:acme", [Draft("dossier.opened", {"kind": "enterprise", "reference": "acme"})], ANN)
    opened.say("enterprise:acme", [Draft("enterprise.card", {"name": "Acme", "phone": "1"})], ANN)
    opened.read("enterprise:acme", ANN)
    opened.read("D1", ANN)
    marked = {one.dossier: one.personal for one in written(opened)}
    assert marked["enterprise:acme"] == "enterprise.card"
    assert marked["D1"] == ""


def test_one_is_told_of_ones_own_people_and_an_auditor_of_all(opened: Desk) -> None:
    opened.read("D1", BOB)
    assert {one.organisation for one in written(opened)} <= {"acme"}
    assert {one.person for one in looked(opened, AUDITOR, "all", Asked(dossier="D1"))} >= {"bob"}
    [other] = looked(opened, ANN, "mine", Asked())
    assert (other.organisation, other.person, other.address) == ("buyer", "", "")
    assert scopes(Voice("joe", "acme")) == ("mine",)
    for scope in ("all", "ours", "own"):
        with pytest.raises(Refusal):
            looked(opened, Voice("joe", "acme"), scope, Asked())


def test_that_an_auditor_asked_is_written_down(opened: Desk) -> None:
    looked(opened, AUDITOR, "all", Asked())
    [one] = reads(opened.store.database, organisation="audit-office")
    assert one.what.door.endswith("reads")


def test_what_was_shown_is_what_that_reader_saw_then_as_far_as_one_may_see_it(opened: Desk) -> None:
    opened.read("D1", ANN)
    opened.store.reads.flush()
    opened.say("D1", [Draft("goods.cost", LOT, "1")], ANN)
    opened.read("D1", ANN)
    opened.read("D1", BOB)
    mine = written(opened, dossier="D1")
    with_cost, before = mine[0], mine[-1]
    _, then = shown(opened, ANN, before.number)
    _, now = shown(opened, ANN, with_cost.number)
    assert then is not None
    assert now is not None
    assert "goods.cost" not in {fact.topic for fact in then.reading.facts}
    assert "goods.cost" in {fact.topic for fact in now.reading.facts}
    _, audited = shown(opened, AUDITOR, with_cost.number)
    assert audited is not None
    assert "goods.cost" not in {fact.topic for fact in audited.reading.facts}
    theirs = next(one for one in looked(opened, AUDITOR, "all", Asked(organisation="buyer")))
    with pytest.raises(NoSuchPlace):
        shown(opened, ANN, theirs.number)


def test_nobody_is_told_the_id_of_a_dossier_that_is_no_longer_his(opened: Desk) -> None:
    bob = Voice("bob", "buyer", duties=WORKING | {ADMINISTER})
    opened.read("D1", bob)
    with opened.store.holding("D1") as record:
        member = tuple(one.id for one in record.standing("dossier.member")["buyer"].statements)
    assert [one.dossier for one in looked(opened, bob, "ours", Asked())] == ["D1"]
    opened.say("D1", [Draft("dossier.member", None, "buyer", withdraws=member)], ANN)
    assert [one.dossier for one in looked(opened, bob, "ours", Asked())] == [""]
