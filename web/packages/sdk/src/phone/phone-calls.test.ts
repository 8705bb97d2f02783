import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { listenerErrors } from "../emitter";
import type { Call } from "./call";
import { HoldError } from "./hold";
import { newPhone, readyPhone, type Scene, settle } from "./testing/fake-phone";
import type { FakeSession } from "./testing/fake-session";

vi.mock("jssip", async () => ({ UA: (await import("./testing/fake-edge")).FakeUA }));

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const PAGE = { "X-Linkus-Origin": "page", "X-Linkus-Page": "600" };

async function answered(scene: Scene, number: string): Promise<[Call, FakeSession]> {
  const session = scene.ua().rings(number);
  const call = scene.phone.calls.at(-1);
  if (!call) throw new Error("it does not ring");
  await scene.phone.answer(call);
  await settle();
  return [call, session];
}

const phases = ({ phone }: Scene) => phone.calls.map(({ state }) => [state.number, state.phase, state.held]);

describe("calls that come in", () => {
  it("ring beside one that goes on, and a third is refused as busy", async () => {
    const scene = await readyPhone();
    const shown: string[] = [];
    scene.phone.on("incoming", ({ state }) => shown.push(state.number));
    await answered(scene, "1002");
    const second = scene.ua().rings("1003");
    const third = scene.ua().rings("1004");
    expect([second.sent, third.sent]).toEqual([[], ["486"]]);
    expect(shown).toEqual(["1002", "1003"]);
    expect(phases(scene)).toEqual([
      ["1002", "talking", false],
      ["1003", "incoming", false],
    ]);
  });

  it("are taken again once one of two is over", async () => {
    const scene = await readyPhone();
    const [, first] = await answered(scene, "1002");
    await answered(scene, "1003");
    first.otherHangsUp();
    expect(scene.ua().rings("1004").sent).toEqual([]);
  });

  it("are as many as the page allows", async () => {
    const scene = await readyPhone({ maxCalls: 1 });
    const [first, second] = [scene.ua().rings("1002"), scene.ua().rings("1003")];
    expect([first.sent, second.sent]).toEqual([[], ["486"]]);
  });

  it("are refused when the page does not accept them, and nobody is told", async () => {
    const scene = await readyPhone({ accepts: ({ number }) => number !== "1003" });
    let shown = 0;
    scene.phone.on("call", () => shown++);
    expect([scene.ua().rings("1002").sent, scene.ua().rings("1003").sent]).toEqual([[], ["486"]]);
    expect(shown).toBe(1);
  });

  it("ring when the page cannot say whether it accepts them", async () => {
    const report = vi.spyOn(listenerErrors, "report").mockImplementation(() => {});
    const scene = await readyPhone({
      accepts: () => {
        throw new Error("not yet");
      },
    });
    expect(scene.ua().rings("1002").sent).toEqual([]);
    expect(report).toHaveBeenCalledTimes(1);
  });
});

describe("a page", () => {
  it("rings beside two calls, and only one page does", async () => {
    const scene = await readyPhone();
    await answered(scene, "1002");
    await answered(scene, "1003");
    const [page, another, call] = [
      scene.ua().rings("1005", PAGE),
      scene.ua().rings("1006", PAGE),
      scene.ua().rings("1007"),
    ];
    expect([page.sent, another.sent, call.sent]).toEqual([[], ["486"], ["486"]]);
  });
});

describe("the call that goes on is held", () => {
  it("while another one that came in is answered", async () => {
    const scene = await readyPhone();
    const [, first] = await answered(scene, "1002");
    await answered(scene, "1003");
    expect(first.sent).toEqual(["200", "re-INVITE hold"]);
    expect(phases(scene)).toEqual([
      ["1002", "talking", true],
      ["1003", "talking", false],
    ]);
  });

  it("while another number is called", async () => {
    const scene = await readyPhone();
    const [, first] = await answered(scene, "1002");
    await scene.phone.call("1003");
    expect(first.sent).toEqual(["200", "re-INVITE hold"]);
  });

  it("while the other one of two is resumed", async () => {
    const scene = await readyPhone();
    const [call, first] = await answered(scene, "1002");
    const [, second] = await answered(scene, "1003");
    await scene.phone.resume(call);
    expect([first.sent.at(-1), second.sent.at(-1)]).toEqual(["re-INVITE unhold", "re-INVITE hold"]);
    expect(phases(scene)).toEqual([
      ["1002", "talking", false],
      ["1003", "talking", true],
    ]);
  });
});

describe("a hold that is not answered", () => {
  it("leaves the other call ringing, and opens no second microphone", async () => {
    const scene = await readyPhone();
    const [, first] = await answered(scene, "1002");
    first.reinvites = "unanswered";
    const second = scene.ua().rings("1003");
    const answer = expect(scene.phone.answer(scene.phone.calls[1] as Call)).rejects.toThrow(HoldError);
    await vi.advanceTimersByTimeAsync(10_000);
    await answer;
    expect([scene.phone.calls[1]?.state.phase, second.sent]).toEqual(["incoming", []]);
    expect(scene.browser.openMicrophones).toHaveLength(1);
  });

  it("begins no call", async () => {
    const scene = await readyPhone();
    const [, first] = await answered(scene, "1002");
    first.reinvites = "unanswered";
    const call = expect(scene.phone.call("1003")).rejects.toThrow(HoldError);
    await vi.advanceTimersByTimeAsync(10_000);
    await call;
    expect([scene.phone.calls.length, scene.ua().sessions.length]).toEqual([1, 1]);
    expect(scene.browser.openMicrophones).toHaveLength(1);
  });

  it("begins no call when the phone is stopped meanwhile", async () => {
    const scene = await readyPhone();
    const [, first] = await answered(scene, "1002");
    first.reinvites = "unanswered";
    const call = expect(scene.phone.call("1003")).rejects.toThrow();
    await settle();
    scene.phone.stop();
    await call;
    expect([scene.phone.calls, scene.browser.openMicrophones]).toEqual([[], []]);
  });
});

describe("a call that is taken in place of another", () => {
  it("ends the other once it stands", async () => {
    const scene = await readyPhone();
    const [going, first] = await answered(scene, "1002");
    scene.ua().rings("1003");
    await scene.phone.answerInPlaceOf(going, scene.phone.calls[1] as Call);
    expect(first.sent).toEqual(["200", "BYE"]);
    expect(phases(scene)).toEqual([["1003", "talking", false]]);
    expect(scene.browser.openMicrophones).toHaveLength(1);
  });

  it("leaves the other as it is when the microphone cannot be opened", async () => {
    const scene = await readyPhone();
    const [going, first] = await answered(scene, "1002");
    scene.ua().rings("1003");
    scene.browser.devices.permission = Promise.reject(new DOMException("no", "NotAllowedError"));
    await expect(scene.phone.answerInPlaceOf(going, scene.phone.calls[1] as Call)).rejects.toThrow("no microphone");
    expect(first.sent).toEqual(["200"]);
    expect(phases(scene)).toEqual([
      ["1002", "talking", false],
      ["1003", "incoming", false],
    ]);
  });

  it("leaves the other as it is when its caller gives up", async () => {
    const scene = await readyPhone();
    const [going, first] = await answered(scene, "1002");
    const second = scene.ua().rings("1003");
    const consent = scene.browser.askFirst();
    const taken = scene.phone.answerInPlaceOf(going, scene.phone.calls[1] as Call);
    second.otherCancels();
    consent();
    await taken;
    expect(first.sent).toEqual(["200"]);
    expect(scene.browser.openMicrophones).toHaveLength(1);
  });
});

describe("no call is begun", () => {
  it("without a number", async () => {
    const scene = await readyPhone();
    await expect(scene.phone.call("nobody")).rejects.toThrow(RangeError);
    expect(scene.browser.devices.opened).toEqual([]);
  });

  it("by a phone that is not registered", async () => {
    const scene = newPhone();
    await expect(scene.phone.call("1002")).rejects.toThrow("not registered");
    await scene.phone.start();
    await settle();
    await scene.phone.call("1002");
    scene.phone.stop();
    await expect(scene.phone.call("1002")).rejects.toThrow("not registered");
    expect(scene.browser.openMicrophones).toEqual([]);
  });

  it("by a phone that has lost its network", async () => {
    const scene = await readyPhone();
    scene.browser.window.dispatchEvent(new Event("offline"));
    await expect(scene.phone.call("1002")).rejects.toThrow("not registered");
    expect(scene.browser.devices.opened).toEqual([]);
  });
});

it("a stopped phone declines what rings and ends what goes on", async () => {
  const scene = await readyPhone();
  const [, going] = await answered(scene, "1002");
  const ringing = scene.ua().rings("1003");
  scene.phone.stop();
  expect([going.sent, ringing.sent]).toEqual([["200", "BYE"], ["603"]]);
  expect([scene.phone.calls, scene.browser.openMicrophones, vi.getTimerCount()]).toEqual([[], [], 0]);
});
