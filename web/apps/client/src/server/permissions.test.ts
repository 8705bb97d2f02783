import { afterEach, expect, it, vi } from "vitest";
import { linkus } from "../linkus";
import { currentPermissions, readPermissions, setPermissions } from "./permissions";
import { queryClient } from "./query-client";

const all = { menus: ["extensions", "voicemails"], locked: [], locked_settings: [] };
const few = { menus: ["extensions"], locked: ["presence"], locked_settings: [] };

afterEach(() => {
  vi.restoreAllMocks();
  queryClient.clear();
});

it("reads them again each time", async () => {
  const asked = vi.spyOn(linkus, "permissions").mockResolvedValueOnce(all).mockResolvedValueOnce(few);
  await readPermissions();
  expect(currentPermissions()).toEqual(all);
  await readPermissions();
  expect(currentPermissions()).toEqual(few);
  expect(asked).toHaveBeenCalledTimes(2);
});

it("believes an event more than an answer that was under way", async () => {
  let answer = (_: typeof all) => {};
  vi.spyOn(linkus, "permissions").mockReturnValue(new Promise((resolve) => (answer = resolve)));
  const reading = readPermissions();
  setPermissions(few);
  answer(all);
  await reading;
  expect(currentPermissions()).toEqual(few);
});

it("keeps what is known when the server does not answer", async () => {
  setPermissions(few);
  vi.spyOn(linkus, "permissions").mockRejectedValue(new Error("no network"));
  await readPermissions();
  expect(currentPermissions()).toEqual(few);
});
