"""Media of a real browser: Chromium makes and answers the SDP, and the test's own agent sends it by SIP."""

from __future__ import annotations

from playwright.async_api import Browser, Page

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--autoplay-policy=no-user-gesture-required",
]

# A tone replaces the microphone. Received sound is analysed. Without the audio element Chromium plays nothing.
_SCRIPT = """
window.start = (hertz) => {
  const context = new AudioContext();
  const oscillator = new OscillatorNode(context, { frequency: hertz });
  const out = context.createMediaStreamDestination();
  oscillator.connect(out);
  oscillator.start();
  const analyser = new AnalyserNode(context, { fftSize: 8192, smoothingTimeConstant: 0 });
  const pc = new RTCPeerConnection();
  out.stream.getTracks().forEach((track) => pc.addTrack(track, out.stream));
  pc.ontrack = ({ streams, track }) => {
    const stream = streams[0] ?? new MediaStream([track]);
    const element = new Audio();
    element.srcObject = stream;
    element.play();
    window.element = element;
    context.createMediaStreamSource(stream).connect(analyser);
  };
  window.pc = pc;
  window.heard = () => {
    const bins = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(bins);
    const loudest = bins.indexOf(Math.max(...bins));
    return { hertz: (loudest * context.sampleRate) / analyser.fftSize, decibel: bins[loudest] };
  };
};
window.gathered = async () => {
  const pc = window.pc;
  if (pc.iceGatheringState !== "complete") {
    await new Promise((done) => {
      pc.addEventListener("icegatheringstatechange", () => pc.iceGatheringState === "complete" && done());
    });
  }
  return pc.localDescription.sdp;
};
"""


class BrowserMedia:
    """Drives an RTCPeerConnection that sends a tone."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @classmethod
    async def open(cls, browser: Browser, hertz: int) -> BrowserMedia:
        page = await browser.new_page()
        await page.add_script_tag(content=_SCRIPT)
        await page.evaluate("hertz => { start(hertz) }", hertz)
        return cls(page)

    async def offer(self) -> str:
        await self.page.evaluate("async () => { await pc.setLocalDescription(await pc.createOffer()) }")
        return str(await self.page.evaluate("() => gathered()"))

    async def accept(self, answer: str) -> None:
        await self.page.evaluate("async sdp => { await pc.setRemoteDescription({ type: 'answer', sdp }) }", answer)

    async def answer(self, offer: str) -> str:
        await self.page.evaluate(
            """async sdp => {
                await pc.setRemoteDescription({ type: 'offer', sdp });
                await pc.setLocalDescription(await pc.createAnswer());
            }""",
            offer,
        )
        return str(await self.page.evaluate("() => gathered()"))

    async def wait_connected(self) -> None:
        await self.page.wait_for_function("() => pc.connectionState === 'connected'", timeout=8000)

    async def heard(self) -> tuple[float, float]:
        """Return the loudest received frequency and its level."""
        found = await self.page.evaluate("() => heard()")
        return float(found["hertz"]), float(found["decibel"])

    async def statistics(self) -> dict[str, object]:
        return dict(
            await self.page.evaluate(
                """async () => {
                    const found = {};
                    (await pc.getStats()).forEach((each) => {
                        if (each.type === 'inbound-rtp') { found.lost = each.packetsLost }
                        if (each.type === 'codec') { found.codec = each.mimeType }
                        if (each.type === 'transport') { found.dtls = each.dtlsState }
                    });
                    return found;
                }"""
            )
        )

    async def close(self) -> None:
        await self.page.close()
