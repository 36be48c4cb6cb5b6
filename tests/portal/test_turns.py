"""Turns: after each failure the pause doubles, up to ten minutes; a success ends it."""

import pytest

from entrepot.kernel.text import Text
from entrepot.portal.turns import Turn


def test_the_pause_doubles_up_to_ten_minutes_and_ends_with_a_success(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr("entrepot.portal.turns.time.monotonic", lambda: now[0])
    turn, trouble = Turn(), Text("away", "无法连接")

    def stands() -> tuple[bool, Text | None]:
        return turn.resting, turn.trouble

    assert stands() == (False, None)
    pauses = []
    for _ in range(12):
        turn.failed(trouble)
        began = now[0]
        while stands()[0]:
            now[0] += 1
        pauses.append(now[0] - began)
    assert pauses == [2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600, 600]
    turn.failed(trouble)
    assert stands() == (True, trouble)
    turn.went_well()
    assert stands() == (False, None)
    turn.failed(trouble)
    now[0] += 2
    assert stands() == (False, trouble)
