import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { HeldCredential, SipCredential } from "./credential";
import { CredentialKeeper } from "./credential-keeper";

const LIFETIME_MS = 300_000;
let asked = 0;
let refuse = false;
let renewed: string[] = [];

const ask = async (): Promise<HeldCredential> => {
  asked += 1;
  if (refuse) throw new Error("the server is away");
  const credential = { username: `u${asked}`, ice_servers: [{ urls: "stun:x" }] } as unknown as SipCredential;
  return { credential, receivedAt: Date.now(), lifetimeMs: LIFETIME_MS };
};
const make = () => new CredentialKeeper(ask, ({ username }) => renewed.push(username));

beforeEach(() => {
  vi.useFakeTimers();
  asked = 0;
  refuse = false;
  renewed = [];
});
afterEach(() => vi.useRealTimers());

it("asks once for all who need it at the same time, and not again while it lives", async () => {
  const keeper = make();
  const answers = await Promise.all([keeper.fresh(), keeper.fresh()]);
  expect(answers.map(({ username }) => username)).toEqual(["u1", "u1"]);
  expect((await keeper.fresh()).username).toBe("u1");
  expect(keeper.iceServers).toEqual([{ urls: "stun:x" }]);
  keeper.stop();
});

it("renews it after two thirds of its life", async () => {
  const keeper = make();
  await keeper.fresh();
  await vi.advanceTimersByTimeAsync((LIFETIME_MS * 2) / 3);
  expect(renewed).toEqual(["u2"]);
  keeper.stop();
});

it("keeps the old one while the server is away, and asks again at the next use after its end", async () => {
  const keeper = make();
  await keeper.fresh();
  refuse = true;
  await vi.advanceTimersByTimeAsync((LIFETIME_MS * 2) / 3);
  expect((await keeper.fresh()).username).toBe("u1");
  await vi.advanceTimersByTimeAsync(LIFETIME_MS);
  await expect(keeper.fresh()).rejects.toThrow("the server is away");
  refuse = false;
  expect((await keeper.fresh()).username).toBe("u4");
  keeper.stop();
});

it("gives up a server that hangs, asks it anew at the next use, and takes what comes late", async () => {
  const answers: ((held: HeldCredential) => void)[] = [];
  const keeper = new CredentialKeeper(
    () => new Promise((answer) => answers.push(answer)),
    () => {},
  );
  const first = expect(keeper.fresh()).rejects.toThrow("no answer");
  await vi.advanceTimersByTimeAsync(8_000);
  await first;
  const second = keeper.fresh();
  expect(answers).toHaveLength(2);
  answers[0]?.(await ask());
  await vi.advanceTimersByTimeAsync(0);
  expect((await keeper.fresh()).username).toBe("u1");
  answers[1]?.(await ask());
  expect((await second).username).toBe("u2");
  keeper.stop();
});

it("has the old one at hand while it asks for the next", async () => {
  let answers = true;
  const keeper = new CredentialKeeper(
    () => (answers ? ask() : new Promise(() => {})),
    () => {},
  );
  await keeper.fresh();
  answers = false;
  await vi.advanceTimersByTimeAsync((LIFETIME_MS * 2) / 3);
  expect((await keeper.fresh()).username).toBe("u1");
  keeper.stop();
});

it("asks for another when the edge did not take it", async () => {
  const keeper = make();
  await keeper.fresh();
  keeper.forget();
  expect((await keeper.fresh()).username).toBe("u2");
  keeper.stop();
});
