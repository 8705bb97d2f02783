import type { Call } from "./call";
import type { CallState } from "./call-state";

/** A call that goes on could not be put on hold or taken off it, so that nothing else was begun. */
export class HoldError extends Error {
  override readonly name = "HoldError";
}

/** The server gave no credential for a call, or not in time. The call is over, and says so itself. */
export class UnavailableError extends Error {
  override readonly name = "UnavailableError";
}

/** Whether a call that is being answered is, in the end. */
export function isAnswered(call: Call): Promise<boolean> {
  return new Promise((answer) => {
    const look = ({ phase }: CallState) => {
      if (phase === "talking" || phase === "ended") answer(phase === "talking");
    };
    call.on("changed", look);
    look(call.state);
  });
}
