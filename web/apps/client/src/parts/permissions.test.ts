import type { Permissions } from "@linkus/sdk";
import { describe, expect, it } from "vitest";
import { hiddenView, isLocked, isVisible, permittedRoute, shownAgain } from "./permissions";

const ALL = ["extensions", "contacts", "conference", "call_logs", "voicemails", "recordings", "preferences"];
const sees = (...menus: string[]): Permissions => ({ menus, locked: [], locked_settings: [] });
const without = (...menus: string[]) => sees(...ALL.filter((menu) => !menus.includes(menu)));

describe("a view", () => {
  it.each([
    ["colleagues", "extensions"],
    ["calls", "call_logs"],
    ["voicemail", "voicemails"],
    ["settings", "preferences"],
  ] as const)("%s goes with the menu %s, and with no other", (view, menu) => {
    expect(isVisible(sees(...ALL), view)).toBe(true);
    expect(isVisible(without(menu), view)).toBe(false);
    expect(isVisible(sees(menu), view)).toBe(true);
    expect(hiddenView(without(menu), { view, item: "1" })).toBe(view);
    expect(permittedRoute(without(menu), { view, item: "1" })).toEqual({ view: "dial", item: null });
    expect(permittedRoute(sees(menu), { view, item: "1" })).toEqual({ view, item: "1" });
  });

  it.each(["dial", "call"] as const)("%s is always there", (view) => {
    for (const permissions of [null, sees(), sees(...ALL)]) {
      expect(isVisible(permissions, view)).toBe(true);
      expect(hiddenView(permissions, { view, item: null })).toBeNull();
      expect(permittedRoute(permissions, { view, item: "1002" })).toEqual({ view, item: "1002" });
    }
  });

  it("waits for the permissions without an explanation", () => {
    expect(isVisible(null, "calls")).toBe(false);
    expect(hiddenView(null, { view: "calls", item: null })).toBeNull();
  });
});

it("tells which views have come back", () => {
  expect(shownAgain(without("voicemails", "extensions"), without("extensions"))).toEqual(["voicemail"]);
  expect(shownAgain(sees(...ALL), without("voicemails"))).toEqual([]);
  expect(shownAgain(null, sees("call_logs", "conference"))).toEqual(["calls"]);
});

it("knows what is locked", () => {
  const permissions = { ...sees(...ALL), locked: ["features", "features.call"] };
  expect(isLocked(permissions, "features.call")).toBe(true);
  expect(isLocked(permissions, "audio_video")).toBe(false);
  expect(isLocked(null, "features.call")).toBe(false);
});
