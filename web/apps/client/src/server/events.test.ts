import type { ClientSession, EventStream, Permissions } from "@linkus/sdk";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { linkus } from "../linkus";
import { followServer } from "./events";
import { currentPermissions, setPermissions } from "./permissions";
import { queryClient } from "./query-client";

const sees = (...menus: string[]): Permissions => ({ menus, locked: [], locked_settings: [] });

const take = vi.fn();

type Handlers = Record<string, (event: unknown) => void>;

function follow(kind: string): Handlers {
  const handlers: Handlers = {};
  const events = { on: (type: string, handler: (event: unknown) => void) => (handlers[type] = handler) };
  const session = { extension: { number: "1001" }, client_kind: kind };
  followServer(events as unknown as EventStream, session as ClientSession, take);
  return handlers;
}

const permissions = vi.spyOn(linkus, "permissions");
const calls = vi.spyOn(linkus, "calls");
const voicemail = vi.spyOn(linkus, "voicemail");
const session = vi.spyOn(linkus, "session");
const count = (name: string) => queryClient.getQueryData(["counts", name]);

beforeEach(() => {
  take.mockReset();
  session.mockReset().mockResolvedValue(null);
  permissions.mockReset();
  calls.mockReset().mockResolvedValue({ items: [], total: 0, page: 1, page_size: 1, missed_unseen: 2 });
  voicemail.mockReset().mockResolvedValue({ items: [], total: 0, page: 1, page_size: 1, unheard: 4, full: false });
});
afterEach(() => queryClient.clear());

it("asks at each connection what the user sees, and then for nothing else", async () => {
  const handlers = follow("web");
  permissions.mockResolvedValueOnce(sees("voicemails"));
  handlers.open?.({ again: false });
  await vi.waitFor(() => expect(count("unheard")).toBe(4));
  expect(calls).not.toHaveBeenCalled();
  permissions.mockResolvedValueOnce(sees("call_logs"));
  handlers.open?.({ again: true });
  await vi.waitFor(() => expect(count("missed")).toBe(2));
  expect(voicemail).toHaveBeenCalledTimes(1);
});

it("asks for nothing while it does not know", async () => {
  permissions.mockRejectedValue(new Error("no network"));
  follow("web").open?.({ again: false });
  await vi.waitFor(() => expect(queryClient.isFetching()).toBe(0));
  await Promise.resolve();
  expect(permissions).toHaveBeenCalledTimes(1);
  expect(calls).not.toHaveBeenCalled();
  expect(voicemail).not.toHaveBeenCalled();
});

it.each(["web", "desktop", "mobile"] as const)("takes what is told of the kind %s", (kind) => {
  setPermissions(sees("extensions"));
  const clients = { web: sees("call_logs"), desktop: sees("voicemails"), mobile: sees("preferences") };
  follow(kind)["permissions.changed"]?.({ clients });
  expect(currentPermissions()).toEqual(clients[kind]);
});

it("reads the session again when its extension has changed, and after a gap", async () => {
  const changed = { opens_portal: true } as ClientSession;
  const handlers = follow("web");
  handlers.open?.({ again: false });
  expect(session).not.toHaveBeenCalled();
  session.mockResolvedValue(changed);
  handlers["extension.changed"]?.({ id: 1, number: "1001" });
  await vi.waitFor(() => expect(take).toHaveBeenCalledWith(changed));
  handlers.open?.({ again: true });
  await vi.waitFor(() => expect(take).toHaveBeenCalledTimes(2));
});

it("takes the new name of the company without asking", () => {
  follow("web")["company.changed"]?.({ company_name: "星海" });
  expect(take).toHaveBeenCalledWith({ company_name: "星海" });
  expect(session).not.toHaveBeenCalled();
});

it("keeps what it knows of the session while the server does not answer", async () => {
  session.mockRejectedValue(new Error("no network"));
  follow("web")["extension.changed"]?.({ id: 1, number: "1001" });
  await vi.waitFor(() => expect(session).toHaveBeenCalled());
  await Promise.resolve();
  expect(take).not.toHaveBeenCalled();
});
