import { expect, test } from "vitest";
import cases from "../../../../tests/client_settings/screen_pop_cases.json";
import { renderScreenPop, screenPopProblem } from "./screen-pop";

const CALL = { CallerNumber: "1001", CallerDisplayName: "张 伟&/", StartTime: "1764000000" };

test.each(cases)("$url", ({ url, code, text, suggestion, rendered }) => {
  const problem = screenPopProblem(url);
  expect(problem?.code ?? null).toBe(code);
  if (text) expect(problem?.text).toBe(text);
  if (suggestion) expect(problem?.suggestion).toBe(suggestion);
  if (rendered) expect(renderScreenPop(url, CALL)).toBe(rendered);
});

test("a name that was cut in the middle of a character is no reason to fail", () => {
  expect(renderScreenPop("https://crm/{{.CallerDisplayName}}", { CallerDisplayName: "a\ud83d" })).toBe(
    "https://crm/a%EF%BF%BD",
  );
});

test.each([
  ["\udc00\udc00", "%EF%BF%BD%EF%BF%BD"],
  ["\ud83d\ud83d", "%EF%BF%BD%EF%BF%BD"],
  ["a\udc00b", "a%EF%BF%BDb"],
  ["\udc00a", "%EF%BF%BDa"],
  ["\u{1f600}", "%F0%9F%98%80"],
])("half a character is replaced, a whole one is kept: %j", (name, encoded) => {
  expect(renderScreenPop("https://crm/{{.CallerDisplayName}}", { CallerDisplayName: name })).toBe(
    `https://crm/${encoded}`,
  );
});

test.each([
  ["DIDNa", "{{.DIDName}}"],
  ["DIDN", undefined],
  ["StaTie", "{{.StartTime}}"],
  ["StaTi", undefined],
  ["CallerNumberxxxx", "{{.CallerNumber}}"],
  ["CallerNumberxxxxx", undefined],
])("a name that a few changes lead to is meant, and no other: %s", (name, suggestion) => {
  expect(screenPopProblem(`https://crm/{{.${name}}}`)?.suggestion).toBe(suggestion);
});
