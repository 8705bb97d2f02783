"""Remembers ended channels for a while: the core may still ask for a plan of one, or report about it late."""

from __future__ import annotations

from linkus.call.call_state import Channel

MAX_CHANNELS = 200


class EndedChannels:
    def __init__(self) -> None:
        self._channels: dict[str, Channel] = {}

    def remember(self, channel: Channel) -> None:
        self._channels[channel.name] = channel
        if len(self._channels) > MAX_CHANNELS:
            del self._channels[next(iter(self._channels))]

    def forget_all(self) -> None:
        self._channels.clear()

    def identity(self, name: str) -> tuple[str, str]:
        """Return the number and kind of the channel's owner, empty if it is not remembered."""
        channel = self._channels.get(name)
        return (channel.number, channel.kind) if channel else ("", "")

    def has_ended(self, name: str, unique: str) -> bool:
        """Return whether this channel has ended. A restarted core reuses names: `unique` tells the channels apart."""
        channel = self._channels.get(name)
        return channel is not None and (not unique or not channel.unique or channel.unique == unique)
