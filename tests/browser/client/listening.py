"""Records the audio that a page of the client receives, and the answers to its calls."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
from playwright.sync_api import Page

# Every received track is recorded at the rate of the prompts, 8 kHz. The processor's two input channels become one. Its
# buffers are large, so that a busy machine loses none.
SCRIPT = """
(() => {
  let pieces = [];
  window.answers = [];
  window.forgetSound = () => { pieces = []; };
  window.sound = () => {
    const bytes = new Uint8Array(Int16Array.from(pieces.flatMap((piece) => [...piece])).buffer);
    let text = "";
    for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
    return btoa(text);
  };
  const Connection = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Connection {
    constructor(...given) {
      super(...given);
      this.addEventListener("track", ({ track }) => {
        const context = new AudioContext({ sampleRate: 8000 });
        const processor = context.createScriptProcessor(4096, 1, 1);
        processor.onaudioprocess = ({ inputBuffer }) =>
          pieces.push(Int16Array.from(inputBuffer.getChannelData(0), (value) => value * 32767));
        context.createMediaStreamSource(new MediaStream([track])).connect(processor);
        processor.connect(context.destination);
        window.kept = [...(window.kept ?? []), processor];
      });
    }
  };
  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({ data }) => {
        const status = typeof data === "string" && /^SIP\\/2\\.0 (\\d+)/.exec(data);
        if (status && /^CSeq: *\\d+ INVITE/im.test(data))
          window.answers.push({ status: Number(status[1]), sdp: /^m=audio/m.test(data) });
      });
    }
  };
})();
"""


def forget(page: Page) -> None:
    page.evaluate("() => { forgetSound(); answers.length = 0 }")


def sound(page: Page) -> np.ndarray:
    """Return all audio since the page was opened or told to forget: 8 kHz, 16 bit."""
    return np.frombuffer(base64.b64decode(page.evaluate("() => sound()")), np.int16)


def answers(page: Page) -> list[dict[str, Any]]:
    """Return the status of every answer to an INVITE of this page, and whether it had media. Omit challenges."""
    found: list[dict[str, Any]] = page.evaluate("() => window.answers")
    return [each for each in found if each["status"] not in (100, 401, 407)]
