"""The edge's rules, imported from the folder of Kamailio's Python: they are not in the linkus package."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "engine" / "kamailio"))

import edge_addresses as addresses
import edge_body as body
import edge_bye as bye
import edge_database as locations
import edge_events as events
import edge_eviction as strangers
import edge_http_access as doors
import edge_identity as identity
import edge_media as media
import edge_message as message
import edge_nonce as proof
import edge_rate_limits as budget
import edge_reachability as reachability
import edge_routing as routing
import edge_text as text
import edge_trunks as trunks

__all__ = [
    "addresses", "body", "budget", "bye", "doors", "events", "identity", "locations", "media", "message",
    "proof", "reachability", "routing", "strangers", "text", "trunks",
]  # fmt: skip
