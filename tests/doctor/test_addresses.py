"""The doctor's findings on addresses, names, certificates and proxies."""

from __future__ import annotations

import datetime
import json
import os
import socket
from pathlib import Path

import pytest

from linkus.doctor import addresses
from linkus.doctor.addresses import Facts, check_addresses, findings_of
from linkus.doctor.finding import Finding, Level
from linkus.engine.layout import Layout
from linkus.engine.tls import own_certificate
from linkus.kit.addresses import arrange, hosts_of
from linkus.kit.interfaces import OwnAddress
from linkus.kit.settings import Settings

OFFICE = (OwnAddress("lo", "127.0.0.1"), OwnAddress("eth0", "10.0.0.5"))
INTERNET = (OwnAddress("lo", "127.0.0.1"), OwnAddress("eth0", "203.0.113.10"), OwnAddress("eth0", "2001:db8::10"))


def facts(own: tuple[OwnAddress, ...], *, resolved: tuple[str, ...] = (), **values: object) -> Facts:
    names = values.pop("certificate_names", None)
    running = values.pop("running", ())
    settings = Settings.model_validate(values)
    first = {4: "127.0.0.1", 6: "::1"} | {6 if ":" in each.address else 4: each.address for each in own}
    outgoing = {"0.0.0.0": first[4], "::": first[6]}
    placed = arrange(settings.hosts, hosts_of(settings.public_address), own, outgoing.__getitem__)
    gateways = ("10.0.0.1",) if own is OFFICE else ()
    return Facts(settings, placed, own, gateways, resolved, names, running)  # type: ignore[arg-type]


def found(given: Facts, subject: str) -> Finding:
    (finding,) = [each for each in findings_of(given) if each.subject.english == subject]
    if finding.level is Level.PROBLEM:
        assert finding.remedy is not None
        assert finding.remedy.chinese
        assert finding.remedy.english
    return finding


def problems(given: Facts) -> list[str]:
    return [each.subject.english for each in findings_of(given) if each.level is Level.PROBLEM]


def test_what_the_machine_has() -> None:
    said = found(facts(OFFICE, host="0.0.0.0"), "Addresses").said
    for text in (said.chinese, said.english):
        assert "eth0 10.0.0.5" in text
        assert "10.0.0.1" in text


def test_a_private_address_is_worth_a_note() -> None:
    finding = found(facts(OFFICE, host="0.0.0.0"), "Public address")
    assert finding.level is Level.NOTE
    assert finding.remedy is not None
    assert "LINKUS_PUBLIC_ADDRESS" in finding.remedy.english


def test_nat_is_told_apart_from_an_address_of_this_machine() -> None:
    behind = found(facts(OFFICE, host="0.0.0.0", public_address="203.0.113.50"), "Public address")
    assert "203.0.113.50 → 10.0.0.5" in behind.said.english
    here = found(facts(INTERNET, host="0.0.0.0", public_address="203.0.113.10"), "Public address")
    assert here.level is Level.OK


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.5"])
def test_a_public_address_that_leads_nowhere(host: str) -> None:
    public = "203.0.113.50" if host == "127.0.0.1" else "2001:db8::50"
    assert problems(facts(OFFICE, host=host, public_address=public)) == ["Public address"]


def test_an_address_of_another_machine() -> None:
    assert problems(facts(OFFICE, host="203.0.113.50")) == ["Listening address"]


def test_ipv6() -> None:
    assert found(facts(INTERNET, host="0.0.0.0"), "IPv6").level is Level.NOTE
    assert found(facts(INTERNET, host="::"), "IPv6").level is Level.OK
    assert "no IPv6" in found(facts(OFFICE, host="::"), "IPv6").said.english


@pytest.mark.parametrize(
    ("resolved", "wrong"),
    [
        (("203.0.113.10",), False),
        (("203.0.113.10", "2001:db8::10"), False),
        (("203.0.113.99",), True),
        (("203.0.113.10", "2001:db8::99"), True),  # users with IPv6 reach another machine
        ((), True),
    ],
)
def test_domain(resolved: tuple[str, ...], wrong: bool) -> None:
    given = facts(INTERNET, resolved=resolved, host="::", domain="pbx.example.cn")
    assert problems(given) == (["Domain name"] if wrong else [])


def test_a_domain_of_ipv6_alone_does_not_lead_to_a_server_on_ipv4() -> None:
    given = facts(INTERNET, resolved=("2001:db8::10",), host="0.0.0.0", domain="pbx.example.cn")
    assert problems(given) == ["Domain name"]


def test_a_domain_behind_nat_is_the_public_address() -> None:
    values = {"host": "0.0.0.0", "public_address": "203.0.113.50", "domain": "pbx.example.cn"}
    assert problems(facts(OFFICE, resolved=("203.0.113.50",), **values)) == []


def test_a_domain_may_be_the_proxys() -> None:
    values = {"host": "0.0.0.0", "trusted_proxies": "203.0.113.80", "domain": "pbx.example.cn"}
    assert problems(facts(INTERNET, resolved=("203.0.113.80",), **values)) == []


@pytest.mark.parametrize(
    ("names", "fits"),
    [
        (("pbx.example.cn",), True),
        (("*.example.cn",), True),
        (("PBX.example.cn",), True),
        (("example.cn", "www.example.cn"), False),
        (("*.pbx.example.cn",), False),
        (("*.cn",), False),
        ((), False),
    ],
)
def test_names_of_a_certificate(names: tuple[str, ...], fits: bool) -> None:
    given = facts(
        INTERNET, resolved=("203.0.113.10",), host="0.0.0.0", domain="pbx.example.cn", certificate_names=names
    )
    assert problems(given) == ([] if fits else ["Certificate's names"])


def test_proxies() -> None:
    assert problems(facts(OFFICE, host="0.0.0.0", trusted_proxies="0.0.0.0/0")) == ["Reverse proxy"]
    assert problems(facts(OFFICE, host="0.0.0.0", public_url="https://pbx.example.cn")) == ["Reverse proxy"]
    assert problems(facts(OFFICE, host="0.0.0.0", trusted_proxies="10.0.0.2")) == []


def test_addresses_that_came_and_went_since_the_start() -> None:
    finding = found(facts(OFFICE, host="0.0.0.0", running=("10.0.0.9", "127.0.0.1")), "Listening address")
    assert finding.level is Level.PROBLEM
    assert "-10.0.0.9 +10.0.0.5" in finding.said.english
    assert problems(facts(OFFICE, host="0.0.0.0", running=("10.0.0.5", "127.0.0.1"))) == []


def test_what_is_looked_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The doctor reads the name server's answer, the certificate's names, and the running instance's addresses."""
    made = own_certificate(
        Layout(home=tmp_path, host="127.0.0.1", domain="other.example"), datetime.datetime.now(datetime.UTC)
    )
    (tmp_path / "run.json").write_text(json.dumps({"pid": os.getpid(), "addresses": ["127.0.0.99"]}))
    answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 0))]
    monkeypatch.setattr(addresses.socket, "getaddrinfo", lambda *_, **__: answers)
    settings = Settings(home=tmp_path, domain="pbx.example.cn", tls_cert=made.chain, tls_key=made.key)
    findings = {each.subject.english: each for each in check_addresses(settings)}
    assert findings["Domain name"].level is Level.OK
    assert "other.example" in findings["Certificate's names"].said.english
    assert "-127.0.0.99" in findings["Listening address"].said.english
