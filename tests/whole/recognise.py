"""Is this prompt in what was heard? By correlation with the file that the core plays, not by what a log says."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np


def samples_of(path: Path) -> np.ndarray:
    """The samples of a prompt: 8 kHz, 16 bit, mono."""
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getsampwidth(), file.getnchannels()) == (8000, 2, 1)
        return np.frombuffer(file.readframes(file.getnframes()), np.int16)


def likeness(heard: np.ndarray, prompt: np.ndarray) -> float:
    """The best normalised correlation of the prompt's first two and a half seconds with any place of what was heard:
    near 1 where it is, below 0.4 for other speech."""
    begin = int(np.argmax(np.abs(prompt) > 200))
    piece = prompt[begin : begin + 20_000].astype(float)
    sound = heard.astype(float)
    if len(sound) < len(piece):
        return 0.0
    size = 1 << (len(sound) + len(piece)).bit_length()
    product = np.fft.irfft(np.fft.rfft(sound, size) * np.conj(np.fft.rfft(piece, size)), size)
    places = len(sound) - len(piece) + 1
    energy = np.concatenate(([0.0], np.cumsum(sound**2)))
    there = np.sqrt(np.maximum(energy[len(piece) :] - energy[: -len(piece)], 1.0))
    return float(np.max(product[:places] / there[:places]) / np.linalg.norm(piece))
