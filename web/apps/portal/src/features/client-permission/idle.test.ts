import { expect, test } from "vitest";
import { idleReason } from "./idle";

const RULE = {
  enabled: true,
  without_effect: true,
  subjects: [{ kind: "group" as const, id: 1, label: "销售" }],
  extensions: 2,
};

test("a rule without effect says why", () => {
  expect(idleReason(RULE)).toBe("other_rules");
  expect(idleReason({ ...RULE, extensions: 0 })).toBe("nobody");
  expect(idleReason({ ...RULE, extensions: 0, subjects: [] })).toBe("no_subjects");
});

test("a rule that is disabled, or has an effect, needs no reason", () => {
  expect(idleReason({ ...RULE, enabled: false })).toBeNull();
  expect(idleReason({ ...RULE, without_effect: false })).toBeNull();
});
