"""Authenticates clients and phones by digest (RFC 7616)."""

import time

import edge_current as current
import edge_identity as identity
import edge_known_sources as known_sources
import edge_nonce as nonces
import edge_tables as tables
import KSR
from edge_addresses import site_of
from edge_contacts import session_of
from edge_events import EventSender
from edge_identity import Identity
from edge_nonce import Proof
from edge_rate_limits import OutputLimiter
from edge_security_log import SecurityLog

FLAG_SECRET_IS_HA1 = 1
QOP_AUTH, STALE = 1, 16
RETRY_SECONDS = 3  # about the time that the brain needs to write everything to an edge that has just started
NO_HA1 = "0" * 32  # a hash that no password has; checking it takes as long as checking a phone's


class DigestAuth:
    def __init__(
        self, edge_key: str, security: SecurityLog, events: EventSender, refusal_events: OutputLimiter
    ) -> None:
        self._edge_key = edge_key
        self._security = security
        self._events = events
        self._refusal_events = refusal_events

    def authenticate(self, header: str) -> Identity | None:
        """Return the identity that the sender has proved, or None when an answer was sent.

        A refused sender gets the same answer after the same time, whether or not the identity or name exists."""
        claimed = identity.parse_aor(KSR.pv.get("$fU"))
        if claimed is not None and not tables.is_complete("phones" if claimed.is_phone else "revoked"):
            ask_to_retry()
            return None
        credentials = current.headers(header)
        if not credentials:
            self._challenge()
            return None
        proof = self._proof(credentials)
        if proof is not Proof.PROVEN:
            if proof is Proof.UNPROVEN:
                self._note_unproven()
            self._challenge(is_stale=True)
            return None
        is_readable = all(identity.is_digest(credential) for credential in credentials)
        refusal = self._refusal(claimed, identity.user_name(credentials)) if is_readable else "stale"
        if refusal is None:
            known_sources.remember()
            KSR.auth.consume_credentials()
            return claimed
        if refusal != "stale":
            self._report_refusal(claimed.aor if claimed else "", refusal)
        self._challenge(is_stale=refusal == "stale")
        return None

    def authenticate_caller(self) -> Identity | None:
        """Return the caller's identity. A registered WebSocket has proved it while its credential is valid, which saves
        the caller a round trip."""
        claimed = identity.parse_aor(KSR.pv.get("$fU"))
        if claimed is not None and current.is_websocket():
            session = session_of(current.connection_id())
            if session:
                revoked = tables.revoked_until(claimed.aor, session.session)
                if identity.is_still_valid(session, claimed, revoked, int(time.time())):
                    return claimed
        return self.authenticate("Proxy-Authorization")

    def reject(self, user: str | None, reason: str) -> None:
        self._report_refusal(user or "", reason)
        KSR.sl.sl_send_reply(403, "Forbidden")

    def _proof(self, credentials: list[str]) -> Proof:
        """Return the proof that a challenge of ours has reached this sender. A connection is one. The source of a
        datagram may be forged, and wrong digests in it must not get the real owner of an address blocked."""
        if KSR.pv.get("$pr") != "udp":
            return Proof.PROVEN
        return nonces.read_proof(self._edge_key, credentials, current.sender(), time.time())

    def _note_unproven(self) -> None:
        """Only count and log the attempt, since nothing proves that the sender is at the source address."""
        tables.count("gate unproven")
        self._security.note("unproven", current.sender(), method=KSR.pv.get("$rm"))

    def _refusal(self, claimed: Identity | None, name: str | None) -> str | None:
        """Return why these credentials do not prove this identity, or None if they do.

        A nonce that is too old or not ours counts against nobody, whatever else is wrong."""
        reason: str | None
        if claimed is None or name is None:
            reason, digest = "unknown_identity", self._check_digest(NO_HA1)
        elif claimed.is_phone:
            reason, digest = self._check_phone(claimed, name)
        else:
            reason, digest = self._check_client(claimed, name)
        return digest if reason is None or digest == "stale" else reason

    def _check_phone(self, claimed: Identity, name: str) -> tuple[str | None, str | None]:
        """Check a phone's name and digest. Return the reason against the name and the reason against the digest."""
        phone = identity.parse_phone(KSR.htable.sht_get("phones", claimed.aor))
        # Compare the names here, because the authentication name is not the address of record.
        is_its_name = phone is not None and phone.name == name
        digest = self._check_digest(phone.ha1 if phone is not None and is_its_name else NO_HA1)
        if phone is None:
            return "unknown_identity", digest
        return None if is_its_name else "other_identity", digest

    def _check_client(self, claimed: Identity, name: str) -> tuple[str | None, str | None]:
        credential = identity.parse_ephemeral(name)
        if credential is None:
            return "unknown_identity", self._check_digest(NO_HA1)
        revoked = tables.revoked_until(claimed.aor, credential.session)
        reason = identity.refusal(credential, claimed, revoked, int(time.time()))
        if reason is not None:
            return reason, self._check_digest(NO_HA1)
        return None, self._digest_refusal(KSR.auth_ephemeral.autheph_check(identity.REALM))

    def _check_digest(self, ha1: str) -> str | None:
        return self._digest_refusal(KSR.auth.pv_auth_check(identity.REALM, ha1, FLAG_SECRET_IS_HA1, 0))

    @staticmethod
    def _digest_refusal(result: int) -> str | None:
        if result > 0:
            return None
        # -2: the nonce is good but the password is wrong. Kamailio finds all else before it checks the password: -1, a
        # nonce that is not ours; -4 and -6, a nonce that is too old or already used; -5, no credentials for our realm.
        return "wrong_password" if result == -2 else "stale"

    def _challenge(self, *, is_stale: bool = False) -> None:
        """Ask for credentials, with a nonce that is valid only at the sender's address. `is_stale` says that the
        password may have been right, so the client retries without asking its user (RFC 7616 3.3)."""
        KSR.auth.auth_get_www_authenticate(identity.REALM, QOP_AUTH + (STALE if is_stale else 0), "$var(challenge)")
        value = KSR.pv.get("$var(challenge)").partition(":")[2].strip()
        sealed = nonces.seal_challenge(self._edge_key, value, current.client_address(), KSR.pv.get("$sp"))
        if KSR.pv.get("$rm") == "REGISTER":
            KSR.hdr.append_to_reply(f"WWW-Authenticate: {sealed}\r\n")
            KSR.sl.sl_send_reply(401, "Unauthorized")
        else:
            KSR.hdr.append_to_reply(f"Proxy-Authenticate: {sealed}\r\n")
            KSR.sl.sl_send_reply(407, "Proxy Authentication Required")

    def _report_refusal(self, aor: str, reason: str) -> None:
        known_sources.forget(self._edge_key)
        address = current.client_address()
        self._security.note("refused", address, aor=aor, reason=reason, method=KSR.pv.get("$rm"))
        if self._refusal_events.allows(site_of(address), time.time()):
            self._events.refused(aor, address, reason)


def ask_to_retry() -> None:
    """Ask the sender to retry later. A phone whose right password is refused gives up until somebody types it again,
    and counts as guessing. A provider that is challenged drops the call. Over UDP both repeat the request within
    seconds and find the edge ready. Over TCP they need a Retry-After."""
    if KSR.pv.get("$pr") != "udp":
        KSR.hdr.append_to_reply(f"Retry-After: {RETRY_SECONDS}\r\n")
        KSR.sl.sl_send_reply(503, "Starting")
