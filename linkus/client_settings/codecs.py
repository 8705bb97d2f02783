"""Audio codecs, and the order in which a client offers them: pure functions (CO-1 to CO-4)."""

from __future__ import annotations

from enum import StrEnum


class Codec(StrEnum):
    OPUS = "opus"
    G722 = "g722"
    PCMU = "pcmu"
    PCMA = "pcma"
    ILBC = "ilbc"
    G729 = "g729"


# browsers speak these and the core transcodes them; the others it can only relay between two ends that both speak them
USABLE_CODECS = (Codec.OPUS, Codec.G722, Codec.PCMU, Codec.PCMA)
CODEC_NAMES = {
    Codec.OPUS: "Opus",
    Codec.G722: "G.722",
    Codec.PCMU: "G.711 µ-law (PCMU)",
    Codec.PCMA: "G.711 A-law (PCMA)",
    Codec.ILBC: "iLBC",
    Codec.G729: "G.729",
}


def is_usable(codec: Codec) -> bool:
    return codec in USABLE_CODECS


def order(codec: Codec, *, only: bool) -> tuple[Codec, ...]:
    """Return the codecs that a client offers, first to last. An unusable codec falls back to all usable ones, because a
    call with another codec is better than a failed call."""
    if not is_usable(codec):
        return USABLE_CODECS
    return (codec,) if only else (codec, *(other for other in USABLE_CODECS if other is not codec))
