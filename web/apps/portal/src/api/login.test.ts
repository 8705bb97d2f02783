import { expect, test } from "vitest";
import { loginAddress } from "./login";

test("signing in leads back to the same page with its search", () => {
  expect(loginAddress({ pathname: "/portal/extensions", search: "?search=10&page=2" })).toBe(
    "/login?next=%2Fportal%2Fextensions%3Fsearch%3D10%26page%3D2",
  );
});

test("signing in again says why it is necessary", () => {
  const here = { pathname: "/portal/", search: "" };
  expect(loginAddress(here, "administrator_deleted")).toBe("/login?next=%2Fportal%2F&ended=administrator_deleted");
  expect(loginAddress(here, undefined)).toBe("/login?next=%2Fportal%2F");
});
