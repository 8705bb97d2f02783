/** What stands between digits for the eye only; the reader sees the number as typed, the server gets it without. */
const SEPARATORS = /[\s\-().\u00a0\u2010-\u2015/]/g;
const DIALLABLE = /^\+?[0-9*#]{1,64}$/;

/**
 * The number to dial from what somebody typed or pasted, or null when there is none in it. Understands `tel:` (RFC 3966)
 * and `sip:` links, full-width digits as Chinese input methods type them, and separators.
 */
export function normalizeDialString(input: string): string | null {
  let text = input.normalize("NFKC").trim();
  const scheme = /^(tel|sips?|callto):/i.exec(text);
  if (scheme) {
    text = decodeSafely(text.slice(scheme[0].length).replace(/^\/\//, ""));
    text = (text.split(/[;?]/)[0] ?? "").split("@")[0] ?? "";
  }
  const number = text.replace(SEPARATORS, "");
  return DIALLABLE.test(number) ? number : null;
}

function decodeSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a stray % is not an escape: the check for diallable characters will refuse it
  }
}
