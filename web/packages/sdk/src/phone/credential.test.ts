import { describe, expect, it } from "vitest";
import { holdCredential, isFresh, renewalDelay, type SipCredential } from "./credential";

const SERVER_NOW = Date.parse("2026-01-01T00:00:00Z");
const credential: SipCredential = {
  aor: "1001.web",
  uri: "sip:1001.web@linkus",
  username: "1767225900:1001.web",
  password: "secret",
  realm: "linkus",
  ws_path: "/ws/sip",
  expires_at: "2026-01-01T00:05:00Z",
  ice_servers: [],
};

describe("a credential of five minutes", () => {
  // This computer's clock is an hour ahead: only the server's own two times may be compared.
  const now = SERVER_NOW + 3_600_000;
  const held = holdCredential(credential, SERVER_NOW, now);

  it("is renewed after two thirds of its life", () => {
    expect(renewalDelay(held)).toBe(200_000);
  });

  it("is fresh until a request could no longer be answered with it", () => {
    expect(isFresh(held, now)).toBe(true);
    expect(isFresh(held, now + 259_000)).toBe(true);
    expect(isFresh(held, now + 260_000)).toBe(false);
  });
});

describe("a credential that seems to be over already", () => {
  it("is tried all the same, and renewed soon", () => {
    const held = holdCredential(credential, SERVER_NOW + 400_000, 0);
    expect(renewalDelay(held)).toBe(20_000);
    expect(isFresh(held, 0)).toBe(true);
  });
});
