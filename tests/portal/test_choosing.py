"""The choice of agreements and the certificate: the same rows in the terminal and on the page, in both languages."""

import re
from html import unescape
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from entrepot.channels.online import Voice
from entrepot.gateways.sandbox.certifier import SandboxCertifier
from entrepot.kernel.findings import Finding
from entrepot.kernel.intake import Refusal
from entrepot.kernel.text import Text
from entrepot.kernel.why import builtins
from entrepot.portal import choosing, setting
from entrepot.portal.brief import in_brief
from entrepot.portal.choosing_page import page_of
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.portal.reading import Found
from entrepot.portal.tags import outcome
from entrepot.store.store import Store
from tests.making import law
from tests.modules.certificate.making_certificate import changed, draft
from tests.modules.preference.making_preference import decisions, finding, offer, treatment
from tests.modules.preference.test_choice import consignment
from tests.portal.stage import NOON

PROOF = ("a proof of origin",)
LINE = {**offer("1", treatment("wto", 41200), treatment("rcep", 10000, PROOF)), **decisions("1", RCEP="originating")}
EXPORTER, IMPORTER = Voice("ann", "acme"), Voice("bob", "kansai")


def shown(found: Finding | None) -> Found:
    assert found is not None
    label = Text(found.topic, found.topic)
    value = builtins(found.value)
    return Found(found.topic, found.key, label, found.status, found.by, value, reasons=found.reasons, problems=found.problems)


def page(found: Found, language: str = "en") -> str:
    return str(page_of(found.topic, found.value, language, lambda path: f"/why?field={path}"))


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def printed(*found: Found) -> str:
    out = StringIO()
    choosing.show(Console(file=out, width=200), found)
    return out.getvalue()


def test_the_ways_in_stand_in_order_with_what_they_save_and_take() -> None:
    rows = choosing.rows_of(choosing.LINE, shown(finding(LINE)).value)
    assert [(row.name.en, row.cost, row.saving, row.state, row.best) for row in rows] == [
        ("WTO rate", "JPY 41,200", "–", "now", True), ("RCEP", "JPY 10,000", "JPY 31,200", "nearly", False),
    ]  # fmt: skip
    assert [text.en for text in rows[1].papers] == ["a certificate of origin (GACC or CCPIT)"]


def test_what_is_dearer_than_no_agreement_is_shown_with_its_sign() -> None:
    facts = {**offer("1", treatment("wto", 5), treatment("rcep", 9)), **decisions("1", RCEP="originating")}
    assert choosing.rows_of(choosing.LINE, shown(finding(facts)).value)[1].saving == "− JPY 4"


@pytest.mark.parametrize(("language", "told"), [("en", "still open"), ("zh", "尚缺")])
def test_the_page_speaks_the_readers_language_and_every_amount_opens_its_why(language: str, told: str) -> None:
    html = page(shown(finding(LINE)), language)
    assert told in words(html)
    assert set(re.findall(r'href="/why\?field=([^"]+)"', html)) == {"ways/1.cost", "ways/2.cost", "ways/2.saving"}


def test_the_consignment_shows_its_sums_and_its_agreements() -> None:
    total = shown(finding(consignment(), "preference.total"))
    text = words(page(total))
    assert "without agreements JPY 180 as things stand JPY 140 at best JPY 60" in text
    assert "RCEP on lines 1, 2" in text
    assert "适用协定" in printed(total)


def test_the_advice_is_the_answer_in_brief() -> None:
    told = in_brief(shown(finding(LINE)))
    assert told is not None
    assert told.en.startswith("Enter under WTO rate")


def test_the_certificate_shows_every_box_and_leaves_the_offices_to_the_office() -> None:
    found = shown(draft(changed()))
    text = words(page(found))
    exporter = "Example Gorges Co. (fictitious), 1 River Road, Yichang, China"
    assert f"1 Exporter's name, address, country {exporter} trade.party/exporter.name" in text
    assert text.count("filled by the issuing body") == 3
    assert "line 1 6 Item number 1 goods.line/1" in text
    told = in_brief(found)
    assert told is not None
    assert told.zh == "RCEP原产地证书：1 项商品；海关或中国贸促会"


def test_the_terminal_shows_a_refused_certificate_with_its_problems() -> None:
    text = printed(shown(draft(changed(terms=None))))
    assert "CO06" in text
    assert "请填写发票号码和日期" in text
    assert "nothing yet" in printed()


def test_words_of_others_are_escaped_on_the_page() -> None:
    html = page(shown(draft(changed(line={"description": "<script>alert(1)</script>"}))))
    assert "<script>" not in html


def test_the_margin_is_shown_once_under_the_name_of_its_agreement() -> None:
    one = {"tests": [{"rule": "CTH", "passed": False}]}
    margin = Found("origin.margin", "1", Text("margin", "余量"), "found", "origin", {**one, "agreements": {"RCEP": one}})
    text = words(outcome({"language": "zh"}, margin, "/why"))
    assert text.count("CTH") == 1
    assert text.startswith("各协定 RCEP 检验")


def test_a_trade_measure_stands_beside_the_rate() -> None:
    way = {"code": "ntr", "name": {"en": "NTR", "zh": "一般税率"}, "rate": "free", "cost": None, "state": "now"}
    value = {"ways": [{**way, "measures": [{"en": "Section 301 25%", "zh": "301条款 25%"}]}]}
    assert choosing.rows_of(choosing.LINE, value)[0].beside == Text("free + Section 301 25%", "免税 + 301条款 25%")


# -- to the office and back -------------------------------------------------------------------------------------------


@pytest.fixture
def desk(tmp_path: Path) -> Any:
    registry = setting.registry()
    with Store.open(f"sqlite:///{tmp_path / 's.sqlite3'}", registry, nature="sandbox", keys=tmp_path / "keys", clock=lambda: NOON) as store:
        desk = Desk(store, law("certificates", "RCEP", "CN", "unlocode"), registry, offices=[SandboxCertifier()])
        facts = changed(request={"applied_on": str(NOON.date())}, transport={"loading_on": str(NOON.date())})
        drafts = [
            Draft(place.partition("/")[0], body, place.partition("/")[2])
            for place, body in facts.items() if not place.startswith("origin.")
        ]  # fmt: skip
        making = {"producer_country": "CHN", "wholly_obtained": "harvested", "fob": "USD 22800.00"}
        opening = [
            Draft("dossier.opened", {"kind": "trade", "reference": "R"}), Draft("dossier.member", {"roles": ["importer"]}, "kansai"),
            Draft("dossier.member", {"roles": ["exporter"]}, "acme"),
        ]  # fmt: skip
        desk.say("D1", [*opening, *drafts, Draft("goods.bom", making, "1")], EXPORTER)
        yield desk


def certificate(desk: Desk, voice: Voice = EXPORTER) -> Found:
    return next(found for found in desk.read("D1", voice).findings if found.topic == "certificate.draft")


def test_the_issuing_body_answers_with_a_proof_of_origin_once(desk: Desk) -> None:
    drawn = certificate(desk)
    sent = desk.send("D1", "certificate.draft", drawn.digest, EXPORTER, confirm="read against the papers")
    assert [answer.partition("/")[0] for answer in sent.answers] == ["origin.proof"]
    proof = next(fact for fact in desk.read("D1", EXPORTER).facts if fact.topic == "origin.proof")
    assert (proof.key[:7], proof.value["agreement"], proof.value["hs6"]) == ("SANDBOX", "RCEP", {"1": "280920"})
    assert not [found for found in desk.read("D1", EXPORTER).findings if found.topic == "certificate.draft.amendment"]
    assert desk.send("D1", "certificate.draft", certificate(desk).digest, EXPORTER, confirm="again").status == "already"


def test_the_buyer_reads_the_draft_and_does_not_send_it(desk: Desk) -> None:
    drawn = certificate(desk, IMPORTER)
    with pytest.raises(Refusal):
        desk.send("D1", "certificate.draft", drawn.digest, IMPORTER, confirm="mine")


def test_a_refused_draft_stays_here(desk: Desk) -> None:
    statement = next(fact for fact in desk.read("D1", EXPORTER).facts if fact.topic == "trade.terms").statements[0]
    desk.say("D1", [Draft("trade.terms", {"currency": "USD"}, replaces=(statement.id,))], EXPORTER)
    with pytest.raises(Refusal) as refusal:
        desk.send("D1", "certificate.draft", certificate(desk).digest, EXPORTER)
    assert {"D032", "CO06"} <= {problem.rule for problem in refusal.value.problems}
