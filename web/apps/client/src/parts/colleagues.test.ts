import { expect, it } from "vitest";
import { withChange } from "./colleagues";

const of = (number: string, display_name: string) => ({ number, display_name, online: true, on_call: false });
const LIST = [of("20", "Reception"), of("1002", "Li Na"), of("1004", "Wang Wei")];
const whole = { search: "", own: "1001", isWhole: true };
const changed = (number: string, name: string | null, shown = whole) =>
  withChange(LIST, { number, name }, shown).map((colleague) => `${colleague.number} ${colleague.display_name}`);

it("shows who was added, in the order of the numbers", () => {
  expect(changed("1003", "Zhang San")).toEqual(["20 Reception", "1002 Li Na", "1003 Zhang San", "1004 Wang Wei"]);
  expect(changed("999", "Chen")[1]).toBe("999 Chen");
});

it("shows new names, and who is gone no more", () => {
  expect(changed("1002", "Li Na-Weber")).toEqual(["20 Reception", "1002 Li Na-Weber", "1004 Wang Wei"]);
  expect(changed("1004", null)).toEqual(["20 Reception", "1002 Li Na"]);
  expect(changed("1009", null)).toHaveLength(3);
});

it("leaves the user out, and whom the search does not find", () => {
  expect(changed("1001", "Myself")).toHaveLength(3);
  expect(changed("1003", "Zhang San", { ...whole, search: "zhang" })).toContain("1003 Zhang San");
  expect(changed("1003", "Zhao", { ...whole, search: "zhang" })).toHaveLength(3);
  expect(changed("1002", "Zhou", { ...whole, search: "li" })).toEqual(["20 Reception", "1004 Wang Wei"]);
});

it("leaves a later page to the server", () => {
  expect(changed("1009", "Zhou", { ...whole, isWhole: false })).toHaveLength(3);
  expect(changed("1003", "Zhou", { ...whole, isWhole: false })).toHaveLength(4);
});

it("keeps presence", () => {
  expect(withChange(LIST, { number: "1002", name: "Li" }, whole)[1]).toEqual(of("1002", "Li"));
});
