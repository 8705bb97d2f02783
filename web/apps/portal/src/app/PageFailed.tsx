import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";
import { ApiError } from "../api/client";
import { LoadFailed } from "../components/LoadFailed";

/** In place of a page that failed. While the sign-in page is on its way nothing is shown. */
export function PageFailed({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  if (error instanceof ApiError && error.isSignedOut) return null;
  const retry = () => {
    reset();
    void router.invalidate();
  };
  return <LoadFailed error={error} onRetry={retry} />;
}
