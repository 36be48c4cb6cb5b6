"""The classifier on a small model: three kinds of goods, trained once a run; the rules hold for any model."""

import fcntl
import os
from functools import cache
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entrepot.gateways.classifier import Classifier, Suggestion, sources
from entrepot.gateways.classifier.model import Model, load, save, train
from tests.conftest import RUN_FOLDER
from tests.making import law

GOODS = ("6109", "64", "69")  # T-shirts, shoes, ceramics


@cache
def small_sources(goods: tuple[str, ...] = GOODS) -> sources.Sources:
    every = sources.gather(law("goods_names", "uk_terms", "hs"))
    return msgspec.structs.replace(
        every,
        labelled=tuple(one for one in every.labelled if one.code.startswith(goods)),
        titles={code: title for code, title in every.titles.items() if code.startswith(goods)},
    )


@cache
def small_model() -> Model:
    """Trained by the first worker of a run that wants it; the others wait for it and read what it kept."""
    folder = Path(os.environ[RUN_FOLDER])
    with (folder / "classifier.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "classifier").is_dir():
            save(train(small_sources()), folder / "classifier")
    return load(folder / "classifier")


def suggest(text: str, k: int = 10) -> Suggestion:
    return Classifier(small_model(), "small").suggest(text, k=k)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("men's t-shirt, cotton", "610910"),
        ("【新款】儿童纯棉短袖T恤 包邮", "610910"),
        ("陶瓷馬克杯 炻瓷", "691200"),  # traditional characters
        ("The merchandise is a ceramic mug of stoneware. It will be imported in cartons.", "691200"),
    ],
)
def test_what_goods_are_called_leads_to_their_code(text: str, code: str) -> None:
    suggestion = suggest(text)
    assert (suggestion.candidates[0].code, suggestion.refused) == (code, "")


def test_a_candidate_shows_the_text_that_speaks_for_it() -> None:
    first = suggest("ceramic coffee mug").candidates[0]
    assert first.evidence
    assert all(one.text and one.source for one in first.evidence)
    assert "mug" in first.evidence[0].text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        (" \n\t", "empty"),
        ("12345", "no_letters"),
        ("6109.10", "code"),
        ("6109 10 00 10", "code"),
        ("!!! ***", "no_letters"),
        ("Обувь кожаная", "other_script"),
        ("the and of", "vague"),
        ("新款 包邮", "vague"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(text: str, reason: str) -> None:
    suggestion = suggest(text)
    assert (suggestion.refused, suggestion.candidates, suggestion.confidence) == (reason, (), 0.0)


def test_a_text_of_unknown_words_gets_no_candidates() -> None:
    assert suggest("ъ qqq zzz").refused in ("unknown_words", "vague", "other_script")
    assert suggest("龘龘").refused == "unknown_words"


def test_a_long_text_is_cut_and_says_so() -> None:
    suggestion = suggest("cotton t-shirt " * 7_000)
    assert suggestion.cut
    assert len(suggestion.text) <= 2_000
    assert suggestion.candidates[0].code == "610910"


@settings(max_examples=150)
@given(st.text(max_size=300), st.integers(1, 200))
def test_no_text_whatever_leads_to_a_code_that_does_not_exist(text: str, k: int) -> None:
    known = set(small_sources().titles)
    suggestion = suggest(text, k)
    codes = [one.code for one in suggestion.candidates]
    assert set(codes) <= known
    assert len(set(codes)) == len(codes) <= k
    shares = [one.probability for one in suggestion.candidates]
    assert shares == sorted(shares, reverse=True)
    assert 0 <= sum(shares) <= 1.0001
    assert 0 <= suggestion.confidence <= suggestion.heading_confidence <= 1
    assert suggestion.edition == "HS 2022"
    assert suggestion.candidates or suggestion.refused


def test_the_same_texts_give_the_same_model() -> None:
    shoes = small_sources(("64",))
    first, again = train(shoes), train(shoes)
    assert np.array_equal(again.inner, first.inner)
    assert np.array_equal(again.outer, first.outer)


def test_a_kept_model_answers_as_it_did(tmp_path: Path) -> None:
    save(small_model(), tmp_path / "model")
    save(small_model(), tmp_path / "model")  # a second process that was slower
    assert [path.name for path in tmp_path.iterdir()] == ["model"]
    read = Classifier(load(tmp_path / "model"), "small").suggest("ankle boots, leather uppers, rubber soles")
    assert read == suggest("ankle boots, leather uppers, rubber soles")


def test_every_subheading_has_names_in_both_languages_and_no_name_has_leftovers_of_drafting() -> None:
    every = sources.gather(law("goods_names", "uk_terms", "hs"))
    assert all(english and chinese for english, chinese in every.titles.values())
    names = law("goods_names").tables["goods_names/names"].everything()
    faults = [
        row.keys["code"]
        for row in names
        if not row["terms_en"]
        or not row["terms_zh"]
        or any(sign in "".join((*row["terms_en"], *row["terms_zh"])) for sign in "?？;")
    ]
    assert faults == []


def test_an_edited_pack_means_another_model() -> None:
    with_uk, without = law("goods_names", "uk_terms", "hs"), law("goods_names", "hs")
    assert sources.digest(with_uk) != sources.digest(without)
    assert not any(one.kind.startswith("uk") for one in sources.gather(without).labelled)


def test_a_kept_model_cut_short_is_made_anew(tmp_path: Path) -> None:
    save(small_model(), tmp_path / "model")
    (tmp_path / "model" / "inner.npy").unlink()
    with pytest.raises(OSError, match="inner"):
        load(tmp_path / "model")
    save(small_model(), tmp_path / "model")
    assert np.array_equal(load(tmp_path / "model").inner, small_model().inner)


def test_words_alone_never_make_certain() -> None:
    suggestion = suggest("men's t-shirt, cotton")
    assert suggestion.confidence < Classifier(small_model(), "small").thresholds["auto_at"]
