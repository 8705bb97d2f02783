"""A sound that the fake microphones play for ever: a plain tone, so that silence and hearing differ clearly."""

import wave
from pathlib import Path

import numpy as np

RATE = 48000
PHONE_RATE = 8000  # baresip plays a file only at the rate of the call, and that is G.711
# In pulses, as speech is: a browser takes a steady tone for noise and suppresses it.
PULSE_SECONDS, PAUSE_SECONDS, EDGE_SECONDS = 0.4, 0.3, 0.01
PULSES = 5


def write_tone(path: Path, hertz: float, rate: int = RATE) -> Path:
    at = np.arange(int(rate * PULSE_SECONDS)) / rate
    edge = np.clip(np.minimum(at, at[::-1]) / EDGE_SECONDS, 0, 1)
    pulse = 12000 * np.sin(2 * np.pi * hertz * at) * edge
    once = np.concatenate([pulse, np.zeros(int(rate * PAUSE_SECONDS))])
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(np.tile(once, PULSES).astype("<i2").tobytes())
    return path
