"""Defines plain values: the facts that plans are made from, and the plans themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from linkus.call.types import Action, Origin, Party
from linkus.kit.kinds import SipKind
from linkus.kit.messages import DEFAULT_LANGUAGE, Language
from linkus.paging.rules import Permission
from linkus.route.rules import Inbound, Outbound, RouteTrunk


@dataclass(frozen=True, slots=True)
class Group:
    """Describes a paging group and its current members."""

    number: str
    name: str = ""
    two_way: bool = False
    permission: Permission = field(default_factory=Permission)
    members: tuple[Party, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """Holds the facts of a call. For a call from outside (`caller_kind` trunk), `inbound` is the matching route, and
    callee and group are its destination. For any other call, callee and group have the dialled number, and `outbound`
    is the matching route."""

    caller: Party | None  # None: unknown to this PBX
    caller_kind: str
    dialled: str
    callee: Party | None = None  # None: no extension has this number
    group: Group | None = None
    outbound: Outbound | None = None
    inbound: Inbound | None = None
    handed_on_by: Party | None = None  # who transferred this caller; their rights then apply
    handed_on_kind: str = ""  # the client with which they did so
    hidden_from: frozenset[str] = frozenset()  # numbers of called extensions that may not see the caller


@dataclass(frozen=True, slots=True)
class Reason:
    """Explains a decision: a code of the message catalogue and the parameters of its text."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LegChoice:
    """Says whether a client rings, and why. `kind` is None for a user without a registered client."""

    number: str
    kind: SipKind | None
    rings: bool
    reason: Reason
    on_call: bool = False

    @property
    def target(self) -> str:
        return f"{self.number}.{self.kind}"


@dataclass(frozen=True, slots=True)
class Destination:
    """Names the called side for the call's record."""

    number: str
    name: str = ""
    extension_id: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Describes the answer to the core. `targets` are identities such as `1002.web`. `steps` and `legs` say why."""

    action: Action
    language: Language = DEFAULT_LANGUAGE
    targets: tuple[str, ...] = ()
    timeout: int = 0
    cid_num: str = ""
    cid_name: str = ""
    prompt: str = ""
    cause: int = 0
    waiting: bool = False  # CW-3: the caller hears the call-waiting prompt while it rings
    origin: Origin = "internal"
    page: str = ""
    duplex: bool = False
    trunks: tuple[RouteTrunk, ...] = ()  # in the order of trying
    number: str = ""  # as sent to the provider
    mailbox: str = ""
    did_number: str = ""
    did_name: str = ""
    destination: Destination | None = None
    steps: tuple[Reason, ...] = field(default=(), compare=False)
    legs: tuple[LegChoice, ...] = field(default=(), compare=False)
