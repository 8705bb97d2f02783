"""Drives Chromium 87 as its user would: by visible text, and controls by their names.

Playwright cannot, because it needs parts of the DevTools protocol that this engine lacks. So this module uses the two
methods that are needed, Page.navigate and Runtime.evaluate.
"""

from __future__ import annotations

import base64
import itertools
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.browser.oldest.lost import lost

WINDOW = Path(__file__).with_name("window.py")
TIMEOUT_SECONDS = 40.0  # for a busy machine: this engine draws in software
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--use-fake-device-for-media-stream", "--lang=zh-CN",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-audio-output",  # there is none here, and an engine that looks for it can hang
)  # fmt: skip
# Finds a control by its name as a screen reader reads it: aria-label, label, or text.
FIND = """
(role, name) => {
  const kinds = {button: 'button', link: 'a', field: 'input,textarea', choice: 'input', any: '*'};
  const named = (e) => (e.getAttribute('aria-label') || (e.labels && e.labels[0] && e.labels[0].textContent)
    || e.textContent || '').trim();
  const seen = (e) => e.getClientRects().length > 0 && getComputedStyle(e).visibility !== 'hidden';
  return [...document.querySelectorAll(kinds[role])].find((e) => seen(e) && named(e) === name);
}
"""


class OldBrowser:
    def __init__(self, tone: Path) -> None:
        self._tone = tone
        self.is_lost = False  # then the engine cannot be asked any more
        self._numbers = itertools.count(1)
        self._folder = tempfile.TemporaryDirectory(prefix="chromium87")
        self._screen: subprocess.Popen[bytes] | None = None
        self._window: subprocess.Popen[bytes] | None = None
        self._wire: ClientConnection | None = None
        self._open = ExitStack()

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self._stop()
            raise
        return self

    def _start(self) -> None:
        display = self._open_screen()
        port = _free_port()
        environment = {
            **os.environ,
            "DISPLAY": display,
            "QTWEBENGINE_REMOTE_DEBUGGING": f"127.0.0.1:{port}",
            "QTWEBENGINE_CHROMIUM_FLAGS": " ".join((*FLAGS, f"--use-file-for-fake-audio-capture={self._tone}")),
            "XDG_RUNTIME_DIR": self._folder.name,
            "QT_QUICK_BACKEND": "software",  # no OpenGL: draws in a third less time, with fewer parts that may hang
        }
        log = (Path(self._folder.name) / "window.log").open("wb")
        self._window = subprocess.Popen([sys.executable, str(WINDOW)], env=environment, stdout=log, stderr=log)
        log.close()
        # no pings, because this engine's DevTools do not answer them
        self._wire = self._open.enter_context(connect(self._page_address(port), max_size=None, ping_interval=None))
        for domain in ("Page", "Runtime", "Inspector"):
            self._ask(f"{domain}.enable")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def _stop(self) -> None:
        self._open.close()
        for process in (self._window, self._screen):
            if process is not None:
                process.terminate()
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:  # the process hangs
                    process.kill()
                    process.wait(10)
        self._folder.cleanup()

    def _open_screen(self) -> str:
        """Start a virtual screen with a free number."""
        reading, writing = os.pipe()
        command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x900x24", "-nolisten", "tcp"]
        quiet = subprocess.DEVNULL
        self._screen = subprocess.Popen(command, pass_fds=[writing], stdout=quiet, stderr=quiet)
        os.close(writing)
        with os.fdopen(reading) as said:
            return f":{said.readline().strip()}"

    def _page_address(self, port: int) -> str:
        end = time.monotonic() + TIMEOUT_SECONDS
        while True:
            try:
                [page] = [one for one in httpx.get(f"http://127.0.0.1:{port}/json").json() if one["type"] == "page"]
                return str(page["webSocketDebuggerUrl"])
            except (httpx.TransportError, ValueError):
                log = (Path(self._folder.name) / "window.log").read_text(errors="replace")
                assert self._window is not None
                assert self._window.poll() is None, log
                assert time.monotonic() < end, log
                time.sleep(0.1)

    def _ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        assert self._wire is not None
        number = next(self._numbers)
        self._wire.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            try:
                answer: dict[str, Any] = json.loads(self._wire.recv(timeout=TIMEOUT_SECONDS))
            except (TimeoutError, ConnectionClosed) as error:
                raise self._lost(f"no answer to {method}: {error}") from error
            if answer.get("method") == "Inspector.targetCrashed":
                raise self._lost(f"the page's process ended before {method} was answered")
            if answer.get("id") == number:
                assert "error" not in answer, answer
                return dict(answer["result"])

    def _lost(self, why: str) -> AssertionError:
        assert self._window is not None
        self.is_lost = True
        return lost(self._window.pid, Path(self._folder.name) / "window.log", why)

    # ------------------------------------------------------------------ a user's actions and what they see
    def evaluate(self, expression: str) -> Any:
        result = self._ask("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")

    def open(self, address: str) -> None:
        self._ask("Page.navigate", url="about:blank")  # a change of the URL's fragment alone would load nothing
        self._ask("Page.navigate", url=address)

    def wait(self, expression: str, why: str, seconds: float = TIMEOUT_SECONDS) -> Any:
        end = time.monotonic() + seconds
        while not (found := self.evaluate(expression)):
            assert time.monotonic() < end, f"{why}; the page says: {self.text()[:800]}"
            time.sleep(0.1)
        return found

    def text(self) -> str:
        return str(self.evaluate("document.body ? document.body.innerText : ''"))

    def sees(self, words: str, seconds: float = TIMEOUT_SECONDS) -> None:
        self.wait(f"document.body && document.body.innerText.includes({json.dumps(words)})", f"「{words}」", seconds)

    def press(self, name: str, role: str = "button") -> None:
        target = f"({FIND})({json.dumps(role)}, {json.dumps(name)})"
        self.wait(f"(() => {{ const e = {target}; return e && !e.disabled; }})()", f"{role} {name}")
        self.evaluate(f"{target}.click()")

    def fill(self, name: str, value: str) -> None:
        target = f"({FIND})('field', {json.dumps(name)})"
        self.wait(f"!!{target}", f"field {name}")
        self.evaluate(
            f"""(() => {{ const e = {target}; e.focus();
            const set = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(e), 'value').set;
            set.call(e, {json.dumps(value)}); e.dispatchEvent(new Event('input', {{bubbles: true}})); }})()"""
        )

    def hears(self, least_energy: float = 0.005) -> None:
        """Check by the engine's own call statistics that packets with audible sound arrive."""
        figures = "window.linkusStats().then((s) => [s.inbound.packets, s.inbound.audioEnergy])"
        self.wait("window.linkusStats().then((s) => s && s.inbound && s.inbound.packets > 25)", "packets arrive")
        end = time.monotonic() + TIMEOUT_SECONDS
        while True:
            _, before = self.evaluate(figures)
            time.sleep(1)
            _, after = self.evaluate(figures)
            if after - before > least_energy:
                return
            assert time.monotonic() < end, f"silence: {before} {after}"

    def picture(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(self._ask("Page.captureScreenshot")["data"]))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
