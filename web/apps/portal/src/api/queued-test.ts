import type { QueuedTestStatus } from "@linkus/sdk/api";

/** How often the state of a test mail is read again: not any more once it is sent or has failed. */
export function untilSettled({ state }: { state: { data?: QueuedTestStatus } }): number | false {
  return state.data?.status === "sent" || state.data?.status === "failed" ? false : 1_000;
}
