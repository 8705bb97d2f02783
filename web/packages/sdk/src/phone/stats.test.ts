import { expect, it } from "vitest";
import { mediaStats } from "./stats";

const common = [
  { id: "c", type: "codec", mimeType: "audio/opus" },
  { id: "o", type: "outbound-rtp", kind: "audio", packetsSent: 120 },
  { id: "m", type: "media-source", kind: "audio", totalAudioEnergy: 0.5, audioLevel: 0.2 },
  { id: "p", type: "candidate-pair", nominated: true, state: "succeeded", currentRoundTripTime: 0.0234 },
];

it("reads what a present-day browser reports", () => {
  const inbound = {
    id: "i",
    type: "inbound-rtp",
    kind: "audio",
    codecId: "c",
    packetsReceived: 100,
    packetsLost: 2,
    jitter: 0.004,
  };
  expect(mediaStats([...common, { ...inbound, totalAudioEnergy: 0.25, audioLevel: 0.1 }])).toEqual({
    codec: "opus",
    roundTripMs: 23,
    inbound: { packets: 100, lost: 2, jitterMs: 4, audioEnergy: 0.25, audioLevel: 0.1 },
    outbound: { packets: 120, audioEnergy: 0.5, audioLevel: 0.2 },
  });
});

it("finds the energy where Chrome 87 keeps it", () => {
  const inbound = { id: "i", type: "inbound-rtp", kind: "audio", codecId: "c", packetsReceived: 1 };
  const track = { id: "t", type: "track", kind: "audio", remoteSource: true, totalAudioEnergy: 0.75 };
  expect(mediaStats([...common, inbound, track]).inbound.audioEnergy).toBe(0.75);
});

it("is all zero before there is media", () => {
  expect(mediaStats([])).toMatchObject({
    codec: null,
    roundTripMs: null,
    inbound: { packets: 0 },
    outbound: { packets: 0 },
  });
});
