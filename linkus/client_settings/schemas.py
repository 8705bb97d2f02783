"""Request and response models for client settings: one model per kind, distinguished by `kind`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from linkus.client_settings.codecs import Codec
from linkus.kit.fields import Body, Line, Version


class CallSettings(Body):
    """Holds the call settings of any client kind (CW-1, AA-1, AA-3). `auto_answer_delay` is in seconds; 0 means
    immediately."""

    call_waiting: bool = True
    auto_answer: bool = False
    auto_answer_delay: Annotated[int, Field(ge=0, le=60)] = 0
    auto_answer_tone: bool = False
    paging_auto_answer: bool = False
    paging_preempt: bool = False
    paging_tone: bool = False


class ScreenPopMode(StrEnum):
    AUTOMATIC = "automatic"  # incoming calls only
    MANUAL = "manual"


class ScreenPopTrigger(StrEnum):
    RINGING = "ringing"
    ANSWERED = "answered"
    ENDED = "ended"


class ScreenPopSettings(Body):
    """Configures SP-3 to SP-5. `screen_pop_inbound`: calls from outside; `screen_pop_internal`: from colleagues."""

    screen_pop: bool = False
    screen_pop_url: Annotated[Line, Field(max_length=2000)] = ""
    screen_pop_inbound: bool = True
    screen_pop_internal: bool = False
    screen_pop_mode: ScreenPopMode = ScreenPopMode.AUTOMATIC
    screen_pop_trigger: ScreenPopTrigger = ScreenPopTrigger.RINGING


class MobileSettings(CallSettings):
    """Holds the mobile client's settings. `only_this_codec` offers the codec alone, instead of first."""

    codec: Codec = Codec.OPUS
    only_this_codec: bool = False


class DesktopSettings(CallSettings, ScreenPopSettings):
    pass


class WebSettings(CallSettings, ScreenPopSettings):
    pass


AnySettings = MobileSettings | DesktopSettings | WebSettings
MODELS: dict[str, type[MobileSettings] | type[DesktopSettings] | type[WebSettings]] = {
    "mobile": MobileSettings,
    "desktop": DesktopSettings,
    "web": WebSettings,
}


class CodecEffect(BaseModel):
    """Lists the codecs for setCodecPreferences in `offer`, first to last. `fallback`: the chosen one cannot be used."""

    offer: list[Codec]
    fallback: bool


class MobileSettingsView(BaseModel):
    kind: Literal["mobile"] = "mobile"
    version: int
    values: MobileSettings
    codecs: CodecEffect


class DesktopSettingsView(BaseModel):
    kind: Literal["desktop"] = "desktop"
    version: int
    values: DesktopSettings


class WebSettingsView(BaseModel):
    kind: Literal["web"] = "web"
    version: int
    values: WebSettings


class MobileSettingsUpdate(Body):
    kind: Literal["mobile"]
    version: Version
    values: MobileSettings


class DesktopSettingsUpdate(Body):
    kind: Literal["desktop"]
    version: Version
    values: DesktopSettings


class WebSettingsUpdate(Body):
    kind: Literal["web"]
    version: Version
    values: WebSettings


ClientSettingsView = Annotated[MobileSettingsView | DesktopSettingsView | WebSettingsView, Field(discriminator="kind")]
ClientSettingsUpdate = Annotated[
    MobileSettingsUpdate | DesktopSettingsUpdate | WebSettingsUpdate, Field(discriminator="kind")
]


class CodecMode(StrEnum):
    """Names the use of a codec. `pass_through`: the engine relays it, but Linkus clients fall back to another one."""

    USABLE = "usable"
    PASS_THROUGH = "pass_through"  # noqa: S105 - a mode, not a password


class CodecView(BaseModel):
    codec: Codec
    name: str
    mode: CodecMode


class MobileDefault(BaseModel):
    codec: Codec = Codec.OPUS
    only_this_codec: bool = False


class MobileDefaultView(MobileDefault):
    codecs: list[CodecView]
    version: int


class ApplyTo(StrEnum):
    """Selects extensions. `new`: those added from now on; `all`: existing ones, too."""

    NEW = "new"
    ALL = "all"


class MobileDefaultUpdate(Body):
    codec: Codec
    only_this_codec: bool = False
    apply_to: ApplyTo = ApplyTo.NEW
    version: Version


class MobileDefaultSaved(MobileDefaultView):
    """Counts the extensions that received the default, and those with a client or page that was notified then."""

    extensions: int
    connected: int
