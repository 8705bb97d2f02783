import { expect, test } from "vitest";
import { FIELDS } from "./items";
import { bulkChanges, changesOf, flatten, flattenDefaults, formField, type SettingsByKind } from "./values";

const SETTINGS: SettingsByKind = {
  mobile: { kind: "mobile", version: 3, values: { codec: "g722" }, codecs: { offer: [], fallback: false } },
  desktop: { kind: "desktop", version: 1, values: { auto_answer_delay: 5 } },
  web: { kind: "web", version: 2, values: { call_waiting: false, screen_pop_url: "https://crm/" } },
};

test("every field has a value, and the versions go with them", () => {
  const flat = flatten(SETTINGS);
  for (const field of FIELDS) expect(flat, field).toHaveProperty([field]);
  expect(flat).toMatchObject({
    codec: "g722",
    "web.call_waiting": false,
    "web.version": 2,
    "desktop.auto_answer_delay": 5,
  });
});

test("a form that nobody touched changes nothing", () => {
  expect(changesOf(SETTINGS, flatten(SETTINGS))).toEqual([]);
});

test("only what was changed is sent, by kind", () => {
  const form = { ...flatten(SETTINGS), codec: "opus", "web.auto_answer": true, "web.screen_pop_url": " https://crm/ " };
  expect(changesOf(SETTINGS, form)).toEqual([
    { kind: "mobile", values: { codec: "opus" } },
    { kind: "web", values: { auto_answer: true } },
  ]);
});

test("of many, what is not ticked is not sent", () => {
  const form = { ...flattenDefaults(), "web.call_waiting": false, "web.auto_answer": true, linkus_enabled: true };
  expect(bulkChanges(new Set(["web.call_waiting"]), form)).toEqual({ web: { call_waiting: false } });
  expect(bulkChanges(new Set(["linkus", "mobile.codec"]), form)).toEqual({
    linkus_enabled: true,
    mobile: { codec: "opus", only_this_codec: false },
  });
  expect(bulkChanges(new Set(), form)).toEqual({});
});

test("the address goes with the switch that is on, and stays when it is off", () => {
  const ticked = new Set(["desktop.screen_pop"]);
  const off = { ...flattenDefaults(), "desktop.screen_pop_url": "https://crm/" };
  expect(bulkChanges(ticked, off)).toEqual({ desktop: { screen_pop: false } });
  expect(bulkChanges(ticked, { ...off, "desktop.screen_pop": true })).toEqual({
    desktop: { screen_pop: true, screen_pop_url: "https://crm/" },
  });
});

test("the server's fields are found in the form", () => {
  expect(formField("web", "screen_pop_url")).toBe("web.screen_pop_url");
  expect(formField(null, "changes.desktop.screen_pop_url")).toBe("desktop.screen_pop_url");
  expect(formField("mobile", "codec")).toBe("codec");
  expect(formField(null, "extension_ids")).toBe("extension_ids");
});
