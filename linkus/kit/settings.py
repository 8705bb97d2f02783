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
LINKUS_PORT = 8111  # fixed by the manual (OV-2): there is no setting for it
SIP_PORT = 5060
SIP_TLS_PORT = 5061
BRAIN_PORT = 8089
EDGE_WS_PORT = 8090
EDGE_RPC_PORT = 8091
EDGE_CORE_PORT = 5070
CORE_SIP_PORT = 5080
CORE_AMI_PORT = 5038
RTPENGINE_NG_PORT = 2223

REALM = "linkus"  # of SIP digests; not the domain, so that a new domain name breaks no phone


class Settings(BaseSettings):
    """What an operator may set; an empty variable is one that is not set. Paths are absolute after validation."""

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
        """The addresses of LINKUS_HOST; `0.0.0.0` and `::` stand for all."""
        return hosts_of(self.host)

    @property
    def is_loopback(self) -> bool:
        """Plain HTTP is allowed on loopback only (docs/contracts/environment.md)."""
        return all(map(is_loopback, self.hosts))

    @property
    def internal_host(self) -> str:
        """Where the parts talk to each other: the host itself on loopback, so that instances run side by side."""
        own = (each for each in self.hosts if is_loopback(each) and family(each) == 4)
        return next(own, "127.0.0.1") if self.is_loopback else "127.0.0.1"

    @property
    def uses_tls(self) -> bool:
        return not self.is_loopback or self.tls_cert is not None

    @property
    def has_secure_pages(self) -> bool:
        """Whether browsers see HTTPS: ours, or that of a reverse proxy."""
        return self.uses_tls or self.public_url.startswith("https:")

    @property
    def proxies(self) -> tuple[Network, ...]:
        """Who else is believed about the address of a client (LINKUS_TRUSTED_PROXIES)."""
        return networks(split(self.trusted_proxies))

    @cached_property
    def public_name(self) -> str:
        """What people and phones know this server by, as it stands in a URL: never the address that means all."""
        if self.domain or self.host == "localhost":
            return in_url(self.domain) if self.domain else self.host
        return in_url(addresses_of(self.host, self.public_address).advertised)

    @property
    def portal_url(self) -> str:
        """Base address of portal and web client, without a slash at the end."""
        return self.public_url or f"{'https' if self.uses_tls else 'http'}://{self.public_name}:{PORTAL_PORT}"

    @property
    def linkus_url(self) -> str:
        return f"{'https' if self.uses_tls else 'http'}://{self.public_name}:{LINKUS_PORT}"

    @cached_property
    def origins(self) -> tuple[str, ...]:
        """Where this server's own pages come from, beside the host that a request itself names (RFC 6454)."""
        return tuple(dict.fromkeys((self.portal_url, self.linkus_url)))

    @property
    def database(self) -> str:
        """SQLAlchemy URL with the async driver."""
        return rules.with_driver(self.database_url or f"sqlite:///{self.home / 'linkus.db'}")


@lru_cache
def get_settings() -> Settings:
    return Settings()
