import { describe, expect, it } from "vitest";
import { landingAfterLogin, leadsToPortal } from "./next";

describe("landingAfterLogin", () => {
  it("goes where the server says", () => {
    expect(landingAfterLogin("", "/portal/", "administrator")).toBe("/portal/");
    expect(landingAfterLogin("", "/", "extension")).toBe("/");
  });

  it("goes back to the page that was asked for", () => {
    expect(landingAfterLogin("?next=/portal/extensions", "/portal/", "administrator")).toBe("/portal/extensions");
  });

  it("sends nobody to a page that is not theirs", () => {
    expect(landingAfterLogin("?next=/portal/extensions", "/", "extension")).toBe("/");
    expect(landingAfterLogin("?next=/", "/portal/", "administrator")).toBe("/portal/");
  });

  it.each(["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/\t/evil.example"])(
    "does not leave this server for %j",
    (next) => {
      expect(landingAfterLogin(`?next=${encodeURIComponent(next)}`, "/", "extension")).toBe("/");
    },
  );
});

describe("leadsToPortal", () => {
  it("knows the portal by the page that was asked for", () => {
    expect(leadsToPortal("?next=/portal/extensions")).toBe(true);
    expect(leadsToPortal("?next=/portal")).toBe(true);
    expect(leadsToPortal("?next=/portals")).toBe(false);
    expect(leadsToPortal("?next=//evil.example/portal/")).toBe(false);
    expect(leadsToPortal("")).toBe(false);
  });
});
