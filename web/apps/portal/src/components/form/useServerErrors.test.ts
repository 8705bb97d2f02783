import { expect, test } from "vitest";
import { splitFields } from "./useServerErrors";

test("errors stand in the order of the form, those of other fields apart", () => {
  const fields = { email: { message: "E" }, version: { message: "V" }, number: { message: "N" } };
  expect(splitFields(fields, ["number", "first_name", "email"])).toEqual({
    here: [
      { name: "number", message: "N" },
      { name: "email", message: "E" },
    ],
    elsewhere: ["V"],
  });
});
