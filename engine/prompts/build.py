"""Speaks the prompts. Run inside the engine image: python3 build.py prompts.json <folder>

For each text `<folder>/<language>/<name>.wav` (8 kHz, for G.711) and `.wav16` (16 kHz, for G.722 and Opus): 16 bit,
mono, the formats that Asterisk plays without asking. A company's own recordings replace them (docs/contracts/plan.md).
"""

import json
import subprocess
import sys
from pathlib import Path

VOICES = {"zh-CN": ("cmn", 170), "en": ("en-us", 155)}
RATES = {".wav": 8000, ".wav16": 16000}
# A little silence in front: the first packets of early media may come before the caller's end listens.
BEFORE, AFTER = "0.3", "0.5"


def speak(text: str, language: str) -> bytes:
    """The text as a wav file. It goes by standard input: the image may have no locale for an argument in Chinese."""
    voice, words_a_minute = VOICES[language]
    command = ["espeak-ng", "-b", "1", "-v", voice, "-s", str(words_a_minute), "--stdin", "--stdout"]
    return subprocess.run(command, input=text.encode(), capture_output=True, check=True).stdout  # noqa: S603 texts and programs are our own


def write(spoken: bytes, target: Path, rate: int) -> None:
    # espeak-ng does not know the length when it writes the header, hence --ignore-length.
    command = ["sox", "--ignore-length", "-t", "wav", "-", "-t", "wav", "-r", str(rate), "-b", "16", "-c", "1"]
    effects = ["norm", "-3", "pad", BEFORE, AFTER]
    subprocess.run([*command, str(target), *effects], input=spoken, check=True)  # noqa: S603 as above


def build(recipe: Path, folder: Path) -> int:
    texts = json.loads(recipe.read_text(encoding="utf-8"))
    for name, languages in texts.items():
        for language, text in languages.items():
            spoken = speak(text, language)
            (folder / language).mkdir(parents=True, exist_ok=True)
            for suffix, rate in RATES.items():
                write(spoken, folder / language / f"{name}{suffix}", rate)
    return len(texts)


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]))
