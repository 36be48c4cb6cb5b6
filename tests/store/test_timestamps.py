"""Timestamps on file: once for a checkpoint and an authority, for good, told in the notes that are handed out."""

from collections.abc import Callable

import psycopg
import pytest

from entrepot.store import timestamps
from entrepot.store.database import ContentionError
from entrepot.store.log import NotInLogError
from entrepot.store.notes import Verifier, open_checkpoint, split_note
from entrepot.store.store import Store
from tests.store.saying import NOON, line, opened

ROOT = b"the root certificate"
AT = int(NOON.timestamp())


def test_a_timestamp_is_one_more_line_of_the_note_and_stays(open_store: Callable[..., Store]) -> None:
    store = open_store()
    store.submit([opened(), line(1)])
    size = store.integrate()
    before = store.checkpoint()
    first = timestamps.stamped(size, "tsa.example", ROOT, b"token", AT)
    store.keep_timestamp(first)
    store.keep_timestamp(timestamps.stamped(size, "tsa.example", ROOT, b"another", AT + 9))
    store.keep_timestamp(timestamps.stamped(size, "a.example", ROOT, b"token of a", AT + 1))
    note = store.checkpoint()
    assert before is not None
    assert note is not None
    assert note.startswith(before)
    assert [(one.name, one.signature) for one in split_note(note)[1][1:]] == [
        ("tsa.example", b"token"), ("a.example", b"token of a"),
    ]  # fmt: skip
    assert split_note(note)[1][1].key_id == timestamps.key_id("tsa.example", ROOT)
    assert open_checkpoint(note, Verifier.parse(store.log_key)).size == size
    with store.database.session() as session:
        assert timestamps.last_of(session, "tsa.example", first.key_id) == first
        assert timestamps.last_of(session, "tsa.example", bytes(4)) is None
        for change in ("UPDATE stamp SET line = ''", "DELETE FROM stamp"):
            with pytest.raises((ContentionError, psycopg.Error), match="refused"), session.writing():
                session.run((change, ()))


def test_the_newest_stamp_is_found_for_a_receipt(open_store: Callable[..., Store]) -> None:
    store = open_store()
    one, two = line(1), line(2)
    store.submit([opened(), one])
    size = store.integrate()
    with pytest.raises(NotInLogError, match="no checkpoint bears a timestamp"):
        store.receipt(one.id, stamped=True)
    store.keep_timestamp(timestamps.stamped(size, "tsa.example", ROOT, b"token", AT))
    store.submit([two])
    assert store.integrate() > size
    assert "— tsa.example " in store.receipt(one.id, stamped=True)
    assert "— tsa.example " not in store.receipt(one.id)
    with pytest.raises(NotInLogError):
        store.receipt(two.id, stamped=True)


def test_the_key_id_tells_authorities_of_one_name_apart() -> None:
    ids = {timestamps.key_id(name, root) for name in ("a", "b") for root in (b"x", b"y")}
    assert len(ids) == 4
