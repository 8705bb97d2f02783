"""The core at the other end of the loopback: how edge and core recognise each other, and how a request reaches it."""

import edge_current as current
import edge_routing as routing
import KSR
from edge_settings import Settings


class Core:
    def __init__(self, settings: Settings) -> None:
        self._address = settings.internal
        self._port = settings.core_port
        self._own_port = settings.core_side_port
        self.uri = f"sip:{self._address}:{self._port}"
        self.socket = f"udp:{self._address}:{self._own_port}"
        self.key = settings.core_key

    def is_sender(self) -> bool:
        """Return whether this message comes from the core's port. That proves nothing (`has_key`)."""
        return (
            KSR.pv.get("$Rp") == self._own_port
            and KSR.pv.get("$sp") == self._port
            and KSR.pv.get("$si") == self._address
        )

    def has_key(self) -> bool:
        """Return whether the sender of a call knows the core's key. Another program on this machine could have taken
        the core's port while the core is down."""
        return routing.shows_core_key(self.key, current.headers("X-Linkus-Key"))

    def is_target(self) -> bool:
        """Return whether this request goes to the core, whatever its route says. The edge is no open relay."""
        return (
            not KSR.pv.get("$du") and KSR.pv.get("$rd") == self._address and int(KSR.pv.get("$rp") or 0) == self._port
        )

    def is_target_of_answer(self) -> bool:
        """Return whether the second Via of a client's answer without a transaction leads to the core."""
        received, rport = KSR.pv.get("$via1(received)"), KSR.pv.get("$via1(rport)")
        return (
            KSR.pv.get("$via1(host)") == self._address
            and int(KSR.pv.get("$via1(port)") or 0) == self._port
            and received in (None, "", self._address)
            and rport in (None, "", str(self._port))
            and "maddr" not in (KSR.pv.get("$via1(params)") or "").lower()
        )

    def call(self, number: str) -> None:
        """Address a new call to the core."""
        KSR.pv.sets("$ru", f"sip:{number}@{self._address}:{self._port}")
        KSR.pv.sets("$fs", self.socket)

    def send_in_dialog(self) -> None:
        """Send a request in a dialog to the core: no parameter of the URI leads elsewhere."""
        KSR.pv.sets("$du", self.uri)
        KSR.pv.sets("$fs", self.socket)
        KSR.textops.remove_hf_re(routing.OWN_HEADERS)

    def replace_target(self) -> None:
        """Replace the target of a request that names the edge."""
        KSR.pv.sets("$ru", self.uri)
