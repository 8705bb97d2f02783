/** A phone whose browser, user agent and edge are fakes, and nothing else. For tests. */
import { vi } from "vitest";
import type { HeldCredential, SipCredential } from "../credential";
import { Phone } from "../phone";
import type { PhoneOptions, PhoneState } from "../phone-types";
import { FakeBrowser } from "./fake-browser";
import { FakeEdge, FakeUA } from "./fake-edge";
import type { FakeSession } from "./fake-session";

/** Its renewal, after two thirds of it, is twenty seconds after a registration, which would use the newest one too. */
export const CREDENTIAL_LIFETIME_MS = 3_630_000;

/** The server that gives out credentials: `u1`, `u2` and so on. */
export class FakeServer {
  asked = 0;
  /** Set for a server that takes its time, or fails. */
  answers: () => Promise<void> = async () => {};

  readonly credential = async (): Promise<HeldCredential> => {
    this.asked += 1;
    const username = `u${this.asked}`;
    await this.answers();
    const credential = { username, uri: "sip:1001.web@pbx.example", ws_path: "/ws/sip", ice_servers: [] };
    return {
      credential: credential as unknown as SipCredential,
      receivedAt: Date.now(),
      lifetimeMs: CREDENTIAL_LIFETIME_MS,
    };
  };
}

export interface Scene {
  phone: Phone;
  browser: FakeBrowser;
  edge: FakeEdge;
  server: FakeServer;
  /** Every state of the phone, in order. */
  states: PhoneState[];
  /** Why each call was over, in order. */
  ends: (string | null)[];
  /** What the phone's user agent is now. */
  ua: () => FakeUA;
  /** The newest session of JsSIP. */
  session: () => FakeSession;
}

/** Lets all that needs no time happen. */
export const settle = () => vi.advanceTimersByTimeAsync(0);

export function newPhone(options: Partial<PhoneOptions> = {}): Scene {
  const [browser, edge, server] = [new FakeBrowser(), new FakeEdge(), new FakeServer()];
  browser.install();
  edge.install();
  const phone = new Phone({ serverUrl: "https://pbx.example", credential: server.credential, ...options });
  const states: PhoneState[] = [];
  const ends: (string | null)[] = [];
  phone.on("state", (state) => states.push(state));
  phone.on("changed", ({ phase, endReason }) => phase === "ended" && ends.push(endReason));
  const ua = () => last(FakeUA.all);
  const session = () => last(FakeUA.all.flatMap(({ sessions }) => sessions));
  return { phone, browser, edge, server, states, ends, ua, session };
}

/** A phone that is registered. */
export async function readyPhone(options: Partial<PhoneOptions> = {}): Promise<Scene> {
  const scene = newPhone(options);
  await scene.phone.start();
  await settle();
  if (scene.phone.state.status !== "ready") throw new Error(`the phone is ${scene.phone.state.status}`);
  return scene;
}

function last<Item>(items: Item[]): Item {
  const item = items[items.length - 1];
  if (!item) throw new Error("there is none");
  return item;
}
