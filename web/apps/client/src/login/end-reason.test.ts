import { expect, it } from "vitest";
import { endReason } from "./end-reason";

it("takes only reasons that have words", () => {
  expect(endReason("?next=/portal/&ended=administrator_deleted")).toBe("administrator_deleted");
  expect(endReason("?next=/portal/")).toBeNull();
  expect(endReason("?ended=toString")).toBeNull();
  expect(endReason("?ended=%3Cb%3E")).toBeNull();
});
