const kept = new Map<string, number[]>();

/** Which rows of a list are ticked when it is there again: for the way to put something right, and back. */
export function keepTicks(list: string, ids: number[]): void {
  kept.set(list, ids);
}

export const keptTicks = (list: string): number[] => kept.get(list) ?? [];

/** They are kept for one way back, not to be found an hour later. */
export const forgetTicks = (list: string): void => void kept.delete(list);
