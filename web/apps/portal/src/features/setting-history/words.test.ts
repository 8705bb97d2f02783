import { expect, test } from "vitest";
import { actorLabel, changeAt, isPresent, justBefore, valueLabel } from "./words";

const t = ((key: string, values?: Record<string, string>) => (values ? `${key} ${values.name}`.trim() : key)) as never;

test("a change says who made it, and by which way", () => {
  expect(actorLabel(t, { actor: "user", actor_name: "1001 张伟", source: "form" })).toBe("user 1001 张伟");
  expect(actorLabel(t, { actor: "administrator", actor_name: "boss", source: "bulk" })).toBe(
    "administrator boss · bulk",
  );
  expect(actorLabel(t, { actor: "system", actor_name: "" })).toBe("system");
});

test("values are said in words", () => {
  expect(valueLabel(t, true)).toBe("on");
  expect(valueLabel(t, "")).toBe("none");
  expect(valueLabel(t, 7)).toBe("7");
});

test("just before a change is before it, however exact its time is", () => {
  expect(justBefore("2026-11-30T17:05:00.123456Z") < "2026-11-30T17:05:00.123456Z").toBe(true);
});

const CHANGES = [
  { name: "port", changed_at: "2026-11-30T12:00:00Z", before: 25, after: 465, is_secret: false },
  { name: "port", changed_at: "2026-11-30T10:00:00Z", before: 587, after: 25, is_secret: false },
];

test("the value at a moment is what the last change before it made", () => {
  expect(changeAt(CHANGES, "2026-11-30T09:00:00Z")).toEqual({ value: 587, isSecret: false });
  expect(changeAt(CHANGES, "2026-11-30T10:00:00Z")).toEqual({ value: 25, isSecret: false });
  expect(changeAt(CHANGES, "2026-11-30T11:59:00.000Z")).toEqual({ value: 25, isSecret: false });
  expect(changeAt(CHANGES, "2026-12-01T00:00:00Z")).toEqual({ value: 465, isSecret: false });
  expect(changeAt([], "2026-12-01T00:00:00Z")).toBeNull();
});

test("the value that is set now need not be restored", () => {
  expect(isPresent(CHANGES, "port", 465)).toBe(true);
  expect(isPresent(CHANGES, "port", 25)).toBe(false);
  expect(isPresent(CHANGES, "host", undefined)).toBe(false);
});
