"""A sound that the fake microphones play for ever: a plain tone, so that silence and hearing differ clearly."""

import math
import struct
import wave
from pathlib import Path

RATE = 48000
# Beeps, because a browser's noise suppression takes a steady tone away within seconds; long and apart like syllables.
BEEP, GAP = 0.25, 0.15


def write_tone(path: Path, hertz: float = 440, seconds: int = 2) -> Path:
    samples = (
        int(12000 * math.sin(2 * math.pi * hertz * n / RATE)) if n / RATE % (BEEP + GAP) < BEEP else 0
        for n in range(RATE * seconds)
    )
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return path
