import { QueryClient } from "@tanstack/react-query";

/** What this page knows of the server. Events keep it fresh (server-events.ts), so focus and time read nothing again. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // A failure is shown with a button, and the next connection of the events reads again.
      retry: false,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      // A server on the same machine answers without a network.
      networkMode: "always",
    },
    mutations: { networkMode: "always" },
  },
});

// What events have told is known until the page is closed: nothing reads it again.
for (const key of ["settings", "presence", "call", "counts", "permissions"]) {
  queryClient.setQueryDefaults([key], { gcTime: Number.POSITIVE_INFINITY, staleTime: Number.POSITIVE_INFINITY });
}
