"""Converts an uploaded recording to the files that the core plays.

convert.py runs it as a program, so that decoders of untrusted files stay out of the control server's process. Any
damage that they do ends with the program.

Reads the file from standard input. Writes a line of JSON and, on success, the two WAV files after it.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile  # type: ignore[import-untyped]  # has none
import soxr  # type: ignore[import-untyped]  # has none

from linkus.kit.errors import FieldError

MAX_PROMPT_SECONDS = 60
WIDE_HERTZ, NARROW_HERTZ = 16000, 8000  # for G.722 and Opus, for G.711
FORMATS = ("WAV", "WAVEX", "RF64", "MP3", "MPEG")
# Spoken prompts have a peak of -3 dB and, during speech, a level of -20 dB. An upload gets as near to that as its peaks
# allow, so that all prompts are equally loud.
PEAK, LEVEL = 10 ** (-3 / 20), 10 ** (-20 / 20)
SILENCE_AMPLITUDE = 10 ** (-60 / 20)
# as in engine/prompts/build.py: the first packets of early media may arrive before the caller's side listens
SILENCE_BEFORE_SECONDS, SILENCE_AFTER_SECONDS = 0.3, 0.5
CPU_SECONDS, MEMORY = 30, 2 * 1024**3

Samples = npt.NDArray[np.float32]


class UnusableError(Exception):
    def __init__(self, why: FieldError) -> None:
        super().__init__(why.code)
        self.why = why


@dataclass(frozen=True)
class Sound:
    seconds: float
    wide: bytes
    narrow: bytes


def convert(data: bytes) -> Sound:
    samples, rate = _read(data)
    peak = float(np.abs(samples).max())
    if peak < SILENCE_AMPLITUDE:
        raise UnusableError(FieldError("prompt_silent"))
    samples = samples * gain(samples, rate)
    wide, narrow = _write(samples, rate, WIDE_HERTZ), _write(samples, rate, NARROW_HERTZ)
    return Sound(round(len(samples) / rate, 1), wide, narrow)


def _read(data: bytes) -> tuple[Samples, int]:
    """Decode to mono. Stop a second after the allowed length, whatever length the file claims to have."""
    try:
        with soundfile.SoundFile(io.BytesIO(data)) as file:
            if file.format not in FORMATS:
                raise UnusableError(FieldError("prompt_other_format", {"format": file.format}))
            rate = int(file.samplerate)
            samples = file.read((MAX_PROMPT_SECONDS + 1) * rate, dtype="float32", always_2d=True)
    except soundfile.LibsndfileError as error:
        raise UnusableError(FieldError("prompt_not_audio")) from error
    if len(samples) == 0:
        raise UnusableError(FieldError("prompt_empty"))
    if len(samples) > MAX_PROMPT_SECONDS * rate:
        raise UnusableError(FieldError("prompt_too_long", {"max": MAX_PROMPT_SECONDS}))
    if not np.isfinite(samples).all():
        raise UnusableError(FieldError("prompt_not_audio"))
    mono: Samples = samples.mean(axis=1)
    return mono, rate


def gain(samples: Samples, rate: int) -> float:
    """Return the gain that brings the parts that are not pauses to LEVEL, with no sample above PEAK."""
    frame = max(1, min(len(samples), rate // 50))
    frames = samples[: len(samples) // frame * frame].reshape(-1, frame)
    energies = np.sqrt((frames.astype(np.float64) ** 2).mean(axis=1))
    active = energies[energies >= energies.max() / 30]
    level = float(np.sqrt((active**2).mean()))
    return min(LEVEL / level, PEAK / float(np.abs(samples).max()))


def _write(samples: Samples, rate: int, target: int) -> bytes:
    converted: Samples = soxr.resample(samples, rate, target, quality="HQ") if rate != target else samples
    padded = np.concatenate(
        [np.zeros(int(SILENCE_BEFORE_SECONDS * target)), converted, np.zeros(int(SILENCE_AFTER_SECONDS * target))]
    )
    file = io.BytesIO()
    soundfile.write(file, np.clip(padded, -1, 1), target, format="WAV", subtype="PCM_16")
    return file.getvalue()


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    head: dict[str, Any]
    try:
        sound = convert(sys.stdin.buffer.read())
    except UnusableError as error:
        head, bodies = {"code": error.why.code, "params": error.why.params}, b""
    else:
        head, bodies = {"seconds": sound.seconds, "wide": len(sound.wide)}, sound.wide + sound.narrow
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + bodies)


if __name__ == "__main__":
    main()
