"""Recognises a prompt in heard audio, by correlation with the file that the core plays, not by a log."""

from __future__ import annotations

import wave
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

MIN_LIKENESS = 0.6
HEARD_IN_PIECES, LEAD = 0.5, 0.1  # through a browser, on a machine that is busy with several


def samples_of(path: Path) -> np.ndarray:
    """Return the samples of a prompt: 8 kHz, 16 bit, mono."""
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getsampwidth(), file.getnchannels()) == (8000, 2, 1)
        return np.frombuffer(file.readframes(file.getnframes()), np.int16)


def likeness(heard: np.ndarray, prompt: np.ndarray) -> float:
    """Return the best normalised correlation of the prompt's first two and a half seconds with any place of the audio.
    It is near 1 for the same prompt, and below 0.4 for other speech."""
    begin = int(np.argmax(np.abs(prompt) > 200))
    piece = prompt[begin : begin + 20_000].astype(float)
    return 0.0 if len(heard) < len(piece) else float(np.max(_correlation(heard.astype(float), piece)))


PIECE_SAMPLES, DRIFT_SAMPLES, MAX_SAMPLES = 2000, 1200, 32_000  # samples: a quarter of a second, 0.15 s, four seconds


def likeness_in_pieces(heard: np.ndarray, prompt: np.ndarray) -> float:
    """Return the likeness for audio from a browser's jitter buffer, which stretches and shortens sound here and there:
    the mean correlation of the prompt's quarter seconds, each near its place. It is above 0.75 for the same prompt. On
    a busy machine, whose browser loses pieces, it is still more than 0.1 above every other prompt. Other speech stays
    below 0.4, and a sentence with half of its words in common is 0.15 below."""
    begin = int(np.argmax(np.abs(prompt) > 200))
    words, sound = prompt[begin : begin + MAX_SAMPLES].astype(float), heard.astype(float)
    together, pieces = np.zeros(len(sound)), 0
    for at in range(0, min(len(words), len(sound)) - PIECE_SAMPLES, PIECE_SAMPLES):
        piece = words[at : at + PIECE_SAMPLES]
        if np.sqrt(np.mean(piece**2)) < 300:  # all pauses are alike
            continue
        near = _largest_around(_correlation(sound, piece), DRIFT_SAMPLES)[at:]
        together[: len(near)] += near
        pieces += 1
    return float(np.max(together, initial=0.0)) / max(pieces, 1)


def _correlation(sound: np.ndarray, piece: np.ndarray) -> np.ndarray:
    """Return the correlation of the piece with every place of the sound, between -1 and 1."""
    size = 1 << (len(sound) + len(piece)).bit_length()
    product = np.fft.irfft(np.fft.rfft(sound, size) * np.conj(np.fft.rfft(piece, size)), size)
    energy = np.concatenate(([0.0], np.cumsum(sound**2)))
    there = np.sqrt(np.maximum(energy[len(piece) :] - energy[: -len(piece)], 1.0))
    return np.asarray(product[: len(there)] / there / np.linalg.norm(piece))


def _largest_around(values: np.ndarray, reach: int) -> np.ndarray:
    """Return for every place the largest value at most `reach` away."""
    width = 2 * reach + 1
    padded = np.full(len(values) + 2 * reach + (-(len(values) + 2 * reach)) % width, -1.0)
    padded[reach : reach + len(values)] = values
    rows = padded.reshape(-1, width)
    to_the_left = np.maximum.accumulate(rows, axis=1).ravel()
    to_the_right = np.maximum.accumulate(rows[:, ::-1], axis=1)[:, ::-1].ravel()
    return np.maximum(to_the_right[: len(values)], to_the_left[width - 1 : width - 1 + len(values)])


Measure = Callable[[np.ndarray, np.ndarray], float]


def likenesses(
    heard: np.ndarray, folder: Path, names: Iterable[str], measure: Measure = likeness
) -> dict[tuple[str, str], float]:
    """Return the likeness of each prompt, by language and name. `folder` has the prompts that are played."""
    wanted = [(language, name) for language in ("zh-CN", "en") for name in names]
    return {
        (language, name): measure(heard, samples_of(folder / language / f"{name}.wav")) for language, name in wanted
    }


def which(
    likenesses: dict[tuple[str, str], float], enough: float = MIN_LIKENESS, lead: float = 0
) -> tuple[str, str] | None:
    """Return language and name of the prompt that is at least `lead` above every other, or None."""
    best = max(likenesses, key=lambda one: likenesses[one])
    second = max((value for one, value in likenesses.items() if one != best), default=0.0)
    return best if likenesses[best] > enough and likenesses[best] - second >= lead else None
