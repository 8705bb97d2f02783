import { expect, it } from "vitest";
import { mainCall } from "./main-call";

const ringing = { phase: "incoming", held: false } as const;
const held = { phase: "talking", held: true } as const;
const heard = { phase: "talking", held: false } as const;

it("is the call that is heard", () => {
  expect(mainCall([held, heard, ringing])).toBe(heard);
});

it("is a held call when nothing is heard", () => {
  expect(mainCall([ringing, held])).toBe(held);
});

it("is none while it only rings", () => {
  expect(mainCall([ringing])).toBeUndefined();
});
