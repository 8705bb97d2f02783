import { expect, test } from "vitest";
import { readNumbers } from "./numbers";

test("numbers stand apart by whatever a spreadsheet or a mail puts between them", () => {
  expect(readNumbers("1001, 1002；1003、1004\n1005\t1006|1001", 100)).toEqual({
    numbers: ["1001", "1002", "1003", "1004", "1005", "1006"],
    odd: [],
  });
});

test("a range means all its numbers, with their leading zeros", () => {
  expect(readNumbers("0098-0101 7 - 9 20～21", 100).numbers).toEqual([
    ...["0098", "0099", "0100", "0101"],
    ...["7", "8", "9"],
    ...["20", "21"],
  ]);
});

test("what is none is kept to be shown", () => {
  expect(readNumbers("1001 Zhang 9-5 1-99999 123456789", 100)).toEqual({
    numbers: ["1001"],
    odd: ["Zhang", "9-5", "1-99999", "123456789"],
  });
});
