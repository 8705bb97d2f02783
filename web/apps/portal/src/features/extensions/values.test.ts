import { expect, test } from "vitest";
import { cleanValues, FIELDS, NEW_EXTENSION, tabOf } from "./values";

test("every value of the form stands on exactly one tab", () => {
  expect([...FIELDS].sort()).toEqual(Object.keys(NEW_EXTENSION).sort());
});

test("an error opens the tab of its field", () => {
  expect(tabOf("voicemail_pin")).toBe("voicemail");
  expect(tabOf("registration_name")).toBe("phone");
  expect(tabOf("web.screen_pop_url")).toBe("linkus");
  expect(tabOf("codec")).toBe("linkus");
  expect(tabOf("something_else")).toBe("user");
});

test("what was emptied is sent as empty", () => {
  const values = cleanValues({ number: "1001", email: undefined, linkus_enabled: true });
  expect(values).toMatchObject({ number: "1001", email: "", linkus_enabled: true, phone_max_contacts: 1 });
});
