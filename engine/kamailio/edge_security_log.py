"""Writes attempts of strangers to the security log, a limited number of lines for each source."""

import time

from edge_addresses import site_of
from edge_log import log_security
from edge_rate_limits import OutputLimiter


class SecurityLog:
    def __init__(self, lines: OutputLimiter) -> None:
        self._lines = lines

    def note(self, event: str, address: str, **fields: object) -> bool:
        """Write a line, unless there are too many already. Return whether it was written."""
        if not self._lines.allows(f"{event} {site_of(address)}", time.time()):
            return False
        held_back, self._lines.held_back = self._lines.held_back, 0
        log_security(event, address=address, held_back=held_back, **fields)
        return True
