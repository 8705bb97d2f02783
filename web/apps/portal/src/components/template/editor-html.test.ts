import { expect, test } from "vitest";
import { placeholder, snippet } from "./editor-html";

test("a text stands for itself, a link has words, a picture has words for who sees none", () => {
  expect(snippet({ placeholder: "{{.FirstName}}", use: "text", explanation: "名" })).toBe("{{.FirstName}}");
  expect(snippet({ placeholder: "{{.WebLoginLink}}", use: "link", explanation: 'a < "b"' })).toBe(
    '<a href="{{.WebLoginLink}}">a &lt; &quot;b&quot;</a>',
  );
  expect(snippet({ placeholder: "{{.WebQRCode}}", use: "picture", explanation: "码" })).toBe(
    '<img src="{{.WebQRCode}}" alt="码" width="180">',
  );
});

test("the drawing in place of a code is named after its variable, and of nothing else", () => {
  const drawing = decodeURIComponent(placeholder('{{.WebQRCode}}"><script>'));
  expect(drawing).toContain(">WebQRCodescript<");
  expect(drawing).not.toContain("<script");
});
