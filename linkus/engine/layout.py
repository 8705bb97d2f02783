"""Paths of the engine's files, and the addresses on which its programs listen."""

from dataclasses import dataclass
from pathlib import Path

from linkus.kit.addresses import Addresses, addresses_of, hosts_of, is_loopback
from linkus.kit.settings import Settings

REPOSITORY = Path(__file__).resolve().parents[2]
WEB = REPOSITORY / "web" / "apps"

# Marks a container (deploy/Dockerfile), which has the programs in its own root.
NATIVE_MARKER = Path("/etc/linkus/engine.toml")


@dataclass(frozen=True, slots=True)
class Layout:
    """The engine's view of its instance: paths, addresses and TLS settings."""

    home: Path
    host: str = "127.0.0.1"
    internal: str = "127.0.0.1"
    domain: str | None = None
    tls_cert: Path | None = None
    tls_key: Path | None = None
    native: bool = False
    public: str = ""  # LINKUS_PUBLIC_ADDRESS
    local_networks: str = ""
    proxies: str = ""  # LINKUS_TRUSTED_PROXIES
    public_url: str = ""
    origins: tuple[str, ...] = ()  # of our own pages; the Host of a request counts as well

    @property
    def image(self) -> Path:
        return Path("/") if self.native else self.home / "engine" / "image"

    @property
    def image_record(self) -> Path:
        return NATIVE_MARKER if self.native else self.home / "engine" / "image.toml"

    @property
    def run(self) -> Path:
        return self.home / "engine" / "run"

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def prompts(self) -> Path:
        return self.home / "prompts"

    @property
    def core_journal(self) -> Path:
        """Return the file in which the core records call events."""
        return self.run / "asterisk" / "journal.jsonl"

    @property
    def voicemail_box(self) -> Path:
        """Return the folder in which the core records messages. The brain collects them there."""
        return self.run / "asterisk" / "voicemail"

    @property
    def brain_socket(self) -> Path:
        """Return the socket at which nginx reaches the brain."""
        return self.run / "nginx" / "brain.sock"

    @property
    def edge_events_socket(self) -> Path:
        """Return the socket at which the edge sends its events to the brain."""
        return self.run / "kamailio" / "brain.sock"

    @property
    def keys(self) -> Path:
        return self.home / "keys"

    @property
    def tls(self) -> bool:
        """Return whether to use TLS. Plain HTTP is allowed on loopback only, and a configured certificate is always
        used."""
        return self.tls_cert is not None or not all(map(is_loopback, hosts_of(self.host)))

    @property
    def addresses(self) -> Addresses:
        """Return the addresses on which this instance listens now, and those that it advertises."""
        return addresses_of(self.host, self.public)


def layout_of(settings: Settings) -> Layout:
    return Layout(
        home=settings.home,
        host=settings.host,
        internal=settings.internal_host,
        domain=settings.domain or None,
        tls_cert=settings.tls_cert,
        tls_key=settings.tls_key,
        native=NATIVE_MARKER.exists(),
        public=settings.public_address,
        local_networks=settings.local_networks,
        proxies=settings.trusted_proxies,
        public_url=settings.public_url,
        origins=settings.origins,
    )
