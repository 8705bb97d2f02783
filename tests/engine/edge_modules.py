"""The edge's rules, imported from the folder of Kamailio's Python: they are not in the linkus package."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "engine" / "kamailio"))

import edge_addresses as addresses
import edge_body as body
import edge_bye as bye
import edge_contact_headers as contact_headers
import edge_database as database
import edge_dialog_mark as dialog_mark
import edge_events as events
import edge_eviction as eviction
import edge_http_access as http_access
import edge_identity as identity
import edge_media as media
import edge_message as message
import edge_nonce as nonces
import edge_rate_limits as rate_limits
import edge_reachability as reachability
import edge_routing as routing
import edge_silence
import edge_text as text
import edge_trunks as trunks

__all__ = [
    "addresses",
    "body",
    "bye",
    "contact_headers",
    "database",
    "dialog_mark",
    "edge_silence",
    "events",
    "eviction",
    "http_access",
    "identity",
    "media",
    "message",
    "nonces",
    "rate_limits",
    "reachability",
    "routing",
    "text",
    "trunks",
]  # fmt: skip
