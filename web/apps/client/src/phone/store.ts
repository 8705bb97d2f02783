import { useSyncExternalStore } from "react";

/** A value that never changes in place, and those who want to know of the next one. */
export class Store<State extends object> {
  private readonly listeners = new Set<() => void>();

  constructor(private current: State) {}

  get state(): State {
    return this.current;
  }

  set(part: Partial<State>): void {
    this.current = { ...this.current, ...part };
    for (const listener of [...this.listeners]) listener();
  }

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
}

export function useStore<State extends object, Part>(store: Store<State>, pick: (state: State) => Part): Part {
  return useSyncExternalStore(store.subscribe, () => pick(store.state));
}
