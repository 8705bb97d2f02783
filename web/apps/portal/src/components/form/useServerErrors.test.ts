import { expect, test } from "vitest";
import { clearErrors, shownFields, splitFields } from "./useServerErrors";

test("errors stand in the order of the form, those of other fields apart", () => {
  const fields = { email: { message: "E" }, version: { message: "V" }, number: { message: "N" } };
  expect(splitFields(fields, ["number", "first_name", "email"])).toEqual({
    here: [
      { name: "number", message: "N" },
      { name: "email", message: "E" },
    ],
    elsewhere: ["V"],
  });
});

test("an error at a field that the form does not show now stands above it", () => {
  const form = { getFieldsError: () => [{ name: ["name"] }, { name: ["webhook_url"] }] };
  const shown = shownFields(form as never, ["name", "email", "webhook_url"]);
  expect(shown).toEqual(["name", "webhook_url"]);
  expect(splitFields({ email: { message: "E" } }, shown)).toEqual({ here: [], elsewhere: ["E"] });
});

test("an error stands no longer than the value that it is about", () => {
  const errors: Record<string, string[]> = { number: ["taken"], email: ["taken"] };
  const form = {
    getFieldError: (name: unknown) => errors[String(name)] ?? [],
    setFields: (fields: { name: unknown; errors?: string[] }[]) => {
      for (const field of fields) errors[String(field.name)] = field.errors ?? [];
    },
  };
  clearErrors(form as never, ["number", "first_name"]);
  expect(errors).toEqual({ number: [], email: ["taken"] });
  clearErrors(form as never, ["number", "email"]);
  expect(errors).toEqual({ number: [], email: [] });
});

test("every form that shows errors of the server hears of what is edited", () => {
  const sources = Object.entries(
    import.meta.glob("../../**/*.tsx", { query: "?raw", import: "default", eager: true }) as Record<string, string>,
  );
  const users = sources.filter(([, source]) => source.includes("useServerErrors(") && source.includes("<Form"));
  expect(users.length).toBeGreaterThan(0); // otherwise the pattern above no longer fits
  const deaf = users.filter(([, source]) => !source.includes("errors.edited") && !source.includes("<EditForm"));
  expect(deaf.map(([path]) => path)).toEqual([]);
});
