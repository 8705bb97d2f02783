import { expect, test } from "vitest";
import { bulkPreview } from "./bulk-preview";

const patterns = {
  from_number: "1001",
  count: 20,
  first_name_pattern: "员工{n}",
  last_name_pattern: "",
  email_pattern: "u{number}@example.com",
};

test("the first three, a gap and the last are shown", () => {
  const rows = bulkPreview(patterns);
  expect(rows.map((row) => row?.number)).toEqual(["1001", "1002", "1003", undefined, "1020"]);
  expect(rows[4]).toEqual({ number: "1020", firstName: "员工20", lastName: "", email: "u1020@example.com" });
});

test("a short list has no gap", () => {
  expect(bulkPreview({ ...patterns, count: 2 }).map((row) => row?.number)).toEqual(["1001", "1002"]);
  expect(bulkPreview({ ...patterns, count: 4 }).map((row) => row?.number)).toEqual(["1001", "1002", "1003", "1004"]);
});

test("leading zeros stay", () => {
  expect(bulkPreview({ ...patterns, from_number: "0099", count: 2 }).map((row) => row?.number)).toEqual([
    "0099",
    "0100",
  ]);
});

test("nothing is shown while the numbers make no sense", () => {
  expect(bulkPreview({ ...patterns, from_number: "10x" })).toEqual([]);
  expect(bulkPreview({ ...patterns, count: 0 })).toEqual([]);
  expect(bulkPreview({ ...patterns, count: Number.NaN })).toEqual([]);
});
