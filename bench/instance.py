"""Runs an instance of the product in its own home, started unattended as an operator would start it."""

import csv
import io
import json
import shutil
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from tests.browser.portal_api import ADMINISTRATOR, PASSWORD
from tests.walk.server import Server, share_engine_image

HOST = "127.0.0.18"  # of the product
PEERS = "127.0.0.19"  # of the phones and the mail server in the measurements
PARTS = ("kamailio", "rtpengine", "asterisk", "linkus")


class Instance:
    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="linkus-bench-"))
        self.home.chmod(0o755)  # the engine's programs run as a different user
        share_engine_image(self.home)
        self.portal = f"http://{HOST}:8088"
        self._server: Server | None = None
        self.http = httpx.Client(base_url=f"{self.portal}/api/v1", headers={"Origin": self.portal}, timeout=120)

    def __enter__(self) -> Self:
        try:
            self.start()
            self.sign_in()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self.http.close()
        self.stop()
        shutil.rmtree(self.home)

    def start(self) -> float:
        """Start the product. Return the seconds until /readyz at the portal's address says that all parts are ready."""
        begun = time.monotonic()
        self._server = Server(
            self.home,
            HOST,
            LINKUS_ADMIN_USERNAME=ADMINISTRATOR,
            LINKUS_ADMIN_PASSWORD=PASSWORD,
            LINKUS_LOG_LEVEL="warning",
        )
        end = begun + 120
        while not self.is_ready():
            if time.monotonic() > end or not self._server.is_running:
                raise RuntimeError("the instance did not start:\n" + "\n".join(self._server.lines[-20:]))
            time.sleep(0.02)
        return time.monotonic() - begun

    def is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.portal}/readyz", timeout=1).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        """Send SIGKILL to `linkus serve` itself. Its child processes die with it."""
        if self._server is not None:
            self._server.kill()

    def restart(self) -> None:
        self.stop()
        self.start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.stop()
            self._server = None

    def sign_in(self) -> None:
        answer = self.http.post(
            "/sessions", json={"username": ADMINISTRATOR, "password": PASSWORD, "client_kind": "web"}
        )
        answer.raise_for_status()

    def pids(self) -> dict[str, int]:
        parts: dict[str, dict[str, Any]] = json.loads((self.home / "run.json").read_text())["parts"]
        return {name: part["pid"] for name, part in parts.items()}

    def import_extensions(self, rows: list[dict[str, str]]) -> None:
        """Import a CSV file as an administrator does, and wait until the import is done."""
        text = io.StringIO()
        writer = csv.DictWriter(text, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
        files = {"file": ("extensions.csv", text.getvalue().encode("utf-8-sig"), "text/csv")}
        answer = self.http.post("/admin/extensions/import", files=files)
        answer.raise_for_status()
        state = answer.json()
        while state["state"] == "running":
            time.sleep(0.2)
            state = self.http.get(f"/admin/imports/{state['id']}").json()
        if state["state"] != "done" or state["failed"]:
            raise RuntimeError(f"the import failed: {json.dumps(state)[:2000]}")
