import type { Permissions } from "@linkus/sdk";
import { afterEach, expect, it } from "vitest";
import { forgetHiddenMenus } from "./menus";
import { queryClient } from "./query-client";

const KEYS = [
  ["colleagues", ""],
  ["colleague", "1002"],
  ["organization"],
  ["presence", "1002"],
  ["calls", "all"],
  ["call", 7],
  ["voicemail"],
  ["devices"],
  ["settings"],
  ["permissions"],
];
const permissions = (...menus: string[]): Permissions => ({ menus, locked: [], locked_settings: [] });
const known = () => KEYS.filter((key) => queryClient.getQueryData(key) !== undefined);
const count = (name: string) => queryClient.getQueryData(["counts", name]);

function readAll() {
  for (const key of KEYS) queryClient.setQueryData(key, "known");
  for (const name of ["missed", "unheard"]) queryClient.setQueryData(["counts", name], 3);
}

afterEach(() => queryClient.clear());

it("keeps what visible menus show", () => {
  readAll();
  forgetHiddenMenus(permissions("extensions", "call_logs", "voicemails", "preferences"));
  expect(known()).toEqual(KEYS);
  expect([count("missed"), count("unheard")]).toEqual([3, 3]);
});

it("drops what a hidden menu showed, and its count", () => {
  readAll();
  forgetHiddenMenus(permissions("extensions", "voicemails", "preferences"));
  expect(known()).toEqual(KEYS.filter(([name]) => name !== "calls" && name !== "call"));
  expect([count("missed"), count("unheard")]).toEqual([0, 3]);
});

it("keeps the settings, which calls need, and the permissions under every rule", () => {
  readAll();
  forgetHiddenMenus(permissions());
  expect(known()).toEqual([["settings"], ["permissions"]]);
});
