import { ApiError, type ClientSettings, type Linkus } from "@linkus/sdk";
import type { QueryClient } from "@tanstack/react-query";
import { settingsQuery } from "../server/settings";
import type { Store } from "./store";

/** Every value that a kind of client can have. */
export type SettingsValues = ClientSettings["values"];
type AnyValue = SettingsValues extends infer Values ? (Values extends object ? keyof Values : never) : never;
export type SettingsChanges = { [Name in AnyValue]?: unknown };

export interface SettingsState {
  /** What the user has just chosen and the server has not answered yet. */
  settingsPending: SettingsChanges | null;
  /** Grows when an administrator or another device of this user has changed them. */
  settingsChangedElsewhere: number;
}

/**
 * How a save went: `overtaken` when somebody else has just changed the same values, which are shown now. `isLatest` is
 * false when somebody else has changed them again since, and we heard of that before the answer to our own change.
 */
export type Saved = { settings: ClientSettings; isLatest: boolean } | { overtaken: ClientSettings };

/** The settings of this kind of client as the server has them, and the only way to change them. */
export class SettingsSync {
  /** The version that our own change makes: its event may come before its answer, and is nobody else's. */
  private own = 0;
  private known: ClientSettings | null = null;
  private queue: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly linkus: Pick<Linkus, "settings" | "saveSettings">,
    private readonly kind: string,
    private readonly queries: QueryClient,
    private readonly store: Pick<Store<SettingsState>, "state" | "set">,
    private readonly apply: () => void,
  ) {}

  /** Follows the settings in the cache from now on, and reads them. The returned function stops it. */
  follow(): () => void {
    const stop = this.queries.getQueryCache().subscribe(({ type, query }) => {
      if (type === "updated" && query.queryKey[0] === settingsQuery.queryKey[0]) this.changed();
    });
    this.read();
    return stop;
  }

  read(): void {
    const query = { ...settingsQuery, queryFn: () => this.linkus.settings(), staleTime: 0 };
    // A failure is in the query, for the page that shows the settings.
    this.queries.fetchQuery(query).catch(() => undefined);
  }

  /** Null until they have been read. */
  get current(): ClientSettings | null {
    return this.queries.getQueryData(settingsQuery.queryKey) ?? null;
  }

  /** Also what a colleague at the portal or another device of this user has just saved. */
  take(settings: ClientSettings): void {
    const { current } = this;
    if (settings.kind !== this.kind || (current && settings.version < current.version)) return;
    this.queries.setQueryData(settingsQuery.queryKey, settings);
  }

  private changed(): void {
    const { current, known } = this;
    if (!current || current === known) return;
    this.known = current;
    const isForeign = known !== null && current.version > known.version && current.version !== this.own;
    if (isForeign) this.store.set({ settingsChangedElsewhere: this.store.state.settingsChangedElsewhere + 1 });
    this.apply();
  }

  /** One change after the other, each built on what the one before has made. */
  save(changes: SettingsChanges): Promise<Saved> {
    this.store.set({ settingsPending: { ...this.store.state.settingsPending, ...changes } });
    const saved = this.queue.then(() => this.put(changes));
    this.queue = saved.catch(() => undefined); // whoever asked for it is told by `saved`
    return saved;
  }

  private async put(changes: SettingsChanges): Promise<Saved> {
    try {
      const seen = this.present();
      try {
        return await this.putOn(seen, changes);
      } catch (problem) {
        const current = conflictWith(problem);
        if (!current) throw problem;
        this.take(current);
        // Somebody else has changed other values: that is no reason to refuse this change.
        if (!isUntouched(changes, seen, current)) return { overtaken: current };
        return await this.putOn(current, changes);
      }
    } finally {
      this.forget(changes);
    }
  }

  private async putOn(base: ClientSettings, changes: SettingsChanges): Promise<Saved> {
    this.own = base.version + 1;
    try {
      const body = { kind: base.kind, version: base.version, values: changes } as Parameters<Linkus["saveSettings"]>[0];
      const settings = await this.linkus.saveSettings(body);
      this.take(settings);
      return { settings, isLatest: this.present().version === settings.version };
    } catch (problem) {
      this.own = 0;
      throw problem;
    }
  }

  private present(): ClientSettings {
    const settings = this.current;
    if (!settings) throw new Error("the settings have not been read yet");
    return settings;
  }

  /** What was chosen again in the meantime is still wanted. */
  private forget(changes: SettingsChanges): void {
    const left = Object.entries(this.store.state.settingsPending ?? {}).filter(
      ([name, value]) => !(name in changes) || changes[name as AnyValue] !== value,
    );
    this.store.set({ settingsPending: left.length > 0 ? Object.fromEntries(left) : null });
  }
}

function conflictWith(problem: unknown): ClientSettings | null {
  if (!(problem instanceof ApiError) || problem.code !== "version_conflict") return null;
  return problem.current as ClientSettings;
}

function isUntouched(changes: SettingsChanges, seen: ClientSettings, current: ClientSettings): boolean {
  const before = seen.values as Record<string, unknown>;
  const now = current.values as Record<string, unknown>;
  return Object.keys(changes).every((name) => before[name] === now[name]);
}
