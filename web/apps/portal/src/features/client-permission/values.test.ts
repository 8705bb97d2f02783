import type { PermissionRuleView, SubjectView } from "@linkus/sdk/api";
import { expect, test } from "vitest";
import { bodyOf, extensionsOf, matches, NEW_RULE, previewOf, replaceSubjects, valuesOf } from "./values";

const SUBJECTS: SubjectView[] = [
  { kind: "extension", id: 7, label: "1001 张 伟" },
  { kind: "group", id: 0, label: "" },
];
const RULE: PermissionRuleView = {
  id: 3,
  kind: "menu",
  name: "前台",
  note: "x",
  permission: "allow",
  targets: ["call_logs"],
  subjects: SUBJECTS,
  enabled: true,
  version: 2,
  extensions: 1,
  without_effect: false,
};
const VALUES = valuesOf(RULE, ["contacts", "call_logs"]);

test("a rule is sent as it was read", () => {
  expect(bodyOf(VALUES)).toEqual({
    name: "前台",
    note: "x",
    permission: "allow",
    targets: ["call_logs"],
    subjects: [
      { kind: "extension", id: 7 },
      { kind: "group", id: 0 },
    ],
    enabled: true,
  });
});

test("an extension is found again in the label of a subject", () => {
  expect(extensionsOf([...SUBJECTS, { kind: "extension", id: 8, label: "1002" }])).toEqual([
    { id: 7, number: "1001", display_name: "张 伟" },
    { id: 8, number: "1002", display_name: "" },
  ]);
});

test("subjects of one kind are replaced, the others stay", () => {
  const next = replaceSubjects(SUBJECTS, "group", [{ id: 4, label: "销售" }]);
  expect(next).toEqual([SUBJECTS[0], { kind: "group", id: 4, label: "销售" }]);
  expect(replaceSubjects(next, "extension", [])).toEqual([{ kind: "group", id: 4, label: "销售" }]);
});

test("each word of a search is found in the name or in a subject", () => {
  expect(matches("前台 1001", ["前台", "1001 张伟"])).toBe(true);
  expect(matches("前台 1002", ["前台", "1001 张伟"])).toBe(false);
  expect(matches("SALES", ["Sales team"])).toBe(true);
});

test("a rule that names nobody or nothing has no preview", () => {
  expect(previewOf(NEW_RULE, null).body).toBeNull();
  expect(previewOf({ ...VALUES, subjects: [] }, RULE).body).toBeNull();
  expect(previewOf({ ...VALUES, targets: [] }, RULE).body).toBeNull();
});

test("a preview compares one extension, and does not depend on the note", () => {
  const { mode, body } = previewOf(VALUES, RULE, 9);
  expect(mode).toBe("saved");
  expect(body).toMatchObject({ rule_id: 3, extension_id: 9, values: { name: "前台", note: "", enabled: true } });
  expect(previewOf({ ...VALUES, note: "other" }, RULE, 9)).toEqual({ mode, body });
});

test("disabling a rule is previewed as if it were deleted, and a disabled one as if it were enabled", () => {
  const off = { ...VALUES, enabled: false };
  expect(previewOf(off, RULE)).toEqual({ mode: "asIfDisabled", body: { rule_id: 3 } });
  const { mode, body } = previewOf(off, { ...RULE, enabled: false });
  expect(mode).toBe("asIfEnabled");
  expect(body?.values?.enabled).toBe(true);
  expect(previewOf(off, null).mode).toBe("asIfEnabled");
});
