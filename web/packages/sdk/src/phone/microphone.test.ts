import { afterEach, expect, it, vi } from "vitest";
import { MicrophoneError, openMicrophone } from "./microphone";

afterEach(() => vi.unstubAllGlobals());

const problemOf = async () => {
  const error = await openMicrophone().catch((e: unknown) => e);
  return error instanceof MicrophoneError ? error.problem : error;
};

it.each([
  ["NotAllowedError", "denied"],
  ["NotFoundError", "missing"],
  ["NotReadableError", "in_use"],
  ["TypeError", "failed"],
])("%s is told as %s", async (name, problem) => {
  const getUserMedia = () => Promise.reject(Object.assign(new Error("no"), { name }));
  vi.stubGlobal("navigator", { mediaDevices: { getUserMedia } });
  expect(await problemOf()).toBe(problem);
});

it("says that a page without HTTPS gets no microphone", async () => {
  vi.stubGlobal("navigator", {});
  expect(await problemOf()).toBe("insecure");
});
