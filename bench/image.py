"""Measures building the engine's image, from Debian's packages to the last prompt, as a first `make run` does."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator

from bench.figures import Figure
from bench.instance import Instance

LIMIT_SECONDS = 90


def image(instance: Instance) -> Iterator[Figure]:
    """Build it in its own home. The time depends on the network as much as on the machine."""
    home = instance.home / "bench" / "image"
    home.mkdir(parents=True)
    begun = time.monotonic()
    environment = {**os.environ, "LINKUS_HOME": str(home)}
    subprocess.run([sys.executable, "-m", "linkus", "image"], env=environment, check=True, capture_output=True)
    yield Figure("engine_image", time.monotonic() - begun, "s", "limit", LIMIT_SECONDS)
