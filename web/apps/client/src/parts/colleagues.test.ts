import { expect, it } from "vitest";
import { withChanges } from "./colleagues";

const of = (number: string, display_name: string) => ({ number, display_name, online: true, on_call: false });
const LIST = [of("20", "Reception"), of("1002", "Li Na"), of("1004", "Wang Wei")];
const whole = { search: "", own: "1001", isWhole: true };
const names = (changes: [string, string | null][], shown = whole) =>
  withChanges(LIST, new Map(changes), shown).map(({ number, display_name }) => `${number} ${display_name}`);

it("shows who was added, in the order of the numbers", () => {
  expect(names([["1003", "Zhang San"]])).toEqual(["20 Reception", "1002 Li Na", "1003 Zhang San", "1004 Wang Wei"]);
  expect(names([["999", "Chen"]])[1]).toBe("999 Chen");
});

it("shows new names, and who is gone no more", () => {
  expect(
    names([
      ["1002", "Li Na-Weber"],
      ["1004", null],
    ]),
  ).toEqual(["20 Reception", "1002 Li Na-Weber"]);
});

it("leaves the user out, and whom the search does not find", () => {
  expect(names([["1001", "Myself"]])).toHaveLength(3);
  expect(names([["1003", "Zhang San"]], { ...whole, search: "zhang" })).toContain("1003 Zhang San");
  expect(names([["1003", "Zhao"]], { ...whole, search: "zhang" })).toHaveLength(3);
});

it("leaves a later page to the server", () => {
  expect(names([["1009", "Zhou"]], { ...whole, isWhole: false })).toHaveLength(3);
  expect(names([["1003", "Zhou"]], { ...whole, isWhole: false })).toHaveLength(4);
});

it("keeps presence, and changes nothing without changes", () => {
  expect(withChanges(LIST, new Map([["1002", "Li"]]), whole)[1]).toEqual(of("1002", "Li"));
  expect(withChanges(LIST, new Map(), whole)).toEqual(LIST);
});
