"""Another user of the machine, and a web page in a browser on it, at each internal port and socket (SECURITY.md)."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from linkus.engine.kamailio import Edge
from linkus.engine.keys import ensure_keys
from tests.runtime.conftest import HOST, Instance
from tests.runtime.sockets import listening_sockets, udp_sockets_on_all_addresses
from tests.support.stranger import as_stranger, ask_tcp, ask_udp, take_udp

pytestmark = [pytest.mark.engine, pytest.mark.timeout(180)]

PUBLIC = {("tcp", 8088), ("tcp", 8111), ("tcp", 5060), ("udp", 5060)}
INTERNAL_TCP = (8089, 8090, 8091, 5038)
INTERNAL_UDP = (5070, 5080, 2223)
SOCKETS = {"nginx/brain.sock", "kamailio/brain.sock", "kamailio/ctl.sock", "asterisk/asterisk.ctl"}
FOREIGN = "https://evil.example"
PHONES = b'{"9999.phone": "intruder;0123456789abcdef0123456789abcdef;3"}'
DUMP = b'{"jsonrpc": "2.0", "id": 1, "method": "htable.dump", "params": ["phones"]}'
HANDSHAKE = {
    "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Protocol": "sip",
}  # fmt: skip
SDP = f"v=0\r\no=- 1 1 IN IP4 {HOST}\r\ns=-\r\nc=IN IP4 {HOST}\r\nt=0 0\r\nm=audio 39998 RTP/AVP 0\r\n"
INVITE = (
    f"INVITE sip:*43@{HOST}:5080 SIP/2.0\r\nVia: SIP/2.0/UDP {HOST}:5999;branch=z9hG4bKx;rport\r\nMax-Forwards: 70\r\n"
    f"From: <sip:1001@{HOST}>;tag=x\r\nTo: <sip:*43@{HOST}>\r\nCall-ID: stranger\r\nCSeq: 1 INVITE\r\n"
    f"Contact: <sip:x@{HOST}:5999>\r\nX-Linkus-User: 1001\r\nX-Linkus-Kind: phone\r\nX-Linkus-Leg: sip\r\n"
    "X-Linkus-Call: 11111111-2222-3333-4444-555555555555\r\n"
    f"Content-Type: application/sdp\r\nContent-Length: {len(SDP)}\r\n\r\n{SDP}"
).encode()


@pytest.fixture(scope="module")
def instance() -> Iterator[Instance]:
    """Run an instance in a folder that everybody can reach, so that only the home's own modes protect it."""
    place = Path(tempfile.mkdtemp(prefix="linkus-open-"))
    place.chmod(0o755)
    home = place / "home"
    home.mkdir(mode=0o755)
    started = Instance(home, LINKUS_ADMIN_USERNAME="admin", LINKUS_ADMIN_PASSWORD="Correct-Horse-7")
    try:
        started.wait_ready()
        yield started
    finally:
        assert started.server.stop() == []
        shutil.rmtree(place)


@pytest.fixture(scope="module")
def keys(instance: Instance) -> dict[str, str]:
    return ensure_keys(instance.home / "keys")


def http(port: int, method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}:{port}", "Connection: close", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def status(answer: bytes) -> int:
    assert answer.startswith(b"HTTP/1.1 "), answer
    return int(answer.split()[1])


def ask(port: int, method: str, path: str, body: bytes = b"", **headers: str) -> int:
    return status(ask_tcp((HOST, port), http(port, method, path, body, **headers)))


def phones(instance: Instance) -> dict[str, str]:
    async def read() -> dict[str, str]:
        edge = Edge.at(HOST, 8091, instance.home / "keys")
        try:
            return await edge.phones()
        finally:
            await edge.close()

    return asyncio.run(read())


class TestAnotherUser:
    def test_every_port_and_socket_is_known(self, instance: Instance) -> None:
        """A new port must be tested here too, and be listed in docs/contracts/environment.md."""
        ports, paths = listening_sockets(instance.home)
        assert ports == PUBLIC | {("tcp", port) for port in INTERNAL_TCP} | {("udp", port) for port in INTERNAL_UDP}
        assert {str(path.relative_to(instance.home / "engine" / "run")) for path in paths} == SOCKETS

    @pytest.mark.parametrize("port", INTERNAL_TCP)
    def test_no_tcp_port_lets_them_in(self, port: int, instance: Instance) -> None:
        with pytest.raises(ConnectionRefusedError):
            as_stranger(lambda: ask_tcp((HOST, port), http(port, "GET", "/healthz")))

    @pytest.mark.parametrize("port", INTERNAL_UDP)
    def test_no_udp_port_hears_them(self, port: int, instance: Instance) -> None:
        with pytest.raises(PermissionError):
            as_stranger(lambda: ask_udp(HOST, port, INVITE))

    @pytest.mark.parametrize("port", [*INTERNAL_UDP, 5060])
    def test_no_udp_port_can_be_taken(self, port: int, instance: Instance) -> None:
        """With SO_REUSEADDR on both sides, Linux gives all datagrams to the last process, whoever owns it."""
        with pytest.raises(OSError, match="Address already in use"):
            as_stranger(lambda: take_udp(HOST, port))

    def test_no_port_of_a_call_can_be_taken(self, instance: Instance) -> None:
        """The ports come and go with calls, so the relay itself must not share them."""
        offer = SDP.encode()
        fields = {b"call-id": b"one", b"command": b"offer", b"from-tag": b"a", b"sdp": offer}
        pairs = b"".join(b"%d:%b%d:%b" % (len(name), name, len(value), value) for name, value in fields.items())
        answer = b"".join(ask_udp(HOST, 2223, b"cookie d" + pairs + b"e"))
        found = re.search(rb"m=audio (\d+) ", answer)
        assert found, answer
        with pytest.raises(OSError, match="Address already in use"):
            as_stranger(lambda: take_udp(HOST, int(found[1])))
        delete = b"cookie2 d7:call-id3:one7:command6:delete8:from-tag1:ae"
        assert b"2:ok" in b"".join(ask_udp(HOST, 2223, delete))

    def test_the_resolver_of_the_core_is_deaf(self, instance: Instance) -> None:
        """The resolver's socket is on all addresses of the machine, and would read anybody's answers."""
        wildcards = udp_sockets_on_all_addresses(instance.home)
        assert wildcards
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
            for port in wildcards:
                wire.sendto(b"\0\1\x81\x80" + bytes(8), (HOST, port))
        assert udp_sockets_on_all_addresses(instance.home) == {port: drops + 1 for port, drops in wildcards.items()}

    @pytest.mark.parametrize("command", ["list", "statistics", "delete"])
    def test_the_relay_does_not_obey_them(self, command: str, instance: Instance) -> None:
        question = f"cookie d7:command{len(command)}:{command}5:limiti99ee".encode()
        with pytest.raises(PermissionError):
            as_stranger(lambda: ask_udp(HOST, 2223, question))

    @pytest.mark.parametrize("name", sorted(SOCKETS))
    def test_no_socket_lets_them_in(self, name: str, instance: Instance) -> None:
        path = str(instance.home / "engine" / "run" / name)
        with pytest.raises(PermissionError):
            as_stranger(lambda: ask_tcp(path, http(80, "GET", "/api/v1/system/info")))

    def test_nothing_below_the_home_can_be_read(self, instance: Instance) -> None:
        files = [str(path) for path in instance.home.rglob("*") if "image" not in path.parts]
        assert len(files) > 100

        def open_each() -> list[str]:
            opened = []
            for path in (str(instance.home), *files):
                try:
                    os.listdir(path) if os.path.isdir(path) else os.close(os.open(path, os.O_RDONLY))  # noqa: PTH112, PTH208
                    opened.append(path)
                except OSError:
                    pass
            return opened

        assert as_stranger(open_each) == []


class TestWithoutTheFence:
    """Tests as root, whom nftables lets pass: ports that require a key must not rely on nftables."""

    @pytest.mark.parametrize(("path", "body"), [("/RPC", DUMP), ("/phones", PHONES)])
    def test_control_of_the_edge(self, path: str, body: bytes, instance: Instance, keys: dict[str, str]) -> None:
        before, json = phones(instance), "application/json"
        wrong = [
            {},
            {"X_Linkus_Key": ""},
            {"X_Linkus_Key": "0" * 64},
            *({"X_Linkus_Key": keys[name]} for name in ("proxy", "internal", "nonce")),
        ]
        for shown in wrong:
            assert ask(8091, "POST", path, body, Content_Type=json, **shown) == 403
        right = {"X_Linkus_Key": keys["rpc"]}
        for origin in (FOREIGN, f"http://{HOST}:8088", "null"):
            assert ask(8091, "POST", path, body, Content_Type=json, Origin=origin, **right) == 403
        for kind in ("text/plain", "multipart/form-data"):
            assert ask(8091, "POST", path, body, Content_Type=kind, **right) == 415
        assert ask(8090, "POST", path, body, Content_Type=json, **right) == 404
        assert ask_tcp((HOST, 5060), http(5060, "POST", path, body, Content_Type=json, **right)) == b""
        assert phones(instance) == before

    def test_no_call_at_the_port_of_the_core(self, instance: Instance) -> None:
        """Edge and core show each other a key. Identity headers alone have no effect (X-Linkus-User)."""
        wrong_key = b"X-Linkus-Key: " + b"0" * 64 + b"\r\nX-Linkus-User"
        for invite in (INVITE, INVITE.replace(b"X-Linkus-User", wrong_key).replace(b"z9hG4bKx", b"z9hG4bKy")):
            starts = [answer.partition(b"\r\n")[0] for answer in ask_udp(HOST, 5080, invite)]
            assert starts
            assert {int(start.split()[1]) // 100 for start in starts} <= {1, 4}, starts
            assert ask_udp(HOST, 5070, invite) == []
        log = (instance.home / "logs" / "asterisk.log").read_text()
        assert "11111111-2222-3333-4444-555555555555 event=plan" not in log

    def test_no_sip_at_the_http_ports(self, instance: Instance) -> None:
        for port in (8090, 8091):
            question = INVITE.replace(b"INVITE", b"OPTIONS").replace(b"/UDP", b"/TCP")
            assert ask_tcp((HOST, port), question) == b""

    def test_web_sockets_of_the_edge(self, instance: Instance, keys: dict[str, str]) -> None:
        headers = {name.replace("-", "_"): value for name, value in HANDSHAKE.items()}
        own = f"http://{HOST}:8088"
        for shown in ({}, {"X_Linkus_Key": "0" * 64}, {"X_Linkus_Key": keys["rpc"]}):
            assert ask(8090, "GET", "/ws/sip", b"", Origin=own, X_Real_IP="203.0.113.9", **shown, **headers) == 403
        assert ask(8090, "GET", "/ws/sip", b"", X_Linkus_Key=keys["proxy"], Origin=FOREIGN, **headers) == 403
        assert ask(8090, "GET", "/ws/sip", b"", X_Linkus_Key=keys["proxy"], Origin=own, **headers) == 101

    @pytest.mark.parametrize("port", [8088, 8111])
    def test_web_sockets_through_nginx(self, port: int, instance: Instance) -> None:
        """The rule of /ws/events applies to /ws/sip: pages of this server, and programs, which are no pages."""
        address = f"http://{HOST}:{port}/ws/sip"
        for origin in (FOREIGN, "null", f"http://{HOST}:9999", f"http://{HOST}:{port}.evil.example"):
            with httpx.stream("GET", address, headers={**HANDSHAKE, "Origin": origin}) as answer:
                assert answer.status_code == 403, origin
        for own in ({}, {"Origin": f"http://{HOST}:8088"}, {"Origin": f"http://{HOST}:8111"}):
            with httpx.stream("GET", address, headers={**HANDSHAKE, **own}) as answer:
                assert answer.status_code == 101, own

    def test_the_brain(self, instance: Instance, keys: dict[str, str]) -> None:
        question = "/internal/calls/plan?from=1001&kind=web&to=*43"
        assert ask(8089, "GET", question) == 401
        assert ask(8089, "GET", question, X_Linkus_Key=keys["rpc"]) == 401
        assert ask(8089, "GET", question, X_Linkus_Key=keys["internal"]) == 200
        assert ask(8089, "GET", question, X_Linkus_Key=keys["internal"], Origin=FOREIGN) == 403
        assert ask(8089, "GET", "/metrics") == 401
        assert ask(8089, "GET", "/metrics", Authorization=f"Bearer {keys['metrics']}") == 200
        assert ask(8089, "GET", "/metrics", Authorization=f"Bearer {keys['metrics']}", Origin=FOREIGN) == 403
        assert ask(8089, "GET", "/api/v1/system/info", X_Forwarded_For="203.0.113.9") == 404
        for path in ("/healthz", "/readyz"):
            assert ask(8089, "GET", path) == 200
            assert ask(8089, "GET", path, Origin=f"http://{HOST}:8088") == 403

    def test_the_manager_of_the_core(self, instance: Instance) -> None:
        for secret in ("", "brain", "0" * 64):
            said = ask_tcp((HOST, 5038), f"Action: Login\r\nUsername: brain\r\nSecret: {secret}\r\n\r\n".encode())
            assert b"Response: Error" in said
            assert b"Success" not in said
        page = http(5038, "POST", "/", b"Action: Login\r\nUsername: brain\r\nSecret: x\r\n\r\n", Origin=FOREIGN)
        assert b"Success" not in ask_tcp((HOST, 5038), page)
