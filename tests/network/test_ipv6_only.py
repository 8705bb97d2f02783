"""An installation on a machine that has no IPv4 except on loopback."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.network.product import Product, Visitor, product
from tests.network.topology import Link, Network, Node
from tests.runtime.flood import flood, lines_of
from tests.walk import softphone
from tests.walk.browser import Chromium
from tests.walk.tone import write_tone

IPV6, PEER, NEIGHBOUR = "2001:db8::10", "2001:db8::66", "2001:db8::67"
pytestmark = [pytest.mark.engine, pytest.mark.timeout(180)]


@dataclass
class Only:
    running: Product
    visitor: Node
    link: Link


@pytest.fixture(scope="module")
def only(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Only]:
    home: Path = tmp_path_factory.mktemp("only")
    with Network() as network:
        wan = network.switch("wan")
        server, visitor = network.node("server"), network.node("visitor")
        server.plug(wan, f"{IPV6}/64")
        link = visitor.plug(wan, f"{PEER}/64")
        with product(server, home, IPV6) as running:
            yield Only(running, visitor, link)


def test_pages_links_and_codes(only: Only) -> None:
    running = only.running
    assert f"https://[{IPV6}]:8088/portal/" in running.said
    assert f"sip:[{IPV6}]:5060" in running.said
    portal = f"https://[{IPV6}]:8088"
    visitor = Visitor(only.visitor, portal, running.authority, origin=portal)
    try:
        assert "<!doctype html>" in visitor.get("/portal/").text.lower()
        assert f"wss://[{IPV6}]:8088;" in visitor.get("/").headers["content-security-policy"]
        assert visitor.sign_in().status_code == 201
        created = visitor.post(
            "/api/v1/admin/extensions", {"number": "1001", "first_name": "Wei", "linkus_enabled": True}
        )
        assert created.status_code == 201, created.text
        path = f"/api/v1/admin/extensions/{created.json()['id']}"
        shown = visitor.post(f"{path}/credential", {"client_kind": "web"})
        assert shown.status_code == 201, shown.text
        code = shown.json()
        assert code["link"].startswith(f"{portal}/login/web#t=")
        assert "<svg" in code["qr_svg"]
        # the link signs in, and the client's SIP address has brackets too
        user = Visitor(only.visitor, portal, running.authority, origin=portal)
        token = code["link"].partition("#t=")[2]
        assert user.post("/api/v1/credentials/redeem", {"token": token}).status_code == 201
        user.close()
    finally:
        visitor.close()
    assert f'"address":"{PEER}"' in running.log("nginx-access.log")


@pytest.mark.browser
def test_a_browser_signs_in_and_hears_itself(only: Only, tmp_path: Path) -> None:
    """From the link to the echo: registration, ICE and media without IPv4 between browser and server."""
    running, portal = only.running, f"https://[{IPV6}]:8088"
    visitor = Visitor(only.visitor, portal, running.authority, origin=portal)
    try:
        assert visitor.sign_in().status_code == 201
        extension = {"number": "1002", "first_name": "Mei", "linkus_enabled": True}
        made = visitor.post("/api/v1/admin/extensions", extension).json()
        path = f"/api/v1/admin/extensions/{made['id']}/credential"
        link = visitor.post(path, {"client_kind": "web"}).json()["link"]
    finally:
        visitor.close()
    tone = tmp_path / "tone.wav"
    write_tone(tone, 700)
    chromium = Chromium(tone, tmp_path / "pictures")
    with only.visitor.inside():
        chromium.__enter__()
    try:
        page = chromium.person(ignore_https_errors=True)
        softphone.redeem(page, link, "1002")
        softphone.is_ready_as(page, "1002")
        softphone.dial(page, "*43")
        softphone.in_call(page)
        softphone.hears(page)
        softphone.hang_up(page)
        softphone.no_call(page)
    finally:
        chromium.__exit__()


def test_one_network_is_one_sender(only: Only) -> None:
    """All addresses of a /64 may belong to a single machine, so together they have one sender's limit of log lines."""
    log = only.running.home / "logs" / "nginx-access.log"
    before, began = len(lines_of(log, PEER, NEIGHBOUR)), time.monotonic()
    only.link.add(f"{NEIGHBOUR}/64")
    try:
        with only.visitor.inside():
            for source in (PEER, NEIGHBOUR):
                flood(IPV6, 8088, source, thousands=3, context=only.running.authority)
    finally:
        only.link.remove(f"{NEIGHBOUR}/64")
    lines = len(lines_of(log, PEER, NEIGHBOUR)) - before
    # Lines written just before count as well.
    assert 5000 - before <= lines <= 5010 + 10 * (time.monotonic() - began)
