import type { Call } from "./call";
import type { CallState } from "./call-state";

/** Resolves once a call that is being answered is answered (true) or over (false). */
export function isAnswered(call: Call): Promise<boolean> {
  return new Promise((resolve) => {
    const look = ({ phase }: CallState) => {
      if (phase === "talking" || phase === "ended") resolve(phase === "talking");
    };
    call.on("changed", look);
    look(call.state);
  });
}
