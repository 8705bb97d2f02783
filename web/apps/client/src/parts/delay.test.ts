import { expect, it } from "vitest";
import { parseDelay } from "./delay";

it.each([
  ["0", 0],
  [" 60 ", 60],
  ["07", 7],
  ["１５", 15],
])("reads %j", (typed, seconds) => expect(parseDelay(typed)).toBe(seconds));

it.each(["", " ", "61", "-1", "1.5", "1e1", "abc", "999999"])("refuses %j", (typed) =>
  expect(parseDelay(typed)).toBeNull(),
);
