"""Rate limits for messages per source, in memory of a fixed size. Does not import Kamailio.

A sender who has proved nothing must not make the edge allocate memory: UDP source addresses can be forged by the
million. So sources are counted in a count-min sketch (a few rows of counters, chosen by a keyed hash of the source).
Two sources may share a counter in one row, but hardly in all rows. A source is over its limit when its smallest
counter is.
"""

from array import array
from hashlib import blake2b
from typing import NamedTuple

from edge_addresses import site_of

WINDOW_SECONDS = 10
SKETCH_ROWS = 3
SKETCH_COLUMNS = 4_096

# Messages per window. Each of the edge's processes counts for itself.
MAX_STRANGER_MESSAGES = 300  # an address without a valid credential so far, or one port of an office
MAX_MESSAGES_OF_ALL_STRANGERS = 10_000  # all such addresses together
MAX_KNOWN_ADDRESS_MESSAGES = 3_000  # an address that has sent a valid credential: an office
MAX_KNOWN_SOURCE_MESSAGES = 600  # the exact address and port that has sent one
MAX_KNOWN_WEBSOCKET_MESSAGES = 600  # a WebSocket with a registered client
MAX_NEW_WEBSOCKET_MESSAGES = 400  # a WebSocket without one; above the limit of its requests (edge_routing)
UNIT_BYTES = 2_048  # a long message counts as several, because it takes longer to read
MAX_PROVIDER_MESSAGES = 6_000  # a provider's address, which is no secret: anybody may forge it in datagrams


class CountMinSketch:
    """Counts by name in the current window."""

    def __init__(self, salt: bytes) -> None:
        self._salt = salt
        self.clear()

    def add(self, name: str, units: int = 1) -> int:
        """Count `units` more of `name`. Return an upper bound of its count."""
        digest = blake2b(name.encode(), digest_size=2 * SKETCH_ROWS, key=self._salt).digest()
        least = 1 << 62
        for index, row in enumerate(self._rows):
            column = int.from_bytes(digest[2 * index : 2 * index + 2]) % SKETCH_COLUMNS
            row[column] += units
            least = min(least, row[column])
        return least

    def clear(self) -> None:
        self._rows = [array("L", bytes(array("L").itemsize * SKETCH_COLUMNS)) for _ in range(SKETCH_ROWS)]


class Source(NamedTuple):
    address: str
    port: int
    is_known_source: bool
    is_known_address: bool
    is_provider: bool = False


class MessageRateLimiter:
    """Decides for each message whether its source may still be heard in this window of ten seconds."""

    def __init__(self, salt: bytes) -> None:
        # Separate counters: a counter shared with a million forged names nears its limit through no fault of the
        # source.
        self._sources, self._sites, self._ports, self._proven, self._websockets = (
            CountMinSketch(salt) for _ in range(5)
        )
        self._strangers = self._proven_strangers = 0
        self._window = 0

    def allows(self, source: Source, now: float) -> bool:
        """Return whether the source is within its budget. A known source has its own budget, so a stranger behind the
        same address costs it nothing. One port gets no more of an office's budget than a stranger has. So neither a
        faulty device nor a forged address and port can use up the budget of all others."""
        self._begin_window(now)
        if source.is_provider:
            return self._sites.add(f"provider {source.address}") <= MAX_PROVIDER_MESSAGES
        name = f"{source.address} {source.port}"
        if source.is_known_source and self._sources.add(name) <= MAX_KNOWN_SOURCE_MESSAGES:
            return True
        site = site_of(source.address)
        if source.is_known_address:
            return (
                self._ports.add(name) <= MAX_STRANGER_MESSAGES and self._sites.add(site) <= MAX_KNOWN_ADDRESS_MESSAGES
            )
        if self._sites.add(site) > MAX_STRANGER_MESSAGES or self._strangers >= MAX_MESSAGES_OF_ALL_STRANGERS:
            return False
        self._strangers += 1
        return True

    def allows_proven(self, source: Source, now: float) -> bool:
        """Decide about a message beyond the budget whose sender has proved to be at its address (edge_nonce). Senders
        who only forge this address in datagrams cannot use up this budget."""
        self._begin_window(now)
        count = self._proven.add(site_of(source.address))
        if source.is_known_address:
            return count <= MAX_KNOWN_ADDRESS_MESSAGES
        if count > MAX_STRANGER_MESSAGES or self._proven_strangers >= MAX_MESSAGES_OF_ALL_STRANGERS:
            return False
        self._proven_strangers += 1
        return True

    def allows_websocket(self, name: str, length: int, now: float, *, is_known: bool) -> bool:
        """Decide about a message of `length` bytes over a WebSocket. All WebSockets come from nginx: `name` is nginx's
        end of the connection, and `is_known` says that a client has registered over it."""
        self._begin_window(now)
        units = 1 + length // UNIT_BYTES
        count = self._websockets.add(name, units)
        if is_known:
            return count <= MAX_KNOWN_WEBSOCKET_MESSAGES
        if count > MAX_NEW_WEBSOCKET_MESSAGES or self._strangers >= MAX_MESSAGES_OF_ALL_STRANGERS:
            return False
        self._strangers += units
        return True

    def _begin_window(self, now: float) -> None:
        window = int(now) // WINDOW_SECONDS
        if window != self._window:
            self._window, self._strangers, self._proven_strangers = window, 0, 0
            for counter in (self._sources, self._sites, self._ports, self._proven, self._websockets):
                counter.clear()


class OutputLimiter:
    """Lets log lines or events through a limited number of times per window. Counts the others."""

    def __init__(self, limit: int, limit_of_name: int, salt: bytes) -> None:
        self._limit, self._limit_of_name = limit, limit_of_name
        self._counter = CountMinSketch(salt)
        self._passed = self._window = 0
        self.held_back = 0

    def allows(self, name: str, now: float) -> bool:
        window = int(now) // WINDOW_SECONDS
        if window != self._window:
            self._window, self._passed = window, 0
            self._counter.clear()
        if self._counter.add(name) > self._limit_of_name or self._passed >= self._limit:
            self.held_back += 1
            return False
        self._passed += 1
        return True
