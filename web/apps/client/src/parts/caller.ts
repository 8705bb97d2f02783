/** Who has left a message: who hides their number can be shown, and not be called back. */
export function callerOf(from: { from_name: string; from_number: string }, unknown: string) {
  const canBeCalled = /^\+?[0-9*#]+$/.test(from.from_number);
  const number = canBeCalled ? from.from_number : "";
  return { name: from.from_name || number || unknown, number };
}
