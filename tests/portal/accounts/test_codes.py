"""Codes of organisations, settings of mail and issuers: what is taken and what is not."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.kernel.checkdigits import uscc_check
from entrepot.portal.accounts.codes import code_problems, customs_code_problems, organisation_code
from entrepot.portal.accounts.oidc import read_issuers
from entrepot.portal.accounts.smtp import mail_settings
from entrepot.store.accounts.place import accounts_url, django_database
from entrepot.store.database import StoreError

LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@given(st.text(LETTERS, min_size=17, max_size=17), st.data())
def test_one_wrong_character_of_a_credit_code_is_always_told(body: str, data: st.DataObject) -> None:
    code = body + str(uscc_check(body))
    assert code_problems("CHN", code) == ()
    at = data.draw(st.integers(0, 17))
    wrong = data.draw(st.sampled_from([letter for letter in LETTERS if letter != code[at]]))
    assert code_problems("CHN", code[:at] + wrong + code[at + 1 :])


@given(st.text(max_size=60))
def test_whatever_is_typed_as_a_number_is_taken_or_told_and_never_breaks(number: str) -> None:
    for country in ("CHN", "JPN", "XXX", ""):
        told = code_problems(country, number)
        if not told:
            assert organisation_code(country, number).isascii()


def test_a_foreign_number_stands_behind_its_country() -> None:
    assert organisation_code("JPN", " 1010401-012 ") == "JPN-1010401-012"
    assert code_problems("JPN", "12")
    assert code_problems("JPN", "a/b c")
    assert not customs_code_problems("4201960123")
    assert customs_code_problems("42019601")


def test_the_address_of_a_mail_server_is_read_and_its_password_not_repeated(tmp_path: Path) -> None:
    read = mail_settings("smtp://me%40x:p%3Aw@mail.example.org?tls=1", tmp_path)
    assert (read.host, read.port, read.user, read.password, read.tls) == ("mail.example.org", 587, "me@x", "p:w", True)
    assert mail_settings("smtps://mail.example.org", tmp_path).port == 465
    assert mail_settings("", tmp_path).folder == str(tmp_path)
    with pytest.raises(StoreError) as told:
        mail_settings("http://me:secret@mail.example.org", tmp_path)
    assert "secret" not in str(told.value)


def test_issuers_are_reached_safely_and_their_secrets_lie_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "issuers.toml"
    entry = '[[issuer]]\nid = "group"\nname = "Group"\nissuer = "https://login.example.org"\nclient_id = "e"\n'
    file.write_text(entry + 'secret_env = "GROUP_SECRET"\n')
    with pytest.raises(StoreError):
        read_issuers(str(file))
    monkeypatch.setenv("GROUP_SECRET", "s")
    assert read_issuers(str(file))[0]["secret"] == "s"
    for wrong in (
        entry.replace("https", "http"),
        entry + 'secret = "here"\n',
        entry.replace('"group"', '"a/b"'),
        "[[issuer",
    ):
        file.write_text(wrong)
        with pytest.raises(StoreError):
            read_issuers(str(file))


def test_accounts_lie_beside_the_store_unless_told_otherwise(tmp_path: Path) -> None:
    assert accounts_url("", "postgresql://u@h/db", tmp_path) == "postgresql://u@h/db"
    assert accounts_url("", "sqlite:///x", tmp_path) == f"sqlite:///{tmp_path}/accounts.sqlite3"
    placed = django_database("postgresql://u:p%40@h:5433/db?sslmode=require")
    assert (placed["PASSWORD"], placed["PORT"]) == ("p@", "5433")
    assert placed["OPTIONS"] == {"sslmode": "require", "options": "-c search_path=accounts"}
    with pytest.raises(StoreError):
        django_database("mysql://h/db")
