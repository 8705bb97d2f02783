import { expect, test } from "vitest";
import { tokenOf } from "./token";

test("the token stands behind #t=", () => {
  expect(tokenOf("#t=aB-_9")).toBe("aB-_9");
  expect(tokenOf("#")).toBeNull();
  expect(tokenOf("#t=")).toBeNull();
  expect(tokenOf("")).toBeNull();
});
