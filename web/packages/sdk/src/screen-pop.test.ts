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
