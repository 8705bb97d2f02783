/** What is read from and written into SIP messages below JsSIP, where they are text (RFC 3261, section 7). */

export function header(message: string, name: string): string {
  const head = message.split("\r\n\r\n", 1)[0] ?? "";
  const line = head.split("\r\n").find((text) => text.toLowerCase().startsWith(`${name.toLowerCase()}:`));
  return line ? line.slice(line.indexOf(":") + 1).trim() : "";
}

/** The status of a response, or null of a request. */
export function statusOf(message: string): number | null {
  const status = /^SIP\/2\.0 (\d{3}) /.exec(message);
  return status ? Number(status[1]) : null;
}

export function methodOf(message: string): string {
  return header(message, "CSeq").split(/\s+/)[1] ?? "";
}

/** Names a transaction of this side, in its request and in the responses to it (section 17.1.3). */
export function transactionOf(message: string): string {
  const branch = /;branch=([^;,\s]+)/.exec(header(message, "Via"))?.[1] ?? "";
  return `${branch} ${methodOf(message)}`;
}

/**
 * Asks the edge whether a call to `uri` would come over the connection that this is sent on. The edge answers it by
 * itself, with `X-Linkus-Registered: yes` or `no`.
 */
export function probeRequest(uri: string, via: string, id: string): string {
  return [
    `OPTIONS ${uri} SIP/2.0`,
    `Via: SIP/2.0/${via} ${id}.invalid;branch=z9hG4bK${id}`,
    "Max-Forwards: 70",
    `From: <${uri}>;tag=${id}`,
    `To: <${uri}>`,
    `Call-ID: ${id}`,
    "CSeq: 1 OPTIONS",
    "Content-Length: 0",
    "",
    "",
  ].join("\r\n");
}

/** How a request is answered whose connection broke: a broken transport counts as a 503 (section 8.1.3.1). */
export function brokenConnection(request: string): string {
  const copied = ["Via", "From", "Call-ID", "CSeq"].map((name) => `${name}: ${header(request, name)}`);
  const to = header(request, "To");
  return [
    `SIP/2.0 503 ${CONNECTION_RENEWED}`,
    ...copied,
    `To: ${/;tag=/.test(to) ? to : `${to};tag=renewed`}`,
    "Content-Length: 0",
    "",
    "",
  ].join("\r\n");
}

export const CONNECTION_RENEWED = "Connection Renewed";
