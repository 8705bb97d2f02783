import { expect, test } from "vitest";
import { displayName, extensionName } from "./name";

test("an extension is called by number and name", () => {
  expect(extensionName({ number: "1001", display_name: "张伟" })).toBe("1001 张伟");
});

test("a name that is only the number is not said twice", () => {
  expect(extensionName({ number: "1001", display_name: "1001" })).toBe("1001");
  expect(extensionName({ number: "1001", display_name: null })).toBe("1001");
});

test("a name is written as its language does", () => {
  expect(displayName("伟", "张")).toBe("张伟");
  expect(displayName("Wei", "Zhang")).toBe("Wei Zhang");
  expect(displayName("Wei", "")).toBe("Wei");
});
