import { useEffect, useState } from "react";
import { tokenOf } from "./token";

/** The token of the link that opened the page. */
export function useHashToken(): string | null {
  const [token, setToken] = useState(() => tokenOf(location.hash));
  useEffect(() => {
    // The token shall not stay in the history of the browser.
    const forget = () => history.replaceState(history.state, "", location.pathname);
    // Another link, opened in the same tab, does not load the page again.
    const take = () => {
      const next = tokenOf(location.hash);
      if (next === null) return;
      setToken(next);
      forget();
    };
    forget();
    addEventListener("hashchange", take);
    return () => removeEventListener("hashchange", take);
  }, []);
  return token;
}
