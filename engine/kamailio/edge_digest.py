"""Authenticates clients and phones, and registers their contacts."""

import time

import edge_identity as identity
import edge_nonce as proofs
import edge_routing as routing
import KSR
from edge_addresses import site_of
from edge_faults import guarded
from edge_log import log

FLAG_TCP_PERSISTENT = 7
BRANCH_FLAG_PING = 7
BRANCH_FLAG_NAT = 6
NAT_ADDRESS_IN_CONTACT_OR_VIA = 1 + 2 + 16
FLAG_SECRET_IS_HA1 = 1
QOP_AUTH, STALE = 1, 16
RETRY_SECONDS = 3  # about the time that the brain needs to write everything to an edge that has just started
NO_HA1 = "0" * 32  # a hash that no password has; checking it takes as long as checking a phone's


class Authentication:
    def authenticate(self, header):
        """Return the identity that the sender has proved, or None when an answer was sent.

        A refused sender gets the same answer after the same time, whether or not the identity or name exists."""
        who = identity.parse_aor(KSR.pv.get("$fU"))
        if who is not None and not self.has_all("phones" if who.is_phone else "revoked"):
            return self.put_off()
        credentials = self.headers(header)
        if not credentials:
            return self.challenge()
        proof = self.proof(credentials)
        if proof is not proofs.Proof.PROVEN:
            if proof is proofs.Proof.UNPROVEN:
                self.note_unproven()
            return self.challenge(is_stale=True)
        is_readable = all(identity.is_digest(each) for each in credentials)
        refusal = self.refusal(who, identity.user_name(credentials)) if is_readable else "stale"
        if refusal is None:
            self.remember_authenticated()
            KSR.auth.consume_credentials()
            return who
        if refusal != "stale":
            self.refuse(who.aor if who else "", self.client_address(), refusal)
        return self.challenge(is_stale=refusal == "stale")

    def proof(self, credentials):
        """Return the proof that a challenge of ours has reached this sender. A connection is one. The source of a
        datagram may be forged, and wrong digests in it must not get the real owner of an address blocked."""
        if KSR.pv.get("$pr") != "udp":
            return proofs.Proof.PROVEN
        return proofs.read_proof(self.edge_key, credentials, self.sender(), time.time())

    def note_unproven(self):
        """Only count and log the attempt, since nothing proves that the sender is at the source address."""
        self.count("gate unproven")
        self.note_security("unproven", self.sender(), method=KSR.pv.get("$rm"))

    def refusal(self, who, name):
        """Return why these credentials do not prove this identity, or None if they do.

        A nonce that is too old or not ours counts against nobody, whatever else is wrong."""
        if who is None or name is None:
            reason, digest = "unknown_identity", self.check_digest(NO_HA1)
        elif who.is_phone:
            reason, digest = self.check_phone(who, name)
        else:
            reason, digest = self.check_client(who, name)
        return digest if reason is None or digest == "stale" else reason

    def check_phone(self, who, name):
        """Check a phone's name and digest. Return the reason against the name and the reason against the digest."""
        phone = identity.parse_phone(KSR.htable.sht_get("phones", who.aor))
        # Compare the names here, because the authentication name is not the address of record.
        is_its_name = phone is not None and phone.name == name
        digest = self.check_digest(phone.ha1 if is_its_name else NO_HA1)
        if phone is None:
            return "unknown_identity", digest
        return None if is_its_name else "other_identity", digest

    @staticmethod
    def has_all(what):
        """Return whether the brain has written all `phones`, `revoked` or `trunks` since the edge started. Until then
        no phone can prove its identity, a revoked credential looks valid, and a provider looks like a stranger."""
        return KSR.htable.sht_get("complete", what) is not None

    @staticmethod
    def put_off():
        """Ask the sender to retry later. A phone whose right password is refused gives up until somebody types it
        again, and counts as guessing. A provider that is challenged drops the call. Over UDP both repeat the request
        within seconds and find the edge ready. Over TCP they need a Retry-After."""
        if KSR.pv.get("$pr") != "udp":
            KSR.hdr.append_to_reply(f"Retry-After: {RETRY_SECONDS}\r\n")
            KSR.sl.sl_send_reply(503, "Starting")

    def check_client(self, who, name):
        credential = identity.parse_ephemeral(name)
        if credential is None:
            return "unknown_identity", self.check_digest(NO_HA1)
        reason = identity.refusal(credential, who, self.revoked(who.aor, credential.session), int(time.time()))
        if reason is not None:
            return reason, self.check_digest(NO_HA1)
        return None, self.digest_refusal(KSR.auth_ephemeral.autheph_check(identity.REALM))

    def check_digest(self, ha1):
        return self.digest_refusal(KSR.auth.pv_auth_check(identity.REALM, ha1, FLAG_SECRET_IS_HA1, 0))

    @staticmethod
    def digest_refusal(result):
        if result > 0:
            return None
        # -2: the nonce is good but the password is wrong. Kamailio finds all else before it checks the password: -1, a
        # nonce that is not ours; -4 and -6, a nonce that is too old or already used; -5, no credentials for our realm.
        return "wrong_password" if result == -2 else "stale"

    def challenge(self, *, is_stale=False):
        """Ask for credentials, with a nonce that is valid only at the sender's address. `is_stale` says that the
        password may have been right, so the client retries without asking its user (RFC 7616 3.3)."""
        KSR.auth.auth_get_www_authenticate(identity.REALM, QOP_AUTH + (STALE if is_stale else 0), "$var(challenge)")
        value = KSR.pv.get("$var(challenge)").partition(":")[2].strip()
        sealed = proofs.seal_challenge(self.edge_key, value, self.client_address(), KSR.pv.get("$sp"))
        if KSR.pv.get("$rm") == "REGISTER":
            KSR.hdr.append_to_reply(f"WWW-Authenticate: {sealed}\r\n")
            KSR.sl.sl_send_reply(401, "Unauthorized")
        else:
            KSR.hdr.append_to_reply(f"Proxy-Authenticate: {sealed}\r\n")
            KSR.sl.sl_send_reply(407, "Proxy Authentication Required")

    def reject(self, user, reason):
        self.refuse(user or "", self.client_address(), reason)
        KSR.sl.sl_send_reply(403, "Forbidden")

    def refuse(self, aor, address, reason):
        self.forget_authenticated()
        self.note_security("refused", address, aor=aor, reason=reason, method=KSR.pv.get("$rm"))
        if self.refusal_notices.allows(site_of(address), time.time()):
            self.notices.refused(aor, address, reason)

    @staticmethod
    def headers(name):
        count = int(KSR.pv.get(f"$hdrc({name})") or 0)
        return [KSR.hdr.get_idx(name, index) for index in range(count)]

    @staticmethod
    def revoked(aor, session):
        return max(int(KSR.htable.sht_get("revoked", key) or 0) for key in identity.revocation_keys(aor, session))

    @staticmethod
    def is_websocket():
        return KSR.pv.get("$pr") in ("ws", "wss")

    def client_address(self):
        """Return the client's real address: for a WebSocket, the one that nginx gave in the handshake."""
        if self.is_websocket():
            return KSR.htable.sht_get("wsaddress", str(KSR.pv.get("$conid"))) or KSR.pv.get("$si")
        return self.sender()

    # ------------------------------------------------------------------ registration
    def register(self):
        who = self.authenticate("Authorization")
        if who is None:
            return 1
        if KSR.pv.get("$tU") != who.aor:
            self.reject(KSR.pv.get("$tU"), "other_identity")
            return 1
        if routing.has_uri_headers(self.headers("Contact")):
            KSR.sl.sl_send_reply(400, "Headers In Contact")
            return 1
        # A contact that names another host than the sender is reached at the sender's address, like one behind NAT. So
        # nobody can make the edge call a third party, or this machine.
        names_another = routing.names_another_host(self.headers("Contact"), self.sender())
        if names_another or KSR.nathelper.nat_uac_test(NAT_ADDRESS_IN_CONTACT_OR_VIA) > 0:
            KSR.nathelper.fix_nated_register()
            KSR.setbflag(BRANCH_FLAG_NAT)
            if KSR.pv.get("$pr") == "udp":
                KSR.setbflag(BRANCH_FLAG_PING)
        if KSR.pv.get("$pr") != "udp":
            KSR.setflag(FLAG_TCP_PERSISTENT)
        connection = KSR.pv.get("$conid") or 0
        if self.is_websocket():
            credential = identity.parse_ephemeral(identity.user_name(self.headers("Authorization")))
            expiry, session = (credential.expiry, credential.session) if credential else (0, "")
            self.no_newcomer(str(connection))
            KSR.htable.sht_sets("wsaor", str(connection), identity.Session(who.aor, expiry, session).text)
        coming, going = routing.wanted_contacts(self.headers("Contact"), KSR.hdr.get("Expires"))
        contacts = self.contacts_of(who.aor)
        if not self.make_room(who, contacts, coming, going):
            return 1
        result = KSR.registrar.save("location", 0)
        if result not in (1, 2, 3):  # new, refreshed, removed; otherwise only a query, or refused
            return 1
        if self.is_websocket():
            self.client_registered(who, contacts, coming, going)
        for uri in [each.uri for each in contacts] if going and going[0].uri == "*" else [each.uri for each in going]:
            self.notices.unregistered(who.aor, uri)
        for each in coming:
            self.notices.registered(
                aor=who.aor,
                contact=each.uri,
                address=self.client_address(),
                user_agent=KSR.pv.get("$ua") or "",
                expires=each.expires,
                transport=KSR.pv.get("$pr"),
                connection=connection,
            )
        if result in (1, 3):
            event = "registered" if result == 1 else "unregistered"
            log(event, aor=who.aor, address=self.client_address(), transport=KSR.pv.get("$pr"))
        return 1

    def no_newcomer(self, connection):
        """Note that somebody has registered here. Log nginx's request id now, if the log does not have it yet."""
        request = routing.newcomer(KSR.htable.sht_get("wsnew", connection)).request
        KSR.htable.sht_rm("wsnew", connection)
        if request:
            log("connected", connection=connection, address=self.client_address(), request=request)

    @staticmethod
    def contacts_of(aor):
        """Return the contacts of an address of record. usrloc keeps a deleted contact until its timer has written the
        deletion (timer_interval). Such a contact has an expiry in the past."""
        if KSR.registrar.reg_fetch_contacts("location", f"sip:{aor}@{identity.REALM}", "present") < 0:
            return []
        now = int(time.time())
        contacts = [
            identity.Contact(
                KSR.pv.get(f"$(ulc(present=>ruid)[{index}])") or "",
                KSR.pv.get(f"$(ulc(present=>addr)[{index}])") or "",
                int(KSR.pv.get(f"$(ulc(present=>modified)[{index}])") or 0),
                int(KSR.pv.get(f"$(ulc(present=>conid)[{index}])") or 0),
                KSR.pv.get(f"$(ulc(present=>received)[{index}])") or "",
            )
            for index in range(int(KSR.pv.get("$ulc(present=>count)") or 0))
            if int(KSR.pv.get(f"$(ulc(present=>expires)[{index}])") or 0) > now
        ]
        KSR.registrar.reg_free_contacts("present")
        return contacts

    def make_room(self, who, contacts, coming, going):
        """Drop the oldest contacts above the limit, and report them as if they had expired. If this request alone names
        more contacts than allowed, answer 403 and return False."""
        phone = identity.parse_phone(KSR.htable.sht_get("phones", who.aor)) if who.is_phone else None
        limit = phone.max_contacts if phone else identity.CLIENT_MAX_CONTACTS
        if len(coming) > limit:
            log("too-many-contacts", aor=who.aor, contacts=len(coming), limit=limit)
            KSR.sl.sl_send_reply(403, "Too Many Contacts")
            return False
        leaving = identity.to_drop(contacts, [each.uri for each in coming], [each.uri for each in going], limit)
        for contact in leaving:
            KSR.registrar.unregister_ruid("location", f"sip:{who.aor}@{identity.REALM}", contact.ruid)
            log("contact-dropped", aor=who.aor, contact=contact.uri, limit=limit)
            self.notices.unregistered(who.aor, contact.uri, self.session_over(contact.connection))
        return True

    @guarded
    def ksr_registrar_event(self, msg, evname):
        """Report a contact that expired or was lost with its connection."""
        aor, contact = KSR.pv.get("$ulc(exp=>aor)"), KSR.pv.get("$ulc(exp=>addr)")
        log("expired", aor=aor, contact=contact)
        connection = KSR.pv.get("$ulc(exp=>conid)") or 0
        self.notices.unregistered(aor or "", contact or "", self.session_over(connection))
        return 1
