"""What the edge tells the brain: one JSON object a line, sent without waiting for anything."""

import json
import socket
import time
import uuid
from collections.abc import Mapping


class Notices:
    """Lines over a Unix socket that only the engine's user and root reach, so nobody else can make one up or read it.

    Each of Kamailio's processes connects when it has something to say. A lost line does no harm: the brain reads all
    locations every few seconds. (A Unix datagram socket would hold ten datagrams: net.unix.max_dgram_qlen.)
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._socket: socket.socket | None = None
        # One number for all processes of this start: it is made before Kamailio forks.
        self._instance = str(uuid.uuid4())
        self._since = time.time()

    def started(self) -> bool:
        """Repeated all the time: the brain acts on the first of an instance that it hears, whichever began later."""
        return self._send({"event": "started", "instance": self._instance})

    def counters(self, counters: dict[str, int]) -> bool:
        """What the gate has refused, and faults, since the start: all of it each time."""
        return self._send({"event": "counters", "since": self._since, "counters": counters})

    def registered(self, **fields: str | int | None) -> bool:
        return self._send({"event": "registered", **fields})

    def unregistered(self, aor: str, contact: str, session: str = "") -> bool:
        """A contact is gone. `session` is the brain's, of a client that is still there and does not know it."""
        return self._send({"event": "unregistered", "aor": aor, "contact": contact, "session": session})

    def leg(self, call: str, aor: str, contact: str) -> bool:
        """Which of a user's browsers is in a call: the one with this contact."""
        return self._send({"event": "leg", "call": call, "aor": aor, "contact": contact})

    def disconnected(self, aor: str, connection: int, session: str = "") -> bool:
        return self._send({"event": "disconnected", "aor": aor, "connection": connection, "session": session})

    def silent(self, aor: str, connection: int, session: str = "") -> bool:
        """A client's WebSocket stands, but nothing was heard over it; repeated while that is so."""
        return self._send({"event": "silent", "aor": aor, "connection": connection, "session": session})

    def heard(self, aor: str, connection: int) -> bool:
        """A silent WebSocket is alive after all."""
        return self._send({"event": "heard", "aor": aor, "connection": connection})

    def refused(self, aor: str, address: str, reason: str) -> bool:
        return self._send({"event": "refused", "aor": aor, "address": address, "reason": reason})

    def trunk(self, trunk_id: int, stamp: str, state: str, code: int, reason: str) -> bool:
        """How a trunk is, repeated with every sign of it. `stamp` says which writing of it is meant."""
        fields: dict[str, str | int | None] = {"id": trunk_id, "stamp": stamp}
        return self._send({"event": "trunk", **fields, "state": state, "code": code, "reason": reason})

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _send(self, notice: Mapping[str, object]) -> bool:
        line = json.dumps(notice, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
        # A brain that was restarted listens again: the connection to the one before it breaks only when we write.
        return self._write(line) or self._write(line)

    def _write(self, line: bytes) -> bool:
        try:
            if self._socket is None:
                self._socket = self._connect()
            sent = self._socket.send(line, socket.MSG_NOSIGNAL)
        except BlockingIOError:
            return False  # the brain does not keep up, or is held up: see the class comment
        except OSError:
            self.close()  # nobody listens: the brain restarts
            return False
        if sent < len(line):
            self.close()  # what follows must not continue a broken line
        return sent == len(line)

    def _connect(self) -> socket.socket:
        wire = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            wire.setblocking(False)
            wire.connect(self._path)
        except OSError:
            wire.close()
            raise
        return wire
