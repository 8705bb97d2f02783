import type { DecisionView, PreviewedClient } from "@linkus/sdk/api";
import { expect, test } from "vitest";
import { groupClients, isEverything, isPartly, itemsOf, settingRows, shownTargets, toggle, withParts } from "./targets";

const ALL = ["user", "user.information", "user.avatar", "presence", "features", "features.call"];

test("the items have their parts below them, in order", () => {
  expect(itemsOf(ALL)).toEqual([
    { name: "user", parts: ["user.information", "user.avatar"] },
    { name: "presence", parts: [] },
    { name: "features", parts: ["features.call"] },
  ]);
});

test("an item takes its parts along, and away again", () => {
  const chosen = toggle(["presence"], "user", ALL);
  expect(chosen).toEqual(["user", "user.information", "user.avatar", "presence"]);
  expect(toggle(chosen, "user", ALL)).toEqual(["presence"]);
});

test("an item that loses a part keeps the others, but is no longer chosen as a whole", () => {
  expect(toggle(["user", "user.information", "user.avatar"], "user.avatar", ALL)).toEqual(["user.information"]);
});

test("a part does not choose its item, even if it is the only one", () => {
  expect(toggle([], "features.call", ALL)).toEqual(["features.call"]);
});

test("a chosen item stands for its parts", () => {
  expect(shownTargets(["user", "user.information", "user.avatar", "features.call"], ALL)).toEqual([
    "user",
    "features.call",
  ]);
});

test("a rule that names each item names everything", () => {
  expect(isEverything(["user", "presence", "features"], ALL)).toBe(true);
  expect(isEverything(["user.information", "presence", "features"], ALL)).toBe(false);
  expect(isEverything([], [])).toBe(false);
});

test("a target that the server no longer has is left out", () => {
  expect(withParts(["user", "fax"], ALL)).toEqual(["user", "user.information", "user.avatar"]);
});

const decision = (target: string, allowed = true): DecisionView => ({
  target,
  allowed,
  reason: "default",
  rules: [],
  in_clients: true,
});

test("an item is partly read-only when a part of it has another state", () => {
  const open = decision("features");
  expect(isPartly(open, [open, decision("features.call", false), decision("presence", false)])).toBe(true);
  expect(isPartly(decision("features", false), [decision("features.call")])).toBe(true);
  expect(isPartly(open, [open, decision("features.call")])).toBe(false);
  expect(isPartly(decision("presence"), [decision("features.call", false)])).toBe(false);
});

test("clients with the same decisions are shown once", () => {
  // biome-ignore lint/suspicious/noThenProperty: the server's name for what comes after a change
  const targets = [{ target: "presence", now: decision("presence"), then: decision("presence", false) }];
  const clients: PreviewedClient[] = [
    { client: "mobile", targets: [] },
    { client: "web", targets },
    { client: "desktop", targets: structuredClone(targets) },
  ];
  expect(groupClients(clients)).toEqual([
    { clients: ["mobile"], targets: [] },
    { clients: ["desktop", "web"], targets },
  ]);
});

test("a setting names the clients that have it, and none moves to the end because the first client lacks it", () => {
  const rows = settingRows([
    { client: "mobile", decisions: [decision("presence")] },
    { client: "web", decisions: [decision("integration", false), decision("presence")] },
  ]);
  expect(rows).toEqual([
    { decision: decision("integration", false), clients: ["web"] },
    { decision: decision("presence"), clients: ["web", "mobile"] },
  ]);
});
