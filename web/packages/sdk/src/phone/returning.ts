import { type CallState, newCall } from "./call-state";
import { newId } from "./id";

/** A call to come back to, as the server tells of it (`Linkus.currentCalls`). */
export interface ReturnCall {
  serverCallId: string;
  direction: "in" | "out";
  number: string;
  name: string;
  /** Of talking so far. */
  seconds: number;
}

export function returningCall({ seconds, direction, number, name }: ReturnCall): CallState {
  const answeredAt = Date.now() - seconds * 1000;
  return newCall({ direction, number, name, id: newId(), startedAt: answeredAt, answeredAt, isReturning: true });
}
