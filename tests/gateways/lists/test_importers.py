"""Each publisher's file becomes the one pack form; what tells people apart stays, numbers of persons and addresses do not."""

import csv
import gzip
from datetime import date
from pathlib import Path

import pytest

from entrepot.gateways.lists import bis, ofac, table, un
from entrepot.gateways.lists.countries import alpha3
from entrepot.gateways.lists.edition import ListError
from entrepot.kernel.intake import Refusal
from entrepot.kernel.law import Law
from entrepot.store.packs import load_law

TODAY = date(2026, 11, 22)
SDN = """1,"ORBELIANI, Karim",individual,"SYRIA] [SDGT",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,\
"DOB 03 Sep 1962; alt. DOB circa 1963; POB Homs, Syria; nationality Syria; \
Passport N123456 (Syria); National ID No. 77; a.k.a. 'THE FERRYMAN'."
2,HARBOUR LIGHT MINERALS,-0- ,DRCONGO,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,\
"Registration Number RC-2211 (Congo); Email Address [removed]."
3,GREY HERON,vessel,IRAN,CL1,Tanker,1,1,Panama,Owner,-0- ,\
"Vessel Registration Identification IMO 9074729; MMSI 111222333."
\x1a
"""
ADD = '1,1,"12 Quay Street",Homs,Syria,-0- \n2,2,"Box 9",Goma,"Congo, Democratic Republic of the",-0- \n'
ALT = '1,9,aka,"URBELIANI, Karim",-0- \n1,10,aka,"ORBELIANI, Karim",-0- \n'
UN = """<?xml version="1.0" encoding="UTF-8"?><CONSOLIDATED_LIST dateGenerated="2026-02-27T00:00:09Z"><INDIVIDUALS><INDIVIDUAL>
<DATAID>1</DATAID><FIRST_NAME>KARIM</FIRST_NAME><SECOND_NAME>ORBELIANI</SECOND_NAME><UN_LIST_TYPE>DRC</UN_LIST_TYPE>
<REFERENCE_NUMBER>CDi.900</REFERENCE_NUMBER><LISTED_ON>2012-12-31</LISTED_ON><NAME_ORIGINAL_SCRIPT>كريم</NAME_ORIGINAL_SCRIPT>
<NATIONALITY><VALUE>Democratic Republic of the Congo</VALUE></NATIONALITY>
<INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>Karim Urbeliani; K. Orbeliani, \
born 3 Sep. 1962 (Congo passport no.00112233, date of issue 4 May 2001)</ALIAS_NAME></INDIVIDUAL_ALIAS>
<INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>The Ferryman</ALIAS_NAME></INDIVIDUAL_ALIAS>
<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE>
<FROM_YEAR>1960</FROM_YEAR><TO_YEAR>1962</TO_YEAR></INDIVIDUAL_DATE_OF_BIRTH>
<INDIVIDUAL_DOCUMENT><NUMBER>X999</NUMBER></INDIVIDUAL_DOCUMENT>
<INDIVIDUAL_ADDRESS><STREET>12 Quay Street</STREET><COUNTRY>Rwanda</COUNTRY></INDIVIDUAL_ADDRESS>
</INDIVIDUAL></INDIVIDUALS><ENTITIES><ENTITY><DATAID>2</DATAID>
<FIRST_NAME>GREY HERON LINES</FIRST_NAME><REFERENCE_NUMBER>KPe.900</REFERENCE_NUMBER>
<LISTED_ON>2014-01-01</LISTED_ON><COMMENTS1>Ship: IMO number 9074729</COMMENTS1></ENTITY></ENTITIES></CONSOLIDATED_LIST>"""
BIS = """name,city,state,country,effective_date,expiration_date,standard_order,last_update
KARIM ORBELIANI,EL PASO,TX,US,08/24/2022,01/14/2030,Y,2022-08-29
KARIM ORBELIANI,JUAREZ,,MX,08/24/2022,01/14/2030,Y,2022-08-29
"HARBOUR LIGHT TRADING, LTD.",DUBAI,,AE,04/30/1984,,Y,2000-04-04
"""
CARD = """pack = "zz_watch"
title = { en = "Watch list", zh = "关注名单" }
publisher = "Ministry"
licence = "facts"
source = "Announcement 1"
effect = "blocks"
published = 2026-11-01
"""
TABLE = (
    "entry,kind,name,aliases,original,countries\n1,entity,Harbour Light Minerals,HLM|Harbor Light,海港之光矿业,COD\n"
)


def entries(packs: Path, pack: str) -> dict[str, dict[str, str]]:
    with (packs / "standards" / pack / "entries.csv").open(encoding="utf-8", newline="") as file:
        return {row["name"]: row for row in csv.DictReader(file)}


def said(*_: str) -> None:
    """Nobody listens."""


def loaded(packs: Path) -> Law:
    return load_law(packs)


def ofac_folder(place: Path) -> Path:
    for name, text in (("sdn.csv", SDN), ("add.csv", ADD), ("alt.csv", ALT)):
        (place / name).write_text(text, encoding="utf-8")
    return place


def test_ofac_as_published_without_a_header(tmp_path: Path) -> None:
    assert ofac.import_ofac(ofac_folder(tmp_path), tmp_path / "packs", said, TODAY, date(2026, 11, 20)) == 3
    rows = entries(tmp_path / "packs", "ofac_sdn")
    person = rows["ORBELIANI, Karim"]
    assert (person["kind"], person["aliases"], person["weak"]) == ("person", "URBELIANI, Karim", "THE FERRYMAN")
    assert (person["countries"], person["born"], person["programme"]) == ("SYR", "1962-09-03|1963", "SYRIA, SDGT")
    assert rows["HARBOUR LIGHT MINERALS"]["identifiers"] == "REG:RC-2211"
    assert rows["GREY HERON"]["identifiers"] == "IMO:9074729|MMSI:111222333"
    law = loaded(tmp_path / "packs")
    (card,) = law.packs
    assert (card.traits["screening"], card.official) == ("informs", False)
    row = law.read("ofac_sdn/edition", date(2026, 12, 4), {"list": "ofac_sdn"})
    assert row is not None
    assert (row["published"], row["entries"], row.beyond) == (date(2026, 11, 20), 3, False)
    late = law.read("ofac_sdn/edition", date(2026, 12, 5), {"list": "ofac_sdn"})
    assert late is not None
    assert late.beyond


def test_no_number_of_a_person_and_no_address_is_packed(tmp_path: Path) -> None:
    packs = tmp_path / "packs"
    ofac.import_ofac(ofac_folder(tmp_path), packs, said, TODAY, date(2026, 11, 20))
    (tmp_path / "un.xml").write_text(UN, encoding="utf-8")
    un.import_un(tmp_path / "un.xml", packs, said, TODAY)
    text = "".join(path.read_text(encoding="utf-8") for path in packs.rglob("*.csv"))
    assert [
        word for word in ("N123456", "77", "X999", "00112233", "Quay Street", "removed", "Goma") if word in text
    ] == []


def test_the_un_list_is_read_with_qualities_births_and_the_day_it_gives(tmp_path: Path) -> None:
    packed = tmp_path / "list.xml.gz"
    packed.write_bytes(gzip.compress(UN.encode()))
    assert un.import_un(packed, tmp_path / "packs", said, TODAY) == 2
    rows = entries(tmp_path / "packs", "un_consolidated")
    person = rows["KARIM ORBELIANI"]
    assert (person["entry"], person["aliases"], person["weak"]) == (
        "CDi.900",
        "Karim Urbeliani|K. Orbeliani",
        "The Ferryman",
    )
    assert (person["countries"], person["born"], person["since"]) == ("COD|RWA", "1960/1962", "2012-12-31")
    assert rows["GREY HERON LINES"]["identifiers"] == "IMO:9074729"
    assert loaded(tmp_path / "packs").packs[0].traits["screening"] == "blocks"


@pytest.mark.parametrize(
    "text",
    ["<other/>", "no xml", '<!DOCTYPE x [<!ENTITY a "b">]><CONSOLIDATED_LIST/>',
     UN.replace("CDi.900", "").replace("<DATAID>1<", "<DATAID><")]
)  # fmt: skip
def test_what_is_no_un_list_is_refused_and_nothing_is_written(tmp_path: Path, text: str) -> None:
    (tmp_path / "un.xml").write_text(text, encoding="utf-8")
    with pytest.raises((ListError, Refusal)):
        un.import_un(tmp_path / "un.xml", tmp_path / "packs", said, TODAY, TODAY)
    assert not (tmp_path / "packs").exists()


def test_orders_of_bis_run_from_their_day_to_their_expiry(tmp_path: Path) -> None:
    (tmp_path / "denied.csv").write_text(BIS, encoding="utf-8")
    assert bis.import_bis(tmp_path / "denied.csv", tmp_path / "packs", said, TODAY) == 2
    rows = entries(tmp_path / "packs", "bis_denied")
    person, firm = rows["KARIM ORBELIANI"], rows["HARBOUR LIGHT TRADING, LTD."]
    assert (person["kind"], person["countries"], person["since"], person["until"]) == (
        "person",
        "USA|MEX",
        "2022-08-24",
        "2030-01-14",
    )
    assert (firm["kind"], firm["since"], firm["until"]) == ("entity", "1984-04-30", "")
    assert loaded(tmp_path / "packs").packs[0].checked_on == TODAY


def test_any_other_list_comes_as_a_card_and_a_table(tmp_path: Path) -> None:
    (tmp_path / "card.toml").write_text(CARD, encoding="utf-8")
    (tmp_path / "table.csv").write_text(TABLE, encoding="utf-8")
    assert table.import_table(tmp_path / "card.toml", tmp_path / "table.csv", tmp_path / "packs", said, TODAY) == 1
    row = loaded(tmp_path / "packs").read("zz_watch/entries", TODAY, {"entry": "1"})
    assert row is not None
    assert (row["aliases"], row["original"], row.since) == (
        ("HLM", "Harbor Light"),
        ("海港之光矿业",),
        date(2026, 11, 1),
    )


def test_every_bad_row_of_a_table_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "card.toml").write_text(CARD, encoding="utf-8")
    (tmp_path / "table.csv").write_text(TABLE + "2,robot,X,,,\n,entity,Y,,,\n", encoding="utf-8")
    with pytest.raises(ListError, match=r"record 2: [\s\S]*record 3: "):
        table.import_table(tmp_path / "card.toml", tmp_path / "table.csv", tmp_path / "packs", said, TODAY)
    assert not (tmp_path / "packs").exists()


@pytest.mark.parametrize(
    "change", [("blocks", "kills"), ("zz_watch", "../CN"), ("title", "name"), ("2026-11-01", '"soon"')]
)
def test_a_bad_card_is_refused(tmp_path: Path, change: tuple[str, str]) -> None:
    (tmp_path / "card.toml").write_text(CARD.replace(*change), encoding="utf-8")
    (tmp_path / "table.csv").write_text(TABLE, encoding="utf-8")
    with pytest.raises(ListError):
        table.import_table(tmp_path / "card.toml", tmp_path / "table.csv", tmp_path / "packs", said, TODAY)


def test_one_number_given_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "card.toml").write_text(CARD, encoding="utf-8")
    (tmp_path / "table.csv").write_text(TABLE + "1,person,Somebody Else,,,\n", encoding="utf-8")
    with pytest.raises(ListError, match="more than one entry by the number 1"):
        table.import_table(tmp_path / "card.toml", tmp_path / "table.csv", tmp_path / "packs", said, TODAY)


def test_an_edition_without_a_day_is_asked_for_one(tmp_path: Path) -> None:
    with pytest.raises(ListError, match="--published"):
        ofac.import_ofac(ofac_folder(tmp_path), tmp_path / "packs", said, TODAY)
    with pytest.raises(ListError, match="neither"):
        ofac.import_ofac(tmp_path / "packs", tmp_path / "packs", said, TODAY)


@pytest.mark.parametrize(
    ("name", "code"),
    [("Korea, North", "PRK"), ("Iran", "IRN"), ("RUSSIAN FEDERATION", "RUS"), ("uk", "GBR"), ("PRC", "CHN"), ("Atlantis", ""), ("", "")],
)  # fmt: skip
def test_countries_are_read_as_the_lists_write_them(name: str, code: str) -> None:
    assert alpha3(name) == code


def test_the_lists_at_hand_are_read_whole(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "sanctions"
    assert ofac.import_ofac(folder, tmp_path, said, TODAY) == 8_976 + 442
    assert un.import_un(folder / "un_consolidated_2026-02-27.xml.gz", tmp_path, said, TODAY) == 1_003
    assert bis.import_bis(folder / "bis_denied_persons_2022.csv", tmp_path, said, TODAY) > 400
    text = "".join(path.read_text(encoding="utf-8") for path in tmp_path.rglob("entries.csv")).casefold()
    assert [word for word in ("passport", "national id", "cedula", "[removed]") if word in text] == []
