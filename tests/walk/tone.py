"""Writes the sound that the fake microphones play: a plain tone, so that silence and hearing differ clearly."""

import wave
from pathlib import Path

import numpy as np

RATE = 48000
PHONE_RATE = 8000  # baresip plays a file only at the rate of the call, and that is G.711
# Pulses like speech: a browser takes a steady tone for noise and suppresses it.
PULSE_SECONDS, PAUSE_SECONDS, EDGE_SECONDS = 0.4, 0.3, 0.01
PULSES = 5
PHONE_PULSES = 400  # Chromium starts again at the end of the file, baresip hangs up


def write_tone(path: Path, hertz: float, rate: int = RATE, pulses: int = PULSES) -> Path:
    at = np.arange(int(rate * PULSE_SECONDS)) / rate
    edge = np.clip(np.minimum(at, at[::-1]) / EDGE_SECONDS, 0, 1)
    pulse = 12000 * np.sin(2 * np.pi * hertz * at) * edge
    once = np.concatenate([pulse, np.zeros(int(rate * PAUSE_SECONDS))])
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(np.tile(once, pulses).astype("<i2").tobytes())
    return path


def write_phone_tone(path: Path, hertz: float) -> Path:
    return write_tone(path, hertz, PHONE_RATE, PHONE_PULSES)
