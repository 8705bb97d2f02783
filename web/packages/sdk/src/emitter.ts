/** Tells the page of an error in a listener. Replaced by tests, and by pages that report errors elsewhere. */
export const listenerErrors = {
  report(error: unknown): void {
    // As an uncaught error of the page, which its own handlers and the console see.
    setTimeout(() => {
      throw error;
    });
  },
};

/**
 * A typed event emitter: `Events` maps the name of each event to what its listeners receive. A listener that throws
 * stops neither the others nor what emitted the event: a call must not end because a notification could not be shown.
 */
export class Emitter<Events extends object> {
  private readonly listeners = new Map<keyof Events, Set<(payload: never) => unknown>>();

  /** Listens to an event; the returned function stops it. */
  on<Type extends keyof Events>(type: Type, listener: (payload: Events[Type]) => unknown): () => void {
    const set = this.listeners.get(type) ?? new Set();
    this.listeners.set(type, set);
    set.add(listener);
    return () => set.delete(listener);
  }

  protected emit<Type extends keyof Events>(type: Type, payload: Events[Type]): void {
    for (const listener of [...(this.listeners.get(type) ?? [])]) {
      try {
        const result = (listener as (payload: Events[Type]) => unknown)(payload);
        if (result instanceof Promise) result.catch(listenerErrors.report);
      } catch (error) {
        listenerErrors.report(error);
      }
    }
  }
}
