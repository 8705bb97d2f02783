"""A system call filter (seccomp(2)) that stops the media relay from setting SO_REUSEADDR on its ports.

The relay sets the option on the port of every call. With the option, any other user of the machine could bind the same
port, and Linux would hand them the phone's audio. linkus/engine/udp_guard.py removes the option from sockets that stay
open; sockets that come and go with calls need this filter. All ports of the relay are UDP and nothing else depends on
the option there, so the filter reports success without setting it.
"""

import platform
import socket
import struct
from collections.abc import Sequence
from pathlib import Path

from linkus.kit.private_files import replacing

_NAME = "call-filter.bpf"
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06  # BPF_LD|W|ABS, BPF_JMP|JEQ|K, BPF_RET|K
_ALLOW, _AS_IF_DONE = 0x7FFF0000, 0x00050000  # SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO with no error
_NUMBER, _ARCHITECTURE, _LEVEL, _OPTION = (
    0,
    4,
    24,
    32,
)  # struct seccomp_data: low halves of the second and third argument
_SETSOCKOPT = {"x86_64": (0xC000003E, 54), "aarch64": (0xC00000B7, 208)}  # AUDIT_ARCH_*, __NR_setsockopt


def call_filter(machine: str) -> bytes:
    """Return the BPF program. On an unknown machine type it allows every call."""
    allow = struct.pack("=HBBI", _RETURN, 0, 0, _ALLOW)
    if machine not in _SETSOCKOPT:
        return allow
    architecture, setsockopt = _SETSOCKOPT[machine]
    conditions = (
        (_ARCHITECTURE, architecture),
        (_NUMBER, setsockopt),
        (_LEVEL, socket.SOL_SOCKET),
        (_OPTION, socket.SO_REUSEADDR),
    )
    program = b""
    for index, (place, value) in enumerate(conditions):
        to_allow = 2 * (len(conditions) - index) - 1  # instructions to skip
        program += struct.pack("=HBBI", _LOAD, 0, 0, place) + struct.pack("=HBBI", _EQUAL, 0, to_allow, value)
    return program + struct.pack("=HBBI", _RETURN, 0, 0, _AS_IF_DONE) + allow


def write_filter(folder: Path) -> Path:
    path = folder / _NAME
    with replacing(path) as fresh:
        fresh.write_bytes(call_filter(platform.machine()))
    return path


def filtered(folder: Path, command: Sequence[str]) -> list[str]:
    return ["setpriv", "--no-new-privs", "--seccomp-filter", str(folder / _NAME), "--", *command]
