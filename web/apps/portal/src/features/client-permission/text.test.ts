import i18next from "i18next";
import { expect, test } from "vitest";
import { common as englishClient } from "../../../../client/src/locales/en/common";
import { common as chineseClient } from "../../../../client/src/locales/zh-CN/common";
import "./text";
import "../organization/groups-text";

test.each([
  ["zh-CN", chineseClient],
  ["en", englishClient],
])("a rule calls a menu what the client calls it: %s", (language, { nav }) => {
  const menus = i18next.getResource(language, "permission", "menus");
  expect(menus).toMatchObject({
    extensions: nav.colleagues,
    call_logs: nav.calls,
    voicemails: nav.voicemail,
    preferences: nav.settings,
  });
});

test.each(["zh-CN", "en"])("a rule calls the group of all extensions by its name: %s", (language) => {
  const namespaces = Object.values(i18next.getDataByLanguage(language) ?? {}) as Record<string, unknown>[];
  const names = namespaces.flatMap(({ everyone, everybody }) => [everyone, everybody]).filter(Boolean);
  expect(names).toHaveLength(2);
  expect(new Set(names).size).toBe(1);
});
