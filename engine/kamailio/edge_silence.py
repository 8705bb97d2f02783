"""Reads from the media relay's answer to `query` how long a side has been silent. Does not import Kamailio."""

import json
from typing import Any


def silence(answer: str, tag: str, now: float) -> float | None:
    """Return the seconds since the last packet from the side with this tag, by the relay's answer to `query`. A call
    that the relay does not know has been silent for ever."""
    try:
        told: Any = json.loads(answer)
        if told.get("result") == "error":
            return now
        medias = told["tags"][tag]["medias"]
        heard = [stream["last packet"] for media in medias for stream in media["streams"]]
        return now - float(max(heard))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
