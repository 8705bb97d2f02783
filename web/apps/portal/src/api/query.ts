import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiError } from "./client";
import { loginAddress } from "./login";

function onError(error: Error): void {
  // A session that is over: the sign-in page leads back to where the administrator was.
  if (error instanceof ApiError && error.status === 401) location.assign(loginAddress(location, error.details.reason));
}

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (failures, error) => !(error instanceof ApiError && error.status < 500) && failures < 2,
    },
  },
});
