"""Runs a desk phone: baresip with SIP and G.711, which plays a tone into its calls and records the other side."""

import json
import socket
import subprocess
import threading
import time
import wave
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

MODULES = "/usr/lib/baresip/modules"
# baresip does not bind its media to an address, so the kernel chooses loopback's own: SIP and SDP must name the same.
ADDRESS = "127.0.0.1"


class DeskPhone:
    def __init__(self, folder: Path, port: int, tone: Path) -> None:
        self._folder, self.address, self._port, self._tone = folder, ADDRESS, port, tone
        self._control_port = port + 10  # the next port is SIP over TLS
        self._events: list[dict[str, Any]] = []
        self._changed = threading.Condition()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def start(self, server: str, identity: str, registration_name: str, password: str) -> None:
        """Start with the data that a person types in: server, identity, registration name and password."""
        login = f'auth_user="{registration_name}";auth_pass="{password}";regint=300'
        self._start(f"{identity}@{server}", server, login)

    def start_outside(self, server: str, number: str) -> None:
        """Start a telephone behind a provider, with the same address. It does not register."""
        self._start(f"{number}@{self.address}", server, "regint=0")

    def _start(self, own: str, server: str, login: str) -> None:
        self._folder.mkdir(parents=True)
        (self._folder / "accounts").write_text(
            f'<sip:{own};transport=udp>;{login};outbound="sip:{server}:5060;transport=udp";answermode=manual;'
            "audio_codecs=PCMU,PCMA\n"
        )
        (self._folder / "contacts").write_text("")
        (self._folder / "config").write_text(self._configuration())
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                ["baresip", "-f", str(self._folder)], stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )
        self._control = self._connect()
        threading.Thread(target=self._read, daemon=True).start()

    def _configuration(self) -> str:
        modules = "g711 aufile aubridge sndfile"
        return "".join(
            line + "\n"
            for line in [
                f"sip_listen {self.address}:{self._port}",
                "call_max_calls 4",
                f"audio_source aufile,{self._tone}",
                "audio_player aubridge,ear",
                "audio_alert aubridge,bell",
                f"snd_path {self._folder}",
                f"rtp_ports {self._port + 100}-{self._port + 199}",
                f"net_interface {self.address}",
                f"module_path {MODULES}",
                *(f"module {name}.so" for name in modules.split()),
                "module_tmp account.so",
                "module_app contact.so",
                "module_app debug_cmd.so",
                "module_app menu.so",
                "module ctrl_tcp.so",
                f"ctrl_tcp_listen {self.address}:{self._control_port}",
            ]
        )

    def _connect(self) -> socket.socket:
        end = time.monotonic() + 10
        while True:
            try:
                return socket.create_connection((self.address, self._control_port), timeout=10)
            except ConnectionRefusedError:
                assert time.monotonic() < end, (self._folder / "log").read_text(errors="replace")
                time.sleep(0.05)

    def _read(self) -> None:
        """Read control messages, which are netstrings: `<length>:<JSON>,`."""
        assert self._control is not None
        self._control.settimeout(None)
        buffer = b""
        while chunk := self._control.recv(65536):
            buffer += chunk
            while b":" in buffer:
                length, _, rest = buffer.partition(b":")
                if len(rest) <= int(length):
                    break
                with self._changed:
                    self._events.append(json.loads(rest[: int(length)]))
                    self._changed.notify_all()
                buffer = rest[int(length) + 1 :]

    def command(self, command: str, parameters: str = "") -> None:
        assert self._control is not None
        message = json.dumps({"command": command, "params": parameters, "token": "walk"}).encode()
        self._control.sendall(b"%d:%s," % (len(message), message))

    def wait_for(self, event: str, seconds: float = 10) -> dict[str, Any]:
        """Return the first event of that type since the last one waited for, and drop the earlier ones."""
        with self._changed:
            arrived = self._changed.wait_for(lambda: any(e.get("type") == event for e in self._events), seconds)
            seen = [e.get("type") for e in self._events]
            assert arrived, f"the desk phone saw no {event} within {seconds:.0f} s, only {seen}"
            at = seen.index(event)
            found = self._events[at]
            del self._events[: at + 1]
            return found

    def is_registered(self) -> bool:
        """Return whether it is registered, from the log: the first registration may precede the reading of events."""
        return "200 OK () [1 binding]" in (self._folder / "log").read_text(errors="replace")

    def dial(self, number: str) -> None:
        self.command("dial", number)

    def answer(self) -> None:
        self.command("accept")

    def hang_up(self) -> None:
        self.command("hangup")

    def recording(self) -> "np.ndarray[Any, np.dtype[np.int16]]":
        """Return the audio that the phone received in its last call, once that has ended."""
        files = sorted(self._folder.glob("dump-*-dec.wav"), key=lambda path: path.stat().st_mtime)
        assert files, f"the desk phone recorded nothing in {self._folder}"
        with wave.open(str(files[-1]), "rb") as sound:
            return np.frombuffer(sound.readframes(sound.getnframes()), np.int16)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._control is not None:
            self._control.shutdown(socket.SHUT_RDWR)  # ends the reading thread
            self._control.close()
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()


def share_of_tone(samples: "np.ndarray[Any, np.dtype[np.int16]]", hertz: float, rate: int = 8000) -> float:
    """Return the share of the sound's energy at that pitch: near 1 for the tone, near 0 for anything else."""
    if len(samples) < rate // 2 or not np.any(samples):
        return 0.0
    spectrum = np.abs(np.fft.rfft(samples.astype(float) * np.hanning(len(samples)))) ** 2
    pitch = np.fft.rfftfreq(len(samples), 1 / rate)
    return float(spectrum[np.abs(pitch - hertz) < 30].sum() / spectrum[pitch > 50].sum())
