"""Speaks to the media relay without a SIP message (ng protocol), which Kamailio's module needs for each command."""

import json
import secrets
import socket

from edge_settings import Settings

MAX_ANSWER_SECONDS = 0.5


class RelayControl:
    def __init__(self, settings: Settings) -> None:
        self._address = (settings.internal, settings.relay_port)

    def query(self, call_id: str) -> str | None:
        """Return the relay's answer about a call, or None. Waits: no process that handles messages may ask."""
        cookie = secrets.token_hex(8)
        try:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
                asking.settimeout(MAX_ANSWER_SECONDS)
                asking.connect(self._address)
                asking.send(_command(cookie, "query", call_id))
                start, _, answer = asking.recv(65_535).decode("utf-8", "replace").partition(" ")
        except OSError:
            return None
        return answer if start == cookie else None

    def forget(self, call_id: str) -> None:
        """Free the ports of a call that the edge itself ends. Does not wait for an answer: a lost command costs no more
        than the ports until the relay's time limit."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as telling:
            telling.setblocking(False)
            try:
                telling.sendto(_command(secrets.token_hex(8), "delete", call_id), self._address)
            except OSError:
                return


def _command(cookie: str, command: str, call_id: str) -> bytes:
    return f"{cookie} {json.dumps({'command': command, 'call-id': call_id})}".encode()
