"""Who may read what: deny by default, findings as secret as what they rest on unless disclosed."""

from typing import Any

import pytest

from entrepot.kernel.access import (
    Speaker,
    may_read_finding,
    may_read_statement,
    may_read_topic,
    may_replace,
    may_say,
)
from entrepot.kernel.findings import Finding
from entrepot.kernel.record import Record
from entrepot.kernel.text import Text
from entrepot.kernel.topics import EVERYONE, Topic, companions, said
from entrepot.kernel.vocabulary import SHARED
from entrepot.kernel.vocabulary.clearance import ALERTS, ECOMMERCE_CHECK, PROCUREMENT_CHECK, PURCHASE_CHAIN
from entrepot.kernel.vocabulary.decisions import AGREEMENTS, FORM, HEADER, OFFER, ORIGIN, TRAITS
from entrepot.kernel.vocabulary.goods import LOT
from entrepot.kernel.vocabulary.trade import TERMS, Terms
from tests.kernel.speaking import said as statement

TOPICS: dict[str, Topic[Any]] = {topic.name: topic for topic in SHARED}


def speaker(*roles: str, organisation: str = "org") -> Speaker:
    return Speaker("p", organisation, frozenset(roles))


@pytest.mark.parametrize("topic", SHARED, ids=lambda t: t.name)
def test_without_a_role_nothing_is_said_or_read(topic: Topic[Any]) -> None:
    assert not may_say(topic, speaker())
    assert not may_read_topic(topic, speaker())


@pytest.mark.parametrize("topic", SHARED, ids=lambda t: t.name)
def test_every_topic_names_who_may_say_and_read_it_and_is_documented(topic: Topic[Any]) -> None:
    assert topic.read
    assert bool(topic.say) == (topic.kind == "said")
    assert topic.doc
    assert topic.label.en
    assert topic.label.zh


@pytest.mark.parametrize("role", sorted(EVERYONE - {"exporter", "clerk", "tax"}))
def test_purchase_cost_stays_with_exporter_clerk_and_tax_office(role: str) -> None:
    assert not may_read_topic(LOT, speaker(role))


def test_a_finding_is_as_secret_as_what_it_rests_on_unless_its_topic_discloses_it() -> None:
    seen = (("goods.line", "1"), ("goods.bom", "1"))
    buyer = speaker("importer")
    assert not may_read_finding(TOPICS, Finding(TRAITS.name, "1", "found", seen=seen), buyer)
    disclosed = Finding(ORIGIN.name, "1", "found", seen=seen)
    assert may_read_finding(TOPICS, disclosed, buyer)


def test_disclosure_is_given_a_reason() -> None:
    assert {topic.name for topic in SHARED if topic.discloses} == {
        *(ORIGIN.name, AGREEMENTS.name, OFFER.name, PURCHASE_CHAIN.name, ALERTS.name, HEADER.name),
        *(PROCUREMENT_CHECK.name, ECOMMERCE_CHECK.name),
    }


def test_one_replaces_ones_own_words_only() -> None:
    old = statement("1", "trade.terms", for_="customs")
    assert not may_replace(old, speaker("exporter"))
    assert may_replace(old, speaker("operator"))
    assert may_replace(statement("1", "trade.terms", for_="org"), speaker("exporter"))


def test_author_named_and_sealed() -> None:
    word = Text("w", "词")
    opener = said("test.opening", Terms, read=frozenset({"auditor"}), label=word, doc="d")
    sealed = said(
        "test.bid", Terms, read=frozenset({"importer", "speaker", "named"}), opens="test.opening", label=word, doc="d"
    )
    topics = {t.name: t for t in (opener, sealed)}
    bid = statement("1", "test.bid", body=Terms(contract_no="rival"), for_="org")
    record = Record("d1", "trade", topics, [bid])
    assert may_read_statement(sealed, bid, speaker(), record), "its author reads it always"
    assert not may_read_statement(sealed, bid, speaker("importer", organisation="buyer"), record)
    record.add(statement("2", "test.opening", body=Terms()))
    assert may_read_statement(sealed, bid, speaker("importer", organisation="buyer"), record)
    assert may_read_statement(sealed, bid, speaker(organisation="rival"), record), "named in its body"
    assert not may_read_statement(sealed, bid, speaker(organisation="other"), record)


def test_what_follows_from_a_found_topic_is_closed_too() -> None:
    followers = {topic.name: topic for topic in companions(FORM)}
    assert set(followers) == {
        f"declaration.form.{part}" for part in ("ruling", "sending", "sent", "unsent", "rejected", "amendment")
    }
    assert followers["declaration.form.sent"].say == {"platform"}
    assert all(topic.read == FORM.read for topic in followers.values())
    assert companions(TERMS) == ()
