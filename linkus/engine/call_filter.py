"""A filter of system calls (seccomp(2)) that keeps SO_REUSEADDR off the media relay's ports.

The relay sets it on the port of every call. With it any other user of the machine could bind that port beside the
relay, and Linux would give him what the phone says (linkus/engine/udp_guard.py; what comes and goes with calls needs
this). All ports of the relay are UDP, where nothing else depends on it: setting it is answered as done, and not done.
"""

import platform
import socket
import struct
from collections.abc import Sequence
from pathlib import Path

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
    """The program in BPF; of a machine that we do not know, one that allows everything."""
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
        to_allow = 2 * (len(conditions) - index) - 1  # instructions to pass over
        program += struct.pack("=HBBI", _LOAD, 0, 0, place) + struct.pack("=HBBI", _EQUAL, 0, to_allow, value)
    return program + struct.pack("=HBBI", _RETURN, 0, 0, _AS_IF_DONE) + allow


def write_filter(folder: Path) -> Path:
    path = folder / _NAME
    path.write_bytes(call_filter(platform.machine()))
    path.chmod(0o600)
    return path


def filtered(folder: Path, command: Sequence[str]) -> list[str]:
    return ["setpriv", "--no-new-privs", "--seccomp-filter", str(folder / _NAME), "--", *command]
