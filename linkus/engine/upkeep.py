"""Periodic upkeep of a running instance: places renewed certificates, rotates logs, and restarts the parts that use
addresses when the machine has lost one of them."""

import asyncio
import datetime
import signal
import ssl
import time
from collections.abc import Callable

import structlog

from linkus.engine.kamailio import Edge, EdgeError
from linkus.engine.keys import ensure_keys
from linkus.engine.layout import Layout
from linkus.engine.logfile import prepare_log, rotate
from linkus.engine.programs import reachable
from linkus.engine.render import place_certificate, render_programs
from linkus.engine.supervisor import Supervisor
from linkus.engine.tls import Certificate, find_certificate
from linkus.kit.settings import EDGE_RPC_PORT
from linkus.kit.waiting import wait_with_timeout

log = structlog.get_logger("upkeep")
LOG_SECONDS = 60.0
NAMING_ADDRESSES = ("rtpengine", "kamailio")
CERTIFICATE_SECONDS = 3600.0  # the administrator's own tools may renew a certificate at any time


class Upkeep:
    def __init__(self, layout: Layout, supervisor: Supervisor) -> None:
        self._layout = layout
        self._supervisor = supervisor
        self._asked = asyncio.Event()
        self.addresses = layout.addresses

    def now(self) -> None:
        """Run the upkeep now instead of waiting for the next time."""
        self._asked.set()

    async def run(self) -> None:
        """Run until cancelled."""
        looked = time.monotonic()  # the certificate was placed just now, at the start
        while True:
            asked = await self._wait(LOG_SECONDS)
            self._guarded(self._move_access_log)
            self._guarded(self._move_security_log)
            self._guarded(self._follow_addresses)
            if asked or time.monotonic() - looked >= CERTIFICATE_SECONDS:
                looked = time.monotonic()
                if self._guarded(self._place_certificate):
                    await self._show_certificate()

    async def _wait(self, seconds: float) -> bool:
        try:
            await wait_with_timeout(self._asked.wait(), seconds)
        except TimeoutError:
            return False
        self._asked.clear()
        return True

    def _guarded(self, work: Callable[[], bool]) -> bool:
        """Run `work` and log a full disk or an unreadable file. The next run may succeed."""
        try:
            return work()
        except (OSError, ValueError) as error:  # ssl.SSLError is an OSError; a broken PEM file is a ValueError
            log.error("upkeep_failed", work=work.__name__, exc_info=error)
            return False

    def _move_security_log(self) -> bool:
        """Rotate the security log. The edge opens the file for each line, but may not create it in our folder."""
        path = self._layout.logs / "security.log"
        moved = rotate(path)
        if moved:
            prepare_log(path)
        return moved

    def _move_access_log(self) -> bool:
        """Rotate nginx's access log. nginx needs a signal to open the new file, and may not create it in our folder."""
        path = self._layout.logs / "nginx-access.log"
        moved = rotate(path)
        if moved:
            prepare_log(path)
            self._supervisor.send("nginx", signal.SIGUSR1)
        return moved

    def _follow_addresses(self) -> bool:
        """Restart the parts that use addresses after a main address is gone (LINKUS_HOST=0.0.0.0 or ::). Calls over
        that address are lost already. An additional address triggers nothing, because a restart ends calls."""
        now = self._layout.addresses
        if not {each.local for each in self.addresses.main} - {each.local for each in now.endpoints}:
            return False
        log.warning("addresses_changed", before=self.addresses.endpoints, now=now.endpoints)
        keys, certificate = ensure_keys(self._layout.keys), find_certificate(self._layout)
        render_programs(self._layout, keys, certificate, NAMING_ADDRESSES)
        self.addresses = now
        for part in (*NAMING_ADDRESSES, "linkus"):
            self._supervisor.send(part, signal.SIGTERM)
        self._supervisor.send("nginx", signal.SIGHUP)  # the certificate has the new names
        return True

    def _place_certificate(self) -> bool:
        """Place a certificate that differs from the one of nginx and the edge. Return whether there was one."""
        found = find_certificate(self._layout, datetime.datetime.now(datetime.UTC))
        if found is None or self._is_placed(found):
            return False
        # a half-written certificate, or one that does not match its key, must not replace a working one
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(found.chain, found.key)
        place_certificate(self._layout, found)
        log.info("certificate_renewed", until=found.not_after.isoformat())
        return True

    def _is_placed(self, found: Certificate) -> bool:
        folder = self._layout.run / "tls"
        pairs = ((found.chain, folder / "cert.pem"), (found.key, folder / "key.pem"))
        return all(placed.exists() and placed.read_bytes() == own.read_bytes() for own, placed in pairs)

    async def _show_certificate(self) -> None:
        self._supervisor.send("nginx", signal.SIGHUP)  # new workers; the old ones keep their connections
        edge = Edge.at(reachable(self._layout.internal), EDGE_RPC_PORT, self._layout.keys)
        try:
            await edge.reload_certificate()
        except EdgeError as error:  # the edge restarts and reads the files then, or it refused
            log.warning("edge_certificate_not_reloaded", error=str(error))
        finally:
            await edge.close()
