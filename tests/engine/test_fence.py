"""Other users of the machine are kept away from the internal ports."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from linkus.engine import fence
from linkus.engine.layout import Layout
from linkus.engine.sandbox import ENGINE_UID
from linkus.kit.settings import CORE_AMI_PORT, EDGE_RPC_PORT, RTPENGINE_NG_PORT
from tests.support.stranger import as_stranger, ask_udp

HOST = "127.0.0.77"


@pytest.fixture
def layout(tmp_path: Path) -> Iterator[Layout]:
    layout = Layout(home=tmp_path, host=HOST, internal=HOST)
    yield layout
    fence.take_down(layout)


def stranger_connects(port: int) -> bool:
    def connect() -> bool:
        with socket.socket() as wire:
            return wire.connect_ex((HOST, port)) == 0

    return as_stranger(connect)


def test_others_are_kept_away_as_long_as_it_stands(layout: Layout) -> None:
    relay = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with relay, socket.create_server((HOST, CORE_AMI_PORT)), socket.create_server((HOST, 8100)):
        relay.bind((HOST, RTPENGINE_NG_PORT))
        assert stranger_connects(CORE_AMI_PORT)
        for _ in range(2):  # the second start after a kill finds the rules of the first
            assert fence.put_up(layout)
            assert not stranger_connects(CORE_AMI_PORT)
            assert stranger_connects(8100)
            with pytest.raises(PermissionError):
                as_stranger(lambda: ask_udp(HOST, RTPENGINE_NG_PORT, b"x"))
        with socket.create_connection((HOST, CORE_AMI_PORT)), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
            own.sendto(b"from root", (HOST, RTPENGINE_NG_PORT))
        relay.settimeout(2)
        assert relay.recv(100) == b"from root"
        fence.take_down(layout)
        assert stranger_connects(CORE_AMI_PORT)


def test_a_stranger_who_takes_a_port_hears_nothing(layout: Layout) -> None:
    """A port may be free while its program restarts. The messages that other parts send there have keys."""
    assert fence.put_up(layout)
    reading, writing = os.pipe()

    def listen() -> bytes:
        with socket.create_server((HOST, EDGE_RPC_PORT)) as server:
            server.settimeout(2)
            os.write(writing, b"!")
            try:
                with server.accept()[0] as wire:
                    return wire.recv(100)
            except TimeoutError:
                return b""

    with ThreadPoolExecutor(1) as beside:
        heard = beside.submit(as_stranger, listen)
        assert os.read(reading, 1) == b"!"
        with socket.socket() as wire:
            wire.settimeout(1)
            with pytest.raises(TimeoutError):
                wire.connect((HOST, EDGE_RPC_PORT))
        assert heard.result(10) == b""


def test_instances_have_fences_of_their_own(layout: Layout, tmp_path: Path) -> None:
    another = Layout(home=tmp_path / "b", host="127.0.0.78", internal="127.0.0.78")
    assert fence.put_up(layout)
    assert fence.put_up(another)
    fence.take_down(another)
    with socket.create_server((HOST, CORE_AMI_PORT)):
        assert not stranger_connects(CORE_AMI_PORT)


def test_rules_of_an_address_of_version_6(tmp_path: Path) -> None:
    rules = fence.rules(Layout(home=tmp_path, host="::1", internal="::1"), {0, ENGINE_UID})
    assert f"ip6 daddr ::1 tcp dport {{ 8089, 8090, 8091, 5038 }} meta skuid != {{ 0, {ENGINE_UID} }} reject" in rules


def test_without_nft_it_says_so(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fence, "_PATH", "/nowhere")
    assert not fence.is_possible()
    assert not fence.put_up(layout)
