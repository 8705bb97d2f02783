"""What the edge tells the brain: one JSON object a datagram, sent without waiting for anything."""

import json
import socket
import uuid
from collections.abc import Mapping


class Notices:
    """Datagrams to the brain. A lost one does no harm: the brain reads all locations every 30 s."""

    def __init__(self, host: str, port: int) -> None:
        self._address = (host, port)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        # One number for all processes of this start: it is made before Kamailio forks.
        self._instance = str(uuid.uuid4())

    def started(self) -> bool:
        """Repeated all the time: the brain acts on the first of an instance that it hears, whichever began later."""
        return self._send({"event": "started", "instance": self._instance})

    def counters(self, counters: dict[str, int]) -> bool:
        """What the gate has refused, and faults, since the start: all of it each time."""
        return self._send({"event": "counters", "instance": self._instance, "counters": counters})

    def registered(self, **fields: str | int | None) -> bool:
        return self._send({"event": "registered", **fields})

    def unregistered(self, aor: str, contact: str) -> bool:
        return self._send({"event": "unregistered", "aor": aor, "contact": contact})

    def leg(self, call: str, aor: str, contact: str) -> bool:
        """Which of a user's browsers is in a call: the one with this contact."""
        return self._send({"event": "leg", "call": call, "aor": aor, "contact": contact})

    def disconnected(self, aor: str, connection: int) -> bool:
        return self._send({"event": "disconnected", "aor": aor, "connection": connection})

    def refused(self, aor: str, address: str, reason: str) -> bool:
        return self._send({"event": "refused", "aor": aor, "address": address, "reason": reason})

    def trunk(self, trunk_id: int, stamp: str, state: str, code: int, reason: str) -> bool:
        """How a trunk is, repeated with every sign of it. `stamp` says which writing of it is meant."""
        fields: dict[str, str | int | None] = {"id": trunk_id, "stamp": stamp}
        return self._send({"event": "trunk", **fields, "state": state, "code": code, "reason": reason})

    def close(self) -> None:
        self._socket.close()

    def _send(self, notice: Mapping[str, object]) -> bool:
        try:
            self._socket.sendto(json.dumps(notice, ensure_ascii=False).encode(), self._address)
        except OSError:
            # Nobody listens (the brain restarts) or the buffer is full: see the class comment.
            return False
        return True
