import { describe, expect, it } from "vitest";
import { type EndFacts, endReason } from "./causes";

const outgoing: EndFacts = { direction: "out", answered: false, originator: "remote", cause: "", rang: false };
const incoming: EndFacts = { direction: "in", answered: false, originator: "remote", cause: "Canceled", rang: false };

describe("a call that somebody answered", () => {
  it("says who hung up", () => {
    expect(endReason({ ...outgoing, answered: true, originator: "local", cause: "Terminated" })).toBe("hung_up");
    expect(endReason({ ...incoming, answered: true, cause: "Terminated" })).toBe("peer_hung_up");
  });

  it("says when the server ended it because a part of it died", () => {
    const lost = { answered: true, cause: "Terminated", reasonHeader: 'Q.850;cause=41;text="Temporary failure"' };
    expect(endReason({ ...incoming, ...lost })).toBe("connection_lost");
    expect(endReason({ ...incoming, ...lost, reasonHeader: "Q.850;cause=16" })).toBe("peer_hung_up");
  });

  it("says when the connection broke", () => {
    expect(endReason({ ...outgoing, answered: true, originator: "local", cause: "RTP Timeout" })).toBe(
      "connection_lost",
    );
  });
});

describe("an outgoing call that nobody answered", () => {
  it.each([
    [486, "busy"],
    [600, "busy"],
    [603, "declined"],
    [404, "not_found"],
    [484, "not_found"],
    [403, "forbidden"],
    [408, "no_answer"],
    [488, "no_common_codec"],
    [480, "offline"],
    [503, "service_unavailable"],
    [500, "service_unavailable"],
    [420, "failed"],
  ])("%i is told as %s", (status, reason) => {
    expect(endReason({ ...outgoing, status })).toBe(reason);
  });

  it("480 after ringing is no answer", () => {
    expect(endReason({ ...outgoing, status: 480, rang: true })).toBe("no_answer");
  });

  it("takes the word of the Reason header before that of the status", () => {
    expect(endReason({ ...outgoing, status: 480, rang: true, reasonHeader: "Q.850;cause=20" })).toBe("offline");
    expect(endReason({ ...outgoing, status: 480, reasonHeader: 'SIP;cause=480, q.850 ;cause=19;text="x"' })).toBe(
      "no_answer",
    );
    expect(endReason({ ...outgoing, status: 403, reasonHeader: "Q.850;cause=21" })).toBe("forbidden");
    expect(endReason({ ...outgoing, status: 603, reasonHeader: "Q.850;cause=21" })).toBe("declined");
    expect(endReason({ ...outgoing, status: 486, reasonHeader: "Q.850;cause=16" })).toBe("busy");
  });

  it("says when the caller gave up, the socket broke or the microphone was refused", () => {
    expect(endReason({ ...outgoing, originator: "local", cause: "Canceled" })).toBe("cancelled");
    expect(endReason({ ...outgoing, originator: "system", cause: "Connection Error" })).toBe("connection_lost");
    expect(endReason({ ...outgoing, originator: "local", cause: "User Denied Media Access" })).toBe("microphone");
    expect(endReason({ ...outgoing, originator: "system", cause: "Request Timeout" })).toBe("service_unavailable");
  });
});

describe("an incoming call that was not answered here", () => {
  it("was missed, declined here, or taken on another device", () => {
    expect(endReason(incoming)).toBe("missed");
    expect(endReason({ ...incoming, originator: "local", cause: "Rejected" })).toBe("declined_here");
    expect(endReason({ ...incoming, reasonHeader: 'SIP;cause=200;text="Call completed elsewhere"' })).toBe(
      "answered_elsewhere",
    );
    expect(endReason({ ...incoming, reasonHeader: "Q.850;cause=26" })).toBe("answered_elsewhere");
    expect(endReason({ ...incoming, reasonHeader: "Q.850;cause=16" })).toBe("missed");
  });
});
