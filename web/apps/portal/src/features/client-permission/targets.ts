import type { ClientDecisions, DecisionView, PreviewedClient } from "@linkus/sdk/api";
import { KINDS } from "../client-settings/items";

export interface TargetItem {
  name: string;
  parts: string[];
}

const itemOf = (target: string) => target.split(".", 1)[0] ?? target;
export const isPart = (target: string) => target.includes(".");

/** The items in order, each with its parts. */
export function itemsOf(all: string[]): TargetItem[] {
  return all
    .filter((target) => !isPart(target))
    .map((name) => ({ name, parts: all.filter((target) => isPart(target) && itemOf(target) === name) }));
}

/** Adds the parts of each chosen item, because a rule for an item covers them. In the order of `all`. */
export function withParts(chosen: string[], all: string[]): string[] {
  return all.filter((target) => chosen.includes(target) || chosen.includes(itemOf(target)));
}

/** Chooses or leaves out a target. An item takes its parts along; without one of its parts it is not chosen itself. */
export function toggle(chosen: string[], target: string, all: string[]): string[] {
  if (!chosen.includes(target)) return withParts([...chosen, target], all);
  const leaving = isPart(target)
    ? [target, itemOf(target)]
    : all.filter((other) => other === target || itemOf(other) === target);
  return chosen.filter((other) => !leaving.includes(other));
}

/** What stands for the targets of a rule in a list: an item that is chosen covers its parts. */
export function shownTargets(chosen: string[], all: string[]): string[] {
  return all.filter((target) => chosen.includes(target) && !(isPart(target) && chosen.includes(itemOf(target))));
}

export const isEverything = (chosen: string[], all: string[]) =>
  all.length > 0 && withParts(chosen, all).length === all.length;

/** Whether parts of an item have another state than the item itself: a rule can name a part alone. */
export function isPartly({ target, allowed }: DecisionView, all: DecisionView[]): boolean {
  return all.some((other) => isPart(other.target) && itemOf(other.target) === target && other.allowed !== allowed);
}

export interface ClientGroup {
  clients: PreviewedClient["client"][];
  targets: PreviewedClient["targets"];
}

/** Clients with the same decisions side by side, so that the same is not shown three times. In the usual order. */
export function groupClients(clients: PreviewedClient[]): ClientGroup[] {
  const groups = new Map<string, ClientGroup>();
  const inOrder = [...clients].sort((a, b) => KINDS.indexOf(a.client) - KINDS.indexOf(b.client));
  for (const { client, targets } of inOrder) {
    const key = JSON.stringify(targets);
    const group = groups.get(key) ?? { clients: [], targets };
    group.clients.push(client);
    groups.set(key, group);
  }
  return [...groups.values()];
}

export interface SettingRow {
  decision: DecisionView;
  clients: ClientDecisions["client"][];
}

/** One row for each setting, with the clients that have it, in the order of the client that has the most. */
export function settingRows(settings: ClientDecisions[]): SettingRow[] {
  const rows = new Map<string, SettingRow>();
  const fullestFirst = [...settings].sort((a, b) => b.decisions.length - a.decisions.length);
  for (const { client, decisions } of fullestFirst)
    for (const decision of decisions) {
      const row = rows.get(decision.target) ?? { decision, clients: [] };
      row.clients.push(client);
      rows.set(decision.target, row);
    }
  return [...rows.values()];
}
