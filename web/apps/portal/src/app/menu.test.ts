import { expect, test } from "vitest";
import { activePath } from "./menu";

test("a page below a menu entry belongs to it", () => {
  expect(activePath("/extensions/7")).toBe("/extensions");
  expect(activePath("/calls")).toBe("/calls");
  expect(activePath("/extension-groups/7")).toBe("/extension-groups");
  expect(activePath("/call-records")).toBe("/call-records");
  expect(activePath("/email/log")).toBe("/email");
  expect(activePath("/client-permission/setting/3")).toBe("/client-permission");
});

test("any other page belongs to the overview", () => {
  expect(activePath("/")).toBe("/");
  expect(activePath("/nowhere")).toBe("/");
});
