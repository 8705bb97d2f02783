/** A typed event emitter: `Events` maps the name of each event to what its listeners receive. */
export class Emitter<Events extends object> {
  private readonly listeners = new Map<keyof Events, Set<(payload: never) => void>>();

  /** Listens to an event; the returned function stops it. */
  on<Type extends keyof Events>(type: Type, listener: (payload: Events[Type]) => void): () => void {
    const set = this.listeners.get(type) ?? new Set();
    this.listeners.set(type, set);
    set.add(listener);
    return () => set.delete(listener);
  }

  protected emit<Type extends keyof Events>(type: Type, payload: Events[Type]): void {
    for (const listener of [...(this.listeners.get(type) ?? [])])
      (listener as (payload: Events[Type]) => void)(payload);
  }
}
