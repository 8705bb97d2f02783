import { EventStream } from "@linkus/sdk";
import { useEffect, useState } from "react";
import { ApiError } from "./client";
import { type LiveEvent, staleKeys } from "./live-keys";
import { loginAddress } from "./login";
import { queryClient } from "./query";
import { sessionQuery } from "./session";

export type Connection = "open" | "closed";

const PAUSE = 300;

/** Follows the server's events while a page is open, and reads again what they make out of date. */
export function useLiveUpdates(): Connection {
  const [connection, setConnection] = useState<Connection>("open");
  useEffect(() => {
    const stream = new EventStream(socketAddress(location), isSessionAlive);
    const refresh = gatherRefreshes();
    stream.on("open", () => {
      setConnection("open");
      // The first time too: what changed between the reading of the page and this moment was told to nobody here.
      void queryClient.invalidateQueries();
    });
    stream.on("closed", () => setConnection("closed"));
    stream.on("session.ended", ({ reason }) => location.assign(loginAddress(location, reason)));
    stream.on("any", refresh);
    stream.start();
    return () => stream.stop();
  }, []);
  return connection;
}

export function socketAddress(here: { protocol: string; host: string }): string {
  return `${here.protocol === "https:" ? "wss:" : "ws:"}//${here.host}/ws/events?role=admin`;
}

async function isSessionAlive(): Promise<boolean> {
  try {
    await queryClient.fetchQuery({ ...sessionQuery, staleTime: 0 });
    return true;
  } catch (error) {
    return !(error instanceof ApiError && error.isSignedOut);
  }
}

/** Many events at once, such as a switchboard of phones that register, are one reading again. */
function gatherRefreshes(): (event: LiveEvent) => void {
  const keys = new Map<string, readonly (string | number)[]>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (event) => {
    for (const key of staleKeys(event)) keys.set(JSON.stringify(key), key);
    if (keys.size === 0 || timer) return;
    timer = setTimeout(() => {
      timer = undefined;
      for (const queryKey of keys.values()) void queryClient.invalidateQueries({ queryKey });
      keys.clear();
    }, PAUSE);
  };
}
