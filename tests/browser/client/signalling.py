"""Records the SIP messages that a page of the client sends and receives, with the browser's own times."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Page

# Runs before the page's own code. A page sends each SIP message as a separate text (RFC 7118).
SCRIPT = """
(() => {
  window.signalling = [];
  const write = (way, text) => {
    if (typeof text === "string") window.signalling.push({ way, at: Date.now(), text });
  };
  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({ data }) => write("came", data));
    }
    send(data) {
      write("sent", data);
      super.send(data);
    }
  };
})();
"""
# RFC 3551, table 4: formats that need no rtpmap
STATIC = {"0": "PCMU", "8": "PCMA", "9": "G722"}


@dataclass(frozen=True)
class Message:
    at: int  # milliseconds
    text: str

    @property
    def codecs(self) -> list[str]:
        """Return the audio formats in its SDP in order, without keys and comfort noise."""
        formats = re.search(r"^m=audio \d+ \S+ ([\d ]+)", self.text, re.MULTILINE)
        assert formats, self.text
        names = STATIC | dict(re.findall(r"^a=rtpmap:(\d+) ([^/\s]+)", self.text, re.MULTILINE))
        found = [names[each].upper() for each in formats[1].split()]
        return [name for name in found if name not in ("TELEPHONE-EVENT", "CN")]


def _messages(page: Page, way: str) -> list[Message]:
    found = page.evaluate("() => window.signalling")
    return [Message(each["at"], each["text"]) for each in found if each["way"] == way]


def invited(page: Page) -> Message:
    """Return the last received INVITE."""
    return [one for one in _messages(page, "came") if one.text.startswith("INVITE ")][-1]


def invites(page: Page) -> Message:
    """Return the last sent INVITE."""
    return [one for one in _messages(page, "sent") if one.text.startswith("INVITE ")][-1]


def answers(page: Page) -> list[Message]:
    """Return this page's positive answers to calls in order, each once even if it was repeated."""
    found: dict[str, Message] = {}
    for one in _messages(page, "sent"):
        if one.text.startswith("SIP/2.0 200") and re.search(r"^CSeq: *\d+ INVITE", one.text, re.MULTILINE):
            found.setdefault(re.search(r"^Call-ID: *(\S+)", one.text, re.MULTILINE)[1], one)  # type: ignore[index]
    return list(found.values())
