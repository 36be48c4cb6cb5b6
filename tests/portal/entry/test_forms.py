"""Forms out of topics: every example of every topic goes into a form and comes back the same; what people type is read strictly."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entrepot.kernel.intake import convert
from entrepot.kernel.module import Registry
from entrepot.kernel.topics import Topic
from entrepot.portal import setting
from entrepot.portal.entry.forms import Form, body_from, form_of, inputs
from entrepot.portal.examples import example

REAL: Registry = setting.registry()
SAID = sorted(name for name, topic in REAL.topics.items() if topic.kind == "said")
LINE, TRANSPORT, ENTRY = REAL.topics["goods.line"], REAL.topics["transport.plan"], REAL.topics["import.entry"]


def posted(form: Form) -> dict[str, str]:
    return {one.name: one.value for one in inputs(form.parts)}


def wrong(topic: Topic[Any], **fields: str) -> list[str]:
    _, problems = body_from(topic, {f"f.{name}": text for name, text in fields.items()})
    return [one.where for one in problems]


def read(topic: Topic[Any], **fields: str) -> Any:
    body, problems = body_from(topic, {f"f.{name}": text for name, text in fields.items()})
    assert problems == ()
    return convert(body, topic.type)


@pytest.mark.parametrize("whole", [True, False])
def test_every_example_of_every_said_topic_comes_back_from_its_form(whole: bool) -> None:
    unlike = []
    for name in SAID:
        topic = REAL.topics[name]
        value = convert(example(topic, whole), topic.type)
        body, problems = body_from(topic, posted(form_of(topic, "en", value=value)))
        if problems or convert(body, topic.type) != value:
            unlike.append(name)
    assert unlike == []


def test_an_empty_form_of_a_topic_asks_for_its_required_fields_and_says_nothing_else() -> None:
    for name in SAID:
        topic = REAL.topics[name]
        body, problems = body_from(topic, posted(form_of(topic, "zh")))
        assert {one.rule for one in problems} <= {"K003", "D005"}, name
        assert all(item in ("", [], {}) or isinstance(item, dict) for item in body.values()), name


AMOUNTS = st.integers(-(10**15), 10**15)
WORDS = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), max_size=30)


@settings(max_examples=150, deadline=None)
@given(
    st.fixed_dictionaries(
        {
            "amount": AMOUNTS,
            "quantity": st.decimals(0, 10**9, places=3),
            "words": WORDS,
            "danger": st.none() | st.booleans(),
        }
    )
)
def test_any_line_of_goods_comes_back_from_its_form(drawn: dict[str, Any]) -> None:
    sent = {"minor": abs(drawn["amount"]), "currency": "CNY"}
    body = {"description": drawn["words"], "quantity": f"{drawn['quantity']:f}", "unit": "t", "amount": sent}
    value = convert(body | ({} if drawn["danger"] is None else {"dangerous": drawn["danger"]}), LINE.type)
    back, problems = body_from(LINE, posted(form_of(LINE, "zh", value=value)))
    assert (problems, convert(back, LINE.type)) == ((), value)


@pytest.mark.parametrize(
    ("typed", "stands"),
    [
        ("１２，３６０．５０", "12360.50"), ("12 360.5", "12360.5"), ("12，360。50", "12360.50"), ("12,360.50", "12360.50"),
        ("007", "7"), ("1.10", "1.10"),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_type_them(typed: str, stands: str) -> None:
    assert f"{read(LINE, net_kg=typed).net_kg:f}" == stands


@pytest.mark.parametrize(
    "typed", ["12,50", "1_000", "twelve", "NaN", "1e9", "0x10", "Infinity", "9" * 400, "--1", "1/2"]
)
def test_what_is_no_plain_number_is_told_beside_its_field(typed: str) -> None:
    assert wrong(LINE, net_kg=typed) == ["net_kg"]


def test_amounts_are_exact_and_never_without_their_currency() -> None:
    assert (
        str(read(LINE, **{"amount.amount": "１２，３６０．５０", "amount.currency": "美元"}).amount) == "USD 12,360.50"
    )
    assert str(read(LINE, **{"amount.amount": "USD 12,360.5"}).amount) == "USD 12,360.50"
    assert str(read(LINE, **{"amount.amount": "12360 jpy"}).amount) == "JPY 12,360"
    assert wrong(LINE, **{"amount.amount": "12360"}) == ["amount.currency"]
    assert wrong(LINE, **{"amount.currency": "USD"}) == ["amount.amount"]
    assert wrong(LINE, **{"amount.amount": "12360.505", "amount.currency": "USD"}) == ["amount.amount"]
    assert wrong(LINE, **{"amount.amount": "1", "amount.currency": "USX"}) == ["amount.amount"]


def test_a_price_is_read_in_parts_or_in_one() -> None:
    apart = {"price.amount": "515", "price.currency": "USD", "price.unit": "t"}
    assert read(LINE, **apart).price == read(LINE, **{"price.amount": "USD 515/t"}).price
    assert wrong(LINE, **{"price.amount": "515"}) == ["price.amount"]


def test_yes_no_and_not_said_are_three_answers() -> None:
    assert (read(LINE, dangerous="").dangerous, read(LINE, dangerous="no").dangerous) == (None, False)
    assert wrong(LINE, dangerous="maybe") == ["dangerous"]


def test_countries_days_and_codes_are_read_by_name() -> None:
    plan = read(TRANSPORT, destination_country="日本", loading_on="2026年4月1日", loading_port="CNYIC – Yichang")
    assert (plan.destination_country, str(plan.loading_on), plan.loading_port) == ("JPN", "2026-04-01", "CNYIC")
    assert wrong(TRANSPORT, destination_country="Atlantis", loading_on="06/07/2026") == [
        "destination_country",
        "loading_on",
    ]
    assert read(LINE, hs="2809.20.19").hs == "28092019"
    assert wrong(LINE, hs="28.09") == ["hs"]


def test_names_in_any_script_stand_as_they_were_typed() -> None:
    party = REAL.topics["trade.party"]
    value = read(party, name="Müller & Söhne GmbH", name_zh="宜昌（兴发）化工有限公司")
    assert (value.name, value.name_zh) == ("Müller & Söhne GmbH", "宜昌（兴发）化工有限公司")


def test_rows_are_taken_in_order_and_blank_ones_left_out() -> None:
    fields = {
        "legs.7.place": "Busan",
        "legs.7.country": "KOR",
        "legs.2.place": "Shanghai",
        "legs.2.country": "CHN",
        "legs.3.place": "",
    }
    plan = read(TRANSPORT, **fields)
    assert [leg.place for leg in plan.legs] == ["Shanghai", "Busan"]
    assert wrong(TRANSPORT, **{"legs.2.place": "Shanghai", "legs.9.country": "KOR"}) == [
        "legs/1.country",
        "legs/2.place",
    ]


def test_a_name_and_its_value_come_together_and_once() -> None:
    base = {"country": "JPN", "day": "2026-06-20"}
    assert read(ENTRY, **base, **{"rates.1.key": "USD", "rates.1.value": "155.2"}).rates["USD"]
    assert wrong(ENTRY, **base, **{"rates.1.key": "USD"}) == ["rates/1.value"]
    twice = {"rates.1.key": "USD", "rates.1.value": "1", "rates.2.key": "USD", "rates.2.value": "2"}
    assert wrong(ENTRY, **base, **twice) == ["rates/2.key"]


@pytest.mark.parametrize(
    ("post", "rule"),
    [
        ({"f.secret": "1"}, "FM01"), ({"f.legs.x.place": "1"}, "FM01"), ({"f.legs.1.place.deeper": "1"}, "FM01"),
        ({"f.mode": "2", "f.mode.more": "3"}, "FM01"), ({"f." + "legs.1." * 50 + "place": "1"}, "FM01"), ({"f.": "1"}, "FM01"),
        ({"f.legs.999999.place": "1"}, "FM01"), ({"f.legs.１.place": "1"}, "FM01"), ({"f.voyage": "x" * 30_000}, "FM02"),
        ({f"f.legs.{n}.place": "X" for n in range(4_000)}, "FM02"), ({f"f.legs.{n}.place": "X" for n in range(10_000)}, "FM02"),
        ({"f.voyage": "a\x00b"}, "D024"), ({"f.legs": "1"}, "FM01"), ({"f.legs.1": "1"}, "FM01"),
    ],
)  # fmt: skip
def test_hostile_forms_are_refused_with_the_reason(post: dict[str, str], rule: str) -> None:
    _, problems = body_from(TRANSPORT, post)
    assert {one.rule for one in problems} == {rule}


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(st.from_regex(r"f(\.[a-z0-9_]{1,12}){1,6}", fullmatch=True), st.text(max_size=20), max_size=12),
    st.sampled_from(SAID),
)
def test_no_form_breaks_anything_whatever_is_sent(post: dict[str, str], name: str) -> None:
    topic = REAL.topics[name]
    _, problems = body_from(topic, post)
    drawn = form_of(topic, "en", post=post, problems=problems)
    assert len(drawn.summary) >= len(problems)


def test_problems_stand_beside_their_fields_and_what_was_typed_is_kept() -> None:
    post = {"f.legs.1.place": "Busan", "f.legs.1.country": "Atlantis", "f.loading_on": "soon"}
    _, problems = body_from(TRANSPORT, post)
    form = form_of(TRANSPORT, "zh", post=post, problems=problems)
    assert {(one.where, at) for one, at in form.summary} == {
        ("legs/1.country", "f-legs-1-country"), ("loading_on", "f-loading_on"),
    }  # fmt: skip
    kept = posted(form)
    assert {kept[name] for name in post} == set(post.values())
    beside = {one.name for one in inputs(form.parts) if one.problems}
    assert beside == {"f.legs.1.country", "f.loading_on"}


def test_the_desks_own_problems_find_their_field_too() -> None:
    from entrepot.kernel.text import Problem, Text

    told = Problem("D010", "goods.line/1.amount.currency", Text("no", "否"), Text("mend", "改"))
    ((_, at),) = form_of(LINE, "en", problems=[told]).summary
    assert at == "f-amount-currency"


def test_every_input_has_a_label_in_both_languages() -> None:
    bare = [
        (name, one.name)
        for name in SAID
        if not REAL.topics[name].base and REAL.topics[name].say - {"platform"}
        for one in inputs(form_of(REAL.topics[name], "zh").parts)
        if one.label.isascii() and not one.label.isupper()
    ]
    assert bare == []


def test_no_topic_that_takes_parts_has_a_field_that_every_part_must_give() -> None:
    import msgspec

    assert [
        n
        for n in SAID
        if REAL.topics[n].merges and any(f.required for f in msgspec.structs.fields(REAL.topics[n].type))
    ] == []
