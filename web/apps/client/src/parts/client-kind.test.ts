import { expect, it } from "vitest";
import { kindsToSignIn } from "./client-kind";

it.each([
  [null, false, ["web", "desktop"]],
  [null, true, ["mobile", "web"]],
  ["desktop", false, ["desktop", "web"]],
  ["mobile", true, ["mobile", "web"]],
  ["web", true, ["web", "mobile"]],
  ["mobile", false, ["mobile", "web", "desktop"]],
  ["phone", false, ["web", "desktop"]],
])("last %s, handheld %s", (last, handheld, kinds) => {
  expect(kindsToSignIn(last, handheld)).toEqual(kinds);
});
