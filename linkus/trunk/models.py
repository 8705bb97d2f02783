from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from linkus.kit.clock import now
from linkus.kit.database import Base, UTCDateTime


class Trunk(Base):
    """A line to a SIP provider. `register`: we register and log in there; `peer`: both sides know each other's address.

    The table does not hold the present state: the edge reports it, and `trunk.status_registry` keeps it in memory.
    """

    __tablename__ = "trunk"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(63), unique=True)
    kind: Mapped[str] = mapped_column(String(10))  # register, peer
    host: Mapped[str] = mapped_column(String(255))
    port: Mapped[int] = mapped_column(default=5060)
    transport: Mapped[str] = mapped_column(String(5), default="udp")  # udp, tcp, tls
    domain: Mapped[str] = mapped_column(String(255), default="")  # of our own address there; empty: the host
    username: Mapped[str] = mapped_column(String(63), default="")
    auth_name: Mapped[str] = mapped_column(String(63), default="")  # empty: the user name
    password_sealed: Mapped[str] = mapped_column(String(400), default="")
    codecs: Mapped[list[str]] = mapped_column(JSON)  # in order of preference
    caller_id: Mapped[str] = mapped_column(String(31), default="")  # shown to the called party; empty: the extension's
    caller_id_name: Mapped[str] = mapped_column(String(63), default="")
    # `from`: caller in From; `pai`: account in From, and caller in P-Asserted-Identity (RFC 3325)
    caller_id_header: Mapped[str] = mapped_column(String(5), default="from")
    max_calls: Mapped[int] = mapped_column(default=0)  # 0: no limit
    enabled: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now, onupdate=now)
