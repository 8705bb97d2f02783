"""Sound files as people upload them."""

from __future__ import annotations

import io

import numpy as np
import soundfile  # type: ignore[import-untyped]  # has none

from tests.calls.media import share


def tone(hertz: int, seconds: float, rate: int = 44100, loudness: float = 0.2, channels: int = 1) -> np.ndarray:
    at = np.arange(int(rate * seconds)) / rate
    one = loudness * np.sin(2 * np.pi * hertz * at)
    return np.stack([one] * channels, axis=1)


def recording(samples: np.ndarray, rate: int = 44100, kind: str = "WAV", subtype: str | None = None) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples, rate, format=kind, subtype=subtype)
    return file.getvalue()


def opened(wav: bytes) -> tuple[np.ndarray, int]:
    """Return 16 bit samples, and their rate."""
    with soundfile.SoundFile(io.BytesIO(wav)) as file:
        assert (file.format, file.subtype, file.channels) == ("WAV", "PCM_16", 1)
        return file.read(dtype="int16"), int(file.samplerate)


def is_tone(samples: np.ndarray, rate: int, hertz: int) -> bool:
    return share(samples, hertz, rate) > 0.9
