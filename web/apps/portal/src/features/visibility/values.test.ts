import type { VisibilityRuleView } from "@linkus/sdk/api";
import { expect, test } from "vitest";
import { bodyOf, NEW_RULE, previewOf, valuesOf } from "./values";

const RULE: VisibilityRuleView = {
  id: 3,
  name: " 前台",
  is_default: false,
  only_self: true,
  extensions: 3,
  enabled: false,
  version: 2,
  subjects: {
    extension_ids: [7],
    group_ids: [0, 4],
    department_ids: [9],
    extensions: [{ id: 7, number: "1001", display_name: "张 伟" }],
    groups: [
      { id: 0, name: "所有人" },
      { id: 4, name: "销售" },
    ],
    departments: [{ id: 9, name: "B", path: ["A", "B"] }],
  },
  targets: { extension_ids: [], group_ids: [], department_ids: [], extensions: [], groups: [], departments: [] },
};

test("a rule is sent as it was read", () => {
  expect(bodyOf(valuesOf(RULE))).toEqual({
    enabled: false,
    name: "前台",
    subjects: { extension_ids: [7], group_ids: [0, 4], department_ids: [9] },
    only_self: true,
    targets: { extension_ids: [], group_ids: [], department_ids: [] },
  });
});

test("targets that were chosen before “only themselves” are not sent", () => {
  const { subjects } = valuesOf(RULE);
  expect(bodyOf({ ...NEW_RULE, subjects, only_self: true, targets: subjects }).targets.extension_ids).toEqual([]);
  expect(bodyOf({ ...NEW_RULE, subjects, targets: subjects }).targets.extension_ids).toEqual([7]);
});

test("a preview needs subjects, and targets or the choice of none", () => {
  const { subjects } = valuesOf(RULE);
  expect(previewOf(NEW_RULE, null)).toEqual({ mode: "saved", body: null });
  expect(previewOf({ ...NEW_RULE, subjects }, null).body).toBeNull();
  expect(previewOf({ ...NEW_RULE, subjects, only_self: true }, null, 5).body).toMatchObject({
    extension_id: 5,
    values: { only_self: true, enabled: true },
  });
});

test("a preview shows what disabling does, and what a disabled rule would do", () => {
  expect(previewOf({ ...valuesOf(RULE), enabled: false }, { ...RULE, enabled: true })).toEqual({
    mode: "asIfDisabled",
    body: { rule_id: 3 },
  });
  expect(previewOf(valuesOf(RULE), RULE)).toMatchObject({ mode: "asIfEnabled", body: { values: { enabled: true } } });
});

test("what a rule names is called as in the picker", () => {
  expect(valuesOf(RULE).subjects.map(({ label }) => label)).toEqual(["1001 张 伟", "", "销售", "A/B"]);
});

test("an older answer without a switch is an enabled rule", () => {
  const { enabled: _, ...older } = RULE;
  expect(valuesOf(older).enabled).toBe(true);
});
