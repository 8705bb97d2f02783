/** Where a call comes from: a colleague, an outside line, or a page to a group. */
export type CallOrigin = "internal" | "inbound" | "page";

/** A page, as the group that it is for. `twoWay` is null when the server does not say. */
export interface PageFacts {
  readonly group: string;
  readonly name: string;
  readonly twoWay: boolean | null;
}

/** What the server says of a call that rings here, beyond who calls (docs/contracts/core-control.md). */
export interface CallFacts {
  /** The edge's id of the call, as logs on the server show it. */
  readonly serverCallId: string | null;
  readonly origin: CallOrigin;
  readonly page: PageFacts | null;
  /** The number that was called from outside, and its name; empty for all other calls. */
  readonly didNumber: string;
  readonly didName: string;
  /** When the server began with the call, in milliseconds. */
  readonly serverStartedAt: number | null;
}

const PAGE_MODES: Record<string, boolean> = { two_way: true, one_way: false };

/** From the headers of an INVITE. A server that had no time to say where the call comes from says it by the rest. */
export function callFacts(header: (name: string) => string | undefined): CallFacts {
  const group = (header("X-Linkus-Page") ?? "").trim();
  const didNumber = (header("X-DID-Number") ?? "").trim();
  const said = (header("X-Linkus-Origin") ?? "").trim();
  const origin = said === "internal" || said === "inbound" || said === "page" ? said : null;
  const seconds = Number((header("X-Start-Time") ?? "").trim() || Number.NaN);
  const facts = {
    serverCallId: header("X-Linkus-Call")?.trim() || null,
    origin: origin ?? (group ? "page" : didNumber ? "inbound" : "internal"),
    serverStartedAt: Number.isFinite(seconds) && seconds > 0 ? Math.round(seconds * 1000) : null,
  } as const;
  const isPage = facts.origin === "page";
  const isInbound = facts.origin === "inbound";
  return {
    ...facts,
    page: isPage
      ? {
          group,
          name: decoded(header("X-Linkus-Page-Name")),
          twoWay: PAGE_MODES[(header("X-Linkus-Page-Mode") ?? "").trim()] ?? null,
        }
      : null,
    didNumber: isInbound ? didNumber : "",
    didName: isInbound ? decoded(header("X-DID-Name")) : "",
  };
}

/** Percent-encoded UTF-8; what is none stays as it is. */
function decoded(text: string | undefined): string {
  const trimmed = (text ?? "").trim();
  try {
    return decodeURIComponent(trimmed);
  } catch {
    return trimmed;
  }
}
