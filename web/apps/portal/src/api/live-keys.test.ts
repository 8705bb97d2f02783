import { expect, test } from "vitest";
import { staleKeys } from "./live-keys";

test("a call that ended is in the records, one that rings is not", () => {
  expect(staleKeys({ type: "call.changed", state: "ringing" })).toEqual([["calls"]]);
  expect(staleKeys({ type: "call.changed", state: "ended" })).toContainEqual(["call-records"]);
});

test("a changed extension is read again in the list and on its own page", () => {
  expect(staleKeys({ type: "extension.changed", id: 7, number: "1001" })).toEqual(
    expect.arrayContaining([["extensions"], ["extension", 7]]),
  );
});

test("the list is read again only when an import is over", () => {
  expect(staleKeys({ type: "import.progress", id: 3, state: "running" })).toEqual([["import", 3]]);
  expect(staleKeys({ type: "import.progress", id: 3, state: "done" })).toContainEqual(["extensions"]);
});

test("a setting that a user or another administrator has changed is read again", () => {
  expect(staleKeys({ type: "settings.changed", number: null, kind: "mobile" })).toEqual([["client-settings"]]);
});

test("an extension that is deleted leaves its paging groups", () => {
  expect(staleKeys({ type: "extension.changed", id: 7, number: "1001" })).toEqual(
    expect.arrayContaining([["paging-groups"], ["paging-group"]]),
  );
  expect(staleKeys({ type: "paging_group.changed", id: 3, number: "600" })).toContainEqual(["paging-group", 3]);
});

test("the server's own settings that another administrator has changed are read again", () => {
  expect(staleKeys({ type: "server_settings.changed", group: "login_mode", version: 2 })).toEqual([["login-mode"]]);
  expect(staleKeys({ type: "server_settings.changed", group: "linkus_server", version: 2 })).toEqual([
    ["mail-template"],
  ]);
  expect(staleKeys({ type: "server_settings.changed", group: "linkus_sdk", version: 2 })).toEqual([]);
});

test("devices are read again, of one extension or of all", () => {
  expect(staleKeys({ type: "devices.changed", extension_id: 7, number: "1001" })).toEqual([
    ["extension", 7, "devices"],
  ]);
  expect(staleKeys({ type: "devices.changed", extension_id: null, number: null })).toEqual([["extension"]]);
});

test("a failing mail server is seen on the pages that show it", () => {
  expect(staleKeys({ type: "event.logged", kind: "smtp_server_error" })).toEqual(
    expect.arrayContaining([["events"], ["events-unread"], ["status"], ["mail-server"]]),
  );
  expect(staleKeys({ type: "event.logged", kind: "trunk_failed" })).toEqual([["events"], ["events-unread"]]);
});

test("an event that the portal does not know changes nothing", () => {
  expect(staleKeys({ type: "hello" })).toEqual([]);
});

test("a changed trunk is read again, and the routes in whose lists its name stands", () => {
  expect(staleKeys({ type: "trunk.changed", id: 3 })).toEqual(
    expect.arrayContaining([["trunks"], ["trunk", 3], ["inbound-routes"], ["outbound-routes"]]),
  );
  expect(staleKeys({ type: "route.changed" })).toEqual(
    expect.arrayContaining([["inbound-routes"], ["outbound-routes"]]),
  );
});

test("a changed rule is read again, with the previews and what extensions may do", () => {
  expect(staleKeys({ type: "permission_rule.changed", kind: "menu" })).toEqual([
    ["permission-rules", "menu"],
    ["permission-preview", "menu"],
    ["extension-permissions"],
  ]);
});

test("a changed group or department changes whom rules concern", () => {
  expect(staleKeys({ type: "organization.changed" })).toEqual(
    expect.arrayContaining([["extension-groups"], ["organization"], ["permission-rules"], ["extension-permissions"]]),
  );
  expect(staleKeys({ type: "organization.changed" })).toEqual(
    expect.arrayContaining([["extensions"], ["visibility-rules"], ["visibility-of"]]),
  );
});

test("a changed visibility rule is read again, with whom an extension sees", () => {
  expect(staleKeys({ type: "visibility_rule.changed", id: 3 })).toEqual([
    ["visibility-rules"],
    ["visibility-preview"],
    ["visibility-of"],
  ]);
});

test("a changed administrator or role changes what the page itself may show", () => {
  expect(staleKeys({ type: "administrator.changed", id: null })).toEqual(
    expect.arrayContaining([["session"], ["administrators"], ["roles"], ["second-factor-policy"]]),
  );
});
