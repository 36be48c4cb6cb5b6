"""Values that no form would send: told as what they are, never a fault of ours."""

from entrepot.portal.desk import Desk
from tests.portal.web import client_of


def test_a_paper_whose_letters_are_none_of_base64_is_told_so(opened: Desk) -> None:
    asked = {"answer": {"kind": "accepted", "on": "2026-04-01"}, "paper": "¨"}
    answer = client_of(opened).post(
        "/api/v1/dossiers/D1/answers", asked, content_type="application/json", headers={"Entrepot-As": "exporter"}
    )
    assert (answer.status_code, answer.json()["problems"][0]["rule"]) == (422, "D072")
