"""The circuit breaker: while the mail server fails, one mail at a time tries it."""

from __future__ import annotations

from linkus.mail.gate import Gate
from linkus.mail.schemas import TlsMode
from linkus.mail.transport import Account

ACCOUNT = Account("mail.example.cn", 25, TlsMode.NONE, "", "")
OTHER = Account("mail2.example.cn", 25, TlsMode.NONE, "", "")


def test_one_at_a_time_beside_none_in_hand() -> None:
    clock = [0.0]
    gate = Gate(lambda: clock[0])
    assert gate.room(ACCOUNT, 64, in_hand=10) == 64
    turn = gate.turn
    for _ in range(10):  # all mails in flight fail together: one failure
        gate.fails(ACCOUNT, turn)
    assert gate.room(ACCOUNT, 64, in_hand=0) == 0
    clock[0] = 1.0
    assert gate.room(ACCOUNT, 64, in_hand=3) == 0  # they are still being released
    assert gate.room(ACCOUNT, 64, in_hand=0) == 1
    assert gate.room(ACCOUNT, 64, in_hand=1) == 0  # that one tries the server
    gate.fails(ACCOUNT, gate.turn)
    clock[0] = 2.9
    assert gate.room(ACCOUNT, 64, in_hand=0) == 0
    clock[0] = 3.0
    assert gate.room(ACCOUNT, 64, in_hand=0) == 1
    gate.works()
    assert gate.room(ACCOUNT, 64, in_hand=1) == 64


def test_other_settings_open_it() -> None:
    gate = Gate(lambda: 0.0)
    gate.fails(ACCOUNT, gate.turn)
    assert gate.room(ACCOUNT, 4, in_hand=0) == 0
    assert gate.room(OTHER, 4, in_hand=2) == 4
