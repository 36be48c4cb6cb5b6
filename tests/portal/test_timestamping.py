"""Timestamps of the log's checkpoints: asked for when due, kept once they hold, carried by the receipt, patient with authorities."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import tsp

from entrepot.gateways.timestamps import NoTimestampError
from entrepot.portal.desk import Desk
from entrepot.portal.drafts import Draft
from entrepot.portal.timestamping import Authorities, Authority, Timestamping, read_authorities
from entrepot.store.database import StoreError
from entrepot.store.log import NotInLogError
from entrepot.store.notes import split_note, to_base64
from entrepot.store.store import Store
from entrepot_verify.receipt import verify
from entrepot_verify.timestamp import Rejected, check_clock, main, timestamps_of
from tests.gateways.tsa_stage import MIDDLE, ROOT, Holder, info, token
from tests.portal.stage import ANN, NOON, open_desk

NAME = "tsa.example"
TSA = Authority(NAME, "https://tsa.example/", (ROOT.der,))


class Office:
    """An authority that answers at the desk's noon, or as it was told."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.at = NOON
        self.signer = Holder("Signer of time", MIDDLE)
        self.answer: Callable[[tsp.TimeStampReq], bytes] = self.right

    def right(self, request: tsp.TimeStampReq) -> bytes:
        digest, nonce = request["message_imprint"]["hashed_message"].native, request["nonce"].native
        return token(info(digest, nonce=nonce, gen_time=self.at), by=self.signer)

    def __call__(self, url: str, request: bytes) -> bytes:
        self.asked.append(url)
        parts = b"\x30\x03\x02\x01\x00" + self.answer(tsp.TimeStampReq.load(request, strict=True))
        return b"\x30\x82" + len(parts).to_bytes(2) + parts


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def asking(opened: Desk, office: Office) -> Timestamping:
    opened.store.integrate()
    return Timestamping(opened.store, Authorities((TSA,), minutes=60, leaves=100), office)


def grow(desk: Desk, number: int = 1) -> None:
    desk.say("D1", [Draft("goods.line", {"quantity": "1"}, str(90 + number))], ANN)
    desk.store.integrate()


def test_the_newest_checkpoint_is_stamped_once(asking: Timestamping, office: Office) -> None:
    assert asking.work_off(TSA) == 1
    assert asking.work_off(TSA) == 0
    assert office.asked == ["https://tsa.example/"]
    [state] = asking.round()
    signed = asking.store.signed()
    assert signed is not None
    assert (state.size, state.stamped_at, state.trouble) == (signed.size, NOON, None)


def test_the_receipt_stays_one_proof_and_carries_the_time(opened: Desk, asking: Timestamping, tmp_path: Path) -> None:
    asking.round()
    said = opened.read("D1", ANN).heads[0]
    receipt = opened.receipt("D1", said, ANN)
    proof = verify(receipt.encode(), opened.store.log_key)
    assert proof.unchecked == (NAME,)
    note = receipt.partition("\n\n")[2]
    assert timestamps_of(note, NAME, ROOT.der) == [(int(NOON.timestamp()), "CN=Signer of time")]
    file, root = tmp_path / "receipt.txt", tmp_path / "root.pem"
    file.write_text(receipt, encoding="utf-8")
    from cryptography.hazmat.primitives.serialization import Encoding

    root.write_bytes(ROOT.certificate.public_bytes(Encoding.PEM))
    assert main([str(file), "--name", NAME, "--root", str(root)]) == 0
    assert main([str(file), "--name", "another", "--root", str(root)]) == 1
    file.write_text(receipt.replace("\n— ", "\n\n— ", 1), encoding="utf-8")
    assert main([str(file), "--name", NAME, "--root", str(root)]) == 1
    assert main([str(file), "--name", NAME, "--root", str(tmp_path / "none")]) == 2


def test_a_timestamp_that_contradicts_its_statement_or_the_clock_is_refused(opened: Desk, asking: Timestamping) -> None:
    asking.round()
    receipt = opened.receipt("D1", opened.read("D1", ANN).heads[0], ANN)
    at = int(NOON.timestamp())
    check_clock(at, receipt, at)
    check_clock(at, receipt.partition("\n\n")[2], at)
    with pytest.raises(Rejected, match="later than now"):
        check_clock(at + 301, receipt, at)
    with pytest.raises(Rejected, match="before the statement"):
        check_clock(at - 301, receipt, at)
    with pytest.raises(Rejected, match="cannot be read"):
        check_clock(at, receipt.replace("\nextra ", "\nextra A"), at)


def test_a_timestamp_counts_for_its_checkpoint_and_root_alone(asking: Timestamping) -> None:
    asking.round()
    note = asking.store.checkpoint()
    assert note is not None
    size = split_note(note)[0].splitlines()[1]
    with pytest.raises(Rejected, match="something else"):
        timestamps_of(note.replace(f"\n{size}\n", f"\n{int(size) + 1}\n", 1), NAME, ROOT.der)
    with pytest.raises(Rejected, match="no timestamp of this name under this root"):
        timestamps_of(note, NAME, MIDDLE.der)
    own = split_note(note)[1][-1]
    cut = to_base64(own.key_id + own.signature[:-1])
    with pytest.raises(Rejected, match="cut short"):
        timestamps_of(note.replace(to_base64(own.key_id + own.signature), cut), NAME, ROOT.der)
    with pytest.raises(Rejected, match="not in base64"):
        timestamps_of(note.removesuffix("\n") + "!\n", NAME, ROOT.der)


def test_lines_that_join_later_change_nothing_and_growth_leaves_old_stamps_be(
    opened: Desk, asking: Timestamping
) -> None:
    asking.round()
    first, said = opened.store.checkpoint(), opened.read("D1", ANN).heads[0]
    grow(opened)
    assert opened.store.checkpoint() != first
    assert NAME not in opened.receipt("D1", said, ANN)
    stamped = opened.receipt("D1", said, ANN, stamped=True)
    assert stamped.partition("\n\n")[2] == first


def test_a_stamped_receipt_waits_for_a_stamp_over_its_leaf(opened: Desk, asking: Timestamping) -> None:
    said = opened.read("D1", ANN).heads
    with pytest.raises(NotInLogError, match="no checkpoint bears a timestamp"):
        opened.receipt("D1", said[0], ANN, stamped=True)
    asking.round()
    grow(opened)
    [new] = set(opened.read("D1", ANN).heads) - set(said)
    with pytest.raises(NotInLogError):
        opened.receipt("D1", new, ANN, stamped=True)


def test_another_token_is_asked_for_after_its_time_or_enough_leaves(tmp_path: Path, office: Office) -> None:
    desk = open_desk(tmp_path)
    now = [NOON]
    store = Store.open(desk.store.database.url, desk.registry, keys=tmp_path / "keys", clock=lambda: now[0])
    desk.store.close()
    desk = Desk(store, desk.law, desk.registry)
    desk.say("D1", [Draft("dossier.opened", {"kind": "trade", "reference": "PO-1"})], ANN)
    store.integrate()
    asking = Timestamping(store, Authorities((TSA,), minutes=60, leaves=3), office)
    assert asking.work_off(TSA) == 1
    grow(desk)
    assert asking.work_off(TSA) == 0
    now[0] = office.at = NOON + timedelta(minutes=60)
    assert asking.work_off(TSA) == 1
    grow(desk, 2)
    grow(desk, 3)
    assert asking.work_off(TSA) == 0
    grow(desk, 4)
    assert asking.work_off(TSA) == 1
    now[0] = office.at = NOON + timedelta(days=1)
    assert asking.work_off(TSA) == 0  # nothing new to stamp
    store.close()


WRONG: dict[str, Callable[[Office, tsp.TimeStampReq], bytes]] = {
    "over something else": lambda office, asked: token(info(bytes(32), nonce=asked["nonce"].native), by=office.signer),
    "nonce is not that": lambda office, asked: token(
        info(asked["message_imprint"]["hashed_message"].native, nonce=1), by=office.signer
    ),
    "no root": lambda office, asked: token(
        info(asked["message_imprint"]["hashed_message"].native, nonce=asked["nonce"].native),
        by=Holder("Other"),
        others=(),
    ),
}


@pytest.mark.parametrize("reason", ["over something else", "nonce is not that", "no root"])
def test_a_token_that_does_not_hold_is_not_kept(asking: Timestamping, office: Office, reason: str) -> None:
    office.answer = lambda asked: WRONG[reason](office, asked)
    [state] = asking.round()
    assert state.size is None
    assert state.trouble is not None
    assert reason in state.trouble.en
    office.answer = office.right
    [state] = asking.round()
    assert state.trouble is None
    assert state.size


def test_a_token_from_before_the_checkpoint_or_after_now_is_not_kept(asking: Timestamping, office: Office) -> None:
    for at in (NOON - timedelta(hours=1), NOON + timedelta(hours=1)):
        office.at = at
        [state] = asking.round()
        assert state.size is None


def test_an_authority_that_fails_is_left_alone_for_a_while(asking: Timestamping, office: Office) -> None:
    def away(asked: tsp.TimeStampReq) -> bytes:
        raise NoTimestampError("status 503")

    office.answer = away
    assert asking.work_off(TSA) == 0
    office.answer = office.right
    assert asking.work_off(TSA) == 0
    assert len(office.asked) == 1
    [state] = asking.states()
    assert state.trouble is not None
    assert "503" in state.trouble.en
    assert asking.work_off(TSA, at_once=True) == 1


def test_several_authorities_stamp_the_same_checkpoint(opened: Desk, office: Office) -> None:
    opened.store.integrate()
    other = Authority("other.example", "https://other.example/", (ROOT.der,))
    asking = Timestamping(opened.store, Authorities((TSA, other)), office)
    assert list(asking.works()) == ["time-1", "time-2"]
    assert sum(work() for work in asking.works().values()) == 2
    note = opened.store.checkpoint()
    assert note is not None
    for name in (NAME, "other.example"):
        assert timestamps_of(note, name, ROOT.der)
    assert len(split_note(note)[1]) == 3


def test_an_empty_log_asks_nobody(desk: Desk, office: Office) -> None:
    assert Timestamping(desk.store, Authorities((TSA,)), office).round()[0].size is None
    assert not office.asked


def test_stamps_are_kept_for_good(asking: Timestamping) -> None:
    asking.round()
    with asking.store.database.session() as session, pytest.raises(Exception, match="refused"), session.writing():
        session.run(("DELETE FROM stamp", ()))


# -- the file of authorities ------------------------------------------------------------------------------------------


def test_a_file_names_authorities_and_how_often(tmp_path: Path) -> None:
    (tmp_path / "root.der").write_bytes(ROOT.der)
    file = tmp_path / "tsa.txt"
    file.write_text(
        "# time\nauthority a.example https://a.example/tsa root.der\n"
        "authority b.example http://127.0.0.1:1/ root.der\nminutes 5\nleaves 7\n",
        encoding="utf-8",
    )
    found = read_authorities(file)
    assert [(one.name, one.url) for one in found.listed] == [
        ("a.example", "https://a.example/tsa"), ("b.example", "http://127.0.0.1:1/"),
    ]  # fmt: skip
    assert (found.minutes, found.leaves) == (5, 7)
    assert found.listed[0].roots == (ROOT.der,)


def test_a_file_that_is_wrong_is_told_line_by_line(tmp_path: Path) -> None:
    (tmp_path / "root.der").write_bytes(ROOT.der)
    file = tmp_path / "tsa.txt"
    file.write_text(
        "authority a.example https://a.example/ root.der\nauthority a.example https://a.example/ root.der\n"
        "authority b+c https://b.example/ root.der\nauthority d https://d.example/ none.der\nminutes 0\nhours 3\n",
        encoding="utf-8",
    )
    with pytest.raises(StoreError) as refused:
        read_authorities(file)
    assert all(f"{number}: " in str(refused.value) for number in (2, 3, 4, 5, 6))
    assert "1: " not in str(refused.value)
    file.write_text("", encoding="utf-8")
    with pytest.raises(StoreError, match="no authority is named"):
        read_authorities(file)
    with pytest.raises(StoreError, match="cannot be read"):
        read_authorities(tmp_path / "nowhere")
