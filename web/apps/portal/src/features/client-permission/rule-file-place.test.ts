import { expect, test } from "vitest";
import { otherKind, placeInFile } from "./rule-file-place";

/** Words as the tests read them: the key, and what stands in it. */
const t = ((key: string, values?: Record<string, unknown>) => [key, ...Object.values(values ?? {})].join(" ")) as never;

const FILE = { kind: "visibility", rules: [{ name: "前台" }, {}] };

test("a file of another tab is told from a file without rules", () => {
  expect(otherKind(FILE, "visibility")).toBeNull();
  expect(otherKind(FILE, "menu")).toBe("visibility");
  for (const wrong of [null, [], "x", {}, { kind: "fax", rules: [] }, { kind: "menu" }, { kind: "menu", rules: {} }])
    expect(otherKind(wrong, "menu")).toBe("none");
});

test("a place in a file names the rule, the field and the entry, counted from one", () => {
  const place = (path: string) => placeInFile(t, "visibility", FILE, path);
  expect(place("document.rules.0.targets.1.path")).toBe(
    "ruleNamed 1 前台betweenvisibilityTargetsbetweenentry 2betweendepartment",
  );
  expect(place("document.rules.1.subjects.0.number")).toBe("ruleAt 2betweensubjectsbetweenentry 1betweennumber");
  expect(place("document.rules.1.permission")).toBe("ruleAt 2betweenpermission");
  expect(place("document.rules")).toBe("rules");
  expect(place("document.rules.7")).toBe("ruleAt 8");
  expect(place("dry_run")).toBe("");
});

test("what rules are about is called as on their page", () => {
  expect(placeInFile(t, "menu", FILE, "document.rules.1.targets")).toBe("ruleAt 2betweenmenuTargets");
});
