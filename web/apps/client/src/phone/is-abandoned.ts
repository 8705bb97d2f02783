/** The caller hung up while the microphone was being opened. */
export function isAbandoned(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
