"""Delivers calls to clients, also to one that is lost for the moment and comes back over another connection."""

import edge_identity as identity
import edge_reachability as reachability
import edge_tables as tables
import KSR
from edge_contacts import find_client
from edge_dialogs import track_dialog
from edge_identity import Identity
from edge_log import log
from edge_relayed_calls import free_media

PARKED, SENT = "parked", "sent"


def send_to_client(client: Identity) -> None:
    """Relay an INVITE, and keep it for a contact that registers before it is answered."""
    track_dialog()
    _note_waiting(client.aor, SENT)
    KSR.tm.t_set_fr(reachability.MAX_RING_SECONDS * 1000, reachability.FIRST_ANSWER_SECONDS * 1000)
    if KSR.tm.t_relay() < 0:
        free_media()
        KSR.tm.t_reply(480, "Temporarily Unavailable")


def wait_for_client(client: Identity, call: str | None) -> None:
    """Hold an INVITE for a client that was lost seconds ago. Deliver it when the client registers. Otherwise the caller
    gets 480 when the time is over (ksr_call_failed)."""
    log("waits", call=call, target=client.aor)
    track_dialog()
    _note_waiting(client.aor, PARKED)
    KSR.tm.t_set_fr(reachability.MAX_RING_SECONDS * 1000, reachability.MAX_LOST_SECONDS * 1000)
    if KSR.tmx.t_suspend() < 0:
        KSR.tm.t_reply(480, "Temporarily Unavailable")


def resume() -> None:
    """Deliver an INVITE that was held."""
    client = identity.parse_aor(KSR.pv.get("$rU"))
    if client is None or not find_client(client):
        KSR.tm.t_reply(480, "Temporarily Unavailable")
        return
    KSR.tm.t_on_branch("ksr_branch")
    KSR.tm.t_on_failure("ksr_call_failed")
    KSR.tm.t_set_fr(reachability.MAX_RING_SECONDS * 1000, reachability.FIRST_ANSWER_SECONDS * 1000)
    if KSR.tm.t_relay() < 0:
        KSR.tm.t_reply(480, "Temporarily Unavailable")


def deliver_waiting(aor: str, uri: str) -> None:
    """Send calls to a client's new connection if they wait for it or went to a connection that may be dead. The
    transaction drops a branch whose contact it already has. A branch without the table's id is new."""
    for key, state in tables.entries("waiting"):
        transaction = reachability.parse_waiting(key, aor)
        if transaction is None:
            continue
        index, label = transaction
        log("delivers", target=aor, contact=uri, how=state)
        if state == PARKED:
            KSR.htable.sht_sets("waiting", reachability.waiting_key(aor, index, label), SENT)
            KSR.tmx.t_continue(index, label, "ksr_client_is_back")
        elif KSR.corex.append_branch_uri(uri) > 0:
            KSR.pv.sets("$(branch(dst_uri)[0])", _address_of_sender())
            KSR.x.modf("t_cell_append_branches", str(index), str(label))


def forget_waiting(aor: str | None) -> None:
    """Forget an INVITE that was answered for good, so that no other contact gets it."""
    KSR.htable.sht_rm("waiting", _waiting_key(aor))


def _note_waiting(aor: str, state: str) -> None:
    KSR.htable.sht_sets("waiting", _waiting_key(aor), state)


def _waiting_key(aor: str | None) -> str:
    return reachability.waiting_key(aor or "", KSR.pv.get("$T(id_index)"), KSR.pv.get("$T(id_label)"))


def _address_of_sender() -> str:
    """Return the address of this request's client: nginx's end of its connection."""
    return f"sip:{KSR.pv.get('$si')}:{KSR.pv.get('$sp')};transport=ws"
