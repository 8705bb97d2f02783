"""Restricts the UDP sockets of the programs in ways that their own settings do not offer.

No other user may take over a port of a running program. Kamailio and rtpengine set SO_REUSEADDR. For UDP, Linux then
lets any process that also sets it, even one of another user, bind the same address and port, and delivers all datagrams
to the last one (udp_lib_lport_inuse in the kernel). Both sides must have set the option, so we clear it on the
programs' sockets once they are bound.

The core must receive datagrams from the edge only. Its SIP library also opens a resolver on all addresses of the
machine, which reads any datagram as a name server's answer. The core needs no resolver: it gets addresses, not names.
"""

import contextlib
import ctypes
import errno
import os
import re
import socket
import struct
from ipaddress import ip_address
from pathlib import Path

_PIDFD_GETFD = 438  # pidfd_getfd(2), on all architectures; Python has no function for it
_ATTACH_FILTER = 26  # SO_ATTACH_FILTER of socket(7)
_TAKE_NOTHING = ctypes.create_string_buffer(struct.pack("HBBI", 0x06, 0, 0, 0))  # one BPF instruction: return 0
_libc = ctypes.CDLL(None, use_errno=True)


def guard_udp(pid: int, *, is_core: bool = False) -> str:
    """Clear SO_REUSEADDR on the present UDP sockets of a program. Make sockets of the core on all addresses deaf.
    Return why the system forbids it (pidfd_getfd(2)), or an empty text. Idempotent."""
    try:
        pidfd = os.pidfd_open(pid)
        try:
            for descriptor in _sockets(pid):
                _guard(pidfd, descriptor, is_core=is_core)
        finally:
            os.close(pidfd)
    except OSError as error:
        return str(error)
    return ""


def _sockets(pid: int) -> list[int]:
    """Return the descriptors of sockets. psutil lists only those that are bound, from the tables of all sockets."""
    found = []
    for path in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile
            if re.fullmatch(r"socket:\[\d+\]", path.readlink().name):
                found.append(int(path.name))
    return found


def _guard(pidfd: int, descriptor: int, *, is_core: bool) -> None:
    """Restrict one socket. The options apply to all processes that have inherited the socket."""
    copied = _libc.syscall(_PIDFD_GETFD, pidfd, descriptor, 0)
    if copied < 0:
        number = ctypes.get_errno()
        if number == errno.EBADF:  # closed meanwhile
            return
        raise OSError(number, os.strerror(number))
    with socket.socket(fileno=copied) as taken:
        if taken.type == socket.SOCK_DGRAM and taken.family in (socket.AF_INET, socket.AF_INET6):
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
            address, port = taken.getsockname()[:2]
            # without a port it is not bound yet: it may become the core's own
            if is_core and port != 0 and ip_address(address).is_unspecified:
                program = struct.pack("HP", 1, ctypes.addressof(_TAKE_NOTHING))  # struct sock_fprog
                taken.setsockopt(socket.SOL_SOCKET, _ATTACH_FILTER, program)
