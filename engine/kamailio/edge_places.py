"""Places for connections are limited: strangers keep theirs for a shorter time when few are left."""

import json

import KSR
from edge_log import log

STRANGER_SECONDS = 120  # as tcp_connection_lifetime: without a word, and from whom nobody has shown who they are
SHORT_STRANGER_SECONDS = 30  # more than a provider, who is asked every 20 s, needs
SHORT, ENOUGH = 0.5, 0.4  # of all places


class Places:
    stranger_seconds = STRANGER_SECONDS  # the timer's process alone reads and writes it

    def watch_places(self):
        found, limits = self.ask_own("core.tcp_info"), self.ask_own("core.tcp_options")
        if found is None or limits is None:
            return
        shares = (
            found[f"opened_{kind}"] / max(1, limits[f"max_{kind}(soft)"]) for kind in ("connections", "tls_connections")
        )
        taken = max(shares)
        seconds = lifetime(taken, self.stranger_seconds)
        if seconds != self.stranger_seconds and self.ask_own("cfg.set_now_int", "tcp", "connection_lifetime", seconds):
            self.stranger_seconds = seconds
            log("places", taken=f"{taken:.2f}", stranger_seconds=seconds)

    @staticmethod
    def ask_own(method, *params):
        """Ask this very Kamailio; None when it refused."""
        KSR.jsonrpcs.exec(json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)}))
        answer = json.loads(KSR.pv.get("$jsonrpl(body)") or "{}")
        return (answer.get("result") or True) if "result" in answer else None


def lifetime(taken, now):
    """How long a stranger's new connection lives, when so many places are taken and it is `now` by now."""
    if taken > SHORT:
        return SHORT_STRANGER_SECONDS
    return STRANGER_SECONDS if taken < ENOUGH else now
