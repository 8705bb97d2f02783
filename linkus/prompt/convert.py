"""Runs sound.py on uploaded files."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from dataclasses import dataclass

import structlog

from linkus.kit.errors import FieldError, ValidationFailed
from linkus.kit.waiting import wait_with_timeout

log = structlog.get_logger("prompt")
MAX_UPLOAD_BYTES = 10 * 1024 * 1024
CONVERT_TIMEOUT_SECONDS = 60.0
_turn = asyncio.Semaphore(2)


@dataclass(frozen=True)
class Recording:
    """Holds a recording as 16-bit mono WAV."""

    seconds: float
    wide: bytes  # 16 kHz
    narrow: bytes  # 8 kHz


def _refused(code: str, **params: object) -> ValidationFailed:
    return ValidationFailed(fields={"file": FieldError(code, params)})


async def convert(data: bytes) -> Recording:
    """Convert an uploaded file. Raise ValidationFailed at `file` if it cannot be played."""
    if not data:
        raise ValidationFailed(fields={"file": FieldError("prompt_empty")})
    if len(data) > MAX_UPLOAD_BYTES:
        too_large = FieldError("prompt_too_large", {"megabytes": MAX_UPLOAD_BYTES // 1024 // 1024})
        raise ValidationFailed(fields={"file": too_large})
    async with _turn:
        status, output = await _run(data)
    line, _, bodies = output.partition(b"\n")
    if status != 0 or not line:
        log.error("prompt_not_converted", status=status)
        raise ValidationFailed(fields={"file": FieldError("prompt_not_audio")})
    head = json.loads(line)
    if "code" in head:
        raise _refused(head["code"], **head["params"])
    return Recording(head["seconds"], bodies[: head["wide"]], bodies[head["wide"] :])


async def _run(data: bytes) -> tuple[int | None, bytes]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "linkus.prompt.sound",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        # without our own settings, which may hold passwords. One thread, because this is short work beside calls
        env={"PATH": os.defpath, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "OPENBLAS_NUM_THREADS": "1"},
    )
    try:
        output, _ = await wait_with_timeout(process.communicate(data), CONVERT_TIMEOUT_SECONDS)
    except TimeoutError:
        return None, b""
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode, output
