import { afterEach, expect, test, vi } from "vitest";
import { Emitter, listenerErrors } from "./emitter";

class Bell extends Emitter<{ ring: number }> {
  ring(times: number): void {
    this.emit("ring", times);
  }
}

afterEach(() => vi.restoreAllMocks());

test("a listener that throws stops neither the others nor the emitter, and is reported", async () => {
  const reported = vi.spyOn(listenerErrors, "report").mockImplementation(() => {});
  const bell = new Bell();
  const heard: number[] = [];
  bell.on("ring", () => {
    throw new TypeError("Illegal constructor");
  });
  bell.on("ring", async () => {
    throw new RangeError("later");
  });
  bell.on("ring", (times) => heard.push(times));
  bell.ring(2);
  await Promise.resolve();
  expect(heard).toEqual([2]);
  expect(reported.mock.calls.map(([error]) => (error as Error).name)).toEqual(["TypeError", "RangeError"]);
});

test("a listener that was taken away hears nothing", () => {
  const bell = new Bell();
  const heard: number[] = [];
  const stop = bell.on("ring", (times) => heard.push(times));
  bell.ring(1);
  stop();
  bell.ring(2);
  expect(heard).toEqual([1]);
});
