import { expect, it } from "vitest";
import { callerOf } from "./caller";

it.each([
  [
    { from_name: "李建国", from_number: "1002" },
    { name: "李建国", number: "1002" },
  ],
  [
    { from_name: "", from_number: "+8613800138000" },
    { name: "+8613800138000", number: "+8613800138000" },
  ],
  [
    { from_name: "", from_number: "anonymous" },
    { name: "?", number: "" },
  ],
  [
    { from_name: "Li", from_number: "" },
    { name: "Li", number: "" },
  ],
])("%j", (from, caller) => {
  expect(callerOf(from, "?")).toEqual(caller);
});
