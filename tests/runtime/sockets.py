"""Reads from the kernel which sockets the processes of an instance listen on."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

from tests.walk.server import processes_of

EPHEMERAL = 32768  # ports from here on belong to our own requests (ip_local_port_range)
LISTEN = "0A"


def listening_sockets(home: Path) -> tuple[set[tuple[str, int]], set[Path]]:
    """Return (protocol, port) of Internet sockets, and the paths of Unix sockets below `home`."""
    inodes = _inodes([int(line.split()[0]) for line in processes_of(home)])
    ports = set()
    for name in ("tcp", "tcp6", "udp", "udp6"):
        for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]:
            fields = line.split()
            port = int(fields[1].rpartition(":")[2], 16)
            listens = name.startswith("udp") or fields[3] == LISTEN
            if fields[9] in inodes and listens and port < EPHEMERAL:
                ports.add((name[:3], port))
    paths = {
        Path(line.split()[7]) for line in Path("/proc/net/unix").read_text().splitlines()[1:] if len(line.split()) > 7
    }
    return ports, {path for path in paths if path.is_relative_to(home)}


def udp_sockets_on_all_addresses(home: Path) -> dict[int, int]:
    """Return, by port, how many datagrams the kernel has dropped (proc(5))."""
    inodes = _inodes([int(line.split()[0]) for line in processes_of(home)])
    found = {}
    for line in Path("/proc/net/udp").read_text().splitlines()[1:]:
        fields = line.split()
        address, _, port = fields[1].partition(":")
        if fields[9] in inodes and int(address, 16) == 0:
            found[int(port, 16)] = int(fields[12])
    return found


def _inodes(pids: list[int]) -> set[str]:
    found = set()
    for pid in pids:
        with contextlib.suppress(OSError):  # a process may end while we look
            for descriptor in Path(f"/proc/{pid}/fd").iterdir():
                with contextlib.suppress(OSError):
                    if match := re.fullmatch(r"socket:\[(\d+)\]", descriptor.readlink().name):
                        found.add(match[1])
    return found
