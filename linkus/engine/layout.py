"""Where the engine's files are, and on which addresses its programs listen."""

from dataclasses import dataclass
from pathlib import Path

from linkus.kit.addresses import Addresses, addresses_of, hosts_of, is_loopback
from linkus.kit.settings import Settings

REPOSITORY = Path(__file__).resolve().parents[2]
WEB = REPOSITORY / "web" / "apps"

# A container (deploy/Dockerfile) carries the programs in its own root and says so here.
NATIVE_MARKER = Path("/etc/linkus/engine.toml")


@dataclass(frozen=True, slots=True)
class Layout:
    """What the engine needs to know of the instance it belongs to."""

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
    origins: tuple[str, ...] = ()  # of our own pages, beside the host that a request names

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
        """Where the core writes down what happens to calls."""
        return self.run / "asterisk" / "journal.jsonl"

    @property
    def voicemail_box(self) -> Path:
        """Where the core records messages; the brain takes them from there."""
        return self.run / "asterisk" / "voicemail"

    @property
    def brain_socket(self) -> Path:
        """Where nginx reaches the brain."""
        return self.run / "nginx" / "brain.sock"

    @property
    def edge_events_socket(self) -> Path:
        """Where the edge tells the brain what happens."""
        return self.run / "kamailio" / "brain.sock"

    @property
    def keys(self) -> Path:
        return self.home / "keys"

    @property
    def tls(self) -> bool:
        """Plain HTTP is for loopback only (DESIGN.md, Contracts); a certificate that is given is used anywhere."""
        return self.tls_cert is not None or not all(map(is_loopback, hosts_of(self.host)))

    @property
    def addresses(self) -> Addresses:
        """Where this instance listens on the machine as it is now, and what peers are told."""
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
