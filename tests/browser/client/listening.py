"""Records the audio that a page of the client receives, the answers to its calls, and the states of its media."""

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
  const connections = [];
  window.answers = [];
  window.story = [];
  const tell = (what) => window.story.push(`${Math.round(performance.now())} ms ${what}`);
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
      connections.push(this);
      for (const what of ["connectionState", "iceConnectionState", "signalingState"])
        this.addEventListener(`${what.toLowerCase()}change`, () => tell(`${what} ${this[what]}`));
      this.addEventListener("track", ({ track }) => {
        const context = new AudioContext({ sampleRate: 8000 });
        tell(`track, audio ${context.state}`);
        track.addEventListener("unmute", () => tell("unmute"));
        const processor = context.createScriptProcessor(4096, 1, 1);
        processor.onaudioprocess = ({ inputBuffer }) =>
          pieces.push(Int16Array.from(inputBuffer.getChannelData(0), (value) => value * 32767));
        context.createMediaStreamSource(new MediaStream([track])).connect(processor);
        processor.connect(context.destination);
        window.kept = [...(window.kept ?? []), processor];
      });
    }
  };
  window.received = async () => {
    const found = [];
    for (const connection of connections)
      for (const each of (await connection.getStats()).values()) {
        if (each.type !== "inbound-rtp") continue;
        found.push(`${each.packetsReceived} packets, ${each.packetsLost} lost, energy ${each.totalAudioEnergy}`);
        found.push(`${each.concealedSamples} of ${each.totalSamplesReceived} samples concealed`);
      }
    return found;
  };
  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({ data }) => {
        const status = typeof data === "string" && /^SIP\\/2\\.0 (\\d+)/.exec(data);
        if (status && /^CSeq: *\\d+ INVITE/im.test(data)) {
          tell(status[0]);
          window.answers.push({ status: Number(status[1]), sdp: /^m=audio/m.test(data) });
        }
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


def describe(page: Page) -> str:
    """Return what the page's connections did and received, for the report of a failed test."""
    return "\n".join(page.evaluate("async () => [...window.story, ...(await window.received())]"))
