import os
import socket
from pathlib import Path

import pytest

from linkus.engine.layout import Layout
from linkus.engine.private_socket import listen_privately
from linkus.runtime.console import Refusal
from linkus.runtime.ports import Port, find_holder, is_taken, needed_ports
from linkus.runtime.preflight import check_sockets

HOST = "127.0.0.1"


def test_free_and_taken() -> None:
    with socket.create_server((HOST, 0)) as listener:
        port = Port("tcp", HOST, listener.getsockname()[1])
        assert is_taken(port)
        assert not is_taken(Port("udp", HOST, port.number))
        # the same port of another loopback address is a different one, so instances can run side by side
        assert not is_taken(Port("tcp", "127.0.0.99", port.number))
    assert not is_taken(port)


def test_holder_is_named() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind((HOST, 0))
        holder = find_holder(Port("udp", HOST, listener.getsockname()[1]))
    assert holder is not None
    assert holder.pid == os.getpid()
    assert str(os.getpid()) in str(holder)


def test_connected_sockets_are_not_holders() -> None:
    with socket.create_server((HOST, 0)) as listener:
        port = listener.getsockname()[1]
        with socket.create_connection((HOST, port)) as client:
            assert find_holder(Port("tcp", HOST, client.getsockname()[1])) is None


def test_every_contract_port_is_looked_at() -> None:
    """The list is that of docs/contracts/environment.md."""
    layout = Layout(home=Path("unused"), host="127.0.0.9", internal="127.0.0.9")
    found = {(port.protocol, port.number) for port in needed_ports(layout)}
    tcp, udp = (8088, 8111, 5060, 8089, 8090, 8091, 5038), (5060, 5070, 5080, 2223)
    assert found == {*(("tcp", number) for number in tcp), *(("udp", number) for number in udp)}
    assert {port.host for port in needed_ports(layout)} == {"127.0.0.9"}


def test_public_address_adds_the_tls_port() -> None:
    layout = Layout(home=Path("unused"), host="192.0.2.1", internal="127.0.0.1")
    assert Port("tcp", "192.0.2.1", 5061) in needed_ports(layout)
    assert Port("tcp", "127.0.0.1", 8089) in needed_ports(layout)


def test_a_home_whose_path_is_too_long_for_a_socket(tmp_path: Path) -> None:
    """Linux takes 107 bytes (unix(7)). The longest path that the check accepts can be listened at."""
    room = 107 - len(os.fsencode(tmp_path)) - len("/engine/run/kamailio/brain.sock") - 1
    fits, too_long = Layout(home=tmp_path / ("x" * room)), Layout(home=tmp_path / ("x" * (room + 1)))
    check_sockets(fits)
    with pytest.raises(Refusal, match=f"at most {len(os.fsencode(fits.home))} bytes"):
        check_sockets(too_long)
    fits.edge_events_socket.parent.mkdir(parents=True)
    listen_privately(fits.edge_events_socket).close()
