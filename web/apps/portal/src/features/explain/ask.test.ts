import { expect, test } from "vitest";
import { askedOf, readAsk, writeAsk } from "./ask";

test("a question comes back from the address as it was asked", () => {
  const inside = { outside: false, from: "1001", kind: "mobile", trunk_id: 0, to: "1002" } as const;
  const outside = { outside: true, from: "139", kind: "web", trunk_id: 3, to: "100" } as const;
  for (const ask of [inside, outside]) expect(readAsk(writeAsk(ask))).toEqual(ask);
});

test("without a caller or a number there is no question; from outside the caller may be nameless", () => {
  expect(askedOf(readAsk({}))).toBeNull();
  expect(askedOf(readAsk({ to: "1002" }))).toBeNull();
  expect(askedOf(readAsk({ kind: "trunk", to: "100" }))).toEqual({
    from: "",
    kind: "trunk",
    to: "100",
    trunk_id: undefined,
  });
});

test("what nobody could have chosen is not taken from the address", () => {
  expect(readAsk({ kind: "fax", trunk_id: "-1" })).toMatchObject({ kind: "web", trunk_id: 0, outside: false });
});
