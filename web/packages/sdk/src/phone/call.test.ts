import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { listenerErrors } from "../emitter";
import type { Call } from "./call";
import { HoldError } from "./hold";
import { MicrophoneError } from "./microphone";
import { readyPhone, type Scene, settle } from "./testing/fake-phone";
import { FakeSession } from "./testing/fake-session";

vi.mock("jssip", async () => ({ UA: (await import("./testing/fake-edge")).FakeUA }));

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  FakeSession.hasNetwork = true;
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

interface Going {
  scene: Scene;
  call: Call;
  /** The session that carries the call now. */
  session: FakeSession;
}

const PAGE = { "X-Linkus-Origin": "page", "X-Linkus-Page": "600" };

async function calling(scene: Scene): Promise<Going> {
  const call = await scene.phone.call("1002");
  await settle();
  const session = scene.session();
  session.otherRings("server-1");
  return { scene, call, session };
}

async function talking(scene: Scene): Promise<Going> {
  const going = await calling(scene);
  going.session.otherAnswers();
  await settle();
  return going;
}

async function ringing(scene: Scene, headers: Record<string, string> = {}): Promise<Going> {
  const session = scene.ua().rings("1003", headers);
  const [call] = scene.phone.liveCalls();
  if (!call) throw new Error("it does not ring");
  return { scene, call, session };
}

async function answered(scene: Scene, headers?: Record<string, string>): Promise<Going> {
  const going = await ringing(scene, headers);
  await scene.phone.answer(going.call);
  await settle();
  return going;
}

/** The page was loaded again in mid-call. */
async function returned(scene: Scene): Promise<Going> {
  const kept = { serverCallId: "server-1", direction: "in", number: "1003", name: "", seconds: 60 } as const;
  const call = await scene.phone.rejoin(kept);
  await settle();
  const session = scene.session();
  session.otherAnswers("server-1");
  await settle();
  return { scene, call, session };
}

/** No sound comes any more, and the phone has another connection. */
async function roaming({ session, call }: Going): Promise<void> {
  await vi.advanceTimersByTimeAsync(1_000);
  if (session.connection) session.connection.isFlowing = false;
  await vi.advanceTimersByTimeAsync(1_000);
  call.connectionRenewed();
  await settle();
}

/** The network has changed, and no sound comes: a second leg is on its way to take the place of the first. */
async function replacing(scene: Scene): Promise<Going & { successor: FakeSession }> {
  const going = await talking(scene);
  await roaming(going);
  const successor = scene.session();
  if (successor === going.session) throw new Error("there is no second leg");
  return { ...going, successor };
}

/** Nothing of the call is left: no microphone, no sound, no session, no timer, no listener, no look at its statistics. */
async function expectNothingLeft(scene: Scene, timersBefore: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(1_000);
  const sessions = scene.ua().sessions;
  expect(scene.browser.openMicrophones).toEqual([]);
  expect(scene.browser.loudspeakers.map(({ srcObject }) => srcObject)).toEqual([null]);
  expect(getEventListeners(scene.browser.devices, "devicechange")).toEqual([]);
  expect(sessions.filter((session) => !session.isEnded())).toEqual([]);
  expect(scene.phone.calls).toEqual([]);
  expect(vi.getTimerCount()).toBe(timersBefore);
  const looked = () => sessions.map(({ connection }) => connection?.statisticsRead);
  const before = looked();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(looked()).toEqual(before);
  expect(scene.ends).toHaveLength(1);
}

const situations: [string, (scene: Scene) => Promise<Going>][] = [
  ["that rings at the other side", calling],
  ["that was answered at the other side", talking],
  ["that was answered here", answered],
  [
    "that is held",
    async (scene) => {
      const going = await talking(scene);
      await going.call.hold();
      return going;
    },
  ],
  [
    "that the other side holds",
    async (scene) => {
      const going = await talking(scene);
      going.session.otherHolds(true);
      return going;
    },
  ],
  ["that was come back to after a reload", returned],
  [
    "whose way is being looked for",
    async (scene) => {
      const going = await answered(scene);
      going.session.reinvites = "unanswered";
      going.session.connection?.iceBecomes("disconnected");
      await vi.advanceTimersByTimeAsync(1_000);
      return going;
    },
  ],
  [
    "that a second leg has taken over",
    async (scene) => {
      const { successor, ...going } = await replacing(scene);
      successor.otherAnswers();
      await vi.advanceTimersByTimeAsync(1_000);
      return { ...going, session: successor };
    },
  ],
  [
    "with a quarter of a second of trouble",
    async (scene) => {
      const going = await talking(scene);
      going.session.connection?.iceBecomes("disconnected");
      await vi.advanceTimersByTimeAsync(250);
      return going;
    },
  ],
  [
    "whose microphone has fallen silent",
    async (scene) => {
      const going = await talking(scene);
      scene.browser.openMicrophones[0]?.dispatchEvent(new Event("mute"));
      return going;
    },
  ],
];

const endings: [string, (going: Going) => void, string?][] = [
  ["the user hangs up", ({ call }) => call.hangUp()],
  [
    "the other side ends it",
    ({ session }) => (session.isEstablished() ? session.otherHangsUp() : session.otherRefuses(486)),
  ],
  ["the server has lost the other side", ({ session }) => session.otherHangsUp("Q.850;cause=41")],
  ["it is given up", ({ call }) => call.abandon()],
];

describe.each(situations)("a call %s leaves nothing open", (_situation, begin) => {
  it.each(endings)("when %s", async (_ending, end) => {
    const scene = await readyPhone();
    const timersBefore = vi.getTimerCount();
    const going = await begin(scene);
    expect(scene.browser.openMicrophones).toHaveLength(1);
    end(going);
    await expectNothingLeft(scene, timersBefore);
  });

  it("when the phone is stopped", async () => {
    const scene = await readyPhone();
    await begin(scene);
    scene.phone.stop();
    await expectNothingLeft(scene, 0);
  });
});

describe("a microphone that opens too late is closed again", () => {
  it.each<[string, (going: Going) => void]>([
    ["the caller has given up", ({ session }) => session.otherCancels()],
    ["another device has answered", ({ session }) => session.otherCancels("SIP;cause=200")],
    ["the user has declined", ({ call }) => call.decline()],
    ["the call was refused for them", ({ call }) => call.refuseAsBusy()],
    ["the phone was stopped", ({ scene }) => scene.phone.stop()],
  ])("after %s", async (_what, end) => {
    const scene = await readyPhone();
    const going = await ringing(scene);
    const consent = scene.browser.askFirst();
    const answer = scene.phone.answer(going.call);
    await settle();
    end(going);
    consent();
    await answer;
    expect(scene.browser.devices.opened).toHaveLength(1);
    expect(scene.browser.openMicrophones).toEqual([]);
    expect(going.session.sent).not.toContain("200");
  });

  it("after the user has hung up a call that was not sent yet", async () => {
    const scene = await readyPhone();
    const consent = scene.browser.askFirst();
    const call = expect(scene.phone.call("1002")).rejects.toThrow("the call ended");
    await settle();
    scene.phone.calls[0]?.hangUp();
    consent();
    await call;
    expect(scene.browser.devices.opened).toHaveLength(1);
    expect(scene.browser.openMicrophones).toEqual([]);
    expect(scene.ends).toEqual(["cancelled"]);
    expect(scene.ua().sessions).toEqual([]);
  });

  it("after the call has ended for which another one was chosen", async () => {
    const scene = await readyPhone();
    const { call } = await talking(scene);
    const consent = scene.browser.askFirst();
    scene.phone.devices = { microphone: "headset" };
    await settle();
    call.hangUp();
    consent();
    await settle();
    expect(scene.browser.devices.opened).toHaveLength(2);
    expect(scene.browser.openMicrophones).toEqual([]);
  });

  it("after the call was answered by a click before", async () => {
    const scene = await readyPhone();
    const { call, session } = await ringing(scene);
    await Promise.all([scene.phone.answer(call), scene.phone.answer(call)]);
    await settle();
    expect(session.sent).toEqual(["200"]);
    expect(scene.browser.openMicrophones).toHaveLength(1);
    call.hangUp();
    expect(scene.browser.openMicrophones).toEqual([]);
  });
});

it("a call that is refused as busy rings on at the user's other devices, and counts as missed", async () => {
  const scene = await readyPhone();
  const { call, session } = await ringing(scene);
  call.refuseAsBusy();
  expect([scene.ends, session.sent]).toEqual([["missed"], ["486"]]);
});

it("a call that is declined stops ringing at all of the user's devices", async () => {
  const scene = await readyPhone();
  const { call, session } = await ringing(scene);
  call.decline();
  expect([scene.ends, session.sent]).toEqual([["declined_here"], ["603"]]);
});

describe("a microphone that cannot be opened", () => {
  it("lets an incoming call ring on, so that it can be answered again", async () => {
    const scene = await readyPhone();
    const { call, session } = await ringing(scene);
    scene.browser.devices.permission = Promise.reject(new DOMException("no", "NotAllowedError"));
    await expect(scene.phone.answer(call)).rejects.toThrow(MicrophoneError);
    expect([call.state.phase, session.sent]).toEqual(["incoming", []]);
    scene.browser.devices.permission = Promise.resolve();
    await scene.phone.answer(call);
    await settle();
    expect(call.state.phase).toBe("talking");
  });

  it("ends an outgoing call before anything is sent", async () => {
    const scene = await readyPhone();
    scene.browser.devices.permission = Promise.reject(new DOMException("no", "NotAllowedError"));
    await expect(scene.phone.call("1002")).rejects.toThrow(MicrophoneError);
    expect([scene.ends, scene.phone.calls, scene.ua().sessions]).toEqual([["microphone"], [], []]);
  });
});

it("a connection that the browser cannot make ends the call and closes the microphone", async () => {
  const scene = await readyPhone();
  scene.ua().cannotCall = new Error("WebRTC not supported");
  await expect(scene.phone.call("1002")).rejects.toThrow("WebRTC not supported");
  expect(scene.browser.devices.opened).toHaveLength(1);
  expect(scene.browser.openMicrophones).toEqual([]);
  expect([scene.ends, scene.phone.calls]).toEqual([["failed"], []]);
});

it("a connection that the browser cannot make for an answer ends the call and closes the microphone", async () => {
  const scene = await readyPhone();
  const { call, session } = await ringing(scene);
  session.answer = () => {
    throw new Error("WebRTC not supported");
  };
  await expect(scene.phone.answer(call)).rejects.toThrow("WebRTC not supported");
  expect(scene.browser.openMicrophones).toEqual([]);
  expect([scene.ends, session.sent]).toEqual([["failed"], ["480"]]);
});

describe("a page that is only listened to", () => {
  it("opens no microphone, and nothing of it is left", async () => {
    const scene = await readyPhone();
    const timersBefore = vi.getTimerCount();
    const { session, call } = await answered(scene, { ...PAGE, "X-Linkus-Page-Mode": "one_way" });
    expect([call.state.phase, scene.browser.devices.opened]).toEqual(["talking", []]);
    scene.phone.devices = { microphone: "headset" };
    await settle();
    expect(scene.browser.devices.opened).toEqual([]);
    session.otherHangsUp();
    expect(scene.browser.silences.map(({ readyState }) => readyState)).toEqual(["ended"]);
    await expectNothingLeft(scene, timersBefore);
  });

  it("opens the microphone when it is two-way", async () => {
    const scene = await readyPhone();
    await answered(scene, { ...PAGE, "X-Linkus-Page-Mode": "two_way" });
    expect(scene.browser.openMicrophones).toHaveLength(1);
  });
});

describe("nobody is heard", () => {
  it("whose call was muted while the microphone was being opened", async () => {
    const scene = await readyPhone();
    const consent = scene.browser.askFirst();
    const placed = scene.phone.call("1002");
    await settle();
    scene.phone.calls[0]?.mute(true);
    consent();
    const call = await placed;
    await settle();
    scene.session().otherAnswers();
    await settle();
    const [microphone] = scene.browser.openMicrophones;
    expect([call.state.muted, microphone?.enabled]).toEqual([true, false]);
    call.mute(false);
    expect([call.state.muted, microphone?.enabled]).toEqual([false, true]);
  });

  it("whose call is muted and gets another microphone", async () => {
    const scene = await readyPhone();
    const { call } = await talking(scene);
    call.mute(true);
    scene.phone.devices = { microphone: "headset" };
    await settle();
    expect(scene.browser.openMicrophones.map(({ deviceId, enabled }) => [deviceId, enabled])).toEqual([
      ["headset", false],
    ]);
  });

  it("whose call is muted and taken over by a second leg", async () => {
    const scene = await readyPhone();
    const { call, successor } = await replacing(scene);
    call.mute(true);
    successor.otherAnswers();
    await settle();
    await call.hold();
    await call.resume();
    expect(scene.browser.openMicrophones.map(({ enabled }) => enabled)).toEqual([false]);
    call.mute(false);
    expect(scene.browser.openMicrophones.map(({ enabled }) => enabled)).toEqual([true]);
  });
});

it("the former microphone is closed when the call ends while another one takes its place", async () => {
  const scene = await readyPhone();
  const { call, session } = await talking(scene);
  const [sender] = session.connection?.getSenders() ?? [];
  // WebRTC 1.0, section 5.2, replaceTrack: on a connection that is closed meanwhile it is never settled.
  if (sender) sender.replaced = new Promise(() => {});
  scene.phone.devices = { microphone: "headset" };
  await settle();
  expect(scene.browser.openMicrophones).toHaveLength(2);
  call.hangUp();
  expect(scene.browser.openMicrophones).toEqual([]);
});

it("the user can change the microphone again after the browser has refused one", async () => {
  const scene = await readyPhone();
  const { session } = await talking(scene);
  const [sender] = session.connection?.getSenders() ?? [];
  if (!sender) throw new Error("no sender");
  const report = vi.spyOn(listenerErrors, "report").mockImplementation(() => {});
  sender.replaced = Promise.reject(new DOMException("no", "InvalidStateError"));
  scene.phone.devices = { microphone: "headset" };
  await settle();
  expect(scene.browser.openMicrophones.map(({ deviceId }) => deviceId)).toEqual(["default"]);
  expect(report).toHaveBeenCalledTimes(1);
  sender.replaced = Promise.resolve();
  scene.phone.devices = { microphone: "desk" };
  await settle();
  expect(scene.browser.openMicrophones.map(({ deviceId }) => deviceId)).toEqual(["desk"]);
  expect(sender.track?.deviceId).toBe("desk");
});

describe("a call whose way through the network was lost", () => {
  it("goes on untouched when the way heals by itself", async () => {
    const scene = await readyPhone();
    const { call, session } = await talking(scene);
    session.connection?.iceBecomes("disconnected");
    await vi.advanceTimersByTimeAsync(900);
    session.connection?.iceBecomes("connected");
    await vi.advanceTimersByTimeAsync(120_000);
    expect([call.state.phase, call.state.isReconnecting, session.sent]).toEqual(["talking", false, ["INVITE"]]);
  });

  it("goes on once the way is found again", async () => {
    const scene = await readyPhone();
    const { call, session } = await talking(scene);
    let recovered = 0;
    call.on("recovered", () => recovered++);
    session.connection?.iceBecomes("disconnected");
    await vi.advanceTimersByTimeAsync(1_000);
    expect([call.state.isReconnecting, scene.session().target]).toEqual([true, "rejoin.server-1"]);
    session.connection?.iceBecomes("connected");
    await vi.advanceTimersByTimeAsync(120_000);
    expect([call.state.phase, call.state.isReconnecting, recovered]).toEqual(["talking", false, 1]);
  });

  it("goes on when the browser has given the way up and the network is back within half a minute", async () => {
    const scene = await readyPhone();
    const { call, session } = await talking(scene);
    session.connection?.iceBecomes("disconnected");
    await vi.advanceTimersByTimeAsync(15_000);
    session.connection?.iceBecomes("failed");
    session.connection?.becomes("failed");
    await vi.advanceTimersByTimeAsync(1_000);
    expect([call.state.phase, call.state.isReconnecting]).toEqual(["talking", true]);
    expect(session.sent).not.toContain("BYE");
    session.connection?.iceBecomes("connected");
    await vi.advanceTimersByTimeAsync(120_000);
    expect([call.state.phase, call.state.isReconnecting]).toEqual(["talking", false]);
  });

  it("is over after half a minute without one, and closes the microphone", async () => {
    const scene = await readyPhone();
    const timersBefore = vi.getTimerCount();
    const { session } = await talking(scene);
    session.connection?.iceBecomes("disconnected");
    await vi.advanceTimersByTimeAsync(25_000);
    expect(scene.ends).toEqual([]);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(scene.ends).toEqual(["connection_lost"]);
    expect(session.sent).toContain("BYE");
    await expectNothingLeft(scene, timersBefore);
  });

  it("is over at once before anybody has answered", async () => {
    const scene = await readyPhone();
    const { session } = await calling(scene);
    session.connection?.becomes("failed");
    expect([scene.ends, scene.browser.openMicrophones]).toEqual([["connection_lost"], []]);
    expect(session.sent).toEqual(["INVITE", "CANCEL"]);
  });

  it("outlives a request that was lost with the connection to the server", async () => {
    const scene = await readyPhone();
    const { call, session } = await talking(scene);
    session.onTransportError();
    session.onRequestTimeout();
    expect([call.state.phase, session.sent]).toEqual(["talking", ["INVITE"]]);
  });
});

describe("a second leg", () => {
  it("takes the call over, and the first is ended", async () => {
    const scene = await readyPhone();
    const { call, session, successor } = await replacing(scene);
    expect([successor.target, session.isEnded()]).toEqual(["rejoin.server-1", false]);
    successor.otherAnswers();
    await vi.advanceTimersByTimeAsync(60_000);
    expect([call.state.phase, call.state.isReconnecting]).toEqual(["talking", false]);
    expect([session.sent, successor.sent]).toEqual([["INVITE", "BYE"], ["INVITE"]]);
    // What becomes of the first connection is nobody's business any more.
    session.connection?.iceBecomes("disconnected");
    await vi.advanceTimersByTimeAsync(2_000);
    successor.onTransportError();
    expect([call.state.phase, call.state.isReconnecting, successor.sent]).toEqual(["talking", false, ["INVITE"]]);
    call.hangUp();
    expect(successor.sent).toEqual(["INVITE", "BYE"]);
  });

  it("takes the call over that the server has ended for it", async () => {
    const scene = await readyPhone();
    const { call, session, successor } = await replacing(scene);
    session.otherHangsUp();
    expect(call.isOver).toBe(false);
    successor.otherAnswers();
    await settle();
    expect(call.state.phase).toBe("talking");
    expect(scene.browser.openMicrophones).toHaveLength(1);
  });

  it("ends the call when it comes to nothing after the server has ended the first", async () => {
    const scene = await readyPhone();
    const timersBefore = vi.getTimerCount();
    const { session, successor } = await replacing(scene);
    session.otherHangsUp();
    successor.otherRefuses(404);
    expect(scene.ends).toEqual(["peer_hung_up"]);
    await expectNothingLeft(scene, timersBefore);
  });

  it("leaves the call as it is when it is refused", async () => {
    const scene = await readyPhone();
    const { call, session, successor } = await replacing(scene);
    successor.otherRefuses(404);
    await settle();
    expect([call.isOver, session.isEnded()]).toEqual([false, false]);
    expect(scene.browser.openMicrophones).toHaveLength(1);
    session.otherHangsUp();
    expect(scene.ends).toEqual(["peer_hung_up"]);
  });

  it.each<[string, (going: Going) => void]>([
    ["the user hangs up", ({ call }) => call.hangUp()],
    ["the call is given up", ({ call }) => call.abandon()],
  ])("is taken back when %s meanwhile", async (_what, end) => {
    const scene = await readyPhone();
    const timersBefore = vi.getTimerCount();
    const { successor, ...going } = await replacing(scene);
    end(going);
    expect(successor.sent).toEqual(["INVITE", "CANCEL"]);
    await expectNothingLeft(scene, timersBefore);
  });
});

describe("a second leg that the browser finds no way for", () => {
  it("makes room for another one once there is a network", async () => {
    const scene = await readyPhone();
    const going = await talking(scene);
    FakeSession.hasNetwork = false;
    await roaming(going);
    const stranded = scene.session();
    FakeSession.hasNetwork = true;
    going.call.connectionRenewed();
    await settle();
    expect([stranded.isEnded(), scene.session().sent]).toEqual([true, ["INVITE"]]);
    expect(going.session.sent).toEqual(["INVITE"]);
  });

  it("is dropped when sound comes again by the way from before", async () => {
    const scene = await readyPhone();
    const going = await talking(scene);
    FakeSession.hasNetwork = false;
    await roaming(going);
    if (going.session.connection) going.session.connection.isFlowing = true;
    going.call.connectionRenewed();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(scene.ua().sessions.map((session) => session.isEnded())).toEqual([false, true]);
    expect([going.session.sent, going.call.state.isReconnecting]).toEqual([["INVITE"], false]);
  });
});

describe("no second leg", () => {
  it("is sent after one that is not answered yet", async () => {
    const scene = await readyPhone();
    await replacing(scene);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(scene.ua().sessions).toHaveLength(2);
  });

  it("is asked for a third time by a server that refuses it: ICE is restarted within the first", async () => {
    const scene = await readyPhone();
    const { session, successor } = await replacing(scene);
    successor.otherRefuses(503);
    await vi.advanceTimersByTimeAsync(700);
    scene.session().otherRefuses(503);
    await vi.advanceTimersByTimeAsync(700);
    expect(scene.ua().sessions).toHaveLength(3);
    expect(session.sent).toEqual(["INVITE", "re-INVITE ice"]);
  });

  it.each<[string, (scene: Scene) => Promise<Going>]>([
    [
      "that is held",
      async (scene) => {
        const going = await talking(scene);
        await going.call.hold();
        return going;
      },
    ],
    ["that is a page", (scene) => answered(scene, { ...PAGE, "X-Linkus-Call": "server-1" })],
    ["that the server has not named", (scene) => answered(scene)],
  ])("is sent for a call %s: its way is looked for by a re-INVITE", async (_what, begin) => {
    const scene = await readyPhone();
    const going = await begin(scene);
    const { session } = going;
    session.connection?.iceBecomes("disconnected");
    await roaming(going);
    expect(scene.ua().sessions).toHaveLength(1);
    expect(session.sent.at(-1)).toBe("re-INVITE ice");
  });
});

it("a hold that the other side refuses leaves the call as it is, and can be tried again", async () => {
  const scene = await readyPhone();
  const { call, session } = await talking(scene);
  session.reinvites = "refused";
  await expect(call.hold()).rejects.toThrow(HoldError);
  expect([call.state.phase, call.state.held, scene.ends]).toEqual(["talking", false, []]);
  expect(scene.browser.openMicrophones.map(({ enabled }) => enabled)).toEqual([true]);
  session.reinvites = "answered";
  await call.hold();
  expect(call.state.held).toBe(true);
});

describe("a transfer", () => {
  it("ends the call once the other side has reached its target", async () => {
    const scene = await readyPhone();
    const { call, session } = await talking(scene);
    await call.transfer("1004");
    expect([scene.ends, session.sent]).toEqual([["transferred"], ["INVITE", "REFER 1004", "BYE"]]);
    expect(scene.browser.openMicrophones).toEqual([]);
  });

  it.each<[string, (going: Going) => void]>([
    ["the other side hangs up", ({ session }) => session.otherHangsUp()],
    ["the user hangs up", ({ call }) => call.hangUp()],
    ["it is given up", ({ call }) => call.abandon()],
  ])("fails when %s before the target is reached", async (_what, end) => {
    const scene = await readyPhone();
    const going = await talking(scene);
    going.session.refers = "unanswered";
    const transfer = expect(going.call.transfer("1004")).rejects.toThrow("the call ended");
    end(going);
    await transfer;
    expect(scene.ends).not.toContain("transferred");
  });

  it("leaves the call as it is when it is refused", async () => {
    const scene = await readyPhone();
    const { call, session } = await talking(scene);
    session.refers = "requestFailed";
    await expect(call.transfer("1004")).rejects.toThrow("refused");
    expect([call.state.phase, session.isEnded()]).toEqual(["talking", false]);
    expect(scene.browser.openMicrophones).toHaveLength(1);
  });
});

describe("a browser without any network", () => {
  it("does not start a call for ever: it ends within seconds and says why", async () => {
    const scene = await readyPhone();
    FakeSession.hasNetwork = false;
    const call = await scene.phone.call("1002");
    await settle();
    expect(call.state.phase).toBe("connecting");
    await vi.advanceTimersByTimeAsync(4_900);
    expect(call.state.phase).toBe("connecting");
    await vi.advanceTimersByTimeAsync(200);
    expect(call.state).toMatchObject({ phase: "ended", endReason: "no_network" });
    expect(scene.session().isEnded()).toBe(true);
    expect(scene.session().sent).not.toContain("INVITE");
  });

  it("ends a call that it cannot answer", async () => {
    const scene = await readyPhone();
    const { call, session } = await ringing(scene);
    FakeSession.hasNetwork = false;
    await scene.phone.answer(call);
    await vi.advanceTimersByTimeAsync(5_100);
    expect(call.state).toMatchObject({ phase: "ended", endReason: "no_network" });
    expect(session.isEnded()).toBe(true);
  });

  it("keeps the calls that found a way", async () => {
    const { call } = await calling(await readyPhone());
    const other = await answered(await readyPhone());
    await vi.advanceTimersByTimeAsync(6_000);
    expect([call.state.phase, other.call.state.phase]).toEqual(["ringing", "talking"]);
  });
});
