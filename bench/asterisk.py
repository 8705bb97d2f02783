"""Runs a bare Asterisk from the same image, to measure the cost of a call without edge and brain."""

import os
import shutil
import socket
import subprocess
import time
from types import TracebackType
from typing import Self

from bench.instance import HOST, PEERS, Instance
from bench.phones import CALLEE_PORT
from linkus.engine.layout import Layout
from linkus.engine.sandbox import ENGINE_UID, choose_sandbox

ADDRESS, PORT = "127.0.0.20", 5060

PJSIP = f"""[global]
type=global
endpoint_identifier_order=ip
[transport]
type=transport
protocol=udp
bind={ADDRESS}:{PORT}
[phones]
type=endpoint
context=calls
disallow=all
allow=ulaw
direct_media=no
media_address={ADDRESS}
bind_rtp_to_media_address=yes
[phones-address]
type=identify
endpoint=phones
match={PEERS}
"""

EXTENSIONS = f"""[calls]
exten => _X.,1,Dial(PJSIP/phones/sip:${{EXTEN}}@{PEERS}:{CALLEE_PORT},30)
"""


class BareAsterisk:
    """Runs Asterisk with the product's module list and settings, but its own addresses and dialplan."""

    def __init__(self, instance: Instance) -> None:
        layout = Layout(home=instance.home, host=HOST, internal=HOST)
        self.address = f"{ADDRESS}:{PORT}"
        self._folder = layout.run / "bare"
        self._sandbox = choose_sandbox(layout)
        shutil.copytree(
            layout.run / "asterisk", self._folder, ignore=shutil.ignore_patterns("*.ctl", "*.pid", "*.sqlite3*")
        )
        main = (self._folder / "asterisk.conf").read_text()
        (self._folder / "asterisk.conf").write_text(main.replace(f"{layout.run}/asterisk", str(self._folder)))
        (self._folder / "pjsip.conf").write_text(PJSIP)
        (self._folder / "extensions.conf").write_text(EXTENSIONS)
        (self._folder / "manager.conf").write_text("[general]\nenabled=no\n")
        if os.geteuid() == 0:
            for path in (self._folder, *self._folder.rglob("*")):
                os.chown(path, ENGINE_UID, ENGINE_UID)

    def __enter__(self) -> Self:
        command = self._sandbox.command(["asterisk", "-f", "-C", str(self._folder / "asterisk.conf")])
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._folder)

    @property
    def pid(self) -> int:
        return self._process.pid

    def _wait(self, seconds: float = 20) -> None:
        """Wait until Asterisk answers OPTIONS, which it does once everything is loaded."""
        question = (
            f"OPTIONS sip:{ADDRESS} SIP/2.0\r\nVia: SIP/2.0/UDP {PEERS}:6599;branch=z9hG4bKready\r\n"
            f"From: <sip:bench@{PEERS}>;tag=1\r\nTo: <sip:{ADDRESS}>\r\nCall-ID: ready\r\nCSeq: 1 OPTIONS\r\n"
            "Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
        ).encode()
        end = time.monotonic() + seconds
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
            asker.bind((PEERS, 6599))
            asker.settimeout(0.2)
            while time.monotonic() < end:
                asker.sendto(question, (ADDRESS, PORT))
                try:
                    if asker.recv(4096).startswith(b"SIP/2.0"):
                        return
                except TimeoutError:
                    continue
        raise RuntimeError("the bare Asterisk did not start")
