import { expect, it } from "vitest";
import { parsePreferences } from "./preferences";

const fresh = { microphone: null, speaker: null, ring: true, popTested: false };

it("starts with the system's devices and a ring", () => {
  expect(parsePreferences(null)).toEqual(fresh);
});

it("keeps what was chosen", () => {
  expect(parsePreferences('{"speaker":"abc","ring":false,"popTested":true}')).toEqual({
    ...fresh,
    speaker: "abc",
    ring: false,
    popTested: true,
  });
});

it.each(["nonsense{", "7", "null", '{"ring":"yes","speaker":3}'])("is not upset by %s", (stored) => {
  expect(parsePreferences(stored)).toEqual(fresh);
});
