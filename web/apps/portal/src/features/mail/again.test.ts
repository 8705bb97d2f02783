import { expect, test } from "vitest";
import { againFacts } from "./again";

test("an extension gets one new mail, and is said to have signed in if it did with any of the old ones", () => {
  const mails = [
    { id: 1, extension_id: 7, used_kinds: [] },
    { id: 2, extension_id: 7, used_kinds: ["web"] },
    { id: 3, extension_id: 8, used_kinds: [] },
    { id: 4, extension_id: null, used_kinds: ["web"] },
  ];
  expect(againFacts(mails)).toEqual({ extensions: 2, used: 1, gone: 1 });
  expect(againFacts([])).toEqual({ extensions: 0, used: 0, gone: 0 });
});
