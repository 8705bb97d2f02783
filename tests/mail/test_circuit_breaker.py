"""The circuit breaker: while the mail server fails, one mail at a time probes it."""

from __future__ import annotations

from linkus.mail.circuit_breaker import CircuitBreaker
from linkus.mail.schemas import TlsMode
from linkus.mail.transport import Account

ACCOUNT = Account("mail.example.cn", 25, TlsMode.NONE, "", "")
OTHER = Account("mail2.example.cn", 25, TlsMode.NONE, "", "")


def test_breaker_lets_one_mail_probe_when_none_is_in_flight() -> None:
    clock = [0.0]
    breaker = CircuitBreaker(lambda: clock[0])
    assert breaker.allow(ACCOUNT, 64, in_flight=10) == 64
    generation = breaker.generation
    for _ in range(10):  # all mails in flight fail together: one failure
        breaker.record_failure(ACCOUNT, generation)
    assert breaker.allow(ACCOUNT, 64, in_flight=0) == 0
    clock[0] = 1.0
    assert breaker.allow(ACCOUNT, 64, in_flight=3) == 0  # they are still being released
    assert breaker.allow(ACCOUNT, 64, in_flight=0) == 1
    assert breaker.allow(ACCOUNT, 64, in_flight=1) == 0  # that one tries the server
    breaker.record_failure(ACCOUNT, breaker.generation)
    clock[0] = 2.9
    assert breaker.allow(ACCOUNT, 64, in_flight=0) == 0
    clock[0] = 3.0
    assert breaker.allow(ACCOUNT, 64, in_flight=0) == 1
    breaker.record_success()
    assert breaker.allow(ACCOUNT, 64, in_flight=1) == 64


def test_breaker_closes_when_the_settings_change() -> None:
    breaker = CircuitBreaker(lambda: 0.0)
    breaker.record_failure(ACCOUNT, breaker.generation)
    assert breaker.allow(ACCOUNT, 4, in_flight=0) == 0
    assert breaker.allow(OTHER, 4, in_flight=2) == 4
