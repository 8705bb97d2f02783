import { expect, it } from "vitest";
import { callKey } from "./use-call-keys";

const press = (code: string, key: string, more: object = {}) => ({
  code,
  key,
  altKey: true,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  repeat: false,
  ...more,
});

it.each([
  ["Alt+A", press("KeyA", "a"), false, "answer"],
  ["Alt+R", press("KeyR", "R"), false, "decline"],
  ["Alt+A while typing", press("KeyA", "a"), true, "answer"],
  ["a Mac's Alt+A", press("KeyA", "å"), false, "answer"],
  ["a Mac's letter, typed into a field", press("KeyA", "å"), true, null],
  ["the letter alone", press("KeyA", "a", { altKey: false }), false, null],
  ["AltGr, which is Ctrl and Alt", press("KeyA", "a", { ctrlKey: true }), false, null],
  ["a key that is held down", press("KeyA", "a", { repeat: true }), false, null],
  ["another key", press("KeyD", "d"), false, null],
])("%s", (_name, pressed, typing, what) => {
  expect(callKey(pressed, typing)).toBe(what);
});
