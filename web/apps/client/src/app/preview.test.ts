import { describe, expect, test } from "vitest";
import { previewOf, previewPath } from "./preview";

const PREVIEW = { extensionId: 12, kind: "web" } as const;

describe("a preview", () => {
  test("names the extension and the kind of client", () => {
    expect(previewOf("/preview/12/mobile")).toEqual({ extensionId: 12, kind: "mobile" });
    expect(previewOf("/preview/12/web/")).toEqual(PREVIEW);
  });

  test.each(["/", "/preview/12", "/preview/12/phone", "/preview/x/web", "/preview/12/web/more", "/a/preview/12/web"])(
    "is not %s",
    (path) => expect(previewOf(path)).toBeNull(),
  );

  test("reads with the administrator's session what the user would see", () => {
    expect(previewPath(PREVIEW, "GET", "/api/v1/client/settings")).toBe(
      "/api/v1/admin/extensions/12/client-preview/web/settings",
    );
    expect(previewPath(PREVIEW, "GET", "/api/v1/info")).toBe("/api/v1/info");
  });

  test.each([
    ["GET", "/api/v1/client/calls"],
    ["GET", "/api/v1/client/voicemail"],
    ["GET", "/api/v1/client/devices"],
    ["PUT", "/api/v1/client/settings"],
    ["DELETE", "/api/v1/client/session"],
    ["POST", "/api/v1/client/sip-credential"],
  ])("neither shows the user's own data nor changes anything: %s %s", (method, path) =>
    expect(previewPath(PREVIEW, method, path)).toBeNull(),
  );
});
