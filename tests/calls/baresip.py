"""Runs a real desk phone: baresip with a tone as its microphone and a file as its speaker."""

from __future__ import annotations

import asyncio
import json
import shutil
import wave
from pathlib import Path

import numpy as np

from tests.calls.media import tone

_MODULES = "/usr/lib/baresip/modules"


class Baresip:
    """Drives one phone over its control connection (netstrings of JSON)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.events: list[dict[str, object]] = []
        self._process: asyncio.subprocess.Process | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None

    async def start(
        self, *, edge: str, aor: str, name: str, password: str, codec: str, hertz: int, control: int
    ) -> None:
        # baresip does not bind its media to an address, so the kernel chooses loopback's own. SIP and SDP must name the
        # same.
        host = "127.0.0.1"
        folder = self.folder
        program = shutil.which("baresip")
        assert program, "baresip is not installed: apt-get install baresip-core"
        folder.mkdir()
        # baresip neither resamples nor mixes, so the tone has the codec's own rate and channels.
        rate, channels = codec.split("/")[1:]
        write_wav(folder / "tone.wav", hertz, int(rate), int(channels))
        (folder / "accounts").write_text(
            f"<sip:{aor}@linkus.example;transport=udp>;auth_user={name};auth_pass={password};"
            f'outbound="sip:{edge}:5060;transport=udp";regint=300;answermode=auto;audio_codecs={codec}\n'
        )
        (folder / "contacts").write_text("")
        (folder / "config").write_text(
            "\n".join([
                f"sip_listen {host}:0",
                f"net_interface {host}",
                f"audio_source aufile,{folder}/tone.wav",
                "audio_player aubridge,nowhere",
                "audio_alert aubridge,alert",
                "audio_level no",
                f"snd_path {folder}",
                f"module_path {_MODULES}",
                *(f"module {each}.so" for each in ("g711", "opus", "aufile", "aubridge", "sndfile")),
                "module_tmp account.so",
                *(f"module_app {each}.so" for each in ("contact", "debug_cmd", "menu", "ctrl_tcp")),
                f"ctrl_tcp_listen {host}:{control}",
                "",
            ])
        )  # fmt: skip
        with (folder / "log").open("wb") as log:
            self._process = await asyncio.create_subprocess_exec(
                program, "-f", str(folder), stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log
            )
        async with asyncio.timeout(8):
            while True:
                try:
                    reader, self._writer = await asyncio.open_connection(host, control)
                    break
                except ConnectionError:
                    await asyncio.sleep(0.05)
        self._reading = asyncio.create_task(self._read(reader))

    async def _read(self, reader: asyncio.StreamReader) -> None:
        while length := await reader.readuntil(b":"):
            text = await reader.readexactly(int(length[:-1]) + 1)
            self.events.append(json.loads(text[:-1]))

    async def event(self, kind: str, seconds: float = 8.0) -> dict[str, object]:
        async with asyncio.timeout(seconds):
            while True:
                for event in self.events:
                    if event.get("type") == kind:
                        return event
                await asyncio.sleep(0.02)

    async def command(self, name: str, parameters: str = "") -> None:
        assert self._writer
        text = json.dumps({"command": name, "params": parameters, "token": name}).encode()
        self._writer.write(b"%d:%s," % (len(text), text))
        await self._writer.drain()

    def heard(self, seconds: float = 1.0) -> tuple[np.ndarray, int]:
        """Return the end of the decoded audio and its rate. The file is still open, so its header has no length."""
        [path] = self.folder.glob("dump-*-dec.wav")
        data = path.read_bytes()
        rate = int.from_bytes(data[24:28], "little")
        channels = int.from_bytes(data[22:24], "little")
        samples = np.frombuffer(data[44 : len(data) // 2 * 2], np.int16).reshape(-1, channels)[:, 0]
        return samples[-int(rate * seconds) :], rate

    async def close(self) -> None:
        if self._reading:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)
        if self._writer:
            self._writer.close()
        if self._process and self._process.returncode is None:
            self._process.terminate()
            try:
                await asyncio.wait_for(self._process.wait(), 3)
            except TimeoutError:
                self._process.kill()
                await self._process.wait()


def write_wav(path: Path, hertz: int, rate: int, channels: int) -> None:
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(channels)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(np.repeat(tone(hertz, 60, rate), channels).tobytes())
