"""Reads the versions of the programs and checks that they are new enough."""

import asyncio
import re
from dataclasses import dataclass

from linkus.engine.sandbox import ENVIRONMENT, Sandbox

# The configuration in engine/ is written for Asterisk 22, Kamailio 6 and rtpengine 12, and tested with them.
MINIMUM = {"rtpengine": 12, "kamailio": 6, "asterisk": 22, "nginx": 1}
_COMMANDS = {
    # its default configuration needs an interface besides loopback, and takes 10 s to fail without one
    "rtpengine": ["rtpengine", "--config-file=none", "--version"],
    "kamailio": ["kamailio", "-v"],
    "asterisk": ["asterisk", "-V"],
    "nginx": ["nginx", "-v"],
}


@dataclass(frozen=True, slots=True)
class Version:
    name: str
    version: str | None
    minimum: int

    @property
    def too_old(self) -> bool:
        return self.version is not None and int(self.version.split(".")[0]) < self.minimum


def parse_version(output: str) -> str | None:
    """Return the first dotted number, as in 'Asterisk 22.10.1+dfsg', 'version: kamailio 6.1.5 (x86_64)',
    'nginx/1.30.6'."""
    found = re.search(r"\d+(?:\.\d+)+", output)
    return found.group(0) if found else None


async def _ask(sandbox: Sandbox, name: str) -> Version:
    process = await asyncio.create_subprocess_exec(
        *sandbox.command(_COMMANDS[name]),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=ENVIRONMENT,
    )
    output, _ = await process.communicate()
    version = parse_version(output.decode(errors="replace")) if process.returncode == 0 else None
    return Version(name, version, MINIMUM[name])


async def read_versions(sandbox: Sandbox) -> dict[str, Version]:
    """Ask each program for its version. A package list would not tell what really runs."""
    versions = await asyncio.gather(*(_ask(sandbox, name) for name in _COMMANDS))
    return {version.name: version for version in versions}
