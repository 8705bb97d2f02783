import { afterEach, describe, expect, it, vi } from "vitest";
import { preferCodecs, preferredCodecs, reorderFormats } from "./codecs";

const codec = (mimeType: string, clockRate = 8000) => ({ mimeType, clockRate });
const BROWSER = [
  codec("audio/opus", 48000),
  codec("audio/red", 48000),
  codec("audio/G722"),
  codec("audio/PCMU"),
  codec("audio/PCMA"),
  codec("audio/CN"),
  codec("audio/telephone-event", 48000),
  codec("audio/telephone-event"),
];
const names = (order: string[]) => preferredCodecs(BROWSER, order).map(({ mimeType }) => mimeType);
const KEYS = ["audio/telephone-event", "audio/telephone-event"];

describe("preferredCodecs", () => {
  it("puts the chosen one first", () => {
    expect(names(["pcma", "opus", "g722", "pcmu"])).toEqual([
      "audio/PCMA",
      "audio/opus",
      "audio/G722",
      "audio/PCMU",
      ...KEYS,
    ]);
  });

  it("offers one alone, with the keys", () => {
    expect(names(["g722"])).toEqual(["audio/G722", ...KEYS]);
  });

  it("leaves the browser's own when it has none of them", () => {
    expect(names(["ilbc"])).toEqual([]);
    expect(preferredCodecs([], ["opus"])).toEqual([]);
  });
});

describe("reorderFormats", () => {
  const offer = (formats: string) =>
    `v=0\r\nm=audio 12000 UDP/TLS/RTP/SAVPF ${formats}\r\na=rtpmap:107 opus/48000/2\r\na=rtpmap:101 telephone-event/8000\r\n`;

  it("puts the chosen one first, also when it needs no rtpmap", () => {
    expect(reorderFormats(offer("107 9 0 8 101"), ["pcma", "opus", "g722", "pcmu"])).toBe(offer("8 107 9 0 101"));
  });

  it("leaves the rest in the order of the offer", () => {
    expect(reorderFormats(offer("9 0 8 107 101"), ["opus"])).toBe(offer("107 9 0 8 101"));
  });

  it("changes nothing without a choice, or without audio", () => {
    expect(reorderFormats(offer("107 9 0 8 101"), [])).toBe(offer("107 9 0 8 101"));
    expect(reorderFormats("v=0\r\n", ["opus"])).toBe("v=0\r\n");
  });
});

describe("preferCodecs", () => {
  afterEach(() => void vi.unstubAllGlobals());
  const connection = (transceiver: object) =>
    ({ getTransceivers: () => [{ receiver: { track: { kind: "audio" } }, ...transceiver }] }) as never;

  it("tells the browser", () => {
    vi.stubGlobal("RTCRtpReceiver", { getCapabilities: () => ({ codecs: BROWSER }) });
    const told = vi.fn();
    expect(preferCodecs(connection({ setCodecPreferences: told }), ["pcma"])).toBe(true);
    expect(told.mock.calls[0]?.[0][0].mimeType).toBe("audio/PCMA");
  });

  it("says when a browser cannot be told: it has no capabilities, or no preferences (Firefox before 128)", () => {
    vi.stubGlobal("RTCRtpReceiver", {});
    expect(preferCodecs(connection({ setCodecPreferences: () => {} }), ["pcma"])).toBe(false);
    vi.stubGlobal("RTCRtpReceiver", { getCapabilities: () => ({ codecs: BROWSER }) });
    expect(preferCodecs(connection({}), ["pcma"])).toBe(false);
  });
});
