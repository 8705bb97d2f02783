interface Filled {
  initial: object;
  version: number;
}

/**
 * What a form does about values that were read again: `fill` it with them, `keep` what is being typed because only the
 * version is new, or report a `conflict`, because saving would undo what somebody else has just changed.
 */
export function changeFor(filled: Filled, read: Filled, dirty: boolean): "fill" | "keep" | "conflict" {
  if (!dirty) return "fill";
  return JSON.stringify(filled.initial) === JSON.stringify(read.initial) ? "keep" : "conflict";
}
