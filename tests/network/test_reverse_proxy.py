"""Another reverse proxy in front of the server: a real nginx that terminates TLS on port 443 of another machine."""

from __future__ import annotations

import asyncio
import datetime
import os
import ssl
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import websockets

from linkus.engine.layout import Layout
from linkus.engine.render import place_certificate, prepare
from linkus.engine.sandbox import choose_sandbox, give
from linkus.engine.tls import own_certificate
from tests.network.product import Product, Visitor, product
from tests.network.topology import Network, Node
from tests.walk.server import share_engine_image

SERVER, PROXY_INSIDE, PROXY = "10.0.0.5", "10.0.0.2", "203.0.113.80"
ALICE, BOB = "203.0.113.7", "203.0.113.8"
PUBLIC = "https://pbx.example.cn"
# Configurations of administrators: with the browser's Host, with X-Forwarded-Host, and with neither.
PORTS = {443: "proxy_set_header Host $http_host;", 8443: "proxy_set_header X-Forwarded-Host $http_host;", 9443: ""}
NGINX = """daemon off;
pid {run}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 256; }}
http {{
  access_log off;
  client_body_temp_path {run}/body;
  proxy_temp_path {run}/proxy;
  fastcgi_temp_path {run}/fastcgi;
  uwsgi_temp_path {run}/uwsgi;
  scgi_temp_path {run}/scgi;
  map $http_upgrade $connection_upgrade {{ default upgrade; '' ''; }}
{servers}
}}
"""
SERVER_BLOCK = """  server {{
    listen {address}:{port} ssl;
    ssl_certificate {certificate};
    ssl_certificate_key {key};
    location / {{
      proxy_pass https://{server}:8088;
      proxy_ssl_verify off;
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
      {host}
    }}
  }}
"""
pytestmark = [pytest.mark.engine, pytest.mark.timeout(180)]


@dataclass
class Site:
    running: Product
    alice: Node
    bob: Node
    neighbour: Node  # in the server's own network, past the proxy
    trusted: ssl.SSLContext

    def visitor(self, node: Node, port: int = 443, *, origin: str = PUBLIC, name: str = "pbx.example.cn") -> Visitor:
        visitor = Visitor(node, f"https://{PROXY}:{port}", self.trusted, origin=origin)
        visitor.http.headers["Host"] = name if port in (443, 9443) else f"{name}:{port}"
        return visitor


def start_proxy(node: Node, home: Path) -> tuple[subprocess.Popen[bytes], ssl.SSLContext]:
    share_engine_image(home)
    layout = Layout(home=home, host=PROXY, domain="pbx.example.cn")
    sandbox = choose_sandbox(layout)
    prepare(layout, sandbox)
    placed = place_certificate(layout, own_certificate(layout, datetime.datetime.now(datetime.UTC)))
    assert placed
    run = layout.run / "nginx"
    servers = "".join(
        SERVER_BLOCK.format(address=PROXY, port=port, certificate=placed[0], key=placed[1], server=SERVER, host=host)
        for port, host in PORTS.items()
    )
    configuration = run / "nginx.conf"
    configuration.write_text(NGINX.format(run=run, servers=servers))
    give(configuration)
    with node.inside():
        Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").write_text("0")
        command = sandbox.command(["nginx", "-e", "stderr", "-p", f"{run}/", "-c", str(configuration)])
        process = subprocess.Popen(command, env={"PATH": os.environ["PATH"]})
    return process, ssl.create_default_context(cafile=str(layout.keys / "ca" / "ca.pem"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with Network() as network:
        lan, wan = network.switch("lan"), network.switch("wan")
        server, proxy, alice, bob, neighbour = (
            network.node(each) for each in ("server", "proxy", "alice", "bob", "neighbour")
        )
        server.plug(lan, f"{SERVER}/24")
        neighbour.plug(lan, "10.0.0.99/24")
        proxy.plug(lan, f"{PROXY_INSIDE}/24")
        proxy.plug(wan, f"{PROXY}/24")
        alice.plug(wan, f"{ALICE}/24")
        bob.plug(wan, f"{BOB}/24")
        home = tmp_path_factory.mktemp("server")
        process, trusted = start_proxy(proxy, tmp_path_factory.mktemp("proxy"))
        try:
            settings = {"LINKUS_TRUSTED_PROXIES": PROXY_INSIDE, "LINKUS_PUBLIC_URL": PUBLIC}
            with product(server, home, SERVER, **settings) as running:
                yield Site(running, alice, bob, neighbour, trusted)
        finally:
            process.terminate()
            process.wait(10)


@pytest.mark.parametrize("port", PORTS)
def test_a_browser_signs_in_through_the_proxy(site: Site, port: int) -> None:
    own = PUBLIC if port in (443, 9443) else f"{PUBLIC}:{port}"
    visitor = site.visitor(site.alice, port, origin=own)
    try:
        answer = visitor.sign_in()
        assert answer.status_code == 201, answer.text
        assert "Secure" in answer.headers["Set-Cookie"]
        changed = visitor.request("PUT", "/api/v1/admin/account", json={"language": "en"})
        assert changed.status_code == 200, changed.text
        policy = visitor.get("/").headers["content-security-policy"]
        assert port == 9443 or f" wss://{own.removeprefix('https://')};" in policy
    finally:
        visitor.close()


@pytest.mark.parametrize("port", PORTS)
def test_a_foreign_page_is_refused(site: Site, port: int) -> None:
    for origin in ("https://evil.example", "http://pbx.example.cn", f"https://{SERVER}.evil.example:8088"):
        visitor = site.visitor(site.alice, port, origin=origin)
        try:
            answer = visitor.sign_in()
        finally:
            visitor.close()
        assert (answer.status_code, answer.json()["code"]) == (403, "origin_foreign"), origin


def test_each_client_is_known_by_its_own_address(site: Site) -> None:
    """A user who mistypes the password locks out only themselves, and no colleague behind the same proxy."""
    alice, bob = site.visitor(site.alice), site.visitor(site.bob)
    try:
        answers = [alice.sign_in(password="wrong").status_code for _ in range(6)]
        assert answers[:5] == [401] * 5
        assert answers[5] == 429
        # the client's claims about its own address change nothing
        body = {"username": "admin", "password": "wrong", "client_kind": "web"}
        claimed = alice.post("/api/v1/sessions", body, headers={"X-Forwarded-For": "192.0.2.99"})
        assert claimed.status_code == 429
        assert bob.sign_in().status_code == 201
    finally:
        alice.close()
        bob.close()
    log = log_with(site, BOB)
    assert f'"address":"{ALICE}"' in log
    assert f'"address":"{BOB}"' in log
    assert "192.0.2.99" not in log


def log_with(site: Site, address: str, seconds: float = 5) -> str:
    """Return the log once it names an address: nginx writes a line after the client has its answer."""
    deadline = time.monotonic() + seconds
    while f'"address":"{address}"' not in site.running.log("nginx-access.log") and time.monotonic() < deadline:
        time.sleep(0.05)
    return site.running.log("nginx-access.log")


def test_nobody_but_the_proxy_is_believed(site: Site) -> None:
    """A client that reaches the server past the proxy counts under its own address."""
    visitor = Visitor(site.neighbour, f"https://{SERVER}:8088", site.running.authority, origin="https://evil.example")
    try:
        headers = {"X-Forwarded-For": "192.0.2.77", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http"}
        answer = visitor.post(
            "/api/v1/sessions", {"username": "a", "password": "b", "client_kind": "web"}, headers=headers
        )
        assert (answer.status_code, answer.json()["code"]) == (403, "origin_foreign")
        assert "evil.example" not in visitor.get("/", headers=headers).headers["content-security-policy"]
    finally:
        visitor.close()
    log = site.running.log("nginx-access.log")
    assert '"address":"10.0.0.99"' in log
    assert "192.0.2.77" not in log


def test_links_carry_the_public_address(site: Site) -> None:
    assert f"{PUBLIC}/portal/" in site.running.said
    assert site.running.record["portal"] == PUBLIC


async def test_websockets_pass(site: Site) -> None:
    """/ws/events accepts its page. /ws/sip reaches the edge, which knows the browser's own address."""
    visitor = site.visitor(site.bob)
    assert visitor.sign_in().status_code == 201
    cookie = "; ".join(f"{name}={value}" for name, value in visitor.http.cookies.items())
    visitor.close()

    async def connect(path: str, origin: str, **options: Any) -> websockets.ClientConnection:
        connection = site.bob.tcp(BOB, (PROXY, 443))
        headers = {"Cookie": cookie}
        return await websockets.connect(
            f"wss://pbx.example.cn{path}", sock=connection, ssl=site.trusted, origin=websockets.Origin(origin),
            additional_headers=headers, proxy=None, **options,
        )  # fmt: skip

    events = await connect("/ws/events?role=admin", PUBLIC)
    assert '"hello"' in str(await asyncio.wait_for(events.recv(), 10))
    await events.close()
    with pytest.raises(websockets.InvalidStatus):
        await connect("/ws/events?role=admin", "https://evil.example")
    sip = await connect("/ws/sip", PUBLIC, subprotocols=["sip"])
    await sip.close()
    end = time.monotonic() + 5
    while not is_connected(site, BOB):
        assert time.monotonic() < end, site.running.log("kamailio.log")[-2000:]
        await asyncio.sleep(0.1)


def is_connected(site: Site, address: str) -> bool:
    lines = site.running.log("kamailio.log").splitlines()
    return any("event=connected" in line and f"address={address} " in line for line in lines)
