import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CREDENTIAL_LIFETIME_MS, newPhone, readyPhone, type Scene, settle } from "./testing/fake-phone";

vi.mock("jssip", async () => ({ UA: (await import("./testing/fake-edge")).FakeUA }));

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const told = ({ states }: Scene) =>
  states.map((state) => (state.status === "offline" ? `offline: ${state.reason}` : state.status));

async function talking(scene: Scene) {
  const call = await scene.phone.call("1002");
  await settle();
  scene.session().otherAnswers("server-1");
  await settle();
  return call;
}

describe("a credential that the edge refuses", () => {
  it("is not used again: the next registration asks the server for another", async () => {
    const scene = newPhone();
    scene.edge.isRefusing = true;
    await scene.phone.start();
    await settle();
    expect(told(scene)).toEqual(["connecting", "offline: refused"]);
    expect(scene.phone.state).toMatchObject({ retryAt: expect.any(Number) });
    await vi.advanceTimersByTimeAsync(20_000);
    const credentials = scene.edge.registrations;
    expect(credentials.length).toBeGreaterThan(1);
    expect(new Set(credentials).size).toBe(credentials.length);
  });

  it("is tried ever more slowly, and the reason stays on display", async () => {
    const scene = newPhone();
    scene.edge.isRefusing = true;
    await scene.phone.start();
    await vi.advanceTimersByTimeAsync(300_000);
    // One attempt every five to ten seconds at the most: the edge blocks those who try more often.
    expect(scene.edge.registrations.length).toBeGreaterThan(25);
    expect(scene.edge.registrations.length).toBeLessThan(65);
    expect(new Set(told(scene).slice(1))).toEqual(new Set(["offline: refused"]));
  });

  it("is forgotten as soon as another one is taken", async () => {
    const scene = newPhone();
    scene.edge.isRefusing = true;
    await scene.phone.start();
    await vi.advanceTimersByTimeAsync(5_000);
    scene.edge.isRefusing = false;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(scene.phone.state.status).toBe("ready");
    const { length } = scene.edge.registrations;
    await vi.advanceTimersByTimeAsync(49_000);
    expect(scene.edge.registrations.length).toBeLessThanOrEqual(length + 1);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(told(scene).at(-1)).toBe("ready");
  });

  it("is tried at once when the user asks for it", async () => {
    const scene = newPhone();
    scene.edge.isRefusing = true;
    await scene.phone.start();
    await settle();
    scene.edge.isRefusing = false;
    await scene.phone.reconnect();
    await settle();
    expect([scene.phone.state.status, scene.edge.registrations]).toEqual(["ready", ["u1", "u2"]]);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(scene.edge.registrations).toHaveLength(2);
  });

  it("is tried again after a second at the latest once the phone was registered in between", async () => {
    const scene = newPhone();
    scene.edge.isRefusing = true;
    await scene.phone.start();
    await vi.advanceTimersByTimeAsync(60_000);
    scene.edge.isRefusing = false;
    await vi.advanceTimersByTimeAsync(15_000);
    expect(scene.phone.state.status).toBe("ready");
    scene.edge.isRefusing = true;
    const { length } = scene.edge.registrations;
    while (scene.edge.registrations.length === length) await vi.advanceTimersByTimeAsync(100);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(scene.edge.registrations).toHaveLength(length + 2);
  });

  it("ends no call that goes on, and the phone is ready again once the edge takes another", async () => {
    const scene = await readyPhone();
    const call = await talking(scene);
    scene.edge.isRefusing = true;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(scene.phone.state).toMatchObject({ status: "offline", reason: "refused" });
    scene.edge.isRefusing = false;
    await vi.advanceTimersByTimeAsync(15_000);
    expect([scene.phone.state.status, call.state.phase]).toEqual(["ready", "talking"]);
  });

  it("is told although the edge says no more that it would call", async () => {
    const scene = await readyPhone();
    scene.edge.isRefusing = true;
    await vi.advanceTimersByTimeAsync(60_000);
    scene.edge.isRegistered = false;
    const { length } = scene.states;
    await vi.advanceTimersByTimeAsync(20_000);
    expect(new Set(told(scene).slice(length))).toEqual(new Set(["offline: refused"]));
    expect(scene.phone.state).toMatchObject({ status: "offline", reason: "refused" });
    expect(new Set(scene.edge.registrations.slice(2)).size).toBe(scene.edge.registrations.length - 2);
  });
});

describe("a server that gives no credential", () => {
  it("is asked again by itself, and the phone tells why it cannot be called", async () => {
    const scene = newPhone();
    const error = new Error("502");
    scene.server.answers = () => Promise.reject(error);
    await scene.phone.start();
    expect(scene.phone.state).toMatchObject({ status: "offline", reason: "credential", error });
    scene.server.answers = async () => {};
    await vi.advanceTimersByTimeAsync(1_100);
    expect(told(scene)).toEqual(["connecting", "offline: credential", "connecting", "ready"]);
  });

  it("is asked at once when the user wants it", async () => {
    const scene = newPhone();
    scene.server.answers = () => Promise.reject(new Error("502"));
    await scene.phone.start();
    scene.server.answers = async () => {};
    await scene.phone.reconnect();
    await settle();
    expect(scene.phone.state.status).toBe("ready");
    await vi.advanceTimersByTimeAsync(10_000);
    expect(scene.server.asked).toBe(2);
  });

  it("does not end the registration before the credential at hand runs out", async () => {
    const scene = await readyPhone();
    await vi.advanceTimersByTimeAsync(CREDENTIAL_LIFETIME_MS / 2);
    scene.server.answers = () => Promise.reject(new Error("502"));
    await vi.advanceTimersByTimeAsync(CREDENTIAL_LIFETIME_MS / 2 - 120_000);
    expect(told(scene)).toEqual(["connecting", "ready"]);
    await vi.advanceTimersByTimeAsync(240_000);
    expect(scene.phone.state).toMatchObject({ status: "offline", reason: "credential" });
    scene.server.answers = async () => {};
    await vi.advanceTimersByTimeAsync(15_000);
    expect(scene.phone.state.status).toBe("ready");
  });
});

it("registers with the newest credential", async () => {
  const scene = await readyPhone();
  await vi.advanceTimersByTimeAsync((CREDENTIAL_LIFETIME_MS * 2) / 3 + 60_000);
  expect([scene.edge.registrations[0], scene.edge.registrations.at(-1)]).toEqual(["u1", "u2"]);
});

it("answers the challenge to a call with the newest credential, as soon as there is one", async () => {
  const scene = await readyPhone();
  await vi.advanceTimersByTimeAsync((CREDENTIAL_LIFETIME_MS * 2) / 3 - 10_000);
  expect(scene.ua().get("authorization_user")).toBe("u1");
  await vi.advanceTimersByTimeAsync(10_000);
  expect(scene.ua().get("authorization_user")).toBe("u2");
});

describe("a phone that comes back online", () => {
  it("registers over a new connection at once, and its calls go on", async () => {
    const scene = await readyPhone();
    const call = await talking(scene);
    let reconnected = 0;
    scene.phone.on("reconnected", () => reconnected++);
    scene.browser.window.dispatchEvent(new Event("offline"));
    expect(scene.phone.state).toMatchObject({ status: "offline", reason: "network" });
    scene.browser.window.dispatchEvent(new Event("online"));
    await settle();
    expect([scene.edge.connections.length, scene.edge.registrations.length, reconnected]).toEqual([2, 2, 1]);
    expect([scene.phone.state.status, call.state.phase]).toEqual(["ready", "talking"]);
  });

  it("tries again by itself while the edge is away, and says so", async () => {
    const scene = await readyPhone();
    const call = await talking(scene);
    scene.edge.isUp = false;
    scene.edge.connections.at(-1)?.breaks();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(scene.phone.state).toMatchObject({ status: "offline", reason: "network", retryAt: expect.any(Number) });
    scene.edge.isUp = true;
    await vi.advanceTimersByTimeAsync(11_000);
    expect([scene.phone.state.status, call.state.phase]).toEqual(["ready", "talking"]);
  });

  it("is refused by nobody when a registration was lost with its connection", async () => {
    const scene = await readyPhone();
    await vi.advanceTimersByTimeAsync(48_000);
    scene.edge.isUp = false;
    await vi.advanceTimersByTimeAsync(4_000);
    scene.edge.isUp = true;
    await vi.advanceTimersByTimeAsync(15_000);
    expect([scene.phone.state.status, scene.server.asked]).toEqual(["ready", 1]);
    expect(told(scene)).not.toContain("offline: refused");
  });

  it("leaves a call alone whose sound flows, when only the connection was renewed", async () => {
    const scene = await readyPhone();
    await talking(scene);
    await vi.advanceTimersByTimeAsync(1_000);
    scene.edge.connections.at(-1)?.breaks();
    await vi.advanceTimersByTimeAsync(5_000);
    expect([scene.phone.state.status, scene.session().sent]).toEqual(["ready", ["INVITE"]]);
  });

  it("connects anew when the network has changed under a call, and leaves its sound alone until it stops", async () => {
    const scene = await readyPhone();
    const call = await talking(scene);
    await vi.advanceTimersByTimeAsync(1_000);
    // Browsers tell of one change several times.
    for (let times = 0; times < 3; times += 1) {
      scene.browser.network.dispatchEvent(new Event("change"));
      await settle();
    }
    await vi.advanceTimersByTimeAsync(1_000);
    expect([scene.edge.connections.length, scene.session().sent]).toEqual([2, ["INVITE"]]);
    const { connection } = scene.session();
    if (connection) connection.isFlowing = false;
    await vi.advanceTimersByTimeAsync(1_000);
    expect([call.state.phase, call.state.isReconnecting]).toEqual(["talking", true]);
  });

  it("does not hurry for another network while nobody talks", async () => {
    const scene = await readyPhone();
    scene.ua().rings("1002");
    scene.browser.network.dispatchEvent(new Event("change"));
    await settle();
    expect(scene.edge.connections).toHaveLength(1);
  });

  it("connects anew when the server reports it as lost, and not when it reports another", async () => {
    const scene = await readyPhone();
    scene.phone.reportedLost("<sip:somebody@else.invalid;transport=ws>");
    await settle();
    expect(scene.edge.connections).toHaveLength(1);
    scene.phone.reportedLost("<sip:ABC@client.invalid;transport=ws>");
    await settle();
    expect([scene.edge.connections.length, scene.phone.state.status]).toEqual([2, "ready"]);
  });
});

describe("a stopped phone", () => {
  it("does nothing any more, whatever the browser tells", async () => {
    const scene = await readyPhone();
    scene.phone.stop();
    const { length } = scene.edge.registrations;
    for (const type of ["offline", "online"]) scene.browser.window.dispatchEvent(new Event(type));
    scene.browser.network.dispatchEvent(new Event("change"));
    await scene.phone.reconnect();
    await vi.advanceTimersByTimeAsync(CREDENTIAL_LIFETIME_MS);
    expect([scene.edge.registrations.length, scene.edge.connections.length, scene.server.asked]).toEqual([
      length,
      1,
      1,
    ]);
    expect([told(scene).at(-1), vi.getTimerCount()]).toEqual(["stopped", 0]);
    const { window, document, network } = scene.browser;
    const listeners = [
      ...["online", "offline", "pageshow"].flatMap((type) => getEventListeners(window, type)),
      ...["visibilitychange", "resume"].flatMap((type) => getEventListeners(document, type)),
      ...getEventListeners(network, "change"),
    ];
    expect(listeners).toEqual([]);
  });

  it("does not use its credential again when it is started anew", async () => {
    const scene = await readyPhone();
    scene.phone.stop();
    await scene.phone.start();
    await settle();
    expect([scene.phone.state.status, scene.edge.registrations]).toEqual(["ready", ["u1", "u2"]]);
  });

  it("stays so when the server fails to give it a credential", async () => {
    const scene = newPhone();
    let refuse = (_error: Error) => {};
    scene.server.answers = () => new Promise((_answered, failed) => (refuse = failed));
    const started = scene.phone.start();
    scene.phone.stop();
    refuse(new Error("502"));
    await started;
    expect([told(scene), vi.getTimerCount()]).toEqual([["connecting", "stopped"], 0]);
  });

  it("does not go on when its credential comes late", async () => {
    const scene = newPhone();
    let answer = () => {};
    scene.server.answers = () => new Promise((answered) => (answer = answered));
    const started = scene.phone.start();
    scene.phone.stop();
    answer();
    await started;
    await settle();
    expect([scene.edge.connections, scene.phone.state.status]).toEqual([[], "stopped"]);
    await vi.advanceTimersByTimeAsync(CREDENTIAL_LIFETIME_MS);
    expect([scene.server.asked, vi.getTimerCount()]).toEqual([1, 0]);
  });

  it("asks for a new credential when it is started again", async () => {
    const scene = newPhone();
    const answers: (() => void)[] = [];
    scene.server.answers = () => new Promise((answered) => answers.push(answered));
    const first = scene.phone.start();
    scene.phone.stop();
    answers[0]?.();
    await first;
    const second = scene.phone.start();
    answers[1]?.();
    await second;
    await settle();
    expect(scene.edge.registrations).toEqual(["u2"]);
    scene.phone.stop();
  });

  it("can be started twice and registers once, over the only connection that there was", async () => {
    const scene = newPhone();
    let reconnected = 0;
    scene.phone.on("reconnected", () => reconnected++);
    await Promise.all([scene.phone.start(), scene.phone.start()]);
    await settle();
    expect([scene.edge.connections.length, scene.edge.registrations, reconnected]).toEqual([1, ["u1"], 0]);
    await vi.advanceTimersByTimeAsync((CREDENTIAL_LIFETIME_MS * 2) / 3);
    expect(scene.server.asked).toBe(2);
  });
});
