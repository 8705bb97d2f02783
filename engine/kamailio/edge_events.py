"""Sends the edge's events to the brain: one JSON object per line, without blocking."""

import json
import socket
import time
import uuid
from collections.abc import Mapping


class EventSender:
    """Writes lines to a Unix socket that only the engine's user and root can reach, so nobody else can forge or read
    one.

    Each of Kamailio's processes connects when it has an event. A lost line does no harm: the brain reads all locations
    every few seconds. (A Unix datagram socket would hold ten datagrams: net.unix.max_dgram_qlen.)
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._socket: socket.socket | None = None
        # One id for all processes of this start, because it is made before Kamailio forks.
        self._instance = str(uuid.uuid4())
        self._since = time.time()

    def started(self) -> bool:
        """Announce this instance, repeatedly. The brain acts on the first such event it gets from an instance."""
        return self._send({"event": "started", "instance": self._instance})

    def counters(self, counters: dict[str, int]) -> bool:
        """Report all refusals of the gate and all faults since the start, in full each time."""
        return self._send({"event": "counters", "since": self._since, "counters": counters})

    def registered(self, **fields: str | int | None) -> bool:
        return self._send({"event": "registered", **fields})

    def unregistered(self, aor: str, contact: str, session: str = "") -> bool:
        """Report a lost contact. `session` is the brain's session of a client that is still connected and unaware."""
        return self._send({"event": "unregistered", "aor": aor, "contact": contact, "session": session})

    def leg(self, call: str, aor: str, contact: str) -> bool:
        """Report which of a user's browsers is in a call: the one with this contact."""
        return self._send({"event": "leg", "call": call, "aor": aor, "contact": contact})

    def disconnected(self, aor: str, connection: int, session: str = "") -> bool:
        return self._send({"event": "disconnected", "aor": aor, "connection": connection, "session": session})

    def silent(self, aor: str, connection: int, session: str = "") -> bool:
        """Report a WebSocket that is open but silent. Repeated while it stays silent."""
        return self._send({"event": "silent", "aor": aor, "connection": connection, "session": session})

    def heard(self, aor: str, connection: int) -> bool:
        """Report that a silent WebSocket is alive after all."""
        return self._send({"event": "heard", "aor": aor, "connection": connection})

    def refused(self, aor: str, address: str, reason: str) -> bool:
        return self._send({"event": "refused", "aor": aor, "address": address, "reason": reason})

    def trunk(self, trunk_id: int, revision: str, state: str, code: int, reason: str) -> bool:
        """Report the state of a revision of a trunk, repeated with every sign of it."""
        fields: dict[str, str | int | None] = {"id": trunk_id, "revision": revision}
        return self._send({"event": "trunk", **fields, "state": state, "code": code, "reason": reason})

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _send(self, event: Mapping[str, object]) -> bool:
        line = json.dumps(event, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
        # A restarted brain listens again. The connection to the previous one breaks only on the first write.
        return self._write(line) or self._write(line)

    def _write(self, line: bytes) -> bool:
        try:
            if self._socket is None:
                self._socket = self._connect()
            sent = self._socket.send(line, socket.MSG_NOSIGNAL)
        except BlockingIOError:
            return False  # the brain is too slow or blocked: see the class docstring
        except OSError:
            self.close()  # no listener: the brain restarts
            return False
        if sent < len(line):
            self.close()  # the next line must not continue a broken one
        return sent == len(line)

    def _connect(self) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.setblocking(False)
            connection.connect(self._path)
        except OSError:
            connection.close()
            raise
        return connection
