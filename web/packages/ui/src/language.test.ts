import { expect, test } from "vitest";
import { pickLanguage } from "./language";

test("a choice made before wins over the browser", () => {
  expect(pickLanguage("en", ["zh-CN"])).toBe("en");
  expect(pickLanguage("zh-CN", ["en-US"])).toBe("zh-CN");
});

test("the first language of the browser that exists is taken", () => {
  expect(pickLanguage(null, ["de-DE", "zh-TW", "en"])).toBe("zh-CN");
  expect(pickLanguage(null, ["fr", "en-GB", "zh"])).toBe("en");
  expect(pickLanguage("xx", ["zh-Hans-CN"])).toBe("zh-CN");
});

test("a browser of another language reads English", () => {
  expect(pickLanguage(null, ["fr-FR"])).toBe("en");
  expect(pickLanguage(null, [])).toBe("en");
});
