"""Who exports: said in the trade, else out of the enterprise's own dossier."""

from typing import Any

import msgspec

from entrepot.kernel.access import Speaker, may_read_finding
from entrepot.kernel.cases import facts_on_record
from entrepot.kernel.findings import Finding
from entrepot.kernel.module import Registry
from entrepot.kernel.sheet import Sheet
from entrepot.kernel.vocabulary import SHARED
from entrepot.kernel.vocabulary.clearance import Profile
from entrepot.kernel.vocabulary.customs import Enterprise
from entrepot.modules.rebate.module import MODULES
from tests.making import sheet
from tests.modules.rebate.making_rebate import DAY, FACTS, LAW, lot

SILENT = {place: body for place, body in FACTS.items() if place != "exporter.standing"}
SMALL = Profile("own", standing=Enterprise("trading", vat="small_scale"))


def drawn(facts: dict[str, Any], profile: Profile | None) -> Sheet:
    given = {} if profile is None else {"enterprise.profile": profile}
    return sheet(MODULES, {**facts, "goods.cost/1": lot("100.00")}, DAY, LAW, given)


def standing(found: Sheet) -> Finding:
    finding = found.finding("rebate.standing")
    assert finding is not None
    return finding


def regime(found: Sheet) -> str:
    finding = found.finding("rebate.route", "1")
    assert finding is not None
    return finding.value.regime if finding.value is not None else finding.status


def test_it_is_taken_from_the_enterprises_own_dossier_and_says_so() -> None:
    found = drawn(SILENT, SMALL)
    assert standing(found).value == SMALL.standing
    assert [step.formula for step in standing(found).working] == ["as in the enterprise's own dossier"]
    assert regime(found) == "EXEMPT"


def test_what_is_said_in_the_trade_goes_before_it() -> None:
    found = drawn(FACTS, SMALL)
    assert (standing(found).value, regime(found)) == (Enterprise("trading"), "REFUND")
    assert standing(found).working == ()


def test_it_waits_for_the_exporter_where_nobody_says_it() -> None:
    for profile in (None, Profile("own")):
        finding = standing(drawn(SILENT, profile))
        assert (finding.status, [wait.topic for wait in finding.waits]) == ("waits", ["exporter.standing"])


def test_what_statements_dispute_is_not_settled_by_the_own_dossier() -> None:
    registry = Registry(MODULES, SHARED)
    record, _ = facts_on_record(FACTS, "trade", registry)
    first = next(one for one in record.submissions.values() if one.topic == "exporter.standing")
    record.add(msgspec.structs.replace(first, id="other", body=msgspec.Raw(b'{"kind":"production"}')))
    finding = standing(Sheet(registry, record, LAW, DAY, views=lambda *_: SMALL).assess())
    assert finding.status == "waits"


def test_the_tax_office_reads_the_refund_and_not_the_own_dossier() -> None:
    found = drawn(SILENT, SMALL)
    tax = Speaker("officer", "tax", frozenset({"tax"}))
    broker = Speaker("declarant", "broker", frozenset({"broker"}))
    for name, key in (("rebate.standing", ""), ("rebate.route", "1")):
        finding = found.finding(name, key)
        assert finding is not None
        assert may_read_finding(found.registry.topics, finding, tax)
        assert not may_read_finding(found.registry.topics, finding, broker)
    assert "tax" not in found.registry.topics["enterprise.profile"].read
