import { describe, expect, it } from "vitest";
import { isOnCurrentWay, mediaStats, receivedPackets } from "./stats";

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

describe("isOnCurrentWay", () => {
  const connection = (used: { here?: string; there?: string }, state = "connected") =>
    ({
      iceConnectionState: state,
      localDescription: { sdp: "v=0\r\na=ice-ufrag:New1\r\n" },
      remoteDescription: { sdp: "v=0\r\na=ice-ufrag:New2\r\n" },
      getStats: async () =>
        new Map([
          ["T", { id: "T", type: "transport", selectedCandidatePairId: "P" }],
          ["P", { id: "P", type: "candidate-pair", localCandidateId: "L", remoteCandidateId: "R" }],
          ["L", { id: "L", type: "local-candidate", ...(used.here && { usernameFragment: used.here }) }],
          ["R", { id: "R", type: "remote-candidate", ...(used.there && { usernameFragment: used.there }) }],
        ]),
    }) as unknown as RTCPeerConnection;

  it("is so when the pair in use is of the last negotiation, or the browser does not tell", async () => {
    expect(await isOnCurrentWay(connection({ here: "New1", there: "New2" }))).toBe(true);
    expect(await isOnCurrentWay(connection({}))).toBe(true);
  });

  it("is not so while the browser goes on with a way from before at either end, or has none", async () => {
    expect(await isOnCurrentWay(connection({ here: "Old1", there: "New2" }))).toBe(false);
    expect(await isOnCurrentWay(connection({ here: "New1", there: "Old2" }))).toBe(false);
    expect(await isOnCurrentWay(connection({ here: "New1", there: "New2" }, "disconnected"))).toBe(false);
  });
});

it("receivedPackets counts those of all sources", async () => {
  const connection = (reports: object[]) =>
    ({ getStats: async () => new Map(reports.map((report, at) => [at, report])) }) as unknown as RTCPeerConnection;
  const reports = [
    { type: "inbound-rtp", packetsReceived: 5 },
    { type: "inbound-rtp", packetsReceived: 9 },
    { type: "outbound-rtp" },
  ];
  expect(await receivedPackets(connection(reports))).toBe(14);
  expect(await receivedPackets(connection([]))).toBeNull();
});
