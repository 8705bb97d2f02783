/** Codecs by the server's names: those that browsers speak and the server transcodes. */
export type AudioCodec = "opus" | "g722" | "pcmu" | "pcma";

type Codec = RTCRtpCodec;

const nameOf = (mimeType: string) => mimeType.replace(/^audio\//i, "").toLowerCase();

/**
 * What of the browser's codecs to offer, first to last, for `setCodecPreferences`; keys stay possible (RFC 4733).
 * Empty, which means the browser's own order, when it has none of the chosen ones: a call with another codec is worth
 * more than a call that fails.
 */
export function preferredCodecs(capabilities: readonly Codec[], order: readonly string[]): Codec[] {
  const chosen = order.flatMap((name) => capabilities.filter((codec) => nameOf(codec.mimeType) === name));
  if (chosen.length === 0) return [];
  return [...chosen, ...capabilities.filter((codec) => nameOf(codec.mimeType) === "telephone-event")];
}

/** Those of `order` that this browser has. One that does not tell is taken to have all of them. */
export function codecsHere(order: readonly string[]): string[] {
  // Older Firefox has no such question.
  const receiver = RTCRtpReceiver as { getCapabilities?: typeof RTCRtpReceiver.getCapabilities };
  const known = receiver.getCapabilities?.("audio")?.codecs;
  return known ? order.filter((name) => known.some((codec) => nameOf(codec.mimeType) === name)) : [...order];
}

/**
 * For the next offer or answer of this connection. False when this browser cannot be told (Firefox before 128): then
 * `reorderFormats` puts the order into the description that is sent.
 */
export function preferCodecs(connection: RTCPeerConnection, order: readonly string[]): boolean {
  if (order.length === 0) return true;
  const receiver = RTCRtpReceiver as { getCapabilities?: typeof RTCRtpReceiver.getCapabilities };
  if (!receiver.getCapabilities) return false;
  const codecs = preferredCodecs(receiver.getCapabilities("audio")?.codecs ?? [], order);
  if (codecs.length === 0) return true;
  let told = false;
  for (const transceiver of connection.getTransceivers()) {
    if (transceiver.receiver.track.kind !== "audio" || !("setCodecPreferences" in transceiver)) continue;
    transceiver.setCodecPreferences(codecs);
    told = true;
  }
  return told;
}

/**
 * A description of the other side with its audio formats in our order. A browser sends by the order of what it got,
 * whatever its preferences: so our choice has to come first there too. The server sends what it receives.
 */
export function reorderFormats(sdp: string, order: readonly string[]): string {
  const names = new Map([...sdp.matchAll(/^a=rtpmap:(\d+) ([^/\s]+)/gm)].map((map) => [map[1], map[2]?.toLowerCase()]));
  // RFC 3551, table 4: formats that need no rtpmap
  for (const [format, name] of [["0", "pcmu"] as const, ["8", "pcma"] as const, ["9", "g722"] as const])
    if (!names.has(format)) names.set(format, name);
  const rank = (format: string) => {
    const at = order.indexOf(names.get(format) ?? "");
    return at < 0 ? order.length : at;
  };
  return sdp.replace(/^(m=audio \d+ \S+) ([\d ]+)/m, (_line, start: string, formats: string) => {
    const sorted = formats
      .trim()
      .split(" ")
      .sort((a, b) => rank(a) - rank(b));
    return `${start} ${sorted.join(" ")}`;
  });
}
