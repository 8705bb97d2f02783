"""Settings of the server: environment variables `LINKUS_*` only (docs/contracts/environment.md)."""

from __future__ import annotations

from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from linkus.kit import setting_rules as rules
from linkus.kit.addresses import Network, addresses_of, family, hosts_of, in_url, is_loopback, networks, split

PORTAL_PORT = 8088
LINKUS_PORT = 8111  # fixed by the manual (OV-2); there is no setting for it
SIP_PORT = 5060
SIP_TLS_PORT = 5061
BRAIN_PORT = 8089
EDGE_WS_PORT = 8090
EDGE_RPC_PORT = 8091
EDGE_CORE_PORT = 5070
CORE_SIP_PORT = 5080
CORE_AMI_PORT = 5038
RTPENGINE_NG_PORT = 2223

REALM = "linkus"  # of SIP digests; not the domain, so that phones keep working when the domain changes


class Settings(BaseSettings):
    """Settings that an operator may change. An empty variable counts as unset. Paths are absolute after validation."""

    model_config = SettingsConfigDict(env_prefix="LINKUS_", extra="ignore", env_ignore_empty=True)

    home: Path = Path("var")
    host: Annotated[str, AfterValidator(rules.host)] = "127.0.0.1"
    public_address: Annotated[str, AfterValidator(rules.public_address)] = ""
    public_url: Annotated[str, AfterValidator(rules.public_url)] = ""
    local_networks: Annotated[str, AfterValidator(rules.network_list)] = ""
    trusted_proxies: Annotated[str, AfterValidator(rules.network_list)] = ""
    domain: Annotated[str, AfterValidator(rules.domain)] = ""
    tls_cert: Path | None = None
    tls_key: Path | None = None
    database_url: Annotated[str, AfterValidator(rules.database_url)] = Field(default="", repr=False)
    admin_username: str = ""
    admin_password: str = Field(default="", repr=False)
    engine: Literal["on", "off"] = "on"
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    def model_post_init(self, context: object) -> None:
        self.home = self.home.resolve()

    @property
    def hosts(self) -> tuple[str, ...]:
        """Return the addresses of LINKUS_HOST. `0.0.0.0` and `::` stand for all addresses."""
        return hosts_of(self.host)

    @property
    def is_loopback(self) -> bool:
        """Return whether all hosts are loopback. Plain HTTP is allowed only then (docs/contracts/environment.md)."""
        return all(map(is_loopback, self.hosts))

    @property
    def internal_host(self) -> str:
        """Return the address for internal traffic. A loopback host is used as it is, so that instances can run side by
        side."""
        own = (host for host in self.hosts if is_loopback(host) and family(host) == 4)
        return next(own, "127.0.0.1") if self.is_loopback else "127.0.0.1"

    @property
    def uses_tls(self) -> bool:
        return not self.is_loopback or self.tls_cert is not None

    @property
    def has_secure_pages(self) -> bool:
        """Return whether browsers see HTTPS, from this server or from a reverse proxy."""
        return self.uses_tls or self.public_url.startswith("https:")

    @property
    def proxies(self) -> tuple[Network, ...]:
        """Return the proxies that are trusted to report client addresses, besides nginx (LINKUS_TRUSTED_PROXIES)."""
        return networks(split(self.trusted_proxies))

    @cached_property
    def public_name(self) -> str:
        """Return the host name or address of this server for links and phones, as written in a URL. Never a wildcard
        address."""
        if self.domain or self.host == "localhost":
            return in_url(self.domain) if self.domain else self.host
        return in_url(addresses_of(self.host, self.public_address).advertised)

    @property
    def portal_url(self) -> str:
        """Return the base URL of portal and web client, without a trailing slash."""
        return self.public_url or f"{'https' if self.uses_tls else 'http'}://{self.public_name}:{PORTAL_PORT}"

    @property
    def linkus_url(self) -> str:
        return f"{'https' if self.uses_tls else 'http'}://{self.public_name}:{LINKUS_PORT}"

    @cached_property
    def origins(self) -> tuple[str, ...]:
        """Return the configured origins of this server's pages. The Host of a request is checked separately (RFC
        6454)."""
        return tuple(dict.fromkeys((self.portal_url, self.linkus_url)))

    @property
    def database(self) -> str:
        """Return the SQLAlchemy URL with the async driver."""
        return rules.with_driver(self.database_url or f"sqlite:///{self.home / 'linkus.db'}")


@lru_cache
def get_settings() -> Settings:
    return Settings()
