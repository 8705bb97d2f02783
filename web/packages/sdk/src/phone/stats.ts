/** Figures of a call's media since its beginning, read from the browser's own statistics. */
export interface MediaStats {
  codec: string | null;
  roundTripMs: number | null;
  inbound: { packets: number; lost: number; jitterMs: number; audioEnergy: number; audioLevel: number };
  outbound: { packets: number; audioEnergy: number; audioLevel: number };
}

/** The fields of the statistics that are read here; Chrome 87 has all of them but some as parts of other reports. */
interface Report {
  id: string;
  type: string;
  kind?: string;
  packetsReceived?: number;
  packetsSent?: number;
  packetsLost?: number;
  jitter?: number;
  totalAudioEnergy?: number;
  audioLevel?: number;
  codecId?: string;
  mimeType?: string;
  remoteSource?: boolean;
  currentRoundTripTime?: number;
  nominated?: boolean;
  state?: string;
}

export function mediaStats(reports: Iterable<Report>): MediaStats {
  const all = [...reports];
  const inbound = all.find((r) => r.type === "inbound-rtp" && r.kind === "audio");
  const outbound = all.find((r) => r.type === "outbound-rtp" && r.kind === "audio");
  const source = all.find((r) => r.type === "media-source" && r.kind === "audio");
  // Before Chrome 96 the energy of what is heard stands in a report of type "track" instead of the stream's own.
  const heard =
    inbound?.totalAudioEnergy === undefined ? all.find((r) => r.type === "track" && r.remoteSource) : inbound;
  const pair = all.find((r) => r.type === "candidate-pair" && r.nominated && r.state === "succeeded");
  const codec = all.find((r) => r.type === "codec" && r.id === (inbound ?? outbound)?.codecId);
  return {
    codec: codec?.mimeType?.replace(/^audio\//, "") ?? null,
    roundTripMs: pair?.currentRoundTripTime === undefined ? null : Math.round(pair.currentRoundTripTime * 1000),
    inbound: {
      packets: inbound?.packetsReceived ?? 0,
      lost: inbound?.packetsLost ?? 0,
      jitterMs: Math.round((inbound?.jitter ?? 0) * 1000),
      audioEnergy: heard?.totalAudioEnergy ?? 0,
      audioLevel: heard?.audioLevel ?? 0,
    },
    outbound: {
      packets: outbound?.packetsSent ?? 0,
      audioEnergy: source?.totalAudioEnergy ?? 0,
      audioLevel: source?.audioLevel ?? 0,
    },
  };
}

/** How many packets of sound have come, over all sources that there were: the server begins anew after a hold. */
export async function receivedPackets(connection: RTCPeerConnection): Promise<number | null> {
  let count: number | null = null;
  (await connection.getStats()).forEach((report: { type: string; packetsReceived?: number }) => {
    if (report.type === "inbound-rtp") count = (count ?? 0) + (report.packetsReceived ?? 0);
  });
  return count;
}

interface WayReport {
  id: string;
  type: string;
  selectedCandidatePairId?: string;
  localCandidateId?: string;
  remoteCandidateId?: string;
  usernameFragment?: string;
}

/**
 * Whether the pair of candidates in use belongs to the last negotiation, at both ends. A browser goes on calling a
 * connection connected for seconds after its network has gone, and after ICE was restarted.
 */
export async function isOnCurrentWay(connection: RTCPeerConnection): Promise<boolean> {
  const state = connection.iceConnectionState;
  if (state !== "connected" && state !== "completed") return false;
  const reports = (await connection.getStats()) as unknown as Map<string, WayReport>;
  let pair: WayReport | undefined;
  for (const report of reports.values())
    if (report.type === "transport" && report.selectedCandidatePairId)
      pair = reports.get(report.selectedCandidatePairId);
  const isOf = (description: RTCSessionDescription | null, candidate: string | undefined) => {
    const used = reports.get(candidate ?? "")?.usernameFragment;
    const negotiated = /^a=ice-ufrag:(\S+)/m.exec(description?.sdp ?? "")?.[1];
    // Browsers that do not tell (Chrome before 108) are believed.
    return !used || !negotiated || used === negotiated;
  };
  return (
    isOf(connection.localDescription, pair?.localCandidateId) &&
    isOf(connection.remoteDescription, pair?.remoteCandidateId)
  );
}
