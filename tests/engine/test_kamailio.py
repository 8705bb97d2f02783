"""The client of the edge's JSON-RPC, against answers that Kamailio 6.1 gave."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from linkus.engine.kamailio import Edge, EdgeRefusedError, EdgeUnreachableError, Phone, Registration

CONTACT = {
    "Address": "sip:1001.web@x.invalid;transport=ws", "Expires": 240, "Q": -1, "Call-ID": "c", "CSeq": 2,
    "User-Agent": "Chrome", "Received": "sip:127.0.0.1:51234;transport=ws", "Path": "[not set]", "State": "CS_NEW",
    "Flags": 0, "CFlags": 0, "Socket": "tcp:127.0.0.1:8090", "Methods": 8159, "Ruid": "uloc-1", "Instance": "[not set]",
    "Reg-Id": 0, "Server-Id": 0, "Tcpconn-Id": 7, "Keepalive": 0, "Last-Keepalive": 1, "KA-Roundtrip": 0,
    "Last-Modified": 1,
}  # fmt: skip
PHONE = {**CONTACT, "Address": "sip:1003.phone@10.0.0.7:5062", "Received": "[not set]", "Tcpconn-Id": -1}
DUMP = {
    "Domains": [
        {
            "Domain": {
                "Domain": "location",
                "Size": 4096,
                "AoRs": [
                    {"Info": {"AoR": "1001.web", "HashID": 1, "Contacts": [{"Contact": CONTACT}]}},
                    {"Info": {"AoR": "1003.phone", "HashID": 2, "Contacts": [{"Contact": PHONE}]}},
                ],
                "Stats": {"Records": 2, "Max-Slots": 1},
            }
        }
    ]
}
Answer = Callable[[str, list[Any]], Any]


KEY = "k" * 64


class Refusal(Exception):
    pass


def edge(answer: Answer, asked: list[tuple[str, list[Any]]] | None = None) -> Edge:
    def handle(request: httpx.Request) -> httpx.Response:
        question = json.loads(request.content)
        if asked is not None:
            asked.append((question["method"], question["params"]))
        try:
            result = answer(question["method"], question["params"])
        except Refusal as refusal:
            error = {"code": refusal.args[0], "message": refusal.args[1]}
            return httpx.Response(500, json={"jsonrpc": "2.0", "error": error, "id": question["id"]})
        return httpx.Response(200, json={"jsonrpc": "2.0", "result": result, "id": question["id"]})

    return Edge("http://edge", lambda: KEY, httpx.AsyncClient(transport=httpx.MockTransport(handle)))


def refuse(code: int, message: str) -> Answer:
    def answer(method: str, params: list[Any]) -> Any:
        raise Refusal(code, message)

    return answer


async def test_registrations() -> None:
    client, phone = await edge(lambda *_: DUMP).registrations()
    assert client == Registration(
        aor="1001.web",
        contact="sip:1001.web@x.invalid;transport=ws",
        address="127.0.0.1",
        user_agent="Chrome",
        expires=240,
        transport="ws",
        connection=7,
    )
    assert (phone.address, phone.transport, phone.connection) == ("10.0.0.7", "udp", None)


async def test_phones() -> None:
    asked: list[tuple[str, list[Any]]] = []
    slots = [{"entry": 1, "size": 1, "slot": [{"name": "1003.phone", "value": "reg;x;3", "type": "str"}]}]
    client = edge(lambda *_: slots, asked)
    assert await client.phones() == {"1003.phone": "reg;x;3"}


async def test_many_phones_in_requests_that_the_edge_takes() -> None:
    asked: list[tuple[str, bytes]] = []

    def handle(request: httpx.Request) -> httpx.Response:
        asked.append((request.url.path, request.content))
        return httpx.Response(200, text=str(len(json.loads(request.content))))

    client = Edge("http://edge", lambda: KEY, httpx.AsyncClient(transport=httpx.MockTransport(handle)))
    await client.set_phones([Phone(f"{number}.phone", "r" * 63, "0" * 32, 3) for number in range(1000000, 1000250)])
    assert [path for path, _ in asked] == ["/phones"] * 3
    written = {aor: entry for _, content in asked for aor, entry in json.loads(content).items()}
    assert len(written) == 250
    assert written["1000249.phone"] == f"{'r' * 63};{'0' * 32};3"
    assert max(len(content) for _, content in asked) < 14_000


async def test_every_request_shows_the_key() -> None:
    shown: list[str | None] = []

    def handle(request: httpx.Request) -> httpx.Response:
        shown.append(request.headers.get("X-Linkus-Key"))
        return httpx.Response(200, text="1") if request.url.path == "/phones" else httpx.Response(200, json={})

    client = Edge("http://edge", lambda: KEY, httpx.AsyncClient(transport=httpx.MockTransport(handle)))
    await client.set_phones([Phone("1003.phone", "r", "0" * 32, 3)])
    await client.version()
    assert shown == [KEY, KEY]


async def test_a_key_that_the_edge_does_not_take() -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(403))
    with pytest.raises(EdgeRefusedError, match=r"core\.version: 403 keys/rpc"):
        await Edge("http://edge", lambda: KEY, httpx.AsyncClient(transport=transport)).version()


async def test_phones_that_the_edge_does_not_take() -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(400, text="not a phone: x"))
    with pytest.raises(EdgeRefusedError, match="not a phone"):
        await Edge("http://edge", lambda: KEY, httpx.AsyncClient(transport=transport)).set_phones(
            [Phone("x", "r", "0", 3)]
        )


async def test_deregister_revokes_the_credentials_first() -> None:
    asked: list[tuple[str, list[Any]]] = []
    client = edge(lambda method, _: {"AoR": "1001.web", "Contacts": [{"Contact": CONTACT}]}, asked)
    await client.deregister("1001.web", 1_700_000_000)
    assert asked == [
        ("htable.sets", ["revoked", "1001.web", "1700000300"]),
        ("ul.lookup", ["location", "1001.web"]),
        ("ul.rm", ["location", "1001.web"]),
        ("ws.close", [7]),
    ]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (404, "Key not found in htable."),
        (500, "AOR not found in location table"),
        (500, "AOR has no contacts"),
        (500, "Unknown connection ID"),
    ],
)
async def test_what_is_gone_already(code: int, message: str) -> None:
    client = edge(refuse(code, message))
    await client.delete_phone("1003.phone")
    await client.forget("1001.web")
    await client.close_connection(7)
    assert await client.registrations_of("1001.web") == []


async def test_refused() -> None:
    with pytest.raises(EdgeRefusedError, match=r"ul\.dump: 500 Internal"):
        await edge(refuse(500, "Internal error")).registrations()


async def test_nobody_there(tmp_path: Path) -> None:
    client = Edge.at("127.0.0.1", 9, tmp_path)
    with pytest.raises(EdgeUnreachableError):
        await client.version()
    await client.close()
