import { expect, it } from "vitest";
import { userNameIs } from "./login-mode";

it.each([
  [null, "both"],
  [["number", "email"], "both"],
  [["number"], "number"],
  [["email"], "email"],
] as const)("%s", (modes, what) => {
  expect(userNameIs(modes && { login_modes: [...modes] })).toBe(what);
});
