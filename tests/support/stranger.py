"""Acts as another user of the machine, who belongs to no group."""

from __future__ import annotations

import os
import pickle
import socket
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
NOBODY = 65534
TIMEOUT_SECONDS = 2


def as_stranger(work: Callable[[], T]) -> T:
    """Run `work` in a child process as `nobody`, and raise its exception here. `work` must not import anything."""
    assert os.geteuid() == 0, "run the tests as root: only root can become another user"
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            os.setgroups([])
            os.setresgid(NOBODY, NOBODY, NOBODY)
            os.setresuid(NOBODY, NOBODY, NOBODY)
            result: tuple[bool, object] = (True, work())
        except BaseException as error:  # noqa: BLE001 it is raised in the parent
            result = (False, error)
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(pickle.dumps(result))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        fine, value = pickle.loads(pipe.read())  # noqa: S301 from our own child
    os.waitpid(child, 0)
    if not fine:
        raise value
    return value  # type: ignore[no-any-return]


def ask_tcp(address: tuple[str, int] | str, request: bytes) -> bytes:
    """Return what a TCP port or Unix socket answers, up to its end. Raise OSError if it does not let us in."""
    with socket.socket(socket.AF_UNIX if isinstance(address, str) else socket.AF_INET) as connection:
        connection.settimeout(TIMEOUT_SECONDS)
        connection.connect(address)
        connection.sendall(request)
        answer = b""
        try:
            while chunk := connection.recv(65536):
                answer += chunk
        except TimeoutError:
            pass
        return answer


def ask_udp(host: str, port: int, request: bytes) -> list[bytes]:
    """Return all answers to a datagram, from the same address. Raise OSError if it is blocked or nobody listens."""
    answers: list[bytes] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as connection:
        connection.settimeout(TIMEOUT_SECONDS)
        connection.bind((host, 0))
        connection.connect((host, port))
        connection.send(request)
        try:
            while True:
                answers.append(connection.recv(65536))
        except TimeoutError:
            return answers


def take_udp(host: str, port: int) -> None:
    """Bind a port that another process has. Raise OSError if that is impossible."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        connection.bind((host, port))
