"""Records sign-ins, failed ones and lock-outs in the event log (OV-7)."""

from __future__ import annotations

from dataclasses import dataclass

from linkus.kit.addresses import network_of
from linkus.kit.work import UnitOfWork
from linkus.lockout.blocks import shown
from linkus.lockout.lockouts import Lock
from linkus.session.schemas import LinkusClientKind
from linkus.shared.event_log.kinds import EventKind
from linkus.shared.event_log.record import record_event
from linkus.shared.models.extension import Extension

MAX_NAME_CHARACTERS = 64  # of a name that anybody may have typed
REASON_CREDENTIALS = "event_reason_credentials"
REASON_CODE = "event_reason_code"
REASON_DISABLED = "event_reason_disabled"
REASON_LINKUS_DISABLED = "event_reason_linkus_disabled"


@dataclass(frozen=True)
class Attempt:
    """Describes an attempt to sign in: at the portal, or with a client of the kind `client_kind`."""

    username: str
    address: str
    client_kind: LinkusClientKind
    at_portal: bool

    @property
    def _shown_name(self) -> str:
        """Return the name as the log shows it: strangers must not write what they like into it."""
        return shown(self.username, MAX_NAME_CHARACTERS) or "-"

    @property
    def _bundle(self) -> str:
        """Return what attempts that are told as one have in common."""
        return f"{network_of(self.address)} {self._shown_name.lower()}"

    @property
    def _params(self) -> dict[str, str]:
        found = {"username": self._shown_name, "address": self.address}
        if not self.at_portal and self.client_kind != "web":
            found["client_code"] = f"event_client_{self.client_kind}"
        return found

    def _kind(self, at_portal: EventKind, with_web: EventKind, with_linkus: EventKind) -> EventKind:
        if self.at_portal:
            return at_portal
        return with_web if self.client_kind == "web" else with_linkus

    async def record_failure(self, work: UnitOfWork, reason: str, lock: Lock | None = None) -> None:
        """Record that the attempt failed, and what that has led to. The work is the same for names that do not
        exist."""
        failed = self._kind(
            EventKind.ADMINISTRATOR_SIGN_IN_FAILED, EventKind.WEB_SIGN_IN_FAILED, EventKind.LINKUS_SIGN_IN_FAILED
        )
        await record_event(work, failed, self._params | {"reason_code": reason}, bundle=f"{reason} {self._bundle}")
        if lock is None:
            return
        locked = self._kind(EventKind.ADMINISTRATOR_LOCKED, EventKind.WEB_USER_LOCKED, EventKind.LINKUS_USER_LOCKED)
        consequence = (
            {"lock_code": "event_lock_blocked"}
            if lock.minutes is None
            else {"lock_code": "event_lock_paused", "minutes": lock.minutes}
        )
        bundle = f"{consequence['lock_code']} {lock.minutes} {self._bundle}"  # each longer pause is told
        await record_event(work, locked, self._params | consequence, bundle=bundle)


async def record_administrator(work: UnitOfWork, username: str, address: str) -> None:
    params = {"username": username, "address": address}
    await record_event(work, EventKind.ADMINISTRATOR_SIGNED_IN, params, bundle=f"{network_of(address)} {username}")


async def record_web_user(work: UnitOfWork, extension: Extension, client_kind: str, address: str) -> None:
    """Record that the user of an extension has signed in to the web client. For other clients, the manual names only
    failures."""
    if client_kind == "web":
        params = {"number": extension.number, "name": extension.display_name, "address": address}
        await record_event(
            work, EventKind.WEB_SIGN_IN_SUCCEEDED, params, bundle=f"{network_of(address)} {extension.id}"
        )
