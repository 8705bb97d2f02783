import { expect, it } from "vitest";
import { toApiError } from "./errors";

it("takes code, message and fields from the server's answer", () => {
  const body = {
    code: "validation_failed",
    message: "请检查。",
    fields: { number: { code: "taken", message: "已使用" } },
  };
  const error = toApiError(body, new Response(null, { status: 422 }));
  expect(error).toMatchObject({ status: 422, code: "validation_failed", message: "请检查。" });
  expect(error.fields.number?.code).toBe("taken");
});

it("tells a server that cannot be reached from one that is starting", () => {
  expect(toApiError(new TypeError("Failed to fetch"), undefined)).toMatchObject({ status: 0, code: "network" });
  expect(toApiError("<html>502</html>", new Response(null, { status: 502 }))).toMatchObject({ code: "unavailable" });
});

it("knows when nobody is signed in", () => {
  expect(toApiError({ code: "not_signed_in" }, new Response(null, { status: 401 })).isSignedOut).toBe(true);
});

it("tells why a session is over", () => {
  const body = { code: "session_ended", reason: "administrator_deleted" };
  expect(toApiError(body, new Response(null, { status: 401 })).details.reason).toBe("administrator_deleted");
});
