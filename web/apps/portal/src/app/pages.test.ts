import { expect, test } from "vitest";
import { accessTo, firstPath, pageAt } from "./pages";

test("an address belongs to the page of its menu entry", () => {
  expect(pageAt("/extensions/7")).toBe("extensions");
  expect(pageAt("/extensions/linkus-server")).toBe("linkus_server");
  expect(pageAt("/administrators/roles/3")).toBe("administrators");
  expect(pageAt("/")).toBe("overview");
  expect(pageAt("/nowhere")).toBeNull();
});

test("a page is hidden, read-only or open, as the role says", () => {
  expect(accessTo({ trunks: "view" }, "/trunks/3")).toEqual({ kind: "read-only" });
  expect(accessTo({ trunks: "edit" }, "/trunks/3")).toEqual({ kind: "open" });
  expect(accessTo({ administrators: "edit" }, "/audit-log")).toEqual({ kind: "hidden", page: "audit_log" });
  expect(accessTo({ trunks: "edit" }, "/paging-groups")).toEqual({ kind: "hidden", page: "paging" });
});

test("a page without anything to change is never called read-only", () => {
  expect(accessTo({ call_records: "view" }, "/call-records")).toEqual({ kind: "open" });
  expect(accessTo({ audit_log: "view" }, "/audit-log")).toEqual({ kind: "open" });
  expect(accessTo({ event_log: "view" }, "/event-log")).toEqual({ kind: "open" });
  expect(accessTo({ status: "view" }, "/event-log")).toEqual({ kind: "hidden", page: "event_log" });
});

test("whoever may not see all of the overview lands on the first page of their own", () => {
  expect(accessTo({ call_records: "view" }, "/")).toEqual({ kind: "hidden", page: "overview" });
  expect(firstPath({ call_records: "view", trunks: "view" })).toBe("/trunks");
  expect(firstPath({})).toBeNull();
});
