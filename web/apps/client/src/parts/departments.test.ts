import { expect, it } from "vitest";
import { departmentsBelow, findDepartments, pathName, pathOf } from "./departments";

const of = (id: number, parent_id: number, name: string) => ({ id, parent_id, name, colleague_count: 1 });
const COMPANY = {
  name: "时代",
  colleague_count: 2,
  departments: [of(4, 0, "Sales"), of(2, 4, "East"), of(7, 2, "East shop"), of(3, 0, "Support")],
};

it("says what is below what", () => {
  const below = departmentsBelow(COMPANY);
  expect(below.get(0)?.map(({ id }) => id)).toEqual([4, 3]);
  expect(below.get(4)?.map(({ id }) => id)).toEqual([2]);
  expect(below.get(7)).toBeUndefined();
});

it("knows the way down to a department, and none to one that is not sent", () => {
  expect(pathName(pathOf(COMPANY, 7))).toBe("Sales / East / East shop");
  expect(pathOf(COMPANY, 0)).toEqual([]);
  expect(pathOf(COMPANY, 99)).toEqual([]);
});

it("finds departments by a part of the name", () => {
  expect(findDepartments(COMPANY, "EAST").map(({ id }) => id)).toEqual([2, 7]);
  expect(findDepartments(COMPANY, "")).toEqual([]);
});
